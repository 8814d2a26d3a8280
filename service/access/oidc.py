"""Talk with the region's identity provider: where to send people, and who came back (OpenID Connect Core 1.0)."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
import structlog
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from authlib.oidc.discovery import get_well_known_url  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from service.access.documents import Documents
from service.access.settings import is_private
from service.refusals import ProviderFailed, SignInFailed
from service.settings import Settings

# Signed with a key that only the provider has: never "none", never a secret that the service shares.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_PATIENCE_SECONDS = 5
# Two clocks are never quite the same.
_LEEWAY_SECONDS = 30
# Whoever runs the service finds here why nobody gets in; people are told less. No token, code or secret is logged.
_log = structlog.get_logger("service.sign_in")
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who came back.

    Attributes
    ----------
    issuer, subject : str
        Together they stand for one person, for ever.
    name : str
        Empty unless the provider tells it.
    groups : frozenset of str
        Theirs at this moment.
    """

    issuer: str
    subject: str
    name: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Journey:
    """One sign-in as the provider is told of it: ``redirect_uri``, and the secrets ``nonce`` and ``verifier``."""

    redirect_uri: str
    nonce: str
    verifier: str


class Provider:
    """The identity provider, as its discovery document describes it.

    Parameters
    ----------
    settings : Settings
        With ``oidc_issuer`` and how the service is known there.
    documents : Documents
        Keeps what it says of itself.

    Raises
    ------
    ProviderFailed
        If it can't be reached, calls itself something else, or has addresses where others can listen.

    Notes
    -----
    A provider that changes its keys needs no restart: they are fetched anew for a token with a key that isn't known.
    """

    def __init__(self, settings: Settings, documents: Documents) -> None:
        self._settings, self._documents = settings, documents
        self._about = documents.get(get_well_known_url(settings.oidc_issuer, external=True), _fetched)
        named = [self._about.get(name) for name in _ENDPOINTS]
        if self._about.get("issuer") != settings.oidc_issuer or not all(
            isinstance(url, str) and is_private(url) for url in named
        ):
            raise ProviderFailed

    def address(self, journey: Journey, state: str) -> str:
        """Return where to send the browser (authorization code, PKCE with S256)."""
        url: str = prepare_grant_uri(
            self._about["authorization_endpoint"],
            self._settings.oidc_client_id,
            "code",
            redirect_uri=journey.redirect_uri,
            scope=self._settings.oidc_scopes,
            state=state,
            nonce=journey.nonce,
            code_challenge=create_s256_code_challenge(journey.verifier),
            code_challenge_method="S256",
        )
        return url

    def identity(self, journey: Journey, code: str) -> Identity:
        """Exchange a code for who it is.

        Parameters
        ----------
        journey : Journey
            The same as when the browser was sent.
        code : str
            What the browser brought back.

        Returns
        -------
        Identity

        Raises
        ------
        SignInFailed
            If the provider refuses the code, or the id token isn't for this sign-in: signature, issuer, audience,
            time and nonce are checked.
        ProviderFailed
            If it can't be reached.
        """
        tokens = self._redeemed(journey, code)
        claims = self._claims(journey, tokens)
        told = {**self._userinfo(claims, tokens), **claims}
        name = str(told.get("name", "")).replace("\x00", "")
        return Identity(
            self._settings.oidc_issuer, claims["sub"], name, _groups(told.get(self._settings.oidc_groups_claim))
        )

    def sign_out_address(self, onward: str) -> str | None:
        """Return where to end the session at the provider too (RP-Initiated Logout 1.0).

        Parameters
        ----------
        onward : str
            Where the provider may send the browser afterwards.

        Returns
        -------
        str or None
            None where the provider has no such place.
        """
        address = self._about.get("end_session_endpoint")
        if not isinstance(address, str) or not is_private(address):
            return None
        asked = {"client_id": self._settings.oidc_client_id, "post_logout_redirect_uri": onward}
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"

    def _redeemed(self, journey: Journey, code: str) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": journey.redirect_uri,
            "code_verifier": journey.verifier,
        }
        named, headers = self._named()
        with _reaching(), self._documents.place():
            answer = httpx.post(
                self._about["token_endpoint"], data={**form, **named}, headers=headers, timeout=_PATIENCE_SECONDS
            )
            if answer.is_client_error:
                _log.warning("code_refused", status=answer.status_code, why=answer.text[:200])
                raise SignInFailed
            return _object(answer)

    def _named(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """Say who the service is, as a form or as headers: in the way that the provider takes (Discovery 1.0, 3)."""
        name, secret = self._settings.oidc_client_id, self._settings.oidc_client_secret.get_secret_value()
        ways = self._about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if not secret:
            return {"client_id": name}, {}
        if "client_secret_basic" not in ways:
            return {"client_id": name, "client_secret": secret}, {}
        both = (
            f"{quote(name, safe='')}:{quote(secret, safe='')}".encode()
        )  # RFC 6749, 2.3.1; %20 for a space is understood by all
        return {}, {"Authorization": f"Basic {base64.b64encode(both).decode()}"}

    def _claims(self, journey: Journey, tokens: Mapping[str, Any]) -> Mapping[str, Any]:
        keys = self._keys(str(tokens.get("id_token", "")))
        must = {
            "iss": {"essential": True, "value": self._settings.oidc_issuer},
            "aud": {"essential": True, "value": self._settings.oidc_client_id},
        }
        may = {
            "nonce": journey.nonce,
            "client_id": self._settings.oidc_client_id,
            "access_token": tokens.get("access_token"),
        }
        try:
            token = jwt.decode(str(tokens.get("id_token", "")), KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]
            claims = CodeIDToken(token.claims, token.header, must, may)
            claims.validate(leeway=_LEEWAY_SECONDS)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            _log.warning("id_token_refused", why=f"{type(error).__name__}: {error}"[:200])
            raise SignInFailed from error
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise SignInFailed
        return dict(claims)

    def _keys(self, token: str) -> Mapping[str, Any]:
        """Return the provider's keys, fetched anew where the one that signed isn't among them."""
        keys = self._documents.get(self._about["jwks_uri"], _fetched)
        known = {one.get("kid") for one in keys.get("keys", ()) if isinstance(one, dict)}
        return keys if _key_id(token) in known else self._documents.get(self._about["jwks_uri"], _fetched, anew=True)

    def _userinfo(self, claims: Mapping[str, Any], tokens: Mapping[str, Any]) -> Mapping[str, Any]:
        """More about the same person, where the id token doesn't tell the groups."""
        address = self._about.get("userinfo_endpoint")
        if self._settings.oidc_groups_claim in claims or not address or not is_private(str(address)):
            return {}
        with self._documents.place():
            about = _fetched(str(address), {"Authorization": f"Bearer {tokens.get('access_token', '')}"})
        if about.get("sub") != claims["sub"]:
            raise SignInFailed
        return about


def _key_id(token: str) -> str | None:
    """Read which key a token says it is signed with; nothing is believed of it."""
    head = token.partition(".")[0]
    try:
        told = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except ValueError:
        return None
    return told.get("kid") if isinstance(told, dict) else None


def _groups(told: object) -> frozenset[str]:
    """One group may be told as a text, several as a list; anything else is none."""
    if isinstance(told, str):
        return frozenset({told})
    return frozenset(one for one in told if isinstance(one, str)) if isinstance(told, list) else frozenset()


def _fetched(url: str, headers: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    with _reaching():
        return _object(httpx.get(url, headers=headers, timeout=_PATIENCE_SECONDS))


def _object(answer: httpx.Response) -> Mapping[str, Any]:
    answer.raise_for_status()
    told = answer.json()
    if not isinstance(told, dict):
        raise ProviderFailed
    return told


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        _log.warning("provider_failed", why=f"{type(error).__name__}: {error}"[:200])
        raise ProviderFailed from error
