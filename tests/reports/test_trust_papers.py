"""The month end on paper and in tables: what an examiner gets."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import replace

import pytest

from counterfoil.core.documents import Document, Party, TrustReceipt
from counterfoil.core.jurisdictions import ANYWHERE, JURISDICTIONS, jurisdiction
from counterfoil.core.trust_month import TrustMonth, trust_month
from counterfoil.core.trust_names import names_of
from counterfoil.reports.trust_pdf import Issued, trust_month_pdf
from counterfoil.reports.trust_tables import tables, three_ways
from tests.core.test_trust_month import MONTH, OCTOBER, RECEIVED, STATEMENT

PREPARED = dt.datetime(2026, 11, 5, 9, 30, tzinfo=dt.UTC)


def month_of(*documents: Document, place: str = "AU-NSW") -> TrustMonth:
    return trust_month(documents, "T", OCTOBER, jurisdiction(place))


def rows(month: TrustMonth, name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(tables(month)[name].decode())))


def test_the_same_month_prepared_at_the_same_moment_is_the_same_paper() -> None:
    one = trust_month_pdf(month_of(*MONTH), "Tāwhai & Co", PREPARED, "Moana")
    two = trust_month_pdf(month_of(*reversed(MONTH)), "Tāwhai & Co", PREPARED, "Moana")
    assert one.startswith(b"%PDF-")
    assert one == two


def test_another_cent_is_another_paper() -> None:
    changed = replace(STATEMENT, closing_balance=STATEMENT.closing_balance + 1)
    documents = [changed if each is STATEMENT else each for each in MONTH]
    one = trust_month_pdf(month_of(*MONTH), "Firm", PREPARED, "Moana")
    assert trust_month_pdf(month_of(*documents), "Firm", PREPARED, "Moana") != one


def test_the_reconciliation_goes_from_the_bank_to_the_ledgers() -> None:
    assert [(one.words, one.amount) for one in three_ways(month_of(*MONTH))] == [
        ("Balance of the bank statement on 2026-10-31", 70_00),
        ("Adjusted bank balance", 70_00),
        ("Cash book", 70_00),
        ("List of ledger balances", 70_00),
        ("Difference between cash book and ledgers", 0),
        ("Difference between bank and cash book", 0),
    ]


def test_without_a_statement_the_paper_says_so() -> None:
    first, *_, last = three_ways(month_of(RECEIVED))
    assert first.words.endswith("none was recorded")
    assert last.amount is None
    assert trust_month_pdf(month_of(RECEIVED), "Firm", PREPARED, "Moana")


def test_the_tables_hold_every_entry_with_its_balance() -> None:
    assert rows(month_of(*MONTH), "cash-book.csv")[1:3] == [
        ["", "", "Brought forward", "", "", "100.00"],
        ["2026-10-05", "TR-1", "Trust receipt, Ng Family Trust", "50.00", "", "150.00"],
    ]
    assert rows(month_of(*MONTH), "balances.csv")[-1] == ["Total", "", "", "70.00"]


@pytest.mark.parametrize("name", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)"])
def test_a_client_whose_name_is_a_formula_stays_a_name(name: str) -> None:
    client = Party(id="c", name=name)
    receipt = TrustReceipt(
        id="r",
        number="TR-9",
        date=OCTOBER,
        trust_account="T",
        payer=client,
        amount=1_00,
        splits=(replace(RECEIVED.splits[0], client=client, amount=1_00),),
    )
    assert rows(month_of(receipt), "balances.csv")[1][0] == f"'{name}"


@pytest.mark.parametrize(
    ("place", "title"),
    [("GB-EAW", "Client account reconciliation"), ("CA-ON", "Monthly trust comparison")],
)
def test_the_paper_is_called_what_it_is_called_there(place: str, title: str) -> None:
    assert month_of(*MONTH, place=place).place.statement == title


@pytest.mark.parametrize("code", JURISDICTIONS)
def test_every_place_has_its_own_names_and_says_who_signs(code: str) -> None:
    names = names_of(jurisdiction(code))
    assert names.source
    assert len(names.signs) == 2
    assert names_of(ANYWHERE).source == ""


def test_an_issue_says_its_number_and_what_differs() -> None:
    month = month_of(*MONTH)
    draft = trust_month_pdf(month, "Firm", PREPARED, "Moana")
    first = trust_month_pdf(month, "Firm", PREPARED, "Moana", Issued(1))
    again = trust_month_pdf(month, "Firm", PREPARED, "Moana", Issued(2, "balances.csv: now Ng"))
    assert len({draft, first, again}) == 3
    assert first == trust_month_pdf(month, "Firm", PREPARED, "Moana", Issued(1))


def test_a_matter_is_described_in_the_list_of_balances() -> None:
    lease = replace(RECEIVED.splits[0].matter, name="Lease of 4 High St")
    split = replace(RECEIVED.splits[0], matter=lease)
    month = month_of(replace(RECEIVED, splits=(split,)))
    assert rows(month, "balances.csv")[1][2] == "Lease of 4 High St"
