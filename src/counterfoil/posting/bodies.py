"""What stands in the daybook, read back from the bodies of its documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.conversion import Books
from counterfoil.core.documents import Key
from counterfoil.core.outline import names
from counterfoil.core.reader import read_json
from counterfoil.posting.taken_back import drawn, undoing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from counterfoil.core.documents import Document
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.shelf import Shelf


def read_back(body: bytes) -> Document:
    """Return a document that was checked when it came in; anything else is our own defect."""
    document = read_json(body).document
    if document is None:
        msg = "a document in the daybook cannot be read back"
        raise AssertionError(msg)
    return document


def named(documents: Iterable[Document], outbox: Outbox) -> dict[Key, Document]:
    """Return the documents that these name, as far as the daybook has them."""
    keys = {key for document in documents for key in names(document)}
    return {key: read_back(body) for key, body in outbox.bodies(keys).items()}


def books_for(documents: Sequence[Document], outbox: Outbox, shelf: Shelf) -> Books:
    """Return what documents of the daybook are converted with.

    Where one takes another back, what that one names is among it.
    """
    known = named(documents, outbox)
    if undoing(documents):
        applied = drawn(documents, outbox)
        others = [*known.values(), *(one for several in applied.values() for one in several)]
        return Books(shelf.chart(), shelf.mapping(), {**named(others, outbox), **known}, applied)
    return Books(shelf.chart(), shelf.mapping(), known, {})
