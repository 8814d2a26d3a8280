"""Settings worth pricing."""

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from brikopt.levels.candidates import card_settings, keeps_rules, min_max_settings, round_sizes

from .shelves import bounds, card_level, min_max_level, rows_of


def cards(today, use_per_day=1.0, **changes):
    """Card settings found, as (min, max, card size, cards)."""
    return rows_of(card_settings(today, bounds(**changes), use_per_day, cover_days=4.0))


def levels(today, use_per_day=1.0, **changes):
    """Min and max settings found."""
    return rows_of(min_max_settings(today, bounds(**changes), use_per_day, cover_days=4.0))


def test_sizes_are_round_and_the_same_whatever_the_highest():
    """Up to 20 packs every round number, beyond only the roundest; a highest one larger adds, and moves none."""
    assert round_sizes(13).tolist() == [1, 2, 3, 4, 5, 6, 8, 10, 12]
    assert round_sizes(15).tolist() == [*round_sizes(13).tolist(), 15]
    assert round_sizes(100).tolist() == [1, 2, 3, 5, 8, 12, 20, 30, 50, 80]


def test_what_may_not_be_raised_is_not():
    """Two cards of 12 of an item that is probably dead: no larger max, and no larger min at the same."""
    found = cards(card_level(12, 2), may_raise=False)
    assert max(row[1] for row in found) == 24
    assert max(row[0] for row in found if row[1] == 24) == 12


def test_a_critical_item_without_cards_is_ordered_before_it_is_gone():
    """No min of 0 but today's."""
    found = levels(min_max_level(0, 20), critical=True)
    assert min(row[0] for row in found[1:]) >= 1


def test_todays_setting_comes_first_even_where_it_is_not_allowed():
    """7 cards of 3 are not among 1 to 4 cards."""
    assert cards(card_level(3, 7))[0] == (18, 21, 3, 7)


def test_todays_full_stock_is_tried_with_other_numbers_of_cards():
    """24 units in two cards of 12: also as one of 24, three of 8 and four of 6."""
    found = cards(card_level(12, 2))
    assert {(0, 24, 24, 1), (16, 24, 8, 3), (18, 24, 6, 4)} <= set(found)


def test_todays_card_is_tried_more_and_fewer_times():
    """Cards of 12: one, three and four of them."""
    assert {(0, 12, 12, 1), (24, 36, 12, 3), (36, 48, 12, 4)} <= set(cards(card_level(12, 2)))


def test_a_critical_item_has_at_least_two_cards():
    """Even where the policy allows one, and never none at all."""
    found = cards(card_level(12, 2), critical=True, may_remove=True)
    assert min(count for *_, count in found) == 2


def test_a_protected_item_is_never_lowered():
    """Two cards of 12: no min below 12, no max below 24, and no removal."""
    found = cards(card_level(12, 2), protected=True, may_remove=True)
    assert min(row[0] for row in found) == 12
    assert min(row[1] for row in found) == 24


def test_a_protected_item_without_cards_is_never_lowered_either():
    """Min 5 and max 20 are the least of all."""
    found = levels(min_max_level(5, 20), protected=True, may_remove=True)
    assert (min(row[0] for row in found), min(row[1] for row in found)) == (5, 20)


def test_removal_is_tried_only_where_it_may_be():
    """All levels 0, last of all."""
    assert cards(card_level(12, 2), may_remove=True)[-1] == (0, 0, 0, 0)
    assert (0, 0, 0, 0) not in cards(card_level(12, 2))
    assert (0, 0, 0, 0) not in levels(min_max_level(5, 20), critical=True, may_remove=True)


def test_a_busy_item_may_get_a_larger_shelf_than_today():
    """10 units a day on a shelf of 2: some setting holds at least ten days' use."""
    assert max(row[1] for row in cards(card_level(1, 2), use_per_day=10.0)) >= 100
    assert max(row[1] for row in levels(min_max_level(0, 2), use_per_day=10.0)) >= 100


POSITIONS = {
    "pack": st.integers(1, 25),
    "cards": st.integers(1, 5),
    "packs": st.integers(1, 8),
    "use": st.floats(0, 20),
    "critical": st.booleans(),
    "protected": st.booleans(),
    "may_remove": st.booleans(),
}


@hypothesis_settings(max_examples=100, deadline=None)
@given(counts=st.sets(st.integers(1, 5), min_size=1), **POSITIONS)
def test_every_card_setting_but_todays_keeps_the_rules(
    counts, pack, cards, packs, use, critical, protected, may_remove
):
    """Whole packs, allowed numbers of cards, sums that agree, no setting twice; removal only where it may be."""
    today = card_level(pack * packs, cards)
    limits = bounds(
        pack_size=pack, brik_counts=sorted(counts), critical=critical, protected=protected, may_remove=may_remove
    )
    first, *rest = rows_of(card_settings(today, limits, use, 4.0))
    assert first == rows_of(today)[0]
    assert len({first, *rest}) == len(rest) + 1
    removed = [row for row in rest if row == (0, 0, 0, 0)]
    assert len(removed) == (may_remove and not critical and not protected)
    for min_level, max_level, qty, count in (row for row in rest if row not in removed):
        assert (min_level, max_level) == ((count - 1) * qty, count * qty)
        assert qty % pack == 0
        assert qty > 0
        assert count in counts
        assert count >= 2 or not critical
        assert not protected or (min_level >= first[0] and max_level >= first[1])


@hypothesis_settings(max_examples=100, deadline=None)
@given(**POSITIONS)
def test_every_level_without_cards_has_min_below_max(pack, cards, packs, use, critical, protected, may_remove):
    """No cards anywhere, min below max by whole packs at least, none twice."""
    today = min_max_level(cards, cards + pack * packs)
    limits = bounds(pack_size=pack, critical=critical, protected=protected, may_remove=may_remove)
    first, *rest = rows_of(min_max_settings(today, limits, use, 4.0))
    assert first == rows_of(today)[0]
    assert len({first, *rest}) == len(rest) + 1
    for min_level, max_level, qty, count in (row for row in rest if row != (0, 0, 0, 0)):
        assert 0 <= min_level < max_level
        assert (qty, count) == (0, 0)
        assert not protected or (min_level >= first[0] and max_level >= first[1])


def test_todays_cards_keep_the_rules_or_do_not():
    """Allowed: two cards of a whole pack. Not: five cards, half a pack, or a single card of a critical item."""
    assert keeps_rules(card_level(10, 2), bounds(pack_size=10))
    assert not keeps_rules(card_level(10, 5), bounds(pack_size=10))
    assert not keeps_rules(card_level(15, 2), bounds(pack_size=10))
    assert not keeps_rules(card_level(10, 1), bounds(pack_size=10, critical=True))


def test_without_cards_min_has_to_lie_below_max():
    """Min 5 and max 20 may stay; min 5 and max 5 may not (contract, section 3)."""
    assert keeps_rules(min_max_level(5, 20), bounds())
    assert not keeps_rules(min_max_level(5, 5), bounds())
