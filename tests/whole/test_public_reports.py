"""What people who do this job have reported of their exports: the right figure, a stop, or somebody is told.

Faults that don't touch one another lie in one extract, each on a shelf of its own, and are read from one result.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from brikopt import cli
from tests.whole.report_extracts import AS_OF, Extracts, day, every
from tests.whole.results import Row, by_place, rows

WEEKLY = 10 / 7  # units a day of a shelf that gets 10 every Monday
HUGE = 999_999_999


def call(command: str, data: Path, *more: object) -> Result:
    """Call brikopt in this process."""
    options = ["--data", data, "--as-of", AS_OF, "--lang", "en", *more]
    return CliRunner().invoke(cli.app, [command, *map(str, options)])


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run said and wrote."""

    said: str
    out: Path

    def rows(self, table: str) -> list[Row]:
        """Read a table of the result."""
        return rows(self.out / f"{table}.csv")

    def row(self, table: str, item: str, cabinet: str = "N1") -> Row:
        """Find the row of a shelf."""
        return by_place(self.rows(table))[cabinet, item]

    def number(self, column: str, item: str, cabinet: str = "N1") -> float:
        """Read one figure of `stock.csv`."""
        return float(self.row("stock", item, cabinet)[column])

    def told(self, table: str, finding: str) -> list[tuple[str, int, str]]:
        """List the severity, the rows and the example's line of a finding."""
        found = [row for row in self.rows("data_quality") if (row["table"], row["finding"]) == (table, finding)]
        return [(row["severity"], int(row["rows"]), row["example_line"]) for row in found]


def run_all(folder: Path, data: Path) -> Answer:
    """Do the main job."""
    ended = call("run", data, "--out", folder / "out", "--jobs", 1)
    assert ended.exit_code == 0, ended.output
    return Answer(ended.stdout, folder / "out")


def anchors(world: Extracts) -> None:
    """Counts and cards of yesterday, and the day before."""
    world.shelf("yesterday", every(7, 140), levels=(40, 200))
    world.shelf("before", every(7, 140), levels=(40, 200))
    world.shelf("little", every(7, 10))
    world.shelf("carded", every(7, 140), levels=(40, 200), cabinet="B1", cards=(140, 2))
    world.shelf("scanned", every(7, 100, until=1, since=540), cabinet="B1", cards=(100, 2), after=1)
    world.rows["deliveries"].pop()  # … of this morning
    for item, cabinet, back, units in [
        ("yesterday", "N1", 1, 150),
        ("before", "N1", 2, 30),
        ("little", "N1", 1, 33),
        ("carded", "B1", 1, 150),
    ]:
        world.add("counts", (day(back), cabinet, item, units))


COUNTED = {  # at what time, and how many; which of them stands
    "once": ([("14:00", 48)], 48),
    "recount": ([("08:00", 50), ("14:00", 48)], 48),
    "turned": ([("14:00", 48), ("08:00", 50)], 48),
    "written-twice": ([("", 48), ("", 48)], 48),
    "three-people": ([("", 50), ("", 47), ("", 49)], 49),
}


def recounts(world: Extracts) -> None:
    """Counted once, and again."""
    for item, (counts, _) in COUNTED.items():
        world.shelf(item, every(7, 10))
        world.add("counts", *((f"{day(1)} {at}".strip(), "N1", item, units) for at, units in counts))


def sent_twice(world: Extracts) -> None:
    """The last delivery once, twice and three times; goods that went back."""
    for item, times in [("sent-once", 1), ("sent-twice", 2), ("sent-thrice", 3)]:
        world.shelf(item, every(7, 10))
        world.add("deliveries", *[world.rows["deliveries"][-1]] * (times - 1))
    for item, units in [("minus", "-5"), ("trailing", "5-"), ("apart", "- 5")]:
        world.shelf(item, every(7, 10))
        world.add("deliveries", (day(1), "N1", item, units))


