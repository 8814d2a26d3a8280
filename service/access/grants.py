"""Roles, grants, and how far a set of grants reaches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute


class Role(StrEnum):
    """What somebody is here for."""

    LOGISTICS = "logistics"
    PURCHASING = "purchasing"
    PROGRAMME = "programme"
    SPECIALIST = "specialist"
    HANDOVER = "handover"
    ADMIN = "admin"
    READER = "reader"


class Located(Protocol):
    """Anything that lies in a ward of a hospital of a unit."""

    @property
    def unit(self) -> str:
        """Name of the unit."""

    @property
    def hospital(self) -> str:
        """Name of the hospital."""

    @property
    def ward_id(self) -> str:
        """Id of the ward."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, and what it is limited to; an empty set doesn't limit.

    Where a grant names both units and wards, a place must be in both: each limit narrows.
    """

    role: Role
    units: frozenset[str] = frozenset()
    hospitals: frozenset[str] = frozenset()
    wards: frozenset[str] = frozenset()

    @property
    def everywhere(self) -> bool:
        """Whether nothing limits it."""
        return not (self.units or self.hospitals or self.wards)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, names in order."""
        limits = {"units": self.units, "hospitals": self.hospitals, "wards": self.wards}
        return {"role": self.role.value, **{name: sorted(allowed) for name, allowed in limits.items()}}

    def covers(self, place: Located) -> bool:
        """Say whether a place lies within the limits.

        Examples
        --------
        >>> from types import SimpleNamespace as Place
        >>> here = Place(unit="Kirurgi", hospital="Mølleby", ward_id="A1")
        >>> Grant(Role.READER, units=frozenset({"Medicin"})).covers(here)
        False
        """
        limits = ((self.units, place.unit), (self.hospitals, place.hospital), (self.wards, place.ward_id))
        return all(not allowed or name in allowed for allowed, name in limits)


def one_of_both(everywhere: bool, grant: Grant) -> None:
    """Refuse a grant without limits of which nobody said so: taking the last ward away must not widen it.

    Raises
    ------
    ValueError
        Also where both are said.

    Examples
    --------
    >>> one_of_both(True, Grant(Role.READER))
    >>> one_of_both(False, Grant(Role.READER, wards=frozenset({"A1"})))
    """
    if everywhere != grant.everywhere:
        raise ValueError("name units, hospitals or wards, or say everywhere = true, but not both")


@dataclass(frozen=True, slots=True)
class Reach:
    """All that several grants cover together."""

    grants: tuple[Grant, ...]

    @property
    def everywhere(self) -> bool:
        """Whether one of the grants has no limit."""
        return any(grant.everywhere for grant in self.grants)

    def covers(self, place: Located) -> bool:
        """Say whether one of the grants covers a place."""
        return any(grant.covers(place) for grant in self.grants)

    def units(self, places: Iterable[Located]) -> set[str]:
        """Name the units in which the grants cover at least one place."""
        return {place.unit for place in places if self.covers(place)}

    def condition(self, places: type[Any]) -> ColumnElement[bool]:
        """Return the same rule for a query.

        Parameters
        ----------
        places : type
            A table with the columns unit, hospital and ward_id.
        """
        return or_(false(), *(_condition(grant, places) for grant in self.grants))


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking."""

    id: str
    kind: str
    name: str
    grants: tuple[Grant, ...] = field(default=())

    def reach(self, roles: Sequence[Role]) -> Reach:
        """Return what the grants with one of these roles cover together."""
        return Reach(tuple(grant for grant in self.grants if grant.role in roles))


def _condition(grant: Grant, places: type[Any]) -> ColumnElement[bool]:
    limits: tuple[tuple[frozenset[str], InstrumentedAttribute[str]], ...] = (
        (grant.units, places.unit),
        (grant.hospitals, places.hospital),
        (grant.wards, places.ward_id),
    )
    return and_(true(), *(column.in_(sorted(allowed)) for allowed, column in limits if allowed))
