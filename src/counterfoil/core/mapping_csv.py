"""The mapping file as a table: ``section,practice_code,xero_code,key2,key3``.

Rows become the same sections as the JSON form, and back, so that one reader judges both.
docs/mapping.md shows what each section puts into the five columns.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import NamedTuple, cast

from counterfoil.core.faults import Faults, seen, shown, suggestion
from counterfoil.core.guarded import guarded, unguarded

HEADER = ("section", "practice_code", "xero_code", "key2", "key3")
MOST_ROWS = 200_000
OF_KINDS = "kinds"
"""The setting that holds what single kinds of document do otherwise."""
TRUST_RULES = "trust_rules"
"""The setting that holds what single rules of trust accounting do otherwise."""
FIRM_MONEY = "firm_money"
"""The section that says what of the firm's own money may lie in a trust account."""
_SAID_AGAIN = ("category", "client", "limit")
"""What each row of a thing with several rows repeats."""

Raw = dict[str, object]


class Row(NamedTuple):
    """One row of the table; empty cells are empty texts."""

    section: str
    practice_code: str = ""
    xero_code: str = ""
    key2: str = ""
    key3: str = ""


class Entry(NamedTuple):
    """What one row says: a value at a path of keys, and the column that a fault lies in."""

    keys: tuple[str, ...]
    value: object


def sections_of(text: str, faults: Faults) -> tuple[Raw | None, dict[str, str]]:
    """Read the table into sections, with the place (row and column) of each path in them."""
    rows = _numbered(text, faults)
    raw: Raw = {}
    places: dict[str, str] = {}
    if rows is None:
        return None, places
    for number, row in rows:
        read = _READ.get(row.section)
        if read is None:
            _unknown_section(row.section, number, faults)
            continue
        for column, entry in read(row):
            place = f"row {number}, column {column}"
            if not _put(raw, entry):
                faults.found(
                    "duplicate_key",
                    f"{seen(' '.join(shown(key) for key in entry.keys[1:]))} stands here twice.",
                    "Keep the right row and delete the other.",
                    place,
                )
                break
            places[".".join(entry.keys)] = place
    return raw, places


