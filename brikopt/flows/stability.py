"""Whether advice stands: put in force and asked again, one order line fewer, three days later.

Each test runs twice on extracts that hardly differ, and counts the positions that are told something else. What the
model alone can't keep apart would show as changes that nobody can explain.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from brikopt.contract.extract import Tables
from brikopt.contract.intake import read_extracts
from brikopt.contract.positions import cabinet_rows, position_table
from brikopt.contract.rules import Language
from brikopt.errors import BadInput
from brikopt.expiry.straightening import Straightening
from brikopt.flows.cabinet import CabinetJob, work_on_cabinet
from brikopt.flows.model import model_in
from brikopt.flows.previous import NAMES, Previous, earlier_advice, standing_of
from brikopt.flows.progress import Progress
from brikopt.flows.shifted import shifts_since
from brikopt.levels.cost import DAYS
from brikopt.parallel import map_in_order
from brikopt.policy import Policy, policy_for
from brikopt.reason import Reason
from brikopt.reports.sentences import Sentences
from brikopt.stock.posterior import gather_evidence

BoolArray = npt.NDArray[np.bool_]
PLACE = ["cabinet_id", "item_id"]
DAYS_LATER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """One test: shares of positions, beside what they may be at most.

    Parameters
    ----------
    test : str
        ``in_force``, ``in_force_model_alone``, ``one_line_fewer`` or ``days_later``.
    positions : int
        Positions that could be told something else: those changed, where levels were put in force, else all.
    other_levels, other_action : float
        Shares of them with other levels (changed again), and with another action (turned round).
    most_levels, most_action : float
        What these may be.
    """

    test: str
    positions: int
    other_levels: float
    other_action: float
    most_levels: float
    most_action: float

    @property
    def holds(self) -> bool:
        """Whether both shares are within their limits."""
        return self.other_levels <= self.most_levels and self.other_action <= self.most_action


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks for levels, with everything but the rows and what went before held still."""

    policy: Policy
    model: Straightening
    jobs: int

    def levels(self, tables: Tables, previous: Previous | None = None, policy: Policy | None = None) -> pd.DataFrame:
        """Today's and the new levels of every position, as a run would find them."""
        policy = policy or self.policy
        horizon = max(DAYS, policy.expiry.horizon_days)
        evidence = gather_evidence(tables, position_table(tables), policy.expiry.check_interval_days, horizon)
        earlier = earlier_advice(
            previous, tables, evidence.positions, shifts_since(evidence), policy.levels.settling_days
        )
        work = [
            CabinetJob(
                evidence.part(first, last),
                policy,
                tables.as_of,
                self.model,
                None if earlier is None else tuple(earlier[first:last]),
            )
            for first, last in cabinet_rows(evidence.positions)
        ]
        facts = pd.concat([found.facts for found in map_in_order(work_on_cabinet, work, jobs=self.jobs)])
        return pd.concat([evidence.positions, facts.reset_index(drop=True)], axis=1)


def stability(
    data: Path,
    out: Path | None,
    *,
    as_of: date | None,
    jobs: int,
    policy_file: Path | None,
    lang: Language,
    progress: Progress,
) -> list[str]:
    """Make the tests on any extracts.

    Parameters
    ----------
    data : Path
        The folder of extracts.
    out : Path, optional
        A file that gets the figures as JSON.
    as_of : date, optional
        Moment of decision; by default the day after the newest record.
    jobs : int
        Processes.
    policy_file : Path, optional
        A policy other than the one beside the extracts.
    lang : {"da", "en"}
        Language of what is told.
    progress : Progress
        Shows the steps.

    Returns
    -------
    list of str
        A line a test: the shares, the limits, and whether they hold.
    """
    asker = Asker(policy_for(data, policy_file), model_in(None), jobs)
    with progress.step("read"):
        intake = read_extracts(data, as_of=as_of, lang=lang)
    tables = intake.extract.before(intake.as_of)
    earlier_day = intake.as_of - timedelta(days=DAYS_LATER)
    with progress.step("stability", total=5) as step:
        found = asker.levels(tables)
        step.advance()
        stood = [*_in_force(asker, tables, found)]
        step.advance(2)
        stood.append(_one_line_fewer(asker, tables, found))
        step.advance()
        stood.append(_days_later(asker, intake.extract.before(earlier_day), tables))
        step.advance()
    if out is not None:
        _write(out, stood)
    sentences = Sentences(lang)
    return [sentences.say(Reason(f"stood_{one.test}", _numbers(one))) for one in stood]


def _numbers(one: Stood) -> dict[str, float | str]:
    shares = {name: value for name, value in asdict(one).items() if name != "test"}
    return {**shares, "holds": one.holds}


def _write(out: Path, stood: Sequence[Stood]) -> None:
    text = json.dumps([{**asdict(one), "holds": one.holds} for one in stood], indent=2)
    try:
        out.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        problem = f"the file can't be written ({error.strerror})."
        raise BadInput(f"--out {out}", problem, "Name a file in a folder that is there.") from None


