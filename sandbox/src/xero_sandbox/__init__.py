"""A Xero on your own machine that refuses what Xero refuses.

The outer half (OAuth, limits, idempotency, faults, the server) lives in this package;
the organisations themselves (charts, ledger, documents) live in ``xero_sandbox.books``.
"""

__version__ = "0.1.0"
