"""Files that cannot say a revision, brought again because something in them was corrected.

LEDES and reports of other systems know no revisions, so that a corrected bill comes again as a
first one with other content, which is refused: nobody could tell it from a mistake. A person who
says that the file is a correction makes what differs the next revision of what is here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.core.documents import Key
from counterfoil.core.writer import canonical
from counterfoil.web.models import Revision
from counterfoil.web.services import other_names
from counterfoil.web.services.naming_anew import revisions_of_ours

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from counterfoil.core.documents import Document
    from counterfoil.core.reader import Read
    from counterfoil.web.models import Organisation

Newest = tuple[int, bytes]
"""A revision's number, and its content; empty where the content is not to be compared."""


def corrected(
    reads: Sequence[Read], organisations: Mapping[str, Organisation], default: str
) -> list[Read]:
    """Give documents that are here with other content the number of their next revision.

    What says a revision itself keeps it, and so does what may not be revised: it is refused.
    """
    known = {
        key: _newest(organisation, _keys(reads, key, default))
        for key, organisation in organisations.items()
    }
    return [_next(read, known, default) for read in reads]


def _keys(reads: Sequence[Read], organisation: str, default: str) -> set[Key]:
    documents = [read.document for read in reads if read.document is not None]
    return {one.key for one in documents if (one.organisation or default) == organisation}


def _next(read: Read, known: Mapping[str, Mapping[Key, Newest]], default: str) -> Read:
    document = read.document
    if document is None or document.revision > 1 or document.once_only:
        return read
    newest = known.get(document.organisation or default, {}).get(document.key)
    if newest is None:
        return read
    number, body = newest
    same: Document = replace(document, revision=number)
    return read._replace(
        document=same if canonical(same) == body else replace(document, revision=number + 1)
    )


def _newest(organisation: Organisation, keys: Collection[Key]) -> dict[Key, Newest]:
    """Return the newest revision of each document; as its source counts them."""
    found: dict[Key, Newest] = {}
    rows = Revision.objects.filter(
        organisation=organisation,
        document__kind__in={key.kind for key in keys},
        document__source_id__in={key.id for key in keys},
    ).order_by("revision")
    for kind, name, number, body in rows.values_list(
        "document__kind", "document__source_id", "revision", "body"
    ):
        found[Key(kind, name)] = (number, bytes(body or b""))
    # What these know of revisions is what their source has told: not ours, nor other sources'.
    for key, ours in revisions_of_ours(organisation, found.keys()).items():
        number, _ = found[key]
        found[key] = (number - sum(one <= number for one in ours), b"")
    for one in other_names.of(organisation, keys):
        if one.name in keys:
            found[one.name] = (one.revision, b"")
    return found
