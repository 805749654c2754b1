"""Numbers that must be unique: of sales invoices, and of sales credit notes (facts: section 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xero_sandbox.books.documents import Draft
    from xero_sandbox.books.records import Document
    from xero_sandbox.books.refusals import Refusal


# Not verified, see void-frees-number.
class Numbers:
    """A number space for one kind of document; voided ones stay taken, deleted ones do not."""

    __slots__ = ("_kind", "_next", "_prefix", "_taken", "ids")

    def __init__(self, kind: str, prefix: str, taken: Refusal) -> None:
        """Start at 1; ``taken`` is what is said to a second document of one number."""
        self.ids: dict[str, str] = {}
        self._kind = kind
        self._prefix = prefix
        self._taken = taken
        self._next = 1

    def give(self, draft: Draft, before: Document | None) -> None:
        """Number a document that has no number yet; refuse one that another document holds."""
        document = draft.document
        if document.kind != self._kind:
            return
        if not document.number:
            document.number = self._free()
            return
        holder = self.ids.get(document.number)
        if holder is not None and (before is None or holder != before.document_id):
            draft.errors.append(self._taken.text)

    def keep(self, kept: Document, before: Document | None) -> None:
        """Write down the number of a document that is kept."""
        if kept.kind != self._kind:
            return
        if before is not None:
            self.ids.pop(before.number, None)
        if kept.status != "DELETED":
            self.ids[kept.number] = kept.document_id

    def _free(self) -> str:
        while (number := f"{self._prefix}{self._next:04d}") in self.ids:
            self._next += 1
        return number
