"""The bodies of requests, as exact bytes: cut into documents here, read by core's reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import UnreadablePostError

from counterfoil.core.findings import error
from counterfoil.web.api.answers import Refused, unreadable

if TYPE_CHECKING:
    from django.http import HttpRequest

MOST_DOCUMENTS = 1_000
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LINES = frozenset({"application/x-ndjson", "application/jsonl", "application/json-lines"})
"""The media types of JSON Lines; everything else is read as one JSON list."""


def body_of(request: HttpRequest) -> bytes:
    """Return the whole body. Raises ``Refused`` for one that is too large or was cut off."""
    try:
        return request.body
    except RequestDataTooBig:
        raise _too_large("The body is larger than 10 MB.") from None
    except UnreadablePostError:
        words = "The body did not arrive whole."
        raise Refused(400, error("cut_off", words, "Send it again.", "")) from None


def documents_of(request: HttpRequest) -> list[bytes]:
    """Cut a batch into its documents, each as it was written. Raises ``Refused``.

    A body that is not one JSON list is refused whole: nobody could say where a document ends.
    """
    body = body_of(request).removeprefix(BYTE_ORDER_MARK)
    if request.content_type in LINES:
        documents = [line for line in body.split(b"\n") if line.strip()]
    else:
        documents = _listed(body)
    if len(documents) > MOST_DOCUMENTS:
        raise _too_large(f"The batch has {len(documents):,} documents; {MOST_DOCUMENTS:,} go in.")
    return documents


def _listed(body: bytes) -> list[bytes]:
    try:
        return [bytes(raw) for raw in msgspec.json.decode(body, type=list[msgspec.Raw])]
    except msgspec.DecodeError as fault:
        raise unreadable(
            "not_a_list",
            f"The body is not a JSON list of documents: {fault}.",
            "Send [{…}, {…}], or one document a line as application/x-ndjson.",
        ) from None
    except RecursionError:
        raise unreadable(
            "not_a_list", "The body is nested too deeply.", "Send a list of documents."
        ) from None


def _too_large(message: str) -> Refused:
    return Refused(413, error("too_large", message, "Send smaller batches.", ""))
