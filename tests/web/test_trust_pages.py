"""The trust pages: a month three ways, its chart, and its papers."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from counterfoil.core.documents import KINDS, TrustReceipt
from counterfoil.core.mapping_file import read_mapping
from counterfoil.posting.daybook import take_in
from counterfoil.sample.books import MAPPING
from counterfoil.sample.month import month
from counterfoil.web.services import trust_pages
from counterfoil.web.services.trust_copies import issue_month
from counterfoil.web.shelf import DatabaseShelf, save_mapping
from counterfoil.web.store import outbox_of
from tests.web.cast import As, Cast

TRUST = tuple(kind for kind in KINDS if "trust" in kind or kind == "bank_statement")


@pytest.fixture
def firm(cast: Cast, now: dt.datetime) -> Cast:
    """The sample firm's trust month, in the daybook and mapped."""
    mapping, faults = read_mapping(json.dumps(MAPPING).encode())
    assert mapping is not None, faults
    organisation = cast.organisation
    save_mapping(organisation, mapping, actor="test", now=now)
    documents = [one for one in month() if one.kind in TRUST][:60]
    take_in(documents, outbox_of(organisation), DatabaseShelf(organisation), actor="t", now=now)
    return cast


def test_every_account_is_shown_with_its_sums(firm: Cast, signed_in: As) -> None:
    page = signed_in("dora").get("/trust/?month=2026-10").content.decode()
    assert "TRUST1" in page
    assert "TRUST2" in page


def test_a_month_has_its_chart_and_its_papers(firm: Cast, signed_in: As) -> None:
    dora = signed_in("dora")
    page = dora.get("/trust/month/?account=TRUST1&month=2026-10").content.decode()
    assert "<polyline" in page
    assert "As a table" in page
    assert "No bank statement is recorded up to 2026-10-31: the bank was not compared." in page
    paper = dora.get("/trust/paper/?account=TRUST1&month=2026-10")
    assert paper.content.startswith(b"%PDF")
    table = dora.get("/trust/paper/?account=TRUST1&month=2026-10&file=balances.csv")
    assert table.content.startswith(b"client,matter,")


@pytest.mark.parametrize("query", ["account=NONE", "account=TRUST1&file=../x"])
def test_what_there_is_not_is_not_found(firm: Cast, signed_in: As, query: str) -> None:
    assert signed_in("dora").get(f"/trust/paper/?{query}").status_code == 404


def test_a_month_in_an_address_is_read_or_left() -> None:
    assert trust_pages.month_named("2026-02") == dt.date(2026, 2, 28)
    assert trust_pages.month_named("soon") is None
    assert trust_pages.neighbours(dt.date(2026, 1, 31)) == ("2025-12", "2026-02")


def test_a_reconciliation_is_a_page_a_table_and_a_paper(firm: Cast, signed_in: As) -> None:
    dora = signed_in("dora")
    page = dora.get("/reconciliation/?as_of=2026-10-31").content.decode()
    assert "Xero could not be asked" in page
    for column in ("At the start", "Not sent yet", "Deposited, advanced, or not moved yet"):
        assert f'<th scope="col" class="money">{column}</th>' in page
    assert "No bank statement is recorded up to 2026-10-31" in page
    assert dora.get("/reconciliation/?as_of=2026-10-31&file=pdf").content.startswith(b"%PDF")
    table = dora.get("/reconciliation/?as_of=2026-10-31&file=csv")
    assert table["Content-Type"].startswith("text/csv")


def test_a_month_that_was_issued_says_when_its_copy_is_out_of_date(
    firm: Cast, signed_in: As, now: dt.datetime
) -> None:
    where = "/trust/month/?account=TRUST1&month=2026-10"
    bob = signed_in("bob")
    issue_month(firm.organisation, "TRUST1", dt.date(2026, 10, 31), by="bob", actor="bob", now=now)
    assert "out of date" not in bob.get(where).content.decode()
    received = next(one for one in month() if one.kind == "trust_receipt")
    assert isinstance(received, TrustReceipt)
    late = replace(received, id="tr-late", number="TR-late", date=dt.date(2026, 10, 30))
    shelf = DatabaseShelf(firm.organisation)
    take_in([late], outbox_of(firm.organisation), shelf, actor="t", now=now)
    page = bob.get(where).content.decode()
    assert "The copy on file is out of date" in page
    assert "TR-late" in page.partition("What changed since")[2]
    assert "Issue it anew" in page
    assert "Issue it anew" not in signed_in("dora").get(where).content.decode()
