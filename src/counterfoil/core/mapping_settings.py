"""The settings of a mapping file: what each may say, for all kinds and for one."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from counterfoil.core import trust_terms, zones
from counterfoil.core.documents import KINDS, Lined, NumberedDocument
from counterfoil.core.faults import Faults, seen, shown, suggestion
from counterfoil.core.forms import parse_date
from counterfoil.core.mapping import Guard, Lines, OfKind, Settings, Tax
from counterfoil.core.mapping_entries import entry_of, judge_names, missing, section_of, wrong
from counterfoil.core.plain import Digits, below

if TYPE_CHECKING:
    from enum import StrEnum

    from counterfoil.core.mapping_csv import Raw

LONGEST_PREFIX = 20

CHOICES: dict[str, tuple[str, ...]] = {
    "accounting_basis": ("accrual", "cash"),
    "lines": tuple(Lines),
    "tax": tuple(Tax),
    "rounding_guard": tuple(Guard),
    "unapplied": ("overpayment", "prepayment"),
    "lock_date": ("hold", "draft", "next_open_day"),
    "zero_bills": ("post", "skip"),
    "revisions": ("update", "ask"),
    "paid_revisions": ("ask", "rebill", "repost"),
    "trust_contact": ("client", "payer"),
}
"""What each setting may say."""

DATES = ("tax_filed_to", "start_date")
"""The settings that are days."""

_SETTINGS = tuple(each.name for each in dataclasses.fields(Settings))
_OF_LINES = ("lines", "tax", "rounding_guard")
"""The settings that kinds with lines may have of their own."""
_ENUMS: dict[str, type[StrEnum]] = {"lines": Lines, "tax": Tax, "rounding_guard": Guard}


def settings_of(raw: Raw, faults: Faults) -> Settings:
    """Read the settings for all kinds, and those that kinds have of their own."""
    judge_names(raw, _SETTINGS, "settings", faults)
    if raw.get("accounting_basis") is None:
        missing("the practice's accounting basis", "settings.accounting_basis", faults)
    given = {
        name: _setting(name, value, below("settings", name), faults)
        for name, value in raw.items()
        if name in _SETTINGS and name != "kinds" and value is not None
    }
    kinds = {
        kind: _of_kind(kind, one, below("settings.kinds", shown(kind)), faults)
        for kind, one in section_of(raw, "kinds", "settings", faults).items()
    }
    own = {kind: one for kind, one in kinds.items() if one != OfKind()}
    given = {"accounting_basis": "", **given, "kinds": own}
    return Settings(**given)  # type: ignore[arg-type]  # by name


def _of_kind(kind: str, raw: object, path: str, faults: Faults) -> OfKind:
    may_say = _may_say(kind)
    if not may_say:
        faults.found(
            "not_a_choice",
            f"{seen(kind)} is no kind of document that has settings of its own.",
            suggestion(kind, KINDS) or "See docs/mapping.md for the kinds.",
            path,
        )
        return OfKind()
    given: dict[str, object] = {}
    for name, value in entry_of(raw, path, may_say, faults).items():
        if name == "number_prefix":
            given[name] = _prefix(value, below(path, name), faults)
        elif name in may_say and value is not None:
            given[name] = _setting(name, value, below(path, name), faults)
    return OfKind(**given)  # type: ignore[arg-type]  # by name


def _may_say(kind: str) -> tuple[str, ...]:
    """Return the settings that a kind may have of its own."""
    cls = KINDS.get(kind)
    if cls is None or not issubclass(cls, NumberedDocument):
        return ()
    if kind == "journal":
        return ("tax", "number_prefix")
    shaped = kind == "write_off" or (issubclass(cls, Lined) and not kind.startswith("opening_"))
    return (*_OF_LINES, "number_prefix") if shaped else ("number_prefix",)


def _prefix(value: object, path: str, faults: Faults) -> str:
    if value is None or value == "":
        return ""
    if not isinstance(value, str) or isinstance(value, Digits):
        wrong(value, 'text in quotation marks, as in "CN-"', path, faults)
        return ""
    if not value.isprintable() or value != value.strip() or len(value) > LONGEST_PREFIX:
        faults.found(
            "not_a_code",
            f"{seen(value)} cannot stand before numbers.",
            f"Use 1 to {LONGEST_PREFIX} printable characters, without a space before or after.",
            path,
        )
    return value


def _setting(name: str, value: object, path: str, faults: Faults) -> object:
    if name == "post_trust":
        if not isinstance(value, bool):
            wrong(value, "true or false", path, faults)
        return value
    if name in DATES:
        date = parse_date(value) if isinstance(value, str) else None
        if date is None:
            wrong(value, "a date as 2026-06-30", path, faults)
        return date
    if name in trust_terms.READ:
        return trust_terms.READ[name](value, path, faults)
    if name == "time_zone":
        return zones.read(value, path, faults)
    choices = CHOICES[name]
    if not isinstance(value, str) or value not in choices:
        faults.found(
            "not_a_choice",
            f"{seen(value)} is none of {', '.join(choices)}.",
            suggestion(str(value), choices) if isinstance(value, str) else "Choose one of them.",
            path,
        )
        return value
    return _ENUMS[name](value) if name in _ENUMS else str(value)


def settings_plain(settings: Settings) -> Raw:
    """Return every setting as it stands in a file."""
    return {
        **{name: getattr(settings, name) for name in _SETTINGS},
        **_dates(settings),
        "trust_rules": {name: str(one) for name, one in settings.trust_rules.items()},
        "kinds": {kind: _said(own) for kind, own in settings.kinds.items()},
    }


def _dates(settings: Settings) -> dict[str, str | None]:
    days = {"tax_filed_to": settings.tax_filed_to, "start_date": settings.start_date}
    return {name: day.isoformat() if day else None for name, day in days.items()}


def _said(own: OfKind) -> Raw:
    """Return what a kind says of its own, and nothing of what it leaves to the settings for all."""
    said = {name: getattr(own, name) for name in (*_OF_LINES, "number_prefix")}
    return {name: value for name, value in said.items() if value}
