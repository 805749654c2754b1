"""Where Xero itself shows an object to people, by the addresses that its own pages have.

Xero publishes them as the way to link into an organisation; an object that has no page of its own
(an allocation, a bank transfer) has no address here.
"""

from __future__ import annotations

from types import MappingProxyType

HOST = "https://go.xero.com"
_PATHS = MappingProxyType(
    {
        ("Invoices", True): "/AccountsReceivable/View.aspx?InvoiceID={}",
        ("Invoices", False): "/AccountsPayable/View.aspx?InvoiceID={}",
        ("CreditNotes", True): "/AccountsReceivable/ViewCreditNote.aspx?creditNoteID={}",
        ("CreditNotes", False): "/AccountsPayable/ViewCreditNote.aspx?creditNoteID={}",
        ("BankTransactions", True): "/Bank/ViewTransaction.aspx?bankTransactionID={}",
        ("ManualJournals", True): "/Journal/View.aspx?invoiceID={}",
        ("Contacts", True): "/Contacts/View.aspx?contactID={}",
    }
)
ONE_SIDED = frozenset({"BankTransactions", "ManualJournals", "Contacts"})


def address(resource: str, xero_id: str, *, sales: bool, sandbox: str | None = None) -> str:
    """Return where an object is shown; empty where Xero has no page for it.

    ``sales`` tells the two sides of the ledger apart; ``sandbox`` stands in place of Xero.
    """
    path = _PATHS.get((resource, sales or resource in ONE_SIDED))
    return "" if path is None else f"{sandbox or HOST}{path.format(xero_id)}"
