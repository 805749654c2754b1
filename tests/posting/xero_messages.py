"""Messages that people have seen, each under the code by which it must be explained.

The numbers are those of the list of Xero's messages (facts: Xero API, section 21), in its words;
below stand those that users of another bridge report (facts: Actionstep to Xero, section 5).
"""

from __future__ import annotations

XERO = {
    1: ("A validation exception occurred", "validation_failed"),
    2: ("Invoice # must be unique.", "number_taken_in_xero"),
    3: ("Invoice not of valid status for modification", "not_modifiable"),
    4: ("Invoice not of valid status for creation", "not_creatable"),
    5: (
        "This document cannot be edited as it has a payment or credit note allocated to it.",
        "has_money_applied",
    ),
    6: (
        (
            "The status VOIDED cannot be applied to the invoice because it has payments or credit "
            "notes allocated to it."
        ),
        "has_money_applied",
    ),
    7: ("One or more line items must be specified", "no_lines"),
    8: ("A Contact must be specified for this type of transaction", "contact_missing"),
    9: (
        (
            "The Contact must contain at least 1 of the following elements to identify the "
            "contact: "
            "Name, ContactID, ContactNumber"
        ),
        "contact_missing",
    ),
    10: ("The Date field must be specified.", "date_missing"),
    11: ("The document DueDate field must be specified.", "due_date_missing"),
    12: ("Account code must be specified", "account_missing"),
    13: ("The TaxType field is mandatory", "tax_type_missing"),
    14: ("Account code 'X' is not a valid code for this document.", "account_not_valid"),
    15: (
        (
            "Account code 'X' has been archived, or has been deleted. Each line item must "
            "reference a "
            "valid account."
        ),
        "account_archived",
    ),
    16: (
        "Account code 'X' has been removed as it does not match a recognised account.",
        "account_dropped",
    ),
    17: ("Account must be valid.", "account_not_valid"),
    18: ("Tax rate must be valid.", "tax_rate_not_valid"),
    19: ("Tax rate must be Active", "tax_rate_not_active"),
    20: (
        "The TaxType code X does not exist or cannot be used for this type of transaction.",
        "tax_type_unknown",
    ),
    21: (
        "The TaxType code 'X' cannot be used with account code 'Y'.",
        "tax_type_not_for_account",
    ),
    22: (
        "The line total 1.00 does not match the expected line total 2.00",
        "line_total_differs",
    ),
    23: ("The invoice total does not equal the sum of the lines.", "total_differs"),
    24: (
        "The discount rate 'X' is invalid. Discount must not be greater than the line total.",
        "discount_too_big",
    ),
    25: ("Item code 'X' is not valid", "item_unknown"),
    26: ("Price List Item with Code 'X' already exists", "item_taken"),
    27: ("Email address must be valid.", "email_not_valid"),
    28: ("Website must be valid", "website_not_valid"),
    29: ("Url must be a valid absolute url", "url_not_valid"),
    30: (
        (
            "The contact name X is already assigned to another contact. The contact name must be "
            "unique across all active contacts."
        ),
        "contact_name_taken",
    ),
    31: (
        "The Contact Name already exists. Please enter a different Contact Name.",
        "contact_name_taken",
    ),
    32: (
        "Another contact has this contact number. Please enter a different contact number.",
        "contact_number_taken",
    ),
    33: (
        (
            "The contact with the specified contact details has been archived. The contact must be "
            "un-archived before creating new invoices or credit notes"
        ),
        "contact_archived",
    ),
    34: ("The status 'ARCHIVED' is not valid for contacts", "contact_status"),
    35: (
        (
            "The document date cannot be before the end of year lock date, currently set at "
            "31-Jul-2013"
        ),
        "locked_year",
    ),
    36: (
        "The document date cannot be before the period lock date, currently set at 31-Jul-2013",
        "locked_period",
    ),
    37: (
        "This document cannot be edited as it is currently dated before the period lock date",
        "locked_period",
    ),
    38: ("Payments can only be made against Authorised documents", "bill_not_open"),
    39: ("Payment amount exceeds the amount outstanding on this document", "overpaid"),
    40: ("Account type is invalid for making a payment to/from", "account_takes_no_payments"),
    41: ("Account could not be found", "account_not_found"),
    42: ("Payments within a batch cannot be deleted.", "payment_in_batch"),
    43: (
        "Credit Note cannot be allocated as amount is greater than amount outstanding",
        "over_allocated",
    ),
    44: (
        "The invoice you are trying to allocate to has already been paid off",
        "invoice_paid_off",
    ),
    45: ("Credit Note cannot be allocated to an incorrect invoice t...", "wrong_side"),
    46: (
        "An existing Credit Note with the specified CreditNoteID could not be found",
        "credit_note_gone",
    ),
    47: (
        "This Bank Transaction cannot be edited as it has been reconciled with a Bank Statement.",
        "reconciled",
    ),
    48: ("The total debits (100.00) must equal total credits (-10.00)", "journal_unbalanced"),
    49: ("Please enter a unique Name.", "name_taken"),
    50: ("Account Code is too long. Maximum of 10 characters allowed", "code_too_long"),
    51: ("Users Organisation is not subscribed to currency NZD", "currency_not_enabled"),
    52: ("You have reached the limit of invoices you can approve", "plan_limit"),
    53: (
        "The document with the supplied id was not found for this endpoint.",
        "not_found_in_xero",
    ),
    54: ("Idempotency Key: K is used with a different request.", "key_reused"),
    55: (
        (
            "No data has been processed for this endpoint. This endpoint is expecting Invoices "
            "data to "
            "be specifed in the request body."
        ),
        "nothing_processed",
    ),
    56: ("QueryParseException", "query_not_understood"),
    57: ("The Api Method called is not implemented", "not_implemented"),
    58: (
        "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).",
        "id_malformed",
    ),
    59: ("TokenExpired: token expired at 11/23/2026 08:00:00", "token_expired"),
    60: ("AuthenticationUnsuccessful", "disconnected"),
    61: ("AuthorizationUnsuccessful", "scope_missing"),
    62: ('{"error":"invalid_grant"}', "grant_dead"),
    63: ("The Organisation is offline", "organisation_offline"),
    64: (
        "Only AUTHORISED and BILLED purchase orders may have SentToContact updated.",
        "sent_to_contact",
    ),
}
BESIDES = (
    ("Organisation is not subscribed to currency EUR", "currency_not_enabled"),
    (("The status SUBMITTED cannot be applied to the invoice because it has payments or credit "
     "notes allocated to it."), "has_money_applied"),
    ("The resource you're looking for cannot be found", "not_found_in_xero"),
    ("Credit note # must be unique.", "number_taken_in_xero"),
    ("Account code 999 is not a valid code for this document", "account_not_valid"),
    ("Payments can only be made against Authorized documents", "bill_not_open"),
)  # fmt: skip
OF_OTHERS = (
    (
        (
            "Failed Posting to Xero: XERO API Exception detected: #1: Invoice not of valid status"
            " for "
            "modification. #2: This document cannot be edited as it has a payment or credit note "
            "allocated to it."
        ),
        "edit_of_paid",
    ),
    (
        (
            "Failed Posting Payment Xero: XERO API Exception Detected: #1: Payments can only be "
            "made "
            "against Authorised documents. #2: Payment amount exceeds the amount outstanding on "
            "this "
            "document."
        ),
        "settled_in_xero",
    ),
    ("Mapping is missing for account 4-1000", "mapping_missing"),
    ("Your Xero account has been disconnected", "disconnected"),
    ("Supplier credits are not supported by the integration", "supplier_credit_not_supported"),
    ("Cannot unlink an invoice that has payments or credit notes", "cannot_unlink"),
    ("The API server is offline", "xero_unwell"),
    ("API server unstable", "xero_unwell"),
    ("You have reached the limit of invoices you can approve", "plan_limit"),
    *(
        (f"HTTP {status}", code)
        for status, code in {
            400: "validation_failed",
            401: "disconnected",
            403: "scope_missing",
            404: "not_found_in_xero",
            429: "limit_reached",
            500: "xero_unwell",
            503: "organisation_offline",
        }.items()
    ),
)