def table_of(raw: Raw) -> str:
    """Write sections, as ``mapping_file`` spells them out, as a table with its header."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for section, write in _WRITE.items():
        writer.writerows(map(guarded, row) for row in write(section, raw[section]))
    return out.getvalue()


def _numbered(text: str, faults: Faults) -> list[tuple[int, Row]] | None:
    """Split the table into rows with their line numbers; None if its header is another one."""
    reader = csv.reader(io.StringIO(text), strict=True)
    rows: list[tuple[int, Row]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) and len(rows) <= MOST_ROWS:
                rows.append((reader.line_num, _row(cells, reader.line_num, faults)))
    except csv.Error as fault:
        _unreadable(f"{fault} in row {reader.line_num}", faults)
        return None
    if not rows or rows[0][1] != Row(*HEADER):
        _unreadable("its first row is not the header", faults)
        return None
    return rows[1:]


def _row(cells: list[str], number: int, faults: Faults) -> Row:
    if len(cells) > len(HEADER):
        faults.found(
            "unknown_field",
            f"There are {len(cells)} cells; a row has {len(HEADER)}.",
            "Put codes with commas into quotation marks.",
            f"row {number}",
        )
    return Row(*(unguarded(cell.strip()) for cell in (*cells, "", "")[: len(HEADER)]))


def _unreadable(why: str, faults: Faults) -> None:
    faults.found(
        "mapping_unreadable",
        f"The mapping file cannot be read: {why}.",
        f"Give JSON, or CSV with the columns {','.join(HEADER)}.",
        "",
    )


def _unknown_section(section: str, number: int, faults: Faults) -> None:
    faults.found(
        "unknown_field",
        f"{seen(section)} is not a section.",
        suggestion(section, _READ) or f"Use one of {', '.join(_READ)}.",
        f"row {number}, column section",
    )


def _put(raw: Raw, entry: Entry) -> bool:
    """Put a value at its path; False if another one stands there already."""
    inner: object = raw
    for key in entry.keys[:-1]:
        inner = cast("Raw", inner).setdefault(key, {})
    if not isinstance(inner, dict):
        return False
    last = entry.keys[-1]
    if last in inner and not (last in _SAID_AGAIN and inner[last] == entry.value):
        return False
    if last != _NO_OPTION:
        inner[last] = entry.value
    return True


_NO_OPTION = ""
"""A dimension without options has one row, with empty codes, that names its category."""

Entries = Iterator[tuple[str, Entry]]


def _read_organisation(row: Row) -> Entries:
    yield "practice_code", Entry((row.section,), row.practice_code)
    yield from _unused(row, "xero_code", "key2", "key3")


def _read_code(row: Row) -> Entries:
    yield "xero_code", Entry((row.section, row.practice_code), row.xero_code)
    yield from _unused(row, "key2", "key3")


def _read_trust_account(row: Row) -> Entries:
    keys = (row.section, row.practice_code)
    yield "xero_code", Entry((*keys, "xero"), row.xero_code)
    yield "key2", Entry((*keys, "type"), row.key2 or None)
    yield "key3", Entry((*keys, "jurisdiction"), row.key3 or None)


def _read_firm_money(row: Row) -> Entries:
    keys = ("trust_accounts", row.practice_code, "firm")
    yield "xero_code", Entry((*keys, "limit"), row.xero_code or None)
    yield "key2", Entry((*keys, "client"), row.key2)
    yield "key3", Entry((*keys, "matters", row.key3), row.key3)


def _read_tax_code(row: Row) -> Entries:
    keys = (row.section, row.practice_code)
    yield "xero_code", Entry((*keys, "sales"), row.xero_code or None)
    yield "key2", Entry((*keys, "purchases"), row.key2 or None)
    yield from _unused(row, "key3")


def _read_tracking(row: Row) -> Entries:
    keys = (row.section, row.key2)
    yield "key3", Entry((*keys, "category"), row.key3)
    yield "xero_code", Entry((*keys, "options", row.practice_code), row.xero_code)


def _read_special(row: Row) -> Entries:
    keys = (row.section, row.practice_code, *((row.key2,) if row.key2 else ()))
    yield "xero_code", Entry(keys, row.xero_code or None)
    yield from _unused(row, "key3")


def _read_ledes(row: Row) -> Entries:
    yield "xero_code", Entry((row.section, row.key2, row.practice_code), row.xero_code)
    yield from _unused(row, "key3")


def _read_setting(row: Row) -> Entries:
    if row.practice_code == OF_KINDS:
        keys = row.section, OF_KINDS, row.key2, row.key3
        yield "xero_code", Entry(keys, row.xero_code or None)
        return
    if row.practice_code == TRUST_RULES:
        yield "xero_code", Entry((row.section, TRUST_RULES, row.key2), row.xero_code)
        yield from _unused(row, "key3")
        return
    value: object = {"true": True, "false": False, "": None}.get(row.xero_code, row.xero_code)
    yield "xero_code", Entry((row.section, row.practice_code), value)
    yield from _unused(row, "key2", "key3")


def _unused(row: Row, *columns: str) -> Entries:
    """A filled cell that means nothing is read as an unknown field, so that it is refused."""
    for column in columns:
        if getattr(row, column):
            yield column, Entry((f"{row.section}.{column}",), getattr(row, column))


_READ: dict[str, Callable[[Row], Entries]] = {
    "organisation": _read_organisation,
    "accounts": _read_code,
    "bank_accounts": _read_code,
    "trust_accounts": _read_trust_account,
    FIRM_MONEY: _read_firm_money,
    "tax_codes": _read_tax_code,
    "tracking": _read_tracking,
    "special": _read_special,
    "ledes": _read_ledes,
    "settings": _read_setting,
}


def _write_organisation(section: str, raw: object) -> Iterator[Row]:
    yield Row(section, _cell(raw))


def _write_codes(section: str, raw: object) -> Iterator[Row]:
    for code, target in cast("Raw", raw).items():
        if isinstance(target, dict):
            yield from (Row(section, code, _cell(one), key) for key, one in target.items())
        else:
            yield Row(section, code, _cell(target))


def _write_ledes(section: str, raw: object) -> Iterator[Row]:
    for name, codes in cast("dict[str, dict[str, str]]", raw).items():
        yield from (Row(section, code, target, name) for code, target in codes.items())


def _write_settings(section: str, raw: object) -> Iterator[Row]:
    settings = cast("Raw", raw)
    nested = (OF_KINDS, TRUST_RULES)
    yield from _write_codes(section, {k: v for k, v in settings.items() if k not in nested})
    for rule, conduct in cast("Raw", settings[TRUST_RULES]).items():
        yield Row(section, TRUST_RULES, _cell(conduct), rule)
    for kind, own in cast("dict[str, Raw]", settings[OF_KINDS]).items():
        yield from (Row(section, OF_KINDS, _cell(each), kind, name) for name, each in own.items())


def _write_records(section: str, raw: object) -> Iterator[Row]:
    for code, record in cast("dict[str, Raw]", raw).items():
        yield Row(section, code, *(_cell(each) for each in record.values()))


def _write_trust_accounts(section: str, raw: object) -> Iterator[Row]:
    accounts = cast("dict[str, Raw]", raw)
    for code, record in accounts.items():
        yield Row(section, code, *(_cell(record[key]) for key in ("xero", "type", "jurisdiction")))
    for code, record in accounts.items():
        firm = cast("Raw | None", record["firm"])
        if firm is not None:
            told = Row(FIRM_MONEY, code, _cell(firm["limit"]), _cell(firm["client"]))
            for matter in cast("list[str]", firm["matters"]) or [""]:
                yield told._replace(key3=matter)


def _write_tracking(section: str, raw: object) -> Iterator[Row]:
    for dimension, record in cast("dict[str, Raw]", raw).items():
        category = _cell(record["category"])
        options = cast("dict[str, str]", record["options"]) or {"": ""}
        for value, option in options.items():
            yield Row(section, value, option, dimension, category)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


_WRITE: dict[str, Callable[[str, object], Iterator[Row]]] = {
    "organisation": _write_organisation,
    "accounts": _write_codes,
    "bank_accounts": _write_codes,
    "trust_accounts": _write_trust_accounts,
    "tax_codes": _write_records,
    "tracking": _write_tracking,
    "special": _write_codes,
    "ledes": _write_ledes,
    "settings": _write_settings,
}
