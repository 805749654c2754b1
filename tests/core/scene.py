"""A small Australian firm: its chart, its mapping, and short ways to write its documents."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, TypedDict

from counterfoil.core.chart import (
    Account,
    AccountClass,
    Chart,
    Organisation,
    TaxRate,
    TrackingCategory,
)
from counterfoil.core.conversion import Books
from counterfoil.core.documents import (
    Allocation,
    Bill,
    CreditNote,
    Key,
    Line,
    Matter,
    Party,
    Receipt,
    Split,
    TrustReceipt,
)
from counterfoil.core.mapping import (
    Guard,
    Lines,
    Mapping,
    Settings,
    Special,
    Tax,
    TaxCode,
    TrackingTarget,
    TrustAccount,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal
    from typing import Unpack

    from counterfoil.core.documents import Document

ALL = frozenset(AccountClass)
SALES_SIDE = ALL - {AccountClass.EXPENSE}
COST_SIDE = ALL - {AccountClass.REVENUE}
DAY = dt.date(2026, 11, 3)

SMITH = Party(id="c-1", name="Smith Pty Ltd")
JONES = Party(id="c-2", name="Jones & Daughters")
ESTATE = Matter(id="m-1", number="2026-014", name="Estate of A. Smith")
LEASE = Matter(id="m-2", number="2026-020")


class OfAccount(TypedDict, total=False):
    currency: str
    tax_type: str
    status: str
    system_account: str
    takes_payments: bool


class OfSettings(TypedDict, total=False):
    accounting_basis: str
    post_trust: bool
    trust_contact: str
    zero_bills: str
    unapplied: str
    lock_date: str
    start_date: dt.date


class OfLine(TypedDict, total=False):
    description: str
    tracking: tuple[tuple[str, str], ...]
    matter: Matter | None


class OfDocument(TypedDict, total=False):
    id: str
    number: str
    date: dt.date
    organisation: str | None
    currency: str | None
    exchange_rate: Decimal | None


class OfBilling(OfDocument, total=False):
    client: Party
    matter: Matter | None
    tax_inclusive: bool


class OfBill(OfBilling, total=False):
    due_date: dt.date | None


class OfReceipt(OfDocument, total=False):
    client: Party
    bank_account: str


class OfTrustReceipt(OfDocument, total=False):
    trust_account: str
    payer: Party


def account(
    code: str | None, name: str, type_: str, class_: str, **more: Unpack[OfAccount]
) -> Account:
    made = Account(f"id-{code or name}", code, name, type_, AccountClass(class_), "ACTIVE")
    return replace(made, **more)


CHART = Chart(
    organisation=Organisation("org-1", "Example Lawyers", "AUD", "AU"),
    accounts=(
        account("090", "Office Bank", "BANK", "ASSET"),
        account("091", "Trust Bank", "BANK", "ASSET"),
        account("200", "Fees", "REVENUE", "REVENUE"),
        account("260", "Other Fees", "OTHERINCOME", "REVENUE"),
        account("404", "Bad Debts", "EXPENSE", "EXPENSE"),
        account("420", "Searches", "EXPENSE", "EXPENSE"),
        account("610", "Accounts Receivable", "CURRENT", "ASSET", system_account="DEBTORS"),
        account("630", "Disbursements Recoverable", "CURRENT", "ASSET"),
        account("805", "Trust Liability", "CURRLIAB", "LIABILITY", takes_payments=True),
        account("806", "Trust Transfers", "CURRLIAB", "LIABILITY"),
        account("860", "Rounding", "CURRLIAB", "LIABILITY", system_account="ROUNDING"),
        account(None, "Cheque Account", "BANK", "ASSET"),
        account(None, "Sundry Income", "REVENUE", "REVENUE"),
    ),
    tax_rates=(
        TaxRate("OUTPUT", "GST on Income", "ACTIVE", 100_000, SALES_SIDE),
        TaxRate("INPUT", "GST on Expenses", "ACTIVE", 100_000, COST_SIDE),
        TaxRate("EXEMPTOUTPUT", "GST Free Income", "ACTIVE", 0, SALES_SIDE),
        TaxRate("BASEXCLUDED", "BAS Excluded", "ACTIVE", 0, ALL),
        TaxRate("TAX125", "At 12.5 %", "ACTIVE", 125_000, ALL),
        TaxRate("TAX15", "At 15 %", "ACTIVE", 150_000, ALL),
    ),
    tracking=(TrackingCategory("t-1", "Office", "ACTIVE", ("Sydney", "Perth")),),
    currencies=("AUD", "USD", "JPY"),
)

MAPPING = Mapping(
    organisation="main",
    settings=Settings(accounting_basis="accrual"),
    accounts={
        "4-1000": "200",
        "4-2000": "260",
        "4-3000": "200",
        "5-1000": "420",
        "1-3000": "630",
    },
    bank_accounts={"OFFICE": "090"},
    trust_accounts={"TRUST1": TrustAccount("091", "general", "AU-NSW")},
    tax_codes={
        "GST": TaxCode("OUTPUT", "INPUT"),
        "FREE": TaxCode("EXEMPTOUTPUT", "BASEXCLUDED"),
        "NT": TaxCode("BASEXCLUDED", "BASEXCLUDED"),
        "T125": TaxCode("TAX125", "TAX125"),
        "T15": TaxCode("TAX15", "TAX15"),
    },
    tracking={"Office": TrackingTarget("Office", {"Sydney": "Sydney", "Perth": "Perth"})},
    special=Special(trust_liability="805", trust_transfers="806"),
)


def set_up(
    lines: str = "summarised",
    tax: str = "source",
    guard: str = "hold",
    **settings: Unpack[OfSettings],
) -> Mapping:
    """The firm's mapping with these settings."""
    changed = replace(
        MAPPING.settings, lines=Lines(lines), tax=Tax(tax), rounding_guard=Guard(guard), **settings
    )
    return replace(MAPPING, settings=changed)


