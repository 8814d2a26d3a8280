"""Who may call a route: declared in its signature, denied where nothing is declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts
from fastapi.security import HTTPBearer
from sqlalchemy.orm import Session

from service.access.csrf import ShownToken
from service.access.grants import Principal, Reach, Role
from service.access.keys import principal_by_key, principal_of
from service.access.sessions import note_seen, shown_session
from service.refusals import NotSignedIn, OutOfRole
from service.runs.store import served_ids
from service.setup import Service, service_of

Identify = Callable[[Request, Session], Principal | None]


# For the OpenAPI document; who is asking is found out by the service's own ways.
_SCHEME = HTTPBearer(auto_error=False, scheme_name="key", description="A key made by `brikopt key add`.")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking, and how far the grants reach that let them in here."""

    principal: Principal
    reach: Reach


class Allowed:
    """Lets in whoever has a grant with one of some roles.

    Parameters
    ----------
    *roles : Role
        Any of them will do.
    everywhere : bool
        Only a grant without limits will do: what the route shows has no place.
    """

    def __init__(self, *roles: Role, everywhere: bool = False) -> None:
        self.roles, self.everywhere = roles, everywhere

    def __call__(
        self,
        request: Request,
        later: BackgroundTasks,
        token: ShownToken,  # noqa: ARG002 - has it read before a session is looked at
        shown: Annotated[object, Depends(_SCHEME)] = None,  # noqa: ARG002
    ) -> Caller:
        """Find out who is asking, and refuse the others."""
        service = service_of(request)
        with service.database.reading() as session:
            request.state.served, request.state.run_id = served_ids(session) or (None, None)
            principal = _principal(request, session, service)
        request.state.principal_id = principal.id
        request.state.caller_name = principal.name or principal.id
        if used := getattr(request.state, "session_seen", None):
            later.add_task(note_seen, service.database, used)
        reach = principal.reach(self.roles)
        if not reach.grants or (self.everywhere and not reach.everywhere):
            raise OutOfRole(roles=", ".join(self.roles))
        return Caller(principal, reach)


class Open:
    """Lets in everybody, on purpose."""

    async def __call__(self) -> None:
        """Ask nothing."""


AnyRole = Annotated[Caller, Depends(Allowed(*Role))]
MakesReviews = Annotated[Caller, Depends(Allowed(Role.LOGISTICS))]
ReadsReviews = Annotated[Caller, Depends(Allowed(Role.LOGISTICS, Role.ADMIN))]
ReadsNewLevels = Annotated[Caller, Depends(Allowed(Role.LOGISTICS, Role.HANDOVER, Role.ADMIN))]
HandsOver = Annotated[Caller, Depends(Allowed(Role.HANDOVER, Role.ADMIN))]
ReadsPurchasing = Annotated[Caller, Depends(Allowed(Role.PURCHASING, Role.ADMIN))]
DecidesPurchasing = Annotated[Caller, Depends(Allowed(Role.PURCHASING))]
ReadsCoverage = Annotated[Caller, Depends(Allowed(Role.PROGRAMME, Role.LOGISTICS, Role.ADMIN))]
Administers = Annotated[Caller, Depends(Allowed(Role.ADMIN, everywhere=True))]
everybody = Depends(Open())


def by_bearer_key(request: Request, session: Session) -> Principal | None:
    """Identify a machine by ``Authorization: Bearer KEY``."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return principal_by_key(session, key.strip()) if scheme.lower() == "bearer" else None


def known_principal(request: Request, session: Session) -> Principal | None:
    """Return whose key or session a request shows; whether a page of ours sends it is another question."""
    principal = by_bearer_key(request, session)
    if principal is not None:
        return principal
    shown = shown_session(request, session)
    return principal_of(session, shown.principal) if shown else None


def declared_access(route: RouteContext) -> list[Allowed | Open]:
    """Return what a route declares about who may call it; nothing for what isn't a function of ours."""
    dependant: Dependant | None = getattr(route, "dependant", None)
    found = [one.call for one in _walk(dependant)] if dependant else []
    return [one for one in found if isinstance(one, Allowed | Open)]


def refuse_undeclared(app: FastAPI) -> None:
    """Stop the start of a service that has a route of which nobody has said who may call it.

    Raises
    ------
    RuntimeError
        If there is one; only the OpenAPI document needs no declaration.
    """
    forgotten = [str(route.path) for route in routes_of(app) if not declared_access(route)]
    if forgotten:
        raise RuntimeError(f"nobody has said who may call {', '.join(forgotten)}")


def routes_of(app: FastAPI) -> list[RouteContext]:
    """List all routes, wherever they come from, but that of the OpenAPI document."""
    return [route for route in iter_route_contexts(app.routes) if route.path != app.openapi_url]


def _walk(dependant: Dependant) -> Iterator[Dependant]:
    for one in dependant.dependencies:
        yield one
        yield from _walk(one)


def _principal(request: Request, session: Session, service: Service) -> Principal:
    for identify in service.identify:
        principal = identify(request, session)
        if principal is not None:
            return principal
    raise NotSignedIn
