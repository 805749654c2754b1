"""What is found about documents beside each other and the daybook, not in themselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from counterfoil.core.documents import Key
from counterfoil.core.findings import warning
from counterfoil.core.outline import names, parties
from counterfoil.posting.intake import CHANGED_AFTER_POSTING
from counterfoil.posting.parties import contact_key
from counterfoil.posting.taken_back import in_closed_month, undone_twice
from counterfoil.posting.transfers import costs_moved_twice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from counterfoil.core.documents import Document, Party
    from counterfoil.core.findings import Finding
    from counterfoil.posting.outbox import Outbox


def _changed(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.code == CHANGED_AFTER_POSTING)


def found_beside(documents: Sequence[Document], outbox: Outbox) -> dict[Key, tuple[Finding, ...]]:
    """Return what is found about documents beside each other and the daybook, not in themselves."""
    found: dict[Key, tuple[Finding, ...]] = {}
    for several in (
        costs_moved_twice(documents, outbox),
        undone_twice(documents, outbox),
        in_closed_month(documents, outbox),
        _named_in_old(documents, outbox),
        _renamed(documents, outbox),
    ):
        for key, findings in several.items():
            found[key] = (*found.get(key, ()), *findings)
    return found


def _named_in_old(documents: Iterable[Document], outbox: Outbox) -> dict[Key, tuple[Finding, ...]]:
    """Return a warning for each document that names one which Xero holds in an old revision."""
    naming = {document.key: names(document) for document in documents}
    said = outbox.findings({key for keys in naming.values() for key in keys})
    old = {key for key, findings in said.items() if _changed(findings)}
    return {
        key: tuple(_held_against_old(name) for name in keys if name in old)
        for key, keys in naming.items()
    }


def _held_against_old(key: Key) -> Finding:
    kind = key.kind.replace("_", " ")
    return warning(
        "named_document_changed",
        f"The {kind} {key.id} was changed after it had been posted, and Xero still holds the "
        "earlier one; this document is held against that.",
        f"Correct the {kind} in Xero first, then retry this one.",
        about=str(key),
    )


def not_received(path: str, key: Key) -> Finding:
    """Say what a posting waits for that may never come: a mistyped id looks just the same."""
    kind = key.kind.replace("_", " ")
    return warning(
        "not_received",
        f"The {kind} {key.id} has not been received; this waits for it.",
        f"Send the {kind}, or correct the id that names it.",
        path,
        str(key),
    )


def _renamed(documents: Sequence[Document], outbox: Outbox) -> dict[Key, tuple[Finding, ...]]:
    """Return a warning for each document that calls a known party by another name.

    The first name counts: that of the daybook, otherwise that of the first of these documents. Some
    sources, such as LEDES 1998B, know ids alone: an id that stands as the name is no other name.
    """
    named_here = [(document.key, party) for document in documents for party in parties(document)]
    bodies = outbox.bodies({contact_key(party.id) for _, party in named_here})
    known = {key.id: json.loads(body)["name"] for key, body in bodies.items()}
    found: dict[Key, dict[str, Finding]] = {}
    for key, party in named_here:
        before = known.setdefault(party.id, party.name)
        if before != party.name != party.id:
            found.setdefault(key, {})[party.id] = _renamed_finding(party, before)
    return {key: tuple(findings.values()) for key, findings in found.items()}


def _renamed_finding(party: Party, before: str) -> Finding:
    return warning(
        "party_renamed",
        f"Party {party.id} is {party.name} here and was {before} before.",
        "Xero's contact keeps its name; rename it there if it should change.",
        about=f"contact:{party.id}",
    )
