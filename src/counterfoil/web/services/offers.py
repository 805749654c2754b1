"""What each place of a mapping may be given, out of the chart, and how a choice is written there.

A place is named as findings name what they are about: ``account:4-1000``. Tax codes have a place
for either direction (``tax_sales``, ``tax_purchases``), and one for both (``tax_code``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from counterfoil.core.findings import holds
from counterfoil.core.mapping import TaxCode, TrackingTarget, TrustAccount
from counterfoil.core.readiness import line_account, office_bank, tax_rate
from counterfoil.core.roles import SPECIAL_ROLES, TRUST_BANK
from counterfoil.core.targets import ID_PREFIX, account_title, look_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from counterfoil.core.chart import Account, Chart
    from counterfoil.core.mapping import Mapping
    from counterfoil.core.targets import Found


LIABILITY: Final = "trust_liability"
"""The special account that each trust account may have one of its own of."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something of Xero to choose: what the mapping would say, and how people know it."""

    value: str
    label: str
    account: Account | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What there is to choose for ``code`` of a section, and the question to ask."""

    section: str
    code: str
    question: str
    choices: tuple[Choice, ...]

    def value_of(self, said: str) -> str | None:
        """Return the value that somebody means by it, by its label or by its bare name.

        None if it is not offered, or if several have the name.
        """
        wanted = said.strip().casefold()
        for choice in self.choices:
            if wanted in {choice.value.casefold(), choice.label.casefold()}:
                return choice.value
        named = [one.value for one in self.choices if self._bare(one).casefold() == wanted]
        return named[0] if len(named) == 1 else None

    def _bare(self, choice: Choice) -> str:
        """Return a name without the account's code or the option's category before it."""
        if self.section == "tracking":
            return choice.label.partition(": ")[2]
        return choice.account.name if choice.account else choice.label

    def label_of(self, value: str) -> str:
        """Return how people know a value that is offered; the value itself otherwise."""
        return next((one.label for one in self.choices if one.value == value), value)


def offer(place: str, mapping: Mapping | None, chart: Chart) -> Offer | None:
    """Return what there is to choose for a place; None if it is no place of a mapping."""
    section, _, code = place.partition(":")
    found = _OFFERS.get(section)
    return found(code, mapping, chart) if found is not None and code else None


def offers(places: Iterable[str], mapping: Mapping | None, chart: Chart) -> dict[str, Offer]:
    """Return what there is to choose for each of many places, of which most are alike."""
    found: dict[str, Offer] = {}
    alike: dict[str, tuple[Choice, ...]] = {}
    for place in places:
        section, _, code = place.partition(":")
        if section in alike and code:
            found[place] = Offer(section, code, _question(section, code), alike[section])
        elif one := offer(place, mapping, chart):
            found[place] = one
            if section in _QUESTIONS:
                alike[section] = one.choices
    return found


def written(mapping: Mapping, place: str, value: str) -> Mapping:
    """Return the mapping with a choice at a place. Raises ``KeyError`` for what is no place."""
    section, _, code = place.partition(":")
    return _WRITERS[section](mapping, code, value)


def target_of(account: Account) -> str:
    """Return how a mapping names an account: by its code, or by its id if it has none."""
    return account.code or f"{ID_PREFIX}{account.account_id}"


_QUESTIONS = MappingProxyType(
    {
        "account": "Where does {code} go in Xero?",
        "bank_account": "Which bank account in Xero is {code}?",
        "trust_account": "Which bank account in Xero is {code}?",
    }
)
"""The questions of sections in which there is the same to choose for every code."""


def _question(section: str, code: str) -> str:
    return _QUESTIONS[section].format(code=code)


def _accounts(chart: Chart, fits: Callable[[str], Found]) -> tuple[Choice, ...]:
    return tuple(
        Choice(target_of(account), account_title(account), account)
        for account in sorted(chart.accounts, key=account_title)
        if not fits(target_of(account)).findings
    )


def _for_account(code: str, _mapping: Mapping | None, chart: Chart) -> Offer:
    fitting = _accounts(chart, lambda target: line_account("", target, chart, frozenset()))
    return Offer("account", code, _question("account", code), fitting)


def _for_bank(code: str, _mapping: Mapping | None, chart: Chart) -> Offer:
    fitting = _accounts(chart, lambda target: office_bank("", target, chart, frozenset()))
    return Offer("bank_account", code, _question("bank_account", code), fitting)


def _for_trust(code: str, mapping: Mapping | None, chart: Chart) -> Offer:
    fitting = _accounts(chart, lambda target: look_up(target, TRUST_BANK, "", chart))
    free = tuple(one for one in fitting if not _bank_of_another(one.value, code, mapping))
    return Offer("trust_account", code, _question("trust_account", code), free)


def _bank_of_another(target: str, code: str, mapping: Mapping | None) -> str:
    """Return whose a bank account of Xero is already, other than this trust account's.

    Money of one must not be booked in another's: readiness refuses what is mapped as both.
    """
    if mapping is None:
        return ""
    trust = ((other, one.xero) for other, one in mapping.trust_accounts.items() if other != code)
    return next(
        (other for other, there in (*trust, *mapping.bank_accounts.items()) if there == target), ""
    )


def taken_by(said: str, code: str, mapping: Mapping, chart: Chart) -> str:
    """Return which of the practice's accounts has the bank account that was said for a trust one.

    Empty where it is free, or where Xero has none of that name.
    """
    every = _accounts(chart, lambda target: look_up(target, TRUST_BANK, "", chart))
    value = Offer("trust_account", code, "", every).value_of(said)
    return _bank_of_another(value, code, mapping) if value is not None else ""


def _for_special(name: str, mapping: Mapping | None, chart: Chart) -> Offer | None:
    special, _, account = name.partition("/")
    role = SPECIAL_ROLES.get(special)
    by_account = special == LIABILITY and mapping is not None and _several(mapping)
    # Where each trust account has a liability of its own, one choice would not say which.
    if role is None or by_account != bool(account):
        return None
    fitting = _accounts(chart, lambda target: look_up(target, role, "", chart))
    of = f" of {account}" if account else ""
    return Offer("special", name, f"Which account is {role.name}{of}?", fitting)


def liabilities(mapping: Mapping) -> tuple[str, ...]:
    """Return the places of the trust liability: one, or one for each trust account."""
    if not _several(mapping):
        return (LIABILITY,)
    return tuple(f"{LIABILITY}/{code}" for code in mapping.trust_accounts)


def _several(mapping: Mapping) -> bool:
    return not isinstance(mapping.special.trust_liability, str | None)


def _for_tax(section: str, direction: str) -> Callable[[str, Mapping | None, Chart], Offer]:
    def offered(code: str, _mapping: Mapping | None, chart: Chart) -> Offer:
        rates = tuple(
            Choice(rate.tax_type, rate.name)
            for rate in sorted(chart.tax_rates, key=lambda one: one.name)
            if not holds(tax_rate(rate.tax_type, code, direction or "sales", chart).findings)
        )
        on = f" on {direction}" if direction else ""
        return Offer(section, code, f"Which tax rate in Xero is {code}{on}?", rates)

    return offered


def _for_tracking(name: str, mapping: Mapping | None, chart: Chart) -> Offer:
    dimension = name.partition("/")[0]
    mapped = mapping.tracking.get(dimension) if mapping else None
    options = tuple(
        Choice(f"{category.name}: {option}", f"{category.name}: {option}")
        for category in chart.tracking
        if category.status == "ACTIVE" and (mapped is None or category.name == mapped.category)
        for option in category.options
    )
    return Offer("tracking", name, f"Which option in Xero is {name}?", options)


def _map_account(mapping: Mapping, code: str, value: str) -> Mapping:
    return replace(mapping, accounts={**mapping.accounts, code: value})


def _map_bank(mapping: Mapping, code: str, value: str) -> Mapping:
    return replace(mapping, bank_accounts={**mapping.bank_accounts, code: value})


def _map_trust(mapping: Mapping, code: str, value: str) -> Mapping:
    before = mapping.trust_accounts.get(code)
    after = replace(before, xero=value) if before else TrustAccount(value)
    return replace(mapping, trust_accounts={**mapping.trust_accounts, code: after})


def _map_special(mapping: Mapping, name: str, value: str) -> Mapping:
    account = name.partition("/")[2]
    several = mapping.special.trust_liability
    if account and not isinstance(several, str | None):
        each = {**several, account: value}
        return replace(mapping, special=replace(mapping.special, trust_liability=each))
    chosen: dict[str, str] = {name: value}
    return replace(mapping, special=replace(mapping.special, **chosen))


def _map_tax(mapping: Mapping, code: str, value: str) -> Mapping:
    before = mapping.tax_codes.get(code) or TaxCode(None, None)
    return _with_tax(mapping, code, before.sales or value, before.purchases or value)


def _map_sales(mapping: Mapping, code: str, value: str) -> Mapping:
    before = mapping.tax_codes.get(code) or TaxCode(None, None)
    return _with_tax(mapping, code, value, before.purchases)


def _map_purchases(mapping: Mapping, code: str, value: str) -> Mapping:
    before = mapping.tax_codes.get(code) or TaxCode(None, None)
    return _with_tax(mapping, code, before.sales, value)


def _with_tax(mapping: Mapping, code: str, sales: str | None, purchases: str | None) -> Mapping:
    return replace(mapping, tax_codes={**mapping.tax_codes, code: TaxCode(sales, purchases)})


def _map_tracking(mapping: Mapping, name: str, value: str) -> Mapping:
    dimension, _, ours = name.partition("/")
    category, _, option = value.partition(": ")
    before = mapping.tracking.get(dimension)
    options = {**(before.options if before else {}), ours: option}
    return replace(
        mapping, tracking={**mapping.tracking, dimension: TrackingTarget(category, options)}
    )


_OFFERS: MappingProxyType[str, Callable[[str, Mapping | None, Chart], Offer | None]] = (
    MappingProxyType(
        {
            "account": _for_account,
            "bank_account": _for_bank,
            "trust_account": _for_trust,
            "tax_code": _for_tax("tax_code", ""),
            "tax_sales": _for_tax("tax_sales", "sales"),
            "tax_purchases": _for_tax("tax_purchases", "purchases"),
            "tracking": _for_tracking,
            "special": _for_special,
        }
    )
)
_WRITERS = MappingProxyType(
    {
        "account": _map_account,
        "bank_account": _map_bank,
        "trust_account": _map_trust,
        "tax_code": _map_tax,
        "tax_sales": _map_sales,
        "tax_purchases": _map_purchases,
        "tracking": _map_tracking,
        "special": _map_special,
    }
)


def places(mapping: Mapping) -> Iterator[str]:
    """Yield every place that a mapping fills, special accounts apart."""
    for section, codes in (
        ("account", mapping.accounts),
        ("bank_account", mapping.bank_accounts),
        ("trust_account", mapping.trust_accounts),
    ):
        yield from (f"{section}:{code}" for code in codes)
    for code, types in mapping.tax_codes.items():
        if types.sales:
            yield f"tax_sales:{code}"
        if types.purchases:
            yield f"tax_purchases:{code}"
    for dimension, target in mapping.tracking.items():
        yield from (f"tracking:{dimension}/{value}" for value in target.options)


def value_at(mapping: Mapping, place: str) -> str | None:
    """Return what a mapping says at a place, as choices are valued; None where nothing."""
    section, _, code = place.partition(":")
    read = _READERS.get(section)
    return read(mapping, code) if read is not None else None


def is_filled(mapping: Mapping, place: str) -> bool:
    """Tell whether a mapping says something already; a tax code does once both its sides do."""
    section, _, name = place.partition(":")
    if section == "tax_code":
        types = mapping.tax_codes.get(name)
        return types is not None and None not in {types.sales, types.purchases}
    return value_at(mapping, place) is not None


def is_said_otherwise(mapping: Mapping, place: str, value: str) -> bool:
    """Tell whether a mapping says something else at a place already than what is chosen for it."""
    changes = place.startswith("tax_code:") or written(mapping, place, value) != mapping
    return changes and is_filled(mapping, place)


def _trust_at(mapping: Mapping, code: str) -> str | None:
    trust = mapping.trust_accounts.get(code)
    return trust.xero if trust else None


def _tax_at(mapping: Mapping, code: str, *, sales: bool) -> str | None:
    types = mapping.tax_codes.get(code) or TaxCode(None, None)
    return types.sales if sales else types.purchases


def _tracking_at(mapping: Mapping, name: str) -> str | None:
    dimension, _, ours = name.partition("/")
    target = mapping.tracking.get(dimension)
    option = target.options.get(ours) if target else None
    return f"{target.category}: {option}" if target and option else None


def _special_at(mapping: Mapping, name: str) -> str | None:
    special, _, account = name.partition("/")
    found = getattr(mapping.special, special, None)
    if account and isinstance(found, dict):
        found = found.get(account)
    return found if isinstance(found, str) else None


_READERS: MappingProxyType[str, Callable[[Mapping, str], str | None]] = MappingProxyType(
    {
        "account": lambda mapping, code: mapping.accounts.get(code),
        "bank_account": lambda mapping, code: mapping.bank_accounts.get(code),
        "trust_account": _trust_at,
        "tax_sales": lambda mapping, code: _tax_at(mapping, code, sales=True),
        "tax_purchases": lambda mapping, code: _tax_at(mapping, code, sales=False),
        "tracking": _tracking_at,
        "special": _special_at,
    }
)
