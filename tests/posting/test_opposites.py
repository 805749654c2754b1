"""What reverses a part of a document goes once that part is in Xero."""

from __future__ import annotations

import datetime as dt
import json
from types import SimpleNamespace
from typing import Any

import pytest

from counterfoil.core.conversion import Act
from counterfoil.core.parts import BANK
from counterfoil.posting import opposites
from counterfoil.posting.records import Due, Posting, PostingKey
from counterfoil.posting.states import UNDER_WAY, UNSENT, State

PAID = PostingKey("trust_payment", "tp", BANK, Act.CREATE, 1)
BACK = PostingKey("reversal", "rv", BANK, Act.CREATE, 1)
NOW = dt.datetime(2026, 7, 1, 9, tzinfo=dt.UTC)
BODY = json.dumps(
    {
        "kind": "reversal",
        "id": "rv",
        "number": "RV-1",
        "date": "2026-06-28",
        "reverses": {"kind": "trust_payment", "id": "tp"},
        "reason": "Entered by mistake",
    }
).encode()


def told(state: State, key: PostingKey = BACK) -> list[tuple[str, State, bool]]:
    """Return what becomes of an opposite, and of what it reverses, which stands so."""
    made = Posting(PAID, state, "BankTransactions", 1, None, 50)
    caller: Any = SimpleNamespace(
        outbox=SimpleNamespace(postings=lambda keys: [made] if PAID.document in keys else []),
        clock=SimpleNamespace(now=lambda: NOW),
    )
    due = Due(Posting(key, State.READY, "BankTransactions", 2, None, 50), BODY)
    found = opposites.early([due], caller, None)
    return [(one.posting.kind, one.state, one.due_at is not None) for one in found]


def test_it_goes_once_the_part_is_there() -> None:
    assert told(State.POSTED) == told(State.MISMATCHED) == []


@pytest.mark.parametrize("state", sorted(UNSENT | UNDER_WAY))
def test_it_is_put_off_while_the_part_may_still_go(state: State) -> None:
    assert told(state) == [("reversal", State.READY, True)]


def test_it_is_done_with_where_the_part_was_given_up_and_planned_anew_with_it() -> None:
    assert told(State.WITHDRAWN) == [("reversal", State.WITHDRAWN, False)]


def test_the_document_itself_is_waited_for_by_other_means() -> None:
    assert told(State.HELD, BACK._replace(part="")) == []
