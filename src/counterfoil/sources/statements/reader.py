"""A bank's file as the document it becomes: a ``bank_statement``, or everything that is wrong."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from counterfoil.core.amounts import money_text
from counterfoil.core.documents import BankStatement
from counterfoil.core.reader import read_plain
from counterfoil.sources.statements.csv_reader import read_csv
from counterfoil.sources.statements.numbered import Found, Refusal, Told
from counterfoil.sources.statements.ofx_reader import is_ofx, read_ofx

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.core.findings import Finding

LONGEST_FILE = 32 * 1024 * 1024
_LINE = re.compile(r"lines\[(\d+)\]")


class BankFile(NamedTuple):
    """What a bank's file gives: a whole statement, or none and what is wrong.

    ``columns`` says which of the file's columns was taken for what; ``left_out`` are the movements
    outside the days that were asked for.
    """

    document: BankStatement | None
    refused: tuple[Refusal, ...]
    columns: Mapping[str, str]
    left_out: int = 0


def read_file(stream: BinaryIO, told: Told) -> BankFile:
    """Read a bank's statement, recognised by what stands in the file; all of it or nothing."""
    data = stream.read(LONGEST_FILE + 1)
    if len(data) > LONGEST_FILE:
        found = Found()
        found.refuse(1, "too_large", "The file has more than 32 MB.", "Export a shorter time.")
    else:
        text = _text(data)
        found = read_ofx(text) if is_ofx(text) else read_csv(text, told)
    left_out = 0
    if not found.refused:
        left_out = _cut(found, told)
        _bounds(found, told)
    if found.refused:
        return BankFile(None, tuple(found.refused), found.columns)
    return _document(found, told)._replace(left_out=left_out)


def _text(data: bytes) -> str:
    """Read UTF-8, or what Windows writes where it is not."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _cut(found: Found, told: Told) -> int:
    """Leave out what lies outside the days asked for, and keep the file's own balances true."""
    before = [one for one in found.movements if told.begin and one.date < told.begin]
    after = [one for one in found.movements if told.end and one.date > told.end]
    if found.opening is not None:
        found.opening += sum(one.amount for one in before)
    if found.closing is not None:
        found.closing -= sum(one.amount for one in after)
    outside = {one.line for one in (*before, *after)}
    found.movements = [one for one in found.movements if one.line not in outside]
    return len(outside)


def _bounds(found: Found, told: Told) -> None:
    """Settle the days covered and both balances; what the file and the person say must agree."""
    dates = [movement.date for movement in found.movements]
    found.begin = told.begin or found.begin or min(dates, default=None)
    found.end = told.end or found.end or max(dates, default=None)
    moved = sum(movement.amount for movement in found.movements)
    if found.opening is None and found.closing is not None:
        found.opening = found.closing - moved
    _agree("opening", told.opening, found.opening, found)
    found.opening = told.opening if found.opening is None else found.opening
    if found.opening is None and told.closing is not None:
        found.opening = told.closing - moved
    _agree("closing", told.closing, None if found.opening is None else found.opening + moved, found)
    if found.begin is None or found.end is None:
        found.refuse(
            1,
            "no_movements",
            "The file has no movement, so that it does not say which days it covers.",
            "Say so: --from and --to, and --opening for the balance.",
        )
    if found.opening is None:
        found.refuse(
            1,
            "no_balance",
            "The file has no balance.",
            "Give the bank's balance before the first movement: --opening; or after the last: "
            "--closing.",
        )


def _agree(which: str, told: int | None, own: int | None, found: Found) -> None:
    if told is None or own is None or told == own:
        return
    found.refuse(
        1,
        "balance_differs",
        f"The {which} balance is {money_text(own)} by the file and {money_text(told)} as it was "
        "given.",
        "Look at the statement: the file may lack movements, or the balance is of another day.",
        which,
    )


def _document(found: Found, told: Told) -> BankFile:
    """Read the whole through the strict reader, which finds what no movement tells by itself."""
    opening = found.opening or 0
    moved = sum(movement.amount for movement in found.movements)
    raw = {
        "kind": BankStatement.kind,
        "id": f"{told.account}-{found.begin}-{found.end}",
        "date": str(found.end),
        "trust_account" if told.of_trust else "bank_account": told.account,
        "from": str(found.begin),
        "opening_balance": money_text(opening),
        "closing_balance": money_text(opening + moved),
        "lines": [
            {
                "date": str(one.date),
                "amount": money_text(one.amount),
                "text": one.text,
                **({"reference": one.reference} if one.reference else {}),
            }
            for one in found.movements
        ],
    }
    read = read_plain(raw)
    document = read.document
    if not isinstance(document, BankStatement):
        return BankFile(None, tuple(_placed(one, found) for one in read.findings), found.columns)
    kept = dataclasses.replace(document, revision=told.revision)
    return BankFile(kept, (), found.columns)


def _placed(finding: Finding, found: Found) -> Refusal:
    """Name the line of the file on which a movement stands."""
    of = _LINE.match(finding.path)
    line = found.movements[int(of[1])].line if of else 1
    return Refusal(line, finding)
