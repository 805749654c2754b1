"""Xero as the engine's target: the port of ``posting.target``, put together from the parts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Generator, Sequence
from typing import TYPE_CHECKING

from counterfoil.core.xero_documents import CreditNote, Invoice
from counterfoil.posting.contacts import fold_name
from counterfoil.posting.records import MirrorContact
from counterfoil.posting.target import (
    Answer,
    Call,
    Existing,
    Found,
    Shape,
    Standing,
    Verdict,
)
from counterfoil.xero import acts, decode, lookup, paid, read
from counterfoil.xero.encode import encode_amended, encode_element, wrap_encoded
from counterfoil.xero.routes import SOURCES, WITH_UNIT_AMOUNTS, batch_query, resource, route

if TYPE_CHECKING:
    from counterfoil.core.chart import Organisation
    from counterfoil.core.conversion import Act
    from counterfoil.core.correction import Correctable
    from counterfoil.core.xero_documents import DocumentType, Element, Payment
    from counterfoil.posting.drift.shown import Shown
    from counterfoil.posting.records import Frozen
    from counterfoil.posting.target import (
        FedPayment,
        LeftOver,
        PaidInXero,
        Reading,
        Settled,
        Whose,
    )
    from counterfoil.xero.decode import ContactRow, Echo, ElementResult, Reply

NOTHING_MADE = "Xero made nothing of this element and did not say why."


class XeroTarget:
    """Xero behind ``posting.target.Target``. It holds nothing."""

    def resource(self, element: Element) -> str:
        """Return the resource that an element belongs to, as in ``Invoices``."""
        return resource(element)

    def lane(self, element: Element) -> str:
        """Return what may share a call: a path, and one side of the ledger.

        Allocations thereby go one call per credit. Sales and purchases go apart because Xero keeps
        the numbers of sales unique and not those of purchases: of a call with both it could not
        be told what a refusal, or an absence, proves.
        """
        side = element.type if isinstance(element, Invoice | CreditNote) else ""
        return f"{route(element).path} {side}".rstrip()

    def encode(self, element: Element) -> bytes:
        """Return the bare element as the bytes that will be sent."""
        return encode_element(element)

    def shape(self, elements: Sequence[Element], encoded: Sequence[bytes]) -> Shape:
        """Wrap encoded elements of one lane into a call."""
        given = route(elements[0])
        body = wrap_encoded(resource(elements[0]), encoded)
        return Shape(given.method, given.path, batch_query(given), body)

    def unique(self, request: Frozen) -> bool:
        """Tell whether Xero itself refuses a second execution (facts: sections 8 and 15).

        A quotation mark inside a text is escaped, so that these bytes occur only as the field.
        """
        if request.method == "POST":
            return False
        if request.resource in {"Invoices", "CreditNotes"}:
            return b'"Type":"ACCPAY' not in request.body
        return request.resource == "Contacts"

    def judge(self, request: Frozen, answer: Answer) -> tuple[Verdict, ...] | None:
        """Read an answer element by element, matched by position and cross-checked.

        None when it does not speak of every member, speaks of them in another order, or leaves
        out the totals or the id that it should give of something that it made.
        """
        if acts.is_ending(request):
            return acts.judge(request, answer)
        # Prepaid money shows what we call it by in its first line only.
        with_lines = request.resource == "BankTransactions" and b'PAYMENT"' in request.body
        try:
            reply = decode.read_reply(request.resource, answer.body, with_lines=with_lines)
        except decode.Unreadable:
            return None
        if not _believable(request, reply, with_lines=with_lines):
            return None
        whole = () if answer.status < 300 else self.whole_messages(answer)  # noqa: PLR2004
        return tuple(_verdict(element, whole) for element in reply.elements)

    def whole_messages(self, answer: Answer) -> tuple[str, ...]:
        """Return what an answer says about the call as a whole, in Xero's words."""
        return decode.problem(answer).messages

    def look_up(self, requests: Sequence[Frozen]) -> Reading:
        """Look for what was sent: one sweep per resource."""
        return lookup.look_up(requests)

    def read_object(self, resource: str, xero_id: str) -> Generator[Call, Answer, Found | None]:
        """Read one invoice, credit note or bank transaction; None if Xero does not show it."""
        element, shown = yield from read.one_and_shown(resource, xero_id)
        if element is None or element.totals is None or element.status in lookup.GONE:
            return None
        return Found(
            lookup.link(element, source="look-up"),
            tuple(line.line_id for line in element.lines),
            tuple(line.amount or 0 for line in element.lines),
            acts.settled(element),
            element.date,
            shown,
        )

    def read_paid(self, payment: Payment) -> Generator[Call, Answer, PaidInXero]:
        """Read what was paid already on the invoice that a payment is for."""
        return paid.read_paid(payment)

    def read_settled(self, invoices: Sequence[str]) -> Generator[Call, Answer, dict[str, Settled]]:
        """Read what stands on these invoices, by their ids; many with one call."""
        return paid.read_settled(invoices)

    def read_left_over(
        self, first: dt.date, last: dt.date, strange: Callable[[Collection[str]], Collection[str]]
    ) -> Generator[Call, Answer, tuple[LeftOver, ...]]:
        """Read the overpayments and prepayments of these days that are nobody's."""
        return paid.read_left_over(first, last, strange)

    def read_fed(
        self, first: dt.date, last: dt.date
    ) -> Generator[Call, Answer, tuple[FedPayment, ...]]:
        """Read the live payments of these days on invoices, ours with the others."""
        return paid.read_fed(first, last)

    def read_whose(self, invoices: Sequence[str]) -> Generator[Call, Answer, dict[str, Whose]]:
        """Read whose these invoices are, by their ids; many with one call."""
        return paid.read_whose(invoices)

    def amend(self, element: Correctable, xero_id: str, line_ids: Sequence[str]) -> Shape:
        """Return the call that states an object anew, by POST to its id."""
        name = resource(element)
        body = wrap_encoded(name, [encode_amended(element, xero_id, line_ids)])
        return Shape("POST", f"/{name}/{xero_id}", batch_query(route(element)), body)

    def stated(self, resource: str, body: bytes) -> tuple[Shown, ...]:
        """Return what a call of ours states of each of its members, as drift compares it."""
        return decode.read_shown(resource, body).rows

    def read_standing(self, existing: Existing) -> Generator[Call, Answer, Standing]:
        """Read how an object stands, an allocation from its credit."""
        return acts.read_standing(existing)

    def credit(self, source: DocumentType, xero_id: str) -> str:
        """Return the path of a credit, as ``Existing`` names it."""
        return f"{SOURCES[source]}/{xero_id}"

    def end(self, act: Act, existing: Existing) -> Shape:
        """Return the call that voids, deletes or deallocates an object."""
        return acts.end(act, existing)

    def renumber(self, existing: Existing, number: str) -> Shape:
        """Return the call that gives an invoice or credit note another number."""
        return acts.renumber(existing, number)

    def read_contact(self, contact_id: str) -> Generator[Call, Answer, MirrorContact | None]:
        """Read one contact, also one that was archived or merged; None if Xero has none."""
        row = yield from read.contact(contact_id)
        return _mirrored(row) if row is not None else None

    def read_contacts(
        self, since: dt.datetime | None
    ) -> Generator[Call, Answer, tuple[MirrorContact, ...]]:
        """Read the contacts changed since, archived ones too, for the mirror."""
        rows = yield from read.contacts(since)
        return tuple(map(_mirrored, rows))

    def read_organisation(self) -> Generator[Call, Answer, Organisation]:
        """Read the organisation: the cheap probe that also tells the lock dates."""
        return read.organisation()


