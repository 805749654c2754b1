"""What an organisation keeps. Records hold data; rules live in the modules that use them.

Units: money in cents, quantities and unit amounts in ten-thousandths, rates as in
``arithmetic``; dates as proleptic ordinals (``date.toordinal``), times as milliseconds since
1970 UTC. A record refers to another by its GUID.
"""

from __future__ import annotations

from msgspec import Struct

from xero_sandbox.books.arithmetic import MILLIONTHS


class Account(Struct):
    """One account of the chart; ``code`` is None for a bank account without one."""

    account_id: str
    code: str | None
    name: str
    kind: str
    account_class: str
    tax_type: str
    status: str = "ACTIVE"
    description: str = ""
    system: str | None = None
    payments_enabled: bool = False
    expense_claims: bool = False
    bank_number: str | None = None
    bank_kind: str | None = None
    currency: str | None = None
    watchlist: bool = False
    reporting_code: str | None = None
    updated: int = 0
    used: bool = False


class TaxComponent(Struct, frozen=True):
    """A part of a tax rate; a compound one is charged on the others as well."""

    name: str
    rate: int
    compound: bool = False
    non_recoverable: bool = False


class TaxRate(Struct):
    """One tax rate; ``applies`` holds the letters of the account classes it may stand on.

    ``system`` rates came with the country and cannot be changed; ``report`` is None where the
    country's rates have no report type.
    """

    tax_type: str
    name: str
    rate: int
    applies: str
    report: str | None
    status: str = "ACTIVE"
    components: tuple[TaxComponent, ...] = ()
    system: bool = True
    updated: int = 0


class TrackingOption(Struct):
    """One option of a tracking category."""

    option_id: str
    name: str
    status: str = "ACTIVE"


class TrackingCategory(Struct):
    """One tracking category with its options in order."""

    category_id: str
    name: str
    options: list[TrackingOption]
    status: str = "ACTIVE"
    updated: int = 0


class ContactPerson(Struct):
    """An additional person of a contact."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    include_in_emails: bool = False


class PaymentTerm(Struct, frozen=True):
    """When a contact's documents of one direction (``Bills`` or ``Sales``) fall due."""

    direction: str
    day: int
    kind: str


class Contact(Struct):
    """One contact; a merged one is archived and says into whom.

    ``defaults`` pairs Xero's names of what the sandbox keeps and does not use itself, such as
    the account and tax type that Xero's own screens suggest, with their values.
    """

    contact_id: str
    name: str
    number: str | None = None
    status: str = "ACTIVE"
    account_number: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    tax_number: str = ""
    persons: tuple[ContactPerson, ...] = ()
    addresses: tuple[dict[str, str], ...] = ()
    phones: tuple[dict[str, str], ...] = ()
    defaults: tuple[tuple[str, str], ...] = ()
    merged_to: str | None = None
    is_customer: bool = False
    is_supplier: bool = False
    updated: int = 0
    terms: tuple[PaymentTerm, ...] = ()


class Line(Struct):
    """One line of a document; ``tracking`` pairs category and option ids."""

    line_id: str
    description: str | None
    quantity: int
    unit_amount: int
    line_amount: int
    tax_amount: int
    account_id: str | None = None
    tax_type: str | None = None
    tracking: tuple[tuple[str, str], ...] = ()
    discount_rate: int | None = None
    discount_amount: int | None = None
    item_code: str | None = None
    net: int = 0