def closed(world: Extracts) -> None:
    """Goods that will expire, beside wards open, shut yesterday, a week or half a year ago, or yet to open."""
    world.ward("giver")
    world.shelf("traveller", [(170, 200)], cabinet="Ngiver", levels=(0, 200), price=100, life=365)
    world.rows["deliveries"][-1] += ("L1", "2024-09-30")
    world.add("counts", (day(2), "Ngiver", "traveller", 190, "L1", "2024-09-30"))
    for ward, last in [("open", 3), ("week", 10), ("half", 178), ("night", 3)]:
        world.ward(ward, shuts="" if ward == "open" else day(max(last - 3, 1)))
        world.shelf("traveller", every(7, 30, until=last), cabinet=f"N{ward}", levels=(20, 60))
    world.ward("coming", opens=day(-1))
    world.shelf("traveller", cabinet="Ncoming", levels=(20, 60))
    for item, levels, lines in [("early", (20, 200), [(12, 40)]), ("equal", (8, 8), [(12, 8)]), ("bare", (0, 1), [])]:
        world.shelf(item, lines, cabinet="Ncoming", levels=levels)
        world.shelf(item, every(7, 30), levels=(20, 60))


def counted_zero(world: Extracts) -> None:
    """A lot that is about to expire, found gone: alone, beside another one, and without naming it."""
    for item, found in [
        ("gone", [(0, "L1", "2024-08-01")]),
        ("other-left", [(0, "L1", "2024-08-01"), (5, "L2", "2024-08-20")]),
        ("nameless", [(0,)]),
    ]:
        world.shelf(item, [(170, 20)], levels=(0, 20), life=365)
        world.rows["deliveries"][-1] += ("L1", "2024-08-01")
        world.add("counts", *((day(1), "N1", item, *rest) for rest in found))


def levels_of_nothing(world: Extracts) -> None:
    """0 and 0 in use and taken away; min as high as max."""
    for item, level in [("asked-for", 0), ("eight", 8), ("twenty", 20)]:
        world.shelf(item, every(7, 10), levels=(level, level), pack=5)
    for item, last in [("away-january", 178), ("away-summer", 360)]:
        world.shelf(item, every(7, 10, until=last), levels=(0, 0))


def foreign(number: str) -> str:
    """The supplier's own number."""
    return f"80{sum(map(ord, number)):06}{number[-3:].strip('-N')}"


def zeros(number: str) -> str:
    """A number of digits alone, eight long."""
    return f"{int.from_bytes(number.encode()) % 9_999_991:08}"


def every_fourth(number: str) -> str:
    """The supplier's number on each fourth delivery."""
    return foreign(number) if int(number.rsplit("-", maxsplit=1)[-1]) % 4 == 0 else number


NUMBERS: dict[str, tuple[Callable[[str], str], Callable[[str], str]]] = {  # of the line, and of its goods
    "match": (str, str),
    "foreign": (str, foreign),
    "none": (str, lambda _: ""),
    "zeros-lost": (zeros, lambda number: zeros(number).lstrip("0")),
    "zeros-gained": (lambda number: zeros(number).lstrip("0"), zeros),
    "blanks": (str, lambda number: f" {number} "),
    "fourth": (str, every_fourth),
}


def numbered(world: Extracts) -> None:
    """Deliveries with another number than their lines; goods that came before their lines were written."""
    for item, (ordered, noted) in NUMBERS.items():
        world.shelf(item, every(7, 10), ordered=ordered, noted=noted)
    for item, after, noted in [("late", -2, str), ("late-none", -2, lambda _: ""), ("late-day", -1, lambda _: "")]:
        # What a ward does is its habit: each of the three has one.
        world.ward(item)
        world.shelf(item, every(7, 10, until=8), cabinet=f"N{item}", after=after, noted=noted)


