"""What a re-billing is, and how the daybook keeps it; ``rebilling`` says what it does."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from counterfoil.core.documents import Bill, Key, SupplierBill
from counterfoil.core.xero_documents import (
    AccountRef,
    AmountsAre,
    CreditNote,
    LineItem,
    Totals,
)
from counterfoil.posting.records import REBILL, Link

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counterfoil.core.documents import Document
    from counterfoil.posting.outbox import Outbox

REBILLABLE: Final = (Bill, SupplierBill)
"""Kinds that are credited and billed anew."""
CREDITS: Final = {"ACCREC": "ACCRECCREDIT", "ACCPAY": "ACCPAYCREDIT"}
"""What credits an invoice of each type (facts: Xero API section 9)."""
OLD, WAS, NEW = "old", "was", "new"
"""Parts: the credit applied to the old invoice, the handing over, the rest applied to the new."""
EARLIER: Final = "earlier:"
"""Before a revision: the part that applies to the new what that one's credit still has left."""


@dataclass(frozen=True, slots=True)
class Rebill:
    """One re-billing: of which bill, from which attempt and to which revision of it.

    ``number`` is the bill's new one, without a kind's prefix; it is dated ``not_before`` at the
    earliest, and the credit too. ``was`` is the old invoice, ``dated`` its day there, ``owed`` what
    is left to pay on it, in hundredths. ``rest``: the credit has something left for the new one.
    ``earlier`` are the revisions of the bill's earlier re-billings, whose credits may have more.
    """

    of: Key
    attempt: int
    revision: int
    number: str
    not_before: dt.date | None
    was: Link
    dated: dt.date
    owed: int
    rest: bool
    credit: CreditNote
    earlier: tuple[int, ...] = ()

    @property
    def key(self) -> Key:
        """The name under which it stands in the daybook: there is one for each revision."""
        return name_of(self.of, self.revision)


def name_of(bill: Key, revision: int) -> Key:
    """Return the name of the re-billing that brings a bill to a revision."""
    return Key(REBILL, f"{bill}#R{revision}")


def earlier_of(document: Document, outbox: Outbox) -> tuple[int, ...]:
    """Return the revisions to which this bill was credited and billed anew before."""
    names = {name_of(document.key, number): number for number in range(2, document.revision)}
    there = outbox.bodies(names) if names else {}
    return tuple(sorted(names[name] for name in there))


def rebills_of(documents: Iterable[Document], outbox: Outbox) -> dict[Key, Rebill]:
    """Return the newest re-billing of each of these documents that has one."""
    names = {
        name_of(one.key, revision): one.key
        for one in documents
        if isinstance(one, REBILLABLE)
        for revision in range(2, one.revision + 1)
    }
    found: dict[Key, Rebill] = {}
    for body in outbox.bodies(names).values() if names else ():
        one = read_rebill(body)
        before = found.get(one.of)
        if before is None or before.revision < one.revision:
            found[one.of] = one
    return found


def credit_of(one: Rebill, part: str) -> Key:
    """Return the re-billing whose credit a part applies: its own, or that of an earlier one."""
    if part.startswith(EARLIER):
        return name_of(one.of, int(part.removeprefix(EARLIER)))
    return one.key


def applies(part: str) -> bool:
    """Tell whether a part of a re-billing applies credit to an invoice."""
    return part in {OLD, NEW} or part.startswith(EARLIER)


def body_of(one: Rebill) -> bytes:
    """Return a re-billing as it is written into the daybook."""
    credit, was = one.credit, one.was
    told = {
        "of": list(one.of),
        "attempt": one.attempt,
        "revision": one.revision,
        "number": one.number,
        "not_before": _told(one.not_before),
        "dated": _told(one.dated),
        "owed": one.owed,
        "rest": one.rest,
        "earlier": list(one.earlier),
        "was": [was.xero_id, was.number, was.status, list(was.totals or ())],
        "credit": {
            "type": credit.type,
            "contact": str(credit.contact),
            "number": credit.number,
            "reference": credit.reference,
            "date": _told(credit.date),
            "amounts_are": credit.amounts_are.value,
            "lines": [_told_line(line) for line in credit.lines],
            "expected": list(credit.expected),
            "currency": credit.currency,
            "rate": None if credit.currency_rate is None else str(credit.currency_rate),
        },
    }
    return json.dumps(told, sort_keys=True).encode()


def _told(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _told_line(line: LineItem) -> list[object]:
    tracking = [list(each) for each in line.tracking]
    amounts = [line.quantity, line.unit_amount, line.tax_amount]
    return [line.description, *amounts, *line.account, line.tax_type, tracking]


def read_rebill(body: bytes) -> Rebill:
    """Return a re-billing as it was written into the daybook."""
    told = json.loads(body)
    xero_id, number, status, totals = told["was"]
    credit = told["credit"]
    return Rebill(
        Key(*told["of"]),
        told["attempt"],
        told["revision"],
        told["number"],
        _day(told["not_before"]),
        Link(xero_id, number, status, Totals(*totals), "rebilled"),
        dt.date.fromisoformat(told["dated"]),
        told["owed"],
        told["rest"],
        CreditNote(
            credit["type"],
            credit["contact"],
            credit["number"],
            credit["reference"],
            dt.date.fromisoformat(credit["date"]),
            AmountsAre(credit["amounts_are"]),
            tuple(_read_line(*line) for line in credit["lines"]),
            Totals(*credit["expected"]),
            credit["currency"],
            None if credit["rate"] is None else Decimal(credit["rate"]),
        ),
        tuple(told.get("earlier", ())),
    )


def _day(told: str | None) -> dt.date | None:
    return None if told is None else dt.date.fromisoformat(told)


def _read_line(  # noqa: PLR0913, PLR0917 -- a line's own fields, in their order
    description: str,
    quantity: int,
    unit_amount: int,
    tax_amount: int | None,
    code: str | None,
    account_id: str | None,
    tax_type: str,
    tracking: list[list[str]],
) -> LineItem:
    tracked = tuple((name, option) for name, option in tracking)
    account = AccountRef(code, account_id)
    return LineItem(description, quantity, unit_amount, account, tax_type, tax_amount, tracked)
