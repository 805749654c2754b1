"""The faults of one document as they are gathered, and how a foreign value is shown in them."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from counterfoil.core.findings import Finding, error
from counterfoil.core.plain import Digits

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_FAULTS = 1_000
"""Findings that one document can gather; a file of garbage must not become a file of findings."""

_SHOWN = 60


class Faults(list[Finding]):
    """The findings of one document, as they are gathered; ``total`` counts also those not kept."""

    def __init__(self) -> None:
        super().__init__()
        self.total = 0

    def found(self, code: str, message: str, fix: str, path: str) -> None:
        """Add an error; beyond the named maximum nothing new can be learnt."""
        self.total += 1
        if len(self) < MOST_FAULTS:
            self.append(error(code, message, fix, path))


def seen(value: object) -> str:
    """Show a plain value in a message: short, on one line, and never deeper than itself."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    return shown(str(value)) if isinstance(value, Digits) else f"“{shown(str(value))}”"


def shown(text: str) -> str:
    """Make foreign text fit to be shown: cut, and without what cannot be printed."""
    cut = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return "".join(each if each.isprintable() else "\ufffd" for each in cut)


def suggestion(name: str, names: Iterable[str]) -> str:
    """Ask back with the nearest known name; empty if none is near."""
    near = get_close_matches(name[:_SHOWN], list(names), n=1, cutoff=0.6)
    return f"Did you mean {near[0]}?" if near else ""
