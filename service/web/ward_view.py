"""Everything that the page of one ward shows."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brikopt.contract.outputs import SHELVES, STOCK
from brikopt.reports.sections import SECTIONS
from service.access.callers import ReadsReviews
from service.answers.forms import Form
from service.coverage.standing import WardStanding, end_of_today, standing_at, ward_standings
from service.lists.guides import guide_of
from service.lists.views import EXPIRING, LEVEL, OUT, RISK, TRIM, View, rows_of
from service.places.tables import Cabinet, Item, Ward
from service.refusals import Unknown
from service.reviews.enough import least_share
from service.reviews.schemas import Kind
from service.runs.tables import Run
from service.transfers.store import transfers_in_reach
from service.web.expiry_bands import Band, as_overdue, bands_of
from service.web.figures import Figures, figures_of_wards
from service.web.moves import MoveShown, moves_shown
from service.web.paper_numbers import Numbers, paper_numbers
from service.web.quiet_flags import quiet_places, taken_out
from service.web.sheet import (
    Lists,
    SheetRow,
    in_parts,
    kinds_of,
    rows_with_cards,
    rows_without_cards,
)
from service.web.visit import Visit
from service.web.ward_reviews import ReviewShown, decisions_of, reviews_of_ward
from service.web.year_plot import PastYear, past_year_of

_STOCK = View("stock", "stock", STOCK.columns)
_SHELVES = View("shelves", "shelves", SHELVES.columns)


@dataclass(frozen=True, slots=True)
class SheetShown:
    """The form of one kind of goods: rows to do, rows that may stay, and what the page had seen."""

    kind: Kind
    rows: tuple[SheetRow, ...]
    seen: str
    once: str

    @property
    def todo(self) -> list[SheetRow]:
        """The rows with something to do."""
        return [row for row in self.rows if row.things]

    @property
    def parts(self) -> list[tuple[str, str, list[SheetRow]]]:
        """The rows with something to do, parted as the list is."""
        return in_parts(self.todo)

    @property
    def kept(self) -> list[SheetRow]:
        """The rows whose level stays."""
        return [row for row in self.rows if not row.things]


@dataclass(frozen=True, slots=True)
class ShelfShown:
    """What is known of a shelf: its place in the cabinet, its last year, and the stock that is believed."""

    place: str
    year: PastYear
    stock: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class WardView:
    """One ward, as its page shows it."""

    ward: Ward
    standing: WardStanding
    cabinets: Mapping[str, str]
    sheets: tuple[SheetShown, ...]
    packs: Mapping[str, int]
    gtins: Mapping[str, str]
    shelves: Mapping[tuple[str, str], ShelfShown]
    figures: Figures
    overdue: Sequence[Mapping[str, Any]]
    expiring: Sequence[Mapping[str, Any]]
    handled: Sequence[Mapping[str, Any]]
    bands: Sequence[Band]
    risks: Sequence[Mapping[str, Any]]
    moves: Sequence[MoveShown]
    reviews: Sequence[ReviewShown]
    has_guide: bool
    decides: bool
    sees_reviews: bool
    least_share: float

    @property
    def counts_by_part(self) -> list[tuple[str, int]]:
        """Rows of each part of the list, in its order; empty where the list has no parts."""
        counted = Counter(row.section for sheet in self.sheets for row in sheet.todo)
        named = any(section for sheet in self.sheets for section, _, _ in sheet.parts)
        return [(section, counted[section]) for section in SECTIONS if counted[section]] if named else []

    @property
    def has_places(self) -> bool:
        """Whether the extracts name any item's place in its cabinet."""
        return any(shelf.place for shelf in self.shelves.values())

    @property
    def newest(self) -> str:
        """Id of the newest review of the ward."""
        return self.reviews[0].review.id if self.reviews else ""

    def dkk(self, *names: str) -> float:
        """Add up what is expected to be lost in some bands, or in all."""
        return sum(band.dkk for band in self.bands if not names or band.name in names)


