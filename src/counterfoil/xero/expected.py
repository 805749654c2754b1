"""An element as it would be sent, in the form in which Xero shows objects."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.core.xero_documents import BankTransaction, CreditNote, Invoice
from counterfoil.xero.decode import read_shown
from counterfoil.xero.encode import encode_element, wrap_encoded
from counterfoil.xero.routes import resource

if TYPE_CHECKING:
    from counterfoil.core.xero_documents import Element
    from counterfoil.posting.drift.shown import Shown


def as_shown(element: Element) -> Shown:
    """Return what Xero should show of an element, with the sums that are predicted for it.

    Ids that are not known yet stand as their symbols.
    """
    name = resource(element)
    (shown,) = read_shown(name, wrap_encoded(name, [encode_element(element)])).rows
    if isinstance(element, Invoice | CreditNote | BankTransaction):
        sums = element.expected
        return replace(shown, total=sums.total, tax=sums.total_tax)
    return shown
