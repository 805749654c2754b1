"""Telling a practice system what became of its documents.

What is told follows from the firm's events, which are read after the fact: posting knows nothing
of webhooks, and cannot be held up by one. Each message is written down before it leaves, and is
sent again until it is taken or given up.
"""
