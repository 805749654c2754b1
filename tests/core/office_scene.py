"""The same firm with what suppliers, banks and journals need, and short ways to write those."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.core.documents import (
    BankTransfer,
    Deposit,
    Document,
    Journal,
    JournalLine,
    Key,
    LaterAllocation,
    Party,
    Refund,
    SupplierAllocation,
    SupplierBill,
    SupplierCredit,
    SupplierLine,
    SupplierPayment,
    Withdrawal,
    WriteOff,
)
from counterfoil.core.documents import EitherAllocation as Either
from counterfoil.core.pipeline import convert
from tests.core.scene import CHART, DAY, MAPPING, account, books, cents, set_up

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Unpack

    from counterfoil.core.chart import Chart
    from counterfoil.core.conversion import Books, Conversion
    from counterfoil.core.documents import WriteOffReason
    from counterfoil.core.documents.bank import TaxTreatment
    from counterfoil.core.mapping import Mapping
    from tests.core.scene import OfSettings

REGISTRY = Party(id="p-1", name="Court Registry")
STATIONER = Party(id="p-2", name="Lime Street Stationers")

OFFICE_CHART = replace(
    CHART,
    accounts=(
        *CHART.accounts,
        account("093", "Savings", "BANK", "ASSET"),
        account("094", "Dollars", "BANK", "ASSET", currency="USD"),
        account("800", "Accounts Payable", "CURRLIAB", "LIABILITY", system_account="CREDITORS"),
        account("830", "Client Prepayments", "CURRLIAB", "LIABILITY", tax_type="OUTPUT"),
        account("960", "Retained Earnings", "EQUITY", "EQUITY", system_account="RETAINEDEARNINGS"),
    ),
)

OFFICE = replace(
    MAPPING,
    accounts={**MAPPING.accounts, "6-1000": "404", "3-9000": "960", "2-8000": "800"},
    bank_accounts={"OFFICE": "090", "SAVINGS": "093", "DOLLARS": "094"},
    special=replace(MAPPING.special, write_off="404", prepayments="830"),
)


def office(*referenced: Document, mapping: Mapping = OFFICE, chart: Chart = OFFICE_CHART) -> Books:
    return books(mapping, *referenced, chart=chart)


def with_settings(
    lines: str = "summarised", tax: str = "source", **settings: Unpack[OfSettings]
) -> Mapping:
    """The firm's mapping with these settings."""
    return replace(OFFICE, settings=set_up(lines, tax, **settings).settings)


def converted(document: Document, *referenced: Document) -> Conversion:
    return convert(document, office(*referenced))


def codes(document: Document, *referenced: Document) -> list[str]:
    return [finding.code for finding in converted(document, *referenced).findings]


def cost(total: str, code: str = "GST", account: str = "5-1000") -> SupplierLine:
    return SupplierLine(description="Search", account=account, tax_code=code, total=cents(total))


def supplier_bill(
    lines: Iterable[SupplierLine], tax: str, total: str, id_: str = "s-1"
) -> SupplierBill:
    return SupplierBill(
        id=id_,
        number="CR-77",
        date=DAY,
        supplier=REGISTRY,
        lines=tuple(lines),
        tax=cents(tax),
        total=cents(total),
    )


def plain_supplier_bill() -> SupplierBill:
    return supplier_bill([cost("100.00")], "10.00", "110.00")


def supplier_credit(*allocations: SupplierAllocation) -> SupplierCredit:
    return SupplierCredit(
        id="sc-1",
        number="CR-78",
        date=DAY,
        supplier=REGISTRY,
        lines=(cost("50.00"),),
        tax=500,
        total=5500,
        allocations=allocations,
    )


def to_supplier_bill(amount: str, id_: str = "s-1") -> SupplierAllocation:
    return SupplierAllocation(supplier_bill=Key("supplier_bill", id_), amount=cents(amount))


def supplier_payment(amount: str, *allocations: SupplierAllocation) -> SupplierPayment:
    return SupplierPayment(
        id="sp-1",
        number="PAY-1",
        date=DAY,
        supplier=REGISTRY,
        bank_account="OFFICE",
        amount=cents(amount),
        allocations=allocations,
    )


def write_off(amount: str, reason: WriteOffReason = "adjustment") -> WriteOff:
    return WriteOff(
        id="w-1",
        number="WO-1",
        date=DAY,
        bill=Key("bill", "b-1"),
        amount=cents(amount),
        reason=reason,
    )


def later(of: Key, amount: str, bill: str = "b-1") -> LaterAllocation:
    applied = Either(bill=Key("bill", bill), amount=cents(amount))
    return LaterAllocation(id="a-1", date=DAY, of=of, allocations=(applied,))


def refund(of: Key, amount: str) -> Refund:
    return Refund(
        id="rf-1", number="RF-1", date=DAY, of=of, bank_account="OFFICE", amount=cents(amount)
    )


def withdrawal(lines: Iterable[SupplierLine], tax: str, total: str) -> Withdrawal:
    return Withdrawal(
        id="wd-1",
        number="W-1",
        date=DAY,
        payee=STATIONER,
        bank_account="OFFICE",
        lines=tuple(lines),
        tax=cents(tax),
        total=cents(total),
    )


def deposit(lines: Iterable[SupplierLine], tax: str, total: str) -> Deposit:
    return Deposit(
        id="d-1",
        number="D-1",
        date=DAY,
        payer=STATIONER,
        bank_account="OFFICE",
        lines=tuple(lines),
        tax=cents(tax),
        total=cents(total),
    )


def bank_transfer(amount: str, to: str = "SAVINGS") -> BankTransfer:
    return BankTransfer(
        id="bt-1",
        number="BT-1",
        date=DAY,
        from_bank_account="OFFICE",
        to_bank_account=to,
        amount=cents(amount),
    )


def entry(
    account: str, amount: str, code: str | None = None, tax: str | None = None
) -> JournalLine:
    taxed = None if tax is None else cents(tax)
    return JournalLine(account=account, amount=cents(amount), tax_code=code, tax=taxed)


def journal(*lines: JournalLine, treatment: TaxTreatment = "none") -> Journal:
    return Journal(
        id="j-1",
        number="J-1",
        date=DAY,
        narration="Correct July",
        tax_treatment=treatment,
        lines=lines,
    )
