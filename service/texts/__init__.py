"""The service's words, and in which language somebody wants them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, cast

from fastapi import Request

from brikopt.contract.rules import Language

_LANGUAGES = ("da", "en")


@cache
def texts_of(lang: Language) -> Mapping[str, Any]:
    """Read the text file of a language."""
    return tomllib.loads(files("service.texts").joinpath(f"{lang}.toml").read_text("utf-8"))


def language_of(request: Request) -> Language:
    """Return the language of an answer: ``?lang=``, else ``Accept-Language``, else Danish.

    Notes
    -----
    English is chosen by the header only where it comes before Danish there, or Danish is absent.
    """
    asked = request.query_params.get("lang", "")
    if asked in _LANGUAGES:
        return cast("Language", asked)
    accepted = [
        part.split(";")[0].strip()[:2].lower() for part in request.headers.get("Accept-Language", "").split(",")
    ]
    known = [lang for lang in accepted if lang in _LANGUAGES]
    return cast("Language", known[0] if known else "da")
