"""What is odd in the extracts, told by every command that reads them."""

from __future__ import annotations

from pathlib import Path

from brikopt.contract.intake import Intake
from brikopt.contract.outputs import DATA_QUALITY
from brikopt.contract.quality.oddities import worst
from brikopt.contract.rules import Language
from brikopt.reason import Reason
from brikopt.reports.data_quality import QUALITY_PAGE, quality_table, write_quality_page
from brikopt.reports.sentences import Sentences
from brikopt.reports.tables import write_table


def write_quality(intake: Intake, folder: Path, lang: Language) -> None:
    """Write ``data_quality.csv`` and its page.

    Parameters
    ----------
    intake : Intake
        What was read.
    folder : Path
        Where the files go.
    lang : {"da", "en"}
        Language of the sentences.
    """
    table = quality_table(intake.oddities, Sentences(lang))
    write_table(table, DATA_QUALITY, folder / f"{DATA_QUALITY.name}.csv")
    write_quality_page(table, folder / QUALITY_PAGE, lang, intake.as_of.isoformat())


def told_quality(intake: Intake) -> Reason:
    """Say how many findings of the worst kind there are."""
    high = worst(intake.oddities)
    if high:
        return Reason("checked_quality", {"high": high})
    return Reason("checked_quality_fine", {"others": len(intake.oddities)})


def worst_in_words(intake: Intake, sentences: Sentences) -> list[str]:
    """Say what each finding of the worst kind does to the figures, and what to do about it."""
    told = (one for one in intake.oddities if one.severity == "high")
    return [
        " ".join(sentences.say(Reason(f"quality_{one.code}{end}", one.numbers)) for end in ("", "_advice"))
        for one in told
    ]
