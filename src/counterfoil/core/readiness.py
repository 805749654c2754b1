"""The mapping held against the chart: what is missing, wrong or closed, and what to do about it.

Each check looks at one thing and returns a ``Found``: where it posts, and the findings. The
checklist walks all of them; conversion looks up the ones that a document touches, so that a
bookkeeper reads the same words on both.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.chart import Account, AccountClass, Chart, TaxRate
from counterfoil.core.findings import Finding, error, note, warning
from counterfoil.core.roles import (
    LINES,
    OFFICE_BANK,
    SPECIAL_ROLES,
    TRUST_BANK,
)
from counterfoil.core.targets import (
    Found,
    account_named,
    account_title,
    how_to_give_a_code,
    look_up,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.mapping import Mapping

ACCRUAL = "accrual"
EVERY_CLASS = frozenset(AccountClass)


class FoundTax(NamedTuple):
    """A Xero tax rate as a mapping names it; None where there is none."""

    rate: TaxRate | None
    findings: tuple[Finding, ...] = ()


def readiness(mapping: Mapping, chart: Chart) -> tuple[Finding, ...]:
    """Return everything that stands between this mapping and posting, for the checklist."""
    return tuple(
        finding
        for check in (_settings, _accounts, _trust, _specials, _taxes, _tracking, _without_code)
        for finding in check(mapping, chart)
    )


def accounting_basis(mapping: Mapping) -> tuple[Finding, ...]:
    """Refuse every posting for a practice that does not account on an accrual basis."""
    basis = mapping.settings.accounting_basis
    if basis == ACCRUAL:
        return ()
    return (
        error(
            "basis_not_accrual",
            f"The practice's accounting basis is {basis}. Bills are posted when they are issued, "
            "so a practice on another basis than accrual would report income in the wrong period.",
            "Set accounting_basis to accrual once the practice keeps its books that way. "
            "Xero itself may report on any basis.",
            about="setting:accounting_basis",
        ),
    )


def unmapped(section: str, practice_code: str, about: str, path: str) -> Finding:
    """Say that the practice uses a code that the mapping does not know."""
    return error(
        f"{section}_not_mapped",
        f"{_words(section).capitalize()} {practice_code} is not in the mapping.",
        f"Choose where {practice_code} goes in Xero.",
        path,
        about,
    )


def tax_rate(tax_type: str | None, tax_code: str, direction: str, chart: Chart) -> FoundTax:
    """Find the tax rate that a practice tax code becomes for sales or purchases."""
    about = f"tax_code:{tax_code}"
    if tax_type is None:
        return FoundTax(
            None,
            (
                error(
                    "tax_code_not_mapped",
                    f"Tax code {tax_code} has no Xero tax type for {direction}.",
                    f"Choose the tax type of {tax_code} for {direction}.",
                    about=about,
                ),
            ),
        )
    rate = chart.rates.get(tax_type)
    if rate is None:
        return FoundTax(None, (_tax_type_unknown(tax_type, tax_code, about),))
    if not rate.active:
        return FoundTax(
            rate,
            (
                error(
                    "tax_type_not_active",
                    f"Tax type {tax_type} ({rate.name}), to which {tax_code} is mapped, is "
                    f"{rate.status.lower()} in Xero.",
                    f"Map {tax_code} to an active tax rate, or restore this one in Xero.",
                    about=about,
                ),
            ),
        )
    return FoundTax(rate, tuple(_of_other_side(rate, tax_code, direction, about)))


def _of_other_side(rate: TaxRate, tax_code: str, direction: str, about: str) -> Iterator[Finding]:
    """Find a rate that is for the other side: its tax stands in the wrong box of the return.

    Xero admits a rate for sales on income and none on expenses, and the other way round for one for
    purchases; on assets, liabilities and equity it admits both, whichever the paper is (facts:
    Xero API section 17), so that nobody there would notice.
    """
    for_sales = AccountClass.REVENUE in rate.applies_to
    for_purchases = AccountClass.EXPENSE in rate.applies_to
    side = "sales" if for_sales else "purchases"
    if for_sales != for_purchases and side != direction:
        yield warning(
            "tax_rate_of_other_side",
            f"Tax code {tax_code} goes on {direction} to {rate.tax_type} ({rate.name}), which is a "
            f"rate for {side} in Xero: its tax stands among that of {side} in the return.",
            f"Map {tax_code} on {direction} to a rate for {direction}.",
            about=about,
        )


def tax_on_account(rate: TaxRate, account: Account, about: str) -> tuple[Finding, ...]:
    """Say where Xero does not admit a tax type on an account's class (facts: section 17)."""
    if account.account_class in rate.applies_to:
        return ()
    return (
        error(
            "tax_type_not_allowed",
            f"Xero does not allow tax type {rate.tax_type} ({rate.name}) on account "
            f"{account_title(account)}, which is of class {account.account_class.lower()}.",
            "Map the tax code to a type that suits this account, or the account to one of "
            "another class.",
            about=about,
        ),
    )


