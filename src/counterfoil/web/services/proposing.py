"""What one person asked for and a second decides, for the pages."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from counterfoil.web import seconds
from counterfoil.web.models import Event, Membership, Proposal
from counterfoil.web.services import people
from counterfoil.web.store.noting import note

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from django.core.files.uploadedfile import UploadedFile

    from counterfoil.web.models import Firm, Organisation, User


FILE: Final = "kept file"
"""Under this name a form has the name of its file, and what stands in it, as base64."""
LARGEST: Final = 1024 * 1024
"""Bytes of a file that is kept for a second person."""


class NotYet(Exception):
    """A firm with one person who posts cannot want two."""

    def __init__(self) -> None:
        super().__init__("Let a second bookkeeper or owner in first, who could agree.")


def propose(
    organisation: Organisation,
    user: User,
    what: str,
    order: tuple[str, Mapping[str, Sequence[str]], str],
    *,
    now: dt.datetime,
) -> Proposal:
    """Keep what somebody asked for: the address of its form, what was in it, the permission."""
    path, form, permission = order
    with transaction.atomic():
        row = Proposal.objects.create(
            firm=organisation.firm,
            organisation=organisation,
            what=what,
            path=path,
            form={name: list(values) for name, values in form.items()},
            permission=permission,
            asker=user,
            asked_at=now,
        )
        _note(row, "second person asked", user, now)
    return row


def keep_file(form: dict[str, list[str]], file: UploadedFile[bytes], which: Sequence[str]) -> str:
    """Put a file into its form, with what it does; returns why it cannot be kept, or nothing.

    What is done by a file that does not name it, nobody could agree to.
    """
    if not which:
        return "A file cannot be kept for a second person: change the places one by one here."
    if (file.size or 0) > LARGEST:
        return (
            "A file of over 1 MB cannot be kept for a second person: hand in what takes documents "
            "back by itself."
        )
    file.seek(0)
    form[FILE] = [file.name or "A file", base64.b64encode(file.read()).decode("ascii")]
    return ""


def kept_file(row: Proposal) -> SimpleUploadedFile | None:
    """Return the file of a form as it was sent; None where there was none."""
    if FILE not in row.form:
        return None
    name, content = row.form[FILE]
    return SimpleUploadedFile(name, base64.b64decode(content))


def waiting(organisation: Organisation, now: dt.datetime) -> list[Proposal]:
    """Return what waits for a second person, the newest first."""
    rows = Proposal.objects.filter(
        organisation=organisation, state="open", asked_at__gt=now - seconds.LASTS
    )
    return list(rows.select_related("asker").order_by("-pk"))


def decide(
    row: Proposal,
    user: User,
    *,
    agree: bool,
    may: Callable[[str, str], bool],
    now: dt.datetime,
) -> str:
    """Write down a decision; returns why it cannot be made, or nothing.

    Whoever asked may take it back, which is a refusal. ``may`` tells whether a role has a
    permission.
    """
    with transaction.atomic():
        row = Proposal.objects.select_for_update().get(pk=row.pk)
        member = Membership.objects.filter(firm_id=row.firm_id, user_id=row.asker_id).first()
        still_may = member is not None and may(member.role, row.permission)
        taken = _taken(row.firm_id, {row.asker.email, user.email}, now)
        asked = seconds.Asked(row.asker_id, row.asked_at, row.state, still_may, taken)
        why = seconds.why_not(asked, user.pk, now)
        if row.state != "open" or (agree and why):
            return why
        row.state = "approved" if agree else "refused"
        row.decider, row.decided_at = user, now
        row.save(update_fields=["state", "decider", "decided_at"])
        _note(row, "second person agreed" if agree else "second person refused", user, now)
    return ""


def _taken(firm: int, two: set[str], now: dt.datetime) -> str:
    """Return who of two people lost their way in at a member's word lately; or nothing.

    Whoever took it, and so could choose the password anew, would be both persons. The word of who
    looks after the server, at the command line, is another matter: that is no member's.
    """
    lost = Event.objects.filter(
        firm_id=firm, what__in=people.TAKEN, detail__in=two, at__gt=now - seconds.LASTS
    ).exclude(actor__startswith="cli:")
    return lost.values_list("detail", flat=True).first() or ""


def want_two(firm: Firm, *, two: bool, actor: str, now: dt.datetime) -> None:
    """Say whether the firm wants two people; one alone cannot end that.

    Raises ``NotYet`` and ``seconds.Needed``.
    """
    if firm.two_people == two:
        return
    if two and Membership.objects.filter(firm=firm, role__in=POSTING).count() < 2:  # noqa: PLR2004 -- two people
        raise NotYet
    if not two:
        seconds.must(firm, "let one person act alone again")
    with transaction.atomic():
        firm.two_people = two
        firm.save(update_fields=["two_people"])
        note(firm, "two people wanted", "yes" if two else "no", actor=actor, now=now)


POSTING = ("owner", "bookkeeper")
"""The roles that may post, and so agree (``access.ALLOWED``; a test holds the two equal)."""


def _note(row: Proposal, what: str, user: User, now: dt.datetime) -> None:
    told = f"{row.pk}: {row.what}"
    note(row.firm, what, told, actor=f"user:{user.email}", now=now)
