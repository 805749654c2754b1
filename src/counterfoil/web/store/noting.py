"""Acts of people that move no posting, in the firm's chain all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.web import audit
from counterfoil.web.models import Organisation
from counterfoil.web.store import cipher, outbox_of
from counterfoil.web.store.journal import Journal

if TYPE_CHECKING:
    import datetime as dt

    from counterfoil.web.models import Firm


def note(firm: Firm, what: str, detail: str, *, actor: str, now: dt.datetime) -> None:
    """Record an act on a firm, in the caller's transaction and as its last act.

    Events carry an organisation; an act on the firm as a whole goes under its first.
    """
    organisation = Organisation.objects.filter(firm=firm).order_by("pk").first()
    if organisation is None:
        raise AssertionError("a firm has an organisation from its beginning")
    outbox = outbox_of(organisation)
    journal = Journal(outbox, actor, now, cipher().derive(audit.PURPOSE))
    journal.note(what, detail)
    journal.close()
