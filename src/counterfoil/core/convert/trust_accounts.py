"""Where a trust document posts: its accounts looked up, and what stands in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core import readiness
from counterfoil.core.convert.banks import office_bank
from counterfoil.core.findings import Finding, error
from counterfoil.core.targets import Found

if TYPE_CHECKING:
    from counterfoil.core.lookup import Lookup
    from counterfoil.core.xero_documents import AccountRef


def trust_bank(code: str, lookup: Lookup) -> Found:
    """Find a trust bank account; an office bank account is refused by name."""
    about = f"trust_account:{code}"
    if code in lookup.mapping.trust_accounts:
        return lookup.trust_bank(code)
    if code in lookup.mapping.bank_accounts:
        refused = error(
            "trust_on_office_account",
            f"{code} is an office bank account; clients' money cannot lie in it.",
            "Name the trust account that the money moved on.",
            about=about,
        )
        return Found(None, (refused,))
    return Found(None, (readiness.unmapped("trust_account", code, about, "trust_account"),))


class Accounts:
    """The accounts that one trust document touches, and the findings met on the way to them.

    Every question is asked even where an earlier one had no answer, so that a bookkeeper reads all
    that is missing at once. Where an answer is None, a finding says why.
    """

    def __init__(self, lookup: Lookup) -> None:
        """Start with nothing asked."""
        self._lookup = lookup
        self._findings: dict[Finding, None] = {}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, each fact once."""
        return tuple(self._findings)

    @property
    def no_tax(self) -> str | None:
        """The tax type of trust lines."""
        found = self._lookup.no_tax
        self._keep(found.findings)
        return None if found.rate is None else found.rate.tax_type

    def bank(self, code: str, path: str = "trust_account") -> AccountRef | None:
        """The trust bank account of a practice code."""
        return self._ref(trust_bank(code, self._lookup), path)

    def liability(self, code: str, path: str = "trust_account") -> AccountRef | None:
        """The liability that a trust account's money is owed on."""
        if code not in self._lookup.mapping.trust_accounts:
            return None
        return self._ref(self._lookup.trust_liability(code), path)

    def special(self, name: str, path: str = "trust_account") -> AccountRef | None:
        """An account that no practice code names, such as ``statutory_deposit``."""
        return self._ref(self._lookup.special(name), path)

    def office(self, code: str) -> AccountRef | None:
        """The office bank account on the other side of a transfer."""
        return self._ref(office_bank(code, self._lookup), "bank_account")

    def _ref(self, found: Found, path: str) -> AccountRef | None:
        self._keep(tuple(readiness.at(path, found.findings)))
        return None if found.account is None else found.ref

    def _keep(self, findings: tuple[Finding, ...]) -> None:
        self._findings.update(dict.fromkeys(findings))
