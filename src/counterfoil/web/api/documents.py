"""Documents in, one by one and in batches; what became of them, and where they are in Xero."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.http import HttpResponse
from ninja import Router

from counterfoil.core.documents import KINDS
from counterfoil.core.reader import read_json
from counterfoil.posting.records import Taken
from counterfoil.posting.states import State
from counterfoil.web.api import described
from counterfoil.web.api.answers import answer, findings_out, not_found, unreadable
from counterfoil.web.api.bodies import body_of, documents_of
from counterfoil.web.api.guard import Needs, Request
from counterfoil.web.api.shapes import BatchOut, DocumentOut, DocumentsOut, Refusal, TakenOut
from counterfoil.web.services import daybook, whereabouts
from counterfoil.web.services.api_keys import Scope
from counterfoil.web.services.receiving import Result, receive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.core.reader import Read
    from counterfoil.web.api.guard import Caller

router = Router(tags=["documents"])

ON_A_PAGE = 100
STATUS = {Taken.NEW: 201, Taken.REVISED: 200, Taken.UNCHANGED: 200}


@router.post(
    "/documents",
    auth=Needs(Scope.WRITE),
    response={
        200: TakenOut,
        201: TakenOut,
        409: TakenOut,
        413: Refusal,
        422: TakenOut,
    },
    summary="Take one document",
    openapi_extra=described.one_document(),
    url_name="document_in",
)
def one_in(request: Request, organisation: str = "") -> HttpResponse:
    """Take one document.

    The same revision with the same content again changes nothing (200, `unchanged`). One with
    other content, or with a number that another document has, is refused (409); what cannot be
    read is refused with every fault and its path (422).
    """
    read = read_json(body_of(request))
    (result,) = _received([read], organisation, request.auth)
    refused = 422 if read.document is None else 409
    return answer(_taken(0, read, result), STATUS.get(result.taken, refused))


@router.post(
    "/documents/batch",
    auth=Needs(Scope.WRITE),
    response={200: BatchOut, 413: Refusal, 422: Refusal},
    summary="Take up to 1,000 documents",
    openapi_extra=described.batch(),
    url_name="documents_in",
)
def many_in(request: Request, organisation: str = "") -> HttpResponse:
    """Take up to 1,000 documents, as a JSON list or as JSON Lines (`application/x-ndjson`).

    Each document is taken whole or refused whole, and a refused one keeps no other one out, as
    with files. They may name each other. After an answer that was lost send the batch again: what
    was taken is `unchanged`.
    """
    reads = [read_json(document) for document in documents_of(request)]
    results = _received(reads, organisation, request.auth)
    taken = [
        _taken(place, read, result)
        for place, (read, result) in enumerate(zip(reads, results, strict=True))
    ]
    count = Counter(result.taken for result in results)
    return answer(BatchOut(**{str(each): count[each] for each in Taken}, documents=taken))


def _received(reads: Sequence[Read], organisation: str, caller: Caller) -> list[Result]:
    organisations = caller.organisations()
    default = organisation or (next(iter(organisations)) if len(organisations) == 1 else "")
    return receive(reads, organisations, default, actor=caller.actor, now=caller.now)


def _taken(place: int, read: Read, result: Result) -> TakenOut:
    return TakenOut(
        position=place,
        kind=read.kind,
        id=read.id,
        revision=read.document.revision if read.document else None,
        taken=result.taken.value,
        known_as=result.known_as or None,
        findings=findings_out((*result.findings, *result.remarks)),
    )


@router.get(
    "/documents",
    auth=Needs(Scope.READ),
    response={200: DocumentsOut, 404: Refusal, 422: Refusal},
    summary="List documents",
    url_name="documents",
)
def listed(
    request: Request,
    organisation: str = "",
    state: str = "",
    kind: str = "",
    after: str = "",
) -> HttpResponse:
    """List documents with their states and links, the newest date first, a hundred a page.

    `after` takes what `next` of the page before said.
    """
    chosen = request.auth.organisation(organisation)
    if state and state not in set(State):
        raise unreadable("state_unknown", "This is no state.", f"Use {', '.join(State)}.", "state")
    if kind and kind not in KINDS:
        raise unreadable("kind_unknown", "This is no kind.", f"Use {', '.join(KINDS)}.", "kind")
    mark = daybook.read_mark(after) if after else None
    if after and mark is None:
        raise unreadable("mark_unknown", "This is no place.", "Give back what next said.", "after")
    filters = daybook.Filters(state=State(state) if state else None, kind=kind)
    leaf = daybook.leaf(chosen, filters, mark, ON_A_PAGE)
    found = whereabouts.of(chosen, [row.document for row in leaf.rows])
    return answer(
        DocumentsOut(
            documents=[described.document(one) for one in found],
            next=str(leaf.next) if leaf.next else None,
        )
    )


@router.get(
    "/documents/{kind}/{path:source_id}",
    auth=Needs(Scope.READ),
    response={200: DocumentOut, 404: Refusal, 422: Refusal},
    summary="See one document",
    url_name="document",
)
def one(request: Request, kind: str, source_id: str, organisation: str = "") -> HttpResponse:
    """Tell the state of one document: its findings, its postings, its links into Xero.

    One that another source had brought first is found by the id that you gave it, too: `id` is
    then what the daybook calls it, and yours is among `other_ids`.
    """
    chosen = request.auth.organisation(organisation)
    found = whereabouts.find(chosen, kind, source_id)
    if found is None:
        raise not_found("such document in the daybook")
    return answer(described.document(found))
