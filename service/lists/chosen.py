"""Say in words by what the rows of a list were chosen, for the files that people hand on."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from brikopt.contract.rules import Language
from brikopt.reports import sentences
from brikopt.reports.wording import Words, kroner, percent
from service.lists.across import Filter
from service.places.tables import Ward
from service.runs.tables import Run
from service.texts import texts_of


def filter_words(session: Session, run: Run, wanted: Filter, lang: Language) -> list[str]:
    """Name the choices of a filter.

    Parameters
    ----------
    session : Session
    run : Run
        Knows what the ward is called.
    wanted : Filter
    lang : {"da", "en"}

    Returns
    -------
    list of str
        A short phrase each; none where nothing was chosen.
    """
    words, own = texts_of(lang)["lists"]["chosen"], sentences.texts_of(lang)
    numbers = Words(**own["words"])
    ward = session.get(Ward, (run.id, wanted.ward)) if wanted.ward else None
    said = [
        (wanted.unit, words["unit"]),
        (wanted.hospital, words["hospital"]),
        (f"{ward.ward_name} ({ward.ward_id})" if ward else wanted.ward, words["ward"]),
        (wanted.category, words["category"]),
        (wanted.text, words["text"]),
        (percent(wanted.min_probability, numbers, lang) if wanted.min_probability else None, words["probability"]),
        (kroner(wanted.min_dkk, numbers, lang) if wanted.min_dkk else None, words["dkk"]),
    ]
    chosen = [phrase.format(value=value) for value, phrase in said if value]
    if wanted.critical is not None:
        chosen.append(words["critical" if wanted.critical else "not_critical"])
    if wanted.by:
        headings = {**own["columns"], **texts_of(lang)["columns"]}
        way = words["falling" if wanted.falling else "rising"]
        chosen.append(words["sort"].format(column=headings.get(wanted.by, wanted.by), way=way))
    return chosen


def phrases(chosen: Mapping[str, str], lang: Language) -> list[str]:
    """Say the choices of an address in words, for lists that have a filter of their own.

    Parameters
    ----------
    chosen : mapping of str to str
        Names and values, as in an address.
    lang : {"da", "en"}

    Returns
    -------
    list of str
    """
    words, own = texts_of(lang)["lists"]["chosen"], sentences.texts_of(lang)
    headings, values = {**own["columns"], **texts_of(lang)["columns"]}, {**own["values"], **texts_of(lang)["values"]}
    said = []
    for name, value in chosen.items():
        if name == "sort":
            column = value.removeprefix("-")
            way = words["falling" if value.startswith("-") else "rising"]
            said.append(words["sort"].format(column=headings.get(column, column), way=way))
        elif name in ("finding", "state"):
            said.append(f"{headings.get(name, name)}: {values.get(name, {}).get(value, value)}")
        else:
            said.append(words[name.removeprefix("min_")].format(value=value))
    return said
