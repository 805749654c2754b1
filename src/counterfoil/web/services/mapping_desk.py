"""What the mapping's page shows: what is mapped, what is not, and what is proposed for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from counterfoil.core import suggesting
from counterfoil.core.suggesting import Meant
from counterfoil.core.targets import how_to_give_a_code
from counterfoil.posting.shelf import NotReady
from counterfoil.web.services import practice_chart, practice_codes
from counterfoil.web.services.looking_again import look_again
from counterfoil.web.services.mapping import reconvert_held
from counterfoil.web.services.offers import (
    is_said_otherwise,
    offer,
    places,
    taken_by,
    target_of,
    value_at,
    written,
)
from counterfoil.web.shelf import DatabaseShelf, MappingMoved, save_mapping
from counterfoil.web.store import outbox_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from collections.abc import Mapping as ReadOnly

    from counterfoil.core.chart import Account, Chart
    from counterfoil.core.mapping import Mapping
    from counterfoil.web.models import Organisation, Work
    from counterfoil.web.services.offers import Offer
    from counterfoil.web.services.practice_codes import Use

FEW = 12
"""Choices that are named in words."""
MOST_TRIES = 5
"""Times that choices are put into a mapping which others change meanwhile."""
SECTIONS = MappingProxyType(
    {
        "account": "Accounts",
        "bank_account": "Office bank accounts",
        "trust_account": "Trust bank accounts",
        "tax_sales": "Taxes on sales",
        "tax_purchases": "Taxes on purchases",
        "tracking": "Tracking",
    }
)

MISSING = MappingProxyType(
    {
        "account": "Xero's chart has no account that could take them: add one there.",
        "bank_account": "Xero has no bank account that is free for the office: add it there, under "
        "Accounting, Bank accounts.",
        "trust_account": "Xero has no bank account that is free for clients' money: add one there, "
        "under Accounting, Bank accounts.",
        "tax_sales": "Xero has no tax rate for sales: add one there, under Tax rates.",
        "tax_purchases": "Xero has no tax rate for purchases: add one there, under Tax rates.",
        "tracking": "Xero has no tracking category with options: add one there, under Tracking "
        "categories, with an option for each of these.",
    }
)
"""What to do in Xero where there is nothing to choose; the chart is refreshed afterwards."""


@dataclass(frozen=True, slots=True)
class Row:
    """One code of the practice: where it goes, and what is proposed where it goes nowhere yet."""

    place: str
    code: str
    name: str
    documents: int
    chosen: str = ""
    proposed: str = ""
    reason: str = ""
    gone: bool = False
    typed: str | None = None
    refused: str = ""

    @property
    def filled(self) -> str:
        """What stands in its field: what was typed there, before what is proposed."""
        return self.proposed if self.typed is None else self.typed


@dataclass(frozen=True, slots=True)
class Section:
    """The codes of one kind, and the labels that may be chosen for them."""

    name: str
    title: str
    mapped: tuple[Row, ...]
    unmapped: tuple[Row, ...]
    choices: tuple[str, ...]

    @property
    def is_bank(self) -> bool:
        """Whether they go to bank accounts, which are made at Xero with the bank's own details."""
        return self.name in {"bank_account", "trust_account"}

    @property
    def missing(self) -> str:
        """What to do where Xero has nothing that these codes could go to."""
        return "" if self.choices else MISSING[self.name]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that is mapped and is not, and the accounts that Xero gave no code."""

    sections: tuple[Section, ...]
    without_code: tuple[tuple[Account, str], ...]

    @property
    def unmapped(self) -> int:
        """How many codes go nowhere yet."""
        return sum(len(section.unmapped) for section in self.sections)

    @property
    def proposed(self) -> int:
        """For how many of them something is proposed."""
        return sum(bool(row.proposed) for each in self.sections for row in each.unmapped)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the rows are made of; ``offers`` are those of the sections, tracking apart."""

    mapping: Mapping | None
    chart: Chart
    uses: ReadOnly[str, Use]
    named: ReadOnly[str, tuple[str, str]]
    offers: ReadOnly[str, Offer | None]

    def offer(self, place: str) -> Offer | None:
        """Return what there is to choose for a place.

        Tracking differs by dimension, and a trust account is offered no bank of another's.
        """
        section = place.partition(":")[0]
        if section in {"tracking", "trust_account"}:
            return offer(place, self.mapping, self.chart)
        return self.offers[section]


