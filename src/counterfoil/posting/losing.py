"""What somebody has edited in Xero that an order would lose, told before it is given.

Whoever has a document posted anew, or billed anew, is shown the edits that go with what stands in
Xero now, and has to say that they may go. The order then tells so in the audit trail.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from counterfoil.core.conversion import Act, Books
from counterfoil.core.correction import Correctable
from counterfoil.core.findings import error
from counterfoil.core.lookup import lookup
from counterfoil.core.pipeline import convert
from counterfoil.core.xero_documents import resolve, symbols
from counterfoil.posting.bodies import named, read_back
from counterfoil.posting.drift.shown import Shown
from counterfoil.posting.overwriting import EDITED, Statement, account_ids, lost_edits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from counterfoil.core.documents import Key
    from counterfoil.core.findings import Finding
    from counterfoil.posting.office import Office
    from counterfoil.posting.records import Entry, Link, Posting
    from counterfoil.posting.target import Found
    from counterfoil.posting.unlinking import Tie

READ_WHOLE: Final = frozenset({"Invoices", "CreditNotes", "BankTransactions"})
"""Resources whose objects can be edited in Xero, and are read for it."""


@dataclass(frozen=True, slots=True)
class Loss:
    """The edits of one object in Xero that would be lost: ``told`` in words, which ``name`` names.

    ``known``: they are somebody's edits; otherwise that cannot be told, and these are differences.
    """

    of: Key
    number: str
    told: str
    name: str
    known: bool

    @property
    def words(self) -> str:
        """Say it in one sentence."""
        if self.known:
            return (
                f"Somebody has edited {self.number or self.of} in Xero since it was posted, and "
                f"that would be lost: {self.told}."
            )
        return (
            f"Whether somebody has edited {self.number or self.of} in Xero cannot be told. What "
            f"stands there would change: {self.told}."
        )


def lost(office: Office, ties: Iterable[Tie]) -> tuple[Loss, ...]:
    """Read the objects of these ties, and tell what of them would be lost if all is posted anew.

    Raises ``posting.errors.Ended`` and ``posting.target.UnreadableAnswer``.
    """
    target = office.caller.target
    found: list[Loss] = []
    for tie in ties:
        posting, link = tie.posting, tie.link
        if posting.resource not in READ_WHOLE or posting.key.act is not Act.CREATE:
            continue
        there = office.patiently(
            lambda one=link, name=posting.resource: target.read_object(name, one.xero_id)  # type: ignore[misc]
        )
        if there is not None and (loss := lost_of(office, posting, link, there)) is not None:
            found.append(loss)
    return tuple(found)


def lost_of(office: Office, posting: Posting, link: Link, found: Found) -> Loss | None:
    """Tell of one object, which was read, what would be lost of it."""
    if found.shown is None:
        return None
    anew, total = _anew(office, posting)
    statement = Statement(posting, link, anew, total, found.shown, replaces=True)
    today = lookup(office.shelf.mapping(), office.shelf.chart())
    edits = lost_edits(statement, account_ids(today), office.caller)
    if edits is None:
        return None
    return Loss(posting.key.document, found.link.number, edits.told, edits.name, edits.known)


def _anew(office: Office, posting: Posting) -> tuple[Shown, int]:
    """Return what the newest revision states, and its total in hundredths.

    Nothing where that cannot be told, because it is not kept any more or its contact is on its way:
    then every edit counts as lost.
    """
    key, nothing = posting.key.document, (Shown(posting.resource, ""), 0)
    bodies = office.outbox.bodies([key]) | office.outbox.overtaken({key})
    if key not in bodies:
        return nothing
    document = read_back(bodies[key])
    books = Books(
        office.shelf.chart(), office.shelf.mapping(), named([document], office.outbox), {}
    )
    for one in convert(document, books).planned:
        element = one.element
        if one.part != posting.key.part or not isinstance(element, Correctable):
            continue
        ids = office.outbox.ids(symbols(element))
        if all(symbol in ids for symbol in symbols(element)):
            target, whole = office.caller.target, resolve(element, ids)
            body = target.shape([whole], [target.encode(whole)]).body
            (shown,) = target.stated(posting.resource, body)
            return shown, element.expected.total
    return nothing


def not_given_up(losses: Iterable[Loss], given_up: Collection[str] | None) -> tuple[Loss, ...]:
    """Return what a person has not said may go; ``given_up`` names edits, None is whatever."""
    return tuple(one for one in losses if given_up is not None and one.name not in given_up)


def refusal(loss: Loss, command: str) -> Finding:
    """Say that nothing is done while this would be lost, and how to have it done knowingly."""
    return error(
        EDITED,
        loss.words,
        "Put it back in Xero as it was; or record it in the practice too, as a further revision; "
        f"or give it up knowingly: counterfoil {command} {loss.of} --overwrite.",
        "revision",
        loss.name,
    )


def with_note(entry: Entry, losses: Sequence[Loss]) -> Entry:
    """Return an order that tells in the audit trail what is lost by it."""
    return replace(entry, note=" ".join(f"given up: {one.words}" for one in losses))
