"""One cabinet taken through all steps: stock, expiry, risk, levels. The day of decision is Monday, 3 March 2025."""

import numpy as np
import pandas as pd
import pytest

from brikopt.flows.cabinet import MOST_GIVEN, CabinetJob, work_on_cabinet
from brikopt.policy import Levels, Policy
from brikopt.reports.sentences import Sentences
from tests.stock.histories import AS_OF, evidence_of, extracts

THREE = "cabinet_id item_id min_level max_level brik_qty brik_count\nS1 I1 10 20 10 2\nS1 I2 5 10 5 2\nS2 I1 5 20 _ _"


def worked(cabinet="S1", policy=None, **tables):
    """The result of one cabinet."""
    evidence = evidence_of(extracts(**tables))
    rows = np.flatnonzero(evidence.positions["cabinet_id"] == cabinet)
    return work_on_cabinet(CabinetJob(evidence.part(rows[0], rows[-1] + 1), policy or Policy(), AS_OF))


def until(year):
    """A card of 10 every 10 days for two years until March of a year, and none since."""
    dates = np.arange(np.datetime64(f"{year - 2}-03-01"), np.datetime64(f"{year}-03-01"), 10)
    rows = "\n".join(f"{day} 10" for day in dates)
    return {"orders": f"ordered_at quantity\n{rows}", "deliveries": f"delivered_at quantity\n{rows}"}


LONG_DEAD = until(2022)


def fact(policy=None, **tables):
    """The facts of cabinet S1's first position."""
    return worked(policy=policy, **tables).facts.iloc[0]


def every(gap, units, cabinet="S1", start="2023-03-01"):
    """A line of so many units every so many days until yesterday, each delivered on the day it was ordered."""
    dates = np.arange(np.datetime64(start), np.datetime64("2025-03-03"), gap)
    rows = "\n".join(f"B{at} {cabinet} {day} {units}" for at, day in enumerate(dates))
    return {
        "orders": f"order_id cabinet_id ordered_at quantity\n{rows}",
        "deliveries": f"order_id cabinet_id delivered_at quantity\n{rows}",
    }


def test_every_position_has_a_row_a_reason_and_a_phrase():
    """Cabinet S1 holds two positions, S2 one."""
    for cabinet, count in (("S1", 2), ("S2", 1)):
        found = worked(cabinet, positions=THREE, **every(20, 10))
        lists = (found.facts, found.expiry_reasons, found.level_reasons, found.phrases, found.p_excess)
        assert {len(one) for one in lists} == {count}


@pytest.mark.parametrize("lang", ["da", "en"])
def test_every_reason_can_be_said(lang):
    """Busy, silent, dead, with and without cards: all sentences find their numbers."""
    say = Sentences(lang).say
    for cabinet in ("S1", "S2"):
        found = worked(cabinet, positions=THREE, **every(20, 10))
        phrases = [phrase for pair in found.phrases for phrase in pair]
        flags = [reason for reasons in found.expiry_reasons for reason in reasons]
        for reason in [*flags, *found.level_reasons, *phrases]:
            assert say(reason)


def test_chances_are_chances():
    """Between 0 and 1, and at least j + 1 units are never likelier than at least j."""
    found = worked(positions=THREE, **every(20, 10))
    for name in ("p_dead", "p_expire", "p_stale", "p_stockout", "fill_rate", "new_fill_rate"):
        assert found.facts[name].between(0, 1).all(), name
    assert len(found.p_excess) == 2
    assert all((np.diff(chances) <= 0).all() and len(chances) <= MOST_GIVEN for chances in found.p_excess)


def test_a_cabinets_result_is_the_same_whatever_else_the_region_holds():
    """S1 alone in the job, or in a region with S2: the beliefs beforehand are shared, the rest is its own."""
    evidence = evidence_of(extracts(positions=THREE, **every(20, 10)))
    first = work_on_cabinet(CabinetJob(evidence.part(0, 2), Policy(), AS_OF))
    second = work_on_cabinet(CabinetJob(evidence.part(0, 3).part(0, 2), Policy(), AS_OF))
    pd.testing.assert_frame_equal(first.facts, second.facts)
    assert all(map(np.array_equal, first.p_excess, second.p_excess))


def test_the_next_delivery_is_planned_from_today():
    """Ordered on Wednesday, 5 March; ready after 4 days on Sunday the 9th; delivered on Tuesday the 11th."""
    found = fact(
        wards="ward_id order_days delivery_days\nW1 3 2\nW2 1 1", items="item_id lead_time_days_mean\nI1 4\nI2 3"
    )
    assert found["next_delivery"] == pd.Timestamp("2025-03-11")


