"""Any shelf keeps its accounts, whatever its levels, its goods and its people."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from brikopt.world.calendar import BY_LOT, CHECK, COUNT, READ
from brikopt.world.days import ASKED, N_TRACED, SERVED, Calendar, WardDays, live
from brikopt.world.log import (
    AMOUNT,
    COMING,
    DAY,
    DELIVERED,
    EXPIRED,
    EXPIRY,
    KIND,
    LYING,
    N_COLUMNS,
    ORDER,
    ORDERED,
    STARTED,
    THROWN,
)
from brikopt.world.shelves import NEVER, SHARED_HABITS, SHELF

N_DAYS = 300
ON_HAND, CARDS_HUNG = 2, 4  # columns of a trace

shares = st.floats(0, 1)


@st.composite
def positions(draw: st.DrawFn) -> np.record:
    """A brik or non-brik position with any habits; some die, some end, some begin late."""
    p = np.zeros(1, dtype=SHELF)
    pack, packs = draw(st.integers(1, 20)), draw(st.integers(1, 6))
    p["pack_size"], p["is_brik"] = pack, draw(st.booleans())
    if p["is_brik"][0]:
        p["brik_qty"], p["brik_count"] = pack * packs, draw(st.integers(1, 4))
        p["max_level"] = p["brik_qty"] * p["brik_count"]
        p["min_level"] = p["max_level"] - p["brik_qty"]
    else:
        p["max_level"] = pack * packs + 1
        p["min_level"] = draw(st.integers(0, pack * packs))
    for name in (*SHARED_HABITS, "newest_share", "recorded_share", "lot_share"):
        p[name] = draw(shares)
    p["lull"], p["rate"] = 0.9 * draw(shares), draw(st.floats(0.01, 8))
    p["batch"], p["steadiness"] = draw(st.floats(1, 9)), draw(st.floats(0.2, 8))
    p["shelf_life"] = life = draw(st.sampled_from([0, 40, 200]))
    # A lot is given out for a quarter of its life at most, or goods would come out of date.
    p["lot_span"] = draw(st.integers(7, life // 4 if life else 60))
    p["lead_mean"], p["lead_sd"] = draw(st.integers(1, 20)), draw(shares)
    p["dead_from"], p["back_from"] = draw(st.sampled_from([(NEVER, NEVER), (100, NEVER), (100, 180)]))
    p["shift_day"], p["shift_factor"] = draw(st.integers(0, N_DAYS)), draw(st.floats(0.2, 4))
    p["first_day"], p["end_day"] = draw(st.sampled_from([(0, N_DAYS), (60, N_DAYS), (0, 210)]))
    for name in ("use_key", "hand_key", "item_key"):
        p[name] = draw(st.integers(0, 2**63))
    return p[0]


def _lived(p: np.record, busy: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Live through 300 days; return the events, the use by month and the trace."""
    log = np.zeros((40 * N_DAYS + 4096, N_COLUMNS), dtype=np.int32)
    usage, trace = np.zeros((10, 3)), np.zeros((N_DAYS, N_TRACED), dtype=np.int64)
    open_days = np.ones((1, N_DAYS)) if busy is None else busy[None]
    weekdays = np.arange(7)
    ward = WardDays(open_days, (weekdays[None] == 0) | (weekdays[None] == 3), weekdays[None] < 5)
    day = np.arange(N_DAYS)
    visits = np.where(day % 31 == 5, CHECK | READ, 0) + np.where(day % 97 == 9, COUNT | BY_LOT, 0)
    calendar = Calendar(day % 7, day // 30, N_DAYS)
    rows = live(p, ward, visits.astype(np.uint8), calendar, log, usage, trace)
    return log[:rows], usage, trace


def _units(events: np.ndarray, kind: int) -> int:
    return int(events[events[:, KIND] == kind, AMOUNT].sum())


@given(positions())
@settings(max_examples=150, deadline=None)
def test_units_are_neither_made_nor_lost(p):
    """Started + delivered = used + thrown away + lying there, on any shelf."""
    events, usage, _ = _lived(p)
    came = _units(events, STARTED) + _units(events, DELIVERED)
    assert came == usage[:, SERVED].sum() + _units(events, THROWN) + _units(events, LYING)


@given(positions())
@settings(max_examples=50, deadline=None)
def test_what_arrives_was_ordered_and_no_more(p):
    """Each delivery has its line, made on an earlier day; no line brings more units than it asked for."""
    events, _, _ = _lived(p)
    lines = {row[ORDER]: (row[DAY], row[AMOUNT]) for row in events[events[:, KIND] == ORDERED]}
    assert len(lines) == (events[:, KIND] == ORDERED).sum()
    for row in events[(events[:, KIND] == DELIVERED) | (events[:, KIND] == COMING)]:
        day, units = lines[row[ORDER]]
        assert day < row[DAY]
        assert row[AMOUNT] <= units


@given(positions())
@settings(max_examples=50, deadline=None)
def test_no_more_is_met_than_wanted_and_stock_is_never_negative(p):
    """Nor do more cards hang than the position has."""
    _, usage, trace = _lived(p)
    assert (usage[:, SERVED] <= usage[:, ASKED]).all()
    assert trace[:, ON_HAND].min() >= 0
    assert trace[:, CARDS_HUNG].max() <= p["brik_count"]


@given(positions())
@settings(max_examples=50, deadline=None)
def test_goods_are_thrown_away_as_expired_only_once_they_have(p):
    """What went out of date is at least what was thrown away for it; each lot on the day after its date."""
    p["damaged"] = 0.0
    events, _, _ = _lived(p)
    expired, thrown = events[events[:, KIND] == EXPIRED], events[events[:, KIND] == THROWN]
    assert (expired[:, DAY] == expired[:, EXPIRY] + 1).all()
    assert (thrown[:, DAY] > thrown[:, EXPIRY]).all()
    assert thrown[:, AMOUNT].sum() <= expired[:, AMOUNT].sum()


@given(positions())
@settings(max_examples=30, deadline=None)
def test_a_closed_ward_wants_nothing_and_orders_nothing(p):
    """Closed from day 100 to day 199."""
    day = np.arange(N_DAYS)
    events, _, trace = _lived(p, busy=np.where((day >= 100) & (day < 200), 0.0, 1.0))
    ordered = events[events[:, KIND] == ORDERED, DAY]
    assert not ((ordered >= 100) & (ordered < 200)).any()
    assert trace[100:200, :2].sum() == 0
