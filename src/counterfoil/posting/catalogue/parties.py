"""Messages about contacts."""

from __future__ import annotations

from typing import Final

from counterfoil.posting.catalogue.words import CONTACTS, RESEND, Explanation

PARTIES: Final = (
    Explanation(
        "contact_missing",
        ("a contact must be specified",),
        "The document reached Xero without a contact.",
        "Check that the party's contact still exists in Xero.",
    ),
    Explanation(
        "contact_missing",
        ("contact must contain at least 1 of the following",),
        "The contact could not be identified.",
        "Check that the party's contact still exists in Xero.",
    ),
    Explanation(
        "email_not_valid",
        ("email address must be valid",),
        "Xero does not accept the contact's e-mail address.",
        "Correct the address in the practice.",
        RESEND,
    ),
    Explanation(
        "website_not_valid",
        ("website must be valid",),
        "The contact's website in Xero is not valid.",
        "Correct the contact in Xero.",
    ),
    Explanation(
        "contact_name_taken",
        ("is already assigned to another contact",),
        "Another active contact in Xero has this name.",
        "Say whether the two are the same party, or rename one.",
        CONTACTS,
    ),
    Explanation(
        "contact_name_taken",
        ("the contact name already exists",),
        "Another active contact in Xero has this name.",
        "Say whether the two are the same party, or rename one.",
        CONTACTS,
    ),
    Explanation(
        "contact_number_taken",
        ("another contact has this contact number",),
        "Another contact in Xero carries this party's id, or did before it was merged.",
        "Open the contact in Xero, follow the merge.",
        CONTACTS,
    ),
    Explanation(
        "contact_archived",
        ("the contact with the specified contact details has been archived",),
        "The contact is archived in Xero.",
        "Restore the contact in Xero.",
    ),
    Explanation(
        "contact_status",
        ("is not valid for contacts",),
        "Xero refused the contact's status.",
        "Restore the contact in Xero.",
    ),
)
