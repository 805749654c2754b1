"""Where an element goes: method, path and query of the call that creates it.

Creates are PUT, because POST overwrites what has the same number (facts: Xero API section 8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.xero_documents import (
    Allocation,
    BankTransaction,
    BankTransfer,
    Contact,
    CreditNote,
    DocumentType,
    Element,
    Invoice,
    ManualJournal,
    Payment,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

FOUR_DECIMALS: Mapping[str, int] = {"unitdp": 4}
"""Keeps unit amounts at four decimals; reads without it would round them to two."""

RESOURCES: Mapping[type[Element], str] = {
    Contact: "Contacts",
    Invoice: "Invoices",
    CreditNote: "CreditNotes",
    Payment: "Payments",
    Allocation: "Allocations",
    BankTransaction: "BankTransactions",
    BankTransfer: "BankTransfers",
    ManualJournal: "ManualJournals",
}
"""Xero's name of what each element becomes, which is also the key that wraps it in a body."""

SOURCES: Mapping[DocumentType, str] = {
    DocumentType.CREDIT_NOTE: "CreditNotes",
    DocumentType.OVERPAYMENT: "Overpayments",
    DocumentType.PREPAYMENT: "Prepayments",
}
"""The resource of each document that credit can be taken from; an invoice is none."""

PAYABLE: Mapping[DocumentType, str] = {DocumentType.INVOICE: "Invoices", **SOURCES}
"""The resource of each document that a payment can be put on."""

WITH_UNIT_AMOUNTS = frozenset({"Invoices", "CreditNotes", "BankTransactions"})
"""The resources whose every call, reads included, carries ``unitdp``."""


class Route(NamedTuple):
    """A method, a path without the API's prefix (``/Invoices``) and a query."""

    method: str
    path: str
    query: Mapping[str, int]


def resource(element: Element) -> str:
    """Return Xero's name of what the element becomes, as in ``Invoices``."""
    return RESOURCES[type(element)]


def read_query(name: str) -> Mapping[str, int]:
    """Return what every call for this resource carries in its query."""
    return FOUR_DECIMALS if name in WITH_UNIT_AMOUNTS else {}


def route(element: Element) -> Route:
    """Return where the element is created.

    An allocation's path names its source, by symbol while the id is not known
    (``/CreditNotes/credit_note:cn-1/Allocations``).
    """
    if isinstance(element, Allocation):
        return Route("PUT", f"/{SOURCES[element.source_type]}/{element.source}/Allocations", {})
    name = resource(element)
    return Route("PUT", f"/{name}", read_query(name))


def batch_query(given: Route) -> tuple[tuple[str, str], ...]:
    """Return the query of a whole batch, as pairs of text in a fixed order.

    Without ``summarizeErrors=false`` one bad element makes Xero answer 400 without the ids of the
    good ones, which it has created (facts: Xero API section 6). Bank transfers do not know it.
    """
    pairs = tuple((name, str(value)) for name, value in given.query.items())
    if given.path == f"/{RESOURCES[BankTransfer]}":
        return pairs
    return (*pairs, ("summarizeErrors", "false"))
