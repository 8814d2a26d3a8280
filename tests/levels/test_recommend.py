"""New levels for one cabinet."""

import numpy as np
import pytest

from brikopt.levels.cost import perform
from brikopt.levels.recommend import Terms, recommend, room
from brikopt.levels.standing import standing_reason

from .shelves import card_level, case, min_max_level, rows_of

NO_CAPACITY = float("nan")


def recommended(*cases, capacity=NO_CAPACITY, growth=1.25, min_saving=5.0, most_changes=None):
    """Recommend for one cabinet."""
    terms = Terms(min_saving=min_saving, most_changes=most_changes, max_growth=growth)
    return recommend(cases, capacity, terms).positions


def new_levels(*cases, **cabinet):
    """The new setting of each position, as (min, max, card size, cards)."""
    return [rows_of(found.settings)[1] for found in recommended(*cases, **cabinet)]


def litres(*levels):
    """Room at full stock of positions of one litre a unit."""
    return sum(level[1] for level in levels)


def test_a_level_of_half_a_year_is_trimmed():
    """One unit a day and two cards of 90, at 0.20 DKK a unit and day: a smaller level saves more than 1,000 a year."""
    (found,) = recommended(case(card_level(90, 2)))
    assert found.changed
    assert found.settings.max_level[1] < 90
    assert found.performance.cost[0] - found.performance.cost[1] > 2000
    assert found.performance.fill_rate[1] >= 0.95


def test_a_level_that_runs_short_is_raised():
    """Ten units a day from two cards of 5, three days to deliver: more than half is short, and then nothing is."""
    (found,) = recommended(case(card_level(5, 2), use=10, volume=0.0))
    assert found.performance.fill_rate[0] < 0.5
    assert found.performance.fill_rate[1] >= 0.95
    assert found.settings.max_level[1] > 10


def test_a_saving_that_isnt_worth_the_walk_is_left():
    """The trim above saves more than 1,000 a year: with a minimum of 100,000 the level stays."""
    (found,) = recommended(case(card_level(90, 2)), min_saving=100_000.0)
    assert not found.changed


def test_a_saving_that_is_left_is_told():
    """So that the reason to keep can say what a change would have saved."""
    (found,) = recommended(case(card_level(90, 2)), min_saving=100_000.0)
    assert found.best_saving > 1000


def test_a_saving_for_which_there_is_no_room_is_told():
    """Ten units a day on a shelf of 10 in a cabinet of 10: nothing fits, and more than 100,000 a year is lost by it."""
    (found,) = recommended(case(card_level(5, 2), use=10), capacity=10.0)
    assert found.settings.max_level[1] <= 10
    assert found.best_saving > 100_000


def test_a_level_just_found_is_not_changed_again():
    """The new level of one run, given to the next, is kept."""
    (first,) = new_levels(case(card_level(90, 2)))
    _, _, qty, count = first
    (found,) = recommended(case(card_level(qty, count)), min_saving=50.0)
    assert not found.changed


def test_a_change_saves_at_least_the_minimum():
    """Whatever the minimum, what is changed saves that much on the futures for pricing."""
    for min_saving in (0.0, 5.0, 500.0, 2000.0):
        (found,) = recommended(case(card_level(40, 2)), min_saving=min_saving)
        saving = (found.performance.cost[0] - found.performance.cost[1]) / 2
        assert saving >= min_saving if found.changed else saving == 0


def test_a_cabinet_over_its_capacity_does_not_grow():
    """Two shelves of 10 litres in a cabinet of 1: both would like to be larger, and together they stay within 20."""
    busy = [case(card_level(5, 2), use=10), case(card_level(5, 2), use=3)]
    assert litres(*new_levels(*busy, capacity=1.0)) <= 20


def test_a_cabinet_is_not_filled_beyond_its_capacity():
    """Two busy shelves of 10 litres in a cabinet of 40."""
    busy = [case(card_level(5, 2), use=10), case(card_level(5, 2), use=10)]
    found = new_levels(*busy, capacity=40.0)
    assert 20 < litres(*found) <= 40


def test_without_a_capacity_full_stock_grows_by_a_quarter_at_most():
    """Ten units a day and two cards of 20 are 40 litres today: 50 at most."""
    assert litres(*new_levels(case(card_level(20, 2), use=10))) <= 50


def test_goods_without_a_volume_take_no_room():
    """The same cabinet of 1 litre, but nobody knows how large a unit is: it may grow."""
    assert litres(*new_levels(case(card_level(5, 2), use=10, volume=0.0), capacity=1.0)) > 10


def test_what_is_removed_makes_room():
    """A dead item of 40 litres that would be filled up for nothing, beside a busy one of 10, in a cabinet of 50."""
    dead = case(card_level(20, 2), use=0, may_remove=True, lots=[])
    busy = case(card_level(5, 2), use=10)
    removed, grown = new_levels(dead, busy, capacity=50.0)
    assert removed == (0, 0, 0, 0)
    assert 10 < grown[1] <= 50


