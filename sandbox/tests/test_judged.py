"""What judges the suite's answers sees them: over a socket and without one, the real ones only."""

from __future__ import annotations

import json

import pytest

from sandbox.tests import judged
from sandbox.tests.books import schemas
from sandbox.tests.counter import START, Caller
from xero_sandbox.sandbox import Sandbox
from xero_sandbox.wire import Answer, Request

ACCOUNTS = "/api.xro/2.0/Accounts"


def answered(body: object) -> list[str]:
    headers = {"Content-Type": "application/json"}
    return judged.said_of("GET", ACCOUNTS, Answer(200, headers, json.dumps(body).encode()))


@pytest.mark.skipif(not schemas.present(), reason=schemas.SPECS_ARE_MISSING)
def test_a_property_that_xero_does_not_have_is_told() -> None:
    assert answered({"Accounts": [{"Code": "200"}]}) == []
    (told,) = answered({"Accounts": [{"Code": "200", "Colour": "red"}]})
    assert "Colour" in told


def test_every_real_answer_is_judged() -> None:
    sandbox = Sandbox()
    tenant = sandbox.new_organisation("Harbour Legal", "AU", START).tenant_id
    token = sandbox.issue_token((tenant,), now=START)["access_token"]
    headers = {"authorization": f"Bearer {token}", "xero-tenant-id": tenant}
    with judged.judging(lambda *_: ["seen"]) as found:
        admitted = sandbox.admit(Request("GET", ACCOUNTS, {}, headers, b""), START)
        assert not isinstance(admitted, Answer)
        sandbox.perform(admitted, START)
    assert found == ["seen"]


def test_books_that_a_test_made_up_are_not(caller: Caller) -> None:
    with judged.judging(lambda *_: ["seen"]) as found:
        assert caller.status("GET", "/Accounts") == 200
    assert found == []
