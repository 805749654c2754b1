"""Parts of invoices that somebody entered in Xero before the practice's receipt arrived."""

from __future__ import annotations

from tests.cli.scene import Practice, Xero, bill, receipt
from tests.cli.test_bank_feed_race import pay, payments