def test_an_empty_shelf_in_use_runs_out_and_a_full_one_does_not():
    """A unit a day: 0 counted yesterday and nothing on its way, against 20 counted."""
    history = every(10, 10)
    empty = fact(**history, counts="counted_at quantity\n2025-03-02 0")
    full = fact(**history, counts="counted_at quantity\n2025-03-02 20")
    assert empty["p_stockout"] > 0.7
    assert full["p_stockout"] < 0.1


def test_what_is_needed_until_the_next_delivery_grows_with_use():
    """A card of 10 every 5 days, against one every 100 days."""
    assert fact(**every(5, 10))["need_units"] > fact(**every(100, 10))["need_units"]


def test_reaching_for_the_newest_is_told_apart_from_too_much_stock():
    """No use at all: whatever lies in front, as much goes out of date."""
    found = fact(counts="counted_at quantity expiry_date\n2025-03-02 9 2025-04-01\n2025-03-02 9 2025-05-01")
    assert found["rotated_units"] < 0.5
    assert found["expected_expired_units"] > 15


def test_a_dead_position_is_removed():
    """Use stopped six years ago, and goods of 10,000 DKK lie there: all new levels are 0, and the reason tells."""
    found = worked(items="item_id unit_price_dkk\nI1 10000", **until(2019))
    (facts,) = found.facts.to_dict("records")
    assert facts["p_dead"] > 0.9
    assert facts["action"] == "remove"
    assert [facts[f"new_{name}"] for name in ("min_level", "max_level", "brik_qty", "brik_count")] == [0, 0, 0, 0]
    assert found.level_reasons[0].code == "remove_dead"


@pytest.mark.parametrize("because", ["critical", "protected"])
def test_neither_a_critical_nor_a_protected_item_is_removed(because):
    """The same dead position: two cards at least; the protected one keeps its level, and the reason names the owner."""
    protected = "item_id owner reason\nI1 Anæstesi genoplivning" if because == "protected" else ""
    items = f"item_id unit_price_dkk critical\nI1 10000 {int(because == 'critical')}"
    found = worked(items=items, protected=protected, **LONG_DEAD)
    (facts,) = found.facts.to_dict("records")
    assert facts["action"] != "remove"
    assert facts["new_brik_count"] >= 2
    if because == "protected":
        assert facts["new_min_level"] >= 10
        assert facts["new_max_level"] >= 20
        assert "Anæstesi" in Sentences("da").say(found.level_reasons[0])


def test_protection_ends_with_its_date_and_may_be_for_one_ward():
    """Protected until yesterday, or in ward W2 only: S1 in W1 may be trimmed; until today it may not."""
    rows = {
        "until yesterday": "item_id owner reason until\nI1 Anæstesi x 2025-03-02",
        "elsewhere": "item_id ward_id owner reason\nI1 W2 Anæstesi x",
        "until today": "item_id owner reason until\nI1 Anæstesi x 2025-03-03",
        "here": "item_id ward_id owner reason\nI1 W1 Anæstesi x",
    }
    flags = {
        name: bool(evidence_of(extracts(protected=text)).positions["protected"].iloc[0]) for name, text in rows.items()
    }
    assert flags == {"until yesterday": False, "elsewhere": False, "until today": True, "here": True}


def test_levels_add_up():
    """Max is cards times quantity and min one card less, before and after."""
    found = worked(positions=THREE, **every(20, 10)).facts
    assert (found["new_max_level"] == found["new_brik_count"] * found["new_brik_qty"]).all()
    assert (found["new_min_level"] == (found["new_brik_count"] - 1).clip(lower=0) * found["new_brik_qty"]).all()


def test_a_policy_of_one_number_of_cards_is_kept():
    """Only three cards allowed: both positions get three, and the reason is the rule."""
    policy = Policy(levels=Levels(brik_counts=(3,)))
    found = worked(policy=policy, positions=THREE, **every(20, 10))
    assert found.facts["new_brik_count"].tolist() == [3, 3]
    assert [reason.code for reason in found.level_reasons] == ["change_rule", "change_rule"]


def test_nothing_is_kept_that_saves_the_minimum_and_nothing_changed_that_does_not():
    """At 5 DKK a year: a change saves at least that, and a kept level costs the same before and after."""
    found = worked(positions=THREE, **every(20, 10)).facts
    saving = found["yearly_cost"] - found["new_yearly_cost"]
    assert (saving[found["action"] != "keep"] >= 5).all()
    assert (saving[found["action"] == "keep"] == 0).all()
