"""What a document says about other documents, held against them.

A reference that is absent is no finding here: a file has nothing else to wait for and makes it
``needs_history``, while the daybook makes the document wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.applied import apply
from counterfoil.core.documents import (
    Applying,
    CreditNote,
    Document,
    Key,
    Lined,
    OpeningBill,
    OpeningCredit,
    OpeningSupplierBill,
    Receipt,
    Refund,
    SupplierCredit,
    SupplierPayment,
    WriteOff,
    number_of,
)
from counterfoil.core.findings import Finding, error, note, warning
from counterfoil.core.money import amount_text
from counterfoil.core.outline import named_at
from counterfoil.core.trade import PURCHASES, party_of, trade_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from counterfoil.core.conversion import Books
    from counterfoil.core.documents import AnyAllocation, Party
    from counterfoil.core.trade import Settling

    AnyCredit = CreditNote | SupplierCredit


class Missing(NamedTuple):
    """A document that is named and that nobody has sent, and where it is named."""

    path: str
    key: Key


def missing(document: Document, books: Books) -> tuple[Missing, ...]:
    """Return the references that lead nowhere yet.

    What stood at the start was never sent from here: its place in Xero is known to the daybook
    only, once a person has linked it.
    """
    return tuple(
        Missing(path, key)
        for path, key in named_at(document)
        if key not in books.referenced or key.kind.startswith("opening_")
    )


def applied_on(date: dt.date, books: Books, *keys: Key) -> dt.date:
    """The day a credit is applied: not before both the credit and the bill are there."""
    known = [books.referenced[key].date for key in keys if key in books.referenced]
    return max((date, *known))


def check_settlement(document: Settling, books: Books) -> Iterator[Finding]:
    """Hold the allocations of a receipt or supplier payment against the bills they settle."""
    yield from _set_off(document)
    allocations: Sequence[AnyAllocation] = document.allocations
    for place, allocation in enumerate(allocations):
        bill = books.referenced.get(allocation.invoice)
        if not isinstance(bill, Lined):
            continue
        path = f"allocations[{place}]"
        yield from against_bill(document, allocation, bill, books, path)
        if allocation.amount < 0:
            yield from within_one_account(document, bill, books, path)
        else:
            yield from _paid_by(document, allocation, bill, books, path)


def check_credit(document: AnyCredit, books: Books) -> Iterator[Finding]:
    """Hold a credit's allocations against the bills they reduce."""
    allocations: Sequence[AnyAllocation] = document.allocations
    for place, allocation in enumerate(allocations):
        path = f"allocations[{place}]"
        bill = books.referenced.get(allocation.invoice)
        if isinstance(bill, Lined):
            yield from against_bill(document, allocation, bill, books, path)
            yield from within_one_account(document, bill, books, path)
            yield from _applied_later(document.date, bill, path)


def check_write_off(document: WriteOff, bill: Lined, books: Books) -> Iterator[Finding]:
    """Hold a write-off against the bill that it reduces."""
    yield from same_organisation(document, bill, books, "")
    base = books.chart.organisation.base_currency
    if document.currency not in (None, bill.currency or base):
        yield error(
            "other_currency",
            f"{sentence(bill)} is in {bill.currency or base}, the write-off in "
            f"{document.currency}.",
            "Write the bill off in its own currency.",
            "currency",
        )
    if document.amount > worth_of(bill):
        yield error(
            "allocation_above_bill",
            f"{amount_text(document.amount)} is written off {title(bill)}, which is worth "
            f"{amount_text(worth_of(bill))}.",
            "Write off at most what the bill is worth.",
            "amount",
        )


def check_later(document: Applying, books: Books) -> Iterator[Finding]:
    """Hold credit that is applied later against what leaves it and what it reduces."""
    of = books.referenced.get(document.of)
    if of is not None:
        yield from check_worth(sum(each.amount for each in document.allocations), of, document)
    for place, allocation in enumerate(document.allocations):
        path = f"allocations[{place}]"
        bill = books.referenced.get(allocation.invoice)
        if isinstance(bill, Lined):
            yield from against_bill(document, allocation, bill, books, path)
            yield from _applied_later(document.date, bill, path)
        if isinstance(bill, Lined) and of is not None:
            yield from within_one_account(of, bill, books, path)


