"""Learn on top of the mechanism, and keep what was learnt only where it earns its place."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from brikopt import __version__
from brikopt.contract.intake import read_extracts
from brikopt.contract.rules import Language
from brikopt.errors import BadInput
from brikopt.expiry.candidates import (
    AS_IT_IS,
    Candidate,
    Cases,
    Comparison,
    Isotonic,
    Line,
    Mechanism,
    RecordedLine,
    compare,
)
from brikopt.expiry.straightening import KIND
from brikopt.flows.progress import Progress
from brikopt.flows.training_cases import (
    SEEDS,
    RegionJob,
    cases_of,
    own_cases,
    own_cuts,
    settings_of,
    simulated_cases,
)
from brikopt.parallel import Backend
from brikopt.policy import policy_for
from brikopt.reports.model_card import card_of
from brikopt.scoring import brier_skill, calibration, calibration_error, precision_of_ranking
from brikopt.trained import load, save
from brikopt.world.habits import HABITS

CUTS = 2  # in each simulated region
LEAST_LOSSES = 30  # recorded, in what is learnt from; fewer teach nothing
AS_SAID = {"log_odds": 1.0}  # the chances are right as they are


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learnt: weights, or none, and what was found on the way."""

    weights: Mapping[str, float]
    metrics: Mapping[str, Any]


def train(
    data: Path | None,
    out: Path,
    *,
    jobs: int,
    backend: Backend,
    policy_file: Path | None,
    lang: Language,
    progress: Progress,
) -> list[str]:
    """Train a model, from a region's own past or from simulated regions.

    Parameters
    ----------
    data : Path, optional
        The folder of extracts; simulated regions by default.
    out : Path
        Folder of models; gets one more, in a folder of its own.
    jobs : int
        Processes.
    backend : {"loky", "dask"}
        Where they run.
    policy_file : Path, optional
        A policy other than the one beside the extracts.
    lang : {"da", "en"}
        Language of the lines returned; the card is in both.
    progress : Progress
        Shows the steps.

    Returns
    -------
    list of str
        What was found, and where the model is.

    Raises
    ------
    BadInput
        Where a run would stop, or ``out`` can't be written. Earlier models stay as they are.
    """
    lesson = (
        _from_simulated(jobs, backend, progress)
        if data is None
        else _from_own(data, jobs, backend, policy_file, lang, progress)
    )
    card = card_of(lesson.metrics)
    place = _written(out, lesson, card)
    return [*card_of(lesson.metrics, (lang,)).splitlines(), str(place)]


def _from_simulated(jobs: int, backend: Backend, progress: Progress) -> Lesson:
    names = [(habits, seed) for habits in HABITS for seed in SEEDS]
    regions = [RegionJob(settings_of(seed, habits), CUTS) for habits, seed in names]
    frames = simulated_cases(regions, jobs, backend, progress)
    parts = [
        frame.assign(region=f"{habits} {seed}", habits=habits)
        for (habits, seed), frame in zip(names, frames, strict=True)
    ]
    return lesson_from_truth(pd.concat(parts, ignore_index=True))


def lesson_from_truth(found: pd.DataFrame) -> Lesson:
    """Learn from forecasts of which it is known what came of them.

    Parameters
    ----------
    found : DataFrame
        As from ``said_and_true``, with ``region`` and ``habits``: candidates are scored on habits that they did not
        learn from.

    Returns
    -------
    Lesson
    """
    cases = cases_of(found, found["gone"] > 0, found["region"])
    facts = tuple(name for name in cases.facts if not name.startswith("category="))  # other regions have others
    lines = [
        Line("log_odds", ("log_odds",)),
        Line("beta", ("log_odds", "log_chance")),
        Line("with_facts", ("log_odds", *facts)),
    ]
    habits = found["habits"].to_numpy(dtype=object)
    scores = compare(cases, habits, [Mechanism(), *lines, Isotonic()], learn_only=np.array([], dtype=object))
    kept = _best({line.name: line for line in lines}, scores)
    weights = kept.weights(cases) if kept else {}
    return Lesson(
        weights,
        {
            "data": "simulated",
            "regions": sorted(set(found["region"])),
            "positions": len(found),
            "losses": int((found["gone"] > 0).sum()),
            "kept": kept.name if kept else None,
            "candidates": [asdict(score) for score in scores],
            "held_out": _held_out(cases, habits, kept or Mechanism()),
            "version": __version__,
        },
    )