def books(mapping: Mapping = MAPPING, *referenced: Document, chart: Chart = CHART) -> Books:
    return Books(chart, mapping, {document.key: document for document in referenced})


def cents(amount: str) -> int:
    sign = -1 if amount.startswith("-") else 1
    whole, _, part = amount.lstrip("-").partition(".")
    return sign * (int(whole) * 100 + int(part.ljust(2, "0")))


def micro(amount: str) -> int:
    sign = -1 if amount.startswith("-") else 1
    whole, _, part = amount.lstrip("-").partition(".")
    return sign * (int(whole) * 1_000_000 + int(part.ljust(6, "0")))


def line(
    total: str,
    code: str = "GST",
    account: str = "4-1000",
    *,
    tax: str | None = None,
    quantity: str | None = None,
    unit_price: str | None = None,
    **more: Unpack[OfLine],
) -> Line:
    """A line; ``tax``, ``quantity`` and ``unit_price`` are written as decimals."""
    given: OfLine = {"description": "Advice", **more}
    return Line(
        account=account,
        tax_code=code,
        total=cents(total),
        tax=None if tax is None else cents(tax),
        quantity=None if quantity is None else micro(quantity),
        unit_price=None if unit_price is None else micro(unit_price),
        **given,
    )


def bill(lines: Iterable[Line], tax: str, total: str, **more: Unpack[OfBill]) -> Bill:
    plain = Bill(
        id="b-1",
        number="INV-1",
        date=DAY,
        client=SMITH,
        matter=ESTATE,
        lines=tuple(lines),
        tax=cents(tax),
        total=cents(total),
    )
    return replace(plain, **more)


def plain_bill(**more: Unpack[OfBill]) -> Bill:
    return bill([line("100.00")], "10.00", "110.00", **more)


def credit_note(*allocations: Allocation, **more: Unpack[OfBilling]) -> CreditNote:
    plain = CreditNote(
        id="cn-1",
        number="CN-1",
        date=DAY,
        client=SMITH,
        lines=(line("50.00"),),
        tax=500,
        total=5500,
        allocations=allocations,
    )
    return replace(plain, **more)


def to_bill(amount: str, id_: str = "b-1") -> Allocation:
    return Allocation(bill=Key("bill", id_), amount=cents(amount))


def receipt(amount: str, *allocations: Allocation, **more: Unpack[OfReceipt]) -> Receipt:
    plain = Receipt(
        id="r-1",
        number="R-1",
        date=DAY,
        client=SMITH,
        bank_account="OFFICE",
        amount=cents(amount),
        allocations=allocations,
    )
    return replace(plain, **more)


def split(amount: str, client: Party = SMITH, matter: Matter = ESTATE, **more: str) -> Split:
    return Split(client=client, matter=matter, amount=cents(amount), **more)


def trust_receipt(amount: str, *splits: Split, **more: Unpack[OfTrustReceipt]) -> TrustReceipt:
    plain = TrustReceipt(
        id="tr-1",
        number="TR-000123",
        date=DAY,
        trust_account="TRUST1",
        payer=SMITH,
        amount=cents(amount),
        splits=splits,
    )
    return replace(plain, **more)
