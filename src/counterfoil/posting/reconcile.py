"""Both sides held against each other: the practice's documents, ours in Xero, others in Xero.

A *difference* is one thing throughout: what should stand somewhere less what does. Controls hold
Xero against the practice, trust accounts their three books against each other, openings what stood
in Xero at the start against what the practice says stood there.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

from counterfoil.core.documents import BankStatement
from counterfoil.core.findings import holds
from counterfoil.core.trust import Noted, TrustBook, is_trust
from counterfoil.core.trust_bank_words import remarks
from counterfoil.core.trust_checks import Checked, TrustChecks
from counterfoil.core.trust_deadlines import month_end
from counterfoil.core.trust_findings import half_in_xero, shared_in_xero
from counterfoil.core.trust_month import three_ways_agree
from counterfoil.posting.practice_sums import Balance, Entered, PracticeSums, Traced
from counterfoil.posting.trust_in_xero import (
    WHOLE,
    Linked,
    TrustInXero,
    linked_costs,
    trust_in_xero,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from counterfoil.core.documents import Document, Key
    from counterfoil.core.effects import Control, Controls
    from counterfoil.core.trust import Overdraft
    from counterfoil.core.trust_statement import Statement
    from counterfoil.posting.by_account import AccountRow
    from counterfoil.posting.by_client import ClientRow, ClientSums
    from counterfoil.posting.others import Other

    Balances = Mapping[str, int]
    """Xero's balances by AccountID, in hundredths, debit positive."""


@dataclass(frozen=True, slots=True)
class ControlRow:
    """One control account, in hundredths, debit positive.

    ``opening`` is the part of ``practice`` that stood in Xero before the firm began to post, and
    ``waiting`` the part that was never posted yet. ``xero_ours`` is what the linked objects come to
    now, ``xero_other`` the rest of Xero's balance, None without a connection. On accounts of
    ``trust`` nothing but openings may be others'. ``timing`` is what Xero holds under a later day
    than this, less what it holds under an earlier one than the practice does.
    """

    control: Control
    practice: int
    opening: int
    waiting: int
    xero_ours: int
    xero_other: int | None
    trust: bool = False
    timing: int = 0

    @property
    def _wholly(self) -> bool:
        """Whether all of Xero's balance must be the practice's: nobody else enters on trust."""
        return self.trust and self.xero_other is not None

    @property
    def should_stand(self) -> int:
        """What should be in Xero: of ours only, or with what stood there before."""
        return self.practice if self._wholly else self.practice - self.opening

    @property
    def stands(self) -> int:
        """What is in Xero, as far as it is the practice's."""
        return self.xero_ours + (self.xero_other or 0) if self._wholly else self.xero_ours

    @property
    def difference(self) -> int:
        """What should stand in Xero less what does.

        Documents that wait are part of it; what is left of it without them is a fault.
        """
        return self.should_stand - self.stands

    @property
    def unexplained(self) -> int:
        """The part of the difference that neither waiting documents nor other days explain."""
        return self.difference - self.waiting - self.timing

    @property
    def others_are_openings(self) -> bool:
        """Whether nothing of Xero's balance is left to explain but what stood there before."""
        return self.xero_other is None or self.xero_other == self.opening


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """What stood on an account when posting began, in hundredths.

    ``practice`` is the sum of the openings recorded, ``xero`` Xero's balance of that day (None
    without a connection), ``xero_ours`` what in it is of documents of ours.
    """

    control: Control
    practice: int
    xero_ours: int = 0
    xero: int | None = None

    @property
    def difference(self) -> int:
        """What should have stood in Xero less what did; nil where Xero was not asked."""
        return 0 if self.xero is None else self.practice + self.xero_ours - self.xero


