"""Every text with which the sandbox refuses, in one table.

Each entry carries its number in the error catalogue (facts: Xero API section 21), or None where
the catalogue has no text, and how sure we are of the wording: ``H`` several live captures or
documentation, ``M`` one live report, ``L`` second-hand or partial, ``INF`` our own inference.
Whatever is not ``H`` counts as unverified, so that a run against a live demo company can
correct it here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Grade = Literal["H", "M", "L", "INF"]

CATALOGUE: list[Refusal] = []


@dataclass(frozen=True, slots=True)
class Refusal:
    """One text of Xero's: its number in the catalogue, its words, and how sure we are."""

    number: int | None
    text: str
    grade: Grade

    @property
    def unverified(self) -> bool:
        """Whether the wording still waits for a live confirmation."""
        return self.grade != "H"

    def say(self, *values: object) -> str:
        """Return the text with its blanks filled in order."""
        return self.text.format(*values)


def _refusal(number: int | None, text: str, grade: Grade) -> Refusal:
    entry = Refusal(number, text, grade)
    CATALOGUE.append(entry)
    return entry


VALIDATION = _refusal(1, "A validation exception occurred", "H")
INVOICE_NUMBER_TAKEN = _refusal(2, "Invoice # must be unique.", "H")
NOT_MODIFIABLE = _refusal(3, "Invoice not of valid status for modification", "H")
NOT_CREATABLE = _refusal(4, "Invoice not of valid status for creation", "M")
ALLOCATED_NO_EDIT = _refusal(
    5,
    "This document cannot be edited as it has a payment or credit note allocated to it.",
    "H",
)
ALLOCATED_NO_STATUS = _refusal(
    6,
    "The status {} cannot be applied to the invoice because it has payments or credit notes"
    " allocated to it.",
    "M",
)
NO_LINES = _refusal(7, "One or more line items must be specified", "M")
NO_CONTACT = _refusal(8, "A Contact must be specified for this type of transaction", "M")
EMPTY_CONTACT = _refusal(
    9,
    "The Contact must contain at least 1 of the following elements to identify the contact:"
    " Name, ContactID, ContactNumber",
    "H",
)
NO_DATE = _refusal(10, "The Date field must be specified.", "M")
NO_DUE_DATE = _refusal(11, "The document DueDate field must be specified.", "M")
NO_ACCOUNT = _refusal(12, "Account code must be specified", "H")
NO_TAX_TYPE = _refusal(13, "The TaxType field is mandatory", "H")
ACCOUNT_NOT_VALID_HERE = _refusal(
    14, "Account code '{}' is not a valid code for this document.", "H"
)
ACCOUNT_ARCHIVED = _refusal(
    15,
    "Account code '{}' has been archived, or has been deleted. Each line item must reference a"
    " valid account.",
    "M",
)
ACCOUNT_REMOVED = _refusal(
    16,
    "Account code '{}' has been removed as it does not match a recognised account.",
    "H",
)
ACCOUNT_NOT_VALID = _refusal(17, "Account must be valid.", "M")
TAX_RATE_NOT_VALID = _refusal(18, "Tax rate must be valid.", "M")
TAX_RATE_NOT_ACTIVE = _refusal(19, "Tax rate must be Active", "L")
TAX_TYPE_UNKNOWN = _refusal(
    20,
    "The TaxType code {} does not exist or cannot be used for this type of transaction.",
    "H",
)
TAX_TYPE_NOT_ON_ACCOUNT = _refusal(
    21, "The TaxType code '{}' cannot be used with account code '{}'.", "H"
)
LINE_TOTAL_DIFFERS = _refusal(
    22, "The line total {} does not match the expected line total {}", "H"
)
TOTAL_DIFFERS = _refusal(23, "The invoice total does not equal the sum of the lines.", "M")
DISCOUNT_TOO_BIG = _refusal(
    24,
    "The discount rate '{}' is invalid. Discount must not be greater than the line total.",
    "M",
)
ITEM_UNKNOWN = _refusal(25, "Item code '{}' is not valid", "M")
EMAIL_NOT_VALID = _refusal(27, "Email address must be valid.", "H")
URL_NOT_ABSOLUTE = _refusal(29, "Url must be a valid absolute url", "H")
CONTACT_NAME_TAKEN = _refusal(
    30,
    "The contact name {} is already assigned to another contact. The contact name must be unique"
    " across all active contacts.",
    "H",
)
CONTACT_NUMBER_TAKEN = _refusal(
    32,
    "Another contact has this contact number. Please enter a different contact number.",
    "M",
)
CONTACT_ARCHIVED = _refusal(
    33,
    "The contact with the specified contact details has been archived. The contact must be"
    " un-archived before creating new invoices or credit notes",
    "M",
)
CONTACT_STATUS = _refusal(34, "The status '{}' is not valid for contacts", "M")
YEAR_LOCKED = _refusal(
    35,
    "The document date cannot be before the end of year lock date, currently set at {}",
    "H",
)
PERIOD_LOCKED = _refusal(
    36, "The document date cannot be before the period lock date, currently set at {}", "M"
)
EDIT_YEAR_LOCKED = _refusal(
    37,
    "This document cannot be edited as it is currently dated before the end of year lock date,"
    " currently set at {}",
    "L",
)
EDIT_PERIOD_LOCKED = _refusal(
    37,
    "This document cannot be edited as it is currently dated before the period lock date,"
    " currently set at {}",
    "L",
)
PAYMENT_NOT_AUTHORISED = _refusal(38, "Payments can only be made against Authorised documents", "H")
PAYMENT_TOO_BIG = _refusal(
    39, "Payment amount exceeds the amount outstanding on this document", "H"
)
PAYMENT_ACCOUNT_TYPE = _refusal(40, "Account type is invalid for making a payment to/from", "M")
PAYMENT_ACCOUNT_UNKNOWN = _refusal(41, "Account could not be found", "M")
PAYMENT_IN_BATCH = _refusal(42, "Payments within a batch cannot be deleted.", "L")
ALLOCATION_TOO_BIG = _refusal(
    43, "Credit Note cannot be allocated as amount is greater than amount outstanding", "H"
)
ALLOCATION_PAID_OFF = _refusal(
    44, "The invoice you are trying to allocate to has already been paid off", "M"
)
ALLOCATION_WRONG_KIND = _refusal(
    45, "Credit Note cannot be allocated to an incorrect invoice type", "L"
)
CREDIT_NOTE_UNKNOWN = _refusal(
    46, "An existing Credit Note with the specified CreditNoteID could not be found", "H"
)
RECONCILED = _refusal(
    47,
    "This Bank Transaction cannot be edited as it has been reconciled with a Bank Statement.",
    "H",
)
JOURNAL_UNBALANCED = _refusal(48, "The total debits ({}) must equal total credits ({})", "H")
ACCOUNT_NAME_TAKEN = _refusal(49, "Please enter a unique Name.", "H")
ACCOUNT_CODE_LONG = _refusal(50, "Account Code is too long. Maximum of 10 characters allowed", "M")
CURRENCY_NOT_SUBSCRIBED = _refusal(51, "Users Organisation is not subscribed to currency {}", "H")
PLAN_CAP = _refusal(52, "You have reached the limit of invoices you can approve", "H")
NOT_FOUND_HERE = _refusal(
    53, "The document with the supplied id was not found for this endpoint.", "H"
)
NO_DATA = _refusal(
    55,
    "No data has been processed for this endpoint. This endpoint is expecting {} data to be"
    " specifed in the request body.",
    "M",
)
QUERY_NOT_PARSED = _refusal(56, "{}", "M")
NOT_IMPLEMENTED = _refusal(57, "The Api Method called is not implemented", "H")
GUID_FORM = _refusal(
    58,
    "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).",
    "L",
)

