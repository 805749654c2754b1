"""Each way in which an object of Xero's is not what a document becomes is told by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from counterfoil.core.xero_documents import AccountRef
from counterfoil.posting.drift.shown import Shown, ShownLine
from counterfoil.posting.proving import Ground, differences

GROUND = Ground("AUD", {}, {}, {})
OURS = Shown("Payments", "", total=100_00, tax=10_00, currency="AUD", document_id="bill")
LINE = ShownLine(None, 100_00, AccountRef("200"), "", None, frozenset())
JOURNAL = Shown("ManualJournals", "", lines=(LINE,))


def told(ours: Shown, theirs: Shown) -> list[str]:
    return list(differences(ours, theirs, GROUND))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": "VOIDED"}, "voided"),
        ({"status": "DRAFT"}, "draft"),
        ({"tax": 9_00}, "tax"),
        ({"currency": "USD"}, "currency"),
        ({"account": AccountRef("091")}, "another account"),
        ({"to_account": AccountRef("091")}, "went to another account"),
        ({"document_id": "another"}, "settles another document"),
    ],
)
def test_one_thing_that_differs_is_told(change: dict[str, object], words: str) -> None:
    ours = replace(OURS, account=AccountRef("090"), to_account=AccountRef("090"))
    assert told(ours, ours) == []
    (said,) = told(ours, replace(ours, **change))  # type: ignore[arg-type]
    assert words in said


def test_a_journal_of_other_amounts_is_another_one() -> None:
    assert told(JOURNAL, JOURNAL) == []
    other = replace(JOURNAL, lines=(LINE._replace(unit_amount=90_00),))
    assert any("amounts" in said for said in told(JOURNAL, other))