def _mirrored(row: ContactRow) -> MirrorContact:
    folded = fold_name(row.name)
    return MirrorContact(row.contact_id, row.name, folded, row.number, row.status, row.merged_to)


def _believable(request: Frozen, reply: Reply, *, with_lines: bool) -> bool:
    if len(reply.elements) != len(request.members):
        return False
    sent = decode.read_echoes(request.resource, request.body, with_lines=with_lines)
    told = zip(sent, reply.elements, strict=True)
    return all(_agree(ours, element.echo) for ours, element in told) and not any(
        _lacks(request.resource, element) for element in reply.elements
    )


def _lacks(resource: str, element: ElementResult) -> bool:
    """Tell whether something was made, or may have been, of which not enough is told."""
    if resource == "Allocations":
        # Only reading the credit is sure to tell the id of an allocation.
        return not (element.xero_id or element.errors or element.outcome == "ERROR")
    if not element.created or resource not in WITH_UNIT_AMOUNTS:
        return False
    prepaid = element.type.endswith("PAYMENT")
    return element.totals is None or (prepaid and not element.prepaid_id)


def _agree(ours: Echo, theirs: Echo) -> bool:
    """Tell whether an answer's element is about ours, as far as it repeats what was sent."""
    pairs = zip(ours, theirs, strict=True)
    return all(not their or not our or their == our for our, their in pairs)


def _verdict(element: ElementResult, whole: tuple[str, ...]) -> Verdict:
    messages = element.errors
    if not element.created and not messages:
        messages = whole or (NOTHING_MADE,)
    tie = lookup.link(element) if element.xero_id else None
    return Verdict(tie, messages, element.warnings)
