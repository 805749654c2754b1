"""Xero's messages come out in plain words, and none of those known from the field is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import get_resolver

from counterfoil.posting.catalogue import CATALOGUE, STEPS, TOGETHER, Explanation, Step, Together
from counterfoil.posting.explain import UNKNOWN, explain, fold, is_taken
from tests.posting.xero_messages import BESIDES, OF_OTHERS, XERO
from tools import messages_page

DOCS = Path(__file__).parents[2] / "docs"
EVERY = (*XERO.values(), *BESIDES, *OF_OTHERS)


def test_the_list_has_every_number() -> None:
    assert list(XERO) == list(range(1, 65))


@pytest.mark.parametrize(("message", "code"), EVERY)
def test_a_message_from_the_field_has_its_cause_its_fix_and_its_step(
    message: str, code: str
) -> None:
    (finding,) = explain([message])
    assert finding.code == code
    assert finding.fix
    assert message.rpartition(": ")[2].removesuffix(".") in finding.message


def test_quotes_case_and_full_stops_make_no_difference() -> None:
    (finding,) = explain(["ACCOUNT CODE \u2018200\u2019 is not a valid code for this document..."])
    assert finding.code == "account_not_valid"


def test_no_entry_of_the_catalogue_is_without_a_message_that_needs_it() -> None:
    messages = [fold(message) for message, _ in EVERY]
    idle = [
        one.pieces
        for one in CATALOGUE
        if not any(one.matches(part) for message in messages for part in _parts(message))
    ]
    assert idle == []


def _parts(message: str) -> list[str]:
    return [part.strip() for part in re.split(r"#\d+:", message)]


def test_each_message_is_explained_once() -> None:
    archived = XERO[15][0]
    findings = explain([archived, XERO[10][0], archived])
    assert [finding.code for finding in findings] == ["account_archived", "date_missing"]


@pytest.mark.parametrize("together", TOGETHER, ids=lambda one: one.code)
def test_messages_that_come_together_are_told_together(together: Together) -> None:
    chosen = [min(codes) for codes in together.codes]
    said = [next(message for message, code in XERO.values() if code == each) for each in chosen]
    (finding,) = explain(said)
    assert finding.code == together.code
    assert finding.message.startswith(together.cause)
    assert all(message in finding.message for message in said)


def test_what_belongs_to_no_combination_stands_beside_it() -> None:
    findings = explain([XERO[38][0], "The moon is in the wrong house", XERO[39][0], XERO[27][0]])
    assert [one.code for one in findings] == ["settled_in_xero", "email_not_valid", UNKNOWN]


def test_a_mapping_for_another_organisation_is_told_from_its_lines() -> None:
    said = [XERO[14][0], XERO[14][0].replace("X", "201"), XERO[20][0]]
    (finding,) = explain(said)
    assert finding.code == "mapping_of_elsewhere"


def test_an_unknown_message_is_kept_whole_and_grouped_by_its_words() -> None:
    one, other, third = (
        explain([text])[0]
        for text in ("Moon 4 is in house 12", "moon 5 is in house 7.", "The moon is full")
    )
    assert "Moon 4 is in house 12" in one.message
    assert one.about == other.about != third.about
    assert {each.code for each in (one, other, third)} == {UNKNOWN}


@pytest.mark.parametrize("known", CATALOGUE, ids=lambda known: known.pieces[0][:40])
def test_the_catalogue_is_written_in_folded_words(known: Explanation) -> None:
    assert all(piece == fold(piece) for piece in known.pieces)


@pytest.mark.parametrize("step", [step for step in STEPS if step.text], ids=lambda one: one.command)
def test_a_step_names_a_page_and_a_command_that_there_are(step: Step) -> None:
    pages = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    commands = (DOCS / "commands.md").read_text("utf-8")
    assert step.page in pages
    assert re.search(rf"^## counterfoil {step.command}\b", commands, re.MULTILINE)


def test_a_number_or_name_already_there_is_recognised() -> None:
    assert is_taken(["Invoice # must be unique."])
    assert is_taken([XERO[30][0]])
    assert not is_taken(["Tax rate must be valid."])


def test_the_page_of_messages_is_the_catalogue() -> None:
    assert messages_page.PAGE.read_text("utf-8") == messages_page.page(), (
        "run python -m tools.messages_page"
    )
