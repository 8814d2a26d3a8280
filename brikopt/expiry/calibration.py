"""Learning on top of the mechanism: straightening its chances, from the truth or from what somebody wrote down."""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

ROUNDS = 200  # of expectation and maximisation, at most
SETTLED = 1e-4  # change of every number, below which they have converged
LEAST_SHARE = 0.02  # recorded in a ward: one where nothing was ever written down still may


class ExpiryCalibrator(ClassifierMixin, BaseEstimator):
    """Learn what chances mean from cases where it is known what happened.

    Parameters
    ----------
    prior_weight : float
        How many cases the belief that the chances are right as they are is worth.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        The labels; the second is what happened.
    coef_ : ndarray of shape (n_features,)
        Weights; 1 for the log-odds and 0 for the rest means that the chances were right.
    intercept_ : float
        Of the log-odds.

    Notes
    -----
    The first column of ``X`` is the log-odds of the chance; the others add to them. Log-odds of the result are linear
    in the columns (Platt 1999; Cox 1958), so that a higher chance stays the higher one.
    """

    def __init__(self, *, prior_weight: float = 20.0) -> None:
        self.prior_weight = prior_weight

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike) -> Self:  # noqa: N803 - as scikit-learn names it
        """Learn from log-odds and other columns, shape (n, n_features), and what happened, shape (n,)."""
        columns, happened = _checked(self, X, y)
        right = _as_they_are(columns.shape[1])
        self.intercept_, self.coef_ = _apart(_most_likely(columns, happened, right, self.prior_weight))
        return self

    def predict_proba(self, X: npt.ArrayLike) -> FloatArray:  # noqa: N803
        """Return the chances of both labels, shape (n, 2)."""
        check_is_fitted(self)
        columns = validate_data(self, X, reset=False, dtype=np.float64)
        chance = expit(self.intercept_ + columns @ self.coef_)
        return np.column_stack([1.0 - chance, chance])

    def predict(self, X: npt.ArrayLike) -> npt.NDArray[np.generic]:  # noqa: N803
        """Return the likelier label, shape (n,)."""
        chance = self.predict_proba(X)[:, 1]
        likelier: npt.NDArray[np.generic] = self.classes_[(chance > 0.5).astype(np.int64)]
        return likelier

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags


class RecordedExpiryCalibrator(ExpiryCalibrator):
    """Learn what chances mean where only a share of what happened was written down.

    Parameters
    ----------
    start : sequence of float, optional
        Intercept and weights believed beforehand; by default the chances are right as they are.
    prior_weight : float
        How many cases that belief is worth.
    ward_weight : float
        How many cases the region's recorded share is worth in each ward.

    Attributes
    ----------
    recorded_share_ : ndarray of shape (n_wards,)
        Share of what happened that each ward is thought to have written down, in the order of ``wards_``.
    wards_ : ndarray of shape (n_wards,)
        The wards.

    Notes
    -----
    Expectation and maximisation (Dempster, Laird and Rubin 1977): what was not recorded happened with chance
    p(1 - s) / (1 - ps), for a calibrated chance p and the ward's share s. Records alone can't tell few losses from few
    records; where the chances are near 1 they can, and elsewhere the belief decides.
    """

    def __init__(
        self, *, start: tuple[float, ...] | None = None, prior_weight: float = 200.0, ward_weight: float = 10.0
    ) -> None:
        super().__init__(prior_weight=prior_weight)
        self.start = start
        self.ward_weight = ward_weight

    def fit(
        self,
        X: npt.ArrayLike,  # noqa: N803
        y: npt.ArrayLike,
        ward: npt.ArrayLike | None = None,
        certainty: npt.ArrayLike | None = None,
    ) -> Self:
        """Learn from what was recorded.

        Parameters
        ----------
        X : array-like of shape (n, n_features)
            Log-odds of the chance first.
        y : array-like of shape (n,)
            The greater label where a loss was recorded.
        ward : array-like of shape (n,), optional
            Who would have recorded it; by default all are one ward.
        certainty : array-like of shape (n,), optional
            Chance that a recorded loss belongs to the days that were forecast: one found late may be older.
        """
        columns, recorded = _checked(self, X, y)
        sure = np.ones(len(recorded)) if certainty is None else np.asarray(certainty, dtype=np.float64)
        recorded = recorded * sure
        self.wards_, number = np.unique(np.zeros(len(recorded)) if ward is None else ward, return_inverse=True)
        believed = _as_they_are(columns.shape[1]) if self.start is None else np.asarray(self.start, dtype=np.float64)
        line, share = believed, np.full(len(self.wards_), 0.5)
        for _ in range(ROUNDS):
            chance = expit(line[0] + columns @ line[1:])
            happened = recorded + (1 - recorded) * unrecorded_chance(chance, share[number])
            before = np.concatenate([line, share])
            share = self._shares(recorded, happened, number)
            line = _most_likely(columns, happened, believed, self.prior_weight, line)
            if np.abs(np.concatenate([line, share]) - before).max() < SETTLED:
                break
        self.recorded_share_ = share
        self.intercept_, self.coef_ = _apart(line)
        return self

    def _shares(self, recorded: FloatArray, happened: FloatArray, ward: IntArray) -> FloatArray:
        """Recorded share of each ward, drawn towards the region's the more, the less happened there."""
        wards = len(self.wards_)
        noted, all_of_it = (np.bincount(ward, weights=each, minlength=wards) for each in (recorded, happened))
        region = noted.sum() / max(all_of_it.sum(), 1e-9)
        share: FloatArray = (noted + self.ward_weight * region) / np.maximum(all_of_it + self.ward_weight, 1e-9)
        return share.clip(LEAST_SHARE, 1.0)


