"""Messages about payments, credits and bank transactions."""

from __future__ import annotations

from typing import Final

from counterfoil.posting.catalogue.words import COMPARE, REFRESH, RESEND, UNLINK, Explanation

MONEY: Final = (
    Explanation(
        "bill_not_open",
        ("payments can only be made against authorised documents",),
        "The invoice in Xero is not open for payment: it is a draft, paid or voided.",
        "Open the invoice in Xero and compare its status and payments.",
        COMPARE,
    ),
    Explanation(
        "overpaid",
        ("payment amount exceeds the amount outstanding",),
        "More would be paid than is still owing in Xero; somebody may have paid it there.",
        "Open the invoice in Xero and compare its payments with this receipt.",
        COMPARE,
    ),
    Explanation(
        "account_takes_no_payments",
        ("account type is invalid for making a payment",),
        "The account is neither a bank account nor open for payments.",
        "In Xero, tick 'Enable payments to this account', or map to a bank account.",
        REFRESH,
    ),
    Explanation(
        "account_not_found",
        ("account could not be found",),
        "Xero does not find the account.",
        "Map the account anew.",
        REFRESH,
    ),
    Explanation(
        "payment_in_batch",
        ("payments within a batch cannot be deleted",),
        "The payment is part of a batch payment in Xero.",
        "Delete the batch in Xero.",
        UNLINK,
    ),
    Explanation(
        "over_allocated",
        ("cannot be allocated as amount is greater than amount outstanding",),
        "More credit would be applied than the invoice still owes or the credit still has.",
        "Open both in Xero and compare what is applied already.",
        COMPARE,
    ),
    Explanation(
        "invoice_paid_off",
        ("you are trying to allocate to has already been paid off",),
        "The invoice is already paid in Xero.",
        "Apply the credit to another bill, or refund it.",
        COMPARE,
    ),
    Explanation(
        "wrong_side",
        ("cannot be allocated to an incorrect invoice",),
        "A sales credit can be applied to sales invoices only, and a supplier's to supplier bills.",
        "Correct which bill the credit names.",
        RESEND,
    ),
    Explanation(
        "credit_note_gone",
        ("an existing credit note with the specified creditnoteid could not be found",),
        "The credit note no longer exists in this Xero organisation.",
        "Check whether it was deleted there, or another organisation is connected.",
        COMPARE,
    ),
    Explanation(
        "reconciled",
        ("cannot be edited as it has been reconciled",),
        "The transaction is reconciled with a bank statement in Xero.",
        "Remove the reconciliation in Xero, or correct by a new transaction.",
        UNLINK,
    ),
)
