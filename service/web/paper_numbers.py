"""The numbers that the rows of a printed guide have, so that the screen has the same."""

from __future__ import annotations

from html.parser import HTMLParser

from brikopt.contract.rules import Language
from brikopt.reports.sentences import texts_of

Numbers = dict[tuple[str, str], int]
_ROW = "nr-"


def paper_numbers(guide: str, lang: Language) -> Numbers:
    """Read the row numbers off a guide.

    Parameters
    ----------
    guide : str
        The page that the run made.
    lang : {"da", "en"}
        The run's language.

    Returns
    -------
    dict
        Cabinet and item to number; empty where the guide lists nothing.
    """
    reader = _GuideReader(lang)
    reader.feed(guide)
    return reader.numbers


class _GuideReader(HTMLParser):
    """Walks through sections (one a cabinet) and their rows; the item number stands in small print."""

    def __init__(self, lang: Language) -> None:
        super().__init__()
        words = texts_of(lang)["guide"]
        self._cabinet_word, self._item_word = f"{words['cabinet']} ", f"{words['item_id']} "
        self._cabinet, self._number, self._in_small = "", 0, False
        self.numbers: Numbers = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "div" and named.get("role") == "region":
            self._cabinet = (named.get("aria-label") or "").removeprefix(self._cabinet_word)
        if tag == "tr":
            row = named.get("id") or ""
            self._number = int(row.removeprefix(_ROW)) if row.startswith(_ROW) else 0
        self._in_small = tag == "small"

    def handle_data(self, data: str) -> None:
        if self._in_small and self._number:
            self.numbers.setdefault((self._cabinet, data.removeprefix(self._item_word)), self._number)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self._in_small = False
