"""Xero's client: sign-in, calls, and what goes over the wire."""
