"""A position's present and its possible futures, ready to be lived forward."""

from dataclasses import replace

import numpy as np
import pytest

from brikopt.stock.draws import _far_first
from brikopt.stock.outlook import outlook, plan_of
from brikopt.stock.posterior import present

from .histories import evidence_of, extracts


def ahead(paths=100, days=60, purpose="flags", **tables):
    """The outlook of position 0 on Monday, 3 March 2025."""
    evidence = evidence_of(extracts(**tables))
    return outlook(evidence, 0, present(evidence, 0), paths, days, purpose)


def test_todays_levels_are_the_plan():
    """S1 has two cards of 10; S2 orders from 5 up to 20 in packs of 1."""
    positions = "cabinet_id min_level max_level brik_qty brik_count\nS1 10 20 10 2\nS2 5 20 _ _"
    evidence = evidence_of(extracts(positions=positions))
    assert tuple(plan_of(evidence, 0)) == (True, 10, 20, 10, 1)
    assert tuple(plan_of(evidence, 1))[:3] == (False, 5, 20)


def test_dates_count_from_the_day_of_decision():
    """13 units of 10 March, counted yesterday: on every path the first lot is of day 7, and day 0 is a Monday."""
    future = ahead(counts="counted_at quantity expiry_date\n2025-03-02 13 2025-03-10")
    assert set(future.start.expiry[:, 0].tolist()) == {7}
    assert future.supply.weekday == 0


def test_what_is_under_way_comes_after_its_lead_time_on_a_delivery_day():
    """Ordered yesterday with 3 days' lead time is ready on Wednesday, day 2; the ward gets goods on Fridays, day 4."""
    future = ahead(orders="ordered_at quantity\n2025-03-02 10", wards="ward_id delivery_days\nW1 5\nW2 5")
    assert future.start.ordered.tolist() == [10]
    assert set(future.start.arrival[:, 0].tolist()) == {4}


def test_what_is_late_comes_any_day_now():
    """Ordered 20 days ago with 3 days' lead time: today, on every path."""
    future = ahead(orders="ordered_at quantity\n2025-02-11 10")
    assert set(future.start.arrival[:, 0].tolist()) == {0}


def test_lead_times_are_whole_days_with_the_mean_and_spread_of_the_item():
    """Mean 6, spread 2: 6,400 draws within four standard errors, none below 1."""
    items = "item_id lead_time_days_mean lead_time_days_sd\nI1 6 2"
    lead = ahead(items=items).draws.lead_time
    assert abs(lead.mean() - 6) < 4 * 2 / np.sqrt(lead.size) + 0.01
    assert lead.std() == pytest.approx(2, rel=0.1)
    assert lead.min() >= 1


def test_a_lead_time_without_spread_is_always_the_same():
    """3 days, and at least one day where the extracts say 0."""
    assert set(ahead().draws.lead_time.ravel().tolist()) == {3}
    assert set(ahead(items="item_id lead_time_days_mean\nI1 0").draws.lead_time.ravel().tolist()) == {1}


def test_futures_for_choosing_are_not_those_for_pricing():
    """Two purposes, two streams; one purpose twice, the same futures."""
    orders = "ordered_at quantity\n" + "\n".join(f"2024-{month:02d}-01 10" for month in range(4, 13))
    choosing, again, pricing = (ahead(purpose=name, orders=orders).draws for name in ("a", "a", "b"))
    assert choosing.uses.day.tolist() == again.uses.day.tolist()
    assert choosing.uses.day.tolist() != pricing.uses.day.tolist()


def test_use_is_drawn_for_every_path_and_up_to_the_last_day():
    """100 paths of 60 days: each has its place in the list, days rise within a path, no use of nothing."""
    uses = ahead().draws.uses
    assert len(uses.first) == 101
    assert uses.day.max() <= 59
    assert (np.diff(uses.day)[np.setdiff1d(np.arange(len(uses.day) - 1), uses.first[1:-1] - 1)] > 0).all()
    assert uses.units.min() >= 1


def test_a_few_futures_go_further_than_the_others():
    """Of 100 paths 25 go 700 days, the others 60; by themselves the 25 are the same futures."""
    orders = "ordered_at quantity\n" + "\n".join(f"2024-{month:02d}-01 10" for month in range(4, 13))
    evidence = evidence_of(extracts(orders=orders))
    both = outlook(evidence, 0, present(evidence, 0), 100, 60, "flags", 25, 700)
    uses = both.draws.uses
    last = np.array([uses.day[uses.first[path] : uses.first[path + 1]].max(initial=0) for path in range(100)])
    assert last[:25].max() > 600
    assert last[25:].max() < 60
    few = both.first(25)
    assert len(few.start.lots) == len(few.draws.life) == 25
    assert few.draws.uses.day.tolist() == uses.day[: uses.first[25]].tolist()
    assert len(few.draws.pick) == len(few.draws.uses.day)


def test_those_that_go_further_lie_evenly_among_all():
    """One of each four neighbours of 128: 32 different ones come first, the others follow, and chance picks which."""
    order = _far_first(np.random.default_rng(1), 128, 32)
    assert sorted(order.tolist()) == list(range(128))
    assert (order[:32] // 4).tolist() == list(range(32))
    assert set((order[:32] % 4).tolist()) == {0, 1, 2, 3}


def test_goods_last_a_usual_share_of_their_life():
    """Fresh from half to all of 100 days, evenly: 3,200 draws lie between 50 and 100 with a mean of 75, to 1 day."""
    evidence = replace(evidence_of(extracts(items="item_id shelf_life_days\nI1 100")), freshness=np.array([0.5, 1.0]))
    life = outlook(evidence, 0, present(evidence, 0), 200, 60, "flags").draws.life
    assert life.min() >= 50
    assert life.max() <= 100
    assert abs(life.mean() - 74.5) < 1.0


def test_past_checks_are_past():
    """Check days count from today on."""
    assert ahead().supply.checks.min() >= 0
