"""The mapping file of interfaces.md, in both of its forms: JSON, and CSV with five columns.

Both are read into the same sections, so that one reader judges them and one list of faults comes
out. In the CSV a row is ``section,practice_code,xero_code,key2,key3``; docs/mapping.md shows what
each section puts there.
"""

from __future__ import annotations

import dataclasses
import json
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from counterfoil.core import trust_terms
from counterfoil.core.documents import KINDS, Lined, NumberedDocument
from counterfoil.core.faults import Faults, seen, shown, suggestion
from counterfoil.core.forms import parse_date
from counterfoil.core.ledes import Ledes
from counterfoil.core.mapping import (
    Guard,
    Lines,
    Mapping,
    OfKind,
    Settings,
    Special,
    Tax,
    TaxCode,
    TrackingTarget,
    TrustAccount,
)
from counterfoil.core.mapping_csv import HEADER, Raw, sections_of, table_of
from counterfoil.core.plain import Digits, NotJson, below, doubled_keys, parse, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from counterfoil.core.findings import Finding

LARGEST_FILE = 16 * 1024 * 1024
"""Bytes of a mapping file; a chart of ten thousand codes has one million."""
LONGEST_CODE = 255
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
_SPECIAL = tuple(each.name for each in dataclasses.fields(Special))
_SECTIONS = (
    "organisation",
    "accounts",
    "bank_accounts",
    "trust_accounts",
    "tax_codes",
    "tracking",
    "special",
    "ledes",
    "settings",
)
_LEDES = ("accounts", "tax_codes")
_OF_LINES = ("lines", "tax", "rounding_guard")
"""The settings that kinds with lines may have of their own."""
_ENUMS: dict[str, type[StrEnum]] = {"lines": Lines, "tax": Tax, "rounding_guard": Guard}


def read_mapping(data: bytes) -> tuple[Mapping | None, tuple[Finding, ...]]:
    """Read a mapping file, JSON or CSV by its first character; None if anything is at fault."""
    faults = Faults()
    raw, places = _sections(data, faults)
    if raw is None:
        return None, tuple(faults)
    read = Faults()
    mapping = _mapping(raw, read)
    faults.extend(dataclasses.replace(each, path=placed(each.path, places)) for each in read)
    return (None if faults else mapping), tuple(faults)


def mapping_to_json(mapping: Mapping) -> bytes:
    """Write a mapping as JSON, every section and setting spelt out, in UTF-8."""
    return (json.dumps(_plain(mapping), indent=1, ensure_ascii=False) + "\n").encode()


def mapping_to_csv(mapping: Mapping) -> str:
    """Write a mapping as CSV, one row per code, with the header."""
    return table_of(_plain(mapping))


def placed(path: str, places: dict[str, str]) -> str:
    """Turn a field's path into its place in a table; the nearest known one above it will do."""
    if not places:
        return path
    above = path
    while above and above not in places:
        above = above[: max(above.rfind("."), above.rfind("["), 0)]
    return places.get(above, path)


def _sections(data: bytes, faults: Faults) -> tuple[Raw | None, dict[str, str]]:
    """Parse either form into sections, with the place of each value where rows have places."""
    if len(data) > LARGEST_FILE:
        _unreadable(f"it is larger than {LARGEST_FILE:,} bytes", faults)
        return None, {}
    try:
        text = text_of(data)
        if not text.startswith(("{", "[")):
            return sections_of(text, faults)
        raw = parse(text)
    except NotJson as fault:
        _unreadable(str(fault), faults)
        return None, {}
    if not isinstance(raw, dict):
        _unreadable("it holds a list, not an object", faults)
        return None, {}
    for path in doubled_keys(raw):
        faults.found(
            "duplicate_key",
            "This stands here twice.",
            "Keep the right one, delete the other.",
            path,
        )
    return raw, {}


def _unreadable(why: str, faults: Faults) -> None:
    faults.found(
        "mapping_unreadable",
        f"The mapping file cannot be read: {why}.",
        f"Give JSON, or CSV with the columns {','.join(HEADER)}.",
        "",
    )


