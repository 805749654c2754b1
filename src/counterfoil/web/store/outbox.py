"""The outbox port on Django: one class, its parts in the modules beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.web.store.contacts import Contacts
from counterfoil.web.store.granting import Granting
from counterfoil.web.store.intake import Intake
from counterfoil.web.store.lease import Leasing
from counterfoil.web.store.limits import Limiting
from counterfoil.web.store.looking_on import LookingOn
from counterfoil.web.store.restoring import Restoring
from counterfoil.web.store.revising import Revising

if TYPE_CHECKING:
    from counterfoil.posting.outbox import Outbox


class DjangoOutbox(Intake, Leasing, Revising, Restoring, Contacts, Limiting, Granting, LookingOn):
    """``posting.outbox.Outbox`` of one organisation, on SQLite or PostgreSQL.

    Each method that writes is one transaction and refuses to run inside another (RuntimeError), so
    that what it answered is on disk when it returns. Made by ``store.outbox_of``.
    """


if TYPE_CHECKING:

    def _is_one(outbox: DjangoOutbox) -> Outbox:
        """Let the type checker hold the class against the port."""
        return outbox
