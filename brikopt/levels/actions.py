"""What to do about a level, in the contract's words, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from brikopt.levels.cost import YEARS, Prices
from brikopt.levels.floors import keeps_promise
from brikopt.levels.recommend import Recommendation
from brikopt.reason import Reason
from brikopt.schedule import DAYS_PER_MONTH

NOTICEABLE_UNITS = 0.05  # units a year by which expiry has to fall to be the reason of a trim


def action(recommendation: Recommendation) -> str:
    """Name the change.

    Parameters
    ----------
    recommendation : Recommendation
        Today's setting and the new one.

    Returns
    -------
    str
        ``keep``, ``trim``, ``raise`` or ``remove``. At the same max, more order points are a raise.
    """
    if not recommendation.changed:
        return "keep"
    settings = recommendation.settings
    if settings.max_level[1] == 0:
        return "remove"
    today = (settings.max_level[0], settings.min_level[0])
    new = (settings.max_level[1], settings.min_level[1])
    return "raise" if new > today else "trim"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What has to be known of a position whose level stays, to say why.

    Parameters
    ----------
    use_per_day : float
        Expected use, units.
    min_saving : float
        DKK a year below which nothing is changed.
    promised : float
        Fill rate.
    p_dead : float
        Chance that nothing more is used.
    by_hand : float
        DKK of an order by hand, where it is removed and wanted after all.
    protected : tuple of str, optional
        Owner and reason of the protection.
    settled_on : date, optional
        When its level was changed, if that was a short while ago.
    settling_days : int
        How long it isn't touched then.
    opens : date, optional
        When the ward opens, if it is yet to.
    """

    use_per_day: float
    min_saving: float
    promised: float = 0.95
    p_dead: float = 0.0
    by_hand: float = 60.0
    protected: tuple[str, str] | None = None
    settled_on: date | None = None
    settling_days: int = 180
    opens: date | None = None


def keep_reason(recommendation: Recommendation, kept: Kept) -> Reason:
    """Why a level stays as it is.

    Parameters
    ----------
    recommendation : Recommendation
        Its new setting is today's.
    kept : Kept
        What else is known of the position.

    Returns
    -------
    Reason
    """
    if kept.opens is not None:
        return Reason("keep_not_open", {"opens": kept.opens})
    if kept.protected is not None:
        owner, because = kept.protected
        return Reason("keep_protected", {"owner": owner, "because": because})
    if recommendation.kept_for == "settled" and kept.settled_on is not None:
        until = kept.settled_on + timedelta(days=kept.settling_days)
        return Reason("keep_settled", {"settled_on": kept.settled_on, "until": until})
    return _better_left(recommendation, kept)


def _better_left(recommendation: Recommendation, kept: Kept) -> Reason:
    """What speaks against the best change, if there is one."""
    saving = recommendation.best_saving
    if recommendation.waits:
        return Reason("keep_next_visit", {"saving_dkk": saving})
    told = {
        "wanted": Reason("keep_wanted", {"p_dead": kept.p_dead, "by_hand_dkk": kept.by_hand}),
        "promise": Reason("keep_promise", {"saving_dkk": saving, "promised_fill_rate": kept.promised}),
        "room": Reason("keep_no_room", {"saving_dkk": saving}),
        "unclear": Reason("keep_unclear", {"saving_dkk": saving}),
    }
    if recommendation.kept_for in told:
        return told[recommendation.kept_for]
    if saving >= kept.min_saving:
        return told["unclear"]
    if not keeps_promise(recommendation.performance.fill_rate[:1], kept.promised)[0]:
        return _below_promise(recommendation, kept)
    return _best_or_nearly(recommendation, kept)


def _below_promise(recommendation: Recommendation, kept: Kept) -> Reason:
    """Why a promise that is broken today stays broken."""
    if not recommendation.may_raise:
        return Reason("keep_not_raised", {"p_dead": kept.p_dead})
    if recommendation.keeping is None:
        return Reason("keep_unreachable", {"reach": recommendation.reach})
    if recommendation.keeping < 0:
        return Reason("keep_dearer", {"dkk": -recommendation.keeping})
    short = float(recommendation.performance.short[0]) / YEARS
    worth = {"saving_dkk": recommendation.keeping, "min_saving_dkk": kept.min_saving}
    return Reason("keep_little_at_stake", {"short_per_year": short, **worth})


def _best_or_nearly(recommendation: Recommendation, kept: Kept) -> Reason:
    if recommendation.best_saving > 0:
        numbers = {"saving_dkk": recommendation.best_saving, "min_saving_dkk": kept.min_saving}
        return Reason("keep_small_saving", numbers)
    fill_rate = float(recommendation.performance.fill_rate[0])
    return Reason("keep_best", {"use_per_month": kept.use_per_day * DAYS_PER_MONTH, "fill_rate": fill_rate})