def _mapping(raw: Raw, faults: Faults) -> Mapping | None:
    _known(raw, _SECTIONS, "", faults)
    settings = _settings(_object(raw, "settings", "", faults), faults)
    organisation = _code(raw.get("organisation"), "organisation", faults)
    mapping = Mapping(
        organisation=organisation or "",
        settings=settings,
        accounts=_codes(raw, "accounts", "", faults),
        bank_accounts=_codes(raw, "bank_accounts", "", faults),
        trust_accounts=_each(raw, "trust_accounts", _trust_account, faults),
        tax_codes=_each(raw, "tax_codes", _tax_code, faults),
        tracking=_each(raw, "tracking", _tracking, faults),
        special=_special(_object(raw, "special", "", faults), faults),
        ledes=_ledes(_object(raw, "ledes", "", faults), faults),
    )
    return None if faults.total else mapping


T = TypeVar("T")


def _each(
    raw: Raw, section: str, read: Callable[[object, str, Faults], T], faults: Faults
) -> dict[str, T]:
    entries = _object(raw, section, "", faults)
    for code in entries:
        _key(code, section, faults)
    return {code: read(each, below(section, code), faults) for code, each in entries.items()}


def _codes(raw: Raw, section: str, path: str, faults: Faults) -> dict[str, str]:
    where = below(path, section)
    entries = _object(raw, section, path, faults)
    for code in entries:
        _key(code, where, faults)
    return {code: _code(each, below(where, code), faults) or "" for code, each in entries.items()}


def _trust_account(raw: object, path: str, faults: Faults) -> TrustAccount:
    if isinstance(raw, str) and not isinstance(raw, Digits):
        return TrustAccount(_code(raw, path, faults) or "")
    entry = _entry(raw, path, ("xero", "type", "jurisdiction", "firm"), faults)
    return TrustAccount(
        xero=_code(entry.get("xero"), below(path, "xero"), faults) or "",
        type=_optional(entry.get("type"), below(path, "type"), faults) or "general",
        jurisdiction=_optional(entry.get("jurisdiction"), below(path, "jurisdiction"), faults),
        firm=trust_terms.firm_money(entry.get("firm"), below(path, "firm"), faults),
    )


def _tax_code(raw: object, path: str, faults: Faults) -> TaxCode:
    if not isinstance(raw, dict):
        both = _code(raw, path, faults)
        return TaxCode(both, both)
    entry = _entry(raw, path, ("sales", "purchases"), faults)
    code = TaxCode(
        _optional(entry.get("sales"), below(path, "sales"), faults),
        _optional(entry.get("purchases"), below(path, "purchases"), faults),
    )
    if code == TaxCode(None, None) and not faults.total:
        _missing("a Xero tax type", path, faults)
    return code


def _tracking(raw: object, path: str, faults: Faults) -> TrackingTarget:
    entry = _entry(raw, path, ("category", "options"), faults)
    return TrackingTarget(
        category=_code(entry.get("category"), below(path, "category"), faults) or "",
        options=_codes(entry, "options", path, faults),
    )


def _ledes(raw: Raw, faults: Faults) -> Ledes:
    _known(raw, _LEDES, "ledes", faults)
    return Ledes(*(_codes(raw, name, "ledes", faults) for name in _LEDES))


def _special(raw: Raw, faults: Faults) -> Special:
    _known(raw, _SPECIAL, "special", faults)
    liability = raw.get("trust_liability")
    per_account = (
        _codes(raw, "trust_liability", "special", faults) if isinstance(liability, dict) else None
    )
    single = {
        name: _optional(raw.get(name), below("special", name), faults)
        for name in _SPECIAL
        if not (name == "trust_liability" and per_account is not None)
    }
    special = Special(**single)
    if per_account is None:
        return special
    return dataclasses.replace(special, trust_liability=per_account)


