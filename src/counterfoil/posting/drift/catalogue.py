"""What drift is called, said as, and put right by: one entry for each code."""

from __future__ import annotations

from typing import Final, NamedTuple

from counterfoil.core.findings import Finding, note, warning


class Words(NamedTuple):
    """What is said of an object, after its name, and what to do."""

    says: str
    fix: str


PUT_BACK: Final = (
    "Put it back in Xero as it was; or, if Xero is right, change the document in the practice."
)
POST_AGAIN: Final = (
    "If it should not count, reverse or void it in the practice too. Otherwise have what was taken "
    "out posted once more, as the practice has it: counterfoil repost, with the document's id."
)
LOOK_FIRST: Final = (
    "Look first whether the practice has it already: held, where Problems lets it be tied to what "
    "stands in Xero; or on another document, and then one of the two is too many."
)
RECORD_IT: Final = (
    f"{LOOK_FIRST} Otherwise record it in the practice, and delete what stands in Xero, so that "
    "the practice's own entry takes its place."
)
RECORD_THE_MONEY: Final = (
    f"{LOOK_FIRST} Otherwise record it in the practice, with its day, amount and bank account: it "
    "is taken for this payment then, and nothing is sent."
)

CATALOGUE: Final[dict[str, Words]] = {
    "paid_in_xero": Words("was paid in Xero by somebody else", RECORD_THE_MONEY),
    "part_paid_in_xero": Words("was paid in part in Xero by somebody else", RECORD_THE_MONEY),
    "payment_added_in_xero": Words(
        "bears a payment in Xero beside the practice's own",
        "If it is the same money, delete this payment in Xero and match the bank's line to the "
        "practice's own; otherwise record it in the practice.",
    ),
    "credited_in_xero": Words("was credited in Xero by somebody else", RECORD_IT),
    "credit_allocated_in_xero": Words("was applied in Xero by somebody else", RECORD_IT),
    "refunded_in_xero": Words("was paid back in Xero by somebody else", RECORD_IT),
    "allocation_deleted_in_xero": Words(
        "is no longer applied in Xero as it was",
        "Apply it again in Xero; or take the allocation back in the practice too.",
    ),
    "rebill_credit_taken_off_in_xero": Words(
        "was credited and billed anew, and the credit is no longer applied in Xero as it was",
        "Have what is left of it applied anew in one step: counterfoil rebill, with the bill's id, "
        "then counterfoil post.",
    ),
    "document_voided_in_xero": Words("was voided in Xero", POST_AGAIN),
    "document_deleted_in_xero": Words("was deleted in Xero", POST_AGAIN),
    "approval_withdrawn_in_xero": Words(
        "is no longer approved in Xero", "Approve it in Xero again: as a draft it counts nowhere."
    ),
    "payment_deleted_in_xero": Words("was deleted in Xero", POST_AGAIN),
    "bank_transaction_deleted_in_xero": Words("was deleted in Xero", POST_AGAIN),
    "transfer_deleted_in_xero": Words("was deleted in Xero", POST_AGAIN),
    "journal_voided_in_xero": Words("was voided in Xero", POST_AGAIN),
    "number_changed": Words(
        "has another number in Xero",
        "Give it its number back in Xero: it is what the practice and Xero know it by.",
    ),
    "reference_changed": Words("has another reference in Xero", PUT_BACK),
    "date_changed": Words("has another date in Xero", PUT_BACK),
    "due_date_changed": Words("is due on another day in Xero", PUT_BACK),
    "contact_changed": Words("was given to another contact in Xero", PUT_BACK),
    "currency_rate_changed": Words("has another currency or rate in Xero", PUT_BACK),
    "lines_added_or_removed": Words("has more or fewer lines in Xero", PUT_BACK),
    "line_amount_changed": Words("has another amount on a line in Xero", PUT_BACK),
    "line_account_changed": Words("has a line on another account in Xero", PUT_BACK),
    "line_tax_changed": Words("has another tax type on a line in Xero", PUT_BACK),
    "line_tracking_changed": Words("has other tracking on a line in Xero", PUT_BACK),
    "total_changed": Words("has another total in Xero", PUT_BACK),
    "payment_changed": Words("is another payment in Xero than was posted", PUT_BACK),
    "bank_transaction_changed": Words("was changed in Xero", PUT_BACK),
    "transfer_changed": Words("was changed in Xero", PUT_BACK),
    "journal_changed": Words("was changed in Xero", PUT_BACK),
    "gone_from_xero": Words(
        "was posted, and Xero does not show it any more",
        f"Ask whoever looks after Xero what became of it. {POST_AGAIN}",
    ),
    "contact_merged": Words(
        "was merged into another contact in Xero",
        "Nothing is lost: what is posted from now on goes to the contact that is left. Xero cannot "
        "undo a merge; if it was a mistake, tell the accountant.",
    ),
    "contact_archived": Words(
        "was archived in Xero",
        "Restore the contact in Xero: until then nothing can be posted to it.",
    ),
    "account_archived": Words(
        "was archived in Xero, and the mapping leads to it",
        "Restore the account in Xero, or map what leads there to another one.",
    ),
    "account_changed": Words(
        "is not the account in Xero that it was when it was mapped",
        "Refresh the chart of accounts and look at the mapping again.",
    ),
    "account_gone": Words(
        "is not in Xero any more, and the mapping leads to it",
        "Refresh the chart of accounts, and map what leads there to another one.",
    ),
    "same_number_in_xero": Words(
        "waits here, and Xero holds a document with its number that is not linked to it",
        "If the two are one, nothing more need be posted: link them. Otherwise give one of them "
        "another number.",
    ),
    "number_not_ours": Words(
        "stands in Xero under a number like the practice's, and the practice does not have it",
        "Enter bills in the practice only: record it there and void the one in Xero; or renumber "
        "it in Xero.",
    ),
    "trust_entry_not_ours": Words(
        "was entered on a trust account in Xero by somebody else",
        "Trust accounts take entries from the practice only: record it there, and delete the one "
        "in Xero.",
    ),
}
"""The words by code."""

TAKEN_OUT: Final = frozenset(
    {code for code, words in CATALOGUE.items() if words.fix.endswith(POST_AGAIN)}
)
"""Codes of what stands in Xero no more, and can be posted anew."""

RECONCILED: Final = "reconciled_in_xero"
"""Not drift but its opposite: the bank's line was matched. From then on Xero lets nobody edit."""


def finding(code: str, name: str, details: str = "", *, about: str = "") -> Finding:
    """Return the finding of a code: warnings, because nothing waits for them to be solved."""
    more = f": {details}" if details else ""
    if code == RECONCILED:
        message = f"{name} has been reconciled with the bank statement in Xero{more}."
        return note(code, message, about=about)
    words = CATALOGUE[code]
    return warning(code, f"{name} {words.says}{more}.", words.fix, about=about)
