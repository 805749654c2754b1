"""What an account must be to serve a purpose: one value per purpose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.core.chart import Account, AccountClass

if TYPE_CHECKING:
    from collections.abc import Callable

_REFUSED_ON_LINES: Final = frozenset({"DEBTORS", "CREDITORS"})
_RESULT: Final = frozenset({AccountClass.REVENUE, AccountClass.EXPENSE})


@dataclass(frozen=True, slots=True)
class Role:
    """A purpose of an account. ``must_be`` finishes the sentence "it must be …"."""

    name: str
    must_be: str
    fits: Callable[[Account], bool]
    needs_code: bool = False
    needs_payments: bool = False


def _of_type(*types: str) -> Callable[[Account], bool]:
    return lambda account: account.type in types


def on_lines(account: Account) -> bool:
    """Whether Xero admits the account on lines (facts: Xero API section 16)."""
    return not account.is_bank and account.system_account not in _REFUSED_ON_LINES


def of_result(account: Account) -> bool:
    """Whether it is an income or expense account that lines may name."""
    return on_lines(account) and account.account_class in _RESULT


LINES: Final = Role(
    "the account of a line",
    "neither a bank account nor accounts receivable or payable",
    on_lines,
    needs_code=True,
)
OFFICE_BANK: Final = Role("an office bank account", "a bank account", _of_type("BANK"))
TRUST_BANK: Final = Role("a trust bank account", "a bank account", _of_type("BANK"))

_A_CURRENT_LIABILITY: Final = ("a current liability", _of_type("CURRLIAB"))
_A_CURRENT_ASSET: Final = ("a current asset", _of_type("CURRENT"))
_A_RESULT: Final = ("an income or expense account", of_result)

SPECIAL_ROLES: Final[dict[str, Role]] = {
    "trust_liability": Role(
        "the trust liability", *_A_CURRENT_LIABILITY, needs_code=True, needs_payments=True
    ),
    "trust_transfers": Role("trust transfers", *_A_CURRENT_LIABILITY, needs_code=True),
    "paid_by_firm": Role("paid by firm", *_A_CURRENT_ASSET, needs_code=True),
    "statutory_deposit": Role("the statutory deposit", *_A_CURRENT_ASSET, needs_code=True),
    "write_off": Role("the write-off account", *_A_RESULT, needs_code=True),
    "prepayments": Role("the prepayments account", *_A_CURRENT_LIABILITY, needs_code=True),
    "dishonoured": Role(
        "the account of dishonoured receipts", LINES.must_be, on_lines, needs_code=True
    ),
    "rounding": Role("the account of rounding errors", *_A_RESULT, needs_code=True),
}
"""The accounts that no practice code names, by their name in the mapping's ``special``."""
