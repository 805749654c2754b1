"""The head of each firm's audit chain, kept outside the database: what notices a restore.

A database that is put back is older than the file beside it. After each drain the file is brought
up to date, and before each drain it is compared with the chain (architecture.md, rule 12). Nothing
that the database says of itself excuses it from that: a file of a firm's number speaks of that
firm's chain, or of one that was there before.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import secrets
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.utils import timezone

from counterfoil.posting import restoring
from counterfoil.web import home
from counterfoil.web.models import AuditEntry, AuditHead, Event, Organisation
from counterfoil.web.store import outbox_of
from counterfoil.web.verifying import ERASED

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from counterfoil.posting.records import Restored
    from counterfoil.web.models import Firm

FOLDER = "audit-heads"
DAYS = ".days"
"""What the name of a firm's list of days ends with."""
NOTICED_BY = "audit head"
"""The actor of a mark that nobody asked for."""
_PUT_BACK = re.compile(r"put back at entry ((?:[0-9]+ \([0-9-]{10}\)(?:, )?)+); ")
_ONE_OF_THEM = re.compile(r"([0-9]+) \(([0-9-]{10})\)")
_LOG = logging.getLogger(__name__)


class Kept(NamedTuple):
    """What a file says: the newest link that the chain had, and for people whose chain it is."""

    firm: str
    sequence: int
    mac: str


def keep(firm: Firm) -> None:
    """Bring a firm's file up to date with its chain.

    A file that remembers what the chain does not have is left, for ``notice`` to find. It is not
    forced to the disk: one that a power cut took back a little, or emptied, accuses nobody.
    """
    if reaches(firm):
        _keep(firm)


def _keep(firm: Firm) -> None:
    head = AuditHead.objects.filter(firm=firm).first()
    if head is None:
        return
    fresh = Kept(_name(firm), head.sequence, bytes(head.mac).hex())
    path = _path(firm.pk)
    if _read(path) != fresh:
        _replace(path, json.dumps(fresh))
        _keep_for_the_day(firm, fresh, timezone.now())


def _keep_for_the_day(firm: Firm, head: Kept, now: dt.datetime) -> None:
    """Add the first head of a day (UTC) to the firm's list, which nobody shortens.

    A list that somebody copies away each day tells of a chain that was written anew, even by
    whoever has its key.
    """
    today = f"{now:%Y-%m-%d}"
    if any(day == today and _has(firm, kept) for day, kept in _days(firm)):
        return
    path = _path(firm.pk).with_suffix(DAYS)
    with contextlib.suppress(OSError):
        path.touch(mode=0o600)
        with path.open("a", encoding="ascii") as file:
            file.write(f"{today} {head.sequence} {head.mac} {head.firm}\n")


def missing_day(firm: Firm) -> str:
    """Return the first day whose head the chain has not, and nobody has said why; or nothing.

    What a database lost that was put back is known from the mark of it, which the chain has at the
    place from which on entries are lost. A mark that nobody asked for explains nothing until a
    person has said ``counterfoil restored`` too.
    """
    explained = put_back_at(firm)
    for day, head in _days(firm):
        lost = (sequence <= head.sequence and day <= on for sequence, on in explained)
        if not _has(firm, head) and not any(lost):
            return day
    return ""


def put_back_at(firm: Firm) -> list[tuple[int, str]]:
    """Return from which entry on things are lost, and the day of that, as a person has said.

    The marks of a firm that was erased are gone; the event of that, which is sealed as every
    other, begins with what they said.
    """
    marks = _marks(firm)
    said = max((one.sequence for one in marks if one.actor != NOTICED_BY), default=0)
    found = [(one.sequence, f"{one.at:%Y-%m-%d}") for one in marks if one.sequence <= said]
    erased = Event.objects.filter(firm=firm, what=ERASED).order_by("sequence").last()
    begun = _PUT_BACK.match(erased.detail) if erased is not None and firm.erased_at else None
    told = _ONE_OF_THEM.findall(begun[1]) if begun else []
    return [*found, *((int(sequence), day) for sequence, day in told)]


def in_words(marks: Iterable[tuple[int, str]]) -> str:
    """Write marks for the event of an erasure, as ``put_back_at`` reads them."""
    return "put back at entry " + ", ".join(f"{sequence} ({day})" for sequence, day in marks)


