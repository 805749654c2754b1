"""What people and other programs do during a story: at the practice, in the office, inside Xero.

Everything here ends with the trouble, or is put right then: what a person broke, a person mends.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.core.reader import read_json
from counterfoil.posting.corrections import entry_of
from counterfoil.posting.daybook import reconvert, take_in
from counterfoil.posting.going_back import way_back
from counterfoil.posting.outbox import OtherOrganisation
from counterfoil.posting.records import ConnectionState, Grant, Taken
from counterfoil.posting.states import State
from counterfoil.posting.undoing import is_prepaid
from tests.simulation.firm import ARRIVAL_SECONDS
from tests.simulation.undone import comes_last

if TYPE_CHECKING:
    from tests.simulation.story import Story

ROUND_SECONDS = 300.0
"""How often the bookkeeper looks at what is stuck, and the owner at the connection."""
OFF_SECONDS = 900.0
"""How long what somebody did in Xero stays as it is."""
APP = "counterfoil"
"""Idempotency keys and limits are per app: the consent is given to the one that refreshes it."""
TOKEN_SECONDS = 1_800.0
"""So long a token lasts that the owner's consent gives."""
REPOSTED = frozenset(
    {"bill", "supplier_bill", "credit_note", "write_off", "journal", "trust_receipt"}
)
"""Kinds of document that a bookkeeper takes back and posts anew."""
EDITS = 9
"""How often somebody edits a bill in Xero."""
FED_ELSEWHERE, FED_TIMES = 0xFEED, 60
"""The seed of the feed's mistakes, and how often it has the occasion to make one."""
OVERWRITES = 0.2
"""How often the bookkeeper, when looking at what is held, lets revisions overwrite edits."""
PUT_OFF = dt.date(2027, 12, 24)
"""The due day that a person gives a bill."""
BY_HAND = "HUMAN"
"""What a person in Xero numbers begins so."""


