"""Run as of past days, and compare what was said with what the extracts say happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from brikopt import __version__
from brikopt.contract.extract import Extract
from brikopt.contract.intake import read_extracts
from brikopt.contract.rules import Language
from brikopt.errors import BadInput
from brikopt.flows.hindsight import COUNT_DAYS, PROBS, Horizon, said_and_happened
from brikopt.flows.model import model_in
from brikopt.flows.progress import Progress
from brikopt.parallel import Backend
from brikopt.policy import policy_for
from brikopt.reason import Reason
from brikopt.reports.backtest_page import CutPage, Plot, write_backtest_page
from brikopt.reports.charts import calibration_chart, found_chart, interval_chart, quantile_chart, top_chart
from brikopt.reports.publish import RUN_RECORD, checked_out, written_whole
from brikopt.reports.run_record import run_id_of, run_record, write_run_record
from brikopt.reports.sentences import Sentences, texts_of
from brikopt.scoring import brier_skill, calibration, inside, pinball, precision_at_top, precision_of_ranking

FloatArray = npt.NDArray[np.float64]

PAGE_FILE, SCORES_FILE = "backtest.html", "scores.csv"
LEAST_HISTORY, LEAST_AHEAD = 90, 30  # days before and after a cut, for it to say anything
USUAL_CUTS = (540, 360, 300)  # days before the end, where no cut is named
TOP = 10  # entries read from each ward's list


def backtest(
    data: Path,
    out: Path,
    cuts: Sequence[date],
    *,
    jobs: int,
    backend: Backend,
    policy_file: Path | None,
    lang: Language,
    progress: Progress,
    model_folder: Path | None = None,
) -> list[str]:
    """Score forecasts made at past days.

    Parameters
    ----------
    data : Path
        The folder of extracts.
    out : Path
        Gets ``backtest.html``, ``scores.csv`` and ``run.json``.
    cuts : sequence of date
        Past moments of decision; some usual ones where there is none.
    jobs : int
        Processes.
    backend : {"loky", "dask"}
        Where they run.
    policy_file : Path, optional
        A policy other than the one beside the extracts.
    lang : {"da", "en"}
        Language.
    progress : Progress
        Shows the steps.
    model_folder : Path, optional
        A trained model other than the one that comes along.

    Returns
    -------
    list of str
        The scores, a line each, and what to open.

    Raises
    ------
    BadInput
        Where a run would stop, or a cut leaves too few days before or after it.
    """
    place = checked_out(out, data)
    policy, model = policy_for(data, policy_file), model_in(model_folder)
    with progress.step("read"):
        intake = read_extracts(data, lang=lang)
    cuts = sorted(set(cuts)) or [intake.as_of - timedelta(days=days) for days in USUAL_CUTS]
    for cut in cuts:
        _refuse_unfit(cut, intake.extract, intake.as_of)
    words = texts_of(lang)["backtest"]
    scores, pages, horizons = [], [], []
    for cut in cuts:
        found, horizon = said_and_happened(
            intake.extract,
            cut,
            intake.as_of,
            policy,
            jobs=jobs,
            backend=backend,
            progress=progress,
            straightening=model,
        )
        scored = _scores(found, horizon.order_days)
        scores.append(scored.assign(cut=cut.isoformat()))
        pages.append(CutPage(cut, _shown(scored, words), _plots(found, words)))
        horizons.append(horizon)
    run_id = run_id_of(intake.extract.before(intake.as_of), policy, model.id)
    with written_whole(place) as work, progress.step("reports"):
        facts = {words["extracts"]: data.name, words["until"]: intake.as_of.isoformat(), words["version"]: __version__}
        write_backtest_page(pages, work / PAGE_FILE, lang, facts, _notes(horizons[-1], lang))
        every = pd.concat(scores)[["cut", "measure", "ours", "simple_rule", "which_rule"]]
        every.to_csv(work / SCORES_FILE, index=False, float_format="%.4f", lineterminator="\n")
        record = run_record(intake, policy, run_id=run_id, lang=lang, model_id=model.id, seconds=progress.seconds)
        write_run_record(record, work / RUN_RECORD)
    return [*_lines(pages), Sentences(lang).say(Reason("demo_open", {"path": str(place / PAGE_FILE)}))]


def _refuse_unfit(cut: date, extract: Extract, end: date) -> None:
    orders = extract.before(end).orders["ordered_at"]
    begin = orders.min().date() if len(orders) else end
    first, last = begin + timedelta(days=LEAST_HISTORY), end - timedelta(days=LEAST_AHEAD)
    if not first <= cut <= last:
        raise BadInput(
            f"--cut {cut}",
            "the extracts hold too few days before or after it.",
            f"Name a day from {first} to {last}.",
        )


def _scores(found: pd.DataFrame, order_days: int) -> pd.DataFrame:
    """Every measure beside its simple rule; NaN where the extracts can't tell."""
    happened = found["discarded"].to_numpy() > 0
    chance, wards = found["p_expire"].to_numpy(), found["ward_id"].to_numpy(dtype=object)
    dates, cover = found["dates_only"].to_numpy(), found["days_of_cover"].to_numpy()
    money = found["unit_price_dkk"].to_numpy()
    counted = found[found["counted"].notna()]
    off = (counted["counted"] - counted["count_mean"]).abs().sum()
    rule_off = (counted["counted"] - counted["max_level"] / 2).abs().sum()
    ran_out = found["ran_out"].to_numpy()
    soon = found["within_90_days"].to_numpy(dtype=np.bool_)
    as_many = np.argsort(-chance, kind="stable")[: soon.sum()]
    thin_cover = -found["max_level"].to_numpy() / np.maximum(found["last_year"].to_numpy(), 1e-3)
    recorded = float((found["discarded"] * money).sum())
    rows: list[tuple[str, float, float, str]] = [
        ("expiry_rank", precision_of_ranking(happened, chance), precision_of_ranking(happened, cover), "rule_cover"),
        ("expiry_rank", precision_of_ranking(happened, chance), precision_of_ranking(happened, dates), "rule_dates"),
        ("expiry_same", _share(happened[as_many]), _share(happened[soon]), "rule_90_days"),
        ("expiry_skill", brier_skill(happened, chance), np.nan, ""),
        (
            "expiry_top",
            precision_at_top(happened, chance, wards, TOP),
            precision_at_top(happened, cover, wards, TOP),
            "rule_cover",
        ),
        ("expiry_money", _ratio(float((found["expired_units"] * money).sum()), recorded), np.nan, ""),
        (
            "stock_inside",
            inside(*(counted[name].to_numpy(np.float64) for name in ("counted", "count_low", "count_high"))),
            np.nan,
            "",
        ),
        ("stock_error", _ratio(off, rule_off), 1.0 if len(counted) else np.nan, "rule_half"),
        ("orders", _orders_loss(found, order_days), 1.0, "rule_last_year"),
        (
            "stockout",
            precision_of_ranking(ran_out, found["p_stockout"].to_numpy()),
            precision_of_ranking(ran_out, thin_cover),
            "rule_last_year",
        ),
    ]
    return pd.DataFrame(rows, columns=["measure", "ours", "simple_rule", "which_rule"])


