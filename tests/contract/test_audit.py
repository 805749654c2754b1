"""The audit chain holds, and whatever is changed behind it is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db.models import F, QuerySet

from counterfoil.web import audit, crypto, papers, verifying
from counterfoil.web.models import AuditEntry, AuditHead, Event
from counterfoil.web.store import DjangoOutbox
from tests.contract import scene, stores
from tests.contract.scene import bill, contact
from tests.contract.stores import AUDIT_KEY, NOON


@pytest.fixture
def box(alias: str) -> DjangoOutbox:
    """Have a firm whose chain has five entries."""
    box = stores.in_database(stores.new_organisation(alias), alias)
    box.receive([contact(), bill("1"), bill("2")], actor="import", now=NOON)
    lease = scene.leased(box, NOON)
    scene.post_all_due(box, lease, NOON)
    box.retry([], actor="ann", now=NOON)
    box.receive([bill("3")], actor="import", now=NOON)
    return box


def verified(box: DjangoOutbox, parts: int | None = None) -> audit.Head | audit.Break:
    return verifying.verify(box.firm_id, AUDIT_KEY, box.using, parts)


def test_an_untouched_chain_ends_in_its_head(box: DjangoOutbox) -> None:
    head = verified(box)
    assert isinstance(head, audit.Head)
    assert head.sequence == 5
    assert [verified(box, parts) for parts in (1, 2, 3, 5, 9)] == [head] * 5


def test_a_firm_without_events_has_an_empty_chain(alias: str) -> None:
    box = stores.in_database(stores.new_organisation(alias), alias)
    assert verified(box) == audit.Head(0, b"")


def test_another_key_does_not_verify(box: DjangoOutbox) -> None:
    broken = verifying.verify(box.firm_id, b"b" * 32, box.using)
    assert broken == audit.Break(1, "the entry was altered, or another key signed it")


Tampering = Callable[[DjangoOutbox], object]


def events(box: DjangoOutbox, sequence: int) -> QuerySet[Event]:
    return Event.objects.using(box.using).filter(firm_id=box.firm_id, sequence=sequence)


TAMPERINGS: dict[str, tuple[Tampering, int]] = {
    "another actor": (lambda b: events(b, 3).update(actor="nobody"), 3),
    "another time": (lambda b: events(b, 3).update(at=NOON.replace(hour=3)), 3),
    "another state": (lambda b: events(b, 3).update(after="posted"), 3),
    "another witness": (lambda b: events(b, 3).update(witness="0" * 64), 3),
    "an event deleted": (lambda b: events(b, 1).filter(position=2).delete(), 1),
    "an event moved": (lambda b: events(b, 1).filter(position=2).update(position=9, sequence=4), 1),
    "an event added": (
        lambda b: Event.objects.using(b.using).create(
            firm_id=b.firm_id,
            organisation_id=b.organisation_id,
            sequence=99,
            position=0,
            at=NOON,
            actor="x",
            what="posted",
        ),
        99,
    ),
    "an entry deleted": (
        lambda b: AuditEntry.objects.using(b.using).filter(firm_id=b.firm_id, sequence=2).delete(),
        3,
    ),
    "an entry's time changed": (
        lambda b: (
            AuditEntry.objects.using(b.using)
            .filter(firm_id=b.firm_id, sequence=4)
            .update(at=NOON.replace(hour=3))
        ),
        4,
    ),
    "the end cut off": (
        lambda b: (
            events(b, 5).delete(),
            AuditEntry.objects.using(b.using).filter(firm_id=b.firm_id, sequence=5).delete(),
        ),
        5,
    ),
    "the head set back": (
        lambda b: (
            AuditHead.objects.using(b.using)
            .filter(firm_id=b.firm_id)
            .update(sequence=F("sequence") - 1)
        ),
        6,
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found_where_it_happened(box: DjangoOutbox, name: str) -> None:
    tamper, where = TAMPERINGS[name]
    tamper(box)
    broken = verified(box)
    assert isinstance(broken, audit.Break)
    assert broken.sequence == where
    assert [verified(box, parts) for parts in (1, 2, 3, 5)] == [broken] * 4


def test_a_head_kept_elsewhere_shows_a_chain_that_was_made_shorter(box: DjangoOutbox) -> None:
    kept = verified(box)
    assert isinstance(kept, audit.Head)
    events(box, 5).delete()
    entries = AuditEntry.objects.using(box.using).filter(firm_id=box.firm_id)
    entries.filter(sequence=5).delete()
    last = entries.get(sequence=4)
    heads = AuditHead.objects.using(box.using).filter(firm_id=box.firm_id)
    heads.update(sequence=4, mac=last.mac)
    shorter = verified(box)
    assert isinstance(shorter, audit.Head)
    assert shorter.sequence < kept.sequence


def test_another_key_adds_nothing_to_a_chain(box: DjangoOutbox) -> None:
    other = DjangoOutbox(box.organisation_id, b"b" * 32, stores.CIPHER, using=box.using)
    with pytest.raises(crypto.KeyMissing, match="nothing was written"):
        other.receive([bill("6")], actor="ann", now=NOON)
    assert isinstance(verified(box), audit.Head)
    events(box, 5).delete()
    box.receive([bill("6")], actor="ann", now=NOON)


def test_what_was_recorded_before_the_record_covered_such_is_told_and_no_fault(
    box: DjangoOutbox,
) -> None:
    """The events of an earlier version are without it; what comes after the first one has one."""
    box.receive([replace(bill("4"), intents=())], actor="bob", now=NOON)
    assert papers.uncovered(box.firm_id, box.using) == []
    events(box, 6).delete()
    (told,) = papers.uncovered(box.firm_id, box.using)
    assert told.startswith("documents that post nothing kept before")
    assert "(until now): 1. " in told
    assert papers.fault(box.firm_id, box.using) == ""
    box.receive([replace(bill("5"), intents=())], actor="bob", now=NOON)
    assert "bill 4, revision 1 was added" in papers.fault(box.firm_id, box.using)
