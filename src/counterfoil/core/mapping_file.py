"""The mapping file of interfaces.md, in both of its forms: JSON, and CSV with five columns.

Both are read into the same sections, so that one reader judges them and one list of faults comes
out. In the CSV a row is ``section,practice_code,xero_code,key2,key3``; docs/mapping.md shows what
each section puts there.
"""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, TypeVar

from counterfoil.core import trust_terms
from counterfoil.core.faults import Faults
from counterfoil.core.ledes import Ledes
from counterfoil.core.mapping import (
    Mapping,
    Special,
    TaxCode,
    TrackingTarget,
    TrustAccount,
)
from counterfoil.core.mapping_csv import HEADER, Raw, sections_of, table_of
from counterfoil.core.mapping_entries import (
    code_of,
    codes_of,
    entry_of,
    judge_code,
    judge_names,
    missing,
    optional_code,
    section_of,
)
from counterfoil.core.mapping_settings import settings_of, settings_plain
from counterfoil.core.plain import Digits, NotJson, below, doubled_keys, parse, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.core.findings import Finding

LARGEST_FILE = 16 * 1024 * 1024
"""Bytes of a mapping file; a chart of ten thousand codes has one million."""

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
    judge_names(raw, _SECTIONS, "", faults)
    settings = settings_of(section_of(raw, "settings", "", faults), faults)
    organisation = code_of(raw.get("organisation"), "organisation", faults)
    mapping = Mapping(
        organisation=organisation or "",
        settings=settings,
        accounts=codes_of(raw, "accounts", "", faults),
        bank_accounts=codes_of(raw, "bank_accounts", "", faults),
        trust_accounts=_each(raw, "trust_accounts", _trust_account, faults),
        tax_codes=_each(raw, "tax_codes", _tax_code, faults),
        tracking=_each(raw, "tracking", _tracking, faults),
        special=_special(section_of(raw, "special", "", faults), faults),
        ledes=_ledes(section_of(raw, "ledes", "", faults), faults),
    )
    return None if faults.total else mapping


T = TypeVar("T")


def _each(
    raw: Raw, section: str, read: Callable[[object, str, Faults], T], faults: Faults
) -> dict[str, T]:
    entries = section_of(raw, section, "", faults)
    for code in entries:
        judge_code(code, section, faults)
    return {code: read(each, below(section, code), faults) for code, each in entries.items()}


def _trust_account(raw: object, path: str, faults: Faults) -> TrustAccount:
    if isinstance(raw, str) and not isinstance(raw, Digits):
        return TrustAccount(code_of(raw, path, faults) or "")
    entry = entry_of(raw, path, ("xero", "type", "jurisdiction", "firm"), faults)
    return TrustAccount(
        xero=code_of(entry.get("xero"), below(path, "xero"), faults) or "",
        type=optional_code(entry.get("type"), below(path, "type"), faults) or "general",
        jurisdiction=optional_code(entry.get("jurisdiction"), below(path, "jurisdiction"), faults),
        firm=trust_terms.firm_money(entry.get("firm"), below(path, "firm"), faults),
    )


def _tax_code(raw: object, path: str, faults: Faults) -> TaxCode:
    if not isinstance(raw, dict):
        both = code_of(raw, path, faults)
        return TaxCode(both, both)
    entry = entry_of(raw, path, ("sales", "purchases"), faults)
    code = TaxCode(
        optional_code(entry.get("sales"), below(path, "sales"), faults),
        optional_code(entry.get("purchases"), below(path, "purchases"), faults),
    )
    if code == TaxCode(None, None) and not faults.total:
        missing("a Xero tax type", path, faults)
    return code


def _tracking(raw: object, path: str, faults: Faults) -> TrackingTarget:
    entry = entry_of(raw, path, ("category", "options"), faults)
    return TrackingTarget(
        category=code_of(entry.get("category"), below(path, "category"), faults) or "",
        options=codes_of(entry, "options", path, faults),
    )


def _ledes(raw: Raw, faults: Faults) -> Ledes:
    judge_names(raw, _LEDES, "ledes", faults)
    return Ledes(*(codes_of(raw, name, "ledes", faults) for name in _LEDES))


def _special(raw: Raw, faults: Faults) -> Special:
    judge_names(raw, _SPECIAL, "special", faults)
    liability = raw.get("trust_liability")
    per_account = (
        codes_of(raw, "trust_liability", "special", faults) if isinstance(liability, dict) else None
    )
    single = {
        name: optional_code(raw.get(name), below("special", name), faults)
        for name in _SPECIAL
        if not (name == "trust_liability" and per_account is not None)
    }
    special = Special(**single)
    if per_account is None:
        return special
    return dataclasses.replace(special, trust_liability=per_account)


def _plain(mapping: Mapping) -> Raw:
    special = {name: getattr(mapping.special, name) for name in _SPECIAL}
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
        "settings": settings_plain(mapping.settings),
    }
