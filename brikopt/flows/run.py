"""The main job: one set of extracts in, the lists that people act on out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd

from brikopt import __version__
from brikopt.climate_account import climate_account
from brikopt.contract.extract import Tables
from brikopt.contract.intake import Intake, read_extracts
from brikopt.contract.outputs import LOTS, OUTPUTS, SHELVES, Output
from brikopt.contract.positions import cabinet_rows, position_table
from brikopt.contract.rules import Language
from brikopt.expiry.bands import by_band, lost_by_band
from brikopt.expiry.straightening import Straightening
from brikopt.flows.cabinet import CabinetJob, CabinetResult, work_on_cabinet
from brikopt.flows.guides import GUIDE_FOLDER, run_guides, write_guides
from brikopt.flows.lists import NO_ANSWERS, output_tables
from brikopt.flows.model import model_in
from brikopt.flows.previous import Previous, earlier_advice, read_previous, standing_of
from brikopt.flows.progress import Progress
from brikopt.flows.quality import told_quality, write_quality
from brikopt.flows.rejected_advice import RejectedAdvice, hold_back
from brikopt.flows.review_plan import plan_of_reviews
from brikopt.flows.shifted import shifts_since
from brikopt.flows.unchanged import KEPT_FILE, digests, read_kept, write_kept
from brikopt.flows.watch import shift_table
from brikopt.levels.cost import DAYS
from brikopt.levels.earlier import Earlier
from brikopt.parallel import Backend, map_in_order
from brikopt.policy import Policy, policy_for
from brikopt.purchasing.short_dated import short_dated_in_many_wards
from brikopt.reason import Reason
from brikopt.reports.data_quality import quality_table
from brikopt.reports.known_names import KnownNames
from brikopt.reports.left_out import LeftOut, attempted, parted, told_left_out
from brikopt.reports.masters import MASTERS_FILE, write_masters
from brikopt.reports.publish import RUN_RECORD, checked_out, written_whole
from brikopt.reports.run_record import run_id_of, run_record, write_run_record
from brikopt.reports.sections import promises
from brikopt.reports.sentences import Sentences
from brikopt.reports.tables import writable, write_table
from brikopt.reports.workbook import WORKBOOK_FILE, Front, write_workbook
from brikopt.stock.batches import batches
from brikopt.stock.past_year import shelves
from brikopt.stock.posterior import Evidence, gather_evidence
from brikopt.supply_risk import risk_in_many_wards
from brikopt.transfers.answered import Answers


@dataclass(frozen=True, slots=True)
class Findings:
    """What a run found, in few lines.

    Parameters
    ----------
    out : Path
        Where everything lies.
    reasons : tuple of Reason
        The main figures.
    """

    out: Path
    reasons: tuple[Reason, ...]

    def lines(self, lang: Language) -> list[str]:
        """Put the main figures into words, a line each."""
        sentences = Sentences(lang)
        return [sentences.say(reason) for reason in self.reasons]


def run(
    data: Path,
    out: Path,
    *,
    as_of: date | None,
    jobs: int,
    backend: Backend,
    policy_file: Path | None,
    lang: Language,
    progress: Progress,
    model_folder: Path | None = None,
    mapping_file: Path | None = None,
    rejected: Sequence[RejectedAdvice] = (),
    answers: Answers = NO_ANSWERS,
    previous: Path | Previous | None = None,
) -> Findings:
    """Do the main job.

    Parameters
    ----------
    data : Path
        The folder of extracts.
    out : Path
        Gets all output; swapped in whole at the end.
    as_of : date, optional
        Moment of decision; by default the day after the newest record.
    jobs : int
        Processes.
    backend : {"loky", "dask"}
        Where they run.
    policy_file : Path, optional
        A policy other than the one beside the extracts.
    lang : {"da", "en"}
        Language of reasons and workbook.
    progress : Progress
        Shows the steps.
    model_folder : Path, optional
        A trained model other than the one that comes along.
    mapping_file : Path, optional
        A mapping other than the one beside the extracts.
    rejected : sequence of RejectedAdvice, optional
        What people rejected of earlier runs.
    answers : Answers, optional
        What people said to the moves of earlier runs.
    previous : Path or Previous, optional
        An earlier result: its advice is repeated as long as nothing is clearly better.

    Returns
    -------
    Findings

    Raises
    ------
    BadInput
        Where the user's input stops the run; nothing is written then.
    """
    place = checked_out(out, data)
    policy, model = policy_for(data, policy_file), model_in(model_folder)
    with progress.step("read"):
        factor = policy.extracts.max_quantity_factor
        intake = read_extracts(data, as_of=as_of, lang=lang, mapping_file=mapping_file, max_quantity_factor=factor)
    tables = intake.extract.before(intake.as_of)
    before = read_previous(previous, intake.as_of)
    # Checks are needed as far as anything looks ahead: levels two years, flags their horizon.
    horizon = max(DAYS, policy.expiry.horizon_days)
    with progress.step("evidence"):
        evidence = gather_evidence(tables, position_table(tables), policy.expiry.check_interval_days, horizon)
    earlier = earlier_advice(before, tables, evidence.positions, shifts_since(evidence), policy.levels.settling_days)
    parts = _parts(evidence, policy, intake.as_of, model, earlier)
    names = digests(parts)
    kept = read_kept(previous / KEPT_FILE, names) if isinstance(previous, Path) else {}
    results = _cabinets(parts, names, kept, jobs, backend, progress, place.parent)
    sentences = Sentences(lang)
    lists = output_tables(tables, policy, evidence, results, sentences.say, progress, answers)
    lists = hold_back(lists, rejected, sentences.say)
    with progress.step("watch"):
        lists["shifts"] = shift_table(evidence, tables, lists["stock"], before, sentences.say)
    lists["climate_account"] = climate_account(tables, sentences.say)
    with progress.step("review_plan"):
        plan = plan_of_reviews(tables, policy, lists, sentences.say)
    lists["review_plan"] = plan.table
    lists["rejected_rows"] = intake.rejected
    lists["data_quality"] = quality_table(intake.oddities, sentences)
    reasons = [told_quality(intake), *_main_figures(intake, lists, policy.expiry.horizon_days), *plan.findings]
    front = Front(
        run_id=run_id_of(
            tables,
            policy,
            model.id,
            [*rejected, *answers.agreed, *answers.declined, *([before.run_id] if before else [])],
        ),
        version=__version__,
        as_of=intake.as_of,
        findings=[sentences.say(reason) for reason in reasons],
        bands=by_band(lists["stock"], intake.as_of),
        names=KnownNames.of(tables),
    )
    guides, unsaid = run_guides(tables, lists, front, policy, lang, sentences.say)
    write_pages = partial(write_guides, guides, jobs=jobs)
    write_found = partial(write_kept, names=names, results=results)
    dates = [one for result in results for one in result.dates]
    beside = {SHELVES: shelves(evidence, lists["stock"]), LOTS: batches(tables, evidence.positions, dates)}
    left_out = _write(
        place, lists, beside, tables, front, intake, policy, model.id, lang, progress, write_pages, write_found, unsaid
    )
    return Findings(place, (*reasons, *told_left_out(left_out)))


def _parts(
    evidence: Evidence, policy: Policy, as_of: date, model: Straightening, earlier: Sequence[Earlier] | None
) -> list[CabinetJob]:
    """One cabinet's work each; its positions lie side by side in the evidence."""
    return [
        CabinetJob(
            evidence.part(first, last),
            policy,
            as_of,
            model,
            None if earlier is None else tuple(earlier[first:last]),
        )
        for first, last in cabinet_rows(evidence.positions)
    ]