def corrected(world: Extracts) -> None:
    """Lines and deliveries of 0."""
    for cabinet, cards in [("N1", ()), ("B1", (50, 2))]:
        for item, extra in [("cancelled", [(3, 0)]), ("uncancelled", []), ("cancelled-often", [(3, 0), (17, 0)])]:
            lines = sorted([*every(14, 50, until=10), *extra], reverse=True)
            world.shelf(item, [line for line in lines if line[1]], cabinet=cabinet, levels=(20, 80), cards=cards)
            zero = [line for line in lines if not line[1]]
            world.add("orders", *((f"X{item}{cabinet}{back}", day(back), cabinet, item, 0) for back, _ in zero))
    for item, note in [("back-order", None), ("note-of-0", "{}-B"), ("note-without-number", "")]:
        world.shelf(item, every(7, 10, until=10))
        world.add("orders", (f"{item}-B", day(3), "N1", item, 30))
        world.add("counts", (day(1), "N1", item, 12))
        if note is not None:
            world.add("deliveries", (day(1), "N1", item, 0, note.format(item)))


EXPIRIES = {  # of the goods that came yesterday
    "right": "2025-01-31",
    "missing": "",
    "ten-years-back": "2014-06-30",
    "a-year-back": "2023-09-30",
    "day-before": day(2),
    "same-day": day(1),
    "month": "2025-02",
    "slashed-month": "02/2025",
    "day-00": "2025-02-00",
    "gs1": "250200",
    "leap": "2028-02",
}


def expiries(world: Extracts) -> None:
    """Dates on or before the delivery's, and of a month alone."""
    for item, written in EXPIRIES.items():
        world.shelf(item, every(7, 10), life=540, came=lambda back, date=written: ("L9", date) if back == 1 else ())


def spikes(world: Extracts) -> None:
    """Twelve weeks of 200 amid 10 a week, two years ago; and nothing for twelve weeks, or for the last year."""
    weeks = [back for back, _ in every(7, 10, since=1270)]
    for item, then, last in [("spike", 200, 0), ("spike-silent", 200, 390), ("hole", 0, 0)]:
        lines = [(back, then if 750 < back <= 834 else 10) for back in weeks if back >= last]
        world.shelf(item, [line for line in lines if line[1]])


LEADS = {1.5: "2024-07-04", 2: "2024-07-04", 2.4: "2024-07-04", 0: "2024-07-04"}
LEADS |= {2.5: "2024-07-11", 3: "2024-07-11", 3.5: "2024-07-11", 4: "2024-07-11", 9.5: "2024-07-18"}


def leads(world: Extracts) -> None:
    """Ordered on Tuesdays, delivered on Thursdays, with days between that end in a half; cards whose size changed."""
    world.ward("tue", "2", "4")
    for lead in LEADS:
        world.shelf(f"lead-{lead}", every(14, 34, until=9), cabinet="Ntue", levels=(5, 10), lead=lead)
        world.add("counts", (day(1), "Ntue", f"lead-{lead}", 2))
    for item, days, units in [("card-50", 14, 50), ("card-told", 14, 50), ("card-untold", 14, 50)]:
        old = every(days, units, until=38)
        new = [] if item == "card-50" else [(20, 20), (14, 20), (9, 20), (3, 20)]
        lines = every(days, units, until=10) if item == "card-50" else [*old, *new]
        world.shelf(item, lines, cabinet="B1", cards=(50 if item == "card-50" else 20, 2))
    world.add("level_changes", ("2024-06-03", "B1", "card-told", 50, 100, 50, 2))


ROOMS = {"bag": (20, 1, 30), "box": (10, 2, 50), "case": (6, 0.5, 9)}  # units a pack, litres a unit, litres of room


