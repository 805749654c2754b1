"""Documents that were read, into the daybooks of a firm's organisations: each whole or not at all.

What files bring and what the API brings goes through here, so that both are refused in the same
words and neither can take half a document.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from counterfoil.core.documents import Reversal
from counterfoil.core.findings import error, holds
from counterfoil.posting.daybook import take_in
from counterfoil.posting.discarding import discard_pointless
from counterfoil.posting.records import Taken
from counterfoil.web.models import Organisation
from counterfoil.web.services import numbered, overstepping, same_paper, under_number
from counterfoil.web.services.meeting import keep_names, meet, settle
from counterfoil.web.services.naming_anew import name_anew
from counterfoil.web.services.under_number import by_home
from counterfoil.web.shelf import DatabaseShelf
from counterfoil.web.store import outbox_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from counterfoil.core.documents import Document
    from counterfoil.core.findings import Finding
    from counterfoil.core.reader import Read
    from counterfoil.posting.records import Receipt
    from counterfoil.posting.shelf import Shelf
    from counterfoil.web.services.meeting import Met


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one document; ``findings`` say why it was refused.

    ``remarks`` are what there is to look at in one that was taken, and ``known_as`` is its id in
    the daybook where another source had brought it under that.
    """

    taken: Taken
    findings: tuple[Finding, ...] = ()
    remarks: tuple[Finding, ...] = ()
    known_as: str = ""


def organisations_of(firm_id: int) -> dict[str, Organisation]:
    """Return the organisations of a firm by key."""
    return {one.key: one for one in Organisation.objects.filter(firm_id=firm_id).order_by("pk")}


def receive(
    reads: Sequence[Read],
    organisations: dict[str, Organisation],
    default: str,
    *,
    actor: str,
    now: dt.datetime,
    may_post: bool = True,
) -> list[Result]:
    """Take documents in, one transaction for each organisation; answers in the same order.

    ``default`` is the key of the organisation for documents that name none; empty where they have
    to name one, or are lines of a bill that Actionstep has brought to one. A refused document keeps
    no other one out. Without ``may_post`` no revision of what is in Xero is taken.
    """
    results: list[Result | None] = [_unread(read) for read in reads]
    places: dict[str, list[int]] = {}
    homes = by_home(reads, organisations, default)
    for place, (read, home) in enumerate(zip(reads, homes, strict=True)):
        if read.document is not None:
            places.setdefault(read.document.organisation or home, []).append(place)
    for key, some in places.items():
        documents = [read.document for place in some if (read := reads[place]).document]
        for place, result in zip(
            some,
            _received(documents, organisations.get(key), key, actor, now, may_post),
            strict=True,
        ):
            results[place] = result
    return [result for result in results if result is not None]


def _unread(read: Read) -> Result | None:
    if read.document is not None:
        return None
    return Result(Taken.REFUSED, tuple(one for one in read.findings if holds((one,))))


def _received(
    documents: Sequence[Document],
    organisation: Organisation | None,
    key: str,
    actor: str,
    now: dt.datetime,
    may_post: bool,  # noqa: FBT001 -- as in ``receive``
) -> list[Result]:
    if organisation is None:
        refused = Result(Taken.REFUSED, (_unknown(key) if key else _unnamed(),))
        return [refused] * len(documents)
    shelf = DatabaseShelf(organisation, actor=actor)
    met = meet(documents, organisation, shelf)
    met = _without_twins(met, organisation, shelf)
    if not may_post:
        met = _without_revisions(met, organisation)
    ready = [one for one in met if one.refused is None]
    keep_names(ready, organisation)
    wanted = [one.document for one in ready]
    receipts = take_in(
        wanted,
        outbox_of(organisation),
        shelf,
        actor=actor,
        now=now,
        barred=lambda: same_paper.barred(wanted, organisation, shelf),
    )
    back = [of.key for of in receipts if of.taken is Taken.NEW and of.key.kind == Reversal.kind]
    discard_pointless(back, outbox_of(organisation), shelf, actor=actor, now=now)
    each = zip(ready, receipts, strict=True)
    _follow([one for one, of in each if of.taken is not Taken.REFUSED], organisation, shelf, now)
    answers = iter(receipts)
    return [_result(one, None if one.refused else next(answers)) for one in met]


def _follow(met: Sequence[Met], organisation: Organisation, shelf: Shelf, now: dt.datetime) -> None:
    """Let what waited for bills by the ids that they came under go on, too."""
    settle(met)
    under_number.look_again(organisation, [one.document for one in met])
    came = {one.other.name for one in met if one.other is not None}
    came |= numbered.waited_for(organisation, [one.document for one in met])
    if came:
        name_anew(organisation, shelf, of=came, now=now)


def _without_twins(met: list[Met], organisation: Organisation, shelf: Shelf) -> list[Met]:
    """Leave out what is here under another id before anything else is held against it.

    This is asked once more when the documents are written: others may hand in the same meanwhile.
    """
    barred = same_paper.twins([one.document for one in met], organisation, shelf)
    return [
        replace(one, refused=one.refused or found) for one, found in zip(met, barred, strict=True)
    ]


def _without_revisions(met: list[Met], organisation: Organisation) -> list[Met]:
    barred = overstepping.revisions([one.document for one in met], organisation)
    return [
        replace(one, refused=one.refused or found) for one, found in zip(met, barred, strict=True)
    ]


def _result(met: Met, receipt: Receipt | None) -> Result:
    if receipt is None or met.refused is not None:
        return Result(Taken.REFUSED, (met.refused,) if met.refused else ())
    found = (receipt.finding,) if receipt.finding else ()
    if receipt.taken is Taken.REFUSED:
        return Result(receipt.taken, found)
    known_as = met.other.here.id if met.other else ""
    return Result(receipt.taken, found, met.remarks, known_as)


def _unknown(key: str) -> Finding:
    return error(
        "organisation_unknown",
        f"The firm has no organisation with the key {key}.",
        "Correct the key, or leave it out where the firm has one organisation.",
        "organisation",
    )


def _unnamed() -> Finding:
    return error(
        "organisation_not_named",
        "The firm has several organisations, and the document does not say which it belongs to.",
        "Give the document its organisation's key, or name one for all: --organisation with a "
        "file, ?organisation= in the API.",
        "organisation",
    )