def _settings(raw: Raw, faults: Faults) -> Settings:
    _known(raw, _SETTINGS, "settings", faults)
    if raw.get("accounting_basis") is None:
        _missing("the practice's accounting basis", "settings.accounting_basis", faults)
    given = {
        name: _setting(name, value, below("settings", name), faults)
        for name, value in raw.items()
        if name in _SETTINGS and name != "kinds" and value is not None
    }
    kinds = {
        kind: _of_kind(kind, one, below("settings.kinds", shown(kind)), faults)
        for kind, one in _object(raw, "kinds", "settings", faults).items()
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
    for name, value in _entry(raw, path, may_say, faults).items():
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
        _wrong(value, 'text in quotation marks, as in "CN-"', path, faults)
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
            _wrong(value, "true or false", path, faults)
        return value
    if name in DATES:
        date = parse_date(value) if isinstance(value, str) else None
        if date is None:
            _wrong(value, "a date as 2026-06-30", path, faults)
        return date
    if name in trust_terms.READ:
        return trust_terms.READ[name](value, path, faults)
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


def _object(raw: Raw, name: str, path: str, faults: Faults) -> Raw:
    """Return a section; one that is left out is empty."""
    value = raw.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        _wrong(value, "an object", below(path, name), faults)
        return {}
    return value


def _entry(raw: object, path: str, names: tuple[str, ...], faults: Faults) -> Raw:
    if not isinstance(raw, dict):
        _wrong(raw, f"an object with {', '.join(names)}", path, faults)
        return {}
    _known(raw, names, path, faults)
    return raw


def _known(raw: Iterable[str], names: tuple[str, ...], path: str, faults: Faults) -> None:
    for name in raw:
        if name not in names:
            faults.found(
                "unknown_field",
                f"There is no {seen(name)} here.",
                suggestion(name, names) or f"Leave it out. Known here: {', '.join(names)}.",
                below(path, shown(name)),
            )


def _key(code: str, path: str, faults: Faults) -> None:
    if not code or code != code.strip() or not code.isprintable() or len(code) > LONGEST_CODE:
        faults.found(
            "not_a_code",
            f"{seen(code)} cannot be a code.",
            f"Use 1 to {LONGEST_CODE} printable characters, without a space before or after.",
            below(path, shown(code)),
        )


def _optional(value: object, path: str, faults: Faults) -> str | None:
    return None if value is None or value == "" else _code(value, path, faults)


def _code(value: object, path: str, faults: Faults) -> str | None:
    if value is None or value == "":
        _missing("a value", path, faults)
    elif not isinstance(value, str) or isinstance(value, Digits):
        _wrong(value, 'text in quotation marks, as in "200"', path, faults)
    else:
        _key(value, path, faults)
        return value
    return None


def _missing(what: str, path: str, faults: Faults) -> None:
    faults.found("missing_field", f"Here {what} is missing.", "Fill it in.", path)


def _wrong(value: object, wanted: str, path: str, faults: Faults) -> None:
    faults.found("wrong_type", f"Here is {seen(value)}, not {wanted}.", f"Give {wanted}.", path)


def _dates(settings: Settings) -> dict[str, str | None]:
    days = {"tax_filed_to": settings.tax_filed_to, "start_date": settings.start_date}
    return {name: day.isoformat() if day else None for name, day in days.items()}


def _plain(mapping: Mapping) -> Raw:
    special = {name: getattr(mapping.special, name) for name in _SPECIAL}
    settings = {name: getattr(mapping.settings, name) for name in _SETTINGS}
    liability = special["trust_liability"]
    return {
        "organisation": mapping.organisation,
        "accounts": dict(mapping.accounts),
        "bank_accounts": dict(mapping.bank_accounts),
        "trust_accounts": {
            code: {
                "xero": each.xero,
                "type": each.type,
                "jurisdiction": each.jurisdiction,
                "firm": trust_terms.plain_firm(each.firm),
            }
            for code, each in mapping.trust_accounts.items()
        },
        "tax_codes": {
            code: {"sales": each.sales, "purchases": each.purchases}
            for code, each in mapping.tax_codes.items()
        },
        "tracking": {
            name: {"category": each.category, "options": dict(each.options)}
            for name, each in mapping.tracking.items()
        },
        "special": {
            **special,
            "trust_liability": liability
            if liability is None or isinstance(liability, str)
            else dict(liability),
        },
        "ledes": {name: dict(getattr(mapping.ledes, name)) for name in _LEDES},
        "settings": {
            **settings,
            **_dates(mapping.settings),
            "trust_rules": {name: str(one) for name, one in mapping.settings.trust_rules.items()},
            "kinds": {kind: _said(own) for kind, own in mapping.settings.kinds.items()},
        },
    }


def _said(own: OfKind) -> Raw:
    """Return what a kind says of its own, and nothing of what it leaves to the settings for all."""
    said = {name: getattr(own, name) for name in (*_OF_LINES, "number_prefix")}
    return {name: value for name, value in said.items() if value}