def rooms(world: Extracts) -> None:
    """Cabinets so small that a started pack counts; prices of nothing and beyond all."""
    for item, (pack, litres, room) in ROOMS.items():
        world.add("cabinets", (f"N{item}", "1", "non_brik", room))
        world.shelf(
            item, every(7, 2 * pack), cabinet=f"N{item}", levels=(pack // 4, pack // 2), pack=pack, litres=litres
        )
    for item, price in [("free", 0), ("dear", HUGE)]:
        world.shelf(item, every(7, 10, until=360), levels=(5, 20), price=price)


FAULTS = (anchors, recounts, sent_twice, closed, counted_zero, levels_of_nothing)
FAULTS += (numbered, corrected, expiries, leads, rooms)


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    """A run on all shelves; titles above, totals below, and files that are passed over."""
    folder = tmp_path_factory.mktemp("reports")
    world = Extracts()
    world.ward("1")
    for faults in FAULTS:
        faults(world)
    world.add("orders", ("I alt", "", "", "", 7800))
    world.add("positions", ("I alt", "", 5, 20))
    above = {"orders": "Ordrelinjer pr. 25-06-2024\n\n", "deliveries": "sep=,\n"}
    data = world.write(folder / "data", above)
    one = f"counted_at,cabinet_id,item_id,quantity\n{day(1)},N1,sent-once,3\n"
    for name in ("counts_2024-06-26.csv", "counts (1).csv"):
        (data / name).write_text(one, encoding="utf-8")
    (data / "Optaellinger.csv").write_text(f"optalt,skab_id,varenr,antal\n{day(1)},N1,sent-once,3\n", encoding="utf-8")
    return run_all(folder, data)


def test_a_count_of_yesterday_is_the_stock_of_this_morning(answer):
    """150 and 33 counted in the evening; of 30 the day before, and 140 that came since, a day's use of 20 has gone."""
    exact = [answer.row("stock", item) for item in ("yesterday", "little")]
    assert [(row["on_hand_low"], row["on_hand_high"]) for row in exact] == [("150", "150"), ("33", "33")]
    assert answer.number("on_hand_mean", "carded", "B1") == 150
    assert answer.number("on_hand_mean", "before") == pytest.approx(150, abs=8)


def test_a_card_scanned_yesterday_leaves_the_other_one(answer):
    """100 less what went of the second card since the day before, 0 to 20."""
    assert 80 <= answer.number("on_hand_mean", "scanned", "B1") <= 100
    assert answer.number("on_order", "scanned", "B1") == 100


@pytest.mark.parametrize("item", COUNTED)
def test_of_counts_of_one_day_the_last_stands(answer, item):
    """By time where there is one, else by row; never their sum."""
    assert answer.number("on_hand_mean", item) == COUNTED[item][1]


def test_counts_that_were_replaced_are_told(answer):
    """Of five shelves four were counted again, one of them twice."""
    ((severity, n, _),) = answer.told("counts", "counted_again")
    assert (severity, n) == ("low", 5)


@pytest.mark.parametrize("item", ["sent-twice", "sent-thrice", "minus", "trailing", "apart"])
def test_a_delivery_sent_again_or_back_changes_nothing(answer, item):
    """Stock and use as of the shelf that got its goods once."""
    for column, error in [("on_hand_mean", 1.5), ("demand_per_day_mean", 0.05), ("on_order", 0)]:
        assert answer.number(column, item) == pytest.approx(answer.number(column, "sent-once"), abs=error)


def test_what_was_sent_again_or_back_is_told(answer):
    """One row and two; three returns, rejected with file and line."""
    assert [found[:2] for found in answer.told("deliveries", "row_repeated")] == [("middle", 3)]
    assert [found[:2] for found in answer.told("deliveries", "returns")] == [("middle", 3)]
    bad = [row["value"] for row in answer.rows("rejected_rows") if row["column"] == "quantity"]
    assert {"-5", "5-", "- 5"} <= set(bad)


def test_goods_go_to_the_open_ward_alone(answer):
    """190 units with a date: the open ward takes some, those that are shut or yet to open none, and nobody lends."""
    moves = answer.rows("transfers")
    assert {(row["from_cabinet_id"], row["to_cabinet_id"]) for row in moves} == {("Ngiver", "Nopen")}
    shut = {f"N{ward}" for ward in ("week", "half", "night", "coming")}
    assert shut.isdisjoint({row["lender_cabinet_id"] for row in answer.rows("lenders")})
    assert shut.isdisjoint({row["cabinet_id"] for row in answer.rows("supply_risk")})


@pytest.mark.parametrize("ward", ["week", "half", "night"])
def test_a_shut_ward_is_emptied(answer, ward):
    """Nothing is raised, used or visited; what lies there is dead."""
    assert answer.row("levels", "traveller", f"N{ward}")["action"] == "remove"
    assert answer.number("demand_per_day_mean", "traveller", f"N{ward}") == 0
    assert float(answer.row("dead_stock", "traveller", f"N{ward}")["p_dead"]) == 1
    assert ward not in {row["ward_id"] for row in answer.rows("review_plan")}


def test_nothing_lies_in_a_ward_that_is_yet_to_open(answer):
    """It opens tomorrow, and nothing has come: nothing to take out, and nothing to raise."""
    assert answer.number("on_hand_mean", "traveller", "Ncoming") == 0
    assert "Ncoming" not in {row["cabinet_id"] for row in answer.rows("out_of_date")}


@pytest.mark.parametrize("item", ["traveller", "early", "equal", "bare"])
def test_nothing_is_changed_in_a_ward_that_is_yet_to_open(answer, item):
    """Neither cut to what nobody uses yet, nor put right where min is max; nothing is promised, and the day is said."""
    level = answer.row("levels", item, "Ncoming")
    assert (level["action"], float(level["min_fill_rate"])) == ("keep", 0)
    assert "28 Jun 2024" in level["reason"]
    assert "promise" not in level["reason"]
    assert not [row for row in answer.rows("purchasing") if "coming" in row["wards"]]


@pytest.mark.parametrize(("item", "left"), [("gone", 0), ("nameless", 0), ("other-left", 5)])
def test_a_lot_that_was_counted_as_none_is_no_loss(answer, item, left):
    """L1 was good until 1 August; the five units of L2 that are left are all that can go out of date then."""
    assert answer.number("on_hand_mean", item) == left
    flags = [row for row in answer.rows("expiry_flags") if row["item_id"] == item]
    assert [row["earliest_expiry"] for row in flags if row["earliest_expiry"]] == (["2024-08-20"] if left else [])
    lots = [row for row in answer.rows("lots") if (row["item_id"], row["lot"]) == (item, "L1")]
    assert {float(row["units"]) for row in lots} <= {0.0}


@pytest.mark.parametrize("item", ["asked-for", "eight", "twenty"])
def test_min_as_high_as_max_hides_no_use(answer, item):
    """10 a week, and a new min below the new max."""
    assert answer.number("demand_per_day_mean", item) == pytest.approx(WEEKLY, rel=0.1)
    level = answer.row("levels", item)
    assert int(level["new_min_level"]) < int(level["new_max_level"])


@pytest.mark.parametrize("item", ["away-january", "away-summer"])
def test_what_was_taken_away_stays_away(answer, item):
    """0 and 0, and hardly any use, though 10 a week went before."""
    assert answer.number("demand_per_day_mean", item) < 0.1 * WEEKLY
    level = answer.row("levels", item)
    assert (level["action"], level["new_max_level"]) == ("keep", "0")
    assert item not in {row["item_id"] for row in answer.rows("supply_risk")}


def test_levels_of_nothing_are_told(answer):
    """Three shelves."""
    assert [found[:2] for found in answer.told("positions", "levels_of_nothing")] == [("low", 3)]


@pytest.mark.parametrize("item", [*NUMBERS, "late", "late-none", "late-day"])
def test_goods_close_their_lines_whatever_number_they_carry(answer, item):
    """All came: nothing is on order, and 10 a week are used."""
    cabinet = f"N{item}" if item.startswith("late") else "N1"
    assert answer.number("on_order", item, cabinet) == 0
    assert answer.number("demand_per_day_mean", item, cabinet) == pytest.approx(WEEKLY, rel=0.1)


@pytest.mark.parametrize("cabinet", ["N1", "B1"])
@pytest.mark.parametrize("item", ["cancelled", "cancelled-often"])
def test_a_line_corrected_to_0_orders_nothing(answer, item, cabinet):
    """50 every two weeks, as without it."""
    assert answer.number("on_order", item, cabinet) == 0
    for column, error in [("demand_per_day_mean", 0.1), ("on_hand_mean", 0.1)]:
        without = answer.number(column, "uncancelled", cabinet)
        assert answer.number(column, item, cabinet) == pytest.approx(without, rel=error)
    assert answer.number("demand_per_day_mean", item, cabinet) == pytest.approx(50 / 14, rel=0.2)


@pytest.mark.parametrize("item", ["back-order", "note-of-0", "note-without-number"])
def test_a_delivery_of_0_closes_nothing(answer, item):
    """30 are still to come, beside the 12 that were counted."""
    assert (answer.number("on_order", item), answer.number("on_hand_mean", item)) == (30, 12)


@pytest.mark.parametrize("item", ["ten-years-back", "a-year-back", "day-before"])
def test_a_date_before_the_delivery_is_no_date(answer, item):
    """As where none was written."""
    assert {row["expiry"] for row in answer.rows("lots") if row["item_id"] == item and row["lot"] == "L9"} == {""}
    stock = [answer.number("on_hand_mean", name) for name in (item, "missing")]
    assert stock[0] == pytest.approx(stock[1], abs=1.5)


def test_dates_that_came_with_expired_goods_are_told(answer):
    """Three can't be right; the one of the delivery's own day may be, and stands."""
    assert [found[:2] for found in answer.told("deliveries", "expired_on_arrival")] == [("middle", 3)]
    assert [found[:2] for found in answer.told("deliveries", "expires_on_arrival")] == [("low", 1)]
    assert expiry(answer, "same-day") == day(1)


def expiry(answer: Answer, item: str) -> str:
    """The date of the goods that came yesterday."""
    (lot,) = [row for row in answer.rows("lots") if (row["item_id"], row["lot"]) == (item, "L9")]
    return lot["expiry"]


@pytest.mark.parametrize(
    ("item", "last"),
    [(item, "2025-02-28") for item in ("month", "slashed-month", "day-00", "gs1")] + [("leap", "2028-02-29")],
)
def test_a_month_alone_is_good_to_its_last_day(answer, item, last):
    """As printed on a pack."""
    assert expiry(answer, item) == last


def test_months_alone_are_told(answer):
    """Five of them."""
    assert [found[:2] for found in answer.told("deliveries", "month_only")] == [("low", 5)]


@pytest.fixture(scope="module")
def spiked(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    """A run on spikes alone: amid few other shelves they would be taken for the season of all."""
    folder = tmp_path_factory.mktemp("spikes")
    world = Extracts()
    world.ward("1")
    spikes(world)
    return run_all(folder, world.write(folder / "data"))


@pytest.mark.parametrize(("item", "rate"), [("spike", WEEKLY), ("hole", WEEKLY), ("spike-silent", 0)])
def test_a_spike_of_two_years_ago_is_not_todays_use(spiked, item, rate):
    """10 a week, or nothing for a year; a sentence names no use between 10 and 200 a week, which never was."""
    assert spiked.number("demand_per_day_mean", item) == pytest.approx(rate, rel=0.1, abs=0.05)
    for row in (row for row in spiked.rows("shifts") if row["item_id"] == item):
        for seen in ("rate_before", "rate_after"):
            assert any(float(row[seen]) == pytest.approx(was, rel=0.25, abs=0.05) for was in (0, WEEKLY, 200 / 7))


@pytest.mark.parametrize(("lead", "comes"), LEADS.items())
def test_half_a_day_of_lead_time_rounds_up(answer, lead, comes):
    """Ordered on Tuesday 2 July, ready so many days later, and delivered on the first Thursday from there."""
    assert answer.row("supply_risk", f"lead-{lead}", "Ntue")["next_delivery"] == comes


@pytest.mark.parametrize("item", ["card-50", "card-told", "card-untold"])
def test_lines_are_read_with_the_cards_of_their_day(answer, item):
    """50 every 14 days and 20 every 5 or 6 are 3.6 a day; today's cards of 20 would make 1.4 of the first."""
    found, error = (answer.number(f"demand_per_day_{name}", item, "B1") for name in ("mean", "sd"))
    assert found == pytest.approx(50 / 14, rel=0.15)
    assert abs(found - 50 / 14) < 2 * error


@pytest.mark.parametrize("item", ROOMS)
def test_the_shelf_never_has_to_hold_more_than_it_can(answer, item):
    """Ordered up to at least max in whole packs: at most max and a pack less one unit."""
    pack, litres, room = ROOMS[item]
    most = int(answer.row("levels", item, f"N{item}")["new_max_level"]) + pack - 1
    assert most * litres <= room


def test_prices_of_nothing_and_beyond_all_keep_figures_finite(answer):
    """Dead goods are worth their units times the price; no table holds inf or nan, and both prices are told."""
    for item, price in [("free", 0), ("dear", HUGE)]:
        row = answer.row("dead_stock", item)
        assert float(row["value_dkk"]) == pytest.approx(float(row["units"]) * price, rel=1e-3)
    for file in answer.out.glob("*.csv"):
        cells = itertools.chain.from_iterable(row.values() for row in rows(file))
        assert {cell.casefold() for cell in cells}.isdisjoint({"inf", "-inf", "nan"}), file.name
    assert [found[0] for found in answer.told("items", "price_zero")] == ["low"]
    assert [found[0] for found in answer.told("items", "price_huge")] == ["high"]


def test_titles_totals_and_sep_lines_are_no_rows(answer):
    """Each total is one rejected row, and told; every line of an order is read."""
    assert [found[:2] for table in ("orders", "positions") for found in answer.told(table, "total_rows")] == [
        ("low", 1),
        ("low", 1),
    ]
    assert [found[0] for found in answer.told("orders", "title_above")] == ["low"]
    assert sum(row["value"] == "I alt" or "I alt" in row.values() for row in answer.rows("rejected_rows")) <= 2


def test_files_passed_over_are_the_first_thing_said(answer):
    """Three of them, by name, as the worst kind; what they count is not believed."""
    found = [row for row in answer.rows("data_quality") if row["finding"] == "file_passed_over"]
    assert {row["example_file"] for row in found} == {"counts_2024-06-26.csv", "counts (1).csv", "Optaellinger.csv"}
    assert {row["severity"] for row in found} == {"high"}
    worst = sum(row["severity"] == "high" for row in answer.rows("data_quality"))
    assert str(worst) in answer.said.splitlines()[0], answer.said
    assert answer.row("stock", "sent-once")["evidence"] != "count"


RHYTHMS = {"monthly": (28, 10), "fortnightly": (14, 10), "weekly": (7, 10)}  # days between lines, units


@pytest.fixture(scope="module", params=[(13, True, False), (26, "ja", "nej")], ids=["13-weeks", "26-weeks"])
def first_export(request, tmp_path_factory) -> Answer:
    """A run on so many weeks and nothing before, flags as a workbook's TRUE and FALSE, or in words."""
    weeks, yes, no = request.param
    folder = tmp_path_factory.mktemp("first-export")
    world = Extracts()
    world.ward("1")
    for item, (days, units) in RHYTHMS.items():
        world.shelf(item, every(days, units, since=7 * weeks + 3), levels=(5, 15))
        world.shelf(item, every(days, units, since=7 * weeks + 3), cabinet="B1", cards=(units, 3))
    data = world.write(folder / "data")
    items = pd.read_csv(data / "items.csv").assign(critical=[no, yes, no])
    items.to_excel(data / "items.xlsx", index=False, engine="xlsxwriter")
    (data / "items.csv").unlink()
    return run_all(folder, data)


@pytest.mark.parametrize("cabinet", ["N1", "B1"])
@pytest.mark.parametrize("item", RHYTHMS)
def test_what_was_never_exported_is_no_time_without_use(first_export, item, cabinet):
    """10 every 4 weeks are .36 a day, every 2 weeks .71, every week 1.43; not a fourth of it."""
    days, units = RHYTHMS[item]
    assert first_export.number("demand_per_day_mean", item, cabinet) == pytest.approx(units / days, rel=0.15)


def test_nothing_is_said_to_have_changed_before_the_first_record(first_export):
    """No shift, and no sentence of one."""
    assert first_export.rows("shifts") == []
    assert not [row["reason"] for row in first_export.rows("levels") if "Use rose" in row["reason"]]


def test_flags_of_a_workbook_make_an_item_critical(first_export):
    """The second item alone is promised 99 %."""
    promises = {item: first_export.row("levels", item)["min_fill_rate"] for item in RHYTHMS}
    assert {item: float(rate) for item, rate in promises.items()} == {
        "monthly": 0.95,
        "fortnightly": 0.99,
        "weekly": 0.95,
    }


def shelf_of(folder: Path, **options: object) -> Path:
    """One shelf, in files."""
    world = Extracts()
    world.ward("1")
    world.shelf("one", every(7, 10), **options)  # type: ignore[arg-type]
    world.shelf("two", every(7, 10), price="11.250")
    return world.write(folder / "data")


@pytest.mark.parametrize(("delimiter", "price", "other"), [(";", "2.375", "11.250"), (",", "2,375", "11,250")])
@pytest.mark.parametrize("command", ["check", "run"])
def test_thousands_or_three_decimals_stop(tmp_path, command, delimiter, price, other):
    """In files with semicolons or commas: where, what it may mean, and what to do."""
    data = shelf_of(tmp_path)
    cells = [["item_id", "name", "pack_size", "unit_price_dkk"], ["one", "one", 1, price], ["two", "two", 1, other]]
    pd.DataFrame(cells[1:], columns=cells[0]).to_csv(data / "items.csv", index=False, sep=delimiter)
    ended = call(command, data, "--out", tmp_path / "out")
    assert ended.exit_code == 2
    for words in ("items.csv, line 2, column unit_price_dkk", price, "thousands or three decimals", "mapping.toml"):
        assert words in ended.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("table", ["orders", "deliveries"])
def test_a_file_put_together_twice_is_read_once_and_told_as_the_worst_kind(tmp_path, table):
    """Each of 78 rows beside its twin."""
    data = shelf_of(tmp_path)
    head, *lines = (data / f"{table}.csv").read_text(encoding="utf-8").splitlines()
    doubled = [line for line in lines for _ in range(2)]
    (data / f"{table}.csv").write_text("\n".join([head, *doubled, ""]), encoding="utf-8")
    ended = call("check", data, "--out", tmp_path / "out")
    assert ended.exit_code == 0, ended.output
    found = Answer(ended.stdout, tmp_path / "out").told(table, "file_twice")
    assert [(severity, n) for severity, n, _ in found] == [("high", len(lines))]


@pytest.mark.parametrize("written", ["28/02/2025", "28-02-2025", "28.2.2025", "2025/02/28"])
def test_dates_of_two_forms_in_one_file_are_read_as_meant_and_told(tmp_path, written):
    """Two thirds of the dates are in another form than the delivery's own, and can only be 28 February."""
    data = shelf_of(tmp_path, came=lambda back: ("L9", written) if back % 3 else ("L", "2025-01-31"))
    answer = run_all(tmp_path, data)
    assert {row["expiry"] for row in answer.rows("lots") if row["lot"] == "L9"} == {"2025-02-28"}
    assert [found[:2] for found in answer.told("deliveries", "dates_other_form")] == [("low", 52)]


@pytest.mark.parametrize("written", ["05/02/2025", "2.5.2025"])
def test_dates_of_two_forms_that_can_be_read_both_ways_stop_by_name(tmp_path, written):
    """May or February: file, line, column and what to do."""
    data = shelf_of(tmp_path, came=lambda back: ("L", written if back % 3 else "2025-01-31"))
    ended = call("check", data)
    assert ended.exit_code == 2
    assert "deliveries.csv, line" in ended.stderr
    assert "column expiry_date" in ended.stderr
