"""Answer a list as a page of JSON, or whole as a file for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from brikopt.contract.rules import Language
from service.answers.forms import MEDIA_TYPES, Form, form_of
from service.answers.paging import AskedPage, Page, PageAsked, page_among
from service.answers.sheets import Sheet, as_file
from service.answers.tags import tag_of
from service.lists.views import View
from service.runs.tables import Run
from service.texts import language_of, texts_of

LIST_FORMS = (Form.JSON, Form.CSV, Form.XLSX, Form.HTML, Form.PDF)
# What the OpenAPI says of a list's answers.
LIST_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"model": Page, "content": {MEDIA_TYPES[form]: {} for form in LIST_FORMS[1:]}}
}


@dataclass(frozen=True, slots=True)
class ListAsked:
    """How somebody wants a list."""

    form: Form
    page: PageAsked
    lang: Language


def _asked(
    request: Request,
    page: AskedPage,
    format: Annotated[str | None, Query(description=f"One of {', '.join(LIST_FORMS)}.")] = None,  # noqa: ARG001
    lang: Annotated[Literal["da", "en"] | None, Query(description="Language of headings.")] = None,  # noqa: ARG001
) -> ListAsked:
    return ListAsked(form_of(request, LIST_FORMS), page, language_of(request))


AskedList = Annotated[ListAsked, Depends(_asked)]


def list_answer(asked: ListAsked, run: Run, view: View, rows: Sequence[dict[str, Any]], place: str = "") -> Response:
    """Answer with a list.

    Parameters
    ----------
    asked : ListAsked
        Form, page and language; a file holds all pages.
    run : Run
        Where the list comes from.
    view : View
        Its columns.
    rows : sequence of dict
        All rows.
    place : str
        Ward or cabinet, for title and file name.

    Returns
    -------
    Response
    """
    if asked.form is Form.JSON:
        body = page_among(rows, asked.page).model_dump()
        return JSONResponse(body, headers={"ETag": tag_of(body), "Vary": "Accept, Accept-Language"})
    words = texts_of(asked.lang)["lists"]
    as_of = f"{run.as_of:%d-%m-%Y}" if run.as_of else ""
    sheet = Sheet(
        name="-".join(filter(None, (view.name, place))),
        title=" ".join(filter(None, (words[view.name], place))),
        made=words["made"].format(run_id=run.run_id, as_of=as_of, version=run.version),
        columns=view.columns,
        rows=rows,
        lang=asked.lang,
    )
    return as_file(sheet, asked.form)