def _in_force(asker: Asker, tables: Tables, found: pd.DataFrame) -> list[Stood]:
    """All new levels put in force, and the same day asked again: with what a run knows, and by the model alone."""
    changed = found[(found["action"] != "keep") & (found["action"] != "remove")]
    since = put_in_force(tables, found)
    levels = asker.policy.levels.model_copy(update={"settling_days": 0})
    alone = asker.policy.model_copy(update={"levels": levels})
    again = asker.levels(since, previous_of(found, tables.as_of))
    by_itself = asker.levels(since, policy=alone)
    return [
        _turned("in_force", changed, again, 0.02, 0.002),
        _turned("in_force_model_alone", changed, by_itself, 0.05, 0.01),
    ]


def put_in_force(tables: Tables, found: pd.DataFrame) -> Tables:
    """The same extracts after all new levels were put up on the evening before; what was removed is gone."""
    kept = found[found["new_max_level"] > 0]
    new = kept[[*PLACE, *(f"new_{name}" for name in NAMES)]]
    joined = tables.positions.merge(new, on=PLACE, validate="one_to_one")
    by_card = joined["brik_count"].notna()
    for name in NAMES:
        values = joined[f"new_{name}"] if name.endswith("level") else joined[f"new_{name}"].where(by_card)
        joined[name] = values.astype(tables.positions[name].dtype)
    positions = joined[tables.positions.columns]
    history = getattr(tables, "level_changes", None)
    if history is None:
        return replace(tables, positions=positions)
    changed = tables.positions.merge(kept.loc[kept["action"] != "keep", PLACE], on=PLACE)
    rows = changed[PLACE].assign(
        changed_at=pd.Timestamp(tables.as_of) - pd.Timedelta(days=1),
        **{f"old_{name}": changed[name] for name in NAMES},
    )
    rows = rows.reindex(columns=history.columns).astype(history.dtypes.to_dict())
    return replace(tables, positions=positions, **{"level_changes": pd.concat([history, rows], ignore_index=True)})


def previous_of(found: pd.DataFrame, as_of: date) -> Previous:
    """An earlier result as the next run would read it."""
    told = standing_of(found)
    then = zip(*(found[name].fillna(0).astype("int64") for name in NAMES), strict=True)
    new = zip(*(found[f"new_{name}"].astype("int64") for name in NAMES), strict=True)
    keys = list(zip(found["cabinet_id"], found["item_id"], strict=True))
    return Previous(
        run_id="",
        as_of=as_of,
        levels=dict(zip(keys, zip(then, new, strict=True), strict=True)),
        settled={(cabinet, item): date.fromisoformat(day) for cabinet, item, day in told["settled"]},
        waiting=frozenset((cabinet, item) for cabinet, item in told["waiting"]),
    )


def _turned(test: str, changed: pd.DataFrame, again: pd.DataFrame, most: float, most_turned: float) -> Stood:
    both = changed[[*PLACE, "action"]].merge(again[[*PLACE, "action"]], on=PLACE, suffixes=("", "_again"))
    once_more = both["action_again"] != "keep"
    up, up_again = both["action"] == "raise", both["action_again"] == "raise"
    return Stood(
        test=test,
        positions=len(both),
        other_levels=_share(once_more.to_numpy()),
        other_action=_share((once_more & (up != up_again)).to_numpy()),
        most_levels=most,
        most_action=most_turned,
    )


def _one_line_fewer(asker: Asker, tables: Tables, found: pd.DataFrame) -> Stood:
    """The order line in the middle of the history left out."""
    rest = tables.orders.drop(index=tables.orders.index[len(tables.orders) // 2]).reset_index(drop=True)
    return _differs("one_line_fewer", found, asker.levels(replace(tables, orders=rest)), 0.01, 0.005)


def _days_later(asker: Asker, before: Tables, tables: Tables) -> Stood:
    """Some days later, with the earlier result at hand."""
    found = asker.levels(before)
    later = asker.levels(tables, previous_of(found, before.as_of))
    return _differs("days_later", found, later, 0.05, 0.02)


def _differs(test: str, found: pd.DataFrame, again: pd.DataFrame, most: float, most_actions: float) -> Stood:
    both = found.merge(again, on=PLACE, suffixes=("", "_again"), validate="one_to_one")
    other = np.zeros(len(both), dtype=np.bool_)
    for name in ("new_min_level", "new_max_level", "new_brik_count"):
        other |= (both[name] != both[f"{name}_again"]).to_numpy()
    return Stood(
        test=test,
        positions=len(both),
        other_levels=_share(other),
        other_action=_share((both["action"] != both["action_again"]).to_numpy()),
        most_levels=most,
        most_action=most_actions,
    )


def _share(among: BoolArray) -> float:
    return float(among.mean()) if len(among) else 0.0
