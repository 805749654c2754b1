"""Whatever is asked: no failure of the server, and every answer as the description says.

Requests are drawn from the description itself: addresses, parameters and bodies as they should be,
nearly so, and not at all. What comes back is held against it.
"""

from __future__ import annotations

import json
import re
import string
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from counterfoil.core.writer import canonical
from counterfoil.web.api import guard
from counterfoil.web.api.site import api
from tests import strategies
from tests.web.api_scene import Json, Keyring, Program
from tests.web.cast import Cast

Strategy = st.SearchStrategy[Any]

texts = st.text(max_size=12) | st.sampled_from(["main", "bill", "b-1", "2026-01-01_1", "\0", "%00"])
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
documents = strategies.documents().map(lambda document: json.loads(canonical(document)))


@dataclass(frozen=True)
class Operation:
    """One operation of the description."""

    method: str
    path: str
    told: Json


@cache
def description() -> Json:
    told: Json = json.loads(json.dumps(api.get_openapi_schema()))
    return told


OPERATIONS = [
    Operation(method.upper(), path.removeprefix("/api/v1"), told)
    for path, methods in description()["paths"].items()
    for method, told in methods.items()
]


def resolved(told: Json) -> Json:
    if "$ref" not in told:
        return told
    found: Json = description()["components"]["schemas"][told["$ref"].rpartition("/")[2]]
    return found


def fitting(told: Json) -> Strategy:
    """Draw what a schema of the API's own shapes allows, more or less."""
    if told.get("$ref", "").endswith("/Document"):
        return documents
    told = resolved(told)
    if "anyOf" in told:
        return st.one_of(*(fitting(each) for each in told["anyOf"]))
    if "enum" in told:
        return st.sampled_from(told["enum"])
    if told.get("type") == "object":
        fields = {name: fitting(each) for name, each in told.get("properties", {}).items()}
        return st.fixed_dictionaries({}, optional=fields) | st.fixed_dictionaries(fields)
    if told.get("type") == "array":
        return st.lists(fitting(told["items"]), max_size=3)
    return scalars(told)


def scalars(told: Json) -> Strategy:
    if told.get("type") != "string":
        return junk
    if "pattern" in told:
        return st.text(string.ascii_lowercase + "-", min_size=1, max_size=10)
    return texts | st.sampled_from(["https://practice.example.com/", "olga@example.com"])


@st.composite
def requests(draw: st.DrawFn) -> tuple[Operation, str, bytes | None, str]:
    """Draw an operation with its address, body and media type."""
    operation = draw(st.sampled_from(OPERATIONS))
    path = re.sub(r"{[^}]*}", lambda _: quote(draw(texts) or "x", safe=""), operation.path)
    names = [one["name"] for one in operation.told.get("parameters", ()) if one["in"] == "query"]
    asked = draw(st.dictionaries(st.sampled_from([*names, "unheard"]), texts, max_size=3))
    body = draw(bodies(operation.told.get("requestBody")))
    kind = draw(st.sampled_from(["application/json", "application/x-ndjson", "text/plain"]))
    return operation, f"{path}?{urlencode(asked)}", body, kind


def bodies(told: Json | None) -> st.SearchStrategy[bytes | None]:
    if told is None:
        return st.none() | st.binary(max_size=10)
    right = fitting(told["content"]["application/json"]["schema"])
    written = st.one_of(right, right, right, junk).map(lambda value: json.dumps(value).encode())
    return written | st.binary(max_size=20)


@cache
def validator(place: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": place, "components": description()["components"]})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(requests(), st.integers(0, 9))
def test_any_request_is_answered_as_the_description_says(
    keyring: Keyring, cast: Cast, drawn: tuple[Operation, str, bytes | None, str], luck: int
) -> None:
    operation, path, body, kind = drawn
    guard.keys.clear()
    program = key_for(keyring, operation, right=luck > 0)
    answer = program.ask(operation.method, path, body, kind)
    answers = operation.told["responses"]
    assert str(answer.status_code) in answers, (operation.path, path, body, answer.content)
    if content := answers[str(answer.status_code)].get("content"):
        place = content["application/json"]["schema"]["$ref"]
        validator(place).validate(json.loads(answer.content))


_keys: dict[tuple[int, bool], Program] = {}


def key_for(keyring: Keyring, operation: Operation, *, right: bool) -> Program:
    """Return the key of a program that may ask this, or that of one of the other sort."""
    vendors = (operation.told["security"][0]["key"] == ["firms"]) is right
    name = id(keyring), vendors
    if name not in _keys:
        _keys[name] = keyring.vendors() if vendors else keyring.ours()
    return _keys[name]
