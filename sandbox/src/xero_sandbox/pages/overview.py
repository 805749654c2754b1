"""An organisation at a glance: money, what is owed, whether the books balance, what came last."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from xero_sandbox.books.reports import sums
from xero_sandbox.books.values import EPOCH_DAY
from xero_sandbox.pages.documents import DOCUMENTS, document_row
from xero_sandbox.pages.frame import Column, base, day, facts, money, page, row, table
from xero_sandbox.pages.markup import Content, Html, link, tag

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.wire import Answer

_FAR = date.max.toordinal()
_LATEST = 10
_BANKS = (Column("Bank account"), Column("Code", "minor"), Column("Balance", "num"))


def overview(organisation: Organisation, query: Mapping[str, str], at: datetime) -> Answer:
    """Return the organisation's front page."""
    del query
    newest = sorted(organisation.documents.values(), key=lambda one: -one.updated)[:_LATEST]
    version = f"{organisation.country} · {organisation.currency} · {organisation.short_code}"
    return page(
        organisation.name,
        tag("p", version, class_="sub"),
        _tiles(organisation, at),
        tag("p", _balanced(organisation)),
        tag("h2", "Bank accounts"),
        table(_BANKS, _banks(organisation)),
        tag("h2", "Changed last"),
        table(DOCUMENTS, [document_row(organisation, one) for one in newest]),
        tag("h2", "Settings"),
        _settings(organisation),
        organisation=organisation,
        section="",
    )


def _tiles(organisation: Organisation, at: datetime) -> Html:
    today = EPOCH_DAY + int(at.timestamp()) // 86_400
    ledger, root = organisation.ledger, base(organisation)
    owed = ledger.balance(organisation.system["DEBTORS"], _FAR)
    owing = -ledger.balance(organisation.system["CREDITORS"], _FAR)
    start = sums.year_start(organisation, today)
    earned = -sums.result(organisation, start, today)
    profit = f"{root}/reports/ProfitAndLoss?fromDate={date.fromordinal(start)}"
    return tag(
        "ul",
        _tile(f"{root}/bank", "In the bank", sum(_held(organisation).values())),
        _tile(f"{root}/documents?kind=sales", "Owed by clients", owed),
        _tile(f"{root}/documents?kind=purchases", "Owed to suppliers", owing),
        _tile(f"{profit}&toDate={date.fromordinal(today)}", "Profit this year", earned),
        class_="tiles",
    )


def _tile(target: str, name: str, cents: int) -> Html:
    figure = tag("span", money(cents), class_="figure")
    return tag("li", link(target, figure, tag("span", name, class_="quiet")))


def _held(organisation: Organisation) -> dict[str, int]:
    return {
        one.account_id: organisation.ledger.balance(one.account_id, _FAR)
        for one in organisation.accounts.values()
        if one.kind == "BANK"
    }


def _balanced(organisation: Organisation) -> Html:
    debits = sum(
        cents for entry in organisation.ledger.entries for _, cents in entry.lines if cents > 0
    )
    if organisation.ledger.out_of_balance():
        return tag("span", "Debits and credits differ", class_="chip bad")
    words = f"Debits equal credits: {money(debits)} on either side"
    return tag("span", words, class_="chip good")


def _banks(organisation: Organisation) -> list[Html]:
    rows = []
    for account_id, cents in _held(organisation).items():
        account = organisation.accounts[account_id]
        target = f"{base(organisation)}/ledger?account={account_id}"
        rows.append(row(_BANKS, (link(target, account.name), account.code, money(cents))))
    return rows


def _settings(organisation: Organisation) -> Html:
    settings = organisation.settings
    locks: list[tuple[str, Content]] = [
        ("Period lock date", day(settings.period_lock)),
        ("End of year lock date", day(settings.year_lock)),
        ("Connected user", "adviser" if settings.adviser else "standard"),
        ("Currencies", ", ".join(settings.currencies)),
        ("Plan and tier", f"{settings.plan}, {settings.tier}"),
        ("Tenant id", tag("code", organisation.tenant_id)),
        ("Organisation id", tag("code", organisation.organisation_id)),
    ]
    return facts(locks)
