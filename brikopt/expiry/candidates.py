"""Ways to straighten chances, each scored on regions or days from which it did not learn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression

from brikopt.expiry.calibration import ExpiryCalibrator, RecordedExpiryCalibrator
from brikopt.expiry.straightening import INTERCEPT, Straightening, columns_of

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
NameArray = npt.NDArray[np.object_]
Learnt = Callable[["Cases"], FloatArray]

SUREST = 1e-4  # the log loss of a chance is counted to this distance from 0 and 1
AS_IT_IS = "mechanism"


@dataclass(frozen=True, slots=True)
class Cases:
    """Forecasts, and what came of them.

    Parameters
    ----------
    said : ndarray of float64, shape (n,)
        Chances of the mechanism.
    facts : mapping of str to ndarray of float64, shape (n,)
        As from ``facts_of``.
    happened : ndarray of float64, shape (n,)
        1 where something went out of date; where only records are known, the chance that one of them tells so.
    group : ndarray of object, shape (n,)
        Region, or ward: cases of one group have their luck in common.
    """

    said: FloatArray
    facts: Mapping[str, FloatArray]
    happened: FloatArray
    group: NameArray

    def where(self, chosen: BoolArray) -> Cases:
        """Keep some of the cases."""
        facts = {name: values[chosen] for name, values in self.facts.items()}
        return Cases(self.said[chosen], facts, self.happened[chosen], self.group[chosen])

    def columns(self, names: Sequence[str]) -> FloatArray:
        """What a model looks at."""
        return columns_of(names, self.said, self.facts)


class Candidate(Protocol):
    """A way to straighten chances."""

    @property
    def name(self) -> str:
        """Names it in the card."""

    def learn(self, cases: Cases) -> Learnt:
        """Learn from cases, and return what gives the chances of others."""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """Leave the chances as they are."""

    name: str = AS_IT_IS

    def learn(self, cases: Cases) -> Learnt:  # noqa: ARG002 - nothing is learnt
        """Return what says the same."""
        return lambda others: others.said


@dataclass(frozen=True, slots=True)
class Isotonic:
    """Any rising curve (Zadrozny and Elkan 2002): a yardstick, never kept, because it makes ties in the ranking."""

    name: str = "isotonic"

    def learn(self, cases: Cases) -> Learnt:
        """Fit the curve."""
        curve = IsotonicRegression(out_of_bounds="clip").fit(cases.said, cases.happened)
        return lambda others: np.asarray(curve.predict(others.said), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Line:
    """Log-odds linear in some columns, learnt where the truth is known."""

    name: str
    columns: tuple[str, ...]

    def weights(self, cases: Cases) -> dict[str, float]:
        """Learn the weights of the columns, and the intercept."""
        possible = cases.where(cases.said > 0)
        line = ExpiryCalibrator().fit(possible.columns(self.columns), possible.happened)
        return {INTERCEPT: line.intercept_, **dict(zip(self.columns, line.coef_.tolist(), strict=True))}

    def learn(self, cases: Cases) -> Learnt:
        """Learn the weights."""
        return _chances(self.name, self.weights(cases))


@dataclass(frozen=True, slots=True)
class RecordedLine:
    """Log-odds linear in some columns, learnt from records that hold only a part of the truth.

    Parameters
    ----------
    name : str
        Names it in the card.
    columns : tuple of str
        As for ``Line``; none for the mechanism's own chances, where only the recorded shares are learnt.
    start : mapping of str to float
        Weights believed beforehand; what it doesn't name is 0.
    """

    name: str
    columns: tuple[str, ...]
    start: Mapping[str, float]

    def fitted(self, cases: Cases) -> RecordedExpiryCalibrator:
        """Learn weights and recorded shares."""
        possible = cases.where(cases.said > 0)
        noted = possible.happened > 0
        names = self.columns or ("log_odds",)
        start = tuple(self.start.get(name, 0.0) for name in (INTERCEPT, *names))
        # A belief worth this many cases doesn't move: then only the recorded shares are learnt.
        firm = {} if self.columns else {"prior_weight": 1e12}
        learner = RecordedExpiryCalibrator(start=start, **firm)
        certainty = np.where(noted, possible.happened, 1.0)
        return learner.fit(possible.columns(names), noted, ward=possible.group, certainty=certainty)

    def weights(self, cases: Cases) -> dict[str, float]:
        """Learn the weights of the columns, and the intercept."""
        line = self.fitted(cases)
        return {INTERCEPT: line.intercept_, **dict(zip(self.columns, line.coef_.tolist(), strict=True))}

    def learn(self, cases: Cases) -> Learnt:
        """Learn, and return what gives the chances that something is recorded."""
        line = self.fitted(cases)
        weights = dict(zip((INTERCEPT, *(self.columns or ("log_odds",))), [line.intercept_, *line.coef_], strict=True))
        shares = dict(zip(line.wards_.tolist(), line.recorded_share_.tolist(), strict=True))
        usual = float(np.mean(line.recorded_share_))
        chances = _chances(self.name, weights)
        return lambda others: chances(others) * np.array([shares.get(ward, usual) for ward in others.group.tolist()])


def _chances(name: str, weights: Mapping[str, float]) -> Learnt:
    model = Straightening(name, weights)
    return lambda others: model.chances(others.said, others.facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How a candidate did on cases from which it did not learn.

    Parameters
    ----------
    name : str
        The candidate.
    log_loss, brier : float
        Mean over the cases.
    gain, gain_error : float
        Log loss saved in all against the mechanism as it is, and the standard error of that, by groups.
    brier_gain, brier_gain_error : float
        The same of the squared error.
    """

    name: str
    log_loss: float
    brier: float
    gain: float
    gain_error: float
    brier_gain: float
    brier_gain_error: float

    def earns_its_place(self) -> bool:
        """Whether both gains are more than their errors: log loss alone is won by being less sure of what is rare."""
        return self.gain > self.gain_error and self.brier_gain > self.brier_gain_error


