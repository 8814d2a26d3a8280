"""Simulated programmes of reviews with various habits; they share no formula with what they test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from brikopt.coverage.working_weeks import working_weeks

HABITS = ("steady", "bursts", "slow_start", "summer_stop", "deadline_push", "turning")


@dataclass(frozen=True, slots=True)
class Programme:
    """Reviews of one region until the deadline, and some time after.

    ``day`` holds the day of each first review, counted from ``start``, in order.
    """

    habit: str
    start: date
    deadline_day: int
    wards: int
    target: float
    needed: int
    day: np.ndarray

    def seen(self, as_of_day: int) -> np.ndarray:
        """Days of the reviews before a day, as dates."""
        return np.datetime64(self.start, "D") + self.day[self.day < as_of_day]

    @property
    def reached(self) -> bool:
        """Whether enough wards were reviewed by the end of the deadline day."""
        return int((self.day <= self.deadline_day).sum()) >= self.needed


def programme(habit: str, seed: int) -> Programme:
    """Make a programme; how fast it is meant to go is about right for its target, give or take a third."""
    rng = np.random.default_rng([seed, HABITS.index(habit)])
    start = date(2021, 1, 1) + timedelta(days=int(rng.integers(0, 1500)))
    deadline_day = int(rng.integers(120, 500))
    wards, target = int(rng.integers(12, 220)), rng.choice([0.5, 0.9])
    needed = int(np.ceil(target * wards))
    days = deadline_day + 60
    intensity = working_weeks(start, days) * _habit(habit, rng, start, days, deadline_day)
    meant = needed * np.exp(rng.normal(0.0, 0.33))
    intensity *= meant / max(intensity[: deadline_day + 1].sum(), 1e-9)
    reviewed: list[int] = []
    for today in range(days):
        pace = intensity[today]
        if habit == "deadline_push" and deadline_day - 56 <= today <= deadline_day and len(reviewed) < needed:
            pace *= 2.5
        # People who are out anyway take the neighbours along: one to three wards a visit.
        for _ in range(rng.poisson(pace / 2.0)):
            reviewed += [today] * int(rng.integers(1, 4))
    return Programme(
        habit, start, deadline_day, wards, float(target), needed, np.array(reviewed[:wards], dtype=np.int64)
    )


def _habit(habit: str, rng: np.random.Generator, start: date, days: int, deadline_day: int) -> np.ndarray:
    """How much of its usual pace the programme has, day by day."""
    day = np.arange(days)
    if habit == "bursts":
        return np.repeat(rng.gamma(0.6, 1 / 0.6, days // 14 + 1), 14)[:days]
    if habit == "slow_start":
        return 0.3 + 1.4 * np.minimum(day / deadline_day, 1.0)
    if habit == "summer_stop":
        weeks = np.array([(start + timedelta(days=int(one))).isocalendar()[1] for one in day])
        return np.where((weeks >= 27) & (weeks <= 33), 0.0, 1.0)
    if habit == "turning":
        return np.where(day < rng.integers(30, days), 1.0, rng.choice([0.4, 2.0]))
    return np.ones(days)