def test_room_is_the_capacity_or_what_is_taken_today():
    """A shelf of 20 units of 2 litres: capacity 100, capacity 30, none with a quarter more, none and no growth."""
    shelf = [case(card_level(10, 2), volume=2.0)]
    assert room(shelf, 100.0, 1.25) == 100.0
    assert room(shelf, 30.0, 1.25) == 40.0
    assert room(shelf, NO_CAPACITY, 1.25) == 50.0
    assert room(shelf, NO_CAPACITY, 0.5) == 40.0


def test_pricing_uses_other_futures_than_choosing():
    """Each position is asked for both, and the figures are those of the second."""
    asked = []
    position = case(card_level(90, 2), asked=asked)
    (found,) = recommended(position)
    assert {purpose.split()[0] for purpose in asked} == {"choosing", "pricing"}
    assert len(asked) == len(set(asked))
    again = perform(found.settings, position.futures("pricing 0", 1), 1, position.price, 1)
    assert again.cost.tolist() == pytest.approx(found.performance.cost.tolist())


def test_a_winner_that_fails_on_fresh_futures_is_not_taken():
    """Chosen where nothing is wanted, priced where ten a day are: the small level looks good first and is dropped."""
    (found,) = recommended(case(card_level(60, 2), use=0, pricing_use=10))
    assert not found.changed


def test_a_critical_item_with_one_card_gets_two_whatever_they_cost():
    """The rule comes before the saving, and the recommendation says so."""
    (found,) = recommended(case(card_level(30, 1), critical=True), min_saving=100_000.0)
    assert found.rule_broken
    assert found.settings.brik_count[1] >= 2


def test_seven_cards_become_an_allowed_number():
    """The policy has one to four."""
    (found,) = recommended(case(card_level(3, 7)), min_saving=100_000.0)
    assert found.settings.brik_count[1] in (1, 2, 3, 4)


def test_a_protected_item_stays_where_it_is_or_grows():
    """180 units for one a day: dear, but protected."""
    ((min_level, max_level, _, _),) = new_levels(case(card_level(90, 2), protected=True))
    assert min_level >= 90
    assert max_level >= 180


def test_without_cards_min_stays_below_max():
    """Min 60 and max 180 for one a day: less, and still two different levels."""
    ((min_level, max_level, qty, count),) = new_levels(case(min_max_level(60, 180)))
    assert 0 <= min_level < max_level < 180
    assert (qty, count) == (0, 0)


def test_at_most_so_many_positions_change_at_a_visit():
    """Three levels of half a year, one change: the one that saves most; the others wait, and say so."""
    full = [case(card_level(size, 2)) for size in (60, 120, 90)]
    found = recommended(*full, most_changes=1)
    assert [one.changed for one in found] == [False, True, False]
    assert [one.waits for one in found] == [True, False, True]
    assert all(one.changed and not one.waits for one in recommended(*full, most_changes=3))


def test_what_the_rules_force_is_changed_at_once():
    """Two critical items with one card each, and one change at a visit: both get their second card."""
    found = recommended(*[case(card_level(30, 1), critical=True)] * 2, case(card_level(90, 2)), most_changes=1)
    assert [one.changed for one in found] == [True, True, False]


def test_a_full_cabinet_says_what_a_litre_is_worth():
    """Ten units a day on a shelf of 10 in a cabinet of 10 litres; with 1,000 litres nothing is worth paying."""
    full = recommend([case(card_level(5, 2), use=10)], 10.0, Terms(min_saving=5.0)).standing
    roomy = recommend([case(card_level(5, 2), use=10)], 1000.0, Terms(min_saving=5.0)).standing
    assert full.litre_price > 100
    assert (roomy.litre_price, roomy.missing_litres, roomy.gap) == (0.0, 0.0, 0.0)
    assert full.fill_point_price == pytest.approx(0.01 * 250 * 3650)
    assert roomy.fill_point_price == 0.0


def test_a_cabinet_too_small_for_the_rules_says_what_it_lacks():
    """Two critical items of one card of 10 packs' units each, 20 litres: with two cards of 10 they lack 20."""
    one = case(card_level(10, 1), critical=True, pack_size=10)
    standing = recommend([one, one], 20.0, Terms(min_saving=5.0)).standing
    assert standing.missing_litres == pytest.approx(20.0)
    reason = standing_reason(standing, "Drænpose")
    assert (reason.code, reason.numbers["largest_item"]) == ("cabinet_overfull", "Drænpose")


def test_positions_keep_their_order():
    """A busy, a dead and a full one: answers come as they were asked."""
    cases = [
        case(card_level(5, 2), use=10),
        case(card_level(20, 2), use=0, may_remove=True),
        case(min_max_level(60, 180)),
    ]
    assert [rows_of(found.settings)[0] for found in recommended(*cases)] == [rows_of(one.today)[0] for one in cases]


def test_a_rerun_gives_the_same_levels():
    """Same cases, same answer, cost for cost."""
    cases = [case(card_level(5, 2), use=10), case(card_level(90, 2))]
    first, second = recommended(*cases, capacity=190.0), recommended(*cases, capacity=190.0)
    assert [rows_of(found.settings) for found in first] == [rows_of(found.settings) for found in second]
    assert np.array([found.performance.cost for found in first]) == pytest.approx(
        np.array([found.performance.cost for found in second]), rel=0
    )
