"""Somebody looks at a page: who, in which language, and where they may go from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args
from urllib.parse import urlencode

from fastapi import Request

from brikopt.contract.rules import Language
from service.access.callers import (
    Administers,
    Allowed,
    AnyRole,
    Caller,
    MakesReviews,
    ReadsCoverage,
    ReadsNewLevels,
    ReadsPurchasing,
    ReadsReviews,
)
from service.access.csrf import FIELD, token_for
from service.access.grants import Principal, Reach, Role
from service.web.words import LANGUAGES, Speech

LANGUAGE_COOKIE = "brikopt-lang"
SENT = "/gennemgang"  # what the form of a ward's page adds to its address
# Page -> what the same list of the API declares.
_PLACES = (
    ("start", "/", AnyRole),
    ("wards", "/afsnit", AnyRole),
    ("lists", "/lister", AnyRole),
    ("transfers", "/flytninger", ReadsReviews),
    ("recalls", "/tilbagekaldelse", AnyRole),
    ("new_levels", "/nye-niveauer", ReadsNewLevels),
    ("purchasing", "/indkoeb", ReadsPurchasing),
    ("coverage", "/daekning", ReadsCoverage),
    ("runs", "/koersler", Administers),
    ("people", "/brugere", Administers),
    ("keys", "/noegler", Administers),
    ("audit", "/revision", Administers),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a page.

    Attributes
    ----------
    request : Request
        What was asked.
    principal : Principal or None
        Who asks; None where nobody is signed in.
    lang : {"da", "en"}
        Language of the page.
    """

    request: Request
    principal: Principal | None
    lang: Language

    @property
    def say(self) -> Speech:
        """The language's words and numbers."""
        return Speech(self.lang)

    def reach(self, declared: object) -> Reach:
        """Return how far somebody reaches in what a route of the API declares, such as ``ReadsReviews``."""
        return self.principal.reach(declared_by(declared).roles) if self.principal else Reach(())

    def may(self, declared: object) -> bool:
        """Whether somebody may see at least a part of what a route of the API declares."""
        allowed, reach = declared_by(declared), self.reach(declared)
        return reach.everywhere if allowed.everywhere else bool(reach.grants)

    @property
    def roles(self) -> Sequence[Role]:
        """All roles, each once."""
        return sorted({grant.role for grant in self.principal.grants}) if self.principal else []

    @property
    def makes_reviews(self) -> Reach:
        """Where somebody may decide."""
        return self.reach(MakesReviews)

    @property
    def places(self) -> list[dict[str, Any]]:
        """The pages somebody may open."""
        path = self.request.url.path
        return [
            {"name": name, "path": place, "here": path == place or (place != "/" and path.startswith(f"{place}/"))}
            for name, place, declared in _PLACES
            if self.may(declared)
        ]

    def in_language(self, lang: Language) -> str:
        """Return the address of this page in a language."""
        asked = [(name, value) for name, value in self.request.query_params.multi_items() if name != "lang"]
        path = self.request.url.path
        if self.request.method != "GET":
            path = path.removesuffix(SENT) if path.endswith(SENT) else "/"
        return f"{path}?{urlencode([*asked, ('lang', lang)])}"

    @property
    def csrf(self) -> dict[str, str]:
        """The hidden field of every form."""
        return {"name": FIELD, "value": token_for(self.request)}


def visit_of(request: Request, who: Caller | None) -> Visit:
    """Return the visit of a request; a page of a refusal finds it again."""
    visit = Visit(request, who.principal if who else None, language_of_page(request))
    request.state.visit = visit
    return visit


def known_visit(request: Request) -> Visit:
    """Return the visit as far as it is known."""
    visit: Visit | None = getattr(request.state, "visit", None)
    return visit or visit_of(request, None)


def language_of_page(request: Request) -> Language:
    """Return the language of a page: ``?lang=``, else what was chosen before, else Danish."""
    asked = (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE))
    return next((lang for one in asked for lang in LANGUAGES if lang == one), LANGUAGES[0])


def declared_by(declared: object) -> Allowed:
    """Return whom a declaration such as ``ReadsReviews`` lets in."""
    allowed: Allowed = get_args(declared)[1].dependency
    return allowed
