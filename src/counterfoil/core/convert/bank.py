"""Office money that settles no bill: withdrawals, deposits, and transfers between banks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core import readiness
from counterfoil.core.conversion import Act, Conversion, Planned
from counterfoil.core.convert.banks import bank_currency, office_bank
from counterfoil.core.convert.billing import ON_BANK, Posted, posted_lines
from counterfoil.core.currency import billing_currency
from counterfoil.core.findings import Finding, error, note
from counterfoil.core.targets import Found
from counterfoil.core.texts import one_line
from counterfoil.core.xero_documents import AccountRef, BankTransaction, Symbol
from counterfoil.core.xero_documents import BankTransfer as XeroBankTransfer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.conversion import Books
    from counterfoil.core.documents import BankTransfer, Deposit, Party, Withdrawal
    from counterfoil.core.lookup import Lookup

SPEND = "SPEND"
RECEIVE = "RECEIVE"


def convert_withdrawal(document: Withdrawal, books: Books, lookup: Lookup) -> Conversion:
    """Return money spent; a negative total is money received."""
    del books
    return _moved(document, RECEIVE if document.total < 0 else SPEND, document.payee, lookup)


def convert_deposit(document: Deposit, books: Books, lookup: Lookup) -> Conversion:
    """Return money received; a negative total is money spent."""
    del books
    return _moved(document, SPEND if document.total < 0 else RECEIVE, document.payer, lookup)


def convert_bank_transfer(document: BankTransfer, books: Books, lookup: Lookup) -> Conversion:
    """Return a transfer between two office bank accounts of one currency."""
    del books
    left = office_bank(document.from_bank_account, lookup)
    reached = office_bank(document.to_bank_account, lookup)
    findings = (
        *readiness.at("from_bank_account", left.findings),
        *readiness.at("to_bank_account", reached.findings),
        *bank_currency(document, left.account, document.from_bank_account, lookup),
        *bank_currency(document, reached.account, document.to_bank_account, lookup),
        *_one_account(left, reached, document.to_bank_account),
    )
    if left.account is None or reached.account is None:
        return Conversion((), findings)
    element = XeroBankTransfer(
        left.ref, reached.ref, document.date, document.amount, one_line(document.number)
    )
    return Conversion((Planned("", Act.CREATE, element, ()),), findings)


def _moved(document: Withdrawal | Deposit, type_: str, party: Party, lookup: Lookup) -> Conversion:
    bank = office_bank(document.bank_account, lookup)
    posted, found = posted_lines(document, lookup, ON_BANK, turned=document.total < 0)
    findings = (
        *readiness.at("bank_account", bank.findings),
        *bank_currency(document, bank.account, document.bank_account, lookup),
        *found,
    )
    if posted is None or bank.account is None:
        return Conversion((), findings)
    if not posted.lines:
        return Conversion((), (*findings, _nothing_moved()))
    contact = Symbol("contact", party.id)
    element = _transaction(document, type_, contact, bank.ref, posted, lookup)
    return Conversion((Planned("", Act.CREATE, element, (contact,)),), findings)


def _transaction(
    document: Withdrawal | Deposit,
    type_: str,
    contact: Symbol,
    bank: AccountRef,
    posted: Posted,
    lookup: Lookup,
) -> BankTransaction:
    """The currency is the bank account's own; Xero takes only its rate."""
    return BankTransaction(
        type_,
        contact,
        bank,
        document.date,
        one_line(document.number),
        posted.amounts_are,
        posted.lines,
        posted.expected,
        currency_rate=billing_currency(document, lookup.chart.organisation)[1],
    )


def _one_account(left: Found, reached: Found, code: str) -> Iterator[Finding]:
    if left.account is not None and left.account == reached.account:
        yield error(
            "transfer_within_one_account",
            "Both bank accounts are mapped to the same Xero account.",
            "Map them to different accounts, or leave the transfer out of Xero.",
            "to_bank_account",
            f"bank_account:{code}",
        )


def _nothing_moved() -> Finding:
    return note(
        "nothing_moved",
        "Every line is 0.00, and Xero takes no bank transaction of nothing; it is not posted.",
        "Nothing needs to be done.",
        "total",
    )
