"""Adopting at cut-over what another bridge, or a person, has entered in Xero before the start.

Documents from before the start date, and opening bills, are taken to be in Xero already. Here they
are tied to what Xero holds, as far as the two are proved equal: few paged reads, and one
transaction for all that is tied, so that a run that dies has tied nothing and may be repeated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from counterfoil.core.conversion import Act
from counterfoil.core.convert.invoices import contact
from counterfoil.core.trade import party_of
from counterfoil.core.xero_documents import Allocation, Symbol
from counterfoil.posting import opening_bills
from counterfoil.posting.bodies import read_back
from counterfoil.posting.drift.shown import Shown
from counterfoil.posting.intake import OPENING_BILLS
from counterfoil.posting.matching import Matched, Shelves, match
from counterfoil.posting.plan import STAGES
from counterfoil.posting.proving import Wanted, resolved, wanted
from counterfoil.posting.racing import NEAR
from counterfoil.posting.records import CONTACT, PostingKey
from counterfoil.posting.states import TIED, State
from counterfoil.xero import read, relinking
from counterfoil.xero.expected import as_shown
from counterfoil.xero.routes import SOURCES, resource

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from counterfoil.core.documents import Party
    from counterfoil.posting.office import Office

ORDER = sorted(STAGES, key=lambda name: (STAGES[name], name))
"""Documents before what settles them: a payment is compared by the invoice that it is on."""
AT_A_TIME = 500
"""Documents that are converted together."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """What was held against Xero, posting by posting; ``tied`` of them are tied now.

    ``calls`` is how often Xero was asked.
    """

    matches: tuple[Matched, ...]
    tied: int
    calls: int

    @property
    def found(self) -> tuple[Matched, ...]:
        """What exactly one object of Xero is equal to."""
        return tuple(one for one in self.matches if one.shown is not None)

    @property
    def missed(self) -> tuple[Matched, ...]:
        """What a person has to look at, with the reason."""
        return tuple(one for one in self.matches if one.shown is None)


def adopt(office: Office, *, actor: str, now: dt.datetime, dry_run: bool = False) -> Adopted:
    """Match the documents from before the start with what Xero holds, and tie what is equal.

    Raises ``posting.errors.Ended`` and ``posting.target.UnreadableAnswer`` before anything is tied.
    """
    calls = office.caller.calls
    plans = _prior(office)
    relinking.refresh_contacts(office)
    openings = _untied_openings(office)
    adoption = _Adoption(office, plans, openings)
    matches = adoption.match()
    tied = 0
    if any(one.shown for one in matches) and not dry_run:
        equal = {one.posting: one.shown for one in matches if one.shown}
        found = [(openings[key], shown) for key, shown in equal.items() if key in openings]
        told = relinking.openings_tied(found, office, actor=actor, now=now)
        told += [relinking.tied(key, one) for key, one in equal.items() if key not in openings]
        whose = adoption.contacts()
        contacts = relinking.contacts_tied(whose, office, actor=actor, now=now)
        both = office.outbox.relink([*contacts, *told], actor=actor, now=now)
        tied = max(both - len(contacts), 0)
    return Adopted(tuple(matches), tied, office.caller.calls - calls)


def _prior(office: Office) -> dict[PostingKey, Wanted]:
    keys = office.outbox.standing_in({State.PRIOR})
    plans: dict[PostingKey, Wanted] = {}
    for first in range(0, len(keys), AT_A_TIME):
        some = keys[first : first + AT_A_TIME]
        prior = [
            one.key
            for one in office.outbox.postings(some)
            if one.state is State.PRIOR and one.key.kind not in OPENING_BILLS
        ]
        plans |= wanted(prior, office.outbox, office.shelf)
    return plans


def _untied_openings(office: Office) -> dict[PostingKey, opening_bills.AnyOpening]:
    """Return the opening bills that nobody has tied, which have no posting to be found by."""
    found: dict[PostingKey, opening_bills.AnyOpening] = {}
    for kind in sorted(OPENING_BILLS):
        bodies = office.outbox.bodies_of(kind)
        postings = office.outbox.postings(bodies)
        tied = {one.key.document for one in postings if one.state in TIED}
        for document in (read_back(body) for key, body in bodies.items() if key not in tied):
            assert isinstance(document, opening_bills.AnyOpening)
            if document.total > 0:
                found[PostingKey(*document.key, "", Act.CREATE, 1)] = document
    return found


class _Adoption:
    """One run over everything that is from before the start."""

    def __init__(
        self,
        office: Office,
        plans: dict[PostingKey, Wanted],
        openings: dict[PostingKey, opening_bills.AnyOpening],
    ) -> None:
        self._office = office
        self._plans = plans
        self._openings = openings
        self._ids: dict[Symbol, str] = {}
        self._rows: dict[str, tuple[Shown, ...]] = {}
        self._parties: dict[str, set[str]] = {}

    def match(self) -> list[Matched]:
        """Match one resource after the other; what is found is known to those after it."""
        found = [
            Matched(key, None, _untold(plan))
            for key, plan in self._plans.items()
            if plan.element is None
        ]
        for name in ORDER:
            plans = {k: p for k, p in self._plans.items() if p.element and _of(p) == name}
            if plans or (name == "Invoices" and self._openings):
                found += self._matched(name, plans)
        return found

    def _matched(self, name: str, plans: Mapping[PostingKey, Wanted]) -> Iterable[Matched]:
        plans = resolved(plans, self._office.outbox, self._ids)
        shown = self._allocations(plans) if name == "Allocations" else self._held(name)
        tied = self._office.outbox.linked({one.xero_id for one in shown})
        ours = {key: as_shown(plan.element) for key, plan in plans.items() if plan.element}
        parties = [party for plan in plans.values() for party in plan.parties]
        if name == "Invoices":
            ours |= self._as_opened()
            parties += self._opened_for()
        ground = replace(relinking.ground_of(parties, shown, self._office), near=NEAR)
        for one in match(ours, Shelves(shown), tied, ground):
            if one.shown is not None:
                self._learn(one.posting, ours[one.posting], one.shown)
            yield one

    def _as_opened(self) -> dict[PostingKey, Shown]:
        """Return what Xero should show of the opening bills, which are matched with the others."""
        whose = {contact(one) for one in self._openings.values()}
        ids = self._office.outbox.ids(whose)
        return {key: opening_bills.as_in_xero(one, ids) for key, one in self._openings.items()}

    def _opened_for(self) -> list[Party]:
        found = (party_of(one) for one in self._openings.values())
        return [party for party in found if party is not None]

    def _learn(self, posting: PostingKey, ours: Shown, shown: Shown) -> None:
        """Keep the ids that a match tells: the document's own, and that of its contact."""
        if posting.part == "" and posting.act is Act.CREATE:
            self._ids[Symbol(*posting.document)] = shown.xero_id
        kind, _, party = ours.contact_id.partition(":")
        if kind == CONTACT:
            self._parties.setdefault(party, set()).add(shown.contact_id)

    def contacts(self) -> list[tuple[Party, str]]:
        """Return the parties whose documents prove which contact is theirs, each with its id."""
        named = [*self._opened_for(), *(p for plan in self._plans.values() for p in plan.parties)]
        parties = {party.id: party for party in reversed(named)}
        proved = {name: ids for name, ids in self._parties.items() if len(ids) == 1}
        return [(parties[name], min(ids)) for name, ids in proved.items() if name in parties]

    def _held(self, name: str) -> tuple[Shown, ...]:
        """Read everything that Xero holds of a resource, page by page."""
        if name not in self._rows:
            rows: list[Shown] = []
            for page in range(1, read.MOST_PAGES + 1):
                got = self._office.patiently(partial(read.shown, name, page))
                rows += got.rows
                if name in read.UNPAGED or len(got.rows) < read.PAGE_SIZE:
                    break
            self._rows[name] = tuple(rows)
        return self._rows[name]

    def _allocations(self, plans: Mapping[PostingKey, Wanted]) -> tuple[Shown, ...]:
        """Return the allocations of the credits that are drawn on, as those show them."""
        elements = [p.element for p in plans.values() if isinstance(p.element, Allocation)]
        names = sorted({SOURCES[one.source_type] for one in elements})
        return tuple(
            Shown("Allocations", one.xero_id, total=one.amount, document_id=one.of)
            for name in names
            for credit in self._held(name)
            if credit.counts
            for one in credit.allocations
            if one.xero_id
        )


def _of(plan: Wanted) -> str:
    assert plan.element is not None
    return resource(plan.element)


def _untold(plan: Wanted) -> str:
    said = "; ".join(dict.fromkeys(finding.message for finding in plan.findings))
    return said or "with today's mapping nothing of this is posted"


def undecided(matches: Sequence[Matched]) -> dict[str, list[Matched]]:
    """Group what was not matched by the reason, the most frequent first."""
    grouped: dict[str, list[Matched]] = {}
    for one in matches:
        grouped.setdefault(one.why, []).append(one)
    return dict(sorted(grouped.items(), key=lambda pair: -len(pair[1])))
