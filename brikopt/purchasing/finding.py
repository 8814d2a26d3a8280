"""One finding for the purchasers: which item, where, why, how sure, and what it is worth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from brikopt.policy import Policy
from brikopt.reason import Reason

Facts = dict[str, int | float | str]  # what a sentence names
Code = Literal["pack_too_large", "order_too_often", "urgent_orders", "air_freight", "substitute", "pooling"]

SURE_LINES, LIKELY_LINES = 30, 10  # a count of 30 is right within about a fifth, one of 10 within about a third
# A purchaser's case takes a quarter of an hour or so; a change at the shelf, about three minutes.
CHANGES_WORTH_A_CASE = 5
COUNTS_FROM = 5.0  # DKK a year at one shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something to take up with a supplier or a few wards.

    Parameters
    ----------
    item_id : str
        The item.
    code : str
        What was found.
    ward_ids : tuple of str
        Wards concerned, sorted.
    reason : Reason
        The sentence with its numbers.
    lines : int
        Order lines of the last year that it rests on.
    saving_dkk_per_year, saving_co2e_kg_per_year : float
        Priced by the policy; kg are estimates.
    """

    item_id: str
    code: Code
    ward_ids: tuple[str, ...]
    reason: Reason
    lines: int
    saving_dkk_per_year: float
    saving_co2e_kg_per_year: float

    @property
    def certainty(self) -> Reason:
        """How sure the finding is, by the number of order lines that it rests on."""
        rests_on = {"lines": self.lines}
        if self.lines >= SURE_LINES:
            return Reason("sure", rests_on)
        if self.lines >= LIKELY_LINES:
            return Reason("likely", rests_on)
        return Reason("estimated" if self.lines else "estimated_without_lines", rests_on)


def least_of_a_shelf(policy: Policy) -> float:
    """Return the DKK a year from which one shelf counts in a finding: a case gathers many, so it may be little."""
    return min(policy.levels.min_saving_dkk_per_year, COUNTS_FROM)


def least_saving(policy: Policy, n_wards: int) -> float:
    """Return the DKK a year below which a finding is not worth anybody's time.

    Parameters
    ----------
    policy : Policy
        Has the least saving of one change at a shelf.
    n_wards : int
        Wards that have to change something.

    Returns
    -------
    float
        One change for each ward, and at least five.

    Examples
    --------
    >>> least_saving(Policy(), 2), least_saving(Policy(), 8)
    (25.0, 40.0)
    """
    return least_of_a_shelf(policy) * max(n_wards, CHANGES_WORTH_A_CASE)


def ranked(findings: Iterable[Finding]) -> Sequence[Finding]:
    """Put the findings in order: most kroner first, then most kg, then item and code."""
    return sorted(
        findings,
        key=lambda one: (-one.saving_dkk_per_year, -one.saving_co2e_kg_per_year, one.item_id, one.code),
    )
