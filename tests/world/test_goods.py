"""The items of a region look like a hospital's."""

from __future__ import annotations

import numpy as np

from brikopt.world.goods import make_items, n_items_for

ITEMS = make_items(3000, seed=0)


def test_item_numbers_are_seven_digits_without_repeats():
    """3,000 numbers, all different, seven digits, some of them beginning with zeros."""
    assert ITEMS["item_id"].is_unique
    assert ITEMS["item_id"].str.fullmatch(r"\d{7}").all()
    assert 0.05 < ITEMS["item_id"].str.startswith("00").mean() < 0.15


def test_gtins_have_their_check_digit():
    """Digits weighted 3, 1, 3, 1 … from the left of fourteen add up to a multiple of ten."""
    known = ITEMS["gtin"][ITEMS["gtin"] != ""]
    digits = np.array([[int(digit) for digit in gtin] for gtin in known])
    assert digits.shape[1] == 14
    assert ((digits * np.tile([3, 1], 7)).sum(axis=1) % 10 == 0).all()


def test_two_thirds_of_the_items_expire():
    """Close to 65 % have a shelf life."""
    assert abs(ITEMS["shelf_life_days"].notna().mean() - 0.65) < 0.03


def test_a_region_of_full_size_has_25000_items():
    """230,000 positions share 25,000 items; 20 in 10 cabinets have no more items than that."""
    assert n_items_for(230_000, cabinets=2_000) == 25_000
    assert n_items_for(20, cabinets=10) <= 20


def test_few_cabinets_have_items_enough_to_fill_them():
    """5,000 positions in two cabinets need 2,500 different items in each; more than that exist."""
    assert n_items_for(5_000, cabinets=2) > 2_500


def test_a_region_of_few_items_has_as_many_as_asked_for():
    """Ten for 900 positions in 300 cabinets; but three items can't fill two cabinets with 5,000, each once."""
    assert n_items_for(900, cabinets=300, wished=10) == 10
    assert n_items_for(5_000, cabinets=2, wished=3) > 2_500
