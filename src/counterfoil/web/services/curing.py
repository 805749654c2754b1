"""Curing a problem where it is shown: a choice goes into the mapping, what it frees is retried."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from counterfoil.core.mapping import TaxCode
from counterfoil.core.readiness import line_account, office_bank, tax_rate
from counterfoil.core.targets import ID_PREFIX, account_title
from counterfoil.posting.daybook import reconvert
from counterfoil.posting.shelf import NotReady
from counterfoil.web.shelf import DatabaseShelf, save_mapping
from counterfoil.web.store import outbox_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from counterfoil.core.chart import Account, Chart
    from counterfoil.core.mapping import Mapping
    from counterfoil.core.targets import Found
    from counterfoil.web.models import Organisation

MOST_AT_ONCE = 1_000
"""Documents that a cure looks at again at once; the workers' next rounds take no more of it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something of Xero to choose: what the mapping would say, and how people know it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Cure:
    """What would free the documents of one cause: a choice for ``code`` of a section.

    Tax codes have a side for sales and one for purchases.
    """

    section: str
    code: str
    question: str
    choices: tuple[Choice, ...]


def cure(about: str, shelf: DatabaseShelf) -> Cure | None:
    """Return what there is to choose for what a problem is about; None if it is no mapping's."""
    section, _, code = about.partition(":")
    offer = _OFFERS.get(section)
    try:
        return offer(code, shelf.chart()) if offer and code else None
    except NotReady:
        return None


def apply(
    organisation: Organisation, about: str, value: str, *, actor: str, now: dt.datetime
) -> int | None:
    """Put a choice into the mapping and look again at what waited for it.

    Returns how many documents were looked at; None if the choice is not one of those offered.
    """
    shelf = DatabaseShelf(organisation, actor=actor)
    offered = cure(about, shelf)
    if offered is None or value not in {choice.value for choice in offered.choices}:
        return None
    changed = _WRITERS[offered.section](shelf.mapping(), offered.code, value)
    save_mapping(organisation, changed, actor=actor, now=now)
    outbox = outbox_of(organisation)
    held = outbox.held_by({about})[:MOST_AT_ONCE]
    reconvert(held, outbox, DatabaseShelf(organisation, actor=actor), actor=actor, now=now)
    return len(held)


def _accounts(
    chart: Chart, fits: Callable[[str, str, Chart, frozenset[str]], Found]
) -> Iterator[Choice]:
    for account in sorted(chart.accounts, key=account_title):
        target = _target(account)
        if not fits("", target, chart, frozenset()).findings:
            yield Choice(target, account_title(account))


def _target(account: Account) -> str:
    return account.code or f"{ID_PREFIX}{account.account_id}"


def _offer_account(code: str, chart: Chart) -> Cure:
    return Cure(
        "account", code, f"Where does {code} go in Xero?", tuple(_accounts(chart, line_account))
    )


def _offer_bank(code: str, chart: Chart) -> Cure:
    return Cure(
        "bank_account",
        code,
        f"Which bank account in Xero is {code}?",
        tuple(_accounts(chart, office_bank)),
    )


def _offer_tax(code: str, chart: Chart) -> Cure:
    rates = (
        Choice(rate.tax_type, rate.name)
        for rate in sorted(chart.tax_rates, key=lambda one: one.name)
        if not tax_rate(rate.tax_type, code, "sales", chart).findings
    )
    return Cure("tax_code", code, f"Which tax rate in Xero is {code}?", tuple(rates))


def _map_account(mapping: Mapping, code: str, value: str) -> Mapping:
    return replace(mapping, accounts={**mapping.accounts, code: value})


def _map_bank(mapping: Mapping, code: str, value: str) -> Mapping:
    return replace(mapping, bank_accounts={**mapping.bank_accounts, code: value})


def _map_tax(mapping: Mapping, code: str, value: str) -> Mapping:
    before = mapping.tax_codes.get(code) or TaxCode(None, None)
    both = TaxCode(before.sales or value, before.purchases or value)
    return replace(mapping, tax_codes={**mapping.tax_codes, code: both})


_OFFERS = MappingProxyType(
    {"account": _offer_account, "bank_account": _offer_bank, "tax_code": _offer_tax}
)
_WRITERS = MappingProxyType(
    {"account": _map_account, "bank_account": _map_bank, "tax_code": _map_tax}
)
