"""UTBMS codes of LEDES bills: how they stand on a bill's lines, and what they are for the practice.

LEDES tells no accounts, only what was done: a task code (L510), an activity code (A102), an expense
code (E111), each from the Uniform Task-Based Management System. A line keeps what its file says, as
``LEDES/F/L510/A102``; the mapping says what that is, so that a better mapping needs no new import.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Mapping as ReadOnly

PREFIX: Final = "LEDES/"
FEES: Final = "FEES"
DISBURSEMENTS: Final = "DISBURSEMENTS"
"""The practice's accounts where the mapping says nothing of a code."""
NO_TAX: Final = "NONE"
"""The tax code of a line without tax."""
TAX: Final = "TAX"
"""The tax of a line that does not say which."""
NIL: Final = "0%"
_LONGEST: Final = 255


@dataclass(frozen=True, slots=True)
class Ledes:
    """What the practice makes of LEDES: its accounts by UTBMS code, its tax codes by tax."""

    accounts: ReadOnly[str, str] = field(default_factory=dict)
    tax_codes: ReadOnly[str, str] = field(default_factory=dict)

    def account(self, code: str) -> str:
        """Return the practice's account of a line's account; any other code is its own."""
        if not code.startswith(PREFIX):
            return code
        kind, *codes = code.removeprefix(PREFIX).split("/")
        known = (self.accounts.get(each) for each in _nearest(kind, codes))
        fees = kind in {"F", "IF"}
        return next(filter(None, known), FEES if fees else DISBURSEMENTS)

    def tax_code(self, code: str) -> str:
        """Return the practice's tax code of a line's tax; any other code is its own."""
        if not code.startswith(PREFIX):
            return code
        tax = code.removeprefix(PREFIX)
        name, _, rate = tax.partition("/")
        # What bears no tax must not fall under a code that does, unless somebody said so.
        otherwise = NO_TAX if rate == NIL else name
        return self.tax_codes.get(tax) or self.tax_codes.get(otherwise) or otherwise


def account_of(kind: str, codes: Iterable[str]) -> str:
    """Return what a line keeps of its type (F, E, IF, IE) and codes: task, activity, expense."""
    return PREFIX + "/".join([kind, *filter(None, codes)])[: _LONGEST - len(PREFIX)]


def tax_code_of(name: str, rate: Decimal, tax: Decimal) -> str:
    """Return what a line keeps of its tax; ``rate`` is a fraction of one."""
    if not rate and not tax and not name:
        return PREFIX + NO_TAX
    percent = format((rate * 100).normalize(), "f")
    return f"{PREFIX}{name.replace('/', ' ') or TAX}/{percent}%"


def _nearest(kind: str, codes: Iterable[str]) -> Iterator[str]:
    """Yield what may be mapped, the nearest first: a code, its phase, its set, the line's type."""
    codes = list(codes)
    yield from codes
    for code in codes:
        yield f"{code[:2]}00"
    yield from (code[:1] for code in codes)
    yield kind
    yield kind[-1]
