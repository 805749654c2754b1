"""Taking a document whose total differs as Xero holds it: a person's way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.core.conversion import Act
from counterfoil.core.findings import warning
from counterfoil.core.money import amount_text
from counterfoil.posting.records import Outcome
from counterfoil.posting.states import State
from counterfoil.web.office import office_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from counterfoil.core.documents import Key
    from counterfoil.core.findings import Finding
    from counterfoil.core.xero_documents import Totals
    from counterfoil.posting.records import Posting
    from counterfoil.posting.target import Found
    from counterfoil.web.models import Organisation
    from counterfoil.web.office import Office


@dataclass(frozen=True, slots=True)
class Looked:
    """A posting whose object differs, with what Xero holds of it now; None if it is gone."""

    posting: Posting
    found: Found | None


def accept(
    organisation: Organisation, keys: Sequence[Key], *, actor: str, now: dt.datetime
) -> tuple[list[Looked], int]:
    """Look at each object that differs and take it as it stands; returns how many were taken.

    What is gone from Xero cannot be taken. Raises ``posting.errors.Ended`` and
    ``posting.target.UnreadableAnswer`` before anything is taken.
    """
    with office_of(organisation, clicking=True) as office:
        differing = [
            posting
            for posting in office.outbox.postings(keys)
            if posting.state is State.MISMATCHED and posting.key.act is Act.CREATE
        ]
        looked = [_look(posting, office) for posting in differing]
        told = [
            Outcome(one.posting.key, State.POSTED, one.found.link, (_accepted(one.found),))
            for one in looked
            if one.found is not None
        ]
        return looked, office.outbox.accept(told, actor=actor, now=now)


def _look(posting: Posting, office: Office) -> Looked:
    link = office.outbox.links([posting.key])[posting.key]
    reading = office.caller.target.read_object
    return Looked(posting, office.patiently(lambda: reading(posting.resource, link.xero_id)))


def _accepted(found: Found) -> Finding:
    return warning(
        "accepted_as_in_xero",
        f"Accepted with Xero's {described(found.link.totals)}, which is not what was sent.",
        "Nothing to do; the difference shows in reconcile until the document is corrected.",
        "total",
    )


def described(totals: Totals | None) -> str:
    """Write an object's sums for people."""
    if totals is None:
        return "sums"
    return f"total {amount_text(totals.total)} with tax {amount_text(totals.total_tax)}"
