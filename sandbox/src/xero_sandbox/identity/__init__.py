"""Xero's identity server in small: consent, tokens, scopes and connections."""
