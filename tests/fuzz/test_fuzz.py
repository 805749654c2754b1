"""A few bent files of each form in every run; ``python -m tests.fuzz`` bends many more."""

from __future__ import annotations

import datetime as dt
import io
import random
from functools import partial

import django
import pytest

# Models can only be imported once Django is set up, and pytest may read this file before that.
django.setup()

from counterfoil.sources.layouts.reader import Reading  # noqa: E402 -- as said above
from counterfoil.web.models import Firm  # noqa: E402 -- as said above
from counterfoil.web.services import setup  # noqa: E402 -- as said above
from tests.fuzz import answers  # noqa: E402 -- as said above
from tests.fuzz.__main__ import Case, file_case  # noqa: E402 -- as said above
from tests.fuzz.doors import Intake, Pulled  # noqa: E402 -- as said above
from tests.fuzz.files import LAYOUT, forms  # noqa: E402 -- as said above
from tests.sources.sheets.scene import workbook  # noqa: E402 -- as said above

FILES = {name: partial(file_case, form) for name, form in forms().items()}


def run(case: Case, name: str, cases: int) -> list[str]:
    drawn = (random.Random(f"suite {name} {number}") for number in range(cases))
    return [words for words in map(case, drawn) if words]


@pytest.mark.parametrize("name", [*FILES, "Actionstep"])
def test_what_is_bent_is_read_whole_or_refused_in_words(name: str) -> None:
    assert run(FILES.get(name, answers.case), name, 150) == []


@pytest.fixture
def firm(db: None) -> Firm:
    return setup.default_organisation(now=dt.datetime.now(dt.UTC)).firm


def test_a_bent_request_is_answered_and_leaves_nothing_half(firm: Firm) -> None:
    intake = Intake(firm)
    assert run(intake.case, "intake", 60) == []
    assert intake.new > 0
    assert intake.half() == ""


def test_a_bent_page_of_actionsteps_is_stored_or_refused_and_leaves_nothing_half(
    firm: Firm,
) -> None:
    pulled = Pulled(firm)
    assert run(pulled.case, "pull", 100) == []
    assert pulled.half() == ""
    assert pulled.row.bills.exclude(source_id="").exists()


@pytest.mark.parametrize("encoding", ["no-such-encoding", "UTF-1"])
def test_a_sheet_in_an_encoding_that_nobody_knows_is_refused(encoding: str) -> None:
    heads = "".join(f'<c t="str"><v>{each}</v></c>' for each in LAYOUT.columns.values())
    good = workbook(f'<row r="1">{heads}</row><row r="2"/>')
    assert [each.read.document for each in Reading(io.BytesIO(good), LAYOUT)] == []
    bad = workbook("", **{"worksheets/sheet1": f'<?xml version="1.0" encoding="{encoding}"?><a/>'})
    (refused,) = Reading(io.BytesIO(bad), LAYOUT)
    assert [one.code for one in refused.read.findings] == ["not_a_workbook"]


def test_damage_behind_the_headings_of_a_report_is_refused_too() -> None:
    heads = "".join(f'<c t="str"><v>{each}</v></c>' for each in LAYOUT.columns.values())
    filler = "".join(f'<row r="{n}"><c t="str"><v>x</v></c></row>' for n in range(2, 3000))
    bad = workbook(f'<row r="1">{heads}</row>{filler}<row r="1"/>')
    (refused,) = Reading(io.BytesIO(bad), LAYOUT)
    assert [one.code for one in refused.read.findings] == ["not_a_workbook"]
