"""A mapping and a chart, looked through once and kept: what conversion asks on every line.

Only what the mapping names is remembered, so that a file full of wrong codes cannot fill memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core import readiness
from counterfoil.core.roles import SPECIAL_ROLES, of_result
from counterfoil.core.targets import Found, look_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.core.chart import Account, Chart
    from counterfoil.core.findings import Finding
    from counterfoil.core.mapping import Mapping
    from counterfoil.core.xero_documents import AccountRef

SALES: Final = "sales"
MAPPINGS_KEPT: Final = 32

Tracking = tuple[tuple[str, str], ...]


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


class Tracked(NamedTuple):
    """A line's tracking as Xero names it, and what was found."""

    options: Tracking
    findings: tuple[Finding, ...]


class Lookup:
    """The answers of one mapping held against one chart."""

    def __init__(self, mapping: Mapping, chart: Chart) -> None:
        self.mapping = mapping
        self.chart = chart
        self._mapped: dict[tuple[str, str], Mapped] = {}
        self._tracked: dict[Tracking, Tracked] = {(): Tracked((), ())}
        self._slots: dict[tuple[AccountRef, str], int] = {}
        self._banks: dict[tuple[str, str], Found] = {}

    def line(self, account: str, tax_code: str) -> Mapped:
        """Where a sales line of this account and tax code posts."""
        known = self._mapped.get((account, tax_code))
        if known is not None:
            return known
        found = self._map(account, tax_code)
        if account in self.mapping.accounts and tax_code in self.mapping.tax_codes:
            self._mapped[account, tax_code] = found
        return found

    def tracking(self, options: Tracking) -> Tracked:
        """What a line's tracking becomes."""
        known = self._tracked.get(options)
        if known is not None:
            return known
        tracked = self._track(options)
        if not tracked.findings:
            self._tracked[options] = tracked
        return tracked

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

    def _map(self, account: str, tax_code: str) -> Mapped:
        found = self._account(account)
        tax = self._tax(tax_code)
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
        ref = found.ref
        slot = self._slots.setdefault((ref, tax.rate.tax_type), len(self._slots))
        target = Target(
            slot,
            ref,
            found.account,
            tax.rate.tax_type,
            tax.rate.rate,
            self._takes_rounding(found.account),
        )
        return Mapped(target, tuple(findings))

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

    def _account(self, code: str) -> Found:
        target = self.mapping.accounts.get(code)
        if target is None:
            finding = readiness.unmapped("account", code, f"account:{code}", "account")
            return Found(None, (finding,))
        return readiness.line_account(code, target, self.chart, self.kept_for_trust)

    def _tax(self, tax_code: str) -> readiness.FoundTax:
        types = self.mapping.tax_codes.get(tax_code)
        if types is None:
            finding = readiness.unmapped("tax_code", tax_code, f"tax_code:{tax_code}", "tax_code")
            return readiness.FoundTax(None, (finding,))
        return readiness.tax_rate(types.sales, tax_code, SALES, self.chart)

    def _takes_rounding(self, account: Account) -> bool:
        return (
            account.active
            and of_result(account)
            and not account.system_account
            and self.no_tax.rate is not None
        )


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
