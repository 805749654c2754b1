"""What a file may not bring when somebody hands it in who may not post: it waits for who may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from counterfoil.core.documents import Key, undone_key
from counterfoil.core.findings import Finding, error
from counterfoil.posting.states import UNSENT, State
from counterfoil.web.models import Document as Record
from counterfoil.web.models import Posting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.core.documents import Document
    from counterfoil.web.models import Organisation

LEAVES_XERO_AS_IT_IS = (*UNSENT, State.WITHDRAWN)
"""States of postings of which a revision changes nothing in Xero."""


def takes_back(document: Document) -> Finding | None:
    """Refuse what takes another document back."""
    if undone_key(document) is None:
        return None
    return error(
        "not_yours_to_take_back",
        f"A {document.kind} takes another document back, which staff may not do.",
        "Ask a bookkeeper to import it.",
        "kind",
    )


def revisions(documents: Sequence[Document], organisation: Organisation) -> list[Finding | None]:
    """Refuse each newer revision of what is in Xero or on its way there; in the same order.

    A revision that the daybook has already is none: the same file may come twice.
    """
    sent = Posting.objects.filter(document=OuterRef("pk")).exclude(state__in=LEAVES_XERO_AS_IT_IS)
    ids = {document.id for document in documents}
    known = Record.objects.filter(Exists(sent), organisation=organisation, source_id__in=ids)
    rows = known.values_list("kind", "source_id", "revision")
    newest = {Key(kind, source_id): revision for kind, source_id, revision in rows}
    return [
        _posted(one) if one.revision > newest.get(one.key, one.revision) else None
        for one in documents
    ]


def _posted(document: Document) -> Finding:
    return error(
        "not_yours_to_revise",
        f"{document.key} is in Xero already, and revision {document.revision} would change it "
        "there, which staff may not do.",
        "Ask a bookkeeper to import it.",
        "revision",
    )
