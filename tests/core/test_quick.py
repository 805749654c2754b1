from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.core.documents import KINDS, Bill, Document
from counterfoil.core.plain import parse
from counterfoil.core.quick import read_quickly
from counterfoil.core.reader import read_json, read_plain
from counterfoil.core.table import kind_shape
from counterfoil.core.writer import canonical
from tests import strategies

TEXT, NUMBER = '"5"', "5"

_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.floats(allow_nan=False),
    st.sampled_from(
        ["", " ", "5", "5.00", "0.1234567", "2026-07-01", "AUD", "a:b", "\x7f", "x" * 256]
    ),
    st.lists(st.integers(), max_size=1),
    st.dictionaries(st.sampled_from(["id", "name", "kind", "amount"]), st.text(), max_size=2),
)


@given(strategies.documents(), st.data())
def test_the_quick_reader_and_the_one_that_explains_agree(
    document: Document, data: st.DataObject
) -> None:
    raw = json.loads(canonical(document))
    places = [raw, *(each for each in raw.values() if isinstance(each, dict))]
    lists = [each for each in raw.values() if isinstance(each, list)]
    places += [one for each in lists for one in each if isinstance(one, dict)]
    place = data.draw(st.sampled_from(places))
    place[data.draw(st.sampled_from([*place, "memo", "revision", "currency"]))] = data.draw(_values)
    text = json.dumps(raw)
    assert read_json(text) == read_plain(parse(text))


def shuffled(value: object, data: st.DataObject) -> object:
    """Write the fields of every object in another order, and some that are left out as null."""
    match value:
        case list():
            return [shuffled(each, data) for each in value]
        case dict():
            names = data.draw(st.permutations(list(value)))
            spelt = {name: shuffled(value[name], data) for name in names}
            return spelt | ({"memo": spelt.get("memo")} if {"kind", "date"} <= spelt.keys() else {})
        case _:
            return value


@given(strategies.documents(), st.data())
def test_the_order_of_fields_means_nothing(document: Document, data: st.DataObject) -> None:
    text = json.dumps(shuffled(json.loads(canonical(document)), data))
    assert read_json(text).document == document
    assert read_quickly(text) in {None, document}


def ordinary(value: object) -> object:
    """Spell texts without the letters that make the quick reader stand back."""
    match value:
        case str():
            return re.sub(r'[^ -~]|[":\\]', "x", value)
        case list():
            return [ordinary(each) for each in value]
        case dict():
            return {ordinary(name): ordinary(each) for name, each in value.items()}
        case _:
            return value


@given(strategies.documents_of("bill"))
def test_ordinary_bills_go_the_quick_way(document: Document) -> None:
    text = json.dumps(ordinary(json.loads(canonical(document))))
    expected = read_plain(parse(text)).document
    assert expected is not None
    assert read_quickly(text) == expected


@pytest.mark.parametrize("spelt", ['"id":', '"id" :', '"id"\t:', '"id"\n:'])
def test_a_key_that_comes_twice_is_never_taken_quickly(spelt: str) -> None:
    line = (
        '{"kind":"receipt","number":"R-1","date":"2026-07-05","bank_account":"OFFICE",'
        '"amount":"1.00","client":{"id":"c-17","name":"Abernethy"},"id":"r-1",' + spelt + '"r-2"}'
    )
    assert read_quickly(line) is None
    assert [each.code for each in read_json(line).findings] == ["duplicate_key"]
    once = line.replace('"id":"r-1",', "")
    assert read_quickly(once) is not None


def test_an_option_written_as_a_number_is_refused_beside_the_same_as_text() -> None:
    line = (
        '{"description":"Advice","account":"4","tax_code":"G","total":"1","tracking":{"Team":%s}}'
    )
    bill = (
        '{"kind":"bill","id":"b","number":"1","date":"2026-07-01","client":{"id":"c","name":"A"},'
        f'"tax":"0","total":"2","lines":[{line % TEXT},{line % NUMBER}]}}'
    )
    assert [each.path for each in read_json(bill).findings] == ["lines[1].tracking.Team"]


def test_a_document_read_quickly_stays_frozen() -> None:
    line = (
        '{"kind":"receipt","number":"R-1","date":"2026-07-05","bank_account":"OFFICE",'
        '"amount":"1.00","client":{"id":"c-17","name":"Abernethy"},"id":"r-1"}'
    )
    document = read_quickly(line)
    assert document is not None
    with pytest.raises(AttributeError):
        document.id = "r-2"  # type: ignore[misc]


@pytest.mark.parametrize("kind", KINDS)
def test_a_source_that_spells_out_every_null_goes_the_quick_way(kind: str) -> None:
    path = Path(__file__).parents[2] / "examples" / "kinds" / "documents.jsonl"
    (raw,) = (
        each for each in map(json.loads, path.read_text().splitlines()) if each["kind"] == kind
    )
    spelt = {column.name: raw.get(column.name) for column in kind_shape(kind).columns}
    document = read_quickly(json.dumps({"kind": kind, **spelt}))
    assert document is not None
    assert document == read_quickly(json.dumps(raw))


def test_lines_of_different_fields_are_read_one_by_one() -> None:
    line: dict[str, object] = {
        "account": "4-1000",
        "tax_code": "GST",
        "total": "1.00",
        "description": "Advice",
    }
    raw: dict[str, object] = {
        "kind": "bill",
        "id": "b",
        "number": "B",
        "date": "2026-07-01",
        "tax": "0.00",
    }
    raw |= {"client": {"id": "c", "name": "Ada"}, "total": "2.00"}
    text = json.dumps({**raw, "lines": [line, {**line, "tracking": {"Office": "Sydney"}}]})
    document = read_quickly(text)
    assert isinstance(document, Bill)
    assert [each.tracking for each in document.lines] == [(), (("Office", "Sydney"),)]
