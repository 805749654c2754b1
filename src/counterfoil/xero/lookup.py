"""Looking for what was sent when no answer came back (architecture.md, rule 6).

One sweep per resource from the earliest send, sales invoices by their numbers, allocations by one
read of the credit that they come from. What was sent is read from the request's own bytes with the
decoder that reads Xero's replies, so that both sides are compared in one form.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.xero_documents import AccountRef, Totals
from counterfoil.posting.records import Frozen, Link, PostingKey
from counterfoil.posting.target import Alike, Looked, UnreadableAnswer
from counterfoil.xero import acts, decode, read

if TYPE_CHECKING:
    from counterfoil.posting.target import Reading
    from counterfoil.xero.decode import Applied, ElementResult, LineRead

OVERLAP = dt.timedelta(minutes=2)
"""How long before the first send a sweep begins: Xero's clock is known to the second only."""
NUMBERS_MOST = 50
"""Invoice numbers asked for in one call."""
GONE = acts.GONE
"""An object in one of these states is not what was sent, though it may keep its number."""


class Sent(NamedTuple):
    """A member of a request as it was sent, with its predicted totals."""

    member: PostingKey
    element: ElementResult
    expected: Totals | None


def look_up(requests: Sequence[Frozen]) -> Reading:
    """Return what Xero holds of each member of these requests."""
    looked: dict[PostingKey, Looked] = {}
    made: list[Frozen] = []
    for request in requests:
        if request.method == "PUT":
            made.append(request)
        elif acts.is_ending(request):
            looked.update((yield from acts.look_up(request)))
        else:
            looked.update((yield from _amended(request)))
    for resource, group in sorted(_by_resource(made).items()):
        if resource == "Allocations":
            looked.update((yield from _allocations(group)))
        else:
            found = yield from _found(resource, group)
            looked.update(_match(resource, group, found))
    return looked


def sent(request: Frozen, *, with_lines: bool = False) -> tuple[Sent, ...]:
    """Return the members of a request as they stand in its bytes."""
    elements = decode.read_elements(request.resource, request.body, with_lines=with_lines)
    return tuple(
        Sent(member, element, expected)
        for member, element, expected in zip(
            request.members, elements, request.expected, strict=True
        )
    )


def link(element: ElementResult, *, source: str = "answer") -> Link:
    """Return the tie to an object that Xero showed.

    Prepaid money is a bank transaction and a credit at once; the tie is to the credit, because
    that is what allocations and refunds name.
    """
    xero_id = element.prepaid_id or element.xero_id
    return Link(xero_id, element.number, element.status, element.totals, source)


def _by_resource(requests: Sequence[Frozen]) -> Mapping[str, list[Frozen]]:
    grouped: dict[str, list[Frozen]] = defaultdict(list)
    for request in requests:
        grouped[request.resource].append(request)
    return grouped


def _found(resource: str, requests: Sequence[Frozen]) -> read.Reads[tuple[ElementResult, ...]]:
    """Read what may be ours: by number where Xero can be asked so, otherwise by time."""
    elements = [one.element for request in requests for one in sent(request)]
    numbers = sorted({element.number for element in elements})
    by_number = all(element.type == "ACCREC" for element in elements)
    if resource != "Invoices" or not by_number or any(not n or "," in n for n in numbers):
        since = min(request.xero_time for request in requests) - OVERLAP
        return (yield from read.changed(resource, since))
    found: list[ElementResult] = []
    for start in range(0, len(numbers), NUMBERS_MOST):
        found += yield from read.invoices(tuple(numbers[start : start + NUMBERS_MOST]))
    return tuple(found)


def _match(
    resource: str, requests: Sequence[Frozen], found: Iterable[ElementResult]
) -> Iterator[tuple[PostingKey, Looked]]:
    """Pair what was sent with what was found under the same key."""
    index: dict[tuple[str, ...], list[ElementResult]] = defaultdict(list)
    called: dict[tuple[str, ...], list[ElementResult]] = defaultdict(list)
    for element in found:
        index[_key(resource, element)].append(element)
        called[_name(resource, element)].append(element)
    for request in requests:
        for one in sent(request, with_lines=True):
            candidates = [e for e in index[_key(resource, one.element)] if e.xero_id]
            ours = [e for e in candidates if _is(resource, one, e)]
            same = [e for e in ours if e.status not in GONE]
            numbered = one.element.type.startswith("ACCREC")
            other = [e for e in candidates if numbered and e not in same]
            ended = [e for e in ours if e.status in GONE]
            name = _name(resource, one.element)
            alike = [e for e in called[name] if name and e.status not in GONE and e not in same]
            named = tuple(
                Alike(link(e, source="look-up"), e.document_id) for e in alike if e.xero_id
            )
            yield one.member, Looked(_links(same), _links(other), _links(ended), named)


def _links(elements: Iterable[ElementResult]) -> tuple[Link, ...]:
    return tuple(link(element, source="look-up") for element in elements if element.xero_id)


def _name(resource: str, element: ElementResult) -> tuple[str, ...]:
    """Return what an object is called, whatever else it says; empty where that tells nothing.

    Sales invoices and contacts are left out: Xero keeps their numbers unique. An earlier revision
    of a receipt may have paid another bill, so that a payment is called by its reference alone.
    """
    name = element.number or element.reference
    match resource:
        case "Contacts":
            return ()
        case "Invoices" | "CreditNotes" if element.type.startswith("ACCREC"):
            return ()
        case "Payments":
            return (name,) if name else ()
        case _:
            return (element.type, name, element.contact_id) if name else ()


