"""The inner half of the sandbox: organisations, their books, and what Xero would answer.

No clock, no files, no network: ``handle`` is told the time, and everything it knows hangs on the
``Organisation`` it is given. Rules come from the facts file on Xero's API, by section.
"""

from __future__ import annotations

from xero_sandbox.books.api import handle
from xero_sandbox.books.control import (
    SettingError,
    change_settings,
    ledger_lines,
    mark_reconciled,
    merge_contacts,
)
from xero_sandbox.books.organisation import Organisation, new_organisation

__all__ = [
    "Organisation",
    "SettingError",
    "change_settings",
    "handle",
    "ledger_lines",
    "mark_reconciled",
    "merge_contacts",
    "new_organisation",
]
