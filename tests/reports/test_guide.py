"""What a trimming guide says."""

import re

import pandas as pd
import pytest

from brikopt.errors import BadInput
from brikopt.policy import Policy, read_policy
from brikopt.reports.guide import CAUSES, lettered_causes
from brikopt.reports.ordering_words import habit_words, how_often
from brikopt.reports.sentences import Sentences
from brikopt.reports.ward_guides import ward_guides
from brikopt.reports.wording import LANGUAGES
from tests.reports.guides import basis, edition, guide, large_guide, position, thing


def rows_of(made):
    """All rows of a guide."""
    return [row for cabinet in made.cabinets for row in cabinet.rows]


def test_rows_stand_as_on_the_wards_list():
    """A count that is first on the list comes before a trim of 2 minutes for 24 DKK; what has nothing to do is last."""
    made = guide(
        [position("keep", name="A"), position("trim"), position("out")],
        [thing("trim", saving=24.0, rank=9), thing("out", action="take_out", saving=0.0, rank=2)],
    )
    assert [(row.number, row.item_id, row.dkk_per_minute) for row in rows_of(made)] == [
        (1, "out", 0.0),
        (2, "trim", 12.0),
        (3, "keep", None),
    ]
    assert [row.worth_text for row in rows_of(made)] == ["–", "12", "–"]
    assert [row.section for row in rows_of(made)] == [
        "1. For gammelt: tag ud",
        "4. Niveauer, mest sparet pr. minut først",
        "",
    ]


def test_everything_about_an_item_stands_in_its_row():
    """A trim of 2 minutes for 20 DKK and a count of 3 minutes for 0 DKK: 4 DKK a minute, in the list's order."""
    things = [thing(action="count", saving=0.0, rank=9, reason="Tæl."), thing(saving=20.0, rank=2, reason="Sæt ned.")]
    (row,) = rows_of(guide([position()], things))
    assert row.dkk_per_minute == 4.0
    assert [(task.word, task.why) for task in row.tasks] == [("sæt ned", "Sæt ned."), ("tæl op", "Tæl.")]


def test_numbers_run_through_all_cabinets_of_a_ward():
    """Two items in S1 and one in S2 are numbers 1, 2 and 3; the first three of the list come with their cabinet."""
    made = guide(
        [position("a", "S1"), position("b", "S2"), position("c", "S1")],
        [thing("a", rank=3), thing("b", "S2", rank=1), thing("c", rank=2)],
        places=(("A1", "S2"), ("A1", "S1")),
    )
    assert [cabinet.cabinet_id for cabinet in made.cabinets] == ["S1", "S2"]
    assert [(row.number, row.item_id) for row in rows_of(made)] == [(1, "c"), (2, "a"), (3, "b")]
    assert [number for number, _ in made.first] == [3, 1, 2]
    assert made.first[0][1] == "Nr. 3 Sprøjte 10 ml, skab S2: sæt ned"


def test_at_most_five_rows_are_named_first():
    """Of 150 with something to do, the first five of the ward's list."""
    assert [number for number, _ in large_guide(300).first] == [1, 201, 2, 3, 202]


def test_goods_out_of_date_are_named_by_their_rows():
    """A shelf that is more likely than not to hold goods out of date comes first, and isn't named twice."""
    out = thing("b", action="take_out", saving=0.0, rank=1)
    made = guide([position("a"), position("b", p_stale=0.5)], [out, thing("a", rank=2)])
    assert made.stale == "Sandsynligvis for gamle allerede, tag dem ud: nr. 1."
    assert [number for number, _ in made.first] == [2]
    assert guide([position(p_stale=0.49)]).stale == ""


