"""Xero's refusals as data: cause and fix of each message (facts: Xero API section 21)."""

from __future__ import annotations

from typing import NamedTuple

TAKEN = (
    "invoice # must be unique",
    "note # must be unique",
    "must be unique across all active contacts",
    "contact name already exists",
    "another contact has this contact number",
)
"""Folded pieces of the messages that say: this number or name is already there."""


class Explanation(NamedTuple):
    """A message that we know. ``pieces`` are folded texts that all occur in it, in this order."""

    code: str
    pieces: tuple[str, ...]
    cause: str
    fix: str

    def matches(self, folded: str) -> bool:
        """Tell whether a folded message is this one."""
        at = 0
        for piece in self.pieces:
            found = folded.find(piece, at)
            if found < 0:
                return False
            at = found + len(piece)
        return True


CATALOGUE = (
    Explanation(
        "number_taken_in_xero",
        ("invoice # must be unique",),
        "The invoice number is already used in Xero.",
        "Look at the invoice in Xero that has the number; renumber one of the two, then retry.",
    ),
    Explanation(
        "number_taken_in_xero",
        ("note # must be unique",),
        "The credit note number is already used in Xero.",
        "Look at the credit note in Xero that has the number; renumber one of the two, then retry.",
    ),
    Explanation(
        "not_modifiable",
        ("not of valid status for modification",),
        "The document's status in Xero allows no change: it is paid, voided or deleted there.",
        "Open it in Xero and compare; what is paid is corrected by a credit note.",
    ),
    Explanation(
        "not_creatable",
        ("not of valid status for creation",),
        "Xero creates documents only as draft, submitted or authorised.",
        "Tell support: the document was sent with a status that it cannot have.",
    ),
    Explanation(
        "has_money_applied",
        ("cannot be edited as it has a payment or credit note allocated",),
        "A payment or credit note is applied to the document in Xero.",
        "Take the payment or credit off first, or issue a credit note.",
    ),
    Explanation(
        "has_money_applied",
        (
            "cannot be applied to the",
            "because it has payments or credit notes allocated",
        ),
        "Money is applied to the document in Xero, so its status cannot change.",
        "Take payments and credits off first, then retry.",
    ),
    Explanation(
        "no_lines",
        ("line items must be specified",),
        "The document reached Xero without lines.",
        "Give the document at least one line.",
    ),
    Explanation(
        "contact_missing",
        ("a contact must be specified",),
        "The document reached Xero without a contact.",
        "Check that the party's contact still exists in Xero, then retry.",
    ),
    Explanation(
        "contact_missing",
        ("contact must contain at least 1 of the following",),
        "The contact could not be identified.",
        "Check that the party's contact still exists in Xero, then retry.",
    ),
    Explanation(
        "date_missing",
        ("the date field must be specified",),
        "Xero could not read the document's date.",
        "Correct the date, then retry.",
    ),
    Explanation(
        "due_date_missing",
        ("duedate field must be specified",),
        "Xero approves an invoice only with a due date.",
        "Give the bill a due date, then retry.",
    ),
    Explanation(
        "account_missing",
        ("account code must be specified",),
        "A line has no account, and Xero needs one to approve.",
        "Map the line's account, then retry.",
    ),
    Explanation(
        "tax_type_missing",
        ("taxtype field is mandatory",),
        "A line has no tax type and its account has no default.",
        "Map the line's tax code, then retry.",
    ),
    Explanation(
        "account_not_valid",
        (
            "account code",
            "is not a valid code for this document",
        ),
        "The account is unknown in Xero, or one that documents may not use (bank, debtors).",
        "Refresh the chart of accounts, map the account to another code, then retry.",
    ),
    Explanation(
        "account_archived",
        (
            "account code",
            "has been archived, or has been deleted",
        ),
        "The account is archived or deleted in Xero.",
        "Restore it in Xero, or map to another account, then retry.",
    ),
    Explanation(
        "account_dropped",
        (
            "account code",
            "has been removed as it does not match a recognised account",
        ),
        "Xero dropped the account from a line because it does not know the code.",
        "Correct the line in Xero, refresh the chart and the mapping.",
    ),
    Explanation(
        "account_not_valid",
        ("account must be valid",),
        "Xero does not accept the account.",
        "Refresh the chart of accounts, map the account anew, then retry.",
    ),
    Explanation(
        "tax_rate_not_active",
        ("tax rate must be active",),
        "The tax rate is archived or deleted in Xero.",
        "Map the tax code to an active rate, then retry.",
    ),
    Explanation(
        "tax_rate_not_valid",
        ("tax rate must be valid",),
        "Xero does not accept the tax rate.",
        "Refresh the chart, map the tax code anew, then retry.",
    ),
    Explanation(
        "tax_type_unknown",
        (
            "taxtype code",
            "does not exist or cannot be used for this type of transaction",
        ),
        "The tax type does not exist in Xero, or is for the other direction.",
        "Map the tax code to a type that fits the direction, then retry.",
    ),
    Explanation(
        "tax_type_not_for_account",
        (
            "taxtype code",
            "cannot be used with account code",
        ),
        "Xero does not allow this tax type on an account of that class.",
        "Change the tax type or the account in the mapping, then retry.",
    ),
    Explanation(
        "line_total_differs",
        (
            "the line total",
            "does not match the expected line total",
        ),
        "Xero computed another line total than was sent.",
        "Tell support: line totals are not meant to be sent.",
    ),
    Explanation(
        "total_differs",
        ("the invoice total does not equal the sum of the lines",),
        "Xero computed another total than was sent.",
        "Tell support: totals are not meant to be sent.",
    ),
    Explanation(
        "discount_too_big",
        (
            "the discount rate",
            "is invalid",
        ),
        "A discount is larger than its line.",
        "Write the discount as a negative line, then retry.",
    ),
    Explanation(
        "item_unknown",
        (
            "item code",
            "is not valid",
        ),
        "Xero does not know the item.",
        "Remove the item from the line, then retry.",
    ),
    Explanation(
        "item_taken",
        (
            "price list item with code",
            "already exists",
        ),
        "The item is already in Xero.",
        "Use the existing item.",
    ),
    Explanation(
        "email_not_valid",
        ("email address must be valid",),
        "Xero does not accept the contact's e-mail address.",
        "Correct the address in the practice, send the document again, then retry.",
    ),
    Explanation(
        "website_not_valid",
        ("website must be valid",),
        "The contact's website in Xero is not valid.",
        "Correct the contact in Xero, then retry.",
    ),
    Explanation(
        "url_not_valid",
        ("url must be a valid absolute url",),
        "Xero does not accept the link back to the practice.",
        "Set the public address of this server to one that begins with https, then retry.",
    ),
    Explanation(
        "contact_name_taken",
        ("is already assigned to another contact",),
        "Another active contact in Xero has this name.",
        "Say whether the two are the same party, or rename one, then retry.",
    ),
    Explanation(
        "contact_name_taken",
        ("the contact name already exists",),
        "Another active contact in Xero has this name.",
        "Say whether the two are the same party, or rename one, then retry.",
    ),
    Explanation(
        "contact_number_taken",
        ("another contact has this contact number",),
        "Another contact in Xero carries this party's id, or did before it was merged.",
        "Open the contact in Xero, follow the merge, then retry.",
    ),
    Explanation(
        "contact_archived",
        ("the contact with the specified contact details has been archived",),
        "The contact is archived in Xero.",
        "Restore the contact in Xero, then retry.",
    ),
    Explanation(
        "contact_status",
        ("is not valid for contacts",),
        "Xero refused the contact's status.",
        "Restore the contact in Xero, then retry.",
    ),
    Explanation(
        "locked_year",
        ("cannot be before the end of year lock date",),
        "The date lies before the end-of-year lock date in Xero, which binds everybody.",
        "Date the document in an open period, or have the lock date moved in Xero, then retry.",
    ),
    Explanation(
        "locked_period",
        ("cannot be before the period lock date",),
        "The date lies in a period that is locked in Xero.",
        "Date the document in an open period, or have the lock date moved in Xero, then retry.",
    ),
    Explanation(
        "locked_period",
        ("cannot be edited as it is currently dated before",),
        "The document lies in a period that is locked in Xero.",
        "Have the lock date moved in Xero, or correct it by a new document.",
    ),
    Explanation(
        "bill_not_open",
        ("payments can only be made against authorised documents",),
        "The invoice in Xero is not open for payment: it is a draft, paid or voided.",
        "Open the invoice in Xero and compare its status and payments.",
    ),
    Explanation(
        "overpaid",
        ("payment amount exceeds the amount outstanding",),
        "More would be paid than is still owing in Xero; somebody may have paid it there.",
        "Open the invoice in Xero and compare its payments with this receipt.",
    ),
    Explanation(
        "account_takes_no_payments",
        ("account type is invalid for making a payment",),
        "The account is neither a bank account nor open for payments.",
        "In Xero, tick 'Enable payments to this account', or map to a bank account, then retry.",
    ),
    Explanation(
        "account_not_found",
        ("account could not be found",),
        "Xero does not find the account.",
        "Refresh the chart of accounts, map the account anew, then retry.",
    ),
    Explanation(
        "payment_in_batch",
        ("payments within a batch cannot be deleted",),
        "The payment is part of a batch payment in Xero.",
        "Delete the batch in Xero, then retry.",
    ),
    Explanation(
        "over_allocated",
        ("cannot be allocated as amount is greater than amount outstanding",),
        "More credit would be applied than the invoice still owes or the credit still has.",
        "Open both in Xero and compare what is applied already.",
    ),
    Explanation(
        "invoice_paid_off",
        ("you are trying to allocate to has already been paid off",),
        "The invoice is already paid in Xero.",
        "Apply the credit to another bill, or refund it.",
    ),
    Explanation(
        "wrong_side",
        ("cannot be allocated to an incorrect invoice",),
        "A sales credit can be applied to sales invoices only, and a supplier's to supplier bills.",
        "Correct which bill the credit names, then retry.",
    ),
    Explanation(
        "credit_note_gone",
        ("an existing credit note with the specified creditnoteid could not be found",),
        "The credit note no longer exists in this Xero organisation.",
        "Check whether it was deleted there, or another organisation is connected.",
    ),
    Explanation(
        "reconciled",
        ("cannot be edited as it has been reconciled",),
        "The transaction is reconciled with a bank statement in Xero.",
        "Remove the reconciliation in Xero, or correct by a new transaction.",
    ),
    Explanation(
        "journal_unbalanced",
        (
            "the total debits",
            "must equal total credits",
        ),
        "The journal's debits and credits differ.",
        "Correct the journal in the practice, then retry.",
    ),
    Explanation(
        "name_taken",
        ("please enter a unique name",),
        "An account of this name exists in Xero already.",
        "Choose another name, or map to the existing account.",
    ),
    Explanation(
        "code_too_long",
        ("account code is too long",),
        "Account codes in Xero have at most 10 characters.",
        "Choose a shorter code.",
    ),
    Explanation(
        "currency_not_enabled",
        ("organisation is not subscribed to currency",),
        "The currency is not enabled in Xero.",
        "Add the currency in Xero (it may need a larger plan), refresh the chart, then retry.",
    ),
    Explanation(
        "plan_limit",
        ("you have reached the limit of invoices you can approve",),
        "The Xero plan allows no more approved invoices this month.",
        "Upgrade the Xero plan, or wait for next month, then retry.",
    ),
    Explanation(
        "not_found_in_xero",
        ("the document with the supplied id was not found",),
        "The object no longer exists in this Xero organisation.",
        "Check whether it was deleted there, or another organisation is connected.",
    ),
    Explanation(
        "key_reused",
        ("is used with a different request",),
        "Xero has seen this request's key with other content.",
        "Nothing to do: it is looked up and sent under a new key.",
    ),
    Explanation(
        "nothing_processed",
        ("no data has been processed for this endpoint",),
        "Xero found no document in the request.",
        "Tell support, with the request shown on the document's page.",
    ),
    Explanation(
        "organisation_offline",
        ("the organisation is offline",),
        "Xero has taken the organisation offline for a while.",
        "Nothing to do: it is tried again in a few minutes.",
    ),
)
"""Tried in this order; the first that matches explains."""
