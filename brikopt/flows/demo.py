"""The main job on a simulated region or on the user's own extracts, and what to open afterwards."""

from __future__ import annotations

from pathlib import Path

from brikopt.contract.rules import Language
from brikopt.errors import BadInput
from brikopt.flows.progress import Progress
from brikopt.flows.run import run
from brikopt.flows.simulate import simulate
from brikopt.parallel import Backend
from brikopt.reason import Reason
from brikopt.reports.publish import checked_out
from brikopt.reports.sentences import Sentences
from brikopt.reports.workbook import WORKBOOK_FILE

EXTRACTS, RESULT = "extracts", "result"
# Small enough for a minute's patience, large enough for every list to have rows.
_WARDS, _POSITIONS, _YEARS = 12, 1500, 3


def demo(
    out: Path,
    data: Path | None = None,
    *,
    jobs: int = 1,
    backend: Backend = "loky",
    lang: Language = "da",
    progress: Progress,
) -> list[str]:
    """Do the main job so that somebody can look at it.

    Parameters
    ----------
    out : Path
        Gets ``result``, and ``extracts`` where a region is simulated.
    data : Path, optional
        Extracts to use in place of a simulated region.
    jobs : int
        Processes.
    backend : {"loky", "dask"}
        Where they run.
    lang : {"da", "en"}
        Language.
    progress : Progress
        Shows the steps.

    Returns
    -------
    list of str
        The findings, and what to open.

    Raises
    ------
    BadInput
        If the extracts can't be used, or ``out`` holds something that isn't an earlier demo.
    """
    sentences = Sentences(lang)
    _refuse_foreign(out)
    place = checked_out(out / RESULT, data)
    lines = []
    if data is None:
        data = out / EXTRACTS
        simulate(data, wards=_WARDS, positions=_POSITIONS, years=_YEARS, progress=progress)
        lines.append(sentences.say(Reason("demo_simulated", {"path": str(data)})))
    findings = run(data, place, as_of=None, jobs=jobs, backend=backend, policy_file=None, lang=lang, progress=progress)
    to_open = [sentences.say(Reason("demo_open", {"path": str(out / RESULT / WORKBOOK_FILE)}))]
    return [*lines, *findings.lines(lang), *to_open]


def _refuse_foreign(out: Path) -> None:
    """Keep a demo out of a folder that somebody uses for something else."""
    ours = {EXTRACTS, f"{EXTRACTS}-truth", RESULT}
    advice = "Name a new or empty folder, or one with an earlier demo."
    if out.exists() and not out.is_dir():
        raise BadInput(f"--out {out}", "this is a file.", advice)
    foreign = sorted(path.name for path in out.iterdir() if path.name not in ours) if out.exists() else []
    if foreign:
        raise BadInput(f"--out {out}", f"the folder holds {foreign[0]}, which no demo makes.", advice)
