"""What a review is sent as."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from brikopt.contract.personal_numbers import hide_personal_numbers
from brikopt.contract.tables import MOST_UNITS
from service.answers.texts_in import Id, Words

Kind = Literal["brik", "non_brik"]
Cause = Literal["low_use_large_pack", "out_of_place", "returned_late", "not_rotated", "other"]  # as on the guide
Units = Annotated[int, Field(ge=0, le=int(MOST_UNITS))]
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2199, 12, 31))]
_MOST_ROWS = 5000  # more than any ward has positions
# As on the guide: one line done, one left for a reason, and a date read on the shelf.
_EXAMPLE: dict[str, JsonValue] = {
    "ward_id": "A001",
    "kind": "brik",
    "enough_because": "Skab 2 flyttes i næste uge",
    "decisions": [
        {"cabinet_id": "S10012", "item_id": "000050", "action": "trim", "decision": "accepted"},
        {
            "cabinet_id": "S10012",
            "item_id": "000061",
            "action": "trim",
            "decision": "rejected",
            "reason": "Bruges ved genoplivning",
        },
    ],
    "shelf_dates": [{"cabinet_id": "S10012", "item_id": "000050", "earliest_expiry": "2027-01-31"}],
    "counts": [{"cabinet_id": "S10012", "item_id": "000050", "quantity": 34}],
    "discards": [{"cabinet_id": "S10012", "item_id": "000050", "quantity": 6, "cause": "low_use_large_pack"}],
    "seen": [{"cabinet_id": "S10012", "item_id": "000072"}],
}


# What was found on the shelf, and the day on which.
DATED: Mapping[str, str] = {"shelf_dates": "checked_at", "counts": "counted_at", "discards": "discarded_at"}
PARTS = ("decisions", *DATED, "seen")


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Decision(_Sent):
    """What was decided about one line of the trim list."""

    cabinet_id: Id
    item_id: Id
    action: Literal["keep", "trim", "raise", "remove", "take_out", "use_first", "move", "count"]
    decision: Literal["accepted", "rejected", "changed"]
    new_min_level: Units | None = None
    new_max_level: Units | None = None
    new_brik_qty: Units | None = None
    new_brik_count: Units | None = None
    reason: Words | None = None

    @model_validator(mode="after")
    def _levels_fit(self) -> Decision:
        levels = (self.new_min_level, self.new_max_level, self.new_brik_qty, self.new_brik_count)
        if self.decision == "changed" and all(level is None for level in levels):
            raise ValueError("changed needs a new level")
        if (
            self.new_min_level is not None
            and self.new_max_level is not None
            and self.new_min_level > self.new_max_level
        ):
            raise ValueError(f"new_min_level {self.new_min_level} is above new_max_level {self.new_max_level}")
        _refuse_patients("reason", self.reason)
        return self


class ShelfDate(_Sent):
    """The earliest date that somebody read on the shelf; ``checked_at`` is today where it is left out."""

    cabinet_id: Id
    item_id: Id
    earliest_expiry: Day
    checked_at: Day | None = None


class Counted(_Sent):
    """Units that somebody counted on the shelf, all lots together; ``counted_at`` is today where it is left out."""

    cabinet_id: Id
    item_id: Id
    quantity: Units
    counted_at: Day | None = None


class Discarded(_Sent):
    """Units that were thrown away, and why they had been left over; ``discarded_at`` is today where it is left out."""

    cabinet_id: Id
    item_id: Id
    quantity: Annotated[Units, Field(ge=1)]
    cause: Cause | None = None
    discarded_at: Day | None = None


class Seen(_Sent):
    """A position that somebody looked at and left as it is."""

    cabinet_id: Id
    item_id: Id


class ReviewSent(_Sent):
    """One review of one ward in one kind of goods.

    ``run_id`` names the result whose advice was seen; ``enough_because`` says why fewer rows than the policy asks for
    are enough.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    ward_id: Id
    kind: Kind
    run_id: Id | None = None
    enough_because: Annotated[Words, Field(min_length=1)] | None = None
    decisions: Annotated[list[Decision], Field(max_length=_MOST_ROWS)] = []
    shelf_dates: Annotated[list[ShelfDate], Field(max_length=_MOST_ROWS)] = []
    counts: Annotated[list[Counted], Field(max_length=_MOST_ROWS)] = []
    discards: Annotated[list[Discarded], Field(max_length=_MOST_ROWS)] = []
    seen: Annotated[list[Seen], Field(max_length=_MOST_ROWS)] = []

    @model_validator(mode="after")
    def _no_patients(self) -> ReviewSent:
        _refuse_patients("enough_because", self.enough_because)
        return self


def _refuse_patients(name: str, words: str | None) -> None:
    if words is not None and hide_personal_numbers(words) != words:
        raise ValueError(f"{name} holds a personal number; there is no place for patients here")
