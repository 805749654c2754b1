"""A mapping and a chart, looked through once and kept: what conversion asks on every line.

Only what the mapping names is remembered, so that a file full of wrong codes cannot fill memory.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core import readiness
from counterfoil.core.chart import AccountClass
from counterfoil.core.roles import SPECIAL_ROLES, of_result
from counterfoil.core.targets import Found, look_up

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as ReadOnly

    from counterfoil.core.chart import Account, Chart, TaxRate
    from counterfoil.core.findings import Finding
    from counterfoil.core.mapping import Mapping
    from counterfoil.core.xero_documents import AccountRef

MAPPINGS_KEPT: Final = 32

Tracking = tuple[tuple[str, str], ...]


class Direction(StrEnum):
    """Which of a tax code's two Xero types a line takes (interfaces.md, mapping file)."""

    SALES = "sales"
    PURCHASES = "purchases"
    BY_CLASS = "by_class"
    """Sales on income accounts, purchases on all others: bank transactions and journals."""
    BAD_DEBT = "bad_debt"
    """Sales, except on expense accounts, which Xero refuses sales types on."""


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Where a line posts. Lines with the same ``slot`` share account and tax type.

    ``rate`` is in ten-thousandths of a percent; ``takes_rounding`` tells whether a rounding line
    may stand on the account (rounding.md step 6).
    """

    slot: int
    ref: AccountRef
    account: Account
    tax_type: str
    rate: int
    takes_rounding: bool

    @property
    def code(self) -> str:
        """The account's code, which ties are broken by."""
        return self.account.code or ""


class Mapped(NamedTuple):
    """A target, or the findings that say why there is none; their paths are within the line."""

    target: Target | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where plain lines are summed up: one target and tracking. The same place is one object."""

    target: Target
    tracking: Tracking


Name = tuple[str, str, Tracking]
"""What a line says of where it posts: account, tax code and tracking."""


class Tracked(NamedTuple):
    """A line's tracking as Xero names it, and what was found."""

    options: Tracking
    findings: tuple[Finding, ...]


