"""Transfers of costs beside each other: each payment from trust is named once ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.documents import Key, TrustOfficeTransfer
from counterfoil.core.reader import read_json
from counterfoil.core.trust_findings import PAYMENT_NAMED_TWICE
from counterfoil.core.trust_references import moved_twice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from counterfoil.core.documents import Document
    from counterfoil.core.findings import Finding
    from counterfoil.posting.outbox import Outbox


def costs_moved_twice(
    documents: Sequence[Document], outbox: Outbox
) -> dict[Key, tuple[Finding, ...]]:
    """Find transfers naming a payment that another names, which came with them or before them.

    A transfer that was found out once stays so when it is converted again by itself: its rival is
    read from the daybook.
    """
    transfers = [each for each in documents if isinstance(each, TrustOfficeTransfer)]
    if not transfers:
        return {}
    ours = {each.key for each in transfers}
    rivals = [key for key in _rivals(outbox.findings(ours).values()) if key not in ours]
    earlier = (read_json(body).document for body in outbox.bodies(rivals).values())
    found = moved_twice([*(each for each in earlier if each is not None), *transfers])
    return {key: findings for key, findings in found.items() if key in ours}


def _rivals(said: Iterable[Iterable[Finding]]) -> list[Key]:
    """Return the transfers that earlier findings hang on."""
    return [
        Key(*finding.about.split(":", 1))
        for findings in said
        for finding in findings
        if finding.code == PAYMENT_NAMED_TWICE
    ]
