"""What is chosen for a cabinet is what trying every plan finds best: 200 small cabinets drawn at random."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from brikopt.levels.cabinet_model import Offer
from brikopt.levels.candidates import Bounds, Settings, card_settings, keeps_rules
from brikopt.levels.choose import choose

TOLERANCE = 0.001  # DKK; the model counts in hundredths of an øre
BINDING = (0.0, 0.2, 0.5, 0.8, 1.0, 1.5)  # room, from the smallest plan to beyond the cheapest


def drawn_offer(rng):
    """Settings of a position with whole packs, at least two cards if critical, nothing lowered if protected."""
    pack, count = int(rng.integers(1, 12)), int(rng.integers(1, 5))
    qty = pack * int(rng.integers(1, 6))
    bounds = Bounds(
        pack_size=pack,
        brik_counts=(1, 2, 3, 4),
        critical=bool(rng.random() < 0.3),
        protected=bool(rng.random() < 0.2),
        may_remove=bool(rng.random() < 0.3),
    )
    today = Settings(*(np.array([units]) for units in (qty * (count - 1), qty * count, qty, count)))
    listed = card_settings(today, bounds, use_per_day=float(rng.uniform(0.05, 2)), cover_days=4.0)
    may_keep = keeps_rules(today, bounds)
    # Today's, where it may stay, and at most five others: more plans would take too long to try one by one.
    others = 1 + np.flatnonzero(rng.permutation(len(listed.max_level) - 1) < 5)
    rows = np.append(0, others) if may_keep else others
    chosen = listed.take(rows.astype(np.int64))
    assert (chosen.brik_qty % pack == 0).all()
    assert not bounds.critical or (chosen.brik_count >= 2).all()
    litres = chosen.max_level * float(rng.choice([0.0, 0.05, 0.3, 1.7]))
    # A typical cost curve with noise: holding rises with stock, shortage falls with it.
    cost = 0.5 * chosen.max_level + rng.uniform(50, 900) / (1 + chosen.max_level) + rng.uniform(0, 30, len(rows))
    return Offer(cost, litres.astype(float), 0 if may_keep else None)


def every_plan(offers):
    """Cost, litres and changes of all combinations."""
    plans = list(product(*(range(len(offer.cost)) for offer in offers)))
    cost = np.array([sum(offer.cost[row] for offer, row in zip(offers, plan, strict=True)) for plan in plans])
    litres = np.array([sum(offer.litres[row] for offer, row in zip(offers, plan, strict=True)) for plan in plans])
    changes = np.array([sum(row != offer.today for offer, row in zip(offers, plan, strict=True)) for plan in plans])
    return cost, litres, changes


@pytest.mark.parametrize("seed", range(200))
def test_the_choice_is_the_best_of_all_plans(seed):
    """Up to five positions; room from too little to more than enough, changes unlimited or few."""
    rng = np.random.default_rng(seed)
    offers = [drawn_offer(rng) for _ in range(int(rng.integers(1, 6)))]
    cost, litres, changes = every_plan(offers)
    least, cheapest = litres.min(), litres[cost.argmin()]
    room = least + BINDING[seed % len(BINDING)] * max(cheapest - least, 0.0) - (1.0 if seed % 11 == 10 else 0.0)
    most = None if seed % 3 else int(rng.integers(0, 4))
    allowed = changes <= (len(offers) if most is None else max(most, sum(offer.today is None for offer in offers)))
    found = choose(offers, room, most)
    picked = (sum(offer.litres[row] for offer, row in zip(offers, found.picked, strict=True)), found.cost)
    fits = allowed & (litres <= room + 1e-6)
    if fits.any():
        assert found.overflow_litres == 0.0
    else:
        # Where nothing fits, what lacks the least room.
        fits = allowed & (litres <= litres[allowed].min() + 1e-6)
        assert found.overflow_litres == pytest.approx(litres[allowed].min() - room, abs=1e-5)
    assert found.cost == pytest.approx(cost[fits].min(), abs=TOLERANCE)
    assert picked[0] <= litres[fits].max() + 1e-6
    assert found.gap == 0.0
    assert found.bound <= found.cost
