"""What others entered in Xero, account by account: each difference leads back to an object there.

Of every object that nothing of ours is linked to it is told what it does to the control accounts
(documents.md, the column *effect*). Amounts are hundredths of the base currency, debit positive.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.xero_arithmetic import line_amount
from counterfoil.posting.readback import InXero

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from counterfoil.core.xero_documents import AccountRef
    from counterfoil.posting.by_account import AccountSums
    from counterfoil.posting.drift.shown import Shown, ShownLine

COUNTS = frozenset({"AUTHORISED", "PAID", "POSTED"})
"""Statuses of what stands in Xero's books; drafts do not."""
PREPAID = frozenset({"Overpayments", "Prepayments"})
OWED_BY_CLIENTS = frozenset({"ACCREC", "ACCRECCREDIT", "RECEIVE-OVERPAYMENT"})


class Other(NamedTuple):
    """What one object of others enters on one account."""

    xero_id: str
    resource: str
    name: str
    date: dt.date
    account_id: str
    amount: int
    contact_id: str = ""


class Ledger(NamedTuple):
    """The accounts that are looked at, by AccountID, and what leads to them."""

    receivable: str
    payable: str
    wanted: frozenset[str]
    codes: Mapping[str, str]

    def id_of(self, account: AccountRef) -> str:
        """Return the AccountID of an account, however it is named."""
        return account.account_id or self.codes.get(account.code or "", "")


@dataclass
class ReadOut:
    """Everything that Xero shows, sorted: what is ``ours`` by links, and the entries of others.

    ``contacts`` gives the contact of each document that payments may settle; ``results`` sums up
    income and tax of ours, where that is asked for.
    """

    ledger: Ledger
    linked: Collection[str]
    as_of: dt.date
    ours: dict[str, InXero] = field(default_factory=dict)
    others: list[Other] = field(default_factory=list)
    contacts: dict[str, str] = field(default_factory=dict)
    results: AccountSums | None = None

    def take(self, rows: Iterable[Shown]) -> None:
        """Sort the objects of a page; documents have to come before the payments of them."""
        for row in rows:
            self.contacts.setdefault(row.xero_id, row.contact_id)
            if row.xero_id in self.linked:
                self.ours[row.xero_id] = _held(row)
                if self.results is not None and row.status in COUNTS:
                    self.results.show(row)
            elif row.status in COUNTS and row.date is not None and row.date <= self.as_of:
                self._note(row, row.date)
            for share in row.allocations:
                if share.xero_id in self.linked:
                    kept = InXero(
                        share.xero_id, "Allocations", row.name, "AUTHORISED", share.amount
                    )
                    self.ours[share.xero_id] = kept

    def by_contact(self) -> Counter[tuple[str, str]]:
        """Return what others entered, by account and ContactID."""
        found: Counter[tuple[str, str]] = Counter()
        for one in self.others:
            found[one.account_id, one.contact_id] += one.amount
        return found

    def _note(self, row: Shown, date: dt.date) -> None:
        contact = row.contact_id or self.contacts.get(row.document_id, "")
        sums: Counter[str] = Counter()
        for account, amount in entered(row, self.ledger):
            sums[account] += amount
        for account, amount in sums.items():
            if amount and account in self.ledger.wanted:
                self.others.append(
                    Other(row.xero_id, row.resource, row.name, date, account, amount, contact)
                )


def _held(row: Shown) -> InXero:
    return InXero(row.xero_id, row.resource, row.name, row.status, row.total, row.date)


def entered(row: Shown, ledger: Ledger) -> Iterator[tuple[str, int]]:
    """Yield the accounts that an object moves, and by how much.

    The halves of a bank transfer and the credit of prepaid money are shown elsewhere whole.
    """
    total = 0 if row.total is None else _in_base(row, row.total)
    match row.resource:
        case "Invoices" | "CreditNotes":
            sign = 1 if row.type in {"ACCREC", "ACCPAYCREDIT"} else -1
            owed = ledger.receivable if row.type in OWED_BY_CLIENTS else ledger.payable
            yield owed, sign * total
            yield from _lines(row, ledger, -sign)
        case "BankTransactions" if not row.type.endswith("-TRANSFER"):
            sign = 1 if row.type.startswith("RECEIVE") else -1
            yield ledger.id_of(row.account), sign * total
            if row.type.endswith("-OVERPAYMENT"):
                yield ledger.receivable if sign > 0 else ledger.payable, -sign * total
            else:
                yield from _lines(row, ledger, -sign)
        case "Payments":
            yield from _paid(row, ledger, total)
        case "BankTransfers":
            yield ledger.id_of(row.account), -total
            yield ledger.id_of(row.to_account), total
        case "ManualJournals":
            yield from _lines(row, ledger, 1)
        case _:
            return


def _paid(row: Shown, ledger: Ledger, total: int) -> Iterator[tuple[str, int]]:
    """Money for an invoice comes in from clients; a refund of a credit is the other way round."""
    of_client = row.type.startswith(("ACCREC", "AR"))
    refund = not row.type.startswith("ACC")
    sign = 1 if of_client != refund else -1
    yield ledger.id_of(row.account), sign * total
    yield ledger.receivable if of_client else ledger.payable, -sign * total


def _lines(row: Shown, ledger: Ledger, sign: int) -> Iterator[tuple[str, int]]:
    for line in row.lines:
        account = ledger.id_of(line.account)
        if account in ledger.wanted:
            yield account, sign * _in_base(row, _amount(line))


def _amount(line: ShownLine) -> int:
    """Return a line's amount in hundredths; on control accounts there is no tax to think of."""
    if line.unit_amount is None:
        return 0
    return line_amount(10_000 if line.quantity is None else line.quantity, line.unit_amount)


def _in_base(row: Shown, amount: int) -> int:
    """Xero's rate is units of the foreign currency for one of the base."""
    if row.rate is None or row.rate in {0, 1}:
        return amount
    return int((amount / row.rate).to_integral_value(ROUND_HALF_UP))
