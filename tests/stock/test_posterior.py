"""The evidence of all positions, and how one position is run."""

import numpy as np
import pandas as pd

from brikopt.stock.posterior import (
    FEWER_PARTICLES,
    MOST_PARTICLES,
    PARTICLES,
    present,
    setting_of,
    stream,
)

from .histories import days, evidence_of, extracts

THREE = "cabinet_id item_id min_level max_level brik_qty brik_count\nS1 I1 10 20 10 2\nS1 I2 5 10 5 2\nS2 I1 5 20 _ _"


def test_streams_differ_by_position_and_purpose_and_repeat_themselves():
    """Four names, four streams; the same name twice, the same numbers."""
    names = [("S1", "I1", "past"), ("S1", "I2", "past"), ("S2", "I1", "past"), ("S1", "I1", "flags")]
    first = [int(stream(*name).integers(1 << 60)) for name in names]
    assert len(set(first)) == 4
    assert [int(stream(*name).integers(1 << 60)) for name in names] == first


def test_ids_do_not_run_together():
    """Cabinet 1 with item 23 is not cabinet 12 with item 3."""
    assert stream("1", "23", "past").integers(1 << 60) != stream("12", "3", "past").integers(1 << 60)


def test_the_history_begins_with_the_first_event_of_all():
    """S1's first line is of 5 January 2023, the others have none: all begin there."""
    evidence = evidence_of(extracts(positions=THREE, orders="ordered_at quantity\n2023-01-05 10"))
    assert evidence.first_day.tolist() == [days("2023-01-05")] * 3
    assert not evidence.starts_empty.any()


def test_a_position_put_up_later_begins_empty_on_its_day():
    """Active from 1 February 2025, while the extracts begin on 5 January 2023."""
    positions = "cabinet_id min_level max_level active_from\nS1 10 20 _\nS2 5 20 2025-02-01"
    evidence = evidence_of(extracts(positions=positions, orders="ordered_at quantity\n2023-01-05 10"))
    assert evidence.first_day.tolist() == [days("2023-01-05"), days("2025-02-01")]
    assert evidence.starts_empty.tolist() == [False, True]


def test_without_any_event_the_history_is_the_last_year():
    """No row but the master data: 365 days before 3 March 2025."""
    assert evidence_of(extracts()).first_day.tolist() == [days("2024-03-03")]


def test_a_part_holds_its_own_positions_events_lines_and_checks():
    """Of three positions the third alone: one line of 15 units, in cabinet S2."""
    orders = "cabinet_id item_id ordered_at quantity\nS1 I1 2025-01-05 10\nS1 I2 2025-01-06 5\nS2 I1 2025-02-20 15"
    part = evidence_of(extracts(positions=THREE, orders=orders)).part(2, 3)
    assert part.positions["cabinet_id"].tolist() == ["S2"]
    assert (part.ledger.start.tolist(), part.ledger.units.tolist()) == ([0, 1], [15])
    assert (part.ledger.lines.position.tolist(), part.ledger.lines.quantity.tolist()) == ([0], [15])
    assert part.open_lines.tolist() == [True]
    assert list(part.checks) == ["S2"]
    assert part.pooled.grid.shape[0] == len(part.first_day) == len(part.starts_empty) == 1


def test_the_parts_of_the_whole_hold_every_event():
    """Nine lines over three positions: the parts' lines one after the other are the whole's."""
    dates = pd.date_range("2025-01-01", periods=9, freq="3D")
    cells = [("S1", "I1"), ("S1", "I2"), ("S2", "I1")]
    rows = [f"{cells[at % 3][0]} {cells[at % 3][1]} {day.date()} {at + 1}" for at, day in enumerate(dates)]
    whole = evidence_of(extracts(positions=THREE, orders="cabinet_id item_id ordered_at quantity\n" + "\n".join(rows)))
    parts = [whole.part(0, 2), whole.part(2, 3)]
    assert np.concatenate([part.ledger.units for part in parts]).tolist() == whole.ledger.units.tolist()
    assert sum(part.ledger.lines.quantity.sum() for part in parts) == 45


def test_the_last_order_day_lies_before_the_day_of_decision():
    """3 March 2025 is a Monday: the last Thursday was 27 February, the last Monday 24 February."""
    for weekdays, day in (("4", "2025-02-27"), ("1", "2025-02-24"), ("1,4", "2025-02-27"), ("7", "2025-03-02")):
        evidence = evidence_of(extracts(wards=f"ward_id order_days\nW1 {weekdays}\nW2 1"))
        assert setting_of(evidence, 0).last_order_day == days(day)


def test_a_position_is_run_as_its_cabinet_says():
    """S1 has two cards of 10 for goods of a year's life; two order days a week are 3.5 days apart on average."""
    setting = setting_of(evidence_of(extracts(wards="ward_id order_days\nW1 1,4\nW2 1")), 0)
    assert (setting.is_brik, setting.min_level, setting.max_level, setting.brik_qty) == (True, 10, 20, 10)
    assert (setting.shelf_life, setting.order_gap) == (365, 3.5)
    assert setting_of(evidence_of(extracts(items="item_id shelf_life_days\nI1 _")), 0).shelf_life == 0


def particles(**tables):
    """How many particles the present of a position of two cards of 10 is drawn with."""
    return len(present(evidence_of(extracts(**tables)), 0).lots)


def test_particles_go_where_goods_may_go_out_of_date():
    """Goods that keep, or that are used up within days, get few; slow goods with hardly a history get many."""
    fast = "ordered_at quantity\n" + "\n".join(f"{day.date()} 20" for day in pd.date_range("2024-12-01", "2025-03-01"))
    slow = "ordered_at quantity\n" + "\n".join(
        f"{day.date()} 1" for day in pd.date_range("2022-01-01", "2025-03-01", freq="7D")
    )
    assert particles(items="item_id shelf_life_days\nI1 _") == FEWER_PARTICLES
    assert particles(orders=fast) == FEWER_PARTICLES
    assert particles() == MOST_PARTICLES
    assert PARTICLES <= particles(orders=slow) < MOST_PARTICLES
