"""What a document does to the control accounts: receivable, banks, trust bank and trust liability.

The practice's side of a reconciliation is the sum of these over its documents, and our side of Xero
is the sum of the same over what is linked (documents.md, the column *effect*).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.core.documents import Bill, CreditNote, Receipt, TrustReceipt
from counterfoil.core.parts import allocation_part
from counterfoil.core.readiness import trust_liability_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.chart import Account, Chart
    from counterfoil.core.documents import Document
    from counterfoil.core.mapping import Mapping


@dataclass(frozen=True, slots=True)
class Control:
    """A control account, named by what the firm chose: a role, or a practice code with a target.

    ``account`` is None where the chart does not (yet) hold it.
    """

    name: str
    account: Account | None


@dataclass(frozen=True, slots=True)
class Effect:
    """An amount on a control account, in hundredths, debit positive, by one part of a document."""

    part: str
    control: Control
    amount: int


class Controls:
    """The control accounts of one mapping, looked up in one chart."""

    def __init__(self, mapping: Mapping, chart: Chart) -> None:
        """Look the accounts up once."""
        self._chart = chart
        debtors = next((a for a in chart.accounts if a.system_account == "DEBTORS"), None)
        self.receivable = Control("accounts receivable", debtors)
        self.banks = {
            code: Control(code, self._account(target))
            for code, target in mapping.bank_accounts.items()
        }
        self.trust_banks = {
            code: Control(code, self._account(trust.xero))
            for code, trust in mapping.trust_accounts.items()
        }
        self.liabilities = {
            code: self._liability(trust_liability_target(mapping, code))
            for code in mapping.trust_accounts
        }

    def _liability(self, target: str | None) -> Control:
        return Control("trust liability", self._account(target) if target else None)

    def _account(self, target: str) -> Account | None:
        if target.startswith("id:"):
            return self._chart.by_id.get(target.removeprefix("id:"))
        return self._chart.by_code.get(target)

    def all(self) -> tuple[Control, ...]:
        """Return every control account once: receivable, banks, trust banks, liabilities."""
        every = (
            self.receivable,
            *self.banks.values(),
            *self.trust_banks.values(),
            *self.liabilities.values(),
        )
        return tuple(dict.fromkeys(every))

    def effects(self, document: Document) -> Iterator[Effect]:
        """Yield what a document does to the control accounts; its parts are its postings'."""
        match document:
            case Bill(total=total):
                yield Effect("", self.receivable, total)
            case CreditNote(total=total):
                yield Effect("", self.receivable, -total)
            case Receipt(bank_account=bank, allocations=allocations):
                for one in allocations:
                    part = allocation_part(one.bill.id)
                    yield Effect(part, self._bank(bank), one.amount)
                    yield Effect(part, self.receivable, -one.amount)
            case TrustReceipt(trust_account=trust, amount=amount):
                yield Effect("", self._trust_bank(trust), amount)
                yield Effect("", self._trust_liability(trust), -amount)
            case _:
                return

    def _bank(self, code: str) -> Control:
        return self.banks.get(code) or Control(code, None)

    def _trust_bank(self, code: str) -> Control:
        return self.trust_banks.get(code) or Control(code, None)

    def _trust_liability(self, code: str) -> Control:
        return self.liabilities.get(code) or Control("trust liability", None)