def check_refund(document: Refund, books: Books) -> Iterator[Finding]:
    """Hold a refund against what left the credit that it pays back."""
    of = books.referenced.get(document.of)
    if of is None:
        return
    yield from check_worth(document.amount, of, document)
    base = books.chart.organisation.base_currency
    if (of.currency or base) != (document.currency or base):
        yield error(
            "other_currency",
            f"The credit is in {of.currency or base}, the refund in {document.currency or base}.",
            "Refund it from a bank account in the credit's own currency.",
            "of",
        )


def check_worth(amount: int, of: Document, document: Applying | Refund) -> Iterator[Finding]:
    """Say where more is applied or paid back than a credit leaves."""
    left = credit_left(of)
    if amount > left:
        verb = "paid back" if isinstance(document, Refund) else "applied"
        what = f"{of.kind.replace('_', ' ')} {number_of(of) or of.id}"
        yield error(
            "amount_above_credit",
            f"{amount_text(amount)} is {verb}, and the {what} leaves {amount_text(max(left, 0))}.",
            "Correct the amount, or name the document that left the credit.",
            "amount" if isinstance(document, Refund) else "allocations",
        )


def credit_left(of: Document) -> int:
    """What a document leaves to apply or to pay back, before what later documents took."""
    match of:
        case CreditNote() | SupplierCredit():
            return of.total - sum(each.amount for each in of.allocations)
        case Receipt() | SupplierPayment():
            return apply(of).unapplied
        case OpeningCredit():
            return of.amount
        case Lined():
            return -of.total
        case _:
            return 0


def against_bill(
    document: Document, allocation: AnyAllocation, bill: Lined, books: Books, path: str
) -> Iterator[Finding]:
    """Say where a bill belongs to another organisation, or is worth less than is applied to it."""
    yield from same_organisation(document, bill, books, path)
    worth = worth_of(bill)
    if _exceeds(allocation.amount, worth):
        becomes = " and becomes a credit note, which takes no payments" if worth < 0 else ""
        yield error(
            "allocation_above_bill",
            f"{amount_text(allocation.amount)} is applied to {title(bill)}, which is worth "
            f"{amount_text(worth)}{becomes}.",
            "Apply at most what the bill is worth.",
            f"{path}.amount",
        )


def same_organisation(
    document: Document, bill: Lined, books: Books, path: str
) -> Iterator[Finding]:
    """Say where two documents that name each other belong to different organisations."""
    ours = books.mapping.organisation
    if (bill.organisation or ours) != (document.organisation or ours):
        yield error(
            "other_organisation",
            f"{sentence(bill)} belongs to organisation {bill.organisation}; references "
            "cannot cross organisations.",
            "Correct the organisation of one of the two.",
            f"{path}.{field_of(bill)}" if path else field_of(bill),
        )


def worth_of(bill: Lined) -> int:
    """What may be applied to a bill at most."""
    if isinstance(bill, OpeningBill | OpeningSupplierBill):
        return bill.outstanding
    return bill.total


def title(bill: Lined) -> str:
    """A bill in the middle of a sentence, as ``bill INV-1001``."""
    return f"{bill.kind.replace('_', ' ')} {bill.number}"


def sentence(bill: Lined) -> str:
    """A bill at the beginning of a sentence, as ``Bill INV-1001``."""
    named = title(bill)
    return f"{named[:1].upper()}{named[1:]}"


def field_of(bill: Lined) -> str:
    """The field of an allocation that names this bill."""
    return "supplier_bill" if "supplier" in bill.kind else "bill"


