"""A bank's OFX or QFX file: SGML of the older versions and XML of the newer, read alike.

Elements that hold a value end with the line or the next tag, whether or not they are closed, so
that one reading serves both. Declarations are never read: a file that brings its own entities is
refused, and of entities only the few that OFX names are turned into characters.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.amounts import AmountFault
from counterfoil.core.faults import seen
from counterfoil.sources.statements.amounts import bank_amount, bank_date
from counterfoil.sources.statements.numbered import Found, Movement

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

BEGINS: Final = re.compile(
    r"\A[\ufeff\s]*(OFXHEADER\s*:|<\?xml[^>]*>\s*<\?OFX|<\?OFX|<OFX>)", re.IGNORECASE
)
_TAG = re.compile(r"<(/?)([A-Za-z0-9._]+)\s*>([^<]*)")
_DECLARED = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{6}(\.\d+)?)?(\s*\[[^\]]*\])?").fullmatch
STATEMENT, MOVEMENT, LEDGER = "STMTRS", "STMTTRN", "LEDGERBAL"


class Element(NamedTuple):
    """A tag with the text behind it; ``closes`` for an end tag."""

    line: int
    closes: bool
    name: str
    text: str


def is_ofx(text: str) -> bool:
    """Whether a file says that it is OFX."""
    return BEGINS.match(text) is not None


@dataclass
class Part:
    """One aggregate, with the values that stand directly in it, and the line where it begins."""

    line: int
    values: dict[str, Element] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a value, empty where there is none."""
        return self.values[name].text if name in self.values else ""


def read_ofx(text: str) -> Found:
    """Read the one bank statement of an OFX file."""
    found = Found(columns={"format": "OFX"})
    declared = _DECLARED.search(text)
    if declared:
        found.refuse(
            text.count("\n", 0, declared.start()) + 1,
            "entities_declared",
            "The file declares entities of its own, which no bank's file does.",
            "Export the file from the bank again; do not use this one.",
        )
        return found
    statements = list(_statements(text))
    if len(statements) == 1:
        _read(statements[0], found)
    else:
        _not_one(statements, found)
    return found


Statement = dict[str, list[Part]]
"""The aggregates of one statement, by their names."""


def _statements(text: str) -> Iterator[Statement]:
    """Gather each bank statement; what stands outside of them concerns nobody here."""
    statement: Statement | None = None
    part = Part(1)
    for element in _elements(text):
        if element.name == STATEMENT:
            if element.closes and statement is not None:
                yield statement
            statement = None if element.closes else {}
        elif statement is not None and element.name in {"BANKTRANLIST", MOVEMENT, LEDGER}:
            if not element.closes:
                part = Part(element.line)
                statement.setdefault(element.name, []).append(part)
            else:
                part = Part(element.line)
        elif statement is not None and element.text and not element.closes:
            part.values.setdefault(element.name, element)


def _not_one(statements: list[Statement], found: Found) -> None:
    count = len(statements)
    found.refuse(
        1,
        "not_one_statement",
        f"The file holds {count or 'no'} bank statements.",
        "Export one account at a time." if count else "Export the file from the bank again.",
    )


def _read(statement: Statement, found: Found) -> None:
    for part in statement.get(MOVEMENT, ()):
        movement = _movement(part, found)
        if movement is not None:
            found.movements.append(movement)
    found.movements.sort(key=lambda movement: movement.date)
    for listed in statement.get("BANKTRANLIST", ()):
        found.begin = _optional(listed, "DTSTART", found)
        found.end = _optional(listed, "DTEND", found)
    for ledger in statement.get(LEDGER, ()):
        _balance(ledger, found)


def _balance(ledger: Part, found: Found) -> None:
    """Take the bank's balance, if it is that of the statement's end and not of a later day."""
    on, amount = _date(ledger, "DTASOF", found), _amount(ledger, "BALAMT", found)
    last = max((movement.date for movement in found.movements), default=found.end)
    if on is None or amount is None:
        return
    if found.end is None or last is None or last <= on <= found.end:
        found.end = on if found.end is None else found.end
        found.closing = amount
    elif on < last:
        found.refuse(
            ledger.line,
            "balance_of_another_day",
            f"The bank's balance is of {on}, and there are movements up to {last}.",
            "Export the statement again, up to one day; or give the balance: --closing.",
            "LEDGERBAL/DTASOF",
        )


def _movement(part: Part, found: Found) -> Movement | None:
    date, amount = _date(part, "DTPOSTED", found), _amount(part, "TRNAMT", found)
    if date is None or amount is None:
        return None
    said = (part.text("NAME") or part.text("PAYEE"), part.text("MEMO"))
    text = ", ".join(dict.fromkeys(each for each in said if each))
    reference = part.text("CHECKNUM") or part.text("REFNUM")
    name = text or reference or part.text("TRNTYPE") or "(no text)"
    return Movement(part.line, date, amount, name, reference)


def _optional(part: Part, name: str, found: Found) -> dt.date | None:
    return _date(part, name, found) if name in part.values else None


def _date(part: Part, name: str, found: Found) -> dt.date | None:
    """Read the day that the bank names; the hour and its zone do not move it."""
    text = part.text(name)
    read = _DATE(text)
    date = bank_date("".join(read.groups()[:3]), "") if read else None
    if date is None:
        _refuse(part, name, f"{seen(text)} is no date.", "not_a_date", found)
    return date


def _amount(part: Part, name: str, found: Found) -> int | None:
    text = part.text(name)
    try:
        return bank_amount(text)
    except AmountFault:
        words = f"{seen(text)} is no amount with at most two decimals."
        _refuse(part, name, words, "not_an_amount", found)
        return None


def _refuse(part: Part, name: str, words: str, code: str, found: Found) -> None:
    line = part.values[name].line if name in part.values else part.line
    said = words if part.text(name) else f"The element {name} is missing."
    found.refuse(line, code, said, "Export the file from the bank again.", name)


def _elements(text: str) -> Iterator[Element]:
    """Yield the tags with the text behind each, once through."""
    line, at = 1, 0
    for tag in _TAG.finditer(text):
        line += text.count("\n", at, tag.start())
        at = tag.start()
        yield Element(line, bool(tag[1]), tag[2].upper(), html.unescape(tag[3]).strip())
