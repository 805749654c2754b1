"""Messages that come together and tell more than each: the combination has a cause of its own.

Facts: Xero API section 21 (its last paragraph), and what the known bridges' users report of such
pairs (facts: Actionstep to Xero, section 5). Tried in this order; what is told together is not told
again by itself.
"""

from __future__ import annotations

from typing import Final

from counterfoil.posting.catalogue.words import COMPARE, CONTACTS, REFRESH, UNLINK, Together

_LOCKED = frozenset({"locked_year", "locked_period"})
_ACCOUNT = frozenset({"account_missing", "account_not_valid", "account_archived"})
_TAX = frozenset({"tax_type_missing", "tax_type_unknown", "tax_rate_not_valid"})
_ENVELOPE = frozenset({"validation_failed"})


def _each(*codes: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset({code}) for code in codes)


TOGETHER: Final = (
    Together(
        "settled_in_xero",
        _each("bill_not_open", "overpaid"),
        "The linked invoice was paid, credited or voided inside Xero, most often from the bank "
        "feed before this payment came.",
        "If the payment in Xero is this one, leave it and say so here; if it is a mistake, remove "
        "it in Xero (Remove & Redo) and retry. If the invoice is void there, post the bill anew.",
        COMPARE,
    ),
    Together(
        "paid_in_xero",
        _each("over_allocated", "invoice_paid_off"),
        "The invoice was settled in Xero by something else, so that the credit finds nothing owed.",
        "Apply the credit to another bill or refund it, or take off in Xero what settled the "
        "invoice.",
        COMPARE,
    ),
    Together(
        "locked_and_paid",
        (frozenset({"not_modifiable", "has_money_applied"}), _LOCKED),
        "The document is settled and lies in a locked period: nothing of it may change any more.",
        "Correct it by a credit note in the open period; that leaves the old figures as they were "
        "told.",
        UNLINK,
    ),
    Together(
        "edit_of_paid",
        _each("not_modifiable", "has_money_applied"),
        "What Xero holds under this number is paid or has money applied, so that it cannot be "
        "changed. If you changed nothing, the number or a supplier's reference is used by another "
        "document in Xero already.",
        "Take payments and credits off first, or correct by a credit note; a reference that is "
        "used twice gets an addition, as INV-12(a).",
        UNLINK,
    ),
    Together(
        "mapping_of_elsewhere",
        (_ACCOUNT, _TAX),
        "Neither the accounts nor the tax types of the mapping fit: it was made for another "
        "organisation, or the chart in Xero has changed since.",
        "Check which organisation is connected, then map accounts and tax codes anew together.",
        REFRESH,
    ),
    Together(
        "tax_named_wrongly",
        (frozenset({"tax_type_unknown"}), frozenset({"tax_type_not_for_account"})),
        "The mapping names the tax by its display name, or by the type of the other direction "
        "(sales for purchases).",
        "Map the tax code to Xero's own type, as OUTPUT or INPUT, for each direction.",
        REFRESH,
    ),
    Together(
        "party_changed",
        _each("contact_name_taken", "contact_number_taken"),
        "The party stands in Xero already, under its name and its number: two contacts were merged "
        "there, or it was made anew in the practice.",
        "Say that the two are the same.",
        CONTACTS,
    ),
    Together(
        "locked_twice",
        (frozenset({"locked_year"}), frozenset({"locked_period"})),
        "The date lies before both of Xero's lock dates; moving one of them does not help.",
        "Date the document in an open period, or have both lock dates moved in Xero.",
    ),
)
