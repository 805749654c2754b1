"""The chart of accounts and the contacts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from xero_sandbox.pages.documents import DOCUMENTS, document_row
from xero_sandbox.pages.frame import (
    Column,
    base,
    chip,
    facts,
    money_or_blank,
    page,
    paged,
    row,
    table,
)
from xero_sandbox.pages.markup import Html, link, tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import Account, Contact
    from xero_sandbox.wire import Answer

_FAR = date.max.toordinal()
_CHART = (
    Column("Code", "tight"),
    Column("Account"),
    Column("Type", "minor"),
    Column("Tax", "minor"),
    Column("Debit", "num"),
    Column("Credit", "num"),
)
_CONTACTS = (
    Column("Contact"),
    Column("Number", "minor"),
    Column("Is", "minor"),
    Column("Owes", "num"),
    Column("Is owed", "num"),
)


def chart(organisation: Organisation) -> Answer:
    """Return the chart of accounts with each balance."""
    known = sorted(organisation.accounts.values(), key=lambda one: (one.code or "", one.name))
    balances = [organisation.ledger.balance(one.account_id, _FAR) for one in known]
    rows = [_account(organisation, *pair) for pair in zip(known, balances, strict=True)]
    debits = sum(cents for cents in balances if cents > 0)
    credits_ = -sum(cents for cents in balances if cents < 0)
    total = ("", "Total", "", "", money_or_blank(debits), money_or_blank(credits_))
    rows.append(row(_CHART, total, "total"))
    return page(
        "Chart of accounts",
        tag("p", "Each account with its balance over all time.", class_="sub"),
        table(_CHART, rows),
        organisation=organisation,
        section="chart",
    )


def _account(organisation: Organisation, account: Account, cents: int) -> Html:
    target = f"{base(organisation)}/ledger?account={account.account_id}"
    name = tag("span", link(target, account.name), " ", _state(account))
    cells = (
        account.code,
        name,
        account.kind,
        account.tax_type,
        money_or_blank(max(cents, 0)),
        money_or_blank(max(-cents, 0)),
    )
    return row(_CHART, cells, "gone" if account.status == "DELETED" else None)


def _state(account: Account) -> Html | None:
    if account.status != "ACTIVE":
        return chip(account.status)
    return None if account.system is None else chip("system")


def contacts(organisation: Organisation, query: Mapping[str, str]) -> Answer:
    """Return the contacts with what they owe and are owed."""
    known = sorted(organisation.contacts.values(), key=lambda one: one.name.casefold())
    path = f"{base(organisation)}/contacts"
    shown, pages = paged(known, query, path)
    open_ = _open(organisation)
    return page(
        "Contacts",
        tag("p", f"{len(known):,} in all.", class_="sub"),
        table(_CONTACTS, [_contact(organisation, one, open_) for one in shown]),
        pages,
        organisation=organisation,
        section="contacts",
    )


def _open(organisation: Organisation) -> dict[tuple[str, bool], int]:
    """Return what is open by contact and by whether it is the contact who owes, in base cents."""
    sums: dict[tuple[str, bool], int] = {}
    for one in organisation.documents.values():
        if one.status == "AUTHORISED" and not one.kind.endswith("-PREPAYMENT"):
            key = (one.contact_id, one.kind.startswith(("ACCREC", "RECEIVE")))
            sums[key] = sums.get(key, 0) + one.base_open
    return sums


def _contact(
    organisation: Organisation, one: Contact, open_: Mapping[tuple[str, bool], int]
) -> Html:
    roles = [name for name, is_so in _ROLES if getattr(one, is_so)]
    target = f"{base(organisation)}/object/{one.contact_id}"
    state = None if one.status == "ACTIVE" else chip(one.status)
    cells = (
        tag("span", link(target, one.name), " ", state),
        one.number,
        ", ".join(roles),
        money_or_blank(open_.get((one.contact_id, True), 0)),
        money_or_blank(-open_.get((one.contact_id, False), 0)),
    )
    return row(_CONTACTS, cells)


_ROLES = (("client", "is_customer"), ("supplier", "is_supplier"))


def contact(organisation: Organisation, one: Contact, query: Mapping[str, str]) -> Answer:
    """Return one contact with its documents and the way to its aged reports."""
    known = [d for d in organisation.documents.values() if d.contact_id == one.contact_id]
    known.sort(key=lambda document: -document.date)
    path = f"{base(organisation)}/object/{one.contact_id}"
    shown, pages = paged(known, query, path)
    reports = f"{base(organisation)}/reports"
    aged = tag(
        "p",
        link(f"{reports}/AgedReceivablesByContact?contactId={one.contact_id}", "Aged receivables"),
        " · ",
        link(f"{reports}/AgedPayablesByContact?contactId={one.contact_id}", "Aged payables"),
    )
    return page(
        one.name,
        tag("p", "Contact ", chip(one.status), class_="sub"),
        facts(
            (
                ("Number", one.number),
                ("E-mail", one.email),
                ("Account number", one.account_number),
                ("Tax number", one.tax_number),
                ("Merged into", one.merged_to),
                ("ContactID", tag("code", one.contact_id)),
            )
        ),
        aged,
        tag("h2", "Documents"),
        table(DOCUMENTS, [document_row(organisation, document) for document in shown]),
        pages,
        organisation=organisation,
        section="contacts",
    )