def test_a_level_is_shown_before_and_after():
    """10–40 becomes 0–10, or no place in the cabinet, or stays."""
    changed, removed, kept = (
        rows_of(guide([position(new_min_level=low, new_max_level=high)]))[0]
        for low, high in ((0, 10), (0, 0), (10, 40))
    )
    assert (changed.level_text, changed.new_level_text) == ("10–40", "0–10")
    assert removed.new_level_text == "ingen plads i skabet"
    assert kept.new_level_text == ""
    assert kept.tasks[0].word == "behold"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "01-05-2025 (kendt)"),
        ({"expiry_known": False}, "01-05-2025 (anslået)"),
        ({"earliest_expiry": pd.NaT}, "ukendt"),
        ({"earliest_expiry": pd.NaT, "shelf_life_days": float("nan")}, "udløber ikke"),
    ],
)
def test_a_date_says_what_it_rests_on(changes, said):
    """Read on a box, worked out, not known, or none."""
    assert rows_of(guide([position(**changes)]))[0].expiry_text == said


def test_a_blind_guide_keeps_the_expected_stock_to_itself():
    """Reasons that name units on the shelf are replaced; why a level changes is still said."""
    reason = "Ca. 12 stk. på hylden."
    things = [thing(action=action, reason=reason) for action in ("remove", "take_out", "use_first", "count")]
    seen, blind = (
        " ".join(task.why for task in rows_of(guide([position()], [*things, thing()], blind_count=hidden))[0].tasks)
        for hidden in (False, True)
    )
    assert seen.count("12 stk.") == 4
    assert "12" not in blind
    assert "14 måneder" in blind


@pytest.mark.parametrize(
    ("changes", "da", "en"),
    [
        ({}, "bestiller 40 stk. hver 3. uge (12 ordrelinjer)", "orders 40 units every 3 weeks (12 order lines)"),
        (
            {"silent": True},
            "ikke bestilt siden 17-02-2025; før 40 stk. hver 3. uge (12 ordrelinjer)",
            "not ordered since 17 Feb 2025; before, 40 units every 3 weeks (12 order lines)",
        ),
        (
            {"habit_lines": 2},
            "kun 2 ordrelinjer: 40 stk., senest 17-02-2025",
            "only 2 order lines: 40 units, last on 17 Feb 2025",
        ),
        (
            {"habit_lines": 1, "habit_gap_days": float("nan"), "silent": True},
            "ikke bestilt siden 17-02-2025; kun 1 ordrelinje: 40 stk.",
            "not ordered since 17 Feb 2025; only 1 order line: 40 units",
        ),
        ({"habit_lines": 0}, "ingen bestilling på varenummeret i data", "no order of this item number in the data"),
    ],
)
def test_the_habit_is_said_with_what_it_rests_on(changes, da, en):
    """Units, how often, and how many order lines; two lines are no habit yet."""
    for lang, said in (("da", da), ("en", en)):
        say = Sentences(lang).say
        assert say(habit_words(position(**changes), say)) == said


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (1.0, "hver dag"),
        (2.0, "hver 2. dag"),
        (6.5, "hver uge"),
        (14.0, "hver 2. uge"),
        (49.0, "hver 7. uge"),
        (61.0, "hver 2. måned"),
        (365.0, "hver 12. måned"),
    ],
)
def test_how_often_is_said_as_people_say_it(gap, said):
    """Days below a week, weeks up to two months, months beyond."""
    assert Sentences("da").say(how_often(gap)) == said


def test_a_ward_without_goods_has_a_guide_that_says_so():
    """Cabinet S1 is there, with no rows."""
    made = guide([])
    assert made.is_empty
    assert [(cabinet.cabinet_id, cabinet.rows) for cabinet in made.cabinets] == [("S1", ())]


def test_every_ward_with_such_a_cabinet_has_one_guide():
    """Three cabinets in two wards; what there is to do in cabinet K9, which has cards, stands in neither."""
    found = basis(
        [position("a", "S1"), position("b", "S3")],
        [thing("a", "S1"), thing("z", "K9")],
        places=(("A2", "S3"), ("A1", "S2"), ("A1", "S1")),
    )
    made, left_out = ward_guides(found, edition(), Sentences("da").say)
    assert left_out == []
    assert [(one.ward_id, len(one.cabinets), len(rows_of(one))) for one in made] == [("A1", 2, 1), ("A2", 1, 1)]


