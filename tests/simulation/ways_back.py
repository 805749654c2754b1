"""What documents that take others back leave of those, told from the raw documents alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Document = dict[str, Any]
Documents = dict[str, Document]
Fact = tuple[str, ...]

TURNED = {"SPEND": "RECEIVE", "RECEIVE": "SPEND"}
MOVED = frozenset({*TURNED, "transfer", "journal"})
"""Facts of money that moved: of these the opposite is a fact too."""


class Undone:
    """The ways back among some documents."""

    def __init__(self, by_id: Documents) -> None:
        self._by = {
            target["id"]: document
            for document in by_id.values()
            if (target := document.get("reverses") or document.get("voids"))
        }
        self._off = [one for one in by_id.values() if one["kind"] == "unallocation"]

    def facts(self, document: Document, made: tuple[Fact, ...]) -> Iterator[Fact]:
        """Yield what is left of the facts that a document made, with those of the way back."""
        back = self._by.get(document["id"])
        if back is None:
            yield from (fact for fact in made if not self._is_off(document))
        elif back["kind"] == "reversal":
            for fact in made:
                yield from _reversed(fact, back)
            if "dishonoured" in back["reason"]:
                yield from _bounced(document, back)

    def _is_off(self, document: Document) -> bool:
        return document["kind"] == "allocation" and any(
            (one["of"], one["allocations"]) == (document["of"], document["allocations"])
            for one in self._off
        )


def _reversed(fact: Fact, back: Document) -> Iterator[Fact]:
    """Yield what stands of a fact that was reversed.

    Payments, allocations and credits are gone; money that moved has moved back; what was left over
    is paid back.
    """
    what, *rest = fact
    if what in MOVED:
        yield fact
        yield TURNED.get(what, what), back["number"], *rest[1:-1], back["date"]
    elif what == "left over":
        yield fact
        yield "payment", back["number"], rest[0], rest[1], back["date"]


def _bounced(receipt: Document, back: Document) -> Iterator[Fact]:
    """Yield that what paid bills came into the bank, and left it again."""
    cents = sum(int(one["amount"].replace(".", "")) for one in receipt["allocations"])
    amount = f"{cents // 100}.{cents % 100:02}"
    yield "RECEIVE", back["number"], amount, "0.00", receipt["date"]
    yield "SPEND", back["number"], amount, "0.00", back["date"]


def counted(by_id: Documents) -> Iterator[tuple[Document, int]]:
    """Yield every document with its sign in the ledger: what takes one back counts it once less."""
    off = [one for one in by_id.values() if one["kind"] == "unallocation"]
    for document in by_id.values():
        target = document.get("reverses") or document.get("voids")
        if target:
            yield by_id[target["id"]], -1
        elif document not in off:
            yield document, 1
    for document in off:
        yield {**document, "kind": "allocation"}, -1
