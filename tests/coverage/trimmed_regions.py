"""Regions in which a review takes cards down, lived through day by day, so that what lay there is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.coverage.reviewed_regions import for_ever

START, DAYS, AFTER = pd.Timestamp("2023-03-01"), 731, 180
WARDS, REVIEWED, GOODS, CARDS = 30, 12, 25, 3


def trimmed_region(seed, *, cards_down):
    """Tables, and by how many DKK what lay at a reviewed ward changed in 180 days, beyond the others, on average.

    Every ward uses less in the second year. A card is hung when its units are used, and ordered the same day; what is
    on its way counts as lying there. Of used cards the first ones after a review are not hung again.
    """
    rng = np.random.default_rng(seed)
    price, card = rng.lognormal(2, 1, GOODS).round(2), rng.choice([5, 10, 20], GOODS)
    rate = rng.lognormal(-2, 0.8, (WARDS, GOODS)) * card / 4
    review = np.full(WARDS, DAYS + 1)
    review[:REVIEWED] = rng.integers(200, DAYS - AFTER, REVIEWED)
    used = rng.poisson(rate * np.linspace(1.1, 0.9, DAYS)[:, None, None])
    position = CARDS * card - rng.integers(0, card, (WARDS, GOODS))
    most, lines, stock = np.tile(CARDS * card, (WARDS, 1)), [], np.empty((DAYS + 1, WARDS))
    for day in range(DAYS):
        stock[day] = position @ price
        most[review == day] -= cards_down * card
        position = position - used[day]
        hung = np.maximum(most - position, 0) // card
        position = position + hung * card
        lines += [(day, ward, item, hung[ward, item] * card[item]) for ward, item in np.argwhere(hung)]
    stock[DAYS] = position @ price
    return _tables(lines, price, card, most, review), _fall(stock, review)


def _fall(stock, review):
    """The mean change at a reviewed ward less that of the ones never reviewed in the same days."""
    grown = [stock[day + AFTER] - stock[day] for day in review[:REVIEWED]]
    return np.mean([own[ward] - own[REVIEWED:].mean() for ward, own in enumerate(grown)])


def _tables(lines, price, card, most, review):
    wards, items = [f"W{i:02d}" for i in range(WARDS)], [f"{i:04d}" for i in range(GOODS)]
    day, ward, item, quantity = np.array(lines).T
    at, which = (part.ravel() for part in np.indices(most.shape))
    full, one = most.ravel(), card[which]
    return {
        "wards": pd.DataFrame({"ward_id": wards, "unit": "U", **for_ever(WARDS)}),
        "cabinets": pd.DataFrame({"cabinet_id": wards, "ward_id": wards, "kind": "brik"}),
        "items": pd.DataFrame({"item_id": items, "unit_price_dkk": price}),
        "positions": pd.DataFrame(
            {
                "cabinet_id": np.take(wards, at),
                "item_id": np.take(items, which),
                "min_level": full - one,
                "max_level": full,
                "brik_qty": one,
                "brik_count": full // one,
            }
        ),
        "orders": pd.DataFrame(
            {
                "ordered_at": START + pd.to_timedelta(day, unit="D"),
                "cabinet_id": np.take(wards, ward),
                "item_id": np.take(items, item),
                "quantity": quantity,
                "channel": "brik",
            }
        ),
        "discards": pd.DataFrame(
            {"discarded_at": pd.to_datetime([]), "cabinet_id": [], "item_id": [], "quantity": [], "reason": []}
        ),
        "reviews": pd.DataFrame(
            {
                "reviewed_at": START + pd.to_timedelta(review[:REVIEWED], unit="D"),
                "ward_id": wards[:REVIEWED],
                "kind": "brik",
            }
        ),
    }
