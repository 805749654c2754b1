"""Which revision of a document Xero holds, where that is not the newest.

A payment that was changed in the practice stands in Xero as it was sent until it is posted anew,
and so does a bill whose update is held: what is ours there is that, and not what the practice says
now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import F

from counterfoil.core.conversion import Act
from counterfoil.posting.bodies import read_back
from counterfoil.posting.intake import REVISABLE, REVISION
from counterfoil.posting.states import IN_XERO, State
from counterfoil.web.models import Document, Event, Posting, Revision

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counterfoil.core.documents import Document as Said
    from counterfoil.web.models import Organisation

STATED = frozenset({State.POSTED, State.WITHDRAWN})
"""States of an update that leaves nothing to be done."""


class Sent(NamedTuple):
    """The revision that Xero holds; ``going``: the newest is to go there, and may be held.

    What is never updated in place, such as a receipt, goes when a person posts it anew.
    """

    document: Said
    going: bool


def earlier_in_xero(organisation: Organisation) -> dict[int, Sent]:
    """Return what Xero holds of documents whose newest revision is not there, by row number."""
    behind = Document.objects.filter(organisation=organisation, revision__gt=F("working"))
    updates = Posting.objects.filter(
        organisation=organisation,
        part__startswith=REVISION,
        state__in=[state.value for state in State if state not in STATED],
    )
    numbers = {*behind.values_list("pk", flat=True), *updates.values_list("document", flat=True)}
    return {
        number: sent for number in sorted(numbers) if (sent := _sent(number, updates)) is not None
    }


def _sent(number: int, updates: Iterable[Posting]) -> Sent | None:
    held = _revision_held(number)
    document = Document.objects.get(pk=number)
    if held is None or held == document.revision:
        return None
    body = Revision.objects.filter(document=number, revision=held, body__isnull=False).first()
    if body is None:
        return None
    by_hand = document.kind not in REVISABLE
    going = by_hand or any(one.document_id == number for one in updates)
    return Sent(read_back(bytes(body.body or b"")), going)


def _revision_held(number: int) -> int | None:
    """Return the number of the revision that was sent last; None where nothing of it stands."""
    postings = list(Posting.objects.filter(document=number).order_by("attempt"))
    made = [one for one in postings if one.act != Act.UPDATE and one.state in IN_XERO]
    if not made:
        return None
    stated = [
        int(one.part.removeprefix(REVISION))
        for one in postings
        if one.part.startswith(REVISION)
        and one.state == State.POSTED
        and one.attempt == made[-1].attempt
    ]
    return max(stated, default=None) or _planned_from(number, made[-1])


def _planned_from(number: int, made: Posting) -> int | None:
    """Return the revision that a posting was planned from, which the audit trail bears witness of.

    What is not told there was planned before it was told: from the first revision, as a rule.
    """
    kept = Revision.objects.filter(document=number)
    revisions = dict(kept.order_by("-revision").values_list("fingerprint", "revision"))
    told = Event.objects.filter(posting=made, what="planned").values_list("witness", flat=True)
    known = [revisions[witness] for witness in told if witness in revisions]
    return max(known, default=min(revisions.values(), default=None))
