"""Pages that order documents to be taken back: what is ordered bears the number that was shown."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from counterfoil.core.documents import Key
from counterfoil.posting.corrections import Correction, entry_of
from counterfoil.posting.losing import Loss
from counterfoil.posting.undo_orders import Undoing
from counterfoil.web.models import Work
from counterfoil.web.services import undoing
from counterfoil.web.store import outbox_of
from tests.web.cast import As, Cast, a_document

B1, B2 = Key("bill", "b-1"), Key("bill", "b-2")


def test_an_order_that_is_handed_in_twice_bears_the_same_number_twice(
    cast: Cast, signed_in: As, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    organisation = cast.organisation
    for key in (B1, B2):
        a_document(organisation, key.id)
    before = entry_of(Correction(f"{B1}#1", B1, again=True, steps=()), "B-1", None)
    outbox_of(organisation).receive([before], actor="ann", now=now)
    ordered: list[object] = []

    def undo(*_: object, turns: dict[Key, int], **others: object) -> list[object]:
        ordered.append((turns, others["again"]))
        return []

    monkeypatch.setattr(undoing, "together", lambda _, keys: [keys])
    monkeypatch.setattr(undoing, "undo", undo)
    bob = signed_in("bob")
    asked = bob.post("/undo-many/", {"which": [str(B1), str(B2)]}).content.decode()
    form = dict(re.findall(r'name="(turn:[^"]+)" value="([^"]+)"', asked))
    assert form == {f"turn:{B1}": "2", f"turn:{B2}": "1"}
    for _ in range(2):
        bob.post("/undo-many/", {"which": [str(B1), str(B2)], "sure": "1", "again": "1", **form})

    assert ordered == [({B1: 2, B2: 1}, True)] * 2
    assert Work.objects.filter(kind="undo", state="done").count() == 2


def test_what_would_be_lost_is_told_before_the_yes_and_given_up_by_it(
    cast: Cast, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_document(cast.organisation, B1.id)
    loss = Loss(B1, "INV-1", "account: line 1 200 became 260", "edit:abc", known=True)
    given_up: list[object] = []

    def undo(*_: object, **order: object) -> list[Undoing]:
        given_up.append(order.get("given_up"))
        return [Undoing(B1, ("Void the invoice INV-1 of bill b-1",), lost=(loss,), turn=1)]

    monkeypatch.setattr(undoing, "together", lambda _, keys: [keys])
    monkeypatch.setattr(undoing, "undo", undo)
    bob = signed_in("bob")
    shown = bob.get(f"/undo/{B1.kind}/{B1.id}/?again=1").content.decode()
    assert "account: line 1 200 became 260" in shown
    names = re.findall(r'name="given_up" value="([^"]+)"', shown)
    bob.post(f"/undo/{B1.kind}/{B1.id}/", {"again": "1", "given_up": names})
    assert given_up == [None, ["edit:abc"]]