def unrecorded_chance(chance: FloatArray, share: FloatArray) -> FloatArray:
    """Chance that something happened where nothing was recorded.

    Examples
    --------
    >>> unrecorded_chance(np.array([0.5]), np.array([0.5])).round(3).tolist()
    [0.333]
    """
    silent: FloatArray = chance * (1 - share) / np.maximum(1 - chance * share, 1e-12)
    return silent


def _checked(learner: ExpiryCalibrator, X: npt.ArrayLike, y: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:  # noqa: N803
    columns, labels = validate_data(learner, X, y, dtype=np.float64)
    check_classification_targets(labels)
    learner.classes_, happened = np.unique(labels, return_inverse=True)
    if len(learner.classes_) > 2:
        raise ValueError(
            f"Only binary classification is supported. The type of the target is {len(learner.classes_)}-class."
        )
    if len(learner.classes_) < 2:
        raise ValueError("The classifier needs both labels: 1 class alone tells nothing of chances.")
    return columns, happened.astype(np.float64)


def _as_they_are(n_columns: int) -> FloatArray:
    """Intercept 0, weight 1 for the log-odds, 0 for the rest."""
    line: FloatArray = np.zeros(1 + n_columns)
    line[1] = 1.0
    return line


def _apart(line: FloatArray) -> tuple[float, FloatArray]:
    return float(line[0]), line[1:]


def _most_likely(
    columns: FloatArray, happened: FloatArray, believed: FloatArray, weight: float, begin: FloatArray | None = None
) -> FloatArray:
    """Intercept and weights most likely after what happened, for a normal belief around ``believed``."""
    # A case is worth at most 1/4 of information in a logistic line: `weight` such cases tell as much as the belief.
    pull = weight / 4

    def loss(line: FloatArray) -> tuple[float, FloatArray]:
        odds, off = line[0] + columns @ line[1:], line - believed
        slope = expit(odds) - happened
        gradient = np.concatenate([[slope.sum()], slope @ columns]) + pull * off
        return float((np.logaddexp(0.0, odds) - happened * odds).sum() + pull * (off @ off) / 2), gradient

    begin = believed if begin is None else begin
    found: FloatArray = minimize(loss, begin, jac=True, method="L-BFGS-B", options={"ftol": 1e-12, "gtol": 1e-7}).x
    return found