@dataclass(frozen=True, slots=True)
class TrustRow:
    """One trust account three ways: cash book, matter ledgers, bank statement.

    ``xero`` is Xero's balance of its bank; ``statement`` is None where none was recorded.
    ``xero_difference`` is the cash book less Xero's bank, without what waits to be sent or stands
    there under another day; nil where Xero was not asked, or trust is not posted.
    """

    trust_account: str
    book: TrustBook
    statement: Statement | None
    xero: int | None
    xero_difference: int = 0

    @property
    def statement_difference(self) -> int:
        """Adjusted statement less cash book."""
        return 0 if self.statement is None else self.statement.difference

    @property
    def difference(self) -> int:
        """The first that is not nil: what the books are off by, the statement, Xero's bank."""
        return self.book.difference or self.statement_difference or self.xero_difference

    def agrees(self, as_of: dt.date) -> bool:
        """Whether bank, cash book and ledgers agree, by the same rule as the month's paper.

        At a month's end the bank's statement has to reach it, where there is money or was in that
        month; on other days nobody asks for that. An account of which no statement was ever
        recorded is held against Xero alone: that it was not compared is said, and T3 tells when.
        """
        if self.xero_difference:
            return False
        if self.statement is None:
            return not self.book.difference
        if as_of == month_end(as_of) and self._in_use(as_of):
            return three_ways_agree(self.book, self.statement)
        return not self.book.difference and self.statement.proves

    def _in_use(self, as_of: dt.date) -> bool:
        moved = any(entry.date >= as_of.replace(day=1) for entry in self.book.entries)
        return moved or bool(self.book.cash_book) or any(self.book.ledgers.values())

    def remarks(self, as_of: dt.date) -> tuple[str, ...]:
        """Say what of the bank's side a person has to look at."""
        return tuple(remarks(self.statement, as_of))


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The whole of it, as of the end of a day; ``waiting`` are the documents not in Xero yet.

    ``noted`` are the trust books' findings, and trust events of which Xero has a part only.
    ``in_xero`` is None without a connection, and where trust is not posted. ``openings`` are those
    of receivables and payables at the end of ``opened_on``, the day before Xero's first document of
    ours, or that of the last opening if it is later. ``overdrafts`` are what the exception report
    of overdrawn ledgers names, in the order in which they began. ``traced`` are the documents that
    make a difference; ``others`` what others entered, None where Xero's objects were not read;
    ``clients``, and income, expenses and tax in ``results``, are filled where they were asked for.
    """

    as_of: dt.date
    controls: tuple[ControlRow, ...]
    trust: tuple[TrustRow, ...]
    waiting: tuple[Key, ...]
    noted: tuple[Noted, ...] = ()
    in_xero: TrustInXero | None = None
    openings: tuple[OpeningRow, ...] = ()
    opened_on: dt.date | None = None
    overdrafts: tuple[Overdraft, ...] = ()
    traced: tuple[Traced, ...] = ()
    clients: tuple[ClientRow, ...] = ()
    others: tuple[Other, ...] | None = None
    results: tuple[AccountRow, ...] = ()


def agrees(found: Reconciliation) -> bool:
    """Tell whether everything is explained; documents that only wait to be sent are."""
    return not (
        any(row.unexplained for row in found.controls)
        or any(row.difference for row in found.openings)
        or not all(row.agrees(found.as_of) for row in found.trust)
        or holds(noted.finding for noted in found.noted)
        or (found.in_xero is not None and not found.in_xero.proved)
    )


def reconcile(
    entered: Iterable[Entered],
    controls: Controls,
    balances: Balances | None,
    *,
    as_of: dt.date,
    clients: ClientSums | None = None,
) -> Reconciliation:
    """Sum up documents dated on or before ``as_of``, once through; by client, too, if asked.

    ``balances`` are Xero's at that date; None without a connection.
    """
    coming = iter(entered)
    first = next(coming, None)
    began = first.recorded if first else None
    sums = PracticeSums(controls, as_of, clients=clients)
    trust = _Trust(TrustChecks(controls.terms, began))
    for one in chain((first,) if first else (), coming):
        if one.document.date <= as_of or _begun(one.document, as_of):
            trust.add(one)
        if one.first_day <= as_of and not one.twice:
            sums.add(one)
    sums.finish()
    checked = trust.checks.close(as_of)
    books, rows = checked.books, _control_rows(sums, balances)
    return Reconciliation(
        as_of,
        rows,
        tuple(_trust_rows(checked, rows, balances, controls)),
        tuple(sums.waiting),
        (*checked.noted, *_halves(sums), *trust.shared),
        _proved(trust, controls, balances),
        _openings(sums),
        sums.opened_on,
        tuple(books.exceptions),
        tuple(sums.traced.values()),
    )


def _begun(document: Document, as_of: dt.date) -> bool:
    """Whether a bank statement goes on after a day, so that its lines up to that day count."""
    return isinstance(document, BankStatement) and document.from_ <= as_of


def with_opening_balances(found: Reconciliation, balances: Balances | None) -> Reconciliation:
    """Hold the openings against Xero's balances at the end of ``opened_on``."""
    rows = (replace(row, xero=_balance(row.control, balances)) for row in found.openings)
    return replace(found, openings=tuple(rows))


