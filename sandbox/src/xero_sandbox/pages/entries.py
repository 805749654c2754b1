"""Ledger entries as tables: of one object, of one account with its running balance, or all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.pages.frame import (
    Column,
    base,
    day,
    moment,
    money,
    money_or_blank,
    page,
    paged,
    row,
    table,
)
from xero_sandbox.pages.markup import Content, Html, link, tag

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from xero_sandbox.books.ledger import Entry
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.wire import Answer

_ENTRY = (Column("Account"), Column("Debit", "num"), Column("Credit", "num"))
_ACCOUNT = (
    Column("Date", "tight"),
    Column("From"),
    Column("Reference", "minor"),
    Column("Debit", "num"),
    Column("Credit", "num"),
    Column("Balance", "num"),
)
_NOTES = (
    Column("When", "tight"),
    Column("Change", "tight"),
    Column("Details"),
    Column("By", "minor"),
)
_SHOWN = 200


def entries_of(organisation: Organisation, source_ids: Collection[str]) -> tuple[Html, Html]:
    """Return a heading and the ledger entries that come from any of ``source_ids``."""
    found = [one for one in organisation.ledger.entries if one.source_id in source_ids]
    rows = [line for entry in found[-_SHOWN:] for line in _entry(organisation, entry)]
    return tag("h2", "In the ledger"), table(_ENTRY, rows, "Nothing of it is in the ledger.")


def _entry(organisation: Organisation, entry: Entry) -> list[Html]:
    words = f"№ {entry.number} · {day(entry.date)} · "
    head = tag("tr", tag("td", words, _source(organisation, entry), colspan="3"), class_="group")
    return [head, *(_line(organisation, *line) for line in entry.lines)]


def _source(organisation: Organisation, entry: Entry) -> Html:
    target = f"{base(organisation)}/object/{entry.source_id}"
    return link(target, f"{entry.source_type} {entry.reference}".strip())


def _line(organisation: Organisation, account_id: str, cents: int) -> Html:
    account = organisation.accounts[account_id]
    target = f"{base(organisation)}/ledger?account={account_id}"
    name = link(target, " ".join(part for part in (account.code, account.name) if part))
    return row(_ENTRY, (name, money_or_blank(max(cents, 0)), money_or_blank(max(-cents, 0))))


def ledger(organisation: Organisation, query: Mapping[str, str]) -> Answer:
    """Return the whole ledger, newest first, or one account's part with its balance."""
    account_id = query.get("account", "").lower()
    if account_id in organisation.accounts:
        return _of_account(organisation, account_id, query)
    path = f"{base(organisation)}/ledger"
    shown, pages = paged(organisation.ledger.entries[::-1], query, path)
    count = len(organisation.ledger.entries)
    words = f"{count:,} entries, newest first. None is ever changed: what no longer holds gets"
    return page(
        "Ledger",
        tag("p", f"{words} an equal and opposite one.", class_="sub"),
        table(_ENTRY, [line for entry in shown for line in _entry(organisation, entry)]),
        pages,
        organisation=organisation,
        section="ledger",
    )


def _of_account(organisation: Organisation, account_id: str, query: Mapping[str, str]) -> Answer:
    account = organisation.accounts[account_id]
    balance = 0
    lines: list[tuple[Entry, int, int]] = []
    ordered = sorted(organisation.ledger.entries, key=lambda one: (one.date, one.number))
    for entry in ordered:
        for line_id, cents in entry.lines:
            if line_id == account_id:
                balance += cents
                lines.append((entry, cents, balance))
    path = f"{base(organisation)}/ledger"
    shown, pages = paged(lines[::-1], query, path)
    rows = [_account_line(organisation, *line) for line in shown]
    kind = f"{account.kind}, {account.account_class.lower()}. "
    return page(
        " ".join(part for part in (account.code, account.name) if part),
        tag(
            "p",
            kind,
            f"Balance {money(balance)}, debits positive. ",
            link(path, "Whole ledger"),
            class_="sub",
        ),
        table(_ACCOUNT, rows),
        pages,
        organisation=organisation,
        section="ledger",
    )


def _account_line(organisation: Organisation, entry: Entry, cents: int, balance: int) -> Html:
    target = f"{base(organisation)}/object/{entry.source_id}"
    cells: tuple[Content, ...] = (
        day(entry.date),
        link(target, entry.source_type),
        entry.reference,
        money_or_blank(max(cents, 0)),
        money_or_blank(max(-cents, 0)),
        money(balance),
    )
    return row(_ACCOUNT, cells)


def notes_on(organisation: Organisation, object_id: str) -> tuple[Html, ...]:
    """Return a heading and the history of an object, or nothing where there are none."""
    notes = organisation.notes.get(object_id, [])
    if not notes:
        return ()
    rows = [
        row(_NOTES, (moment(one.at), one.changes, one.details, one.user)) for one in reversed(notes)
    ]
    return tag("h2", "History"), table(_NOTES, rows)
