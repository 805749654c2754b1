"""The examples in Actionstep's own files, read as its answers are."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from typing import Any

import pytest
import yaml

from counterfoil.core.documents import Bill
from counterfoil.sources.actionstep import bills, decode
from counterfoil.sources.actionstep.bills import Name, Rule
from counterfoil.sources.actionstep.decode import Page
from counterfoil.sources.actionstep.wire import Answer
from tests.specs import SPECS, needs_specs

FILES = SPECS / "actionstep"
ROWS_NAMED = {"actiontypes": "actions"}
"""Where a file calls the rows otherwise than the resource; it is not read here."""
Json = dict[str, Any]

pytestmark = needs_specs


@cache
def file(name: str) -> Json:
    told: Json = yaml.safe_load((FILES / f"{name}.yaml").read_text("utf-8"))
    return told


def example(name: str, schema: Json) -> object:
    """Put a schema's examples together to a value, as its file has them."""
    if "$ref" in schema:
        schema = file(name)["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "example" in schema:
        return schema["example"]
    if "properties" in schema:
        return {field: example(name, each) for field, each in schema["properties"].items()}
    if "items" in schema:
        return [example(name, schema["items"])]
    return None


def page(name: str) -> Page:
    answers = file(name)["paths"][f"/{name}"]["get"]["responses"]
    told = example(name, answers["200"]["content"]["application/json"]["schema"])
    body = json.dumps(told, default=str).encode()
    return decode.page(Answer(200, {}, body), ROWS_NAMED.get(name, name))


@pytest.mark.parametrize("name", sorted(path.stem for path in FILES.glob("*.yaml")))
def test_every_example_of_a_page_is_a_page(name: str) -> None:
    (row,) = page(name).rows
    assert row.id
    for field in row.values:
        if field.endswith(("date", "Date", "Timestamp")) and decode.text(row, field):
            assert decode.date(row, field)


def test_the_examples_bill_becomes_a_bill_to_the_cent() -> None:
    told = page("bills")
    assert (told.count, told.pages) == (2317, 47)
    header = bills.header(told.rows[0])
    assert (header.status, header.number, header.currency) == ("Open", "10001", "USD")
    assert (header.date, header.due_date) == (dt.date(2023, 12, 25), dt.date(2024, 1, 25))
    assert (header.total, header.net, header.tax) == (500_00, 450_00, 50_00)
    matters = [Name(one, "Lease") for one in header.matters]
    read = bills.bill_of(header, Name(header.client, "Ng"), matters, Rule())
    assert isinstance(read.document, Bill), read.findings
    assert (read.document.total, read.document.lines[0].total) == (500_00, 450_00)
