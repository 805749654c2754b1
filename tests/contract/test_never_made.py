"""What Xero refuses while the document that takes it back waits for it, on every store."""

from __future__ import annotations

from dataclasses import replace

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key, Reversal
from counterfoil.core.writer import canonical
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting.never_made import enders, with_enders
from counterfoil.posting.outbox import Outbox
from counterfoil.posting.plan import STAGES
from counterfoil.posting.records import Entry, Intent, Lease, Outcome, PostingKey
from counterfoil.posting.states import State
from tests.contract import scene
from tests.contract.scene import OK, bill, contact, entry, receipt, states
from tests.contract.stores import NOON

PAYMENT = PostingKey("receipt", "1", "allocation:1", Act.CREATE, 1)
DELETION = PostingKey("reversal", "1", "allocation:1", Act.DELETE, 1)


def reversal(of: Key) -> Entry:
    """Reverse a document; by its needs alone, each of these would seem to reverse the receipt."""
    document = Reversal(id="1", number="X-1", date=NOON.date(), reverses=of, reason="Mistaken")
    return replace(entry("reversal", "1"), body=canonical(document))


def sent(outbox: Outbox, of: Key = PAYMENT.document) -> Lease:
    """Let a receipt be on its way to Xero while its reversal waits for it."""
    outbox.receive([contact(), bill(), receipt(), reversal(of)], actor="a", now=NOON)
    lease = scene.leased(outbox, NOON)
    for _ in ("the contact", "the bill"):
        scene.post_all_due(outbox, lease, NOON)
    outbox.freeze(lease, [scene.request("key", [PAYMENT], NOON)], now=NOON)
    return lease


def refuse(outbox: Outbox, lease: Lease) -> None:
    refused = Outcome(PAYMENT, State.REFUSED, raced=True)
    outbox.settle(lease, "key", OK, with_enders([refused], outbox), now=NOON)


def test_a_reversal_no_longer_waits_for_what_xero_refuses(outbox: Outbox) -> None:
    lease = sent(outbox)
    assert enders([PAYMENT], outbox) == {PAYMENT: DELETION}

    refuse(outbox, lease)

    assert states(outbox, [PAYMENT, DELETION]) == [State.REFUSED, State.READY]
    assert all(one.key.act is not Act.RELINK for one in outbox.postings([PAYMENT.document]))


def test_a_reversal_of_another_document_goes_on_waiting(outbox: Outbox) -> None:
    lease = sent(outbox, of=Key("receipt", "2"))

    refuse(outbox, lease)

    assert enders([PAYMENT], outbox) == {}
    assert states(outbox, [DELETION]) == [State.WAITING]


def test_what_others_wait_for_is_left_to_a_person(outbox: Outbox) -> None:
    lease = sent(outbox)
    needs = Intent("", Act.CREATE, "Invoices", STAGES["Payments"], (Symbol("receipt", "1"),))
    outbox.receive([replace(bill("3"), intents=(needs,))], actor="a", now=NOON)

    refuse(outbox, lease)

    assert states(outbox, [PAYMENT, DELETION]) == [State.REFUSED, State.WAITING]