def _best(lines: Mapping[str, Line], scores: Sequence[Comparison]) -> Line | None:
    """The simplest of those that gain most: another must gain more than its error beyond it."""
    kept: Comparison | None = None
    for score in scores:
        if (
            score.name in lines
            and score.earns_its_place()
            and (kept is None or score.gain > kept.gain + score.gain_error)
        ):
            kept = score
    return lines[kept.name] if kept else None


def _held_out(cases: Cases, fold: np.ndarray[Any, Any], kept: Candidate) -> dict[str, Any]:
    """Figures of the mechanism and of what is kept, on folds that were not learnt from."""
    chance = np.zeros(len(fold))
    for name in sorted(set(fold.tolist())):
        inside = fold == name
        chance[inside] = kept.learn(cases.where(~inside))(cases.where(inside))
    happened = cases.happened > 0
    return {
        AS_IT_IS: _figures(happened, cases.said, fold),
        "model": _figures(happened, chance, fold),
        "calibration": calibration(happened, chance).round(4).to_dict("records"),
    }


def _figures(
    happened: np.ndarray[Any, Any], chance: np.ndarray[Any, Any], fold: np.ndarray[Any, Any]
) -> dict[str, float]:
    # Chances of two folds come from two lines; each fold has a ranking of its own.
    rankings = [precision_of_ranking(happened[fold == name], chance[fold == name]) for name in sorted(set(fold))]
    return {
        "average_precision": float(np.mean(rankings)),
        "brier": float(((chance - happened) ** 2).mean()),
        "brier_skill": brier_skill(happened, chance),
        "calibration_error": calibration_error(happened, chance),
    }


def _from_own(
    data: Path, jobs: int, backend: Backend, policy_file: Path | None, lang: Language, progress: Progress
) -> Lesson:
    policy = policy_for(data, policy_file)
    with progress.step("read"):
        intake = read_extracts(data, lang=lang)
    cuts = own_cuts(intake.extract, intake.as_of)
    frames = own_cases(intake.extract, cuts, intake.as_of, policy, jobs, backend, progress)
    return lesson_from_records([cut.isoformat() for cut in cuts], frames)


def lesson_from_records(cuts: Sequence[str], frames: Sequence[pd.DataFrame]) -> Lesson:
    """Learn from a region's own past, where only a share of what went out of date was written down.

    Parameters
    ----------
    cuts : sequence of str
        The days of the forecasts; the last is held out.
    frames : sequence of DataFrame
        As from ``said_and_happened``, one a cut.

    Returns
    -------
    Lesson
        Without weights where there is too little to learn from, or nothing was gained on the day held out.
    """
    told = {"data": "own", "cuts": list(cuts), "version": __version__}
    found = pd.concat([frame.assign(cut=cut) for cut, frame in zip(cuts, frames, strict=True)]) if frames else None
    losses = 0 if found is None else int((found["recorded_chance"] > 0).sum())
    if found is None or len(cuts) < 2 or losses < LEAST_LOSSES:
        few = {"kept": None, "positions": 0 if found is None else len(found), "losses": losses, "too_little": True}
        return Lesson({}, {**told, **few})
    cases = cases_of(found, found["recorded_chance"], found["ward_id"])
    mechanism = RecordedLine(AS_IT_IS, (), AS_SAID)
    lines = [
        RecordedLine("log_odds", ("log_odds",), AS_SAID),
        RecordedLine("with_facts", ("log_odds", *cases.facts), AS_SAID),
    ]
    day = found["cut"].to_numpy(dtype=object)
    scores = compare(cases, day, [mechanism, *lines], learn_only=np.array(cuts[:-1], dtype=object))
    kept = next((line for line, score in zip(lines, scores[1:], strict=True) if score.earns_its_place()), None)
    shares = (kept or mechanism).fitted(cases)
    return Lesson(
        kept.weights(cases) if kept else {},
        {
            **told,
            "kept": kept.name if kept else None,
            "positions": len(found),
            "losses": losses,
            "candidates": [asdict(score) for score in scores],
            "recorded_share": dict(zip(shares.wards_.tolist(), shares.recorded_share_.round(3).tolist(), strict=True)),
        },
    )


def _written(out: Path, lesson: Lesson, card: str) -> Path:
    """Write the model beside the others and read it back, before it gets its name."""
    weights = {name: [value] for name, value in lesson.weights.items()}
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".training-", dir=out) as work:
            made = Path(work) / "model"
            made.mkdir()
            place = out / save(made, KIND, weights, lesson.metrics, card)
            load(made, KIND)
            if place.exists():
                place.rename(Path(work) / "earlier")
            made.rename(place)
    except OSError as error:
        raise BadInput(
            f"--out {out}", f"it can't be written ({error}).", "Name a folder where you may write."
        ) from None
    return place
