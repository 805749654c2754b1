"""Which of Xero's accounts and tax rates a practice's code probably means: a proposal, no more.

Nothing here decides: a person accepts each proposal. Where two accounts are as likely as each other
none is proposed, because a wrong proposal is accepted more often than it is noticed.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.chart import AccountClass

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from counterfoil.core.chart import Account, TaxRate


class Meant(NamedTuple):
    """A code as the practice knows it; ``name`` and ``classes`` are empty where nobody said."""

    code: str
    name: str = ""
    classes: frozenset[AccountClass] = frozenset()


class Suggestion(NamedTuple):
    """What is proposed, ``value`` as the mapping would say it, and the reason in a few words."""

    value: str
    reason: str


LIKELY: Final = 0.5
"""The least share of words that two names have in common to be proposed for each other."""
_WORD: Final = re.compile(r"[^\W\d_]+")
_EMPTY: Final = frozenset({"account", "accounts", "acc", "the", "and", "of", "for", "to", "a"})

CLASS_WORDS: Final = MappingProxyType(
    {
        "income": AccountClass.REVENUE,
        "revenue": AccountClass.REVENUE,
        "sales": AccountClass.REVENUE,
        "fees": AccountClass.REVENUE,
        "expense": AccountClass.EXPENSE,
        "cost": AccountClass.EXPENSE,
        "overhead": AccountClass.EXPENSE,
        "asset": AccountClass.ASSET,
        "bank": AccountClass.ASSET,
        "liability": AccountClass.LIABILITY,
        "equity": AccountClass.EQUITY,
        "capital": AccountClass.EQUITY,
    }
)
"""What practice systems call the classes of accounts, one word of it being enough."""


def class_of(words: str) -> frozenset[AccountClass]:
    """Return the class that a practice's word for a type of account names; empty if it is none."""
    said = words.casefold()
    return frozenset(found for word, found in CLASS_WORDS.items() if word in said)


def account(meant: Meant, among: Sequence[Account]) -> Suggestion | None:
    """Propose one of the accounts that may be chosen: by number, by name, by type, in this order.

    The value is the account's id, which every account has.
    """
    fitting = [one for one in among if not meant.classes or one.account_class in meant.classes]
    for accounts in (fitting, among):
        found = _by_number(meant, accounts) or _by_name(meant, accounts)
        if found is not None:
            return found
    if len(fitting) == 1:
        return Suggestion(fitting[0].account_id, "the only one of its type")
    return None


def _by_number(meant: Meant, among: Sequence[Account]) -> Suggestion | None:
    same = [one for one in among if one.code and one.code.casefold() == meant.code.casefold()]
    digits = _digits(meant.code)
    alike = [one for one in among if one.code and digits and _digits(one.code) == digits]
    return _only(same, "the same number") or _only(alike, "the same digits")


def _digits(code: str) -> str:
    """Return a number without its punctuation; nothing for one too short to mean anything."""
    kept = "".join(filter(str.isalnum, code))
    return kept if len(kept) > 2 and kept.isdigit() else ""  # noqa: PLR2004 -- 10 is no number


def _by_name(meant: Meant, among: Sequence[Account]) -> Suggestion | None:
    ours = words_of(meant.name) or words_of(meant.code)
    if not ours:
        return None
    shared = [(_alike(ours, words_of(one.name)), one) for one in among]
    best = max((share for share, _ in shared), default=0.0)
    if best < LIKELY:
        return None
    reason = "the same name" if best == 1 else "a name like it"
    return _only([one for share, one in shared if share == best], reason)


def words_of(name: str) -> frozenset[str]:
    """Return the words by which names are compared, without those that mean nothing here."""
    words = (word.casefold().removesuffix("s") for word in _WORD.findall(name))
    return frozenset(word for word in words if word not in _EMPTY and f"{word}s" not in _EMPTY)


def _alike(ours: frozenset[str], theirs: frozenset[str]) -> float:
    return len(ours & theirs) / len(ours | theirs) if theirs else 0.0


def _only(found: Sequence[Account], reason: str) -> Suggestion | None:
    return Suggestion(found[0].account_id, reason) if len(found) == 1 else None


class _Known(NamedTuple):
    """Xero's types for a tax code that many practices name alike, the likeliest first."""

    names: frozenset[str]
    sales: tuple[str, ...]
    purchases: tuple[str, ...]


_FREE: Final = ("EXEMPTOUTPUT", "ZERORATEDOUTPUT", "ZERORATED")
_OUTSIDE: Final = ("BASEXCLUDED", "NONE")
_TAXES: Final = (
    _Known(
        frozenset({"gst", "vat", "tax", "std", "standard", "s", "gst10", "vat20", "gst15"}),
        ("OUTPUT2", "OUTPUT"),
        ("INPUT2", "INPUT"),
    ),
    _Known(
        frozenset({"free", "fre", "gstfree", "zero", "zerorated", "z", "zr", "exempt", "e"}),
        _FREE,
        ("EXEMPTEXPENSES", "ZERORATEDINPUT", "ZERORATED", "EXEMPTINPUT"),
    ),
    _Known(frozenset({"export", "exp", "overseas"}), ("EXEMPTEXPORT", *_FREE), ("EXEMPTEXPENSES",)),
    _Known(
        frozenset({"nt", "notax", "none", "na", "os", "outside", "basexcluded", "excluded", "n"}),
        _OUTSIDE,
        _OUTSIDE,
    ),
)
"""Tax types that organisations start with, by country (facts: Xero API section 17)."""


def tax(code: str, name: str, among: Collection[TaxRate], *, sales: bool) -> Suggestion | None:
    """Propose a tax rate for one direction of a tax code; the value is its tax type."""
    offered = {rate.tax_type: rate for rate in among}
    if code in offered:
        return Suggestion(code, "the same code")
    for said in (code, name):
        folded = "".join(filter(str.isalnum, said.casefold()))
        for known in _TAXES:
            likely = known.sales if sales else known.purchases
            found = next((each for each in likely if each in offered), None)
            if folded in known.names and found is not None:
                return Suggestion(found, "what this code mostly means")
    named = [rate for rate in among if words_of(rate.name) == words_of(name or code)]
    return Suggestion(named[0].tax_type, "the same name") if len(named) == 1 else None