def sheet(organisation: Organisation) -> Sheet | None:
    """Return the sheet; None where the chart was never read."""
    shelf = DatabaseShelf(organisation)
    mapping = _mapping(shelf)
    try:
        chart = shelf.chart()
    except NotReady:
        return None
    facts = _Facts(
        mapping,
        chart,
        practice_codes.in_use(organisation),
        practice_chart.names(organisation),
        {name: offer(f"{name}:?/?", mapping, chart) for name in SECTIONS},
    )
    waited = practice_codes.waited_for(organisation) if mapping else ()
    wanted = dict.fromkeys(
        (
            *(places(mapping) if mapping else ()),
            *facts.uses,
            *(place for place in waited if _is_one(place, facts.uses)),
        )
    )
    return Sheet(
        tuple(_section(name, list(wanted), facts) for name in SECTIONS),
        tuple(
            (account, how_to_give_a_code(account.name))
            for account in chart.accounts
            if account.active and not account.code
        ),
    )


def _mapping(shelf: DatabaseShelf) -> Mapping | None:
    try:
        return shelf.mapping()
    except NotReady:
        return None


def _is_one(place: str, uses: ReadOnly[str, Use]) -> bool:
    """Whether a place is needed by itself: of a tax code's two only the side that is used.

    Where neither side was met in the newest documents, both are asked for.
    """
    section, _, code = place.partition(":")
    if not section.startswith("tax_"):
        return True
    return place in uses or not {f"tax_sales:{code}", f"tax_purchases:{code}"} & uses.keys()


def _section(name: str, wanted: list[str], facts: _Facts) -> Section:
    rows = [_row(place, facts) for place in wanted if place.startswith(f"{name}:")]
    if "bank" in name or "trust" in name:
        rows = _told_apart(rows)
    offered = facts.offers[name]
    return Section(
        name,
        SECTIONS[name],
        tuple(row for row in rows if row.chosen),
        tuple(row for row in rows if not row.chosen),
        tuple(choice.label for choice in offered.choices) if offered else (),
    )


def _told_apart(rows: list[Row]) -> list[Row]:
    """Propose no account of a bank for two: money of one must not be booked in another's."""
    taken = Counter(row.chosen or row.proposed for row in rows)
    return [
        replace(row, proposed="", reason="") if row.proposed and taken[row.proposed] > 1 else row
        for row in rows
    ]


def _row(place: str, facts: _Facts) -> Row:
    code = place.partition(":")[2]
    name, kind = facts.named.get(code, ("", ""))
    use = facts.uses.get(place)
    documents = len(use.documents) if use else 0
    value = value_at(facts.mapping, place) if facts.mapping else None
    offered = facts.offer(place)
    if value is not None or offered is None:
        label = offered.label_of(value or "") if offered else value or ""
        there = offered is not None and any(one.value == value for one in offered.choices)
        return Row(place, code, name, documents, label, gone=not there)
    classes = suggesting.class_of(kind) or (use.classes if use else frozenset())
    found = _proposal(offered, Meant(code, name, classes), facts.chart)
    if found is None:
        return Row(place, code, name, documents)
    return Row(place, code, name, documents, proposed=found[0], reason=found[1])


def _proposal(offered: Offer, meant: Meant, chart: Chart) -> tuple[str, str] | None:
    """Return the label and the reason of what is proposed; None if nothing is likely enough."""
    if offered.section == "tracking":
        ours = meant.code.partition("/")[2].casefold()
        same = [one for one in offered.choices if one.value.partition(": ")[2].casefold() == ours]
        return (same[0].label, "the same name") if len(same) == 1 else None
    if offered.section.startswith("tax_"):
        types = {choice.value for choice in offered.choices}
        rates = [rate for rate in chart.tax_rates if rate.tax_type in types]
        sales = offered.section == "tax_sales"
        found = suggesting.tax(meant.code, meant.name, rates, sales=sales)
        return (offered.label_of(found.value), found.reason) if found else None
    accounts = [choice.account for choice in offered.choices if choice.account]
    if "bank" in offered.section:
        meant = meant._replace(classes=frozenset())
    found = suggesting.account(meant, accounts)
    if found is None:
        return None
    return offered.label_of(target_of(chart.by_id[found.value])), found.reason