def test_the_address_is_that_of_the_ward():
    """Below the base, with signs of the id that an address can't hold spelled out."""
    made = guide([position()], base_url="https://brikopt.dk/b/", places=(("Ø/1", "S1"),))
    assert made.address == "https://brikopt.dk/b/afsnit/%C3%98%2F1"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_cause_has_a_letter(lang):
    """A to E, in the order of the codes."""
    assert [letter for letter, _ in lettered_causes(lang)] == list("ABCDE")
    assert len({words for _, words in lettered_causes(lang)}) == len(CAUSES)


def test_the_foot_names_run_version_and_moment():
    """Enough to make the same guide again."""
    assert edition().foot == "brikopt 0.1.0, kørsel 96fb492f5eb3, skæringsdato 01-03-2025"
    assert edition("en").foot == "brikopt 0.1.0, run 96fb492f5eb3, moment of decision 1 Mar 2025"


def test_names_are_put_on_one_line():
    """A line feed in a name would break a list of rows."""
    assert rows_of(guide([position(name="Sprøjte\n 10\tml")]))[0].name == "Sprøjte 10 ml"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_has_an_open_field(lang):
    """In either language, all that is said of 30 items."""
    assert not re.search(r"[{}]", repr(large_guide(30, lang=lang)).replace("Blærekateter", ""))


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("base_url = 'brikopt.dk'", "no web address"),
        ("base_url = 'https://a b'", "no web address"),
        ("base_url = 'javascript://x'", "no web address"),
        ("base_url = 3", "not a text"),
        (f"base_url = 'https://{'a' * 200}'", "longer than 200"),
        ("blind_count = 1", "yes or no"),
        ("blind = true", "blind_count"),
    ],
)
def test_the_policy_refuses_what_is_no_address(line, what, tmp_path):
    """The message names the section and the key."""
    (tmp_path / "policy.toml").write_text(f"[guide]\n{line}\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"\[guide\] b") as stop:
        read_policy(tmp_path / "policy.toml")
    assert what in f"{stop.value.problem} {stop.value.advice}"


def test_the_policy_knows_where_the_service_is(tmp_path):
    """By default on this machine, and counts are not blind."""
    (tmp_path / "policy.toml").write_text('[guide]\nbase_url = "https://b.dk/x"\nblind_count = true\n')
    assert Policy().guide.base_url == "http://localhost:8000"
    assert not Policy().guide.blind_count
    given = read_policy(tmp_path / "policy.toml").guide
    assert (given.base_url, given.blind_count) == ("https://b.dk/x", True)


def test_of_many_moves_of_one_item_the_best_are_told():
    """Of 19 moves five stand one by one, and a sentence says that there are 14 more; the work is that of all."""
    things = [thing(action="move", saving=8.0, rank=rank, reason=f"Flyt {rank}.") for rank in range(19)]
    things.insert(7, thing(action="trim", saving=2.0, rank=7, reason="Sæt ned."))
    (row,) = rows_of(guide([position()], things))
    assert [task.why for task in row.tasks] == [
        *(f"Flyt {rank}." for rank in range(5)),
        "Og 14 flytninger mere af samme vare: se listen Flytninger (transfers.csv).",
        "Sæt ned.",
    ]
    assert row.dkk_per_minute == (19 * 8 + 2) / (19 * 8 + 2)
    (six,) = rows_of(guide([position()], things[:6]))
    assert six.tasks[-1].why == "Og 1 flytning mere af samme vare: se listen Flytninger (transfers.csv)."


def test_what_to_do_first_names_each_deed_once():
    """Nine moves of one item are one word."""
    things = [thing(action="move", saving=90.0, rank=rank) for rank in range(9)]
    ((_, line),) = guide([position()], things).first
    assert line.count("flyt") == 1


def test_a_ward_that_cannot_be_put_into_words_is_told_and_costs_no_other():
    """Ward A1 has an action that no word is known for; A2 has its guide."""
    found = basis([position("a", "S1"), position("b", "S2")], [thing("a", action="dance")], places=PAIR)
    made, left_out = ward_guides(found, edition(), Sentences("da").say)
    assert [one.ward_id for one in made] == ["A2"]
    assert [(one.what, one.why) for one in left_out] == [("guide: A1", "KeyError: 'dance'")]


PAIR = (("A1", "S1"), ("A2", "S2"))
