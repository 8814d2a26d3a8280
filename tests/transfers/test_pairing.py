"""Which givers and takers could do business."""

import numpy as np

from brikopt.transfers.handling import Handling
from brikopt.transfers.pairing import Terms, market_of, possible_takers, promising_givers, promising_pairs

from .shelves import givers, takers

FREE = Handling(same_ward=0.0, same_hospital=0.0, same_unit=0.0, region=0.0, days=0)


def terms(n_givers, n_takers, loss=10.0, handling=FREE):
    """One item at 10 DKK a unit; a move has to save 20 DKK."""
    zeros = (np.zeros(n, dtype=np.int64) for n in (n_givers, n_takers))
    return Terms(handling, 20.0, np.array([loss]), np.array([1]), *zeros)


def test_a_giver_needs_enough_at_risk_for_a_move():
    """At 10 DKK a unit and 20 DKK wanted, two units are enough and one is not."""
    assert promising_givers(givers(("B", 2), ("A", 1)), terms(2, 0)).tolist() == [0]


def test_a_giver_whose_date_passes_on_the_way_is_left_out():
    """Two days left, three days of moving."""
    late = givers(("A", 5), day=2)
    assert promising_givers(late, terms(1, 0, handling=Handling(days=3))).size == 0


def test_goods_that_are_worth_nothing_stay():
    """At 0 DKK no number of units saves 20 DKK."""
    assert promising_givers(givers(("A", 5)), terms(1, 0, loss=0.0)).size == 0


def test_givers_take_nothing_of_what_they_give():
    """A gives; B and C could take, but C has no room."""
    asking = takers(("A", 1.0, 0, 9), ("B", 1.0, 0, 9), ("C", 1.0, 0, 0))
    assert possible_takers(asking, givers(("A", 5))).tolist() == [1]


def test_takers_look_at_the_earliest_date_among_the_givers():
    """Dates 60 and 9 days ahead leave 10 days, on which 0.1 a day is used with chance 1 - 1/e."""
    offered = givers(("A", 5), ("B", 5))
    offered.expiry_day[1] = 9
    market = market_of(offered, takers(("C", 0.1, 0, 9)), terms(2, 1))
    assert market.use[0, 0].round(3) == 0.632


def test_a_pair_that_cannot_clear_its_hurdle_alone_is_left_out():
    """B uses plenty, C next to nothing: A and C are no pair."""
    offered, asking = givers(("A", 5)), takers(("B", 5.0, 0, 9), ("C", 0.001, 0, 9))
    market = market_of(offered, asking, terms(1, 2))
    pairs = promising_pairs(offered, asking, terms(1, 2), market)
    assert (pairs.giver.tolist(), pairs.taker.tolist(), pairs.hurdle.tolist()) == ([0], [0], [2.0])
