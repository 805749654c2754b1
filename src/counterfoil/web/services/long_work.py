"""The long work that pages begin: importing a file, posting, reading Xero back, verifying."""

from __future__ import annotations

import datetime as dt
import tempfile
from typing import IO, TYPE_CHECKING

from django.utils import timezone

from counterfoil.posting.errors import Ended
from counterfoil.posting.states import State
from counterfoil.posting.target import UnreadableAnswer
from counterfoil.sources.layouts import left_out
from counterfoil.sources.layouts.reader import Reading
from counterfoil.web import heads, local_time
from counterfoil.web.audit import Break
from counterfoil.web.office import office_of
from counterfoil.web.services import auditing, drift, drifted, pausing, undoing, working
from counterfoil.web.services.importing import agreed, import_file
from counterfoil.web.services.standing import moment

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from django.core.files.base import File

    from counterfoil.core.documents import Key
    from counterfoil.posting.poster import Drained
    from counterfoil.sources.layouts.layout import Layout
    from counterfoil.web.models import Organisation, Work
    from counterfoil.web.services.importing import Imported, Refusal, Remark
    from counterfoil.web.services.working import Progress

SHOWN_MOST = 500
"""Refused rows that a page lists; the rest are counted."""
KEPT_IN_MEMORY = 4 * 1024 * 1024
IN_XERO = (State.POSTED, State.MISMATCHED)
PAUSED = "Posting is paused: nothing more leaves until somebody lets it go on."
STUCK = (State.HELD, State.REFUSED, State.WITHDRAWN)


def import_upload(
    organisation: Organisation,
    file: File[bytes],
    *,
    may_post: bool,
    layout: Layout | None = None,
    corrects: bool = False,
    actor: str,
    now: dt.datetime,
) -> Work:
    """Take in the documents of a file that was handed in on a page, by a layout if one is given.

    Of somebody who may not post, those that take back or change what is in Xero are refused.
    Raises ``seconds.Needed`` and ``working.TooMany``.
    """
    if may_post:
        agreed(organisation, file.file, layout)  # type: ignore[arg-type] # a binary stream in all but name
    kept: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY)  # noqa: SIM115 -- read by the work, which closes it
    for chunk in file.chunks():
        kept.write(chunk)
    kept.seek(0)

    def do(progress: Progress) -> dict[str, object]:
        read = 0

        def count(more: int) -> None:
            nonlocal read
            read += more
            progress.step(read)

        reading = Reading(kept, layout) if layout else None  # type: ignore[arg-type] # a binary stream in all but name
        with kept:
            # The thread has read nothing yet that another one could close.
            found = import_file(
                kept,  # type: ignore[arg-type] # a spooled file is a binary stream in all but name
                organisation,
                actor=actor,
                now=now,
                progress=count,
                stop=lambda: progress.stopped,
                documents=reading,
                may_post=may_post,
                corrects=corrects and may_post,
                seconded=True,
            )
        return _imported(found)

    try:
        return working.begin(
            organisation, "import", file.name or "A file", do, actor=actor, now=now
        )
    except working.TooMany:
        kept.close()
        raise


def _imported(found: Imported) -> dict[str, object]:
    return {
        "taken": {str(taken): count for taken, count in found.taken.items()},
        "refused": [_row(one) for one in found.refused[:SHOWN_MOST]],
        "refused_count": len(found.refused),
        "remarks": [_row(one) for one in found.remarks[:SHOWN_MOST]],
        "left_out_words": list(left_out.words(found.left_out)),
        "why": _why(found.broke_off),
    }


def _why(broke_off: str) -> str:
    if not broke_off:
        return ""
    return (
        f"The file was not taken in to its end: {broke_off}. What came before is in; import it "
        "again for the rest."
    )


def _row(one: Refusal | Remark) -> dict[str, object]:
    finding = one.finding
    return {
        "line": one.line,
        "message": finding.message,
        "fix": finding.fix,
        "path": finding.path,
    }


