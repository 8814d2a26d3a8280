"""What the trimming guide of a ward says: one row an item without cards, what matters most first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from brikopt.contract.rules import Language
from brikopt.reports import wording
from brikopt.reports.sentences import texts_of
from brikopt.reports.wording import Words

# Why goods were thrown away; the letter on the paper is the place in this list.
CAUSES = ("low_use_large_pack", "out_of_place", "returned_late", "not_rotated", "other")


@dataclass(frozen=True, slots=True)
class Edition:
    """What every guide of a run has in common.

    Parameters
    ----------
    run_id, version : str
        Which run of which brikopt.
    as_of : date
        Moment of decision.
    lang : {"da", "en"}
        Language.
    base_url : str
        Where the service is.
    blind_count : bool
        Leave out what gives away the expected stock, so that a count is a count.
    """

    run_id: str
    version: str
    as_of: date
    lang: Language
    base_url: str
    blind_count: bool

    @property
    def as_of_text(self) -> str:
        """The moment of decision in words."""
        return wording.day(self.as_of, Words(**texts_of(self.lang)["words"]), self.lang)

    @property
    def foot(self) -> str:
        """What stands at the foot of every page: enough to make the guide again."""
        footer: str = texts_of(self.lang)["front"]["footer"]
        return footer.format(version=self.version, run_id=self.run_id, as_of=self.as_of_text)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do about an item: the action of ``trim_list.csv`` or ``keep``, its word, and why, in a sentence."""

    action: str
    word: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideRow:
    """One item of a guide; what ends in ``_text`` is the same in words."""

    number: int  # from 1, through all cabinets of the ward; the screen has the same
    cabinet_id: str
    item_id: str
    name: str
    earliest_expiry: date | None
    expiry_known: bool
    expiry_text: str
    stale: bool  # something is probably out of date already
    rank: int | None  # of the first thing to do, on the ward's list; None where there is nothing
    section: str  # of the list, in words; blank where there is nothing to do
    habit_text: str
    min_level: int
    max_level: int
    new_min_level: int
    new_max_level: int
    level_text: str
    new_level_text: str  # blank where the level stays
    tasks: tuple[Task, ...]
    dkk_per_minute: float | None  # saved a year for a minute of work; None where there is nothing to do
    worth_text: str


@dataclass(frozen=True, slots=True)
class GuideCabinet:
    """One cabinet without cards and its rows; it may be empty."""

    cabinet_id: str
    rows: tuple[GuideRow, ...]
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """The trimming guide of a ward.

    Parameters
    ----------
    ward_id, ward_name, hospital, unit : str
        The ward.
    cabinets : tuple of GuideCabinet
        By id.
    first : tuple of tuple of int and str
        Row number and sentence of what to look at first.
    stale : str
        Names the rows with goods that are probably out of date; blank where there are none.
    address : str
        The ward's page, in the code.
    edition : Edition
        The run.
    """

    ward_id: str
    ward_name: str
    hospital: str
    unit: str
    cabinets: tuple[GuideCabinet, ...]
    first: tuple[tuple[int, str], ...]
    stale: str
    address: str
    edition: Edition

    @property
    def is_empty(self) -> bool:
        """Whether no cabinet of the ward holds anything."""
        return not any(cabinet.rows for cabinet in self.cabinets)


def lettered_causes(lang: Language) -> list[tuple[str, str]]:
    """Name the causes of waste: the letter on the paper and the words of a language."""
    words = texts_of(lang)["guide"]["causes"]
    return [(chr(ord("A") + place), words[cause]) for place, cause in enumerate(CAUSES)]