def ward_view(session: Session, run: Run, ward: Ward, visit: Visit) -> WardView:
    """Gather what the page of a ward shows.

    Parameters
    ----------
    session : Session
    run : Run
        The served one.
    ward : Ward
        One that the visitor may see.
    visit : Visit
        Decides whether moves and reviews are shown, and whether the form may be sent.
    """
    reads = visit.reach(ReadsReviews)
    cabinets = _cabinets(session, run, ward)
    expiring = rows_of(session, run, EXPIRING, ward_id=ward.ward_id)
    reviews = reviews_of_ward(session, ward, visit) if reads.covers(ward) else []
    guide = _guide(session, run, ward)
    lists = Lists(
        things=rows_of(session, run, TRIM, ward_id=ward.ward_id),
        levels=rows_of(session, run, LEVEL, ward_id=ward.ward_id),
        earliest={(row["cabinet_id"], row["item_id"]): row["earliest_expiry"] for row in expiring},
        decided=decisions_of(reviews, lambda review: review.run_id == run.run_id),
        rejected={
            line: one
            for line, one in decisions_of(reviews, lambda review: review.run_id != run.run_id).items()
            if one.decision == "rejected"
        },
    )
    numbers = paper_numbers(guide, run.record.get("lang", "da")) if guide else {}
    moves = [
        move
        for move in transfers_in_reach(session, run, reads)
        if ward.ward_id in (move.giver.ward_id, move.taker.ward_id)
    ]
    out = taken_out(run, [one.review for one in reviews])
    overdue = [
        row
        for row in rows_of(session, run, OUT, ward_id=ward.ward_id)
        if (row["cabinet_id"], row["item_id"]) not in out
    ]
    quiet = quiet_places(session, run, expiring, [one.review for one in reviews])
    speaking, handled = (
        [row for row in expiring if ((row["cabinet_id"], row["item_id"]) in quiet) is silent]
        for silent in (False, True)
    )
    items = _items(session, run, (level["item_id"] for level in lists.levels))
    return WardView(
        ward=ward,
        standing=ward_standings(standing_at(session, run, end_of_today()))[ward.ward_id],
        cabinets=cabinets,
        sheets=tuple(_sheet(kind, lists, cabinets, numbers, reviews) for kind in kinds_of(cabinets)),
        packs={item.item_id: item.pack_size for item in items},
        # Numbers of 8, 12 and 13 digits are those of 14 with zeros before.
        gtins={item.item_id: item.gtin.zfill(14) for item in items if item.gtin},
        shelves=_shelves(session, run, ward),
        figures=figures_of_wards(session, run, ward.ward_id).get(ward.ward_id, Figures()),
        overdue=overdue,
        expiring=speaking,
        handled=handled,
        bands=bands_of([*as_overdue(overdue), *speaking]),
        risks=rows_of(session, run, RISK, ward_id=ward.ward_id),
        moves=moves_shown(session, run, moves, visit) if reads.covers(ward) else [],
        reviews=reviews,
        has_guide=bool(guide),
        decides=visit.makes_reviews.covers(ward),
        sees_reviews=reads.covers(ward),
        least_share=least_share(run),
    )


def _sheet(
    kind: Kind, lists: Lists, cabinets: Mapping[str, str], numbers: Numbers, reviews: Sequence[ReviewShown]
) -> SheetShown:
    here = [cabinet for cabinet, one in cabinets.items() if one == kind]
    rows = rows_with_cards(lists, here) if kind == "brik" else rows_without_cards(lists, here, numbers)
    standing = (one.review.id for one in reviews if one.review.kind == kind and one.review.undone_at is None)
    return SheetShown(kind, tuple(rows), next(standing, ""), secrets.token_urlsafe(16))


def _cabinets(session: Session, run: Run, ward: Ward) -> dict[str, str]:
    query = select(Cabinet.cabinet_id, Cabinet.kind).where(Cabinet.run == run.id, Cabinet.ward_id == ward.ward_id)
    return dict(session.execute(query.order_by(Cabinet.cabinet_id)).all())


def _items(session: Session, run: Run, item_ids: Iterable[str]) -> Sequence[Item]:
    query = select(Item).where(Item.run == run.id, Item.item_id.in_(sorted(set(item_ids))))
    return session.scalars(query).all()


def _shelves(session: Session, run: Run, ward: Ward) -> dict[tuple[str, str], ShelfShown]:
    """Results of earlier versions tell no last year."""
    told, stock = (
        {(row["cabinet_id"], row["item_id"]): row for row in rows_of(session, run, view, ward_id=ward.ward_id)}
        for view in (_SHELVES, _STOCK)
    )
    blank: dict[str, Any] = dict.fromkeys(("first_day", "used", "on_hand"), "")
    found = {}
    for key, row in stock.items():
        own = told.get(key, blank)
        year = past_year_of(own["first_day"], own["used"], own["on_hand"])
        found[key] = ShelfShown(own.get("shelf_place") or "", year, row)
    return found


def _guide(session: Session, run: Run, ward: Ward) -> str:
    try:
        return guide_of(session, run, ward.ward_id, Form.HTML).decode()
    except Unknown:
        return ""
