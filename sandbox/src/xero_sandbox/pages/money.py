"""Bank transactions, transfers, payments and manual journals: listed, and one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.pages.documents import line_table, title_of
from xero_sandbox.pages.entries import entries_of, notes_on
from xero_sandbox.pages.frame import (
    GONE,
    Column,
    base,
    chip,
    day,
    facts,
    money,
    money_or_blank,
    page,
    paged,
    row,
    table,
)
from xero_sandbox.pages.markup import Content, Html, joined, link, tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import (
        BankTransaction,
        BankTransfer,
        BatchPayment,
        ManualJournal,
        Payment,
    )
    from xero_sandbox.wire import Answer

_BANK = (
    Column("Date", "tight"),
    Column("What"),
    Column("Account", "minor"),
    Column("Contact", "minor"),
    Column("Status", "minor"),
    Column("In", "num"),
    Column("Out", "num"),
)
_JOURNALS = (
    Column("Date", "tight"),
    Column("Narration"),
    Column("Status", "minor"),
    Column("Debits", "num"),
)
_JOURNAL_LINES = (
    Column("Account"),
    Column("Description", "minor"),
    Column("Tax", "minor"),
    Column("Debit", "num"),
    Column("Credit", "num"),
)
_RECEIVED = frozenset({"ACCREC", "ACCPAYCREDIT", "SPEND-OVERPAYMENT", "SPEND-PREPAYMENT"})


def bank(organisation: Organisation, query: Mapping[str, str]) -> Answer:
    """Return all money that moved, newest first."""
    moved = [
        *(_transaction(organisation, one) for one in organisation.bank_transactions.values()),
        *(_payment(organisation, one) for one in organisation.payments.values()),
    ]
    moved.sort(key=lambda pair: pair[0], reverse=True)
    shown, pages = paged(moved, query, f"{base(organisation)}/bank")
    return page(
        "Bank",
        tag("p", "Bank transactions, transfers and payments.", class_="sub"),
        table(_BANK, [one for _, one in shown]),
        pages,
        organisation=organisation,
        section="bank",
    )


def _transaction(organisation: Organisation, one: BankTransaction) -> tuple[tuple[int, int], Html]:
    contact = organisation.contacts.get(one.contact_id or "")
    name = one.kind.replace("-", " ").capitalize()
    what = (one.transaction_id, f"{name} {one.reference}".strip())
    received = one.kind.startswith("RECEIVE")
    who = None if contact is None else contact.name
    figures = (one.total if received else 0, 0 if received else one.total)
    cells = _cells(organisation, (one.date, one.account_id, one.status), what, who, figures)
    return (one.date, one.updated), row(_BANK, cells, "gone" if one.status in GONE else None)


def _payment(organisation: Organisation, one: Payment) -> tuple[tuple[int, int], Html]:
    document = organisation.documents[one.document_id]
    contact = organisation.contacts.get(document.contact_id)
    what = (one.payment_id, f"Payment of {title_of(document)}")
    received = document.kind in _RECEIVED
    who = None if contact is None else contact.name
    figures = (one.bank_amount if received else 0, 0 if received else one.bank_amount)
    cells = _cells(organisation, (one.date, one.account_id, one.status), what, who, figures)
    return (one.date, one.updated), row(_BANK, cells, "gone" if one.status in GONE else None)


def _cells(
    organisation: Organisation,
    where: tuple[int, str, str],
    what: tuple[str, str],
    who: str | None,
    figures: tuple[int, int],
) -> tuple[Content, ...]:
    date, account_id, status = where
    return (
        day(date),
        joined(
            link(f"{base(organisation)}/object/{what[0]}", what[1]),
            tag("span", who, class_="under"),
        ),
        organisation.accounts[account_id].name,
        who,
        chip(status),
        *map(money_or_blank, figures),
    )


def transaction(organisation: Organisation, one: BankTransaction) -> Answer:
    """Return one bank transaction."""
    root = f"{base(organisation)}/object"
    contact = organisation.contacts.get(one.contact_id or "")
    opened = organisation.documents.get(one.document_id or "")
    pairs: list[tuple[str, Content]] = [
        (
            "Contact",
            None if contact is None else link(f"{root}/{contact.contact_id}", contact.name),
        ),
        ("Date", day(one.date)),
        ("Bank account", organisation.accounts[one.account_id].name),
        ("Total", f"{one.currency} {money(one.total)}"),
        ("Amounts are", one.line_amount_types),
        ("Reconciled", "yes" if one.reconciled else "no"),
        ("Opened", None if opened is None else link(f"{root}/{one.document_id}", title_of(opened))),
        ("Address", one.url),
        ("Id", tag("code", one.transaction_id)),
    ]
    name = one.kind.replace("-", " ").capitalize()
    return page(
        f"{name} {one.reference}".strip(),
        tag("p", chip(one.status), class_="sub"),
        facts(pairs),
        tag("h2", "Lines"),
        line_table(organisation, one.lines),
        *entries_of(organisation, {one.transaction_id}),
        *notes_on(organisation, one.transaction_id),
        organisation=organisation,
        section="bank",
    )


def payment(organisation: Organisation, one: Payment) -> Answer:
    """Return one payment or refund."""
    root = f"{base(organisation)}/object"
    document = organisation.documents[one.document_id]
    pairs: list[tuple[str, Content]] = [
        ("Of", link(f"{root}/{document.document_id}", title_of(document))),
        ("Date", day(one.date)),
        ("Account", organisation.accounts[one.account_id].name),
        ("Amount", f"{document.currency} {money(one.amount)}"),
        ("On the account", money(one.bank_amount) if one.bank_amount != one.amount else None),
        ("Reference", one.reference),
        ("Reconciled", "yes" if one.reconciled else "no"),
        ("Batch", one.batch_id and link(f"{root}/{one.batch_id}", tag("code", one.batch_id))),
        ("Id", tag("code", one.payment_id)),
    ]
    return page(
        f"Payment {one.reference}".strip(),
        tag("p", chip(one.status), " ", one.kind, class_="sub"),
        facts(pairs),
        *entries_of(organisation, {one.payment_id}),
        *notes_on(organisation, one.payment_id),
        organisation=organisation,
        section="bank",
    )


def batch(organisation: Organisation, one: BatchPayment) -> Answer:
    """Return one batch payment with its members."""
    members = [_payment(organisation, organisation.payments[each])[1] for each in one.payments]
    pairs: list[tuple[str, Content]] = [
        ("Date", day(one.date)),
        ("Account", organisation.accounts[one.account_id].name),
        ("Total", money(one.total)),
        ("Id", tag("code", one.batch_id)),
    ]
    return page(
        f"Batch payment {one.reference}".strip(),
        tag("p", chip(one.status), " ", one.kind, class_="sub"),
        facts(pairs),
        tag("h2", "Payments"),
        table(_BANK, members),
        *entries_of(organisation, set(one.payments)),
        *notes_on(organisation, one.batch_id),
        organisation=organisation,
        section="bank",
    )


def transfer(organisation: Organisation, one: BankTransfer) -> Answer:
    """Return one bank transfer."""
    pairs: list[tuple[str, Content]] = [
        ("From", organisation.accounts[one.from_account].name),
        ("To", organisation.accounts[one.to_account].name),
        ("Date", day(one.date)),
        ("Amount", f"{one.currency} {money(one.amount)}"),
        ("Id", tag("code", one.transfer_id)),
    ]
    return page(
        f"Bank transfer {one.reference}".strip(),
        tag("p", chip(one.status), class_="sub"),
        facts(pairs),
        *entries_of(organisation, {one.transfer_id}),
        *notes_on(organisation, one.transfer_id),
        organisation=organisation,
        section="bank",
    )


def journals(organisation: Organisation, query: Mapping[str, str]) -> Answer:
    """Return the manual journals, newest first."""
    known = sorted(organisation.journals.values(), key=lambda one: (-one.date, -one.updated))
    shown, pages = paged(known, query, f"{base(organisation)}/journals")
    return page(
        "Manual journals",
        table(_JOURNALS, [_journal(organisation, one) for one in shown]),
        pages,
        organisation=organisation,
        section="journals",
    )


def _journal(organisation: Organisation, one: ManualJournal) -> Html:
    target = f"{base(organisation)}/object/{one.journal_id}"
    debits = sum(line.amount for line in one.lines if line.amount > 0)
    cells = (day(one.date), link(target, one.narration), chip(one.status), money(debits))
    return row(_JOURNALS, cells, "gone" if one.status in GONE else None)


def journal(organisation: Organisation, one: ManualJournal) -> Answer:
    """Return one manual journal."""
    rows = []
    for line in one.lines:
        account = organisation.accounts[line.account_id]
        cells = (
            f"{account.code or ''} {account.name}".strip(),
            line.description,
            line.tax_type,
            money_or_blank(max(line.amount, 0)),
            money_or_blank(max(-line.amount, 0)),
        )
        rows.append(row(_JOURNAL_LINES, cells))
    pairs: list[tuple[str, Content]] = [
        ("Date", day(one.date)),
        ("Amounts are", one.line_amount_types),
        ("On cash basis", "yes" if one.cash_basis else "no"),
        ("Id", tag("code", one.journal_id)),
    ]
    return page(
        one.narration,
        tag("p", "Manual journal ", chip(one.status), class_="sub"),
        facts(pairs),
        tag("h2", "Lines"),
        table(_JOURNAL_LINES, rows),
        *entries_of(organisation, {one.journal_id}),
        *notes_on(organisation, one.journal_id),
        organisation=organisation,
        section="journals",
    )