def compare(cases: Cases, fold: NameArray, candidates: Sequence[Candidate], learn_only: NameArray) -> list[Comparison]:
    """Score candidates fold by fold, each time learning from the cases outside it.

    Parameters
    ----------
    cases : Cases
        All of them.
    fold : ndarray of object, shape (n,)
        Regions of one kind, or days.
    candidates : sequence of Candidate
        The first is the mechanism as it is.
    learn_only : ndarray of object
        Folds that are learnt from and not scored.

    Returns
    -------
    list of Comparison
        In the order of the candidates.
    """
    scored = ~np.isin(fold, learn_only)
    losses, errors = [], []
    for candidate in candidates:
        chance = np.zeros(len(fold))
        for name in sorted(set(fold[scored].tolist())):
            inside = fold == name
            chance[inside] = candidate.learn(cases.where(~inside))(cases.where(inside))
        losses.append(_log_loss(cases.happened, chance)[scored])
        errors.append(((cases.happened - chance) ** 2)[scored])
    group = cases.group[scored]
    return [
        Comparison(
            name=candidate.name,
            log_loss=float(loss.mean()),
            brier=float(error.mean()),
            gain=float((losses[0] - loss).sum()),
            gain_error=_error_of_sum(losses[0] - loss, group),
            brier_gain=float((errors[0] - error).sum()),
            brier_gain_error=_error_of_sum(errors[0] - error, group),
        )
        for candidate, loss, error in zip(candidates, losses, errors, strict=True)
    ]


def _log_loss(happened: FloatArray, chance: FloatArray) -> FloatArray:
    p = chance.clip(SUREST, 1 - SUREST)
    loss: FloatArray = -(happened * np.log(p) + (1 - happened) * np.log1p(-p))
    return loss


def _error_of_sum(each: FloatArray, group: NameArray) -> float:
    """Standard error of a sum over groups that are alike."""
    _, number = np.unique(group, return_inverse=True)
    sums = np.bincount(number, weights=each)
    return float(np.sqrt(len(sums)) * sums.std(ddof=1)) if len(sums) > 1 else float("inf")
