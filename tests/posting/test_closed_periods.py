"""What comes in after its period was closed: trust is held, the office is told."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from counterfoil.core.documents import Document, Key, PeriodClose, Reversal
from counterfoil.core.findings import Finding
from counterfoil.core.issued_months import IssuedMonth
from counterfoil.core.mapping import Conduct
from counterfoil.posting.daybook import reconvert, take_in
from counterfoil.posting.memory import MemoryOutbox
from counterfoil.posting.shelf import FixedShelf
from counterfoil.posting.states import State
from tests.core.scene import CHART, MAPPING, plain_bill, split, trust_receipt

NOW = dt.datetime(2026, 8, 4, tzinfo=dt.UTC)
JULY = dt.date(2026, 7, 31)
RECEIPT = Key("trust_receipt", "tr-1")
BILL = Key("bill", "b-1")


class Daybook:
    def __init__(self) -> None:
        self.outbox = MemoryOutbox()
        self.shelf = FixedShelf(CHART, MAPPING)

    def take(self, *documents: Document) -> None:
        take_in(documents, self.outbox, self.shelf, actor="test", now=NOW)

    def late(self, key: Key) -> list[Finding]:
        return self.found(key, "closed_period")

    def found(self, key: Key, code: str) -> list[Finding]:
        return [f for f in self.outbox.findings([key])[key] if f.code == code]

    def held(self, key: Key) -> bool:
        return all(posting.state is State.HELD for posting in self.outbox.postings([key]))


def closed(account: str | None, date: dt.date = JULY) -> PeriodClose:
    return PeriodClose(id=f"close-{account}-{date}", date=date, trust_account=account)


def received(date: dt.date) -> Document:
    return trust_receipt("50.00", split("50.00"), date=date)


def test_a_trust_receipt_that_comes_after_its_month_was_closed_is_held() -> None:
    daybook = Daybook()
    daybook.take(closed("TRUST1"))
    daybook.take(received(dt.date(2026, 7, 30)))
    (finding,) = daybook.late(RECEIPT)
    assert "TRUST1 was closed up to 2026-07-31" in finding.message
    assert daybook.held(RECEIPT)


def test_a_firm_may_let_it_go_with_a_warning() -> None:
    daybook = Daybook()
    reporting = replace(MAPPING.settings, trust_rules={"T12": Conduct.REPORT})
    daybook.shelf = FixedShelf(CHART, replace(MAPPING, settings=reporting))
    daybook.take(closed("TRUST1"))
    daybook.take(received(dt.date(2026, 7, 30)))
    assert [finding.severity for finding in daybook.late(RECEIPT)] == ["warning"]
    assert not daybook.held(RECEIPT)


@pytest.mark.parametrize("turned", [False, True])
def test_what_came_with_the_close_goes_on_in_whatever_order(*, turned: bool) -> None:
    daybook, together = Daybook(), [received(dt.date(2026, 7, 30)), closed("TRUST1")]
    daybook.take(*(reversed(together) if turned else together))
    reconvert([RECEIPT], daybook.outbox, daybook.shelf, actor="test", now=NOW)
    assert not daybook.late(RECEIPT)
    assert not daybook.held(RECEIPT)


def test_trying_again_does_not_open_the_period() -> None:
    daybook = Daybook()
    daybook.take(closed("TRUST1"))
    daybook.take(received(dt.date(2026, 7, 30)))
    reconvert([RECEIPT], daybook.outbox, daybook.shelf, actor="test", now=NOW)
    assert len(daybook.late(RECEIPT)) == 1
    assert daybook.held(RECEIPT)


def test_the_next_day_and_other_books_are_open() -> None:
    daybook = Daybook()
    daybook.take(closed("TRUST1"), closed("TRUST2", dt.date(2026, 12, 31)))
    daybook.take(received(dt.date(2026, 8, 1)), plain_bill(date=dt.date(2026, 7, 2)))
    assert not daybook.late(RECEIPT)
    assert not daybook.late(BILL)


def test_a_late_bill_of_the_office_is_told_and_goes() -> None:
    daybook = Daybook()
    daybook.take(closed(None))
    daybook.take(plain_bill(date=dt.date(2026, 7, 2)))
    (finding,) = daybook.late(BILL)
    assert finding.severity == "warning"
    assert not daybook.held(BILL)


def test_what_comes_into_a_trust_month_that_was_issued_is_told_so() -> None:
    daybook = Daybook()
    before, later = dt.date(2026, 6, 30), dt.date(2026, 8, 31)
    issued = [IssuedMonth("TRUST1", day, 2, NOW.date()) for day in (before, JULY, later)]
    daybook.shelf = FixedShelf(CHART, MAPPING, issued)
    daybook.take(received(dt.date(2026, 7, 30)))
    (finding,) = daybook.found(RECEIPT, "issued_month_changed")
    assert "July 2026 of TRUST1 was issued on 2026-08-04 (issue 2)" in finding.message
    assert "and 1 issued after it" in finding.message
    assert not daybook.held(RECEIPT)
    holding = replace(MAPPING.settings, trust_rules={"T12": Conduct.HOLD})
    daybook.shelf = FixedShelf(CHART, replace(MAPPING, settings=holding), issued)
    reconvert([RECEIPT], daybook.outbox, daybook.shelf, actor="test", now=NOW)
    assert daybook.held(RECEIPT)
    back = Reversal(
        id="rv-1", number="RV-1", date=JULY, reverses=RECEIPT, reason="entered by mistake"
    )
    today = trust_receipt("50.00", split("50.00"), id="tr-2", number="TR-2", date=NOW.date())
    daybook.take(back, today)
    assert daybook.found(back.key, "issued_month_changed")
    (third,) = daybook.found(Key("trust_receipt", "tr-2"), "issued_month_changed")
    assert "August 2026" in third.message