def _cabinets(
    parts: Sequence[CabinetJob],
    names: Sequence[str],
    kept: Mapping[str, CabinetResult],
    jobs: int,
    backend: Backend,
    progress: Progress,
    folder: Path,
) -> Sequence[CabinetResult]:
    """Work on each cabinet by itself, but for those whose result is kept from before.

    A cluster gets and gives its part in ``folder``, on the disk of the result.
    """
    changed = [part for part, name in zip(parts, names, strict=True) if name not in kept]
    results = []
    with progress.step("cabinets", total=sum(len(part.evidence.places) for part in parts)) as step:
        worked_on = map_in_order(work_on_cabinet, changed, jobs=jobs, backend=backend, folder=folder)
        for name in names:
            result = kept[name] if name in kept else next(worked_on)
            results.append(result)
            step.advance(len(result.facts))
    return results


def _main_figures(intake: Intake, lists: Mapping[str, pd.DataFrame], horizon_days: int) -> list[Reason]:
    """The ten lines that sum up a run."""
    flags, levels, stock = lists["expiry_flags"], lists["levels"], lists["stock"]
    moves, risk, dead, covered = (lists[name] for name in ("transfers", "supply_risk", "dead_stock", "coverage"))
    gone = lists["out_of_date"]
    stale = gone["units"] * gone["p_out_of_date"]
    changed = levels[levels["action"] != "keep"]
    region = covered[covered["unit"] == "*"]
    likely = risk[risk["p_stockout"] >= 0.5]
    figures = [
        Reason(
            "found_input",
            {
                "positions": len(stock),
                "as_of": intake.as_of,
                "rejected": len(intake.rejected),
            },
        ),
        Reason(
            "found_stock",
            {"value_dkk": float((stock["on_hand_mean"] * stock["unit_price_dkk"]).sum())},
        ),
        Reason(
            "found_expiry",
            {
                "units": float(flags["expected_expired_units"].sum()),
                "dkk": float(flags["expected_expired_dkk"].sum()),
                "co2e": float(flags["expected_expired_co2e_kg"].sum()),
                "positions": int((flags["p_expire"] >= 0.5).sum()),
            },
        ),
        Reason(
            "found_out_of_date",
            {"positions": len(gone), "units": float(stale.sum()), "dkk": float(gone["value_dkk"].sum())},
        ),
        *medicine_waste(stock, flags, horizon_days),
        Reason("found_bands", lost_by_band(by_band(stock, intake.as_of))),
        *short_dated_in_many_wards(stock),
        Reason(
            "found_levels",
            {
                "changed": len(changed),
                "saving_dkk": float(changed["saving_dkk_per_year"].sum()),
            },
        ),
        Reason("found_promises", _promises(levels)),
        Reason(
            "found_waste",
            {
                "units": float(levels["expired_units_per_year"].sum()),
                "new_units": float(levels["new_expired_units_per_year"].sum()),
            },
        ),
        Reason("found_transfers", {"moves": len(moves), "dkk": float(moves["expected_saved_dkk"].sum())}),
        Reason("found_risk", {"positions": len(likely), "critical": int(likely["critical"].sum())}),
        *risk_in_many_wards(stock),
        Reason(
            "found_dead",
            {
                "positions": int((dead["p_dead"] >= 0.5).sum()),
                "dkk": float(dead.loc[dead["p_dead"] >= 0.5, "value_dkk"].sum()),
            },
        ),
    ]
    if len(found := lists["purchasing"]):
        largest = float(found["saving_dkk_per_year"].max())
        figures.append(Reason("found_purchasing", {"findings": len(found), "dkk": largest}))
    return figures + [
        Reason(
            _coverage_code(row["kind"], lacks=row["deadline"] < pd.Timestamp(intake.as_of) and row["gap_wards"] > 0),
            {
                "reviewed": int(row["wards_reviewed"]),
                "scope": int(row["wards_in_scope"]),
                "target": float(row["target"]),
                "deadline": pd.Timestamp(row["deadline"]).date(),
                "gap": int(row["gap_wards"]),
            },
        )
        for row in region.to_dict("records")
    ]


