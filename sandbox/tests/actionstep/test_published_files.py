"""Every answer fits Actionstep's own OpenAPI files, once the known surprises are undone."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
import yaml

from actionstep_simulator.quirks import DOCUMENTED
from actionstep_simulator.resources import EVENTS, RESOURCES, Form
from actionstep_simulator.rows import Value
from sandbox.tests.actionstep.client import NOW, Json, a_firm, read
from sandbox.tests.books.schemas import SPECS_ARE_MISSING

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "specs" / "actionstep"
PUBLISHED = sorted(RESOURCES.keys() - {"divisions", "taxcodes"})
"""The other two are known from older pages only; there is no file for them."""
ROWS_NAMED = {"actiontypes": "actions"}
"""Where the file itself names the rows after another resource, surely by a slip."""
SAMPLES: dict[Form, Value] = {
    Form.INT: 7,
    Form.TEXT: "x",
    Form.DECIMAL: Decimal("1.50"),
    Form.DATE: dt.date(2026, 6, 30),
    Form.TIMESTAMP: NOW,
    Form.FLAG: True,
}
TYPES = {"integer": int, "number": float, "string": str, "array": list, "object": dict}

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=SPECS_ARE_MISSING)


@cache
def published(name: str) -> Json:
    told: Json = yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))
    return told


def page_schema(name: str) -> Json:
    answer = published(name)["paths"][f"/{name}"]["get"]["responses"]["200"]
    return resolved(name, answer["content"]["application/json"]["schema"])


def resolved(name: str, told: Json) -> Json:
    if "$ref" not in told:
        return told
    found: Json = published(name)["components"]["schemas"][told["$ref"].rpartition("/")[2]]
    return found


def row_schema(name: str) -> Json:
    rows = page_schema(name)["properties"][ROWS_NAMED.get(name, name)]
    return resolved(name, rows["items"])


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_fields_and_links_are_those_that_the_file_names(name: str) -> None:
    described = row_schema(name)["properties"]
    assert RESOURCES[name].fields.keys() <= described.keys()
    if RESOURCES[name].links:
        links = resolved(name, described["links"])["properties"]
        assert RESOURCES[name].links.keys() <= links.keys()


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_methods_are_those_that_the_file_has(name: str) -> None:
    paths = published(name)["paths"]
    single = [told for path, told in paths.items() if path.count("/") > 1]
    assert RESOURCES[name].single == bool(single)
    methods = {method.upper() for told in paths.values() for method in told}
    assert RESOURCES[name].writes <= methods


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_page_as_documented_has_the_types_of_the_file(name: str) -> None:
    firm = a_firm(DOCUMENTED)
    forms = RESOURCES[name].fields.items()
    values = {field: SAMPLES[form] for field, form in forms if field != "id"}
    for key in ("1", "2"):
        given = {"id": key} if RESOURCES[name].fields["id"] is Form.TEXT else {}
        firm.simulator.rows.add(name, NOW, None, **{**values, **given})
    told = read(firm.ask("GET", name))
    assert_fits(name, told[name][0], row_schema(name), name)
    (paging,) = told["meta"]["paging"].values()
    meta = resolved(name, page_schema(name)["properties"]["meta"])
    blocks = resolved(name, meta["properties"]["paging"])["properties"]
    (block,) = told["meta"]["paging"]
    assert_fits(name, paging, blocks[ROWS_NAMED.get(block, block)], "paging")


def assert_fits(name: str, value: object, schema: Json, path: str) -> None:
    schema = resolved(name, schema)
    if value is None or path.endswith("links"):
        return
    expected = TYPES[schema.get("type", "string" if "enum" in schema else "object")]
    assert isinstance(value, expected), (path, value, schema)
    if isinstance(value, dict):
        for key, inner in value.items():
            assert_fits(name, inner, schema["properties"][key], f"{path}.{key}")


def test_a_file_of_a_published_resource_that_is_not_here_is_known() -> None:
    files = {path.stem for path in FOLDER.glob("*.yaml")}
    assert files - RESOURCES.keys() == {"actionbillsettings", "quickcodes", "utbmscodes"}


def test_no_hook_event_is_of_a_bill() -> None:
    assert not [event for event in EVENTS if "Bill" in event]
