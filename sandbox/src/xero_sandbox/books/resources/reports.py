"""The Reports endpoint: which report answers to which name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books import exchange
from xero_sandbox.books.reports.aged import payables, receivables
from xero_sandbox.books.reports.balance_sheet import balance_sheet
from xero_sandbox.books.reports.bank_summary import bank_summary
from xero_sandbox.books.reports.profit_and_loss import profit_and_loss
from xero_sandbox.books.reports.trial_balance import trial_balance

if TYPE_CHECKING:
    from collections.abc import Callable

    from xero_sandbox.books.exchange import Body
    from xero_sandbox.books.visit import Visit
    from xero_sandbox.wire import Handled

REPORTS: dict[str, Callable[[Visit], Body]] = {
    "AgedPayablesByContact": payables,
    "AgedReceivablesByContact": receivables,
    "BalanceSheet": balance_sheet,
    "BankSummary": bank_summary,
    "ProfitAndLoss": profit_and_loss,
    "TrialBalance": trial_balance,
}
_BY_FOLDED_NAME = {name.casefold(): report for name, report in REPORTS.items()}


# Not verified, see report-list.
def handle(visit: Visit) -> Handled:
    """Answer a call on /Reports/{name}, or on the list of published reports: there are none."""
    if visit.call.method != "GET":
        raise exchange.not_implemented()
    match visit.call.segments[1:]:
        case ():
            return exchange.answer(visit, Reports=[])
        case (name,) if name.casefold() in _BY_FOLDED_NAME:
            report = _BY_FOLDED_NAME[name.casefold()](visit)
            return exchange.answer(visit, Reports=[report])
        case _:
            raise exchange.not_found()
