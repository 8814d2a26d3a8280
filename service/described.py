"""How the OpenAPI describes the service: one named problem, and operations called what people would call them."""

from __future__ import annotations

from typing import Any, get_type_hints

from fastapi import FastAPI
from fastapi.routing import APIRoute

from service.answers.paging import Page
from service.errors import MEDIA_TYPE, Problem

_SCHEMAS = "#/components/schemas/"
# Statuses that any route may answer with.
_STATUSES = (400, 401, 403, 404, 406, 409, 412, 413, 415, 422, 428, 503)
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "content": {MEDIA_TYPE: {"schema": {"$ref": f"{_SCHEMAS}{Problem.__name__}"}}},
        "description": "Problem Details.",
    }
    for status in _STATUSES
}
_VERBS = {"post": "create", "put": "set"}


def operation_id(route: APIRoute) -> str:
    """Name an operation after its function.

    Parameters
    ----------
    route : APIRoute
        Its function is called ``read_wards``, ``post_review`` and the like.

    Returns
    -------
    str
        ``list_wards``, ``get_ward``, ``create_review``; ``trim_list`` and the like where the thing is a list itself.
    """
    verb, _, thing = route.name.partition("_")
    if verb != "read":
        return f"{_VERBS.get(verb, verb)}_{thing}"
    if not _is_page(route):
        return f"get_{thing}"
    return f"list_{thing}" if thing.endswith("s") else thing


def _is_page(route: APIRoute) -> bool:
    answers = (get_type_hints(route.endpoint).get("return"), route.responses.get(200, {}).get("model"))
    return any(isinstance(answer, type) and issubclass(answer, Page) for answer in answers)


class Described(FastAPI):
    """An app whose OpenAPI names once what its routes refer to."""

    def openapi(self) -> dict[str, Any]:
        """Describe the routes; problems and pages are components of their own."""
        schema = super().openapi()
        for model in (Problem, Page):
            described = model.model_json_schema(ref_template=_SCHEMAS + "{model}")
            schema["components"]["schemas"].setdefault(model.__name__, described)
        return schema