def within_one_account(credit: Document, bill: Lined, books: Books, path: str) -> Iterator[Finding]:
    """Say where credit would be applied across contacts or currencies, which Xero refuses."""
    base = books.chart.organisation.base_currency
    theirs, ours = party_of(bill), party_of(credit)
    where = f"{path}.{field_of(bill)}"
    if theirs and ours and theirs.id != ours.id:
        yield error(
            "other_clients_bill",
            f"{sentence(bill)} {_with(bill, theirs)}, the credit {_with(credit, ours)}; Xero "
            "applies credit within one contact only.",
            "Credit the party whose bill it is.",
            where,
        )
    if (bill.currency or base) != (credit.currency or base):
        yield error(
            "other_currency",
            f"{sentence(bill)} is in {bill.currency or base}, the credit in "
            f"{credit.currency or base}.",
            "Credit the bill in its own currency.",
            where,
        )


def _with(document: Document, party: Party) -> str:
    return f"is {'from' if trade_of(document) is PURCHASES else 'to'} {party.name}"


def _moved(document: Settling, party: Party) -> str:
    way = "paid to" if trade_of(document) is PURCHASES else "received from"
    return f"{way} {party.name}"


def _exceeds(amount: int, worth: int) -> bool:
    """Negative amounts are set off against negative bills and count from the other side."""
    return amount < min(worth, 0) if amount < 0 else amount > worth


def _set_off(document: Settling) -> Iterator[Finding]:
    """Say where set-offs would cross currencies: a rate would have to be made up for them."""
    foreign = any(each.bank_amount is not None for each in document.allocations)
    if foreign and any(each.amount < 0 for each in document.allocations):
        yield error(
            "set_off_in_other_currency",
            "Bills are set off against each other, and an allocation has a bank amount.",
            "Apply the credit by an allocation of its own, and receive only the rest here.",
            "allocations",
        )


def _paid_by(
    document: Settling, allocation: AnyAllocation, bill: Lined, books: Books, path: str
) -> Iterator[Finding]:
    where = f"{path}.{field_of(bill)}"
    theirs, ours = party_of(bill), party_of(document)
    if theirs and ours and theirs.id != ours.id:
        yield warning(
            "other_clients_bill",
            f"{sentence(bill)} {_with(bill, theirs)}; this was {_moved(document, ours)}.",
            "Nothing, if somebody else pays the bill. Otherwise correct the allocation.",
            where,
        )
    if document.date < bill.date:
        yield warning(
            "received_before_bill",
            f"{sentence(bill)} is dated {bill.date}, after this "
            f"{document.kind.replace('_', ' ')} of {document.date}.",
            "Check both dates in the practice system.",
            where,
        )
    yield from _bank_amount(document, allocation, bill, books, path)


def _bank_amount(
    document: Settling, allocation: AnyAllocation, bill: Lined, books: Books, path: str
) -> Iterator[Finding]:
    """Say where a bill in another currency leaves the bank's amount open, or contradicts it."""
    base = books.chart.organisation.base_currency
    owed, paid = bill.currency or base, document.currency or base
    given = allocation.bank_amount
    if owed != paid and given is None:
        yield error(
            "other_currency",
            f"{sentence(bill)} is in {owed}, the {document.kind.replace('_', ' ')} in "
            f"{paid}, and nothing says what the bank moved for it.",
            f"Give bank_amount: what the {amount_text(allocation.amount)} {owed} were in {paid}.",
            f"{path}.bank_amount",
            f"currency:{owed}",
        )
    if owed == paid and given is not None and given != allocation.amount:
        yield error(
            "bank_amount_off",
            f"{sentence(bill)} and the bank account are both in {paid}, but "
            f"{amount_text(allocation.amount)} and {amount_text(given)} differ.",
            "Leave bank_amount out, or correct the currency.",
            f"{path}.bank_amount",
        )


def _applied_later(date: dt.date, bill: Lined, path: str) -> Iterator[Finding]:
    if date < bill.date:
        yield note(
            "allocated_on_bills_date",
            f"{sentence(bill)} is dated after the credit; the credit is applied to it on "
            f"{bill.date}.",
            path=f"{path}.{field_of(bill)}",
        )