def no_tax(mapping: Mapping, chart: Chart) -> FoundTax:
    """The organisation's own no-tax type: 0 %, active, admitted on every class of account."""
    chosen = mapping.special.no_tax
    tax_type = chosen or ("BASEXCLUDED" if chart.organisation.country == "AU" else "NONE")
    rate = chart.rates.get(tax_type)
    if rate is not None and rate.active and rate.rate == 0 and rate.applies_to >= EVERY_CLASS:
        return FoundTax(rate)
    return FoundTax(
        None,
        (
            error(
                "no_tax_type_unsuitable",
                f"{tax_type} cannot serve as the no-tax type: it must be an active tax rate of 0 % "
                "that Xero allows on accounts of every class.",
                "Choose the organisation's tax rate for things outside the tax as no_tax.",
                about="special:no_tax",
            ),
        ),
    )


def tracking_option(
    dimension: str, value: str, mapping: Mapping, chart: Chart
) -> tuple[tuple[str, str] | None, tuple[Finding, ...]]:
    """Return the category and option that a practice value becomes, or why there is none."""
    about = f"tracking:{dimension}/{value}"
    target = mapping.tracking.get(dimension)
    option = target.options.get(value) if target else None
    if target is None or option is None:
        return None, (unmapped("tracking", f"{dimension}/{value}", about, ""),)
    category = next((c for c in chart.tracking if c.name == target.category), None)
    if category is None or category.status != "ACTIVE":
        return None, (
            error(
                "tracking_category_not_in_xero",
                f"Xero has no active tracking category {target.category}, to which {dimension} "
                "is mapped.",
                f"Create {target.category} in Xero, or map {dimension} to another category.",
                about=about,
            ),
        )
    if option not in category.options:
        return None, (
            error(
                "tracking_option_not_in_xero",
                f"Tracking category {target.category} has no active option {option} in Xero.",
                f"Add the option {option} in Xero, or map {value} to another one.",
                about=about,
            ),
        )
    return (target.category, option), ()


def tracking_twice(dimension: str, value: str, category: str) -> Finding:
    """Say that a line would carry two options of one category, which Xero cannot hold."""
    return error(
        "tracking_category_twice",
        f"Two tracking values of this line are mapped to the same category, {category}.",
        "Map the two dimensions to different tracking categories.",
        f"tracking.{dimension}",
        f"tracking:{dimension}/{value}",
    )


def trust_liability_target(mapping: Mapping, trust_account: str) -> str | None:
    """The Xero target of the trust liability that a trust account's money is owed on."""
    target = mapping.special.trust_liability
    if target is None or isinstance(target, str):
        return target
    return target.get(trust_account)


def at(path: str, findings: tuple[Finding, ...]) -> Iterator[Finding]:
    """Yield findings with the place in the document where they were met."""
    for finding in findings:
        yield replace(finding, path=path)


LOCKED: Final = MappingProxyType(
    {
        "hold": "are held.",
        "draft": "go as drafts, and money and trust are held.",
        "next_open_day": "move to the next open day, and those of trust are held.",
    }
)
"""What becomes of a document behind a lock date, by the setting."""


def _settings(mapping: Mapping, chart: Chart) -> Iterator[Finding]:
    yield from accounting_basis(mapping)
    locked_to = chart.organisation.locked_to
    if locked_to is not None:
        yield note(
            "lock_date_set",
            f"Xero is locked up to and including {locked_to}: documents dated until then "
            + LOCKED[mapping.settings.lock_date],
            about="lock_date",
        )


def _accounts(mapping: Mapping, chart: Chart) -> Iterator[Finding]:
    kept_for_trust = trust_targets(mapping, chart)
    for code, target in mapping.accounts.items():
        yield from line_account(code, target, chart, kept_for_trust).findings
    for code, target in mapping.bank_accounts.items():
        yield from office_bank(code, target, chart, kept_for_trust).findings


def line_account(code: str, target: str, chart: Chart, kept_for_trust: frozenset[str]) -> Found:
    """Find the account of a bill's line; accounts that hold clients' money are none."""
    about = f"account:{code}"
    return _office_only(look_up(target, LINES, about, chart), about, kept_for_trust)


def office_bank(code: str, target: str, chart: Chart, kept_for_trust: frozenset[str]) -> Found:
    """Find an office bank account."""
    about = f"bank_account:{code}"
    return _office_only(look_up(target, OFFICE_BANK, about, chart), about, kept_for_trust)


def trust_bank(code: str, mapping: Mapping, chart: Chart) -> Found:
    """Find a trust bank account; it must be neither an office bank account nor another's."""
    about = f"trust_account:{code}"
    found = look_up(mapping.trust_accounts[code].xero, TRUST_BANK, about, chart)
    if found.account is None:
        return found
    shared = _shared(found.account, code, mapping, chart)
    return Found(found.account, (*found.findings, *shared))


