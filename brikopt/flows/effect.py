"""What the reviews changed: one page a unit, from before and after and the wards not reviewed yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt import __version__
from brikopt.contract.extract import Tables
from brikopt.contract.intake import read_extracts
from brikopt.contract.rules import Language
from brikopt.coverage.comparison import LEAST_DAYS, MEASURES, WINDOW_DAYS, Comparison, by_month, compare
from brikopt.coverage.effect import LEAST_OTHERS, LEAST_REVIEWS, Effect, effect
from brikopt.coverage.happenings import Happenings, happenings
from brikopt.coverage.progress import REGION
from brikopt.expiry.straightening import MECHANISM
from brikopt.flows.progress import Progress
from brikopt.policy import policy_for
from brikopt.reason import Reason
from brikopt.reports.effect_page import DRAWN, EffectPage, write_effect_page
from brikopt.reports.file_names import file_stem
from brikopt.reports.publish import RUN_RECORD, checked_out, written_whole
from brikopt.reports.run_record import run_id_of, run_record, write_run_record
from brikopt.reports.sentences import Sentences, texts_of

REGION_FILE, UNITS_FOLDER, FIGURES_FILE = "effect", "units", "effect.csv"


def effect_of_reviews(
    data: Path, out: Path, *, as_of: date | None, policy_file: Path | None, lang: Language, progress: Progress
) -> list[str]:
    """Estimate what the reviews changed, for the region and for each unit.

    Parameters
    ----------
    data : Path
        The folder of extracts.
    out : Path
        Gets ``effect.html`` and ``.pdf`` for the region, the same for each unit in ``units``, ``effect.csv`` with all
        figures, and ``run.json``.
    as_of : date, optional
        Moment of decision; by default the day after the newest record.
    policy_file : Path, optional
        A policy other than the one beside the extracts; it is recorded, and changes nothing here.
    lang : {"da", "en"}
        Language.
    progress : Progress
        Shows the steps.

    Returns
    -------
    list of str
        What was found for the region and each unit, a line each, and what to open.

    Raises
    ------
    BadInput
        Where a run would stop.
    """
    place = checked_out(out, data)
    policy = policy_for(data, policy_file)
    with progress.step("read"):
        intake = read_extracts(data, as_of=as_of, lang=lang)
    tables = intake.extract.before(intake.as_of)
    run_id, words = run_id_of(tables, policy), texts_of(lang)["effect"]
    made_from = {
        words["extracts"]: data.name,
        words["as_of"]: intake.as_of.isoformat(),
        words["run"]: run_id,
        words["version"]: __version__,
    }
    with progress.step("effect"):
        pages = _pages(tables, made_from, lang)
    with written_whole(place) as work, progress.step("reports"):
        (work / UNITS_FOLDER).mkdir()
        for unit, page in pages.items():
            stem = work / REGION_FILE if unit == REGION else work / UNITS_FOLDER / file_stem(unit)
            write_effect_page(page, stem, lang)
        figures = pd.concat([page.figures.assign(unit=unit) for unit, page in pages.items()])
        columns = ["unit", *(name for name in figures.columns if name != "unit")]
        figures[columns].to_csv(work / FIGURES_FILE, index=False, float_format="%.4f", lineterminator="\n")
        record = run_record(intake, policy, run_id=run_id, lang=lang, model_id=MECHANISM, seconds=progress.seconds)
        write_run_record(record, work / RUN_RECORD)
    opened = Sentences(lang).say(Reason("demo_open", {"path": str(place / f"{REGION_FILE}.html")}))
    return [*(f"{page.name}: {page.lead[0]}" for page in pages.values()), opened]


def _pages(tables: Tables, made_from: Mapping[str, str], lang: Language) -> dict[str, EffectPage]:
    happened = happenings(
        tables.wards, tables.cabinets, tables.items, tables.positions, tables.orders, tables.discards, tables.as_of
    )
    compared = compare(happened, tables.reviews)
    units = happened.places["unit"].to_numpy(dtype=object)
    everyone = {REGION: np.ones(len(compared.place), dtype=np.bool_)}
    groups = everyone | {unit: units[compared.place] == unit for unit in sorted(set(units))}
    return {unit: _page(unit, happened, compared.some(rows), made_from, lang) for unit, rows in groups.items()}


def _page(
    unit: str, happened: Happenings, compared: Comparison, made_from: Mapping[str, str], lang: Language
) -> EffectPage:
    wards: npt.NDArray[np.int64] = pd.factorize(happened.places["ward_id"])[0].astype(np.int64)
    found = effect(compared, wards)
    sentences = Sentences(lang)
    return EffectPage(
        name=texts_of(lang)["effect"]["region"] if unit == REGION else unit,
        lead=[sentences.say(reason) for reason in _lead(found, compared)],
        figures=_figures(found),
        curves={measure: by_month(happened, compared, measure) for measure in DRAWN},
        notes=[sentences.say(Reason(f"effect_note_{code}", {"days": WINDOW_DAYS})) for code in _NOTES],
        facts=made_from,
    )


_NOTES = ("method", "stock", "once", "records", "choice")


def _lead(found: Effect | None, compared: Comparison) -> list[Reason]:
    if found is None:
        numbers = {"reviews": len(compared.place), "others": compared.others, "days": LEAST_DAYS}
        return [Reason("effect_too_few", numbers | {"least": max(LEAST_REVIEWS, LEAST_OTHERS)})]
    return [
        _found(found, "expired_dkk", "effect"),
        _found(found, "stock_dkk", "effect_stock"),
        Reason("effect_based_on", {"reviews": found.reviews, "others": found.others}),
    ]


def _found(found: Effect, measure: str, code: str) -> Reason:
    at = MEASURES.index(measure)
    change, low, high = float(found.change[at]), float(found.low[at]), float(found.high[at])
    end = "less" if high < 0 else "more" if low > 0 else "unclear"
    if end == "less":
        low, high = -high, -low  # "so much less" is said without a minus
    return Reason(f"{code}_{end}", {"change": change, "size": abs(change), "low": low, "high": high})


def _figures(found: Effect | None) -> pd.DataFrame:
    names = ("before", "after", "expected", "change", "low", "high")
    if found is None:
        return pd.DataFrame(columns=["measure", *names, "reviews", "others"])
    columns = {name: getattr(found, name) for name in names}
    return pd.DataFrame({"measure": MEASURES, **columns, "reviews": found.reviews, "others": found.others})
