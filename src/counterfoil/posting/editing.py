"""What of a paid invoice or supplier's bill Xero still lets be changed (facts: section 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from counterfoil.posting.drift.shown import Shown, ShownLine


def may_be_edited(anew: Shown, found: Shown) -> bool:
    """Tell whether an invoice that money or credit lies on may be stated as ``anew`` has it.

    Xero lets number, reference, due date, contact, and the lines' texts, accounts and tracking be
    changed; the contact not where credit was applied. Sums are not looked at here: they follow
    from the lines, unless somebody has typed a tax over.
    """
    return (
        (found.resource, found.type) == (anew.resource, anew.type)
        and found.resource == "Invoices"
        and not found.reconciled
        and (anew.date, anew.amounts_are) == (found.date, found.amounts_are)
        and anew.currency in {"", found.currency}
        and anew.rate in {None, found.rate}
        and (not found.credits or anew.contact_id == found.contact_id)
        and len(anew.lines) == len(found.lines)
        and all(map(_same_money, anew.lines, found.lines))
    )


def _same_money(anew: ShownLine, found: ShownLine) -> bool:
    """Tell whether a line's money stands. A tax type must be stated: a new account has its own."""
    return (
        (anew.quantity, anew.unit_amount) == (found.quantity, found.unit_amount)
        and anew.tax in {None, found.tax}
        and anew.tax_type == found.tax_type
    )