@dataclass
class _Trust:
    """What concerns trust accounts, gathered on the way through the documents."""

    checks: TrustChecks
    linked: dict[str, Linked] = field(default_factory=lambda: defaultdict(Linked))
    shared: list[Noted] = field(default_factory=list)
    _owners: dict[str, Key] = field(default_factory=dict)

    def add(self, one: Entered) -> None:
        document = one.document
        self.checks.enter(document, one.recorded)
        if is_trust(document):
            parts = WHOLE if one.prior else one.totals
            linked_costs(one.of or document, parts, self.linked, sign=-1 if one.of else 1)
            self._own(one)

    def _own(self, one: Entered) -> None:
        """Hold Xero's objects against each other: each belongs to one trust event (rule X4)."""
        key = one.document.key
        for xero_id in one.ids.values():
            owner = self._owners.setdefault(xero_id, key)
            if owner is not key:
                self.shared.append(Noted(key, shared_in_xero(xero_id, owner)))


def _halves(sums: PracticeSums) -> Iterable[Noted]:
    """Say of which trust events Xero has a part only: one event is one group (rule X4)."""
    for document, absent in sums.halves.items():
        if is_trust(document):
            yield Noted(document.key, half_in_xero(list(absent)))


def _control_rows(sums: PracticeSums, balances: Balances | None) -> tuple[ControlRow, ...]:
    controls = sums.controls
    return tuple(
        ControlRow(
            control,
            balance.practice,
            balance.opening,
            balance.waiting,
            balance.ours,
            _other(control, sums, balances),
            controls.of_trust(control),
            balance.timing,
        )
        for control in dict.fromkeys((*controls.all(), *sums.balances))
        for balance in (sums.balances.get(control, Balance()),)
    )


def _openings(sums: PracticeSums) -> tuple[OpeningRow, ...]:
    """Return what is to be proved of receivables and payables; nothing where nothing was opened."""
    owed = (sums.controls.receivable, sums.controls.payable)
    rows = [
        OpeningRow(control, sums.balances[control].opening, _ours_then(control, sums))
        for control in owed
    ]
    return tuple(rows) if any(row.practice for row in rows) else ()


def _ours_then(control: Control, sums: PracticeSums) -> int:
    return sum(n for (on, day), n in sums.by_day.items() if on == control and day <= sums.opened_on)


def _trust_rows(
    checked: Checked,
    rows: Iterable[ControlRow],
    balances: Balances | None,
    controls: Controls,
) -> Iterable[TrustRow]:
    books, banks = checked.books, controls.trust_banks
    mapped = {code: books.books.get(code, TrustBook()) for code in banks}
    off = _off_xero(mapped, {row.control: row for row in rows}, controls)
    for code, book in {**mapped, **books.books}.items():
        statement = checked.banks.get(code)
        xero = _balance(banks.get(code), balances)
        yield TrustRow(code, book, statement, xero, off.get(code, 0))


def _off_xero(
    books: Mapping[str, TrustBook], rows: Mapping[Control, ControlRow], controls: Controls
) -> dict[str, int]:
    """Hold the cash books against Xero's trust banks; accounts that share one, together.

    That the documents were summed up to the same by their postings does not show that the books
    were: a movement that these missed would stand in Xero alone.
    """
    banks = controls.trust_banks
    cash: dict[Control, int] = defaultdict(int)
    for code, book in books.items():
        cash[banks[code]] += book.cash_book
    asked = {control: rows[control] for control in cash if rows[control].xero_other is not None}
    return {
        code: cash[banks[code]] - of.waiting - of.timing - of.stands
        for code in books
        if controls.posts_trust and (of := asked.get(banks[code])) is not None
    }


def _proved(trust: _Trust, controls: Controls, balances: Balances | None) -> TrustInXero | None:
    if balances is None or not controls.posts_trust or not controls.trust_banks:
        return None
    return trust_in_xero(controls, trust.linked, balances)


def _other(control: Control, sums: PracticeSums, balances: Balances | None) -> int | None:
    balance = _balance(control, balances)
    return None if balance is None else balance - _ours_of_account(control, sums)


def _ours_of_account(control: Control, sums: PracticeSums) -> int:
    """Return what is ours on an account that several controls may share."""
    shared = (one for other, one in sums.balances.items() if other.account == control.account)
    return sum(balance.ours for balance in shared)


def _balance(control: Control | None, balances: Balances | None) -> int | None:
    if balances is None or control is None or control.account is None:
        return None
    return balances.get(control.account.account_id, 0)


__all__ = [
    "ControlRow",
    "Entered",
    "OpeningRow",
    "Reconciliation",
    "Traced",
    "TrustRow",
    "agrees",
    "reconcile",
    "with_opening_balances",
]
