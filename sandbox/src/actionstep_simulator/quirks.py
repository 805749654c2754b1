"""What surprises clients, each a switch: on as real systems are seen to behave, off as documented.

The sources are in the facts about Actionstep's API, section 4.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quirks:
    """How this system behaves where sources differ."""

    one_row_is_an_object: bool = True
    """A page with one row holds the row itself in place of a list."""
    decimals_are_text: bool = True
    """Amounts come as "1100.00"; the OpenAPI files say number."""
    paging_of_bills_is_named_participants: bool = True
    """The files of bills and disbursements name the paging block so."""
    created_of_actions_is_a_date: bool = True
    """The live sample of a matter has no time in createdTimestamp."""
    disbursement_dates_have_names: bool = True
    """A disbursement's date comes as 23-May-2026, as the file's example has it."""
    next_page_is_a_number: bool = False
    """nextPage as the number of a page, where others saw an address."""
    payments_touch_modified: bool = False
    """Whether a change of totalPaid moves modifiedTimestamp; nobody knows, so the worse holds."""
    old_refresh_dies_at_once: bool = True
    """A refresh token works once."""
    filters_are_utc: bool = True
    """Times in filters, which carry no offset, are read as UTC."""
    offset: dt.timedelta = dt.timedelta(hours=10)
    """The organisation's own time, which times in answers are written in."""


DOCUMENTED = Quirks(
    one_row_is_an_object=False,
    decimals_are_text=False,
    created_of_actions_is_a_date=False,
    disbursement_dates_have_names=False,
)
"""As the OpenAPI files describe it."""
