"""Requests as they are written down before they leave: one batch, one call, one key."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from counterfoil.posting.records import Frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.core.xero_documents import Element, Totals
    from counterfoil.posting.caller import Caller
    from counterfoil.posting.plan import Prepared
    from counterfoil.posting.records import Posting
    from counterfoil.posting.target import Shape


def request_of(batch: Sequence[Prepared], tenant_id: str, caller: Caller) -> Frozen:
    """Return the request that a batch goes in."""
    elements = [one.element for one in batch]
    shape = caller.target.shape(elements, [one.encoded for one in batch])
    expected = tuple(_expected(element) for element in elements)
    return written(shape, [one.posting for one in batch], expected, tenant_id, caller)


def written(
    shape: Shape,
    postings: Sequence[Posting],
    expected: tuple[Totals | None, ...],
    tenant_id: str,
    caller: Caller,
) -> Frozen:
    """Return a call of this shape as it is written down, under a key that nobody has used."""
    return Frozen(
        f"{tenant_id}:{caller.chance.name()}",
        postings[0].resource,
        shape.method,
        shape.path,
        shape.query,
        shape.body,
        hashlib.sha256(shape.body).hexdigest(),
        tuple(posting.key for posting in postings),
        expected,
        caller.clock.now(),
        caller.xero_now(),
    )


def _expected(element: Element) -> Totals | None:
    return getattr(element, "expected", None)
