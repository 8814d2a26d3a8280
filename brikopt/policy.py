"""What the region has decided: prices, promises, the horizon and the targets (contract, section 3)."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from brikopt.errors import BadInput

POLICY_FILE = "policy.toml"

Dkk = Annotated[float, Field(ge=0)]
Rate = Annotated[float, Field(ge=0, le=1)]
# Ten years: longer than any shelf life, and short enough to be worked out.
Days = Annotated[int, Field(ge=1, le=3650)]
Hours = Annotated[float, Field(ge=0, le=10_000)]
Minutes = Annotated[float, Field(ge=0, le=10_000)]
CardCount = Annotated[int, Field(ge=1, le=100)]
# Short enough to fit beside a heading, with its ward, in a code that a telephone reads.
Address = Annotated[str, Field(pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$", max_length=200)]


def _rising(counts: object) -> object:
    """Sort the card counts and drop repetitions; anything else is left to the type check."""
    if not isinstance(counts, list):
        return counts
    whole = all(type(count) is int for count in counts)
    return tuple(sorted(set(counts)) if whole else counts)


def _listed(texts: object) -> object:
    """Keep a list as what doesn't change; anything else is left to the type check."""
    return tuple(texts) if isinstance(texts, list) else texts


class _Section(BaseModel):
    # Strict: a price in quotes or a yes/no where a number belongs is a mistake, not something to convert.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Cost(_Section):
    """Prices in DKK, as ``[cost]``."""

    holding_rate_per_year: Rate = 0.20
    order_line: Dkk = 18.0
    disposal_per_unit: Dkk = 0.50
    shortage_per_unit: Dkk = 40.0
    shortage_per_unit_critical: Dkk = 400.0
    co2e_price_per_kg: Dkk = 0.0


class Levels(_Section):
    """What a new level has to keep, as ``[levels]``."""

    brik_counts: Annotated[tuple[CardCount, ...], BeforeValidator(_rising), Field(min_length=1)] = (
        1,
        2,
        3,
        4,
    )
    min_fill_rate: Rate = 0.95
    min_fill_rate_critical: Rate = 0.99
    fill_price_per_unit: Dkk = 250.0
    fill_price_per_unit_critical: Dkk = 1000.0
    min_saving_dkk_per_year: Dkk = 50.0
    max_changes_per_visit: Annotated[int, Field(ge=0)] = 25
    trim_may_break_promise: bool = False
    settling_days: Annotated[int, Field(ge=0, le=3650)] = 180
    wanted_after_removal: Dkk = 60.0
    max_growth_without_capacity: Annotated[float, Field(ge=0)] = 1.25


class Expiry(_Section):
    """How far we look ahead, and how often a cabinet is gone through, as ``[expiry]``; both in days."""

    horizon_days: Days = 180
    check_interval_days: Days = 30


class Reviews(_Section):
    """What reviewing the wards takes and may take, as ``[reviews]``; the plan of the reviews is made with it.

    A review counts for the targets where at least ``least_share`` of the rows of its list were decided or looked at.
    """

    hours_per_week: Hours = 16.0
    hospital_hours: dict[str, Hours] = {}
    minutes_per_ward: Minutes = 30.0
    minutes_per_position: Minutes = 1.0
    least_share: Rate = 0.8

    def __hash__(self) -> int:
        # Policies are compared and looked up whole; a dict alone would forbid it.
        return hash(self.model_dump_json())


class Transfers(_Section):
    """Moves between wards, as ``[transfers]``: items or categories of which only unbroken packs are moved."""

    unbroken_packs: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()


class Lists(_Section):
    """From where on goods that will expire are worth a line, as ``[lists]``.

    Below either, putting the oldest in front isn't asked for: units expected to be saved within the horizon, and DKK a
    year.
    """

    least_units: Annotated[float, Field(ge=0)] = 0.5
    least_saving_dkk: Dkk = 25.0


class Guide(_Section):
    """The printed guide, as ``[guide]``: where its code leads, and whether it keeps the expected stock to itself."""

    base_url: Address = "http://localhost:8000"
    blind_count: bool = False


class Extracts(_Section):
    """What a row of the extracts may hold, as ``[extracts]``: a quantity up to so many times full stock."""

    max_quantity_factor: Annotated[float, Field(ge=1)] = 20.0


