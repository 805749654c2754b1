"""The shapes that requests may have: typed structs that JSON is decoded straight into.

Every field is optional, because what is missing is a matter for Xero's refusals and not for the
decoder. Numbers become Decimal from their digits, whether they come as JSON numbers or strings.
A field that is not known here sends the whole body to ``leniency``, which knows the names in any
case and passes over what is left, as Xero does.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct

_WORDS = {"id": "ID", "utc": "UTC", "url": "Url"}


def xero_name(name: str) -> str:
    """Return the JSON name of a field: ``invoice_id`` is ``InvoiceID``."""
    return "".join(_WORDS.get(word, word.capitalize()) for word in name.split("_"))


# Not verified, see decimal-strings.
class Incoming(Struct, rename=xero_name, gc=False, forbid_unknown_fields=True):
    """The root of all incoming shapes."""


class TrackingIn(Incoming):
    """Tracking on a line, by names or by ids."""

    tracking_category_id: str | None = None
    tracking_option_id: str | None = None
    name: str | None = None
    option: str | None = None


class LineIn(Incoming):
    """A line of a document."""

    line_item_id: str | None = None
    description: str | None = None
    quantity: Decimal | None = None
    unit_amount: Decimal | None = None
    item_code: str | None = None
    account_code: str | None = None
    account_id: str | None = None
    tax_type: str | None = None
    tax_amount: Decimal | None = None
    line_amount: Decimal | None = None
    tracking: list[TrackingIn] | None = None
    discount_rate: Decimal | None = None
    discount_amount: Decimal | None = None


class PersonIn(Incoming):
    """A contact person."""

    first_name: str | None = None
    last_name: str | None = None
    email_address: str | None = None
    include_in_emails: bool | None = None


class AddressIn(Incoming):
    """An address of a contact."""

    address_type: Literal["POBOX", "STREET", "DELIVERY"] | None = None
    address_line1: str | None = None
    address_line2: str | None = None
    address_line3: str | None = None
    address_line4: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None
    attention_to: str | None = None


class PhoneIn(Incoming):
    """A telephone number of a contact."""

    phone_type: Literal["DEFAULT", "DDI", "MOBILE", "FAX", "OFFICE"] | None = None
    phone_number: str | None = None
    phone_area_code: str | None = None
    phone_country_code: str | None = None


class TermIn(Incoming):
    """When a contact's bills or invoices fall due."""

    day: Decimal | None = None
    type: str | None = None


class TermsIn(Incoming):
    """The payment terms of a contact."""

    bills: TermIn | None = None
    sales: TermIn | None = None


class ContactIn(Incoming):
    """A contact, alone or inside a document."""

    contact_id: str | None = None
    contact_number: str | None = None
    account_number: str | None = None
    contact_status: str | None = None
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email_address: str | None = None
    tax_number: str | None = None
    company_number: str | None = None
    bank_account_details: str | None = None
    default_currency: str | None = None
    accounts_receivable_tax_type: str | None = None
    accounts_payable_tax_type: str | None = None
    sales_default_account_code: str | None = None
    purchases_default_account_code: str | None = None
    sales_default_line_amount_type: str | None = None
    purchases_default_line_amount_type: str | None = None
    contact_persons: list[PersonIn] | None = None
    addresses: list[AddressIn] | None = None
    phones: list[PhoneIn] | None = None
    payment_terms: TermsIn | None = None


class MoneyIn(Incoming):
    """What invoices, credit notes and bank transactions are all made of."""

    type: str | None = None
    contact: ContactIn | None = None
    line_items: list[LineIn] | None = None
    date: str | None = None
    line_amount_types: str | None = None
    reference: str | None = None
    url: str | None = None
    currency_code: str | None = None
    currency_rate: Decimal | None = None
    status: str | None = None
    sub_total: Decimal | None = None
    total_tax: Decimal | None = None
    total: Decimal | None = None


class DocumentIn(MoneyIn):
    """What invoices and credit notes have in common; ``named`` and ``number`` identify one."""

    due_date: str | None = None
    branding_theme_id: str | None = None
    sent_to_contact: bool | None = None
    expected_payment_date: str | None = None
    planned_payment_date: str | None = None

    @property
    def named(self) -> str | None:
        """The id under which the document is known, if it was sent."""
        raise NotImplementedError

    @property
    def number(self) -> str | None:
        """The number that people know it by, if it was sent."""
        raise NotImplementedError


class InvoiceIn(DocumentIn):
    """An invoice or bill; also how other requests name one."""

    invoice_id: str | None = None
    invoice_number: str | None = None

    @property
    def named(self) -> str | None:
        """The InvoiceID."""
        return self.invoice_id

    @property
    def number(self) -> str | None:
        """The InvoiceNumber."""
        return self.invoice_number


class CreditNoteIn(DocumentIn):
    """A credit note of either direction."""

    credit_note_id: str | None = None
    credit_note_number: str | None = None

    @property
    def named(self) -> str | None:
        """The CreditNoteID."""
        return self.credit_note_id

    @property
    def number(self) -> str | None:
        """The CreditNoteNumber."""
        return self.credit_note_number


