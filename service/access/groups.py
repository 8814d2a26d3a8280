"""What the groups of the region's identity provider may do here, by a file that the region writes."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from brikopt.errors import BadInput
from service.access.grants import Grant, Role, one_of_both


class GroupGrant(BaseModel):
    """One grant of everybody in a group: limits, or ``everywhere``, which has to be said."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    group: str
    role: Role
    units: frozenset[str] = frozenset()
    hospitals: frozenset[str] = frozenset()
    wards: frozenset[str] = frozenset()
    everywhere: bool = False

    @model_validator(mode="after")
    def _is_one(self) -> GroupGrant:
        one_of_both(self.everywhere, self.grant)
        return self

    @property
    def grant(self) -> Grant:
        """The grant alone."""
        return Grant(self.role, self.units, self.hospitals, self.wards)


class GroupGrants(BaseModel):
    """The whole file: ``[[grants]]`` with group, role and limits, as many as needed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    grants: tuple[GroupGrant, ...] = ()

    def of(self, groups: Iterable[str]) -> tuple[Grant, ...]:
        """Return what somebody in these groups may; groups that the file doesn't name give nothing."""
        theirs = frozenset(groups)
        return tuple(dict.fromkeys(one.grant for one in self.grants if one.group in theirs))


def read_groups(file: Path | None) -> GroupGrants:
    """Read the file.

    Parameters
    ----------
    file : Path or None
        Without one, no group gives anything.

    Returns
    -------
    GroupGrants

    Raises
    ------
    BadInput
        If it can't be read, isn't TOML, or has a key, role or limit that isn't known.
    """
    if file is None:
        return GroupGrants()
    try:
        return GroupGrants.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(str(file), f"it can't be read: {error}.", "See BRIKOPT_OIDC_GRANTS.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise BadInput(f"{file}, {where}", f"{first['msg']}.", f"Roles are {', '.join(Role)}.") from error