def post_now(organisation: Organisation, *, actor: str, now: dt.datetime) -> Work:
    """Send what is due, without waiting for the worker's next round; a pause ends it."""

    def do(progress: Progress) -> dict[str, object]:
        heads.notice(organisation.firm)
        with office_of(organisation) as office:

            def tell() -> None:
                counts = office.outbox.counts()
                in_xero = sum(counts.get(state, 0) for state in IN_XERO)
                stuck = sum(counts.get(state, 0) for state in STUCK)
                progress.step(in_xero, sum(counts.values()) - stuck)
                if progress.stopped or pausing.paused(organisation.pk):
                    poster.stop()

            poster = office.poster(tell)
            if pausing.paused(organisation.pk):
                return {"calls": 0, "why": PAUSED}
            drained = poster.drain()
            tell()
        heads.keep(organisation.firm)
        return {"calls": drained.calls, "why": _why_ended(organisation, drained)}

    return working.begin(organisation, "post", "Posting to Xero", do, actor=actor, now=now)


def _why_ended(organisation: Organisation, drained: Drained) -> str:
    """Say what ended a drain: a limit's end as the firm's clocks show it."""
    if drained.stopped_by == "request" and pausing.paused(organisation.pk):
        return PAUSED
    if drained.stopped_by != "day" or drained.until is None:
        return drained.reason or drained.stopped_by or ""
    with timezone.override(local_time.zone_of(organisation) or dt.UTC):
        return (
            f"Xero's limit of calls for today is reached until {moment(drained.until)}. Posting "
            "goes on by itself then."
        )


def undo(
    organisation: Organisation,
    keys: Sequence[Key],
    *,
    again: bool,
    actor: str,
    now: dt.datetime,
    turns: Mapping[Key, int],
    given_up: Collection[str] = (),
) -> Work:
    """Plan taking documents back out of Xero, one after another; the drain carries it out.

    ``turns`` are the orders' numbers as they were shown: sent twice, each is carried out once.
    ``given_up`` names the edits in Xero that were shown and may be lost. Raises
    ``seconds.Needed``.
    """
    undoing.agreed(organisation, keys, again=again)

    def do(progress: Progress) -> dict[str, object]:
        planned = 0
        refused: list[dict[str, str]] = []
        for group in undoing.together(organisation, keys):
            progress.step(planned + len(refused), len(keys))
            if progress.stopped:
                break
            try:
                told = undoing.undo(
                    organisation,
                    group,
                    actor=actor,
                    now=now,
                    again=again,
                    turns=turns,
                    given_up=given_up,
                    seconded=True,
                )
            except (Ended, UnreadableAnswer) as trouble:
                raise working.Trouble(f"Xero could not be asked: {trouble}") from trouble
            planned += sum(one.planned for one in told)
            refused += [
                {"document": str(one.of), "why": undoing_words(one)}
                for one in told
                if not one.planned
            ]
        progress.step(planned + len(refused), len(keys))
        return {"planned": planned, "refused": refused[:SHOWN_MOST]}

    title = f"Undo {len(keys):,} document{'' if len(keys) == 1 else 's'}"
    return working.begin(organisation, "undo", title, do, actor=actor, now=now)


def undoing_words(one: undoing.Undoing) -> str:
    """Say why nothing was planned for a document."""
    if one.refused:
        return " ".join(
            f"{refusal.finding.message} {refusal.finding.fix}" for refusal in one.refused
        )
    if one.under_way:
        return "Something of it is on its way; undo it once that is settled."
    if one.done:
        return "What was shown there has been done already."
    if one.resumed:
        return "It is being taken back already."
    return "Nothing of it is in Xero."


def read_back(organisation: Organisation, *, actor: str, now: dt.datetime) -> Work:
    """Compare what Xero holds with what was posted."""

    def do(progress: Progress) -> dict[str, object]:
        progress.step(0)
        try:
            reading = drift.read_back(organisation)
        except (Ended, UnreadableAnswer) as trouble:
            raise working.Trouble(f"Xero could not be read: {trouble}") from trouble
        return {"calls": reading.calls, "found": drifted.standing(organisation).count()}

    return working.begin(organisation, "drift", "Reading Xero back", do, actor=actor, now=now)


def verify(organisation: Organisation, *, actor: str, now: dt.datetime) -> Work:
    """Walk the firm's chain of the audit."""

    def do(progress: Progress) -> dict[str, object]:
        progress.step(0)
        found = auditing.verified(organisation.firm)
        if isinstance(found, Break):
            raise working.Trouble(f"The record breaks at entry {found.sequence:,}: {found.why}.")
        return {"entries": found.sequence, "head": found.mac.hex()}

    return working.begin(organisation, "verify", "Verifying the record", do, actor=actor, now=now)
