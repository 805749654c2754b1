"""A small firm's documents for the contract: contacts, bills that need them, receipts for bills."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import TypedDict, Unpack

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.core.findings import Finding, error
from counterfoil.core.xero_documents import Symbol, Totals
from counterfoil.posting.outbox import Outbox
from counterfoil.posting.plan import LAST, STAGES, UNDOING
from counterfoil.posting.records import (
    Answered,
    Due,
    Entry,
    Frozen,
    Intent,
    Lease,
    Link,
    Outcome,
    PostingKey,
    Summary,
)
from counterfoil.posting.states import State

UNMAPPED = error(
    "account_not_mapped", "4-1000 is not mapped.", "Map it.", "lines[0].account", "account:4-1000"
)
OK = Answered(200, b'{"Status":"OK"}', "corr-1")


def intents(kind: str, number: str, bills: tuple[str, ...] = ()) -> tuple[Intent, ...]:
    if kind == "contact":
        return (Intent("", Act.CREATE, "Contacts", STAGES["Contacts"]),)
    if kind == "bill":
        needs = (Symbol("contact", "c1"),)
        return (Intent("", Act.CREATE, "Invoices", STAGES["Invoices"], needs),)
    if kind == "reversal":
        return _undoing(number, bills)
    return tuple(
        Intent(
            f"allocation:{bill}",
            Act.CREATE,
            "Payments",
            STAGES["Payments"],
            (Symbol("bill", bill),),
        )
        for bill in bills or (number,)
    )


def _undoing(number: str, bills: tuple[str, ...]) -> tuple[Intent, ...]:
    """Take payments back, and then the document that they lay on: that waits for them."""
    receipt, own = Symbol("receipt", number), Symbol("reversal", number)
    payments = tuple(
        Intent(f"allocation:{bill}", Act.DELETE, "Payments", UNDOING["Payments"], (receipt,))
        for bill in bills or (number,)
    )
    return (*payments, Intent("", Act.VOID, "CreditNotes", LAST, (receipt, own)))


class Changes(TypedDict, total=False):
    """What may differ from an ordinary document of its kind."""

    revision: int
    content: str
    human: str
    findings: tuple[Finding, ...]
    bills: tuple[str, ...]
    mapping_version: int


def entry(kind: str, number: str, **changes: Unpack[Changes]) -> Entry:
    revision, content = changes.get("revision", 1), changes.get("content", "")
    body = f'{{"kind":"{kind}","id":"{number}","revision":{revision},"{content}":1}}'.encode()
    space = "sales" if kind == "bill" else ""
    named = changes.get("human", f"{kind}-{number}")
    return Entry(
        key=Key(kind, number),
        revision=revision,
        fingerprint=hashlib.sha256(body).hexdigest(),
        body=body,
        summary=Summary(named, dt.date(2026, 3, 1), "Ann Lee", "M-1", 110_00, "AUD"),
        number_space=space,
        findings=changes.get("findings", ()),
        intents=intents(kind, number, changes.get("bills", ())),
        chart_version=1,
        mapping_version=changes.get("mapping_version", 1),
    )


def contact() -> Entry:
    return entry("contact", "c1")


def bill(number: str = "1", **changes: Unpack[Changes]) -> Entry:
    return entry("bill", number, **changes)


def receipt(number: str = "1", **changes: Unpack[Changes]) -> Entry:
    return entry("receipt", number, **changes)


def states(outbox: Outbox, wanted: Sequence[PostingKey]) -> list[State]:
    """Tell where these postings stand."""
    found = {one.key: one.state for one in outbox.postings({key.document for key in wanted})}
    return [found[key] for key in wanted]


def leased(outbox: Outbox, now: dt.datetime, holder: str = "worker") -> Lease:
    """Take the lease as it stands."""
    lease = outbox.take_lease(holder, outbox.lease(), now=now)
    assert lease is not None
    return lease


def request(name: str, due: tuple[Due, ...] | list[PostingKey], now: dt.datetime) -> Frozen:
    """Freeze what is due into one request."""
    members = tuple(one.posting.key if isinstance(one, Due) else one for one in due)
    body = b"".join(str(key).encode() for key in members)
    return Frozen(
        request_id=name,
        resource="Invoices",
        method="PUT",
        path="/Invoices",
        query=(("summarizeErrors", "false"), ("unitdp", "4")),
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        members=members,
        expected=tuple(Totals(100_00, 10_00, 110_00) for _ in members),
        frozen_at=now,
        xero_time=now,
    )


def posted(key: PostingKey) -> Outcome:
    """Say that a posting is in Xero, under an id made of its name."""
    link = Link(f"xero-{key}", key.id, "AUTHORISED", Totals(100_00, 10_00, 110_00))
    return Outcome(key, State.POSTED, link)


def differs(key: PostingKey) -> Outcome:
    """Say that a posting is in Xero with a cent less, and is to be corrected."""
    link = Link(f"xero-{key}", key.id, "AUTHORISED", Totals(100_00, 9_99, 109_99))
    return Outcome(key, State.MISMATCHED, link, correct=True)


def post_all_due(outbox: Outbox, lease: Lease, now: dt.datetime) -> tuple[PostingKey, ...]:
    """Send what is due of the first stage and let all of it succeed."""
    due = outbox.due(lease, now=now, most=50)
    frozen = request(f"key-{due[0].posting.key}", due, now)
    outbox.freeze(lease, [frozen], now=now)
    outbox.settle(lease, frozen.request_id, OK, [posted(key) for key in frozen.members], now=now)
    return frozen.members
