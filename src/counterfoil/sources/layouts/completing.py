"""What a report leaves unsaid and a document needs, taken from beside it.

An id from the number, a party's id from its name, a total from its lines: docs/sources.md lists
each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from counterfoil.core.amounts import AmountFault, hundredths, money_text
from counterfoil.core.documents import KINDS, Lined
from counterfoil.core.numbering import by_number
from counterfoil.core.table import kind_shape
from counterfoil.sources.files.csv_reader import LISTS
from counterfoil.sources.layouts.layout import BY_NUMBER, PARTIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.sources.layouts.layout import Layout

Raw = dict[str, object]


def complete(raw: Raw, layout: Layout) -> None:
    """Add what follows from the rest."""
    for record in _records(raw):
        _name_each_other(record)
        _name_bills(record, raw)
    if "id" not in raw and isinstance(raw.get("number"), str):
        raw["id"] = _id(raw, layout)
    if issubclass(KINDS[layout.kind], Lined):
        _add_up(raw)
    elif kind_shape(layout.kind).column("splits") is not None:
        _split(raw)
    if kind_shape(layout.kind).column("allocations") is not None:
        _allocate(raw, with_amount=kind_shape(layout.kind).column("amount") is not None)


def _id(raw: Raw, layout: Layout) -> str:
    """Make an id of what identifies a paper: its system, whose it is, and its number.

    The kind is part of a document's name beside the id. However the layout is called, the same
    paper is the same document; suppliers, and trust accounts, have numbers of their own.
    """
    supplier, account = raw.get("supplier"), raw.get("trust_account")
    owner: list[str] = []
    if isinstance(supplier, dict) and isinstance(supplier.get("id"), str):
        owner = [" ".join(supplier["id"].casefold().split())]
    elif isinstance(account, str):
        owner = [account]
    # No two owners, each with a number behind a colon, may look the same.
    owner = [each.replace("%", "%25").replace(":", "%3A") for each in owner]
    return ":".join([layout.system, *owner, str(raw["number"])])


def _name_bills(record: Raw, document: Raw) -> None:
    """A bill of which only the number is told is named by that (``core.numbering.by_number``)."""
    for name in ("bill", "supplier_bill"):
        bill = record.get(name)
        if isinstance(bill, dict) and bill.keys() == {BY_NUMBER}:
            supplier = document.get("supplier") or document.get("payee")
            whose = supplier.get("name") if isinstance(supplier, dict) else None
            of = str(whose or "") if name == "supplier_bill" else ""
            record[name] = by_number(str(bill[BY_NUMBER]), of)


def _allocate(raw: Raw, *, with_amount: bool) -> None:
    """Add what the amount and its allocations tell of each other; what names no bill is credit."""
    parts = cast("list[Raw]", raw.pop("allocations", []))
    named = [one for one in parts if "bill" in one or "supplier_bill" in one]
    if len(parts) == 1 and named and "amount" in raw:
        named[0].setdefault("amount", raw["amount"])
    if with_amount and parts and "amount" not in raw:
        moved = (_cents(one.get("bank_amount") or one.get("amount")) for one in parts)
        raw["amount"] = money_text(sum(moved))
    raw["allocations"] = named


def _records(raw: Raw) -> Iterator[Raw]:
    yield raw
    for name in LISTS.values():
        entries = raw.get(name)
        if isinstance(entries, list):
            yield from (each for each in entries if isinstance(each, dict))


def _name_each_other(record: Raw) -> None:
    """A party without an id goes by its name, and the reverse; a matter by its number."""
    for names, other in ((PARTIES, "name"), (("matter",), "number")):
        for name in names:
            party = record.get(name)
            if isinstance(party, dict):
                party.setdefault("id", party.get(other))
                party.setdefault(other, party.get("id"))


def _cents(value: object) -> int:
    """Read an amount for a sum; one that is at fault is told by the strict reader."""
    try:
        return hundredths(value) if isinstance(value, str) else 0
    except AmountFault:
        return 0


def _add_up(raw: Raw) -> None:
    """Add what the lines, the tax and the total tell of each other."""
    lines = cast("list[Raw]", raw.setdefault("lines", []))
    taxes = sum(_cents(line.get("tax")) for line in lines)
    raw.setdefault("tax", money_text(taxes))
    inclusive = raw.get("tax_inclusive") is True
    tax = 0 if inclusive else _cents(raw["tax"])
    if len(lines) == 1 and "total" not in lines[0] and "total" in raw:
        lines[0]["total"] = money_text(_cents(raw["total"]) - tax)
    total = sum(_cents(line.get("total")) for line in lines)
    raw.setdefault("total", money_text(total + tax))
    for line in lines:
        line.setdefault("description", raw.get("memo") or raw.get("number"))


def _split(raw: Raw) -> None:
    """Add whose money it is: the payer's or payee's, unless the splits say so; and the reverse."""
    splits = cast("list[Raw]", raw.setdefault("splits", []))
    who = next((raw[name] for name in PARTIES if isinstance(raw.get(name), dict)), None)
    for split in splits:
        if len(splits) == 1 and "amount" in raw:
            split.setdefault("amount", raw["amount"])
        if who is not None:
            split.setdefault("client", dict(cast("Raw", who)))
    raw.setdefault("amount", money_text(sum(_cents(split.get("amount")) for split in splits)))
    party = next((each for each in ("payer", "payee") if _has(raw, each)), None)
    if party is not None and party not in raw and splits and "client" in splits[0]:
        raw[party] = dict(cast("Raw", splits[0]["client"]))


def _has(raw: Raw, name: str) -> bool:
    return kind_shape(str(raw["kind"])).column(name) is not None
