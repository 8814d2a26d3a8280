"""From the lists of a run to the plan of reviews: what each ward's list would save decides who comes first."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from brikopt.contract.extract import Tables
from brikopt.coverage.review_plan import Plan, review_plan
from brikopt.errors import BadInput
from brikopt.policy import Policy
from brikopt.reason import Reason
from brikopt.reports.sections import promises

Say = Callable[[Reason], str]


def plan_of_reviews(tables: Tables, policy: Policy, lists: Mapping[str, pd.DataFrame], say: Say) -> Plan:
    """Plan the reviews that are left, with their reasons in words.

    Parameters
    ----------
    tables : Tables
        The rows known at the moment of decision.
    policy : Policy
        The region's policy.
    lists : mapping of str to DataFrame
        The run's lists; ``trim_list`` and ``coverage`` are used.
    say : callable
        Puts a reason into words.

    Returns
    -------
    Plan
        Its table has all columns of ``review_plan.csv``.

    Raises
    ------
    BadInput
        If the policy gives hours to a hospital that isn't there.
    """
    _refuse_unknown(tables, policy)
    plan = review_plan(
        tables.wards,
        tables.cabinets,
        tables.reviews,
        work_and_saving(tables, lists["trim_list"], lists["levels"]),
        lists["coverage"],
        policy.reviews,
        tables.as_of,
    )
    reasons = [say(reason) for reason in plan.reasons]
    return Plan(plan.table.assign(reason=pd.array(reasons, "str")), plan.reasons, plan.findings, plan.gap)


def work_and_saving(tables: Tables, to_do: pd.DataFrame, levels: pd.DataFrame) -> pd.DataFrame:
    """Count positions and promises, and add up what the list would save, by ward and kind of cabinet.

    Parameters
    ----------
    tables : Tables
        Cabinets and positions.
    to_do : DataFrame
        ``cabinet_id`` and ``saving_dkk_per_year`` of the trim list.
    levels : DataFrame
        ``cabinet_id``, ``fill_rate``, ``new_fill_rate`` and ``min_fill_rate`` of every position.

    Returns
    -------
    DataFrame
        ``ward_id``, ``kind``, ``positions``, ``saving_dkk`` (DKK a year), and the positions whose promise is ``broken``
        today and will be ``mended``.
    """
    place = tables.cabinets.set_index("cabinet_id")[["ward_id", "kind"]]
    positions = tables.positions.join(place, on="cabinet_id").groupby(["ward_id", "kind"]).size().rename("positions")
    saving = to_do[["cabinet_id", "saving_dkk_per_year"]].join(place, on="cabinet_id")
    saved = saving.groupby(["ward_id", "kind"])["saving_dkk_per_year"].sum().rename("saving_dkk")
    broken, mended = promises(levels)
    kept = levels[["cabinet_id"]].assign(broken=broken, mended=mended).join(place, on="cabinet_id")
    counted = kept.groupby(["ward_id", "kind"])[["broken", "mended"]].sum()
    return pd.concat([positions, saved, counted], axis=1).fillna(0.0).reset_index()


def _refuse_unknown(tables: Tables, policy: Policy) -> None:
    known = sorted(tables.wards["hospital"].unique())
    unknown = sorted(set(policy.reviews.hospital_hours) - set(known))
    if unknown:
        raise BadInput(
            "policy.toml, [reviews] hospital_hours",
            f"no hospital in wards is called {unknown[0]!r}.",
            f"Write one of: {', '.join(known)}.",
        )
