"""A receipt that the client's bank did not honour: the money came, and left again.

The bank's statement shows both, so that both have to be there to be reconciled: received on the old
day and paid out on the new one, against the account of dishonoured receipts, which ends at nil.
These two take the place of the receipt's payments, and wait until those are gone. A reversal for
any other reason takes back what never happened, and moves no bank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core import readiness
from counterfoil.core.conversion import Act, Conversion, Planned
from counterfoil.core.convert.invoices import contact
from counterfoil.core.documents import Receipt
from counterfoil.core.parts import CAME, WENT_BACK
from counterfoil.core.texts import description, one_line
from counterfoil.core.undone import says_dishonoured
from counterfoil.core.xero_arithmetic import ONE
from counterfoil.core.xero_documents import (
    AmountsAre,
    BankTransaction,
    LineItem,
    Payment,
    Totals,
)

if TYPE_CHECKING:
    import datetime as dt

    from counterfoil.core.documents import Document, Reversal
    from counterfoil.core.lookup import Lookup
    from counterfoil.core.xero_documents import AccountRef

KEEP = (
    "keep the payment: give the dishonour up with counterfoil discard, and record in the "
    "practice a withdrawal on the day the bank took the money back, and a bill for what the client "
    "owes again, both to the practice's account for dishonoured receipts, which then ends at nil."
)
"""What to do where the receipt's payment cannot be deleted; while the dishonour is held it counts,
and a withdrawal beside it would be the same money twice."""


def is_dishonour(document: Reversal, target: Document, lookup: Lookup) -> bool:
    """Tell whether a reversal is a dishonour, and the firm has an account for those."""
    return (
        isinstance(target, Receipt)
        and lookup.mapping.special.dishonoured is not None
        and says_dishonoured(document)
    )


def dishonoured(
    document: Reversal, receipt: Receipt, became: Conversion, lookup: Lookup
) -> Conversion:
    """Return the money's way in and out again; ``became`` is what the receipt was in Xero.

    Only what was a payment needs both: credit that waited is paid back, and stands as it came.
    """
    payments = [one.element for one in became.planned if isinstance(one.element, Payment)]
    if not payments:
        return Conversion((), ())
    found, no_tax = lookup.special("dishonoured"), lookup.no_tax
    findings = (*readiness.at("reverses", found.findings), *no_tax.findings)
    if found.account is None or no_tax.rate is None:
        return Conversion((), findings)
    amount = sum(one.amount if one.bank_amount is None else one.bank_amount for one in payments)
    text = description(f"Dishonoured: {receipt.number} from {receipt.client.name}", "Dishonoured")
    line = LineItem(text, ONE, amount * 100, found.ref, no_tax.rate.tax_type)
    bank = payments[0].account

    def moved(part: str, way: str, date: dt.date) -> Planned:
        element = _transaction(document, receipt, (way, date), bank, line, amount)
        # The receipt itself is no need of theirs: once its payments are gone it is not in Xero.
        return Planned(part, Act.CREATE, element, (contact(receipt),))

    planned = (
        moved(CAME, "RECEIVE", receipt.date),
        moved(WENT_BACK, "SPEND", document.date),
    )
    return Conversion(planned, findings)


def _transaction(
    document: Reversal,
    receipt: Receipt,
    moved: tuple[str, dt.date],
    bank: AccountRef,
    line: LineItem,
    amount: int,
) -> BankTransaction:
    way, date = moved
    return BankTransaction(
        way,
        contact(receipt),
        bank,
        date,
        one_line(document.number),
        AmountsAre.EXCLUSIVE,
        (line,),
        Totals(amount, 0, amount),
    )
