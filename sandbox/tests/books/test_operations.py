"""Every documented operation on our resources, at least once, against Xero's own schemas."""

from __future__ import annotations

import pytest

from sandbox.tests.books import operations, schemas
from sandbox.tests.books.cast import Firm
from sandbox.tests.books.operations import ABSENT, NOT_OFFERED, OPERATIONS, REFUSED
from xero_sandbox.books.api import RESOURCES


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_operation_is_answered_as_documented(firm: Firm, name: str) -> None:
    schemas.need_spec()
    reply = OPERATIONS[name](firm)
    assert (operations.operation_of(*firm.calls[-1]), reply.status) == (name, 200), reply.body


@pytest.mark.parametrize("name", REFUSED)
def test_the_operation_is_refused_as_documented(firm: Firm, name: str) -> None:
    schemas.need_spec()
    reply = REFUSED[name](firm)
    assert (operations.operation_of(*firm.calls[-1]), reply.status) == (name, 400)
    text = "The document with the supplied id was not found for this endpoint."
    assert reply.messages == [text]


def test_no_documented_operation_is_left_out() -> None:
    schemas.need_spec()
    asked = operations.documented(set(RESOURCES))
    offered = {name for name, path in asked.items() if not set(path.split("/")) & set(NOT_OFFERED)}
    assert offered == {*OPERATIONS, *REFUSED, *ABSENT}


@pytest.mark.parametrize("part", NOT_OFFERED)
def test_what_is_not_offered_says_so(firm: Firm, part: str) -> None:
    reply = firm.get(f"Invoices/{firm.invoice('1.00')['InvoiceID']}/{part}")
    assert (reply.status, reply.body["ErrorNumber"]) == (501, 20)


def test_every_known_error_of_xeros_file_is_still_one() -> None:
    schemas.need_spec()
    known = schemas.schemas()
    mended = [(n, key) for n, key in schemas.KNOWN_ERRORS if key in known[n]["properties"]]
    assert mended == []
