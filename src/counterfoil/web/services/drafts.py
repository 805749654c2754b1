"""Drafts of what is entered by hand.

A draft may be open on several pages, and several people work on it. So each page says which
keeping of the draft it shows; a newer one is not written over or thrown away from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from counterfoil.core.findings import error
from counterfoil.web.models import Document, Draft
from counterfoil.web.store.noting import note

if TYPE_CHECKING:
    import datetime as dt

    from counterfoil.core.documents import Key
    from counterfoil.core.findings import Finding
    from counterfoil.web.models import Organisation

DIGITS_MOST = 9
"""Digits of a revision; more are no revision, whatever a form says."""


def seen(draft: Draft) -> str:
    """Return which keeping of a draft a page shows."""
    return draft.saved_at.isoformat()


def changed(draft: Draft) -> Finding:
    """Return that a page shows an older state of a draft than is kept."""
    return error(
        "draft_changed",
        f"This draft was changed since by {_author(draft)}: the page shows an older state of it. "
        "Nothing was handed in, written over or thrown away.",
        "Open the draft again and look at what it says now.",
    )


def gone() -> Finding:
    """Return that somebody threw the draft away which a page still shows."""
    return error(
        "draft_gone",
        "This draft was thrown away since; the audit says by whom. Nothing was handed in.",
        "If it is wanted all the same, approve once more, or keep it as a draft again.",
    )


def handed_in(organisation: Organisation, key: Key, revision: str) -> Finding | None:
    """Return that a document is in the daybook already, so that no draft of it can be approved.

    ``revision`` is the one that a form corrects it with; empty for its first.
    """
    wanted = int(revision) if revision.isdecimal() and len(revision) <= DIGITS_MOST else 1
    known = Document.objects.filter(
        organisation=organisation, kind=key.kind, source_id=key.id, revision__gte=wanted
    )
    if not known.exists():
        return None
    return error(
        "draft_handed_in",
        "This was handed in since, from another page. It is not kept as a draft again.",
        "Look at the document. It can be corrected there as long as nothing of it has left.",
    )


def other_is_in() -> Finding:
    """Return that a form was handed in before with something else in it."""
    return error(
        "form_handed_in",
        "What this form held before is handed in already, with other content. Nothing of what you "
        "typed now is handed in.",
        "Enter it as a new one if it is another document. If it corrects that one, look at it: "
        "Correct is there as long as nothing of it has left.",
    )


def keep(draft: Draft, shown: str) -> bool:
    """Keep a draft: a new one, or one anew unless it is kept otherwise than a page showed it.

    Returns whether it was kept. The database compares, so that of two at once only one is.
    """
    if not draft.pk:
        draft.save()
        return True
    fields = ("kind", "title", "fields", "author", "saved_at")
    written = {name: getattr(draft, name) for name in fields}
    return bool(Draft.objects.filter(pk=draft.pk, saved_at=shown).update(**written))


def done_with(draft: Draft) -> None:
    """Take a draft out that was handed in; what somebody kept meanwhile stays."""
    Draft.objects.filter(pk=draft.pk, saved_at=draft.saved_at).delete()


@transaction.atomic
def throw_away(draft: Draft, *, actor: str, now: dt.datetime) -> None:
    """Throw a draft away; what it was and whose stays in the audit trail."""
    told = f"{draft.kind.replace('_', ' ')} {draft.title}, kept by {_author(draft)}"
    firm = draft.firm
    draft.delete()
    note(firm, "draft thrown away", told, actor=actor, now=now)


def _author(draft: Draft) -> str:
    return draft.author.removeprefix("user:")
