"""Answer a list as a page of JSON, or whole as a file for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import ConfigDict, create_model

from brikopt import __version__
from brikopt.contract.outputs import Column, Kind
from brikopt.contract.rules import Language
from service.answers.forms import MEDIA_TYPES, Form, form_of
from service.answers.from_memory import lasts
from service.answers.paging import AskedPage, Page, PageAsked, page_among
from service.answers.recall import Made, Place
from service.answers.sheets import Sheet, as_file
from service.answers.tags import tag_of
from service.clock import DENMARK, now
from service.lists.views import View
from service.runs.tables import Run
from service.texts import language_of, texts_of

LIST_FORMS = (Form.JSON, Form.CSV, Form.XLSX, Form.HTML, Form.PDF)
# Another form is answered with 406, as by Accept, so the type itself is any text.
_FORMS: dict[str, Any] = {"enum": [form.value for form in LIST_FORMS]}


_SHOWN_AS: Mapping[Kind, Any] = {
    Kind.TEXT: str | None,
    Kind.DATE: date | None,
    Kind.UNITS: int | float | None,
    Kind.FLAG: int | None,
    Kind.DKK: float | None,
    Kind.NUMBER: float | None,
    Kind.RATE: float | None,
}


def list_answers(name: str, view: View) -> dict[int | str, dict[str, Any]]:
    """Say in the OpenAPI how a list is answered: pages of its own rows, or a file.

    Parameters
    ----------
    name : str
        What a row of it is called, such as ``WardExpiring``.
    view : View
        Its columns; any of them may be left out by who asks.

    Returns
    -------
    dict
        As ``responses`` of the route.
    """
    columns: dict[str, Any] = {column.name: (_SHOWN_AS[column.kind], None) for column in view.columns}
    row = create_model(f"{name}Row", __config__=ConfigDict(extra="allow"), **columns)
    page = create_model(f"{name}Page", __base__=Page, items=(list[row], ...))  # type: ignore[valid-type]
    return {200: {"model": page, "content": {MEDIA_TYPES[form]: {} for form in LIST_FORMS[1:]}}}


@dataclass(frozen=True, slots=True)
class ListAsked:
    """How somebody wants a list.

    Attributes
    ----------
    form : Form
    page : PageAsked
        Of JSON alone.
    lang : {"da", "en"}
        Language of headings.
    by : str
        Who asks, as files for people say it.
    """

    form: Form
    page: PageAsked
    lang: Language
    by: str = ""

    @property
    def rows_wanted(self) -> PageAsked | None:
        """The page, of JSON; a file holds all rows."""
        return self.page if self.form is Form.JSON else None


async def _asked(
    request: Request,
    page: AskedPage,
    format: Annotated[str | None, Query(description="Else by Accept.", json_schema_extra=_FORMS)] = None,  # noqa: ARG001
    lang: Annotated[Literal["da", "en"] | None, Query(description="Language of headings.")] = None,  # noqa: ARG001
) -> ListAsked:
    form = form_of(request, LIST_FORMS)
    if form is Form.JSON:
        lasts(request)  # a file says when it was made
    return ListAsked(form, page, language_of(request), getattr(request.state, "caller_name", ""))


AskedList = Annotated[ListAsked, Depends(_asked)]


def make_page(rows: Sequence[dict[str, Any]], page: PageAsked, place: Place | None = None) -> Made:
    """Write one page of a list, or of what lies at a place, as JSON."""
    body = JSONResponse(page_among(rows, page).model_dump()).body
    return Made(bytes(body), tag_of(body), place)


def made_answer(made: Made) -> Response:
    """Answer with a page that has been written."""
    headers = {"ETag": made.etag, "Vary": "Accept, Accept-Language"}
    return Response(made.body, headers=headers, media_type=MEDIA_TYPES[Form.JSON])


def list_answer(
    asked: ListAsked,
    run: Run,
    view: View,
    rows: Sequence[dict[str, Any]],
    place: str = "",
    *,
    chosen: Sequence[str] = (),
    columns: Sequence[Column] = (),
    total: int | None = None,
) -> Response:
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
    chosen : sequence of str
        By what the rows were chosen, in words; a file says so.
    columns : sequence of Column
        Those to show, where they aren't the view's.
    total : int, optional
        How many rows there are in all, where ``rows`` are the asked page already.

    Returns
    -------
    Response
    """
    if asked.form is Form.JSON and total is not None:
        page = Page(items=list(rows), page=asked.page.page, page_size=asked.page.page_size, total=total)
        body = bytes(JSONResponse(page.model_dump()).body)
        return made_answer(Made(body, tag_of(body)))
    if asked.form is Form.JSON:
        return made_answer(make_page(rows, asked.page))
    words = texts_of(asked.lang)["lists"]
    as_of = f"{run.as_of:%d-%m-%Y}" if run.as_of else ""
    made = words["made"].format(run_id=run.run_id or run.id, as_of=as_of, version=run.version or __version__)
    sheet = Sheet(
        name="-".join(filter(None, (view.name, place))),
        title=" ".join(filter(None, (words[view.name], place))),
        made=made,
        columns=columns or view.columns,
        rows=rows,
        lang=asked.lang,
        about=(
            *(chosen or (words["no_filter"],)),
            words["printed"].format(when=f"{now().astimezone(DENMARK):%d-%m-%Y %H.%M}", who=asked.by or "–"),
        ),
    )
    return as_file(sheet, asked.form)
