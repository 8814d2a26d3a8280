"""The card of a trained model: what it is for, from which data, how good, and where it ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from brikopt.contract.rules import Language
from brikopt.reports.sentences import texts_of
from brikopt.reports.wording import LANGUAGES, decimal


def card_of(metrics: Mapping[str, Any], languages: Sequence[Language] = LANGUAGES) -> str:
    """Write the card.

    Parameters
    ----------
    metrics : mapping
        What training found.
    languages : sequence of {"da", "en"}
        One part each.

    Returns
    -------
    str
        Markdown.
    """
    return "\n".join(_part(metrics, lang) for lang in languages)


def _part(metrics: Mapping[str, Any], lang: Language) -> str:
    words = texts_of(lang)["model_card"]
    counts = {name: decimal(metrics[name], 0, lang) for name in ("positions", "losses")}
    data = words[f"data_{metrics['data']}"].format(
        **counts, regions=", ".join(metrics.get("regions", [])), cuts=", ".join(metrics.get("cuts", []))
    )
    kept = words["kept"].format(name=metrics["kept"]) if metrics["kept"] else words["not_kept"]
    if metrics.get("too_little"):
        kept = words["too_little"]
    lines = [
        f"# {words['title']}",
        "",
        words["purpose"],
        "",
        data,
        "",
        kept,
        "",
        *_candidates(metrics, words, lang),
        *_held_out(metrics, words, lang),
        *_shares(metrics, words, lang),
        words["limits"],
        "",
    ]
    return "\n".join(lines)


def _candidates(metrics: Mapping[str, Any], words: Mapping[str, str], lang: Language) -> list[str]:
    rows = metrics.get("candidates", [])
    if not rows:
        return []
    told = [
        f"| {row['name']} | {decimal(row['log_loss'], 4, lang)} | {decimal(row['brier'], 4, lang)}"
        f" | {decimal(row['gain'], 1, lang)} ± {decimal(row['gain_error'], 1, lang)}"
        f" | {decimal(row['brier_gain'], 1, lang)} ± {decimal(row['brier_gain_error'], 1, lang)} |"
        for row in rows
    ]
    return [words["candidates"], "", words["candidate_columns"], "| --- | --- | --- | --- | --- |", *told, ""]


def _held_out(metrics: Mapping[str, Any], words: Mapping[str, str], lang: Language) -> list[str]:
    found = metrics.get("held_out")
    if not found:
        return []
    names = ("average_precision", "brier_skill", "calibration_error")
    rows = [
        f"| {who} | " + " | ".join(decimal(found[who][name], 3, lang) for name in names) + " |"
        for who in ("mechanism", "model")
    ]
    return [words["held_out"], "", words["held_out_columns"], "| --- | --- | --- | --- |", *rows, ""]


def _shares(metrics: Mapping[str, Any], words: Mapping[str, str], lang: Language) -> list[str]:
    shares = sorted(metrics.get("recorded_share", {}).values())
    if not shares:
        return []
    least, middle, most = shares[0], shares[len(shares) // 2], shares[-1]
    told = {"least": least, "middle": middle, "most": most}
    return [words["shares"].format(**{name: decimal(100 * value, 0, lang) for name, value in told.items()}), ""]
