"""What cannot be told from documents alone: it depends on what was posted before."""

from __future__ import annotations

from counterfoil.core.findings import NEEDS_HISTORY, Finding, error


def needs_history(message: str, fix: str, path: str, about: str) -> Finding:
    """Say that more must be known than the documents tell."""
    return error(NEEDS_HISTORY, message, fix, path, about)
