"""Messages about lines: accounts, taxes, totals."""

from __future__ import annotations

from typing import Final

from counterfoil.posting.catalogue.words import REFRESH, REMAP, RESEND, SUPPORT, Explanation

LINES: Final = (
    Explanation(
        "no_lines",
        ("line items must be specified",),
        "The document reached Xero without lines.",
        "Give the document at least one line.",
        RESEND,
    ),
    Explanation(
        "account_missing",
        ("account code must be specified",),
        "A line has no account, and Xero needs one to approve.",
        "Map the line's account.",
        REMAP,
    ),
    Explanation(
        "tax_type_missing",
        ("taxtype field is mandatory",),
        "A line has no tax type and its account has no default.",
        "Map the line's tax code.",
        REMAP,
    ),
    Explanation(
        "account_not_valid",
        ("account code", "is not a valid code for this document"),
        "The account is unknown in Xero, or one that documents may not use (bank, debtors).",
        "Map the account to another code.",
        REFRESH,
    ),
    Explanation(
        "account_archived",
        ("account code", "has been archived, or has been deleted"),
        "The account is archived or deleted in Xero.",
        "Restore it in Xero, or map to another account.",
        REFRESH,
    ),
    Explanation(
        "account_dropped",
        ("account code", "has been removed as it does not match a recognised account"),
        "Xero dropped the account from a line because it does not know the code.",
        "Correct the line in Xero.",
        REFRESH,
    ),
    Explanation(
        "account_not_valid",
        ("account must be valid",),
        "Xero does not accept the account.",
        "Map the account anew.",
        REFRESH,
    ),
    Explanation(
        "tax_rate_not_active",
        ("tax rate must be active",),
        "The tax rate is archived or deleted in Xero.",
        "Map the tax code to an active rate.",
        REMAP,
    ),
    Explanation(
        "tax_rate_not_valid",
        ("tax rate must be valid",),
        "Xero does not accept the tax rate.",
        "Map the tax code anew.",
        REFRESH,
    ),
    Explanation(
        "tax_type_unknown",
        ("taxtype code", "does not exist or cannot be used for this type of transaction"),
        "The tax type does not exist in Xero, or is for the other direction.",
        "Map the tax code to a type that fits the direction.",
        REMAP,
    ),
    Explanation(
        "tax_type_not_for_account",
        ("taxtype code", "cannot be used with account code"),
        "Xero does not allow this tax type on an account of that class.",
        "Change the tax type or the account in the mapping.",
        REMAP,
    ),
    Explanation(
        "line_total_differs",
        ("the line total", "does not match the expected line total"),
        "Xero computed another line total than was sent.",
        "This is a defect of this program: line totals are not meant to be sent.",
        SUPPORT,
    ),
    Explanation(
        "total_differs",
        ("the invoice total does not equal the sum of the lines",),
        "Xero computed another total than was sent.",
        "This is a defect of this program: totals are not meant to be sent.",
        SUPPORT,
    ),
    Explanation(
        "discount_too_big",
        ("the discount rate", "is invalid"),
        "A discount is larger than its line.",
        "Write the discount as a negative line.",
        RESEND,
    ),
    Explanation(
        "item_unknown",
        ("item code", "is not valid"),
        "Xero does not know the item.",
        "Remove the item from the line.",
        RESEND,
    ),
    Explanation(
        "item_taken",
        ("price list item with code", "already exists"),
        "The item is already in Xero.",
        "Use the existing item.",
        RESEND,
    ),
    Explanation(
        "journal_unbalanced",
        ("the total debits", "must equal total credits"),
        "The journal's debits and credits differ.",
        "Correct the journal in the practice.",
        RESEND,
    ),
    Explanation(
        "name_taken",
        ("please enter a unique name",),
        "An account of this name exists in Xero already.",
        "Choose another name, or map to the existing account.",
        RESEND,
    ),
    Explanation(
        "code_too_long",
        ("account code is too long",),
        "Account codes in Xero have at most 10 characters.",
        "Choose a shorter code.",
        RESEND,
    ),
    Explanation(
        "mapping_missing",
        ("mapping is missing",),
        "An account of the practice leads nowhere in Xero: it is not mapped, or its account in "
        "Xero has no code, or the chart was read before it got one.",
        "Give the account a code in Xero (bank accounts have none by default).",
        REFRESH,
    ),
)
