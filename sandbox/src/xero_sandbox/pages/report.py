"""A report as the API answers it, drawn as a table."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, TypedDict, cast

from xero_sandbox.books.exchange import Refused
from xero_sandbox.books.resources.reports import REPORTS
from xero_sandbox.books.visit import begin
from xero_sandbox.pages.frame import base, page, tabs
from xero_sandbox.pages.markup import Content, Html, link, tag
from xero_sandbox.wire import Call

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.wire import Answer

_LABELS = {
    "TrialBalance": "Trial balance",
    "BalanceSheet": "Balance sheet",
    "ProfitAndLoss": "Profit and loss",
    "BankSummary": "Bank summary",
    "AgedReceivablesByContact": "Aged receivables",
    "AgedPayablesByContact": "Aged payables",
}
_DATES = {
    "TrialBalance": ("date",),
    "BalanceSheet": ("date",),
    "ProfitAndLoss": ("fromDate", "toDate"),
    "BankSummary": ("fromDate", "toDate"),
    "AgedReceivablesByContact": ("date", "fromDate", "toDate"),
    "AgedPayablesByContact": ("date", "fromDate", "toDate"),
}
_DATE_LABELS = {"date": "At the end of", "fromDate": "From", "toDate": "To"}
_ON_CASH = frozenset({"TrialBalance", "BalanceSheet", "ProfitAndLoss"})
_BY_CONTACT = frozenset({"AgedReceivablesByContact", "AgedPayablesByContact"})


_WORDS = frozenset({"", "Account", "Bank Accounts", "Date", "Number", "Reference", "Due Date"})
_RESULTS = frozenset({"Gross Profit", "Net Profit", "Net Assets"})
_FIGURE = re.compile(r"-?\d+\.\d\d")


class _Cell(TypedDict, total=False):
    Value: str
    Attributes: list[dict[str, str]]


class _Row(TypedDict, total=False):
    RowType: str
    Title: str
    Cells: list[_Cell]
    Rows: list[_Row]


def report(
    organisation: Organisation, query: Mapping[str, str], at: datetime, name: str = "TrialBalance"
) -> Answer:
    """Return the report ``name``, one of ``REPORTS``, with the form that asks for it."""
    kept = {key: value for key, value in query.items() if value}
    call = Call("GET", ("Reports", name), kept, {}, b"", "")
    try:
        found = REPORTS[name](begin(organisation, call, at))
    except Refused as refused:
        words = _why(refused)
        return _framed(organisation, name, kept, (tag("p", words, class_="empty"),))
    titles = cast("list[str]", found["ReportTitles"])
    rows = cast("list[_Row]", found["Rows"])
    width = max(len(one.get("Cells", [])) for one in rows)
    drawn = [line for part in rows for line in _part(organisation, part, width)]
    sheet = tag("div", tag("table", *drawn), class_="scroll")
    return _framed(
        organisation, name, kept, (tag("p", " · ".join(titles[1:]), class_="sub"), sheet)
    )


def _why(refused: Refused) -> str:
    if refused.status == 404:  # noqa: PLR2004 - the status says it
        return "There is no such contact."
    elements = cast("list[dict[str, list[dict[str, str]]]]", refused.body.get("Elements", []))
    return " ".join(m["Message"] for one in elements for m in one["ValidationErrors"])


def _framed(
    organisation: Organisation, name: str, query: Mapping[str, str], content: tuple[Content, ...]
) -> Answer:
    root = f"{base(organisation)}/reports"
    offered = [one for one in _LABELS if one not in _BY_CONTACT or one == name]
    return page(
        _LABELS[name],
        tabs([(f"{root}/{one}", _LABELS[one]) for one in offered], _LABELS[name]),
        _form(name, query),
        *content,
        organisation=organisation,
        section="reports",
    )


def _form(name: str, query: Mapping[str, str]) -> Html:
    fields = [
        tag("label", _DATE_LABELS[one], tag("input", type="date", name=one, value=query.get(one)))
        for one in _DATES[name]
    ]
    if name in _BY_CONTACT:
        value = query.get("contactId")
        fields.append(tag("label", "ContactID", tag("input", name="contactId", value=value)))
    if name in _ON_CASH:
        cash = query.get("paymentsOnly", "").lower() == "true"
        box = tag("input", type="checkbox", name="paymentsOnly", value="true", checked=cash)
        fields.append(tag("label", box, "Cash basis"))
    return tag("form", *fields, tag("button", "Show"), method="get", class_="ask")


def _part(organisation: Organisation, part: _Row, width: int) -> list[Html]:
    kind = part["RowType"]
    if kind == "Header":
        heads = [
            tag("th", one["Value"], scope="col", class_=None if one["Value"] in _WORDS else "num")
            for one in part["Cells"]
        ]
        return [tag("thead", tag("tr", *heads))]
    title = part.get("Title", "")
    # Sums of a section are ruled off once, sums of sections twice.
    ruled = "sum" if title else "total"
    rows = [_line(organisation, one, ruled) for one in part.get("Rows", [])]
    if title:
        kind = "group" if rows else "head"
        rows.insert(0, tag("tr", tag("td", title, colspan=str(width)), class_=kind))
    return [tag("tbody", *rows)]


def _line(organisation: Organisation, one: _Row, ruled: str) -> Html:
    cells = [
        tag("td", _value(organisation, cell, place), class_=_kind(cell, place))
        for place, cell in enumerate(one["Cells"])
    ]
    if one["Cells"][0]["Value"] in _RESULTS:
        ruled = "sum"
    elif one["RowType"] == "Row":
        return tag("tr", *cells)
    return tag("tr", *cells, class_=ruled)


def _kind(cell: _Cell, place: int) -> str | None:
    if place == 0:
        return None
    return "num" if _FIGURE.fullmatch(cell["Value"]) else "tight"


def _value(organisation: Organisation, cell: _Cell, place: int) -> Content:
    shown = cell["Value"].removesuffix("T00:00:00")
    if _FIGURE.fullmatch(shown):
        shown = f"{Decimal(shown):,}".replace("-", "−")
    attributes = {one["Id"].lower(): one["Value"] for one in cell.get("Attributes", [])}
    account_id = attributes.get("accountid") or attributes.get("account", "")
    if place == 0 and account_id in organisation.accounts:
        return link(f"{base(organisation)}/ledger?account={account_id}", shown)
    document_id = next((v for k, v in attributes.items() if k.endswith("id")), "")
    if place <= 1 and shown and document_id in organisation.documents:
        return link(f"{base(organisation)}/object/{document_id}", shown)
    return shown
