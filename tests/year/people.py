"""What people do meanwhile, in Xero and with the program: feeds, locks, and every way back.

The steps are those of the services behind the pages and commands, without their database.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Final, TypeVar

from counterfoil.core.documents import Bill, Receipt
from counterfoil.core.xero_documents import Allocation, Symbol
from counterfoil.posting.corrections import entry_of
from counterfoil.posting.daybook import reconvert
from counterfoil.posting.drift.shown import Shown
from counterfoil.posting.going_back import existing, refusals, way_back
from counterfoil.posting.intake import is_revision
from counterfoil.posting.landing import UNAPPROVED, landed
from counterfoil.posting.proving import Ground, differences, resolved, wanted
from counterfoil.posting.records import Link, Outcome
from counterfoil.posting.states import State
from counterfoil.posting.undoing import closed_days
from counterfoil.posting.unlinking import plan_unlinking
from counterfoil.xero import lookup, read
from counterfoil.xero.expected import as_shown
from counterfoil.xero.routes import SOURCES, resource
from xero_sandbox.books.control import change_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    from counterfoil.core.documents import Document, Key
    from counterfoil.core.xero_documents import Element
    from counterfoil.posting.going_back import Way
    from counterfoil.posting.records import Posting, PostingKey
    from counterfoil.posting.target import Answer, Call
    from counterfoil.posting.unlinking import Tie
    from tests.year.line import Practice

T = TypeVar("T")

FED: Final = 0.15
"""How often, of one, the bank feed has entered a receipt before the practice sends it."""
LOCK_ON: Final = 2
LOCK_OFF: Final = 5
"""Days of the month between which the month before is locked in Xero."""
DAY: Final = dt.timedelta(days=1)


class People:
    """Those who work at the firm; ``did`` counts what they did, by its name.

    ``drain`` posts whatever is due; ``corrected`` as in ``Size``.
    """

    def __init__(self, practice: Practice, drain: Callable[[], None], corrected: float) -> None:
        self.did: Counter[str] = Counter()
        self._practice = practice
        self._outbox = practice.outbox
        self._drain = drain
        self._corrected = corrected
        self._chance = Random("corrections")
        self._bills: dict[Key, Bill] = {}
        self._turns: Counter[Key] = Counter()

    def receive(self, documents: Iterable[Document]) -> None:
        """Know the bills that were sent, so that they can be chosen for correction."""
        self._bills |= {one.key: one for one in documents if isinstance(one, Bill)}

    def morning(self, today: dt.date, documents: Iterable[Document]) -> None:
        """Lock or open the month before; let the bank feed enter some of today's receipts."""
        if today.day == LOCK_ON:
            self._lock(today.replace(day=1) - DAY)
        if today.day == LOCK_OFF:
            self._open()
        for document in documents:
            if isinstance(document, Receipt) and self._chance.random() < FED:
                self._feed(document)

    def evening(self) -> None:
        """Decide on what is held, and correct a bill in each way, now and then."""
        self._look_at_held()
        for act in (self._repost, self._undo_and_retry, self._unlink_and_relink):
            if self._bills and self._chance.random() < self._corrected:
                act(self._chance.choice(list(self._bills)))

    def revised_in_place(self) -> int:
        """Return how many bills had a later revision stated where the earlier one stood."""
        return sum(is_revision(one.key) and one.state is State.POSTED for one in self._postings())

    def _look_at_held(self) -> None:
        """Post anew what was revised though paid, the firm's choice; and retry what is held."""
        held = self._outbox.held_by(None)
        for key in held:
            if self._barred(key) and self._taken_back(key, again=True):
                self.did["revised though paid, posted anew"] += 1
        if held:
            self._retry(held)
            self._drain()

    def _now(self) -> dt.datetime:
        return self._practice.clock.now()

    def _change(self, locked_to: dt.date | None) -> None:
        organisation = self._practice.sandbox.state.organisations[self._practice.firm.tenant_id]
        told = locked_to.isoformat() if locked_to else None
        change_settings(organisation, {"PeriodLockDate": told}, self._now())

    def _lock(self, until: dt.date) -> None:
        self._change(until)
        self._drain()

    def _open(self) -> None:
        """Open the locked month for as long as it takes, approve its drafts, and retry."""
        self._change(None)
        drafts = [one for one in self._postings() if one.state is State.DRAFTED]
        approved: dict[PostingKey, Link] = {}
        for posting in drafts:
            link = self._outbox.links([posting.key])[posting.key]
            self._approve(posting.resource, link.xero_id)
            there = self._read(partial(read.one, posting.resource, link.xero_id))
            assert there is not None
            assert there.status not in lookup.GONE | UNAPPROVED
            approved[posting.key] = lookup.link(there, source="look-up")
        self._accept(approved)
        self._look_at_held()

    def _postings(self) -> tuple[Posting, ...]:
        return self._outbox.postings(list(self._bills))

    def _approve(self, resource: str, xero_id: str) -> None:
        """Approve a draft: a bill below nil is a credit note in Xero."""
        body = {f"{resource[:-1]}ID": xero_id, "Status": "AUTHORISED"}
        self._practice.firm.ask("POST", f"/{resource}/{xero_id}", self._now(), body)
        self.did["drafts approved"] += 1

    def _accept(self, approved: dict[PostingKey, Link]) -> None:
        before = self._outbox.links(list(approved))
        told = [
            replace(landed(key, link, before[key].totals), correct=False)
            for key, link in approved.items()
        ]
        self._outbox.accept(told, actor="year", now=self._now())

    def _retry(self, keys: Sequence[Key], *, anew: bool = False) -> None:
        """Convert anew what was held or taken back, with the lock date as Xero tells it now."""
        shelf = self._practice.shelf
        shelf.store_organisation(self._read(self._practice.caller.target.read_organisation))
        reconvert(keys, self._outbox, shelf, actor="year", now=self._now(), anew=anew)

    def _read(self, asked: Callable[[], Generator[Call, Answer, T]]) -> T:
        return self._practice.read(asked)

    def _feed(self, receipt: Receipt) -> None:
        """Enter a receipt in Xero first, on its day or the day before, as a bank feed does."""
        if [one.amount for one in receipt.allocations] != [receipt.amount]:
            return
        symbol = Symbol(*receipt.allocations[0].bill)
        xero_id = self._outbox.ids([symbol]).get(symbol)
        if xero_id is None:
            return
        firm, now = self._practice.firm, self._now()
        invoice = firm.ask("GET", f"/Invoices/{xero_id}", now)["Invoices"][0]
        amount = Decimal(receipt.amount) / 100
        if invoice["Status"] != "AUTHORISED" or Decimal(invoice["AmountDue"]) != amount:
            return
        paid = {
            "Invoice": {"InvoiceID": xero_id},
            "Account": {"Code": "090"},
            "Date": receipt.date.isoformat(),
            "Amount": str(amount),
        }
        firm.ask("PUT", "/Payments", now, paid)
        self.did["paid by the feed first"] += 1

    def _barred(self, key: Key) -> bool:
        found = self._outbox.findings([key]).get(key, ())
        return any(one.code == "revision_barred" for one in found)

    def _repost(self, key: Key) -> None:
        """Take a bill out of Xero with all that lies on it, and post it anew in one step."""
        self.did["posted anew"] += self._taken_back(key, again=True) is not None

    def _undo_and_retry(self, key: Key) -> None:
        """Take a bill out of Xero with all that lies on it; and see later that it was right."""
        way = self._taken_back(key, again=False)
        if way is not None:
            documents = dict.fromkeys(tie.posting.key.document for tie in reversed(way.ties))
            self._retry(list(documents), anew=True)
            self._drain()
            self.did["taken back and retried"] += 1

    def _taken_back(self, key: Key, *, again: bool) -> Way | None:
        """Read every object first, and plan what takes them back; None if Xero forbids it."""
        outbox, shelf = self._outbox, self._practice.shelf
        turn = self._turns[key] + 1
        way = way_back(key, f"{key}#{turn}", outbox, shelf, again=again)
        if way.correction is None:
            return None
        target = self._practice.caller.target
        standing = {
            step: self._read(partial(target.read_standing, one))
            for step, one in existing(way, target, outbox).items()
        }
        ours = outbox.linked({one for there in standing.values() for one in there.on_it})
        refused = refusals(way, standing, ours, closed_days(shelf))
        if refused:
            self.did.update(f"refused: {code}" for code in {one.finding.code for one in refused})
            return None
        self._turns[key] = turn
        bill = self._bills[key]
        entry = entry_of(way.correction, bill.number, bill.date)
        outbox.receive([entry], actor="year", now=self._now())
        self._drain()
        return way

    def _unlink_and_relink(self, key: Key) -> None:
        """Cut a bill's ties with those of what lies on it, and tie each again, proved equal."""
        plan = plan_unlinking([key], self._outbox)
        drafted = any(tie.posting.state is State.DRAFTED for tie in plan.ties)
        if plan.under_way or not plan.ties or drafted:
            return  # A draft is tied to nothing that counts: no proof would hold.
        postings = [tie.posting.key for tie in plan.ties]
        self._outbox.unlink(postings, actor="year", now=self._now())
        for tie in reversed(plan.ties):
            self._relink(tie)
        self.did["unlinked and relinked"] += 1
        self._drain()

    def _relink(self, tie: Tie) -> None:
        """Prove that what Xero holds under an id is what the document would become, and tie it."""
        outbox, key = self._outbox, tie.posting.key
        plan = resolved(wanted([key], outbox, self._practice.shelf), outbox)[key]
        assert plan.element is not None, plan.findings
        chart = self._practice.shelf.chart()
        accounts = {code: account.account_id for code, account in chart.by_code.items()}
        ground = Ground(chart.organisation.base_currency, accounts, {}, {})
        shown = self._shown(plan.element, tie.link.xero_id)
        differ = list(differences(as_shown(plan.element), shown, ground))
        assert not differ, (key, differ)
        link = Link(shown.xero_id, shown.number, shown.status, shown.totals, source="person")
        told = Outcome(key, State.POSTED, link)
        assert outbox.relink([told], actor="year", now=self._now()), key

    def _shown(self, element: Element, xero_id: str) -> Shown:
        if not isinstance(element, Allocation):
            (only,) = self._read(partial(read.shown_one, resource(element), xero_id)).rows
            return only
        (credit,) = self._read(
            partial(read.shown_one, SOURCES[element.source_type], str(element.source))
        ).rows
        (part,) = (one for one in credit.allocations if one.xero_id == xero_id)
        return Shown(
            "Allocations", xero_id, date=element.date, total=part.amount, document_id=part.of
        )