class UnitTarget(_Section):
    """Shares that one unit has agreed on; what it leaves out is as everywhere."""

    brik: Rate | None = None
    non_brik: Rate | None = None


class Target(_Section):
    """One period of the agreement: the shares of wards to have been reviewed by the deadline.

    Only reviews from ``from`` on count for it, where it is given; ``units`` have shares of their own.
    """

    brik: Rate = 0.90
    non_brik: Rate = 0.50
    from_: Annotated[date | None, Field(alias="from")] = None
    deadline: date = date(2025, 2, 28)
    units: dict[str, UnitTarget] = {}

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Target:
        if self.from_ is not None and self.from_ > self.deadline:
            raise ValueError(f"the period begins on {self.from_}, after its deadline {self.deadline}")
        return self

    def __hash__(self) -> int:
        # Policies are compared and looked up whole; a dict alone would forbid it.
        return hash(self.model_dump_json())

    def share(self, kind: str, unit: str | None = None) -> float:
        """Share of the wards that a unit is to have reviewed in a kind of goods; of the region without a unit."""
        own = getattr(self.units.get(unit), kind, None) if unit is not None else None
        return float(getattr(self, kind) if own is None else own)


class Policy(_Section):
    """The whole policy; a missing key has the built-in default.

    Attributes
    ----------
    cost, levels, expiry, reviews, transfers, lists, guide, extracts
        The sections of the same name.
    targets : tuple of Target
        At least one period, earliest deadline first.
    """

    cost: Cost = Cost()
    levels: Levels = Levels()
    expiry: Expiry = Expiry()
    reviews: Reviews = Reviews()
    transfers: Transfers = Transfers()
    lists: Lists = Lists()
    guide: Guide = Guide()
    extracts: Extracts = Extracts()
    targets: Annotated[tuple[Target, ...], Field(min_length=1)] = (Target(),)

    @model_validator(mode="before")
    @classmethod
    def _listed_targets(cls, sections: object) -> object:
        """Take one ``[targets]`` and several ``[[targets]]`` alike."""
        if isinstance(sections, dict) and isinstance(sections.get("targets"), dict | list):
            targets = sections["targets"]
            return sections | {"targets": (targets,) if isinstance(targets, dict) else tuple(targets)}
        return sections

    @model_validator(mode="after")
    def _one_target_a_deadline(self) -> Policy:
        deadlines = [target.deadline for target in self.targets]
        if len(set(deadlines)) < len(deadlines):
            raise ValueError("two periods have the same deadline")
        # A frozen model can still be put in order while it is being born.
        object.__setattr__(self, "targets", tuple(sorted(self.targets, key=lambda target: target.deadline)))
        return self

    def as_dict(self) -> dict[str, Any]:
        """Return the policy as plain values, dates as text, for ``run.json``."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def policy_for(data_dir: Path, policy_file: Path | None = None) -> Policy:
    """Find the policy that goes with a folder of extracts.

    Parameters
    ----------
    data_dir : Path
        The extracts; a ``policy.toml`` among them counts.
    policy_file : Path, optional
        The file the user named; it comes before the one among the extracts.

    Returns
    -------
    Policy
        The built-in default where there is no file.

    Raises
    ------
    BadInput
        As ``read_policy``.
    """
    beside = data_dir / POLICY_FILE
    if policy_file is None and not beside.exists():
        return Policy()
    return read_policy(policy_file or beside)


def read_policy(path: Path | None) -> Policy:
    """Read and check a policy file.

    Parameters
    ----------
    path : Path or None
        A TOML file; None is the built-in default.

    Returns
    -------
    Policy
        With defaults for the keys that are missing.

    Raises
    ------
    BadInput
        If the file can't be read, is no TOML, or holds an unknown key or an impossible value; the
        message names the line or the policy key.
    """
    if path is None:
        return Policy()
    sections = _parse(path)
    try:
        return Policy.model_validate(sections)
    except ValidationError as error:
        raise _explained(path.name, sections, error) from None


def _parse(path: Path) -> dict[str, Any]:
    try:
        # Editors on Windows like to put a byte order mark first.
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        problem = f"the policy file can't be read ({error.strerror or error})."
        raise BadInput(f"--policy {path}", problem, "Name a file that exists, or leave the option out.") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadInput(f"{path.name}, line {line}", "the text is not UTF-8.", "Save the file as UTF-8.") from None
    except (ValueError, RecursionError) as error:  # ValueError: also a number of more than 4,300 digits
        raise _not_toml(path, str(error)) from None


def _not_toml(path: Path, problem: str) -> BadInput:
    found = re.search(r"line (\d+)", problem)
    # A key written twice is only found "at end of document".
    line = int(found[1]) if found else path.read_bytes().rstrip().count(b"\n") + 1
    advice = "Write [section] lines and key = value lines, each key once."
    return BadInput(f"{path.name}, line {line}", f"this is not TOML: {problem}.", advice)


# What is wrong and what to do, per kind of fault that the models can find.
_FAULTS = {
    "extra_forbidden": ("there is no such key or section.", "Write one of: {known}."),
    "value_error": ("{error}.", "Give each period a deadline of its own, and let it begin before that."),
    "greater_than_equal": ("{value} is below {ge:g}.", "Write {ge:g} or more."),
    "less_than_equal": ("{value} is above {le:g}.", "Write at most {le:g}."),
    "too_short": ("the list is empty.", "List at least one, or leave the key out to get the default."),
    "finite_number": ("{value} is not a finite number.", "Write an ordinary number."),
    "float_type": ("{value} is not a number.", "Write a number without quotes, with a decimal point."),
    "int_type": ("{value} is not a whole number.", "Write a whole number without quotes."),
    "tuple_type": ("{value} is not a list.", "Write a list in square brackets."),
    "bool_type": ("{value} is not a yes or no.", "Write true or false, without quotes."),
    "string_type": ("{value} is not a text.", "Write it in quotes."),
    "string_pattern_mismatch": ("{value} is no web address.", 'Write one such as "https://brikopt.region.dk".'),
    "string_too_long": ("the text is longer than {max_length} signs.", "Write a shorter one."),
    "dict_type": ("{value} is no list of names with their values.", 'Write {{ "Name" = value }}.'),
    "date_type": ("{value} is not a date.", "Write the date as YYYY-MM-DD, without quotes."),
    "model_type": ("{value} is not a section with keys.", "Write it as a section in square brackets."),
}
_UNFORESEEN = ("{value} does not belong here.", "Leave the key out to get the default.")


def _explained(file: str, sections: dict[str, Any], error: ValidationError) -> BadInput:
    """Name the first wrong key in full and the others by name, so that the file is put right in one go."""
    faults = error.errors()
    # A list with a wrong entry is reported once more for the list as a whole.
    faults = [f for f in faults if not any(_inside(other["loc"], f["loc"]) for other in faults)]
    places = [_place(sections, fault["loc"]) for fault in faults]
    problem, advice = _FAULTS.get(faults[0]["type"], _UNFORESEEN)
    words = {"value": _shown(faults[0]["input"]), "known": _known(faults[0]["loc"])} | faults[0].get("ctx", {})
    others = [place for place in dict.fromkeys(places) if place != places[0]]
    also = f" Also wrong: {'; '.join(others)}." if others else ""
    return BadInput(f"{file}, {places[0]}", problem.format(**words), advice.format(**words) + also)


def _inside(loc: tuple[int | str, ...], outer: tuple[int | str, ...]) -> bool:
    return len(loc) > len(outer) and loc[: len(outer)] == outer


def _place(sections: dict[str, Any], loc: tuple[int | str, ...]) -> str:
    """Write a place the way the file shows it: ``[cost] order_line``."""
    section, *keys = loc or ("targets",)
    header = f"[{section}]"
    if section == "targets" and keys:
        number, *keys = keys
        if isinstance(sections["targets"], list):
            header = f"[[targets]] no. {int(number) + 1}"
    return " ".join([header, *(str(key) for key in keys[:1])])


def _shown(value: object) -> str:
    """Write a value as TOML would, cut short."""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else f"{value!r:.60}"


def _known(loc: tuple[int | str, ...]) -> str:
    """List the keys that may stand where an unknown one stood, the most alike first."""
    models: dict[int | str, type[_Section]] = {
        "cost": Cost,
        "levels": Levels,
        "expiry": Expiry,
        "reviews": Reviews,
        "transfers": Transfers,
        "lists": Lists,
        "guide": Guide,
        "targets": Target,
    }
    keys = list((models.get(loc[0], Policy) if len(loc) > 1 else Policy).model_fields)
    return ", ".join(get_close_matches(str(loc[-1]), keys, n=1) or keys) if loc else ""