class OverpaymentIn(Incoming):
    """How a payment or an allocation names an overpayment."""

    overpayment_id: str | None = None


class PrepaymentIn(Incoming):
    """How a payment or an allocation names a prepayment."""

    prepayment_id: str | None = None


class AccountIn(Incoming):
    """An account, alone or named by another request."""

    account_id: str | None = None
    code: str | None = None
    name: str | None = None
    type: str | None = None
    status: str | None = None
    description: str | None = None
    bank_account_number: str | None = None
    bank_account_type: str | None = None
    currency_code: str | None = None
    tax_type: str | None = None
    enable_payments_to_account: bool | None = None
    show_in_expense_claims: bool | None = None
    add_to_watchlist: bool | None = None


class AllocationIn(Incoming):
    """Credit to apply; JSON knows ``Amount`` only (facts: Xero API section 9)."""

    invoice: InvoiceIn | None = None
    amount: Decimal | None = None
    date: str | None = None


class PaymentIn(Incoming):
    """A payment, or the deletion of one."""

    payment_id: str | None = None
    invoice: InvoiceIn | None = None
    credit_note: CreditNoteIn | None = None
    prepayment: PrepaymentIn | None = None
    overpayment: OverpaymentIn | None = None
    invoice_number: str | None = None
    credit_note_number: str | None = None
    account: AccountIn | None = None
    code: str | None = None
    date: str | None = None
    currency_rate: Decimal | None = None
    amount: Decimal | None = None
    bank_amount: Decimal | None = None
    reference: str | None = None
    is_reconciled: bool | None = None
    status: str | None = None


class BatchPaymentIn(Incoming):
    """Several payments in one movement at the bank, or the deletion of a batch."""

    batch_payment_id: str | None = None
    account: AccountIn | None = None
    date: str | None = None
    reference: str | None = None
    particulars: str | None = None
    code: str | None = None
    details: str | None = None
    narrative: str | None = None
    payments: list[PaymentIn] | None = None
    status: str | None = None


class BankTransactionIn(MoneyIn):
    """Money spent or received."""

    bank_transaction_id: str | None = None
    bank_account: AccountIn | None = None
    is_reconciled: bool | None = None


class BankTransferIn(Incoming):
    """A transfer between bank accounts."""

    bank_transfer_id: str | None = None
    from_bank_account: AccountIn | None = None
    to_bank_account: AccountIn | None = None
    amount: Decimal | None = None
    date: str | None = None
    reference: str | None = None
    status: str | None = None
    from_is_reconciled: bool | None = None
    to_is_reconciled: bool | None = None
    from_tracking: list[TrackingIn] | None = None
    to_tracking: list[TrackingIn] | None = None


class JournalLineIn(Incoming):
    """A line of a manual journal, debits positive."""

    line_amount: Decimal | None = None
    account_code: str | None = None
    account_id: str | None = None
    description: str | None = None
    tax_type: str | None = None
    tax_amount: Decimal | None = None
    tracking: list[TrackingIn] | None = None


class ManualJournalIn(Incoming):
    """A manual journal."""

    manual_journal_id: str | None = None
    narration: str | None = None
    journal_lines: list[JournalLineIn] | None = None
    date: str | None = None
    line_amount_types: str | None = None
    status: str | None = None
    url: str | None = None
    show_on_cash_basis_reports: bool | None = None


class OptionIn(Incoming):
    """An option of a tracking category."""

    tracking_option_id: str | None = None
    name: str | None = None
    status: str | None = None


class CategoryIn(Incoming):
    """A tracking category."""

    tracking_category_id: str | None = None
    name: str | None = None
    status: str | None = None
    options: list[OptionIn] | None = None


class TaxComponentIn(Incoming):
    """A part of a tax rate, in per cent."""

    name: str | None = None
    rate: Decimal | None = None
    is_compound: bool | None = None
    is_non_recoverable: bool | None = None


class TaxRateIn(Incoming):
    """A tax rate of the organisation's own."""

    name: str | None = None
    tax_type: str | None = None
    tax_components: list[TaxComponentIn] | None = None
    status: str | None = None
    report_tax_type: str | None = None


class CurrencyIn(Incoming):
    """A currency to subscribe to."""

    code: str | None = None
    description: str | None = None


class HistoryIn(Incoming):
    """A note on a document."""

    details: str | None = None


class Envelope(Struct, rename=xero_name, gc=False, forbid_unknown_fields=True):
    """A body with its root key; the lists are None where the key is missing."""

    invoices: list[InvoiceIn] | None = None
    credit_notes: list[CreditNoteIn] | None = None
    contacts: list[ContactIn] | None = None
    payments: list[PaymentIn] | None = None
    batch_payments: list[BatchPaymentIn] | None = None
    bank_transactions: list[BankTransactionIn] | None = None
    bank_transfers: list[BankTransferIn] | None = None
    manual_journals: list[ManualJournalIn] | None = None
    accounts: list[AccountIn] | None = None
    tracking_categories: list[CategoryIn] | None = None
    options: list[OptionIn] | None = None
    tax_rates: list[TaxRateIn] | None = None
    currencies: list[CurrencyIn] | None = None
    allocations: list[AllocationIn] | None = None
    history_records: list[HistoryIn] | None = None
