"""What stands in the sections of a mapping file: entries and codes, and what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.faults import Faults, seen, shown, suggestion
from counterfoil.core.plain import Digits, below

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counterfoil.core.mapping_csv import Raw

LONGEST_CODE = 255


def codes_of(raw: Raw, section: str, path: str, faults: Faults) -> dict[str, str]:
    """Return a section in which each code of the practice has one of Xero."""
    where = below(path, section)
    entries = section_of(raw, section, path, faults)
    for code in entries:
        judge_code(code, where, faults)
    return {code: code_of(each, below(where, code), faults) or "" for code, each in entries.items()}


def section_of(raw: Raw, name: str, path: str, faults: Faults) -> Raw:
    """Return a section; one that is left out is empty."""
    value = raw.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        wrong(value, "an object", below(path, name), faults)
        return {}
    return value


def entry_of(raw: object, path: str, names: tuple[str, ...], faults: Faults) -> Raw:
    """Return an entry that is an object with no other names than these."""
    if not isinstance(raw, dict):
        wrong(raw, f"an object with {', '.join(names)}", path, faults)
        return {}
    judge_names(raw, names, path, faults)
    return raw


def judge_names(raw: Iterable[str], names: tuple[str, ...], path: str, faults: Faults) -> None:
    """Find fault with each name that is none of these."""
    for name in raw:
        if name not in names:
            faults.found(
                "unknown_field",
                f"There is no {seen(name)} here.",
                suggestion(name, names) or f"Leave it out. Known here: {', '.join(names)}.",
                below(path, shown(name)),
            )


def judge_code(code: str, path: str, faults: Faults) -> None:
    """Find fault with what cannot be a code."""
    if not code or code != code.strip() or not code.isprintable() or len(code) > LONGEST_CODE:
        faults.found(
            "not_a_code",
            f"{seen(code)} cannot be a code.",
            f"Use 1 to {LONGEST_CODE} printable characters, without a space before or after.",
            below(path, shown(code)),
        )


def optional_code(value: object, path: str, faults: Faults) -> str | None:
    """Return a code, or None where there is none."""
    return None if value is None or value == "" else code_of(value, path, faults)


def code_of(value: object, path: str, faults: Faults) -> str | None:
    """Return a code that has to be there."""
    if value is None or value == "":
        missing("a value", path, faults)
    elif not isinstance(value, str) or isinstance(value, Digits):
        wrong(value, 'text in quotation marks, as in "200"', path, faults)
    else:
        judge_code(value, path, faults)
        return value
    return None


def missing(what: str, path: str, faults: Faults) -> None:
    """Find fault with what is not there."""
    faults.found("missing_field", f"Here {what} is missing.", "Fill it in.", path)


def wrong(value: object, wanted: str, path: str, faults: Faults) -> None:
    """Find fault with a value of another type."""
    faults.found("wrong_type", f"Here is {seen(value)}, not {wanted}.", f"Give {wanted}.", path)
