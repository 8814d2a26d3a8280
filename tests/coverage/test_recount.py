"""Coverage counted a second time, row by row, on regions with openings, closures, mergers and exclusions."""

import math
from datetime import date, timedelta
from fractions import Fraction

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from brikopt.coverage.progress import coverage
from brikopt.policy import Target

# Around a leap day, and around the turn of a year with 53 weeks.
TURNS = (date(2024, 2, 29), date(2020, 12, 31))
PERIODS = [Target(brik=0.9, non_brik=0.5, deadline=turn) for turn in sorted(TURNS)]


@st.composite
def regions(draw):
    """Up to eight wards, each as a plain dict, with reviews, near one of the turns."""
    turn = draw(st.sampled_from(TURNS))
    near = st.integers(-20, 20).map(lambda days: turn + timedelta(days=days))
    kinds, day = st.sets(st.sampled_from(["brik", "non_brik"])), st.none() | near
    wards = [
        {
            "ward_id": f"W{number}",
            "unit": draw(st.sampled_from(["U1", "U2", "U3"])),
            "kinds": draw(kinds),
            "relevant": draw(st.sampled_from([None, True, False])),
            "valid_from": draw(day),
            "valid_to": draw(day),
            "excluded": draw(st.sampled_from(["", "", "", "ombygning", " "])),
        }
        for number in range(draw(st.integers(1, 8)))
    ]
    if len(wards) > 2:
        # Two wards merge into a third: they end on the day before it begins.
        merged = draw(near)
        wards[0]["valid_to"] = wards[1]["valid_to"] = merged - timedelta(days=1)
        wards[2]["valid_from"], wards[2]["valid_to"] = merged, None
    row = st.tuples(near, st.integers(0, len(wards) - 1), st.sampled_from(["brik", "non_brik"]))
    reviews = [(day, f"W{number}", kind) for day, number, kind in draw(st.lists(row, max_size=12))]
    return wards, reviews, draw(near)


def counts(ward, kind, day):
    """Whether one ward is in scope on one day."""
    if kind == "brik":
        covered = "brik" in ward["kinds"]
    else:
        covered = ward["relevant"] if ward["relevant"] is not None else "non_brik" in ward["kinds"]
    begun = ward["valid_from"] is None or ward["valid_from"] <= day
    ended = ward["valid_to"] is not None and ward["valid_to"] < day
    return covered and begun and not ended and not ward["excluded"].strip()


def as_frames(wards, reviews):
    """The tables as intake gives them."""
    frame = pd.DataFrame(
        {
            "ward_id": [ward["ward_id"] for ward in wards],
            "unit": [ward["unit"] for ward in wards],
            "nonbrik_relevant": pd.array([ward["relevant"] for ward in wards], dtype="boolean"),
            "valid_from": pd.to_datetime([ward["valid_from"] for ward in wards]).astype("datetime64[s]"),
            "valid_to": pd.to_datetime([ward["valid_to"] for ward in wards]).astype("datetime64[s]"),
            "excluded_reason": [ward["excluded"] for ward in wards],
        }
    )
    kinds = [(ward["ward_id"], kind) for ward in wards for kind in sorted(ward["kinds"])]
    cabinets = pd.DataFrame(kinds, columns=["ward_id", "kind"], dtype="str")
    seen = pd.DataFrame(reviews, columns=["reviewed_at", "ward_id", "kind"])
    return frame, cabinets, seen.assign(reviewed_at=pd.to_datetime(seen["reviewed_at"]).astype("datetime64[s]"))


@settings(max_examples=25, deadline=None)
@given(regions())
def test_every_row_agrees_with_a_second_count(region):
    """Scope on the day, reviews before it, the gap, and what was true on a deadline day that has passed."""
    wards, reviews, as_of = region
    found = coverage(*as_frames(wards, reviews), PERIODS, as_of)
    assert len(found) == 2 * 2 * (1 + len({ward["unit"] for ward in wards}))
    for row in found.to_dict("records"):
        members = [ward for ward in wards if row["unit"] in ("*", ward["unit"])]
        scope = {ward["ward_id"] for ward in members if counts(ward, row["kind"], as_of)}
        reviewed = {ward for day, ward, kind in reviews if kind == row["kind"] and day < as_of} & scope
        needed = math.ceil(Fraction(9 if row["kind"] == "brik" else 5, 10) * len(scope))
        assert (row["wards_in_scope"], row["wards_reviewed"]) == (len(scope), len(reviewed))
        assert row["gap_wards"] == max(0, needed - len(reviewed))
        deadline = row["deadline"].date()
        if deadline < as_of:
            scope = {ward["ward_id"] for ward in members if counts(ward, row["kind"], deadline)}
            reviewed = {ward for day, ward, kind in reviews if kind == row["kind"] and day <= deadline} & scope
            needed = math.ceil(Fraction(9 if row["kind"] == "brik" else 5, 10) * len(scope))
            assert row["p_reach_target"] == float(len(reviewed) >= needed)
        elif not row["gap_wards"]:
            assert row["p_reach_target"] == 1.0


@settings(max_examples=10, deadline=None)
@given(regions())
def test_a_past_day_gives_the_same_figures_for_ever(region):
    """What is reviewed on the day or later changes nothing of what is said of it."""
    wards, reviews, as_of = region
    then = coverage(*as_frames(wards, [row for row in reviews if row[0] < as_of]), PERIODS, as_of)
    pd.testing.assert_frame_equal(coverage(*as_frames(wards, reviews), PERIODS, as_of), then)


def test_on_the_deadline_day_itself_there_is_still_that_day():
    """One of two wards is lacking on Friday morning; a working day is left, so the chance is above 0 and below 1."""
    wards, cabinets, seen = as_frames([ward("W0"), ward("W1")], [(date(2025, 2, 24), "W0", "brik")])
    target = Target(brik=1.0, deadline=date(2025, 2, 28))
    found = coverage(wards, cabinets, seen, [target], date(2025, 2, 28))
    assert 0 < found.loc[0, "p_reach_target"] < 0.5
    # A review on the deadline day counts for it from the next day on.
    seen = as_frames([], [(date(2025, 2, 24), "W0", "brik"), (date(2025, 2, 28), "W1", "brik")])[2]
    assert coverage(wards, cabinets, seen, [target], date(2025, 3, 1)).loc[0, "p_reach_target"] == 1.0


def ward(ward_id):
    """A ward with a brik cabinet, in force for ever."""
    always = {"relevant": None, "valid_from": None, "valid_to": None, "excluded": ""}
    return {"ward_id": ward_id, "unit": "U1", "kinds": {"brik"}, **always}