def _share(happened: npt.NDArray[np.bool_]) -> float:
    return float(happened.mean()) if len(happened) else float("nan")


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")


def _order_quantiles(found: pd.DataFrame) -> FloatArray:
    return found[[f"orders_{prob:.2f}" for prob in PROBS]].to_numpy(np.float64)


def _orders_loss(found: pd.DataFrame, days: int) -> float:
    """Pinball loss of the order forecast over that of last year's rate with Poisson spread."""
    ordered = found["ordered"].to_numpy(np.float64)
    rule = stats.poisson.ppf(PROBS[None, :], np.maximum(found["last_year"].to_numpy() * days, 1e-9)[:, None])
    return _ratio(pinball(ordered, _order_quantiles(found), PROBS), pinball(ordered, rule, PROBS))


def _shown(scores: pd.DataFrame, words: Mapping[str, str]) -> pd.DataFrame:
    """Scores in words, blank where there is none."""
    numbers = {name: scores[name].map(lambda value: "" if np.isnan(value) else f"{value:.2f}") for name in _NUMBERS}
    measures = [words[f"measure_{name}"] for name in scores["measure"]]
    rules = [words[name] if name else "" for name in scores["which_rule"]]
    return pd.DataFrame({"measure": measures, **numbers, "which_rule": rules})


_NUMBERS = ("ours", "simple_rule")


def _plots(found: pd.DataFrame, words: Mapping[str, str]) -> list[Plot]:
    happened = found["discarded"].to_numpy(np.float64)
    money = happened * found["unit_price_dkk"].to_numpy()
    ours = (found["expired_units"] * found["unit_price_dkk"]).to_numpy(np.float64)
    rankings = {
        "brikopt": ours,
        words["rule_cover"]: found["days_of_cover"].to_numpy(np.float64),
        words["rule_dates"]: found["dates_only"].to_numpy(np.float64),
    }
    ordered, quantiles = found["ordered"].to_numpy(np.float64), _order_quantiles(found)
    below = (ordered[:, None] < quantiles).mean(axis=0)
    up_to = (ordered[:, None] <= quantiles).mean(axis=0)
    drawn = {
        "calibration": calibration_chart(calibration(happened > 0, found["p_expire"].to_numpy()), words),
        "top": top_chart(happened > 0, rankings, found["ward_id"].to_numpy(dtype=object), words),
        "found": found_chart(money, rankings, words),
        "orders": quantile_chart(PROBS.tolist(), below, up_to, words),
    }
    counted = found[found["counted"].notna()]
    if len(counted):
        actual, mean, low, high = (
            counted[name].to_numpy(np.float64) for name in ("counted", "count_mean", "count_low", "count_high")
        )
        drawn["stock"] = interval_chart(actual, mean, low, high, words)
    return [Plot(words[f"plot_{name}"], svg, words[f"caption_{name}"]) for name, svg in drawn.items()]


def _notes(horizon: Horizon, lang: Language) -> list[str]:
    sentences = Sentences(lang)
    window = {"expiry_days": horizon.expiry_days, "found_days": horizon.found_days}
    return [
        sentences.say(Reason("note_window", window)),
        sentences.say(Reason("note_partial", {})),
        sentences.say(Reason("note_counts", {"count_days": COUNT_DAYS})),
        sentences.say(Reason("note_urgent", {})),
        sentences.say(Reason("note_levels", {})),
    ]


def _lines(pages: Sequence[CutPage]) -> list[str]:
    return [
        f"{page.cut.isoformat()}  {row['measure']}: {row['ours']}"
        + (f" ({row['which_rule']}: {row['simple_rule']})" if row["which_rule"] else "")
        for page in pages
        for row in page.scores.to_dict("records")
    ]
