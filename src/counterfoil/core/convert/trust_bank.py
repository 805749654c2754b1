"""Money in and out of a trust bank account: one bank transaction, a line for each matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.conversion import Act, Conversion, Planned
from counterfoil.core.convert.trust_accounts import Accounts
from counterfoil.core.texts import description, one_line
from counterfoil.core.trust_outline import DEPOSIT_AUTHORITY
from counterfoil.core.xero_arithmetic import ONE
from counterfoil.core.xero_documents import (
    AccountRef,
    AmountsAre,
    BankTransaction,
    JournalLine,
    LineItem,
    ManualJournal,
    Symbol,
    Totals,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.core.documents import (
        FirmAdvance,
        Matter,
        Party,
        Split,
        StatutoryDeposit,
        TrustBankEntry,
        TrustDocument,
        TrustReceipt,
    )
    from counterfoil.core.lookup import Lookup

RECEIVE: Final = "RECEIVE"
SPEND: Final = "SPEND"


class Part(NamedTuple):
    """One line's text and amount."""

    text: str
    amount: int


def convert_receipt(document: TrustReceipt, lookup: Lookup) -> Conversion:
    """Return money received: debit the trust bank, credit the liability."""
    contact = contact_of(document.splits, document.payer, lookup)
    parts = split_parts(document.splits, f"from {document.payer.name}")
    return on_liability(document, document.trust_account, RECEIVE, contact, parts, lookup)


def convert_bank_entry(document: TrustBankEntry, lookup: Lookup) -> Conversion:
    """Return interest or fees, on the liability: whose they are stands in the splits.

    Never income or expense here: interest on clients' money is not the firm's.
    """
    came_in = document.direction == "in"
    party = document.party
    way = ("from" if came_in else "to") + f" {party.name}" if party else ""
    contact = contact_of(document.splits, party or document.splits[0].client, lookup)
    parts = split_parts(document.splits, way)
    type_ = RECEIVE if came_in else SPEND
    return on_liability(document, document.trust_account, type_, contact, parts, lookup)


def convert_deposit(document: StatutoryDeposit, lookup: Lookup) -> Conversion:
    """Return money placed with the deposit authority, or returned; no matter's balance moves."""
    paid_in = document.direction == "in"
    accounts = Accounts(lookup)
    bank, tax_type = accounts.bank(document.trust_account), accounts.no_tax
    deposit = accounts.special("statutory_deposit")
    if bank is None or deposit is None or tax_type is None:
        return Conversion((), accounts.findings)
    authority = document.party or DEPOSIT_AUTHORITY
    what = "Paid to the statutory deposit" if paid_in else "Returned from the statutory deposit"
    parts = (Part(what, document.amount),)
    lines = line_items(parts, deposit, tax_type)
    element = transaction(document, SPEND if paid_in else RECEIVE, authority, bank, lines)
    return Conversion((create(element),), accounts.findings)


def convert_advance(document: FirmAdvance, lookup: Lookup) -> Conversion:
    """Return what the firm's own money in trust paid for a client, or that it was paid back."""
    accounts = Accounts(lookup)
    tax_type, paid = accounts.no_tax, accounts.special("paid_by_firm")
    if document.direction == "advance":
        bank = accounts.bank(document.trust_account)
        if bank is None or paid is None or tax_type is None:
            return Conversion((), accounts.findings)
        parts = (Part(_advanced(document), document.amount),)
        contact = _advance_contact(document, lookup)
        lines = line_items(parts, paid, tax_type)
        element = transaction(document, SPEND, contact, bank, lines)
        return Conversion((create(element),), accounts.findings)
    accounts.bank(document.trust_account)
    liability = accounts.liability(document.trust_account)
    if liability is None or paid is None or tax_type is None:
        return Conversion((), accounts.findings)
    journal = _repaid(document, liability, paid, tax_type)
    return Conversion((Planned("", Act.CREATE, journal, ()),), accounts.findings)