def _key(resource: str, element: ElementResult) -> tuple[str, ...]:
    """Return what an object is found by, as far as it can be compared as it stands.

    Accounts are left to ``_is``: we send a code or an id, Xero shows both.
    """
    match resource:
        case "Contacts":
            return (element.number,)
        case "Invoices" | "CreditNotes" if element.type.startswith("ACCPAY"):
            return (element.type, element.number, element.contact_id)
        case "Invoices" | "CreditNotes":
            return (element.type, element.number)
        case "Payments" | "BankTransfers":
            return (element.reference, str(element.date), str(element.amount), element.document_id)
        case _:
            return (element.type, element.reference, str(element.date), element.contact_id)


def _is(resource: str, one: Sent, found: ElementResult) -> bool:
    """Tell whether an object found under the key of what was sent is what was sent.

    Where Xero would take a second one, an object that shows ours in other words is ours too:
    what is not recognised would be sent again.
    """
    ours = one.element
    match resource:
        case "Contacts":
            return True
        case "Payments" | "BankTransfers":
            return _may_be(ours.account, found.account) and _may_be(
                ours.to_account, found.to_account
            )
        case "ManualJournals":
            return _amounts(ours) == _amounts(found)
        case "Invoices" | "CreditNotes" if ours.type.startswith("ACCREC"):
            return (
                ours.contact_id == found.contact_id
                and ours.date == found.date
                and _same_lines(ours.lines, found.lines)
            )
        case _:
            return (
                ours.date == found.date
                and _may_be(ours.account, found.account)
                and (found.totals == one.expected or _same_lines(ours.lines, found.lines))
            )


def _amounts(journal: ElementResult) -> list[int]:
    return sorted(line.unit_amount for line in journal.lines if line.unit_amount)


def _same_lines(ours: Sequence[LineRead], theirs: Sequence[LineRead]) -> bool:
    return len(ours) == len(theirs) and all(
        mine[:2] == their[:2]
        and mine.tax_type == their.tax_type
        and _may_be(mine.account, their.account)
        for mine, their in zip(ours, theirs, strict=True)
    )


def _may_be(ours: AccountRef, theirs: AccountRef) -> bool:
    """Compare as far as both sides name an account in the same way.

    We send a code or an id. Xero mostly shows both, but not the codes of a transfer's accounts.
    """
    pairs = zip(ours, theirs, strict=True)
    return all(mine is None or their is None or mine == their for mine, their in pairs)


def _amended(request: Frozen) -> read.Reads[dict[PostingKey, Looked]]:
    """Read an object that was stated anew: the effect is there if it has the sums expected."""
    _, resource, xero_id = request.path.split("/")
    found = yield from read.one(resource, xero_id)
    (member,), (expected,) = request.members, request.expected
    there = found is not None and (
        found.number == _number(request)
        if expected is None
        else found.totals == expected and _stated(request, found)
    )
    return {member: Looked((link(found, source="look-up"),) if found and there else ())}


def _stated(request: Frozen, found: ElementResult) -> bool:
    """Tell whether an object stands as a request states it anew; its sums alone may be the same."""
    (one,) = sent(request, with_lines=True)
    ours = one.element
    return (
        ours.date == found.date
        and ours.contact_id == found.contact_id
        and ours.due in {None, found.due}
        and ours.number in {"", found.number}
        and ours.reference in {"", found.reference}
        and _same_lines(ours.lines, found.lines)
        and _texts(ours.lines) == _texts(found.lines)
        and _tracked(ours.lines) == _tracked(found.lines)
    )


def _tracked(lines: Sequence[LineRead]) -> list[list[tuple[str, str]]]:
    return [sorted(line.tracking) for line in lines]


def _texts(lines: Sequence[LineRead]) -> list[str]:
    return [" ".join(line.description.split()) for line in lines]


def _number(request: Frozen) -> str:
    """Return the number that a request gives an object, where it changes nothing else."""
    return decode.read_elements(request.resource, request.body)[0].number


def _allocations(
    requests: Sequence[Frozen],
) -> read.Reads[dict[PostingKey, Looked]]:
    """Read each credit once and find its allocations."""
    looked: dict[PostingKey, Looked] = {}
    by_path: dict[str, list[Frozen]] = defaultdict(list)
    for request in requests:
        by_path[request.path].append(request)
    for path, group in by_path.items():
        _, resource, credit_id, _ = path.split("/")
        credit = yield from read.credit(resource, credit_id)
        applied = tuple(a for a in credit.allocations if not a.deleted) if credit else ()
        looked.update(
            (one.member, Looked(tuple(_allocated(one.element, applied))))
            for request in group
            for one in sent(request)
        )
    return looked


def _allocated(element: ElementResult, applied: Iterable[Applied]) -> Iterator[Link]:
    """Yield the allocations of this amount to this invoice on this day."""
    wanted = (element.document_id, element.amount, element.date)
    for one in applied:
        if (one.invoice_id, one.amount, one.date) != wanted:
            continue
        if not one.xero_id:
            # It is there and must not be made again, and there is nothing to tie it by.
            raise UnreadableAnswer("Xero shows an allocation without its AllocationID")
        yield Link(one.xero_id, source="look-up")