BROKEN_BODY = _refusal(None, "JSON request body could not be read, {}", "M")
RESOURCE_NOT_FOUND = _refusal(None, "The resource you're looking for cannot be found", "INF")
TYPE_NOT_VALID = _refusal(None, "The Type '{}' is not valid for this document.", "INF")
LINE_AMOUNT_TYPES_NOT_VALID = _refusal(None, "The LineAmountTypes '{}' is not valid.", "INF")
STATUS_NOT_VALID = _refusal(None, "The status '{}' is not valid for this document.", "INF")
TOTAL_NEGATIVE = _refusal(None, "The document total must not be negative.", "INF")
AMOUNT_NOT_VALID = _refusal(None, "The {} '{}' is not a valid amount.", "INF")
AMOUNT_NOT_POSITIVE = _refusal(None, "The {} must be greater than zero.", "INF")
LINE_TOO_BIG = _refusal(None, "The line amount must not exceed 9,999,999,999.99.", "INF")
QUANTITY_NOT_POSITIVE = _refusal(None, "The line Quantity must be greater than zero.", "INF")
UNIT_AMOUNT_ZERO = _refusal(None, "The line UnitAmount must not be zero.", "INF")
DESCRIPTION_MISSING = _refusal(None, "Description must be specified", "INF")
TEXT_TOO_LONG = _refusal(None, "{} is too long. Maximum of {} characters allowed", "INF")
TAX_AMOUNT_TOO_BIG = _refusal(
    None, "The TaxAmount {} must not be greater than the line amount {}.", "INF"
)
TAX_AMOUNT_SIGN = _refusal(
    None, "The TaxAmount {} must have the sign of the line amount {}.", "INF"
)
TAX_AMOUNT_WITHOUT_RATE = _refusal(
    None, "The TaxAmount {} cannot be used with a tax rate of zero.", "INF"
)
TAX_AMOUNT_DIFFERS = _refusal(
    None, "The TaxAmount {} does not match the calculated tax amount {}.", "INF"
)
DISCOUNT_NOT_HERE = _refusal(None, "Discounts are not allowed on this document.", "INF")
TRACKING_TOO_MANY = _refusal(None, "A line item can have at most two tracking categories.", "INF")
TRACKING_UNKNOWN = _refusal(None, "The tracking option '{}' of category '{}' is not valid.", "INF")
CONTACT_UNKNOWN = _refusal(None, "The contact '{}' could not be found.", "INF")
CONTACT_NAME_MISSING = _refusal(None, "The contact name must be specified.", "INF")
CONTACT_NAME_FORM = _refusal(
    None, "The contact name '{}' contains characters that are not allowed.", "INF"
)
CONTACT_PERSONS_TOO_MANY = _refusal(None, "A contact can have at most five contact persons.", "INF")
CREDIT_NUMBER_TAKEN = _refusal(None, "Credit Note # must be unique.", "INF")
URL_NAMES_XERO = _refusal(None, "Url must not contain 'xero'.", "INF")
PAYMENT_TARGET = _refusal(
    None,
    "A payment must specify exactly one of Invoice, CreditNote, Prepayment or Overpayment.",
    "INF",
)
PAYMENT_ONLY_DELETE = _refusal(
    None, "Payments can not be updated; the only status that can be set is DELETED.", "INF"
)
PAYMENT_RECONCILED = _refusal(
    None, "This Payment cannot be deleted as it has been reconciled.", "INF"
)
PAYMENT_DELETED = _refusal(None, "This Payment has already been deleted.", "INF")
BATCH_EMPTY = _refusal(None, "At least one payment must be specified.", "INF")
BATCH_MIXED = _refusal(
    None, "All payments of a batch must be for invoices, or all for bills.", "INF"
)
BATCH_TWICE = _refusal(None, "A batch can pay each invoice or bill only once.", "INF")
INVOICE_UNKNOWN = _refusal(None, "Invoice could not be found", "INF")
ALLOCATION_NOT_AUTHORISED = _refusal(
    None, "Allocations can only be made between Authorised documents.", "INF"
)
ALLOCATION_CONTACT = _refusal(None, "Credit and invoice must belong to the same contact.", "INF")
BANK_ACCOUNT_NEEDED = _refusal(None, "A valid BankAccount must be specified.", "INF")
BANK_TYPE_FIXED = _refusal(
    None, "The Type of an existing bank transaction can not be changed.", "INF"
)
TRANSFER_SAME_ACCOUNT = _refusal(None, "The two bank accounts of a transfer must differ.", "INF")
TRANSFER_CURRENCIES = _refusal(
    None, "The two bank accounts of a transfer must have the same currency.", "INF"
)
TRANSFER_RECONCILED = _refusal(
    None, "This bank transfer cannot be deleted as it has been reconciled.", "INF"
)
TRANSFER_DELETED = _refusal(None, "This bank transfer can not be changed.", "INF")
JOURNAL_LINES = _refusal(None, "At least two journal lines must be specified.", "INF")
JOURNAL_NARRATION = _refusal(None, "The Narration must be specified.", "INF")
JOURNAL_STATUS = _refusal(None, "The manual journal is not of valid status for modification", "INF")
ACCOUNT_FIELD_MISSING = _refusal(None, "The {} must be specified.", "INF")
ACCOUNT_CODE_TAKEN = _refusal(None, "Please enter a unique Code.", "L")
ACCOUNT_TYPE_NOT_VALID = _refusal(None, "The account type '{}' is not valid.", "INF")
ACCOUNT_SYSTEM = _refusal(None, "System accounts cannot be changed this way.", "INF")
ACCOUNT_IN_USE = _refusal(
    None, "The account has transactions and cannot be deleted; archive it instead.", "INF"
)
ACCOUNT_ARCHIVE_ALONE = _refusal(
    None, "Cannot update account details and STATUS on the same request", "M"
)
ACCOUNT_ARCHIVE_SYSTEM = _refusal(None, "Cannot archive System accounts", "L")
ACCOUNT_STATUS_ONLY = _refusal(None, "Can only update STATUS on Archived accounts", "L")
TRACKING_NAME_TAKEN = _refusal(None, "The tracking name '{}' is already in use.", "INF")
TRACKING_LIMIT = _refusal(
    None, "An organisation can have at most two active tracking categories.", "INF"
)
TRACKING_IN_USE = _refusal(
    None, "Tracking that is used on transactions cannot be deleted; archive it instead.", "INF"
)
TAX_RATE_FIELD_MISSING = _refusal(None, "The tax rate's {} must be specified.", "INF")
TAX_RATE_NAME_TAKEN = _refusal(None, "The tax rate name '{}' is already in use.", "INF")
TAX_RATE_REPORT_TYPE = _refusal(None, "The ReportTaxType '{}' is not valid.", "INF")
TAX_RATE_SYSTEM = _refusal(None, "System tax rates cannot be changed.", "INF")
TAX_RATE_IN_USE = _refusal(
    None, "The tax rate '{}' is in use and cannot be deleted; archive it instead.", "INF"
)
TAX_RATE_UNKNOWN = _refusal(None, "The tax rate '{}' could not be found.", "INF")
TAX_RATE_COMPONENT = _refusal(
    None,
    "A tax component needs a Name and a Rate from 0 to 100, and only one may be compound.",
    "INF",
)
TRACKING_NAME_MISSING = _refusal(None, "The tracking name must be specified.", "INF")
CURRENCY_UNKNOWN = _refusal(None, "The currency '{}' is not valid.", "INF")
CURRENCY_PLAN = _refusal(None, "The organisation's plan has no multicurrency.", "INF")
PAYMENT_TERMS_NOT_VALID = _refusal(
    None, "The PaymentTerms must have a Day and a valid Type.", "INF"
)
RATE_NOT_VALID = _refusal(None, "The CurrencyRate must be greater than zero.", "INF")
HISTORY_DETAILS = _refusal(None, "Details must have between 1 and {} characters.", "INF")

REPORT_DATE = _refusal(None, "The {} '{}' is not a valid date.", "INF")
REPORT_CHOICE = _refusal(None, "The {} must be {}.", "INF")
REPORT_SPAN = _refusal(
    None, "The dates of a report must be in order and within 365 days of each other.", "INF"
)
REPORT_TRACKING = _refusal(None, "xero_sandbox does not split reports by tracking.", "INF")
