"""Whether two documents are entered on the same accounts, however their lines are cut.

Another program may have summed up what we write line by line. What matters to the books is what
each account comes to, and under which tracking options where the firm has mapped some.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from counterfoil.core.amounts import money_text
from counterfoil.core.xero_arithmetic import line_amount

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterfoil.core.xero_documents import AccountRef
    from counterfoil.posting.drift.shown import Shown, ShownLine

    Sums = Counter[tuple[str, frozenset[tuple[str, str]]]]
    """What each account comes to under each set of tracking options, in hundredths."""

ONE: Final = 10_000
"""The quantity of one, in ten-thousandths."""
CENTS: Final = 5
"""What rounding lines, and sums of other lines, may differ by on an account, in hundredths."""


def line_differences(ours: Shown, theirs: Shown, codes: Mapping[str, str]) -> Iterator[str]:
    """Yield in words where the two are not entered on the same accounts; ``codes`` to AccountIDs.

    Tracking counts where ours has any. Where lines are with tax on one side and without it on the
    other, their amounts tell nothing, and only the accounts are compared. An overpayment has no
    account of its own: Xero shows its line on the one for what is owed.
    """
    if not ours.lines or not theirs.lines or ours.type.endswith("OVERPAYMENT"):
        return
    tracked = any(line.tracking for line in ours.lines)
    here = _sums(ours.lines, codes, tracked=tracked)
    there = _sums(theirs.lines, codes, tracked=tracked)
    names = {_id(line.account, codes): _name(line.account) for line in (*ours.lines, *theirs.lines)}
    alike = abs(here.total() - there.total()) <= CENTS
    for key in sorted(here.keys() | there.keys(), key=lambda one: (one[0], sorted(one[1]))):
        mine, other = here[key], there[key]
        differs = abs(mine - other) > CENTS if alike else bool(mine) != bool(other)
        if differs:
            where = f"account {names[key[0]]}" + "".join(
                f", {option}" for _, option in sorted(key[1])
            )
            yield f"{money_text(other)} of it stand on {where} in Xero and {money_text(mine)} here"


def _sums(lines: tuple[ShownLine, ...], codes: Mapping[str, str], *, tracked: bool) -> Sums:
    sums: Sums = Counter()
    for line in lines:
        options = line.tracking if tracked else frozenset()
        sums[_id(line.account, codes), options] += _amount(line)
    return Counter({key: amount for key, amount in sums.items() if abs(amount) > CENTS})


def _amount(line: ShownLine) -> int:
    quantity = ONE if line.quantity is None else line.quantity
    return line_amount(quantity, line.unit_amount or 0)


def _id(account: AccountRef, codes: Mapping[str, str]) -> str:
    return codes.get(account.code or "") or account.account_id or account.code or ""


def _name(account: AccountRef) -> str:
    return account.code or account.account_id or "unknown"
