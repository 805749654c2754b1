"""Reports: sums of the ledger and of nothing else (facts: Xero API section 19)."""
