"""The one table: kind of document to the function that translates it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar, cast

from counterfoil.core.conversion import Conversion
from counterfoil.core.convert.bank import (
    convert_bank_transfer,
    convert_deposit,
    convert_withdrawal,
)
from counterfoil.core.convert.bills import convert_bill, convert_credit_note
from counterfoil.core.convert.credits import convert_allocation, convert_refund
from counterfoil.core.convert.journals import convert_journal
from counterfoil.core.convert.purchases import (
    convert_supplier_bill,
    convert_supplier_credit,
    convert_supplier_payment,
)
from counterfoil.core.convert.receipts import convert_receipt
from counterfoil.core.convert.trust import convert_recorded, convert_trust
from counterfoil.core.convert.undoing import convert_undoing
from counterfoil.core.convert.write_offs import convert_write_off
from counterfoil.core.documents import (
    BankStatement,
    BankTransfer,
    Bill,
    CreditNote,
    Deposit,
    Document,
    Journal,
    LaterAllocation,
    LedgerClose,
    OpeningBill,
    OpeningCredit,
    OpeningSupplierBill,
    OpeningTrust,
    PeriodClose,
    Receipt,
    Refund,
    Reversal,
    SupplierBill,
    SupplierCredit,
    SupplierPayment,
    TrustDocument,
    TrustNumberCancelled,
    Unallocation,
    Void,
    Withdrawal,
    WriteOff,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as ReadOnly

    from counterfoil.core.conversion import Books
    from counterfoil.core.lookup import Lookup

    Translator = Callable[[Document, Books, Lookup], Conversion]

Kind = TypeVar("Kind", bound=Document)


def translate(document: Document, books: Books, lookup: Lookup) -> Conversion:
    """Translate one document by its kind."""
    if isinstance(document, TrustDocument):
        return convert_trust(document, books, lookup)
    if isinstance(document, Reversal | Void | Unallocation):
        return convert_undoing(document, books, lookup, translate)
    return _TRANSLATORS[type(document)](document, books, lookup)


def _recorded(document: Document, books: Books, lookup: Lookup) -> Conversion:
    """Post nothing: what stood at the start, and what the bank says, is proved and compared."""
    del document, books, lookup
    return Conversion((), ())


def _trust_recorded(document: Document, books: Books, lookup: Lookup) -> Conversion:
    del books
    return convert_recorded(document, lookup)


def _row(
    kind: type[Kind], translate: Callable[[Kind, Books, Lookup], Conversion]
) -> tuple[type[Document], Translator]:
    """Tie a kind to its function; the two are checked against each other here, and only here."""
    return kind, cast("Translator", translate)


_TRANSLATORS: Final[ReadOnly[type[Document], Translator]] = dict(
    (
        _row(Bill, convert_bill),
        _row(CreditNote, convert_credit_note),
        _row(WriteOff, convert_write_off),
        _row(Receipt, convert_receipt),
        _row(LaterAllocation, convert_allocation),
        _row(Refund, convert_refund),
        _row(SupplierBill, convert_supplier_bill),
        _row(SupplierCredit, convert_supplier_credit),
        _row(SupplierPayment, convert_supplier_payment),
        _row(Withdrawal, convert_withdrawal),
        _row(Deposit, convert_deposit),
        _row(BankTransfer, convert_bank_transfer),
        _row(Journal, convert_journal),
        _row(OpeningBill, _recorded),
        _row(OpeningSupplierBill, _recorded),
        _row(OpeningCredit, _recorded),
        _row(PeriodClose, _recorded),
        _row(BankStatement, _recorded),
        _row(OpeningTrust, _trust_recorded),
        _row(TrustNumberCancelled, _trust_recorded),
        _row(LedgerClose, _trust_recorded),
    )
)