def change_reason(
    recommendation: Recommendation,
    use_per_day: float,
    price: Prices,
    *,
    fewest_cards: int,
    p_dead: float,
    units: float,
    last_movement: date | None,
) -> Reason:
    """Why a level changes.

    Parameters
    ----------
    recommendation : Recommendation
        Today's setting and the new one.
    use_per_day : float
        Expected use, units.
    price : Prices
        What things cost, and the promised fill rate.
    fewest_cards : int
        Cards of the new setting.
    p_dead : float
        Chance that nothing more is used.
    units : float
        Expected units on the shelf.
    last_movement : date, optional
        Of the position.

    Returns
    -------
    Reason
    """
    what = action(recommendation)
    if what == "remove":
        numbers = {"p_dead": p_dead, "units": units}
        if last_movement is None:
            return Reason("remove_never_moved", numbers)
        return Reason("remove_dead", {**numbers, "last_movement": last_movement})
    if recommendation.rule_broken:
        cards = int(recommendation.settings.brik_count[0])
        if cards == 0:
            return Reason("change_min_max", {"max_level": int(recommendation.settings.max_level[0])})
        return Reason("change_rule", {"brik_count": cards, "allowed_from": fewest_cards})
    if what == "trim":
        return _trim_reason(recommendation, use_per_day)
    return _raise_reason(recommendation, use_per_day, price)


def _trim_reason(recommendation: Recommendation, use_per_day: float) -> Reason:
    """Less goes out of date, or less money lies on the shelf."""
    settings, performance = recommendation.settings, recommendation.performance
    use_per_month = use_per_day * DAYS_PER_MONTH
    expired, new_expired = (float(units) for units in performance.expired / YEARS)
    numbers = {
        "use_per_month": use_per_month,
        "months_covered": float(settings.max_level[0] / max(use_per_month, 1e-6)),
        "new_fill_rate": float(performance.fill_rate[1]),
    }
    if expired - new_expired < NOTICEABLE_UNITS:
        return Reason("trim_holding", numbers)
    fewer = {"expired_units_per_year": expired, "new_expired_units_per_year": new_expired}
    return Reason("trim_overstock", numbers | fewer)


def _raise_reason(recommendation: Recommendation, use_per_day: float, price: Prices) -> Reason:
    """Fewer order lines, or more of what is wanted is there: whichever is worth more."""
    performance = recommendation.performance
    fewer_lines = performance.order_lines[0] - performance.order_lines[1]
    new_fill_rate = float(performance.fill_rate[1])
    fill_rate = float(performance.fill_rate[0])
    gained = (new_fill_rate - fill_rate) * use_per_day * 365 * (price.short_unit + price.fill_price)
    if fewer_lines / YEARS * price.order_line > max(gained, 0.0):
        lines, new_lines = (float(lines) for lines in performance.order_lines / YEARS)
        return Reason(
            "raise_lines",
            {"lines_per_year": lines, "new_lines_per_year": new_lines, "new_fill_rate": new_fill_rate},
        )
    if fill_rate >= price.promised_fill_rate:
        return Reason("raise_short", {"fill_rate": fill_rate, "new_fill_rate": new_fill_rate})
    numbers = {
        "use_per_month": use_per_day * DAYS_PER_MONTH,
        "fill_rate": fill_rate,
        "new_fill_rate": new_fill_rate,
        "promised_fill_rate": price.promised_fill_rate,
    }
    if keeps_promise(performance.fill_rate[1:], price.promised_fill_rate)[0]:
        return Reason("raise_fill", numbers)
    # It stops short of the promise: say why.
    if recommendation.keeping is None:
        return Reason("raise_fill_reach", numbers)
    extra = float(performance.cost[0] - performance.cost[1]) / YEARS - recommendation.keeping
    return Reason("raise_fill_dearer", {**numbers, "dkk": max(extra, 0.0)})


def from_to(recommendation: Recommendation) -> tuple[Reason, Reason]:
    """Today's setting and the new one, as phrases."""
    before, after = (_phrase(recommendation, row) for row in (0, 1))
    return before, after


def _phrase(recommendation: Recommendation, row: int) -> Reason:
    settings = recommendation.settings
    if settings.max_level[row] == 0:
        return Reason("level_none", {})
    if settings.brik_count[row] > 0:
        return Reason("level_cards", {"count": int(settings.brik_count[row]), "qty": int(settings.brik_qty[row])})
    return Reason(
        "level_minmax", {"min_level": int(settings.min_level[row]), "max_level": int(settings.max_level[row])}
    )