def _coverage_code(kind: str, *, lacks: bool) -> str:
    """A deadline that has passed without its target is called passed."""
    return f"found_coverage_passed_{kind}" if lacks else f"found_coverage_{kind}"


def medicine_waste(stock: pd.DataFrame, flags: pd.DataFrame, horizon_days: int) -> list[Reason]:
    """What medicine cabinets will throw away, told apart: it is the pharmacy's waste. Nothing where there are none."""
    of_medicine = stock.loc[stock["kind"] == "medicine", "cabinet_id"].unique()
    if not len(of_medicine):
        return []
    mine = flags[flags["cabinet_id"].isin(of_medicine)]
    stale = stock.loc[stock["kind"] == "medicine", "stale_units"]
    told = {
        "positions": len(mine),
        "units": float(mine["expected_expired_units"].sum()),
        "dkk": float(mine["expected_expired_dkk"].sum()),
        "stale": float(stale.sum()),
        "horizon_days": horizon_days,
    }
    return [Reason("found_medicine", told)]


def _promises(levels: pd.DataFrame) -> dict[str, float]:
    """How many positions get less than was promised, and how many of them the new levels help."""
    broken, mended = promises(levels)
    return {
        "broken": int(broken.sum()),
        "critical": int((broken & levels["critical"].astype(bool)).sum()),
        "mended": int(mended.sum()),
    }


def _write(
    place: Path,
    lists: Mapping[str, pd.DataFrame],
    beside: Mapping[Output, pd.DataFrame],
    tables: Tables,
    front: Front,
    intake: Intake,
    policy: Policy,
    model_id: str,
    lang: Language,
    progress: Progress,
    write_pages: Callable[[Path], list[LeftOut]],
    write_found: Callable[[Path], None],
    unsaid: Sequence[LeftOut],
) -> list[LeftOut]:
    with written_whole(place) as work:
        with progress.step("guides"):
            left_out = [*unsaid, *write_pages(work / GUIDE_FOLDER)]
        with progress.step("reports"):
            written, refused = writable(lists)
            left_out += refused
            for output in OUTPUTS:
                write_table(written[output.name], output, work / f"{output.name}.csv")
            for output, frame in beside.items():
                write_table(frame, output, work / f"{output.name}.csv")
            book = partial(write_workbook, written, work / WORKBOOK_FILE, lang, front)
            left_out += parted([attempted(WORKBOOK_FILE, book)])[1]
            write_quality(intake, work, lang)
            write_masters(tables, work / MASTERS_FILE)
            write_found(work / KEPT_FILE)
        record = run_record(intake, policy, run_id=front.run_id, lang=lang, model_id=model_id, seconds=progress.seconds)
        missing = [asdict(one) for one in left_out]
        write_run_record(
            record
            | {"levels": _proof(lists["cabinet_levels"]), "standing": standing_of(lists["stock"]), "left_out": missing},
            work / RUN_RECORD,
        )
    return left_out


def _proof(cabinets: pd.DataFrame) -> dict[str, float]:
    """How many cabinets' levels are proved the best that fit, and how far the others may be from it."""
    return {
        "cabinets": len(cabinets),
        "proved_best": int(cabinets["proved_best"].sum()),
        "largest_gap_dkk_per_year": round(float(cabinets["gap_dkk_per_year"].max()), 2),
        "too_small": int((cabinets["missing_litres"] > 0).sum()),
    }
