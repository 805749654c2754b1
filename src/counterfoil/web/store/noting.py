"""Acts of people that move no posting, in the firm's chain all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.web import audit
from counterfoil.web.models import Organisation
from counterfoil.web.store import derived, outbox_of
from counterfoil.web.store.journal import Journal

if TYPE_CHECKING:
    import datetime as dt

    from counterfoil.web.models import Firm


def note(
    firm: Firm,
    what: str,
    detail: str,
    *,
    actor: str,
    now: dt.datetime,
    witness: str = "",
    at: Organisation | None = None,
) -> None:
    """Record an act on a firm, in the caller's transaction and as its last act.

    Events carry an organisation: the one that the act was ``at``, or the firm's first. ``witness``
    is the SHA-256 of bytes that the act made, which the chain then covers.
    """
    organisation = at or Organisation.objects.filter(firm=firm).order_by("pk").first()
    if organisation is None:
        raise AssertionError("a firm has an organisation from its beginning")
    outbox = outbox_of(organisation)
    journal = Journal(outbox, actor, now, derived(audit.PURPOSE))
    journal.note(what, detail, witness)
    journal.close()
