"""Transfers of costs beside each other: each payment from trust is named by one that stands.

A transfer that is taken back sets its payments free, to be named by another; a payment that is
taken back has no costs that could move.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.documents import Key, Reversal, TrustBillPayment, TrustOfficeTransfer
from counterfoil.core.reader import read_json
from counterfoil.core.trust_findings import payment_taken_back
from counterfoil.core.trust_references import moved_twice
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting.taken_back import planned_enders

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from counterfoil.core.documents import Document
    from counterfoil.core.findings import Finding
    from counterfoil.posting.outbox import Outbox


def costs_moved_twice(
    documents: Sequence[Document], outbox: Outbox
) -> dict[Key, tuple[Finding, ...]]:
    """Find transfers naming a payment that another names, or that was taken back.

    The other one stands, and came with them or before them.
    """
    transfers = [each for each in documents if isinstance(each, TrustOfficeTransfer)]
    if not transfers:
        return {}
    ours = {each.key for each in transfers}
    payments = {key for each in transfers for key in each.payments}
    rivals = _naming(payments, outbox) - ours
    ended = _ended(ours | rivals | payments, documents, outbox)
    earlier = (read_json(body).document for body in outbox.bodies(rivals).values())
    come = (*(each for each in earlier if each is not None), *transfers)
    twice = moved_twice(each for each in come if each.key not in ended)
    found: dict[Key, tuple[Finding, ...]] = {}
    for each in transfers:
        back = (
            payment_taken_back(key, place, ended[key])
            for place, key in enumerate(each.payments)
            if key in ended
        )
        findings = (*twice.get(each.key, ()), *back)
        if findings:
            found[each.key] = findings
    return found


def moving(payments: Iterable[Key], outbox: Outbox) -> set[Key]:
    """Return the transfers that are planned to move the costs of these payments."""
    return {
        key
        for key in _naming([one for one in payments if one.kind == TrustBillPayment.kind], outbox)
        if key.kind == TrustOfficeTransfer.kind
    }


def _naming(payments: Collection[Key], outbox: Outbox) -> set[Key]:
    named = {Symbol(*key) for key in payments}
    needing = outbox.needing(named) if named else {}
    return {key.document for keys in needing.values() for key in keys}


def _ended(keys: Collection[Key], documents: Iterable[Document], outbox: Outbox) -> dict[Key, Key]:
    """Return what takes these back, as far as it is planned or comes with them."""
    coming = {
        one.reverses: one.key
        for one in documents
        if isinstance(one, Reversal) and one.reverses in keys
    }
    return {**coming, **planned_enders(keys, outbox)}