def refilled(found: Sheet, typed: ReadOnly[str, str], refused: ReadOnly[str, str]) -> Sheet:
    """Return a sheet with what was typed into its fields, and why some of it was not taken."""

    def row(one: Row) -> Row:
        return replace(one, typed=typed.get(one.place), refused=refused.get(one.place, ""))

    sections = (
        replace(one, unmapped=tuple(row(each) for each in one.unmapped)) for one in found.sections
    )
    return replace(found, sections=tuple(sections))


@dataclass(frozen=True, slots=True)
class Put:
    """What became of choices: those in force are in neither of the two.

    ``refused`` says of places why what was said is not offered for them; ``filled``, what is there
    already by now, because somebody else has mapped it meanwhile. ``work`` looks again at what
    waited, if that takes long.
    """

    refused: ReadOnly[str, str]
    filled: ReadOnly[str, str]
    work: Work | None = None


def choose(
    organisation: Organisation,
    said: ReadOnly[str, str],
    *,
    actor: str,
    now: dt.datetime,
    over: bool = False,
) -> Put:
    """Put choices into the mapping, by place, and look again at what waited for them.

    What is said may be a value, its label or its name. What a place says already is changed only
    with ``over``: by somebody who has been shown what depends on it. Raises ``NoMapping``,
    ``NoChart`` and ``working.TooMany``.
    """
    done = put(organisation, said, actor=actor, now=now, over=over)
    chosen = [place for place in said if place not in {**done.refused, **done.filled}]
    return replace(done, work=_look_again(organisation, chosen, actor, now))


def put(
    organisation: Organisation,
    said: ReadOnly[str, str],
    *,
    actor: str,
    now: dt.datetime,
    over: bool = False,
) -> Put:
    """Do as ``choose``, and leave what waited for it. Raises ``NoMapping`` and ``NoChart``."""
    for tries_left in reversed(range(MOST_TRIES)):
        shelf = DatabaseShelf(organisation, actor=actor)
        before = shelf.mapping()
        mapping, done = _with(said, before, shelf.chart(), over=over)
        try:
            save_mapping(organisation, mapping, actor=actor, now=now, made_from=before.version)
        except MappingMoved:
            if not tries_left:
                raise
        else:
            return done
    raise AssertionError


def _with(
    said: ReadOnly[str, str], mapping: Mapping, chart: Chart, *, over: bool
) -> tuple[Mapping, Put]:
    """Return the mapping with what can be taken of these choices."""
    refused: dict[str, str] = {}
    filled: dict[str, str] = {}
    for place, label in said.items():
        offered = offer(place, mapping, chart)
        value = offered.value_of(label) if offered else None
        if offered is None or value is None:
            refused[place] = _why_not(place, label, offered, mapping, chart)
        elif not over and is_said_otherwise(mapping, place, value):
            filled[place] = offered.label_of(value_at(mapping, place) or "something else")
        else:
            mapping = written(mapping, place, value)
    return mapping, Put(refused, filled)


def _why_not(place: str, label: str, offered: Offer | None, mapping: Mapping, chart: Chart) -> str:
    section, _, code = place.partition(":")
    owner = taken_by(label, code, mapping, chart) if section == "trust_account" else ""
    if owner:
        return f"“{label}” is {owner}'s already: {code} needs a bank account of its own."
    told = f"Xero has no “{label}” that {code} can go to."
    if offered is None or not offered.choices:
        return f"{told} {MISSING.get(section, '')}".strip()
    few = [choice.label for choice in offered.choices]
    # A dimension that has begun with one category stays within it, which the list does not show.
    within = f": {', '.join(few[:FEW])}" if section == "tracking" and len(few) <= FEW else ""
    return f"{told} Choose one from the list{within}."


def _look_again(
    organisation: Organisation, chosen: list[str], actor: str, now: dt.datetime
) -> Work | None:
    abouts = set(_abouts(chosen))
    if any(place.startswith("special:") for place in chosen):
        reconvert_held(organisation, actor=actor, now=now)
        return None
    held = outbox_of(organisation).held_by(abouts) if abouts else ()
    return look_again(organisation, held, actor=actor, now=now) if held else None


def _abouts(chosen: list[str]) -> Iterator[str]:
    """Yield what findings are about where these places are filled; all wait for a first mapping."""
    yield from ("mapping",) if chosen else ()
    for place in chosen:
        section, _, code = place.partition(":")
        yield f"tax_code:{code}" if section.startswith("tax_") else place