def put_back(firm: Firm) -> Iterator[str]:
    """Tell each time at which the database was put back, as the chain has it."""
    for one in _marks(firm):
        noticed = one.actor == NOTICED_BY
        who = "it was noticed by the file beside it" if noticed else f"{one.actor} said"
        yield (
            f"on {one.at:%d %b %Y, %H:%M} UTC {who} that the database was put back: what was "
            f"recorded from entry {one.sequence:,} on and before that moment is lost"
        )


def _marks(firm: Firm) -> list[Event]:
    """Return the marks of being put back, one for each time, though each organisation has one."""
    events = Event.objects.filter(firm=firm, what=restoring.EVENT).order_by("sequence")
    marks: list[Event] = []
    for one in events:
        if not marks or one.sequence > marks[-1].sequence:
            marks.append(one)
    return marks


def numbers() -> Iterator[int]:
    """Yield the number of each firm of which a file or a list of days is here."""
    folder = settings.COUNTERFOIL.home / FOLDER
    with contextlib.suppress(OSError):
        names = {path.name.removesuffix(DAYS) for path in folder.iterdir()}
        yield from sorted(int(name) for name in names if name.isdecimal())


def _days(firm: Firm) -> Iterator[tuple[str, Kept]]:
    """Read the first head of each day from a firm's list. What cannot be read accuses nobody."""
    try:
        lines = _path(firm.pk).with_suffix(DAYS).read_text("ascii", "replace").splitlines()
    except OSError:
        return
    for line in lines:
        day, sequence, mac, name = (*line.split(" ", 3), "", "", "")[:4]
        if name and sequence.isdecimal():
            yield day, Kept(name, int(sequence), mac)


def notice(firm: Firm) -> bool:
    """Mark every organisation of a firm whose database was put back; tell whether it was.

    The file is read before the chain: the chain may grow between the two, and only grow.
    """
    if reaches(firm):
        return False
    _LOG.error(
        "The database of %s is older than what was posted from it: a backup was restored. "
        "Everything is looked for in Xero before it is sent.",
        firm,
    )
    mark(Organisation.objects.filter(firm=firm), actor=NOTICED_BY)
    return True


def reaches(firm: Firm) -> bool:
    """Tell whether a firm's chain has all that its file remembers; without a file it has."""
    kept = _read(_path(firm.pk))
    return kept is None or _has(firm, kept)


def mark(organisations: Iterable[Organisation], *, actor: str) -> dict[Organisation, Restored]:
    """Mark organisations as restored; a firm whose every one is marked gets a fresh file."""
    now = timezone.now()
    marks = {one: outbox_of(one).mark_restored(actor=actor, now=now) for one in organisations}
    for firm in {one.firm for one in marks}:
        if not Organisation.objects.filter(firm=firm).exclude(pk__in=[o.pk for o in marks]):
            _keep(firm)
    return marks


def _has(firm: Firm, kept: Kept) -> bool:
    """Tell whether the chain has the link that the file speaks of."""
    entries = AuditEntry.objects.filter(firm=firm, sequence=kept.sequence)
    return any(bytes(mac).hex() == kept.mac for mac in entries.values_list("mac", flat=True))


def _name(firm: Firm) -> str:
    """Return what tells a person a firm from one of another database that had its number."""
    return f"{firm.pk} {firm.created_at.isoformat()}"


def _path(firm: int) -> Path:
    return settings.COUNTERFOIL.home / FOLDER / str(firm)


def _read(path: Path) -> Kept | None:
    """Read a file; None when there is none, or not a whole one."""
    try:
        firm, sequence, mac = json.loads(path.read_text(encoding="ascii"))
        return Kept(str(firm), int(sequence), str(mac))
    except (OSError, ValueError, TypeError):
        return None


def _replace(path: Path, text: str) -> None:
    """Put a file into place whole; readable by its owner only.

    A disk that is full keeps nobody from posting.
    """
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with contextlib.suppress(OSError):
        home.ensure(path.parent)
        draft.touch(mode=0o600)
        draft.write_text(text, encoding="ascii")
        draft.replace(path)