def _shared(account: Account, code: str, mapping: Mapping, chart: Chart) -> Iterator[Finding]:
    remedy = "Give one of the two another Xero bank account."
    about = f"trust_account:{code}"
    if account in {account_named(target, chart) for target in mapping.bank_accounts.values()}:
        yield error(
            "trust_and_office_share_account",
            f"{account_title(account)} is mapped both as trust account {code} and as an office "
            "bank account. Clients' money and the firm's must lie in different accounts.",
            remedy,
            about=about,
        )
    for other, trust in mapping.trust_accounts.items():
        if other != code and account_named(trust.xero, chart) == account:
            yield error(
                "trust_accounts_share_account",
                f"{account_title(account)} is mapped both as trust account {code} and as "
                f"{other}. Each can be proved against Xero only on a bank account of its own.",
                remedy,
                about=about,
            )


def trust_liability(trust_account: str, mapping: Mapping, chart: Chart) -> Found:
    """Find the liability account that a trust account's money is owed on."""
    target = trust_liability_target(mapping, trust_account)
    role, about = SPECIAL_ROLES["trust_liability"], "special:trust_liability"
    if not isinstance(mapping.special.trust_liability, str | None):
        # Each trust account has its own, so that what is wrong is said of just that one.
        role = replace(role, name=f"{role.name} of {trust_account}")
        about = f"{about}/{trust_account}"
    return look_up(target, role, about, chart)


def trust_targets(mapping: Mapping, chart: Chart) -> frozenset[str]:
    """AccountIDs that only trust documents may touch."""
    special = mapping.special
    liability = special.trust_liability
    several = [liability] if isinstance(liability, str) else list((liability or {}).values())
    targets = (
        *(account.xero for account in mapping.trust_accounts.values()),
        *several,
        special.trust_transfers,
        special.statutory_deposit,
        special.paid_by_firm,
    )
    accounts = (account_named(target, chart) for target in targets if target)
    return frozenset(account.account_id for account in accounts if account is not None)


def _office_only(found: Found, about: str, kept_for_trust: frozenset[str]) -> Found:
    if found.account is None or found.account.account_id not in kept_for_trust:
        return found
    mixed = error(
        "office_on_trust_account",
        f"{account_title(found.account)} holds clients' money or what is owed on it; bills, "
        "receipts and other office documents must not touch it.",
        "Map this code to an office account.",
        about=about,
    )
    return Found(found.account, (*found.findings, mixed))


def _trust(mapping: Mapping, chart: Chart) -> Iterator[Finding]:
    for code in mapping.trust_accounts:
        yield from trust_bank(code, mapping, chart).findings
    if mapping.trust_accounts and mapping.settings.post_trust:
        found = (trust_liability(code, mapping, chart) for code in mapping.trust_accounts)
        yield from dict.fromkeys(finding for each in found for finding in each.findings)


def _specials(mapping: Mapping, chart: Chart) -> Iterator[Finding]:
    trust = bool(mapping.trust_accounts) and mapping.settings.post_trust
    for name, role in SPECIAL_ROLES.items():
        if name == "trust_liability":
            continue
        target = getattr(mapping.special, name)
        if target is not None:
            yield from look_up(target, role, f"special:{name}", chart).findings
        elif trust and name == "trust_transfers":
            yield warning(
                "trust_transfers_not_chosen",
                "No account is chosen for Trust Transfers, a current liability that transfers "
                "between matters pass through.",
                "Create it in Xero as a current liability and choose it as trust_transfers.",
                about="special:trust_transfers",
            )


def _taxes(mapping: Mapping, chart: Chart) -> Iterator[Finding]:
    yield from no_tax(mapping, chart).findings
    for code, types in mapping.tax_codes.items():
        for direction, tax_type in (("sales", types.sales), ("purchases", types.purchases)):
            if tax_type is not None:
                yield from tax_rate(tax_type, code, direction, chart).findings


def _tracking(mapping: Mapping, chart: Chart) -> Iterator[Finding]:
    for dimension, target in mapping.tracking.items():
        for value in target.options:
            yield from tracking_option(dimension, value, mapping, chart)[1]


def _without_code(mapping: Mapping, chart: Chart) -> Iterator[Finding]:
    del mapping
    for account in chart.accounts:
        if account.active and not account.code:
            yield note(
                "no_code_in_xero",
                f"{account.name} has no code in Xero.",
                how_to_give_a_code(account.name),
                about=f"xero_account:{account.account_id}",
            )


def _tax_type_unknown(tax_type: str, tax_code: str, about: str) -> Finding:
    return error(
        "tax_type_not_in_xero",
        f"Xero has no tax type {tax_type}, to which {tax_code} is mapped.",
        f"Map {tax_code} to one of the organisation's tax types; Xero's codes are meant, as in "
        "OUTPUT, not the names.",
        about=about,
    )


def _words(section: str) -> str:
    return section.replace("_", " ")
