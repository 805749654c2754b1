"""Opening bills, which others entered in Xero, and the invoice there that each of them is.

They are recorded and never sent, so that they have no posting. What settles one waits until a
person has said which invoice it is; then it has a posting, tied to that, which nothing takes back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from counterfoil.core.conversion import Act
from counterfoil.core.convert.invoices import contact
from counterfoil.core.documents import OpeningBill, OpeningSupplierBill
from counterfoil.core.findings import error, note
from counterfoil.core.pipeline import BEFORE_START
from counterfoil.posting.drift.shown import Shown
from counterfoil.posting.entries import convert_all
from counterfoil.posting.plan import stage
from counterfoil.posting.records import Intent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.core.documents import Key
    from counterfoil.core.findings import Finding
    from counterfoil.core.xero_documents import Symbol
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import Entry
    from counterfoil.posting.shelf import Shelf

AnyOpening = OpeningBill | OpeningSupplierBill
UNTIED: Final = "opening_bill_not_tied"
"""The code of the finding that documents wait for an opening bill to be tied."""


def as_in_xero(document: AnyOpening, ids: Mapping[Symbol, str]) -> Shown:
    """Return what Xero should show of an opening bill, as far as that proves which one it is.

    Its date and tax are left out, and its lines: a list of what is owed seldom has those of the
    bills themselves.
    """
    whose = contact(document)
    return Shown(
        "Invoices",
        "",
        type="ACCREC" if isinstance(document, OpeningBill) else "ACCPAY",
        number=document.number,
        contact_id=ids.get(whose, str(whose)),
        currency=document.currency or "",
        rate=document.exchange_rate,
        total=document.total,
    )


def tieable(document: AnyOpening, outbox: Outbox, shelf: Shelf) -> Entry:
    """Return its entry with the one posting that can be tied, and never leaves by itself."""
    (entry,) = convert_all([document], outbox, shelf)
    at = stage(document.kind, "Invoices", Act.CREATE, "")
    stood = note(BEFORE_START, "It stood in Xero before, entered there by others.")
    intent = Intent("", Act.CREATE, "Invoices", at)
    return replace(entry, intents=(intent,), findings=(stood, *entry.findings))


def not_tied(key: Key, number: str) -> Finding:
    """Return the finding of an opening bill that others wait for."""
    return error(
        UNTIED,
        f"What settles {key.kind.replace('_', ' ')} {number or key.id} waits: that was entered in "
        "Xero by others, and nobody has said yet which invoice there it is.",
        f"Tie it, with the number or the id that it has in Xero: counterfoil relink {key} NUMBER. "
        "What waits for it then goes by itself.",
        about=str(key),
    )


def not_ours() -> Finding:
    """Return the finding that an opening bill is not to be taken out of Xero."""
    return error(
        "undo_opening",
        "This was entered in Xero by others, before posting began, and is not taken out from here.",
        "If it is tied to the wrong invoice, cut that tie with counterfoil unlink, and tie it to "
        "the right one.",
    )
