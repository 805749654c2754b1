"""Lock dates: what lies behind one is held, or moved where the firm says so and says it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from counterfoil.core.documents import OpeningCredit, PeriodClose
from counterfoil.core.pipeline import convert
from counterfoil.core.xero_documents import Invoice
from tests.core.office_scene import OFFICE_CHART, bank_transfer, office, with_settings
from tests.core.scene import DAY, SMITH, plain_bill, receipt, split, to_bill, trust_receipt

if TYPE_CHECKING:
    from counterfoil.core.conversion import Conversion
    from counterfoil.core.documents import Document

LOCKED = replace(
    OFFICE_CHART, organisation=replace(OFFICE_CHART.organisation, period_lock_date=DAY)
)
OPEN = DAY + dt.timedelta(days=1)


def locked(document: Document, setting: str = "hold") -> Conversion:
    return convert(document, office(mapping=with_settings(lock_date=setting), chart=LOCKED))


def codes(document: Document, setting: str = "hold") -> list[str]:
    return [finding.code for finding in locked(document, setting).findings]


@pytest.mark.parametrize(
    "document", [plain_bill(), receipt("110.00", to_bill("110.00")), bank_transfer("5.00")]
)
def test_what_lies_on_a_lock_date_is_held(document: Document) -> None:
    assert codes(document) == ["period_locked"]
    assert locked(document).planned == ()


def test_the_day_after_is_open() -> None:
    assert codes(plain_bill(date=OPEN)) == []


def test_a_firm_may_post_on_the_next_open_day_and_is_told() -> None:
    moved = locked(plain_bill(), "next_open_day")
    assert [finding.code for finding in moved.findings] == ["posted_on_next_open_day"]
    element = moved.planned[0].element
    assert isinstance(element, Invoice)
    assert element.date == OPEN


def test_trust_is_never_moved_to_another_day() -> None:
    document = trust_receipt("5.00", split("5.00"))
    assert codes(document, "next_open_day") == ["period_locked"]


def test_a_document_goes_as_a_draft_where_the_firm_says_so_and_is_told() -> None:
    drafted = locked(plain_bill(), "draft")
    assert [finding.code for finding in drafted.findings] == ["posted_as_draft"]
    element = drafted.planned[0].element
    assert isinstance(element, Invoice)
    assert (element.draft, element.date) == (True, DAY)


@pytest.mark.parametrize(
    "document",
    [
        receipt("110.00", to_bill("110.00")),
        bank_transfer("5.00"),
        trust_receipt("5.00", split("5.00")),
    ],
)
def test_money_has_no_drafts(document: Document) -> None:
    assert codes(document, "draft") == ["period_locked"]


def test_nothing_from_before_the_start_is_planned() -> None:
    for start, planned in ((OPEN, 0), (DAY, 1)):
        told = convert(plain_bill(), office(mapping=with_settings(start_date=start)))
        assert len(told.planned) == planned
        assert [one.code for one in told.findings] == ["before_start"] * (1 - planned)


@pytest.mark.parametrize(
    "document",
    [
        OpeningCredit(id="oc-1", number="OC-1", date=DAY, client=SMITH, amount=100),
        PeriodClose(id="pc-1", date=DAY),
    ],
)
def test_what_is_never_posted_is_not_bound(document: Document) -> None:
    assert codes(document) == []
