"""Findings: trouble in the user's data, as values.

A pass never stops at the first fault and never raises for one: it returns what it could make and
everything that it found.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable


NEEDS_HISTORY: Final = "needs_history"
"""The code of whatever cannot be told without what was posted before."""


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """The document cannot be posted until this is solved."""
    WARNING = "warning"
    """The document posts; a person should look."""
    NOTE = "note"
    """Worth knowing; nothing to do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact about the user's data that needs attention.

    ``code`` is stable and snake_case, for programs. ``message`` says what is wrong and ``fix`` what
    to do, both for the bookkeeper. ``path`` names the field, as in ``lines[2].account`` (empty: the
    document as a whole). ``about`` is the thing outside the document that the finding hangs on, as
    in ``account:4-1000``: problems are grouped by it, and a change of mapping re-converts only the
    documents whose findings name what changed.
    """

    severity: Severity
    code: str
    message: str
    fix: str
    path: str = ""
    about: str = ""


def error(code: str, message: str, fix: str, path: str = "", about: str = "") -> Finding:
    """Return a finding that holds its document."""
    return Finding(Severity.ERROR, code, message, fix, path, about)


def warning(code: str, message: str, fix: str, path: str = "", about: str = "") -> Finding:
    """Return a finding that lets its document through."""
    return Finding(Severity.WARNING, code, message, fix, path, about)


def note(code: str, message: str, fix: str = "", path: str = "", about: str = "") -> Finding:
    """Return a finding that only informs."""
    return Finding(Severity.NOTE, code, message, fix, path, about)


def holds(findings: Iterable[Finding]) -> bool:
    """Tell whether any of the findings keeps the document from being posted."""
    return any(finding.severity is Severity.ERROR for finding in findings)
