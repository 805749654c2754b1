"""Which reasons of a reversal say that the bank did not honour the money."""

from __future__ import annotations

import datetime as dt

import pytest

from counterfoil.core.documents import Key, Reversal
from counterfoil.core.undone import says_dishonoured


def reversal(reason: str) -> Reversal:
    day = dt.date(2026, 7, 2)
    return Reversal(
        id="rev-1",
        revision=1,
        number="REV-1",
        date=day,
        reverses=Key("receipt", "r"),
        reason=reason,
    )


@pytest.mark.parametrize(
    "reason",
    [
        "Dishonoured cheque",
        "dishonored",
        "Cheque bounced",
        "R/D: refer to drawer",
        "NSF",
        "Insufficient funds in the client's account",
        "Card charge-back",
        "Payment returned by bank",
        "cheque returned",
        "Returned to drawer",
        "returned cheque 000123",
    ],
)
def test_the_bank_did_not_honour_it(reason: str) -> None:
    assert says_dishonoured(reversal(reason))


@pytest.mark.parametrize(
    "reason",
    [
        "Bank transfer entered twice",
        "Transferred to wrong client",
        "not dishonoured after all",
        "Payment returned to client",
        "Entered in error",
        "",
    ],
)
def test_nothing_says_that_the_bank_did_not_honour_it(reason: str) -> None:
    assert not says_dishonoured(reversal(reason))
