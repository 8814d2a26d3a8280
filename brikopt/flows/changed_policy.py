"""The region's policy with some of its values changed on the command line."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from brikopt.errors import BadInput
from brikopt.policy import Cost, Expiry, Levels, Policy

_SECTIONS: dict[str, type[BaseModel]] = {"cost": Cost, "levels": Levels, "expiry": Expiry}


def changed_policy(policy: Policy, fill_rate: float | None, changes: Sequence[str]) -> Policy:
    """Change a policy as the options say.

    Parameters
    ----------
    policy : Policy
        As the region has decided.
    fill_rate : float, optional
        The promise, as from ``--fill-rate``.
    changes : sequence of str
        ``section.key=value`` each, as from ``--set``; the value as in a policy file.

    Returns
    -------
    Policy

    Raises
    ------
    BadInput
        If there is no such key or the value is impossible; it names the option.

    Examples
    --------
    >>> changed_policy(Policy(), 0.97, ["cost.order_line=25"]).cost.order_line
    25.0
    """
    if fill_rate is not None:
        policy = _with_values(policy, "levels", promise(policy, fill_rate), f"--fill-rate {fill_rate:g}")
    for change in changes:
        option = f"--set {change}"
        section, key, value = _parts(change, option)
        policy = _with_values(policy, section, {key: value}, option)
    return policy


def promise(policy: Policy, fill_rate: float) -> dict[str, Any]:
    """Return the keys of ``[levels]`` that promise a fill rate; critical goods are never promised less."""
    return {
        "min_fill_rate": fill_rate,
        "min_fill_rate_critical": max(fill_rate, policy.levels.min_fill_rate_critical),
    }


def _parts(change: str, option: str) -> tuple[str, str, object]:
    name, equals, text = (part.strip() for part in change.partition("="))
    section, _, key = name.partition(".")
    if not equals or section not in _SECTIONS or key not in _SECTIONS[section].model_fields:
        known = ", ".join(f"{name}.{key}" for name, model in _SECTIONS.items() for key in model.model_fields)
        raise BadInput(option, "there is no such key.", f"Write section.key=value with one of: {known}.")
    try:
        # Everything that a policy file may hold, and read as it reads it.
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        raise BadInput(
            option, f"'{text}' is no value.", "Write it as in policy.toml, for example 25 or 0.97."
        ) from None
    return section, key, value


def _with_values(policy: Policy, section: str, values: dict[str, Any], option: str) -> Policy:
    sections = policy.model_dump(by_alias=True, exclude_none=True)
    sections[section] |= values
    try:
        return Policy.model_validate(sections)
    except ValidationError as error:
        problem = error.errors()[0]["msg"]
        advice = f"Correct it; [{section}] in policy.toml has the same rules."
        raise BadInput(option, f"the value can't be used: {problem[0].lower()}{problem[1:]}.", advice) from None
