"""The result of translating one document: postings in spirit, and findings.

A document becomes one or several *planned postings*. Their parts are stable names within the
document (``""`` for the document itself, ``allocation:<bill id>`` for money or credit applied to a
bill), so that converting again after a change of mapping meets the same postings.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from counterfoil.core.xero_documents import Element, Symbol, Undone

if TYPE_CHECKING:
    from collections.abc import Mapping as ReadOnly

    from counterfoil.core.chart import Chart
    from counterfoil.core.documents import Document, Key
    from counterfoil.core.findings import Finding
    from counterfoil.core.mapping import Mapping


class Act(StrEnum):
    """What is done to one Xero object."""

    CREATE = "create"
    UPDATE = "update"
    VOID = "void"
    DELETE = "delete"
    ALLOCATE = "allocate"
    DEALLOCATE = "deallocate"
    RELINK = "relink"


ENDING = frozenset({Act.VOID, Act.DELETE, Act.DEALLOCATE})
"""The acts after which an object counts for nothing any more."""
ON_EXISTING = ENDING | {Act.UPDATE}
"""The acts on what is in Xero already: each is settled by reading the object, never sent blind."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One intended act. ``needs`` are the objects that must exist in Xero before it.

    A need on the document itself is for those of its postings that go in an earlier stage.
    """

    part: str
    act: Act
    element: Element | Undone
    needs: tuple[Symbol, ...]

    @property
    def created(self) -> Element:
        """What is created, where something is: nothing that is taken back ever is."""
        assert not isinstance(self.element, Undone)
        return self.element


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a document becomes, and what was found on the way; held if any finding is an error."""

    planned: tuple[Planned, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Books:
    """What conversion looks things up in.

    ``referenced`` holds the documents that the converted ones name, newest revision each. A key
    that is absent is a document nobody has sent: in a file a fault, in the daybook a reason to
    wait. ``drawn`` holds, by the credit that is named, the documents that applied some of it later
    and those that took such off again; None where nothing is known of what was posted before, as in
    a file.
    """

    chart: Chart
    mapping: Mapping
    referenced: ReadOnly[Key, Document]
    drawn: ReadOnly[Key, tuple[Document, ...]] | None = None
