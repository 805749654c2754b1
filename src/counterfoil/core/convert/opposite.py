"""The opposite of a movement of money: the same amount back, naming what it takes back."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from counterfoil.core.convert.unapplied import credit_type
from counterfoil.core.documents import number_of
from counterfoil.core.identity import NARRATION_BAR
from counterfoil.core.texts import description, one_line
from counterfoil.core.xero_documents import (
    BankTransaction,
    BankTransfer,
    ManualJournal,
    Payment,
    Symbol,
)

if TYPE_CHECKING:
    from counterfoil.core.documents import Document, Reversal
    from counterfoil.core.lookup import Lookup
    from counterfoil.core.xero_documents import Element, Undone

TURNED: Final = MappingProxyType({"SPEND": "RECEIVE", "RECEIVE": "SPEND"})


def opposite(
    element: Element | Undone, document: Reversal, target: Document, lookup: Lookup
) -> Element:
    """Return the movement back of an element that moved money, under the reversal's own date."""
    date, reference = document.date, one_line(document.number)
    said = f"Reversal of {number_of(target)}"
    match element:
        case BankTransaction(type=way) if way in TURNED:
            lines = tuple(
                replace(line, description=description(f"{said}: {line.description}", said))
                for line in element.lines
            )
            return replace(element, type=TURNED[way], date=date, reference=reference, lines=lines)
        case BankTransaction():
            return _paid_back(element, document, target, lookup)
        case BankTransfer(from_account=left, to_account=reached):
            return replace(
                element, from_account=reached, to_account=left, date=date, reference=reference
            )
        case ManualJournal():
            lines_ = tuple(replace(line, amount=-line.amount) for line in element.lines)
            told = f"{reference}{NARRATION_BAR}{said}"
            return replace(element, narration=told, date=date, lines=lines_)
        case _:
            raise AssertionError("only what moved money has an opposite")


def _paid_back(
    element: BankTransaction, document: Reversal, target: Document, lookup: Lookup
) -> Payment:
    """Return the money that waited for bills, paid back: Xero lets nobody delete such credit."""
    return Payment(
        Symbol(*target.key),
        element.bank_account,
        document.date,
        element.expected.total,
        one_line(document.number),
        element.currency_rate,
        document_type=credit_type(target.key, lookup),
    )