class Document(Struct):
    """An invoice, bill, credit note, overpayment or prepayment.

    ``kind`` is Xero's Type (ACCREC, ACCPAYCREDIT, RECEIVE-OVERPAYMENT ...). ``paid`` and
    ``credited`` are what payments and allocations took off, in the document's currency;
    ``entry`` is the live ledger entry or -1; ``base_total`` is what it put on the control account
    in base currency, debits positive, and ``base_open`` what of that is not settled yet;
    ``released`` are the ledger's entries for what settlements made of the document's own accounts.
    """

    document_id: str
    kind: str
    status: str
    contact_id: str
    number: str
    date: int
    lines: list[Line]
    currency: str
    due_date: int | None = None
    reference: str = ""
    line_amount_types: str = "Exclusive"
    rate: int = MILLIONTHS
    sub_total: int = 0
    total_tax: int = 0
    total: int = 0
    paid: int = 0
    credited: int = 0
    payments: tuple[str, ...] = ()
    allocations: tuple[str, ...] = ()
    url: str | None = None
    branding_theme: str | None = None
    sent: bool = False
    expected: int | None = None
    planned: int | None = None
    fully_paid: int | None = None
    updated: int = 0
    entry: int = -1
    base_total: int = 0
    base_open: int = 0
    released: tuple[int, ...] = ()
    client_id: str = ""

    @property
    def due(self) -> int:
        """What is still outstanding (or, on a credit, still available), in cents."""
        return self.total - self.paid - self.credited


class Payment(Struct):
    """A payment of, or refund to, one document; ``amount`` in that document's currency.

    ``base_bank`` is what moved on the paying account and ``base_relieved`` what came off the
    control account, both in base currency, debits positive on the control account's side.
    """

    payment_id: str
    kind: str
    document_id: str
    account_id: str
    date: int
    amount: int
    bank_amount: int
    rate: int
    reference: str = ""
    status: str = "AUTHORISED"
    reconciled: bool = False
    batch_id: str | None = None
    updated: int = 0
    entry: int = -1
    base_bank: int = 0
    base_relieved: int = 0


class BatchPayment(Struct):
    """Several payments of one direction that were one movement at the bank."""

    batch_id: str
    kind: str
    account_id: str
    date: int
    payments: tuple[str, ...] = ()
    total: int = 0
    status: str = "AUTHORISED"
    reference: str = ""
    particulars: str = ""
    code: str = ""
    details: str = ""
    narrative: str = ""
    reconciled: bool = False
    updated: int = 0


class Currency(Struct, frozen=True):
    """A currency that the organisation is subscribed to."""

    code: str
    name: str
    updated: int = 0


class Allocation(Struct):
    """Credit applied to an invoice."""

    allocation_id: str
    credit_id: str
    invoice_id: str
    amount: int
    date: int
    deleted: bool = False
    entry: int = -1
    base_invoice: int = 0
    base_credit: int = 0


# Not verified, see bank-line-amount-types.
class BankTransaction(Struct):
    """Money spent or received straight from or to a bank account."""

    transaction_id: str
    kind: str
    status: str
    contact_id: str | None
    account_id: str
    date: int
    lines: list[Line]
    currency: str
    reference: str = ""
    line_amount_types: str = "Inclusive"
    rate: int = MILLIONTHS
    sub_total: int = 0
    total_tax: int = 0
    total: int = 0
    url: str | None = None
    reconciled: bool = False
    document_id: str | None = None
    updated: int = 0
    entry: int = -1


class BankTransfer(Struct):
    """Money moved between two bank accounts, with its two bank transactions."""

    transfer_id: str
    from_account: str
    to_account: str
    amount: int
    date: int
    spend_id: str
    receive_id: str
    currency: str
    reference: str = ""
    status: str = "AUTHORISED"
    created: int = 0
    entry: int = -1
    tracking: tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]] = ((), ())

    @property
    def updated(self) -> int:
        """Transfers are never edited, so they changed last when they were made."""
        return self.created


class JournalLine(Struct):
    """One line of a manual journal; ``amount`` is as entered, debits positive."""

    account_id: str
    amount: int
    net: int
    tax_amount: int
    tax_type: str
    description: str = ""
    tracking: tuple[tuple[str, str], ...] = ()


class ManualJournal(Struct):
    """A manual journal."""

    journal_id: str
    narration: str
    status: str
    date: int
    lines: list[JournalLine]
    line_amount_types: str = "NoTax"
    url: str | None = None
    cash_basis: bool = True
    updated: int = 0
    entry: int = -1


class Note(Struct, frozen=True, gc=False):
    """One history record of a document."""

    changes: str
    details: str
    user: str
    at: int
