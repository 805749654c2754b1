"""The API's description as a page to read: what its OpenAPI file says, without a script."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any

from counterfoil.web.api.site import KEY, SHARED, api

Schema = dict[str, Any]

DOCUMENT = "Document"
"""The schemas of documents have a page of their own, which tells more than they do."""


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter, a field, or an answer: its name, what it is, and what it means."""

    name: str
    form: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked."""

    method: str
    path: str
    title: str
    text: tuple[str, ...]
    scope: str
    parameters: tuple[Row, ...]
    body: str
    answers: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """An object that comes or goes."""

    name: str
    meaning: str
    fields: tuple[Row, ...]


@cache
def described_operations() -> tuple[Operation, ...]:
    """Return every operation, in the order of its path."""
    paths: dict[str, Schema] = api.get_openapi_schema()["paths"]
    return tuple(
        _operation(method.upper(), path, told)
        for path, methods in paths.items()
        for method, told in methods.items()
    )


@cache
def described_shapes() -> tuple[Shape, ...]:
    """Return the shapes that operations name, apart from documents."""
    schemas: dict[str, Schema] = api.get_openapi_schema()["components"]["schemas"]
    return tuple(
        _shape(name, told)
        for name, told in schemas.items()
        if "properties" in told and name.partition("_")[0] != DOCUMENT
    )


def _operation(method: str, path: str, told: Schema) -> Operation:
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    return Operation(
        method=method,
        path=path,
        title=told["summary"],
        text=tuple(told.get("description", "").replace("`", "").split("\n\n")),
        scope=told["security"][0][KEY][0],
        parameters=tuple(
            Row(one["name"], _form(one["schema"]), one["in"]) for one in told.get("parameters", ())
        ),
        body=_form(body["schema"]) if body else "",
        answers=tuple(
            _answer(int(status), told["responses"][status])
            for status in sorted(told["responses"], key=int)
            if int(status) not in SHARED
        ),
    )


def _answer(status: int, told: Schema) -> Row:
    content = told.get("content", {}).get("application/json")
    words = HTTPStatus(status).phrase
    return Row(str(status), _form(content["schema"]) if content else "nothing", words)


def _shape(name: str, told: Schema) -> Shape:
    required = told.get("required", ())
    return Shape(
        name,
        told.get("description", ""),
        tuple(
            Row(
                field,
                _form(each) + ("" if field in required else ", optional"),
                each.get("description", ""),
            )
            for field, each in told["properties"].items()
        ),
    )


def _form(told: Schema) -> str:
    """Say in a few words what a value looks like."""
    if "$ref" in told:
        return str(told["$ref"]).rpartition("/")[2]
    if "anyOf" in told:
        return " or ".join(_form(each) for each in told["anyOf"])
    if "enum" in told or "const" in told:
        return " or ".join(f"“{each}”" for each in told.get("enum", [told.get("const")]))
    if told.get("type") == "array":
        return f"list of {_form(told['items'])}"
    return str(told.get("format") or told.get("type") or "object")