class People:
    """Everybody who acts in a story, on its world's clock."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.world = story.world
        self.arrival_seconds = ARRIVAL_SECONDS
        self.token_seconds = TOKEN_SECONDS
        self.all_sent = False
        self.reposted = story.seed % 2 == 1
        self.remembered = True
        self.corrections: set[Key] = set()
        self._later = self.world.random.uniform
        self._chance = Random(story.seed)

    def begin(self) -> None:
        """Let everybody start."""
        story, on = self.story, self.story.trouble.on
        self.connect()
        last = [one for one in story.documents if comes_last(one)]
        others = [one for one in story.documents if one not in last]
        for part, chosen in enumerate(others[n::3] for n in range(3)):
            self.world.at(part * self.arrival_seconds, lambda chosen=chosen: self.send(chosen))  # type: ignore[misc]
        self.world.at(3 * self.arrival_seconds, lambda: self._send_last(last))
        for revisions in story.alternatives:
            for document in revisions:
                self._sometime(lambda document=document: self.send([document]))
        if "10 source" in on:
            self._confuse_source()
        if "6 connection" in on:
            self._sometime(self._break_connection)
            self._sometime(self._connect_another)
        if "11 organisation" in on:
            for act in (
                self.lock,
                self._archive,
                self._archive_rate,
                self._take_number,
                self._pay_by_hand,
                self._feed,
            ):
                self._sometime(act)
            self._feed_elsewhere_some_day()
            # A database that is put back has forgotten what somebody chose.
            if "8 restore" not in on:
                for _ in range(EDITS):
                    self.world.at(
                        self._chance.uniform(30.0, self.story.trouble.seconds - OFF_SECONDS),
                        self._edit,
                    )
        self._every_round()

    def _sometime(self, act: Any) -> None:  # noqa: ANN401 -- an act of any result
        self.world.at(self._later(30.0, self.story.trouble.seconds - OFF_SECONDS), act)

    def _counted(self, what: str) -> None:
        self.story.network.faults[what] += 1
        self.world.tell("%s", what)

    # The practice's own system.

    def send(self, documents: list[dict[str, Any]]) -> None:
        """Send documents to the intake, which reads them as it reads anybody's."""
        story = self.story
        read = [read_json(json.dumps(document)) for document in documents]
        known = [one.document for one in read if one.document is not None]
        assert len(known) == len(read), [one.findings for one in read]
        receipts = take_in(
            known, story.outbox, story.shelf, actor="simulation", now=self.world.now()
        )
        for receipt in receipts:
            if receipt.taken is Taken.REFUSED:
                story.refused.append(receipt)

    def _send_last(self, documents: list[dict[str, Any]]) -> None:
        """Record what uses again what was set free, once everybody has seen that it is free."""
        if self.story.unsettled() or self._repost():
            self.world.at(ROUND_SECONDS / 10, lambda: self._send_last(documents))
            return
        self.all_sent = True
        self.send(documents)

    def _repost(self) -> bool:
        """Post a document anew, once in every second story: Xero must hold the same afterwards.

        Payments and allocations on them go first, and come back after them. Not between a copy of
        the database and its return, when the order to do so would be forgotten.
        """
        story, now = self.story, self.world.now()
        chosen = [one for one in story.documents if one["kind"] in REPOSTED]
        if self.reposted or not self.remembered or not chosen:
            return False
        self.reposted = True
        for raw in self.world.random.sample(chosen, min(2, len(chosen))):
            key = Key(raw["kind"], raw["id"])
            name = f"{key}#1"
            way = way_back(key, name, story.outbox, story.shelf, again=True)
            if way.correction is not None and not any(
                is_prepaid(step.undone) for step in way.correction.steps
            ):
                self.world.tell("the bookkeeper posts %s anew", key)
                entry = entry_of(way.correction, raw["number"], None)
                story.outbox.receive([entry], actor="bookkeeper", now=now)
                self.corrections.add(entry.key)
                return True
        return False

    def _confuse_source(self) -> None:
        """The practice's system sends again what it has sent, five times and in any order."""
        documents = [one for one in self.story.documents if not comes_last(one)]
        for _ in range(5):
            again = self.world.random.sample(documents, min(4, len(documents)))
            self._sometime(lambda again=again: self._again(again))

    def _again(self, documents: list[dict[str, Any]]) -> None:
        self._counted("10 sent again")
        self.send(documents)

    # The owner.

    def connect(self) -> None:
        """Connect the firm, with a consent of its own."""
        story, now = self.story, self.world.now()
        token = story.sandbox.issue_token((story.firm.tenant_id,), client_id=APP, now=now)
        story.secrets.update((token["access_token"], token["refresh_token"]))
        story.outbox.connect(
            Grant(
                ConnectionState.CONNECTED,
                0,
                story.firm.tenant_id,
                "Simulated Law",
                expires_at=now + dt.timedelta(seconds=self.token_seconds),
                access_token=token["access_token"],
                refresh_token=token["refresh_token"],
            ),
            actor="simulation",
            now=now,
        )

    def _break_connection(self) -> None:
        """Somebody takes away what the owner once granted."""
        story = self.story
        grants, grant = story.sandbox.state.grants, story.outbox.grant()
        match self.world.random.randrange(3):
            case 0:
                self._counted("6 token revoked")
                grants.revoke(grant.refresh_token, "counterfoil")
            case 1:
                self._counted("6 organisation disconnected")
                grants.disconnect_tenant(story.firm.tenant_id)
            case _:
                self._counted("6 scope removed")
                access = grants.access.get(grant.access_token)
                if access is not None:
                    grants.access[grant.access_token] = replace(access, scopes=frozenset())
        story.firm.forget_token()

    def _connect_another(self) -> None:
        """Somebody connects another organisation over the firm's own, by mistake."""
        story = self.story
        if not story.outbox.counts().get(State.POSTED):
            return
        self._counted("6 another organisation connected")
        try:
            story.outbox.connect(
                replace(story.outbox.grant(), tenant_id="another"),
                actor="simulation",
                now=self.world.now(),
            )
        except OtherOrganisation:
            return
        story.wire.complaints.append("foreign: another organisation was connected over the firm's")

    # The bookkeeper.

    def _every_round(self) -> None:
        story = self.story
        if story.outbox.grant().state is not ConnectionState.CONNECTED:
            self.world.tell("the owner connects again")
            self.connect()
        counts = story.outbox.counts()
        if counts.get(State.HELD) or counts.get(State.REFUSED) or counts.get(State.UNKNOWN):
            self._retry_all()
        story.kept.watch()
        self.world.at(ROUND_SECONDS, self._every_round)

    def _retry_all(self) -> None:
        """Press retry on everything that is stuck, as ``counterfoil retry`` does."""
        outbox, now = self.story.outbox, self.world.now()
        held = outbox.held_by(None)
        if held:  # As 'counterfoil chart' does: the lock may be gone.
            self.story.shelf.store_organisation(self.story.firm.chart(now).organisation)
        if self._chance.random() < OVERWRITES:
            edited = [one.key for one in outbox.postings(held)]
            if outbox.overwrite(edited, actor="bookkeeper", now=now):
                self._counted("11 overwritten knowingly")
        reconvert(held, outbox, self.story.shelf, actor="bookkeeper", now=now)
        impatient = "10 source" in self.story.trouble.on and self.story.troubled()
        pressed = {State.REFUSED, State.UNKNOWN} if impatient else {State.REFUSED}
        keys = self.story.keys() | self.corrections
        stuck = [p.key for p in outbox.postings(keys) if p.state in pressed]
        if stuck:
            self.world.tell("the bookkeeper presses retry on %s", len(stuck))
            outbox.retry(stuck, actor="bookkeeper", now=now)

    # Inside Xero.

    def lock(self) -> None:
        """Somebody closes a period in Xero, and later opens it again."""
        self._counted("11 period locked")
        settings = self.story.organisation.settings
        settings.period_lock = dt.date(2026, 6, 30).toordinal()
        self.world.at(OFF_SECONDS, lambda: setattr(settings, "period_lock", None))

    def _archive(self) -> None:
        self._counted("11 account archived")
        organisation = self.story.organisation
        account = organisation.accounts[organisation.account_ids_by_code["260"]]
        account.status = "ARCHIVED"
        self.world.at(OFF_SECONDS, lambda: setattr(account, "status", "ACTIVE"))

    def _archive_rate(self) -> None:
        self._counted("11 tax rate archived")
        rate = self.story.organisation.tax_rates["OUTPUT"]
        rate.status = "ARCHIVED"
        self.world.at(OFF_SECONDS, lambda: setattr(rate, "status", "ACTIVE"))

    def _take_number(self) -> None:
        """A person makes an invoice under a number of ours, and later gives it another."""
        story, now = self.story, self.world.now()
        contacts = story.organisation.contacts
        bills = [d for d in story.documents if d["kind"] == "bill" and d["total"][0] != "-"]
        if not contacts or not bills:
            return
        number = self.world.random.choice(bills)["number"]
        if any(one.number == number for one in story.organisation.documents.values()):
            return
        self._counted("11 number taken by hand")
        line = {"Description": "By hand", "Quantity": 1, "UnitAmount": 1, "AccountCode": "200"}
        made = story.firm.ask(
            "PUT",
            "/Invoices",
            now,
            {
                "Type": "ACCREC",
                "InvoiceNumber": number,
                "Status": "DRAFT",
                "Contact": {"ContactID": next(iter(contacts))},
                "Date": "2026-07-05",
                "LineItems": [line | {"TaxType": "EXEMPTOUTPUT"}],
            },
        )
        one = made["Invoices"][0]["InvoiceID"]
        self.world.at(OFF_SECONDS, lambda: self._give_back(one))

    def _give_back(self, invoice: str) -> None:
        change = {"InvoiceID": invoice, "InvoiceNumber": f"{BY_HAND}-{invoice[:8]}"}
        self.story.firm.ask("POST", "/Invoices", self.world.now(), change)
        gone = {"InvoiceID": invoice, "Status": "DELETED"}
        self.story.firm.ask("POST", "/Invoices", self.world.now(), gone)

    def _edit(self) -> None:
        """A person puts off the due day of a bill of ours of which nothing is on its way."""
        story = self.story
        bills = [Key("bill", versions[0]["id"]) for versions in story.alternatives]
        standing = [id_ for id_ in map(self._at_rest, bills) if id_]
        if not standing or story.organisation.settings.period_lock is not None:
            return
        self._counted("11 edited by hand")
        one = self._chance.choice(standing)
        due = story.organisation.documents[one].due_date
        self._put_off(one, PUT_OFF)
        self.world.at(OFF_SECONDS, lambda: self._look_after(one, due))

    def _at_rest(self, key: Key) -> str:
        """Return the id of a bill of which nothing of ours can arrive any more."""
        postings = self.story.outbox.postings([key])
        requests = self.story.outbox.stated([one.key for one in postings])
        made = [one.key for one in postings if one.key.act is Act.CREATE]
        ids = [link.xero_id for link in self.story.outbox.links(made).values()]
        found = self.story.organisation.documents.get(ids[-1]) if ids else None
        quiet = all(one.state in {State.POSTED, State.WITHDRAWN} for one in postings)
        if found is None or not quiet or any(one.ambiguous for one in requests):
            return ""
        untouched = found.status == "AUTHORISED" and found.due == found.total
        return found.document_id if untouched and found.due_date != PUT_OFF.toordinal() else ""

    def _look_after(self, invoice: str, due: int | None) -> None:
        """The person looks whether the edit still stands, and takes it back.

        It may be gone only where the bookkeeper has chosen so.
        """
        story = self.story
        found = story.organisation.documents[invoice]
        if found.status not in {"AUTHORISED", "PAID"}:
            return
        if found.due_date != PUT_OFF.toordinal():
            if not any(one.what == "chose overwrite" for one in story.outbox.events()):
                story.wire.complaints.append(f"lost: what was edited of {found.number}")
        elif story.organisation.settings.period_lock is not None:
            self.world.at(OFF_SECONDS, lambda: self._look_after(invoice, due))
        else:
            assert due is not None
            self._put_off(invoice, dt.date.fromordinal(due))

    def _put_off(self, invoice: str, day: dt.date) -> None:
        change = {"DueDate": day.isoformat()}
        self.story.firm.ask("POST", f"/Invoices/{invoice}", self.world.now(), change)

    def _pay_by_hand(self) -> None:
        """A person pays one of our bills in full, and later takes the payment away."""
        story = self.story
        sold = (d for d in story.organisation.documents.values() if d.kind == "ACCREC")
        owed = [d for d in sold if d.status == "AUTHORISED" and d.currency == "AUD" and d.due]
        if not owed:
            return
        self._counted("11 paid by hand")
        one = self.world.random.choice(owed)
        made = story.firm.ask(
            "PUT",
            "/Payments",
            self.world.now(),
            {
                "Invoice": {"InvoiceID": one.document_id},
                "Account": {"Code": "090"},
                "Date": "2026-07-05",
                "Amount": f"{one.due / 100:.2f}",
                "Reference": BY_HAND,
            },
        )
        payment = made["Payments"][0]["PaymentID"]
        self.world.at(OFF_SECONDS, lambda: self._unpay(payment))

    def _feed(self) -> None:
        """Xero's bank feed enters what a receipt pays in full, if it is there before the receipt.

        Xero then refuses ours, and that of the feed is taken as it. With a part of a bill nobody
        could tell: Xero would take both.
        """
        story = self.story
        if story.organisation.settings.period_lock is not None:
            return
        for one in [*story.organisation.documents.values()]:
            receipt = self._in_full.get(one.number)
            unpaid = one.kind == "ACCREC" and one.status == "AUTHORISED" and one.due == one.total
            if receipt is not None and unpaid:
                self._counted("11 paid by the bank feed")
                paid = _of_the_feed(receipt, one.document_id)
                story.firm.ask("PUT", "/Payments", self.world.now(), paid)

    def _feed_elsewhere_some_day(self) -> None:
        """Let it happen now and then, by a chance of its own: all else stays as it was."""
        chance = Random(self.story.seed ^ FED_ELSEWHERE)
        until = self.story.trouble.seconds - OFF_SECONDS
        for _ in range(FED_TIMES):
            self.world.at(chance.uniform(30.0, until), self._feed_elsewhere)

    def _feed_elsewhere(self) -> None:
        """Whoever works at the feed puts a receipt on another bill of its client, by mistake.

        The other bill stays open by some, so that it is never what a receipt pays in full. Ours
        is held beside it, if it has not come yet, and goes when the mistake is taken away.
        """
        story = self.story
        sold = [one for one in story.organisation.documents.values() if one.kind == "ACCREC"]
        if story.organisation.settings.period_lock is not None:
            return
        for bill in sold:
            receipt = self._in_full.get(bill.number)
            if receipt is None or bill.status != "AUTHORISED" or bill.due != bill.total:
                continue
            for other in sold:
                same = other.contact_id == bill.contact_id and other.currency == bill.currency
                if same and other.status == "AUTHORISED" and other.due > bill.due:
                    self._counted("11 fed on another bill")
                    wrong = _of_the_feed(receipt, other.document_id) | {"Reference": BY_HAND}
                    made = story.firm.ask("PUT", "/Payments", self.world.now(), wrong)
                    payment = made["Payments"][0]["PaymentID"]
                    self.world.at(OFF_SECONDS, partial(self._take_away, payment))
                    return

    def _take_away(self, payment: str) -> None:
        """Remove a payment, once no lock is in the way."""
        if self.story.organisation.settings.period_lock is not None:
            self.world.at(OFF_SECONDS, lambda: self._take_away(payment))
        else:
            self._unpay(payment)

    @property
    def _in_full(self) -> dict[str, dict[str, Any]]:
        """The receipts that pay a bill in full by one payment, by the numbers of these bills."""
        receipts = [one for one in self.story.documents if one["id"].startswith("pr-")]
        return {one["allocations"][0]["bill"].upper(): one for one in receipts}

    def _unpay(self, payment: str) -> None:
        gone = {"Status": "DELETED"}
        self.story.firm.ask("POST", f"/Payments/{payment}", self.world.now(), gone)


def _of_the_feed(receipt: dict[str, Any], bill: str) -> dict[str, object]:
    return {
        "Invoice": {"InvoiceID": bill},
        "Account": {"Code": "090"},
        "Date": receipt["date"],
        "Amount": receipt["allocations"][0]["amount"],
        "Reference": receipt["number"],
    }