class Lookup:
    """The answers of one mapping held against one chart."""

    def __init__(self, mapping: Mapping, chart: Chart) -> None:
        self.mapping = mapping
        self.chart = chart
        self._mapped: dict[tuple[str, str, Direction], Mapped] = {}
        self._tracked: dict[Tracking, Tracked] = {(): Tracked((), ())}
        self._slots: dict[tuple[AccountRef, str], int] = {}
        self._places: dict[tuple[int, Tracking], Place] = {}
        self._named: dict[Direction, dict[Name, Place]] = {}
        self._banks: dict[tuple[str, str], Found] = {}
        self._specials: dict[str, Found] = {}
        self._of_kinds: dict[str, Lookup] = {}

    def of(self, kind: str) -> Lookup:
        """Return the look-up for one kind of document, whose settings may be its own."""
        if kind not in self.mapping.settings.kinds:
            return self
        if kind not in self._of_kinds:
            own = replace(self.mapping, settings=self.mapping.settings.of(kind))
            self._of_kinds[kind] = Lookup(own, self.chart)
        return self._of_kinds[kind]

    def line(self, account: str, tax_code: str, direction: Direction = Direction.SALES) -> Mapped:
        """Where a line of this account and tax code posts."""
        account, tax_code = self.practice(account, tax_code)
        known = self._mapped.get((account, tax_code, direction))
        if known is not None:
            return known
        found = self.taxed(self.account(account), tax_code, direction)
        if account in self.mapping.accounts and tax_code in self.mapping.tax_codes:
            self._mapped[account, tax_code, direction] = found
        return found

    def practice(self, account: str, tax_code: str) -> tuple[str, str]:
        """The practice's own codes: lines of a LEDES file carry what that said instead."""
        ledes = self.mapping.ledes
        return ledes.account(account), ledes.tax_code(tax_code)

    def taxed(self, found: Found, tax_code: str, direction: Direction) -> Mapped:
        """Where a line of this tax code posts on an account that was found."""
        tax_code = self.mapping.ledes.tax_code(tax_code)
        tax = self._tax(tax_code, _towards(direction, found.account))
        findings = [
            *readiness.at("account", found.findings),
            *readiness.at("tax_code", tax.findings),
        ]
        if found.account is None or tax.rate is None:
            return Mapped(None, tuple(findings))
        about = f"tax_code:{tax_code}"
        findings += readiness.at(
            "tax_code", readiness.tax_on_account(tax.rate, found.account, about)
        )
        return Mapped(self._target(found, tax.rate), tuple(findings))

    def untaxed(self, found: Found) -> Mapped:
        """Where a line without tax posts on an account that was found."""
        findings = (*readiness.at("account", found.findings), *self.no_tax.findings)
        if found.account is None or self.no_tax.rate is None:
            return Mapped(None, findings)
        return Mapped(self._target(found, self.no_tax.rate), findings)

    def account(self, code: str) -> Found:
        """The account that lines of this practice code post on."""
        code = self.mapping.ledes.account(code)
        target = self.mapping.accounts.get(code)
        if target is None:
            finding = readiness.unmapped("account", code, f"account:{code}", "account")
            return Found(None, (finding,))
        return readiness.line_account(code, target, self.chart, self.kept_for_trust)

    def special(self, name: str) -> Found:
        """The account that the mapping chose as one of its specials, such as ``write_off``."""
        if name not in self._specials:
            target = getattr(self.mapping.special, name)
            role = SPECIAL_ROLES[name]
            self._specials[name] = look_up(target, role, f"special:{name}", self.chart)
        return self._specials[name]

    def tracking(self, options: Tracking) -> Tracked:
        """What a line's tracking becomes."""
        known = self._tracked.get(options)
        if known is not None:
            return known
        tracked = self._track(options)
        if not tracked.findings:
            self._tracked[options] = tracked
        return tracked

    def places(self, direction: Direction) -> ReadOnly[Name, Place]:
        """The places found so far, for whoever asks on every line."""
        return self._named.setdefault(direction, {})

    def place(self, name: Name, direction: Direction) -> Place | None:
        """The place of a line about which nothing is found; None for any other."""
        account, tax_code, options = name
        target, faults = self.line(account, tax_code, direction)
        tracking, more_faults = self.tracking(options)
        if target is None or faults or more_faults:
            return None
        made = self._places.setdefault((target.slot, tracking), Place(target, tracking))
        if self.practice(account, tax_code) == (account, tax_code):
            self._named.setdefault(direction, {})[name] = made
        return made

    def office_bank(self, code: str) -> Found:
        """The office bank account of a code that the mapping has."""
        target = self.mapping.bank_accounts[code]
        return self._bank(
            ("office", code),
            lambda: readiness.office_bank(code, target, self.chart, self.kept_for_trust),
        )

    def trust_bank(self, code: str) -> Found:
        """The trust bank account of a code that the mapping has."""
        return self._bank(
            ("trust", code), lambda: readiness.trust_bank(code, self.mapping, self.chart)
        )

    def trust_liability(self, code: str) -> Found:
        """The liability of a trust account that the mapping has."""
        return self._bank(
            ("liability", code), lambda: readiness.trust_liability(code, self.mapping, self.chart)
        )

    @cached_property
    def kept_for_trust(self) -> frozenset[str]:
        """AccountIDs that only trust documents may touch."""
        return readiness.trust_targets(self.mapping, self.chart)

    @cached_property
    def no_tax(self) -> readiness.FoundTax:
        """The organisation's no-tax type."""
        return readiness.no_tax(self.mapping, self.chart)

    @cached_property
    def basis(self) -> tuple[Finding, ...]:
        """What the accounting basis forbids."""
        return readiness.accounting_basis(self.mapping)

    @cached_property
    def special_rounding(self) -> Found | None:
        """The account chosen for rounding errors, if one is chosen."""
        chosen = self.mapping.special.rounding
        if chosen is None:
            return None
        return look_up(chosen, SPECIAL_ROLES["rounding"], "special:rounding", self.chart)

    @cached_property
    def currencies(self) -> frozenset[str]:
        """Currencies that documents may be in."""
        return frozenset((self.chart.organisation.base_currency, *self.chart.currencies))

    def _bank(self, name: tuple[str, str], find: Callable[[], Found]) -> Found:
        if name not in self._banks:
            self._banks[name] = find()
        return self._banks[name]

    def _target(self, found: Found, rate: TaxRate) -> Target:
        account, ref = found.account, found.ref
        assert account is not None
        slot = self._slots.setdefault((ref, rate.tax_type), len(self._slots))
        return Target(slot, ref, account, rate.tax_type, rate.rate, self._takes_rounding(account))

    def _track(self, options: Tracking) -> Tracked:
        found: Tracking = ()
        findings: list[Finding] = []
        for dimension, value in options:
            option, faults = readiness.tracking_option(dimension, value, self.mapping, self.chart)
            findings += readiness.at(f"tracking.{dimension}", faults)
            if option is not None and option[0] in dict(found):
                findings.append(readiness.tracking_twice(dimension, value, option[0]))
            elif option is not None:
                found = (*found, option)
        return Tracked(tuple(sorted(found)), tuple(findings))

    def _tax(self, tax_code: str, direction: Direction) -> readiness.FoundTax:
        types = self.mapping.tax_codes.get(tax_code)
        if types is None:
            finding = readiness.unmapped("tax_code", tax_code, f"tax_code:{tax_code}", "tax_code")
            return readiness.FoundTax(None, (finding,))
        tax_type = types.sales if direction is Direction.SALES else types.purchases
        return readiness.tax_rate(tax_type, tax_code, direction, self.chart)

    def _takes_rounding(self, account: Account) -> bool:
        return (
            account.active
            and of_result(account)
            and not account.system_account
            and self.no_tax.rate is not None
        )


def _towards(direction: Direction, account: Account | None) -> Direction:
    """Settle a direction that the account decides on; an unknown account decides nothing."""
    own = None if account is None else account.account_class
    match direction:
        case Direction.BY_CLASS:
            return Direction.SALES if own is AccountClass.REVENUE else Direction.PURCHASES
        case Direction.BAD_DEBT:
            return Direction.PURCHASES if own is AccountClass.EXPENSE else Direction.SALES
        case _:
            return direction


class _ByIdentity:
    """Two values compared by being the same object: comparing a chart by content would be slow."""

    __slots__ = ("chart", "mapping")

    def __init__(self, mapping: Mapping, chart: Chart) -> None:
        self.mapping = mapping
        self.chart = chart

    def __hash__(self) -> int:
        return hash((id(self.mapping), id(self.chart)))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _ByIdentity)
            and self.mapping is other.mapping
            and self.chart is other.chart
        )


@lru_cache(maxsize=MAPPINGS_KEPT)
def _compiled(pair: _ByIdentity) -> Lookup:
    return Lookup(pair.mapping, pair.chart)


def lookup(mapping: Mapping, chart: Chart) -> Lookup:
    """Return the look-up of this mapping and chart, made once for each pair of values."""
    return _compiled(_ByIdentity(mapping, chart))
