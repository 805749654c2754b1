"""Drafts of what is entered by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from counterfoil.web.store.noting import note

if TYPE_CHECKING:
    import datetime as dt

    from counterfoil.web.models import Draft


@transaction.atomic
def throw_away(draft: Draft, *, actor: str, now: dt.datetime) -> None:
    """Throw a draft away; what it was and whose stays in the audit trail."""
    author = draft.author.removeprefix("user:")
    told = f"{draft.kind.replace('_', ' ')} {draft.title}, kept by {author}"
    firm = draft.firm
    draft.delete()
    note(firm, "draft thrown away", told, actor=actor, now=now)
