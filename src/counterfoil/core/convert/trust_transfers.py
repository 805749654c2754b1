"""Clients' money moved within trust, and the firm's money on its way to the office and back.

A transfer is one event and one group of Xero objects. Its parts keep their names whatever the
mapping: ``transfer`` is the money between two banks, ``journal`` the liability between two matters
(or two liability accounts).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.core.conversion import Act, Conversion, Planned
from counterfoil.core.convert.trust_accounts import Accounts
from counterfoil.core.convert.trust_bank import narration, split_text
from counterfoil.core.findings import Finding, error
from counterfoil.core.parts import JOURNAL, TRANSFER
from counterfoil.core.texts import one_line
from counterfoil.core.trust_outline import between_banks, between_ledgers
from counterfoil.core.xero_documents import (
    AccountRef,
    AmountsAre,
    BankTransfer,
    JournalLine,
    ManualJournal,
    Symbol,
)

if TYPE_CHECKING:
    from counterfoil.core.documents import TrustDocument, TrustLedger, TrustOfficeTransfer
    from counterfoil.core.documents import TrustTransfer as Transfer
    from counterfoil.core.lookup import Lookup


def convert_transfer(document: Transfer, lookup: Lookup) -> Conversion:
    """Return the bank transfer, the journal between the ledgers, or both."""
    accounts = Accounts(lookup)
    left = accounts.bank(document.from_.trust_account, "from.trust_account")
    reached = accounts.bank(document.to.trust_account, "to.trust_account")
    owed = accounts.liability(document.from_.trust_account, "from.trust_account")
    owed_then = accounts.liability(document.to.trust_account, "to.trust_account")
    if left is None or reached is None or owed is None or owed_then is None:
        return Conversion((), accounts.findings)
    planned: list[Planned] = []
    if between_banks(document):
        planned.append(_moved(document, TRANSFER, left, reached))
    if between_ledgers(document) or owed != owed_then:
        through, tax_type = accounts.special("trust_transfers", ""), accounts.no_tax
        if through is None or tax_type is None:
            return Conversion((), accounts.findings)
        journal = _through(document, owed, owed_then, through, tax_type)
        planned.append(Planned(JOURNAL, Act.CREATE, journal, ()))
    findings = (*accounts.findings, *_one_bank(document, left, reached))
    return Conversion(tuple(planned), findings)


def convert_office_transfer(document: TrustOfficeTransfer, lookup: Lookup) -> Conversion:
    """Return the bank transfer of costs to the office, or of office money into trust."""
    accounts = Accounts(lookup)
    trust, office = accounts.bank(document.trust_account), accounts.office(document.bank_account)
    if trust is None or office is None:
        return Conversion((), accounts.findings)
    if document.direction == "to_trust":
        return Conversion((_moved(document, "", office, trust),), accounts.findings)
    # Costs leave trust only once the payments that took them from clients are in Xero: before that
    # the money is still the clients'.
    needs = tuple(Symbol(key.kind, key.id) for key in document.payments)
    moved = replace(_moved(document, "", trust, office), needs=needs)
    return Conversion((moved,), accounts.findings)


def _moved(document: TrustDocument, part: str, left: AccountRef, reached: AccountRef) -> Planned:
    transfer = BankTransfer(
        left, reached, document.date, document.amount, one_line(document.number)
    )
    return Planned(part, Act.CREATE, transfer, ())


def _through(
    document: Transfer,
    owed: AccountRef,
    owed_then: AccountRef,
    through: AccountRef,
    tax_type: str,
) -> ManualJournal:
    """Return four lines through Trust Transfers, so that each ledger shows its own side."""
    left, reached = _whose(document.from_), _whose(document.to)
    amounts = (
        (document.amount, owed, left),
        (-document.amount, through, left),
        (document.amount, through, reached),
        (-document.amount, owed_then, reached),
    )
    lines = tuple(JournalLine(amount, ref, text, tax_type) for amount, ref, text in amounts)
    assert sum(line.amount for line in lines) == 0
    said = narration(document, f"Trust transfer from {left} to {reached}")
    return ManualJournal(said, document.date, AmountsAre.NO_TAX, lines)


def _whose(ledger: TrustLedger) -> str:
    return split_text(ledger.client, ledger.matter, None, "")


def _one_bank(document: Transfer, left: AccountRef, reached: AccountRef) -> tuple[Finding, ...]:
    """Say that two trust accounts share a bank account, which Xero cannot transfer within."""
    if left != reached or not between_banks(document):
        return ()
    return (
        error(
            "trust_accounts_share_bank",
            "Both trust accounts are mapped to the same Xero bank account, and Xero has no "
            "transfer from an account to itself.",
            "Map each trust account to a bank account of its own.",
            "to.trust_account",
        ),
    )