def on_liability(
    document: TrustDocument,
    trust_account: str,
    type_: str,
    contact: Party,
    parts: Sequence[Part],
    lookup: Lookup,
    part: str = "",
) -> Conversion:
    """Return one bank transaction of a trust bank against its liability."""
    accounts = Accounts(lookup)
    bank, tax_type = accounts.bank(trust_account), accounts.no_tax
    liability = accounts.liability(trust_account)
    if bank is None or liability is None or tax_type is None:
        return Conversion((), accounts.findings)
    lines = line_items(parts, liability, tax_type)
    element = transaction(document, type_, contact, bank, lines)
    return Conversion((create(element, part),), accounts.findings)


def contact_of(splits: Sequence[Split], other: Party, lookup: Lookup) -> Party:
    """Whose contact the movement is booked on: Xero takes one for the whole transaction.

    The client by default; the payer or payee by setting, and where the money belongs to several
    clients.
    """
    clients = {split.client.id: split.client for split in splits}
    if lookup.mapping.settings.trust_contact == "client" and len(clients) == 1:
        return next(iter(clients.values()))
    return other


def split_parts(splits: Sequence[Split], way: str) -> tuple[Part, ...]:
    """Turn splits into lines; ``way`` says with whom, as in ``from Smith Pty Ltd``."""
    return tuple(
        Part(split_text(split.client, split.matter, split.description, way), split.amount)
        for split in splits
    )


def split_text(client: Party, matter: Matter, what: str | None, way: str) -> str:
    """Matter and client first, because the line is how an auditor finds the ledger."""
    whose = f"{matter.number} {client.name}"
    said = f": {what.strip()}" if what else ""
    return description(f"{whose}{said}{f' ({way})' if way else ''}", whose)


def line_items(parts: Sequence[Part], account: AccountRef, tax_type: str) -> tuple[LineItem, ...]:
    """Put each part on a line of its own."""
    return tuple(LineItem(part.text, ONE, part.amount * 100, account, tax_type) for part in parts)


def transaction(
    document: TrustDocument,
    type_: str,
    contact: Party,
    bank: AccountRef,
    lines: tuple[LineItem, ...],
) -> BankTransaction:
    """Return the bank transaction of a whole document."""
    assert sum(line.unit_amount for line in lines) == document.amount * 100
    return BankTransaction(
        type_,
        Symbol("contact", contact.id),
        bank,
        document.date,
        one_line(document.number),
        AmountsAre.EXCLUSIVE,
        lines,
        Totals(document.amount, 0, document.amount),
    )


def create(element: BankTransaction, part: str = "") -> Planned:
    """Plan a bank transaction; its contact must be there first."""
    assert isinstance(element.contact, Symbol)
    return Planned(part, Act.CREATE, element, (element.contact,))


def narration(document: TrustDocument, what: str) -> str:
    """Return a journal's narration: its number first, because nothing else identifies it."""
    return f"{one_line(document.number)} | {what}"


def _advanced(document: FirmAdvance) -> str:
    to = f"to {document.payee.name}" if document.payee else ""
    return split_text(document.client, document.matter, "paid by the firm", to)


def _advance_contact(document: FirmAdvance, lookup: Lookup) -> Party:
    by_payee = lookup.mapping.settings.trust_contact != "client"
    return document.payee if by_payee and document.payee else document.client


def _repaid(
    document: FirmAdvance, liability: AccountRef, paid: AccountRef, tax_type: str
) -> ManualJournal:
    whose = split_text(document.client, document.matter, None, "")
    lines = (
        JournalLine(document.amount, liability, whose, tax_type),
        JournalLine(-document.amount, paid, whose, tax_type),
    )
    said = narration(document, f"Repaid to the firm's money in trust: {whose}")
    return ManualJournal(said, document.date, AmountsAre.NO_TAX, lines)
