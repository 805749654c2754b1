"""Messages about documents as a whole: numbers, status, dates and locks."""

from __future__ import annotations

from typing import Final

from counterfoil.posting.catalogue.words import COMPARE, RESEND, SUPPORT, UNLINK, Explanation

DOCUMENTS: Final = (
    Explanation(
        "number_taken_in_xero",
        ("invoice # must be unique",),
        "The invoice number is already used in Xero.",
        "Look at the invoice in Xero that has the number; renumber one of the two.",
        COMPARE,
    ),
    Explanation(
        "number_taken_in_xero",
        ("note # must be unique",),
        "The credit note number is already used in Xero.",
        "Look at the credit note in Xero that has the number; renumber one of the two.",
        COMPARE,
    ),
    Explanation(
        "not_modifiable",
        ("not of valid status for modification",),
        "The document's status in Xero allows no change: it is paid, voided or deleted there.",
        "Open it in Xero and compare; what is paid is corrected by a credit note.",
        COMPARE,
    ),
    Explanation(
        "not_creatable",
        ("not of valid status for creation",),
        "Xero creates documents only as draft, submitted or authorised.",
        "This is a defect of this program.",
        SUPPORT,
    ),
    Explanation(
        "has_money_applied",
        ("cannot be edited as it has a payment or credit note allocated",),
        "A payment or credit note is applied to the document in Xero.",
        "Take the payment or credit off first, or issue a credit note.",
        UNLINK,
    ),
    Explanation(
        "has_money_applied",
        ("cannot be applied to the", "because it has payments or credit notes allocated"),
        "Money is applied to the document in Xero, so its status cannot change.",
        "Take payments and credits off first.",
        UNLINK,
    ),
    Explanation(
        "date_missing",
        ("the date field must be specified",),
        "Xero could not read the document's date.",
        "Correct the date.",
        RESEND,
    ),
    Explanation(
        "due_date_missing",
        ("duedate field must be specified",),
        "Xero approves an invoice only with a due date.",
        "Give the bill a due date.",
        RESEND,
    ),
    Explanation(
        "locked_year",
        ("cannot be before the end of year lock date",),
        "The date lies before the end-of-year lock date in Xero, which binds everybody.",
        "Date the document in an open period, or have the lock date moved in Xero.",
    ),
    Explanation(
        "locked_period",
        ("cannot be before the period lock date",),
        "The date lies in a period that is locked in Xero.",
        "Date the document in an open period, or have the lock date moved in Xero.",
    ),
    Explanation(
        "locked_period",
        ("cannot be edited as it is currently dated before",),
        "The document lies in a period that is locked in Xero.",
        "Have the lock date moved in Xero, or correct it by a new document.",
    ),
    Explanation(
        "validation_failed",
        ("a validation exception occurred",),
        "Xero found something wrong in the document, and says what beside this.",
        "Read the other messages; this one is only their envelope.",
        SUPPORT,
    ),
    Explanation(
        "sent_to_contact",
        ("may have senttocontact updated",),
        "Xero was asked to mark a purchase order as sent.",
        "This is a defect of this program: purchase orders are never sent.",
        SUPPORT,
    ),
    Explanation(
        "cannot_unlink",
        ("cannot unlink",),
        "Payments or credits still hang on the document.",
        "Take payments and credits off first, then the document: the order is known here and "
        "shown.",
        UNLINK,
    ),
    Explanation(
        "supplier_credit_not_supported",
        ("supplier credits are not supported",),
        "The bridge that was used before does not post suppliers' credits.",
        "Nothing: suppliers' credits post from here.",
        RESEND,
    ),
)
