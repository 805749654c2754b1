"""Transfers of costs beside each other: each payment from trust is named once ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.documents import TrustOfficeTransfer
from counterfoil.core.reader import read_json
from counterfoil.core.trust_references import moved_twice
from counterfoil.core.xero_documents import Symbol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.core.documents import Document, Key
    from counterfoil.core.findings import Finding
    from counterfoil.posting.outbox import Outbox


def costs_moved_twice(
    documents: Sequence[Document], outbox: Outbox
) -> dict[Key, tuple[Finding, ...]]:
    """Find transfers naming a payment that another names, which came with them or before them."""
    transfers = [each for each in documents if isinstance(each, TrustOfficeTransfer)]
    if not transfers:
        return {}
    ours = {each.key for each in transfers}
    named = {Symbol(key.kind, key.id) for each in transfers for key in each.payments}
    rivals = {key.document for keys in outbox.needing(named).values() for key in keys} - ours
    earlier = (read_json(body).document for body in outbox.bodies(rivals).values())
    found = moved_twice([*(each for each in earlier if each is not None), *transfers])
    return {key: findings for key, findings in found.items() if key in ours}
