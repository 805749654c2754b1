"""The lines of a document as they were sent, held against those that Xero shows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.amounts import money_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from counterfoil.core.xero_documents import AccountRef
    from counterfoil.posting.drift.shown import Known, ShownLine

NAMED_MOST = 20
"""Lines that are named one by one where everything is told."""
TEXT_MOST = 500
"""Characters of a line's text that are shown."""


class Difference(NamedTuple):
    """A code of the catalogue, and what was before and is now."""

    code: str
    details: str = ""


def differing(
    sent: tuple[ShownLine, ...], found: tuple[ShownLine, ...], known: Known, most: int = 1
) -> Iterator[Difference]:
    """Yield what differs on lines, ``most`` of them by name; those that only moved are the same."""
    if len(sent) != len(found):
        yield Difference("lines_added_or_removed", became(str(len(sent)), str(len(found))))
        return
    if not _left(sent, found, known):
        return
    pairs = list(zip(sent, found, strict=True))
    for code, same, shown in (
        ("line_amount_changed", _same_amount, _figure),
        ("line_account_changed", lambda a, b: same_account(a.account, b.account, known), _on),
        ("line_tax_changed", _same_tax, lambda line: line.tax_type),
        ("line_tracking_changed", lambda a, b: a.tracking == b.tracking, _tracked),
    ):
        yield from _named(code, pairs, same, shown, most)


def in_full(
    sent: tuple[ShownLine, ...], found: tuple[ShownLine, ...], known: Known
) -> Iterator[Difference]:
    """Yield all that differs on lines, their texts too, of which blanks do not count."""
    if len(sent) != len(found):
        added, gone = _left(found, sent, known), _left(sent, found, known)
        yield Difference("lines_added_or_removed", became(_listed(gone), _listed(added)))
        return
    yield from differing(sent, found, known, NAMED_MOST)
    if Counter(map(_text, sent)) != Counter(map(_text, found)):
        pairs = list(zip(sent, found, strict=True))
        code = "line_description_changed"
        yield from _named(code, pairs, lambda a, b: _text(a) == _text(b), _shortly, NAMED_MOST)


def _listed(lines: Sequence[ShownLine]) -> str:
    told = [f"“{_shortly(one)}” {_figure(one)} on {_on(one)}" for one in lines[:NAMED_MOST]]
    return ", ".join(told) + _others(len(lines) - NAMED_MOST)


def _named(
    code: str,
    pairs: Sequence[tuple[ShownLine, ShownLine]],
    same: Callable[[ShownLine, ShownLine], bool],
    shown: Callable[[ShownLine], str],
    most: int,
) -> Iterator[Difference]:
    changed = [(n, *pair) for n, pair in enumerate(pairs, 1) if not same(*pair)]
    told = [f"line {n} {became(shown(ours), shown(theirs))}" for n, ours, theirs in changed[:most]]
    if told:
        yield Difference(code, ", ".join(told) + _others(len(changed) - most))


def _others(more: int) -> str:
    return f" and {more} more" if more > 0 else ""


def _left(
    sent: tuple[ShownLine, ...], found: tuple[ShownLine, ...], known: Known
) -> list[ShownLine]:
    """Return the lines of the one that are not among those of the other, wherever they stand."""
    free, left = list(found), []
    for line in sent:
        same = next((one for one in free if _same_line(line, one, known)), None)
        if same is None:
            left.append(line)
        else:
            free.remove(same)
    return left


def _same_line(sent: ShownLine, found: ShownLine, known: Known) -> bool:
    return (
        _same_amount(sent, found)
        and same_account(sent.account, found.account, known)
        and _same_tax(sent, found)
        and sent.tracking == found.tracking
    )


def _same_amount(sent: ShownLine, found: ShownLine) -> bool:
    return sent[:2] == found[:2] and (None in {sent.tax, found.tax} or sent.tax == found.tax)


def _same_tax(sent: ShownLine, found: ShownLine) -> bool:
    return "" in {sent.tax_type, found.tax_type} or sent.tax_type == found.tax_type


def same_account(sent: AccountRef, found: AccountRef, known: Known) -> bool:
    """Compare by id where both have one: codes may be given to another account."""
    ours = sent.account_id or known.accounts.get(sent.code or "")
    if ours is not None and found.account_id is not None:
        return ours == found.account_id
    return None in {sent.code, found.code} or sent.code == found.code


def _on(line: ShownLine) -> str:
    return line.account.code or line.account.account_id or ""


def _tracked(line: ShownLine) -> str:
    return ", ".join(option for _, option in sorted(line.tracking))


def _text(line: ShownLine) -> str:
    return " ".join(line.description.split())


def _shortly(line: ShownLine) -> str:
    text = _text(line)
    return text if len(text) <= TEXT_MOST else f"{text[:TEXT_MOST]}…"


def _figure(line: ShownLine) -> str:
    quantity = 10_000 if line.quantity is None else line.quantity
    return amount_text(round(quantity * (line.unit_amount or 0) / 1_000_000))


def amount_text(amount: int | None) -> str:
    """Return an amount in hundredths as people read it."""
    return "nothing" if amount is None else money_text(amount)


def became(before: str, now: str) -> str:
    """Say what was before, and what is now."""
    return f"{before or 'nothing'} became {now or 'nothing'}"
