"""Chances of reaching a target, against what simulated programmes with various habits went on to do."""

from datetime import timedelta
from functools import cache

import pandas as pd
import pytest

from brikopt.coverage.pace import history, region_pace
from brikopt.coverage.progress import coverage
from brikopt.coverage.working_weeks import working_weeks
from brikopt.policy import Target
from tests.coverage.programmes import HABITS, programme
from tests.coverage.regions import cabinets_of, wards_of

PROGRAMMES = 150  # of each habit
MOMENTS = (0.3, 0.5, 0.7, 0.85)  # of the way to the deadline
SPURTS = ("deadline_push", "slow_start")  # they go faster towards the end, which nobody can see beforehand


@cache
def said_and_happened():
    """The region's chance at some moments of each programme that was not there yet, and what came of it."""
    made = [programme(habit, seed) for habit in HABITS for seed in range(PROGRAMMES)]
    days = [(one, int(moment * one.deadline_day)) for one in made for moment in MOMENTS]
    rows = [(one.habit, chance(one, day), one.reached) for one, day in days if len(one.seen(day)) < one.needed]
    return pd.DataFrame(rows, columns=["habit", "p", "reached"])


def chance(made, day):
    """The region's chance on a day of a programme, from its pace alone."""
    as_of, seen = made.start + timedelta(days=day), made.seen(day)
    past = history(seen, as_of)
    pace = region_pace(past.weighed(seen), past.weeks, made.wards).drifting()
    weeks_left = float(working_weeks(as_of, made.deadline_day - day + 1).sum())
    return float(pace.chance(made.needed - len(seen), weeks_left))


@pytest.mark.parametrize("habit", HABITS)
def test_the_chance_tried_here_is_the_one_that_coverage_says(habit):
    """On day 100 of a programme, to 12 decimals."""
    made = programme(habit, 3)
    wards, seen = wards_of(made.wards), made.seen(100)
    reviews = pd.DataFrame({"reviewed_at": pd.Series(seen).astype("datetime64[s]")})
    reviews = reviews.assign(ward_id=wards["ward_id"].head(len(seen)), kind="brik")
    target = Target(brik=made.target, deadline=made.start + timedelta(days=made.deadline_day))
    found = coverage(wards, cabinets_of(wards), reviews, [target], made.start + timedelta(days=100))
    assert found.loc[0, "gap_wards"] == made.needed - len(seen) > 0
    assert found.loc[0, "p_reach_target"] == pytest.approx(chance(made, 100), abs=1e-12)


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.3), (0.3, 0.7), (0.7, 0.9), (0.9, 1.0)])
def test_chances_come_true_as_often_as_they_say(low, high):
    """Of programmes that go on as they went, with p around 0.8 about 80 % reach the target; likewise elsewhere."""
    found = said_and_happened()
    some = found[found["p"].between(low, high) & ~found["habit"].isin(SPURTS)]
    assert len(some) > 80
    assert some["reached"].mean() == pytest.approx(some["p"].mean(), abs=0.08)


def test_a_last_spurt_makes_them_cautious_never_boastful():
    """Programmes that speed up reach the target more often than was said, over all and from 0.7 up."""
    spurts = said_and_happened().query("habit in @SPURTS")
    assert spurts["reached"].mean() > spurts["p"].mean()
    assert spurts.loc[spurts["p"] > 0.7, "reached"].mean() > 0.9


@pytest.mark.parametrize("habit", HABITS)
def test_chances_tell_programmes_apart_in_every_habit(habit):
    """Those with a chance above one half reach the target at least twice as often as those below."""
    found = said_and_happened().query("habit == @habit")
    high = found["p"] > 0.5
    assert found.loc[high, "reached"].mean() > 2 * found.loc[~high, "reached"].mean() or habit in SPURTS
    assert found.loc[high, "reached"].mean() > 0.6
