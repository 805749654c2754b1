"""Income, expenses and tax by account, on both sides: what lines come to, without their tax.

The practice's side is what its documents become today, ours in Xero what Xero holds of what is
linked. Amounts are hundredths of the base currency, debit positive: income is below nil.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.chart import AccountClass
from counterfoil.core.xero_arithmetic import line_amount, tax_on
from counterfoil.core.xero_documents import (
    AmountsAre,
    BankTransaction,
    CreditNote,
    Invoice,
    ManualJournal,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from counterfoil.core.chart import Account, Chart
    from counterfoil.core.xero_documents import AccountRef, Element, JournalLine, LineItem, Undone
    from counterfoil.posting.drift.shown import Shown, ShownLine

ONE = 10_000
LINED = frozenset({"Invoices", "CreditNotes", "BankTransactions", "ManualJournals"})
RESULT = frozenset({AccountClass.REVENUE, AccountClass.EXPENSE})
DEBITED = frozenset({"ACCPAY", "ACCRECCREDIT"})
"""What debits the accounts of its lines, beside money spent."""


class AccountRow(NamedTuple):
    """One account; ``waiting`` is the part of ``practice`` that Xero does not hold yet."""

    account: Account
    practice: int
    waiting: int
    ours: int
    others: int | None

    @property
    def difference(self) -> int:
        """What should stand in Xero less what does."""
        return self.practice - self.ours


class Amount(NamedTuple):
    """A line's amount and tax, before it is known on which side it stands."""

    account: AccountRef
    amount: int
    tax: int


class Accounts:
    """The accounts of a chart that results and tax stand on.

    ``begin`` is the first day of the financial year: results count from then, as in Xero's reports;
    tax from the first day.
    """

    def __init__(self, chart: Chart, as_of: dt.date, begin: dt.date | None) -> None:
        self.as_of = as_of
        self.begin = begin
        self._codes = {code: account.account_id for code, account in chart.by_code.items()}
        self._rates = {name: rate.rate for name, rate in chart.rates.items()}
        tax = next((one for one in chart.accounts if one.system_account == "GST"), None)
        self._tax = tax.account_id if tax else ""
        results = (one for one in chart.accounts if begin and one.account_class in RESULT)
        self.listed = {one.account_id: one for one in (*results, *((tax,) if tax else ()))}

    def entered(
        self,
        amounts: list[Amount],
        date: dt.date,
        sign: int,
        *,
        inclusive: bool,
        rate: Decimal | None,
    ) -> Iterator[tuple[str, int]]:
        """Yield what lines do to the accounts, on a date."""
        if date > self.as_of:
            return
        tax = 0
        for one in amounts:
            account = one.account.account_id or self._codes.get(one.account.code or "", "")
            tax += one.tax
            net = one.amount - one.tax if inclusive else one.amount
            if self._counts(account, date):
                yield account, sign * _in_base(net, rate)
        if tax and self._tax:
            yield self._tax, sign * _in_base(tax, rate)

    def _counts(self, account: str, date: dt.date) -> bool:
        in_year = self.begin is not None and date >= self.begin
        return account in self.listed and (in_year or account == self._tax)

    def of_element(self, element: Element | Undone) -> Iterator[tuple[str, int]]:
        """Yield what an element does to the accounts, as predicted; money alone does nothing."""
        match element:
            case Invoice() | CreditNote() | BankTransaction():
                amounts = [self._line(line, element.amounts_are) for line in element.lines]
                sign = 1 if element.type in DEBITED or element.type.startswith("SPEND") else -1
                rate = element.currency_rate
            case ManualJournal():
                amounts = [self._journal(line, element.amounts_are) for line in element.lines]
                sign, rate = 1, None
            case _:
                return
        inclusive = element.amounts_are is AmountsAre.INCLUSIVE
        yield from self.entered(amounts, element.date, sign, inclusive=inclusive, rate=rate)

    def of_shown(self, row: Shown) -> Iterator[tuple[str, int]]:
        """Yield what an object does to the accounts, as Xero shows it."""
        if row.date is None or row.resource not in LINED:
            return
        journal = row.resource == "ManualJournals"
        spent = row.type in DEBITED or row.type.startswith("SPEND") or journal
        amounts = [self._shown(line) for line in row.lines]
        added = sum(one.amount for one in amounts)
        tax = sum(one.tax for one in amounts)
        inclusive = bool(tax) and row.total == added
        sign = 1 if spent else -1
        yield from self.entered(amounts, row.date, sign, inclusive=inclusive, rate=row.rate)

    def _line(self, line: LineItem, amounts_are: AmountsAre) -> Amount:
        amount = line_amount(line.quantity, line.unit_amount)
        tax = line.tax_amount
        if tax is None:
            tax = self._tax_on(amount, line.tax_type, amounts_are)
        return Amount(line.account, amount, tax)

    def _journal(self, line: JournalLine, amounts_are: AmountsAre) -> Amount:
        tax = self._tax_on(line.amount, line.tax_type or "", amounts_are)
        return Amount(line.account, line.amount, tax)

    def _tax_on(self, amount: int, tax_type: str, amounts_are: AmountsAre) -> int:
        if amounts_are is AmountsAre.NO_TAX:
            return 0
        inclusive = amounts_are is AmountsAre.INCLUSIVE
        return tax_on(amount, self._rates.get(tax_type, 0), inclusive=inclusive)

    def _shown(self, line: ShownLine) -> Amount:
        unit = line.unit_amount or 0
        amount = line_amount(ONE if line.quantity is None else line.quantity, unit)
        tax = line.tax
        if tax is None:
            tax = tax_on(amount, self._rates.get(line.tax_type, 0), inclusive=False)
        return Amount(line.account, amount, tax)


@dataclass
class AccountSums:
    """Both sides by AccountID, as they are gathered."""

    accounts: Accounts
    practice: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    ours: Counter[str] = field(default_factory=Counter)

    def plan(self, element: Element | Undone, *, waits: bool) -> None:
        """Add what a document becomes; ``waits`` where Xero does not hold it yet."""
        for account, amount in self.accounts.of_element(element):
            self.practice[account] += amount
            if waits:
                self.waiting[account] += amount

    def show(self, row: Shown) -> None:
        """Add an object of ours as Xero shows it."""
        for account, amount in self.accounts.of_shown(row):
            self.ours[account] += amount

    def rows(self, balances: Mapping[str, int] | None) -> Iterator[AccountRow]:
        """Yield the accounts on which anything stands; ``balances`` are Xero's."""
        for number, account in self.accounts.listed.items():
            ours = self.ours[number]
            others = None if balances is None else balances.get(number, 0) - ours
            if self.practice[number] or ours or others:
                yield AccountRow(account, self.practice[number], self.waiting[number], ours, others)


def year_begin(as_of: dt.date, year_end: tuple[int, int] | None) -> dt.date | None:
    """Return the first day of the financial year of a date; ``year_end`` is its last month and day.

    None where Xero did not say when the year ends.
    """
    if year_end is None:
        return None
    month, day = year_end
    begins = _day_after(as_of.year, month, day)
    return begins if begins <= as_of else _day_after(as_of.year - 1, month, day)


def _day_after(year: int, month: int, day: int) -> dt.date:
    last = min(day, calendar.monthrange(year, month)[1])
    return dt.date(year, month, last) + dt.timedelta(days=1)


def _in_base(amount: int, rate: Decimal | None) -> int:
    """Xero's rate is units of the foreign currency for one of the base."""
    if rate is None or rate in {0, 1}:
        return amount
    return int((amount / rate).to_integral_value(ROUND_HALF_UP))
