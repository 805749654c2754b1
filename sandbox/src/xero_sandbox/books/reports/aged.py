"""Aged receivables and payables by contact: the control accounts, read document by document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books.journalise import CONTROL, LIVE
from xero_sandbox.books.reports import asked, shape
from xero_sandbox.books.values import date_of, money_text

if TYPE_CHECKING:
    from xero_sandbox.books.exchange import Body
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import Document
    from xero_sandbox.books.visit import Visit

_BLANKS = 3
_COLUMNS = 4


def receivables(visit: Visit) -> Body:
    """Return the report of GET /Reports/AgedReceivablesByContact."""
    return _aged(visit, "Aged Receivables By Contact", ("DEBTORS", "Number", 1))


def payables(visit: Visit) -> Body:
    """Return the report of GET /Reports/AgedPayablesByContact."""
    return _aged(visit, "Aged Payables By Contact", ("CREDITORS", "Reference", -1))


# Not verified, see aged-opening.
def _aged(visit: Visit, name: str, side: tuple[str, str, int]) -> Body:
    control, label, sign = side
    contact = asked.contact(visit)
    organisation = visit.organisation
    last = asked.day(visit, "date", asked.month_end(visit.today))
    known = [
        one
        for one in organisation.documents.values()
        if one.contact_id == contact.contact_id and stands_on(one, control)
    ]
    known.sort(key=lambda one: (one.date, one.number, one.document_id))
    first = asked.day(visit, "fromDate", min([*(one.date for one in known), last]))
    until = asked.day(visit, "toDate", last)
    before = [_figures(organisation, one, last, sign) for one in known if one.date < first]
    shown = [one for one in known if first <= one.date <= until]
    figures = [_figures(organisation, one, last, sign) for one in shown]
    opening = sum(one[-1] for one in before)
    total = shape.added(figures, _COLUMNS)
    rows = [
        shape.header("Date", label, "Due Date", "", "Total", "Paid", "Credited", "Due"),
        shape.section("", [_opening(first, opening)]),
    ]
    listed = [_row(one, cents, last) for one, cents in zip(shown, figures, strict=True)]
    if listed:
        rows.append(shape.section("", [*listed, shape.summary("Total", total, _BLANKS)]))
    closing = [*total[:-1], total[-1] + opening]
    rows.append(shape.section("", [shape.summary("Closing Balance", closing, _BLANKS)]))
    span = f"From {shape.words(first)} to {shape.words(until)}"
    titles = ("Invoices", contact.name, span, f"Showing payments to {shape.words(last)}")
    return shape.report(visit, name.replace(" ", ""), name, titles, rows)


# Not verified, see aged-rows.
def stands_on(document: Document, control: str) -> bool:
    """Say whether an approved document's value stands on the control account."""
    return (
        CONTROL[document.kind][0] == control
        and document.status in LIVE
        and not document.kind.endswith("-PREPAYMENT")
    )


def _figures(organisation: Organisation, one: Document, last: int, sign: int) -> list[int]:
    """Return [total, paid, credited, due] in base cents; what is owed the other way is negative.

    All of it is read from the ledger: the document's own line on its control account, and the
    lines by which payments and allocations up to ``last`` took it off again.
    """
    control = organisation.system[CONTROL[one.kind][0]]
    total = _opened(organisation, one, control)
    owed = total > 0
    paid = credited = 0
    for payment_id in one.payments:
        payment = organisation.payments[payment_id]
        if payment.status != "DELETED" and payment.date <= last:
            paid -= _on(organisation, payment.entry, control, owed=owed)
    for allocation_id in one.allocations:
        made = organisation.allocations[allocation_id]
        if not made.deleted and made.date <= last:
            credited -= _on(organisation, made.entry, control, owed=owed)
    return [sign * cents for cents in (total, paid, credited, total - paid - credited)]


def _opened(organisation: Organisation, one: Document, control: str) -> int:
    if one.entry >= 0:
        return sum(cents for line, cents in _lines(organisation, one.entry) if line == control)
    # An overpayment was posted by its bank transaction.
    return one.base_total


def _on(organisation: Organisation, entry: int, control: str, *, owed: bool) -> int:
    """Return what an entry took off a document: of two lines the one against its own side."""
    return sum(
        cents
        for line, cents in _lines(organisation, entry)
        if line == control and (cents < 0) is owed
    )


def _lines(organisation: Organisation, entry: int) -> tuple[tuple[str, int], ...]:
    return organisation.ledger.entries[entry].lines


def _opening(first: int, cents: int) -> Body:
    blanks = [shape.cell("") for _ in range(_BLANKS + 2)]
    name = shape.cell("Opening Balance")
    return shape.row(shape.cell(date_of(first)), name, *blanks, shape.cell(money_text(cents)))


def _row(one: Document, cents: list[int], last: int) -> Body:
    due = "" if one.due_date is None else date_of(one.due_date)
    late = 0 if one.due_date is None or cents[-1] <= 0 else last - one.due_date
    overdue = f"{late} day{'s' if late > 1 else ''} overdue" if late > 0 else ""
    values = (date_of(one.date), one.number, due, overdue, *map(money_text, cents))
    attribute = (_ID_OF.get(one.kind, "invoiceID"), one.document_id)
    return shape.row(*(shape.cell(value, attribute) for value in values))


_ID_OF = {
    "ACCRECCREDIT": "creditNoteID",
    "ACCPAYCREDIT": "creditNoteID",
    "RECEIVE-OVERPAYMENT": "overpaymentID",
    "SPEND-OVERPAYMENT": "overpaymentID",
}
