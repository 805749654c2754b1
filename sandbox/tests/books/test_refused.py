"""Every refusal of the catalogue is provoked by a request, word for word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sandbox.tests.books.cast import Firm, Reply
from sandbox.tests.books.refused import ELSEWHERE, NEVER, PROVOKED
from xero_sandbox.books import refusals
from xero_sandbox.books.refusals import CATALOGUE, Refusal

TEXTS = {name: one for name, one in vars(refusals).items() if isinstance(one, Refusal)}
IN_FACTS = range(1, 65)


def _said(reply: Reply) -> list[str]:
    """Everything that an answer says in words: at its top, in its elements, as a warning."""
    top = [reply.body["Message"]] if "Message" in reply.body else []
    rows = [row for value in reply.body.values() if isinstance(value, list) for row in value]
    return top + reply.messages + [m["Message"] for row in rows for m in row.get("Warnings", [])]


def _pattern(text: str) -> str:
    return ".+".join(map(re.escape, text.split("{}")))


@pytest.mark.parametrize("name", PROVOKED)
def test_a_request_provokes_the_text(firm: Firm, name: str) -> None:
    reply = PROVOKED[name](firm)
    wanted = TEXTS[name]
    assert [one for one in _said(reply) if re.fullmatch(_pattern(wanted.text), one, re.DOTALL)], (
        reply.body
    )
    # A text on a draft's lost account is the only one that does not keep the request out.
    assert (reply.status < 400) == (name == "ACCOUNT_REMOVED")


def test_no_text_is_left_unprovoked() -> None:
    assert set(PROVOKED) == set(TEXTS)
    assert len(CATALOGUE) == len(TEXTS)


def test_every_number_of_the_catalogue_is_accounted_for() -> None:
    raised = {one.number for one in CATALOGUE if one.number is not None}
    assert raised | set(ELSEWHERE) | set(NEVER) == set(IN_FACTS)
    assert not raised & set(NEVER)


@pytest.mark.parametrize("number", ELSEWHERE)
def test_what_is_said_before_the_books_are_asked_is_tested_there(number: int) -> None:
    tests = Path(__file__).parents[1].glob("test_*.py")
    assert any(ELSEWHERE[number] in one.read_text() for one in tests)
