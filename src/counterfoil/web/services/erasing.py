"""Erasing a firm: its data go, and the chain over what was done stays and still verifies.

What is left are the entries of the chain, hashes all of them, and the one event that says who
erased the firm, when, and why. Backups, logs and what was handed out are elsewhere.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple

from allauth.account.models import EmailAddress
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection, transaction
from django.db.models import Max, Q

from counterfoil.core.documents import OpeningTrust
from counterfoil.core.jurisdictions import ANYWHERE, Jurisdiction, jurisdiction
from counterfoil.core.retention import kept_until, may_erase
from counterfoil.core.trust import TRUST_KINDS
from counterfoil.posting.records import ConnectionState
from counterfoil.posting.shelf import NoMapping
from counterfoil.posting.states import State
from counterfoil.web import audit, heads, sql
from counterfoil.web.models import (
    Actionstep,
    Connection,
    Document,
    Event,
    Joining,
    Membership,
    Organisation,
    Posting,
    Proposal,
    User,
    Work,
)
from counterfoil.web.services import actionstep, working
from counterfoil.web.services import connection as connecting
from counterfoil.web.services.firm_export import EXPORTED
from counterfoil.web.shelf import DatabaseShelf
from counterfoil.web.store import cipher, derived
from counterfoil.web.store.erasing import Gate, take_away
from counterfoil.web.store.noting import note
from counterfoil.web.verifying import ERASED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from counterfoil.core.findings import Finding
    from counterfoil.web.models import Firm

UNDER_WAY: Final = (State.SENDING, State.UNKNOWN)
NAME: Final = "(erased)"
TRUST: Final = frozenset({*TRUST_KINDS, OpeningTrust.kind})


class Refused(Exception):
    """The firm is not erased now; the message says why, and what to do."""


class TooEarly(Refused):
    """The law wants the firm's trust records kept for longer, and nobody has said why not."""


class Reason(NamedTuple):
    """Why a firm is erased: what stays in its record.

    ``despite_keeping`` is a person's reason to erase what the law still wants kept, ``asked_by``
    who asked for it where another person does it.
    """

    despite_keeping: str = ""
    asked_by: str = ""


UNSAID: Final = Reason()


class Keeping(NamedTuple):
    """What the law asks of the trust records that are here.

    ``last`` is the day on which clients' money moved last, ``until`` the last day on which its
    records must be there. ``finding`` says so where that is not over.
    """

    last: dt.date
    until: dt.date
    finding: Finding | None


class Erased(NamedTuple):
    """What went: ``people`` are accounts that no other firm knows. ``warnings`` are for a person.

    ``entries`` is how many entries of the chain stay.
    """

    rows: int
    people: int
    entries: int
    warnings: tuple[str, ...]


def keeping(firm: Firm, today: dt.date) -> Keeping | None:
    """Return what the law on keeping asks for; None where no clients' money is recorded.

    The longest term of all the firm's trust accounts counts, from the day on which money of any
    matter moved last (facts: reliability and trust, T16).
    """
    rows = Document.objects.filter(firm=firm, kind__in=TRUST)
    last = rows.aggregate(last=Max("date"))["last"]
    if last is None:
        return None
    places = tuple(_places(firm))
    return Keeping(last, kept_until(last, places), may_erase(last, places, today))


def _places(firm: Firm) -> Iterator[Jurisdiction]:
    """Yield the rules of each trust account; of an unnamed place the most careful ones."""
    found: list[Jurisdiction] = []
    for organisation in Organisation.objects.filter(firm=firm):
        try:
            accounts = DatabaseShelf(organisation).mapping().trust_accounts.values()
        except NoMapping:
            continue
        found += [jurisdiction(one.jurisdiction) for one in accounts]
    yield from found or [ANYWHERE]


def refuse(firm: Firm, now: dt.datetime, *, despite_keeping: str = "") -> None:
    """Raise ``Refused`` where a firm cannot be erased now.

    ``despite_keeping`` is a person's reason to erase what the law still wants kept.
    """
    kept = keeping(firm, now.date())
    if kept is not None and kept.finding is not None and not despite_keeping.strip():
        raise TooEarly(
            f"{kept.finding.message} If they are kept elsewhere, as in the file of all of the "
            "firm, say where; what you say is written down and stays."
        )
    if why := _under_way(firm, now):
        raise Refused(why)


def _under_way(firm: Firm, now: dt.datetime) -> str:
    sent = Posting.objects.filter(firm=firm, state__in=UNDER_WAY).count()
    if sent:
        return (
            f"{sent:,} postings are under way: they were sent, and Xero's answer is not here yet. "
            "Let counterfoil post find out what became of them, and then erase."
        )
    beating = Work.objects.filter(firm=firm, state="running", beat_at__gt=now - working.SILENT)
    busy = Actionstep.objects.filter(firm=firm, busy_until__gt=now)
    refreshing = Connection.objects.filter(firm=firm, refresh_until__gt=now)
    if beating or busy or refreshing:
        return "Something is going on for this firm just now. Try again in a few minutes."
    return ""


def erase(
    firm: Firm, reason: Reason = UNSAID, *, actor: str, now: dt.datetime, scrubbed: bool = True
) -> Erased:
    """Erase a firm for good. Raises ``Refused``; then nothing was changed but the connections.

    Xero and Actionstep are told first that the connection ends. ``scrubbed`` is whether the file
    of SQLite is written anew at once, for which everybody else has to let go of it.
    """
    refuse(firm, now, despite_keeping=reason.despite_keeping)
    warnings = list(_disconnected(firm, actor, now))
    rows, people, entries = _gone(firm, reason, actor=actor, now=now)
    firm.refresh_from_db()
    heads.keep(firm)
    if connection.vendor == "sqlite" and not (scrubbed and scrub()):
        warnings.append(
            "What was erased may still stand in unused room of the database file, because other "
            "programs read it. Whoever looks after the server ends them, and then runs: "
            "counterfoil firm scrub"
        )
    return Erased(rows, people, entries, tuple(warnings))


def exported_at(firm: Firm) -> dt.datetime | None:
    """Return when somebody last took along all that a firm has; None where nobody did."""
    taken = Event.objects.filter(firm=firm, what=EXPORTED).order_by("-sequence")
    return taken.values_list("at", flat=True).first()


def _disconnected(firm: Firm, actor: str, now: dt.datetime) -> Iterator[str]:
    connected = Connection.objects.filter(firm=firm, state=ConnectionState.CONNECTED.value)
    for row in connected.select_related("organisation__firm"):
        if said := connecting.disconnect(row.organisation, actor=actor, now=now):
            yield said
    if Actionstep.objects.filter(firm=firm, connected=True).exists():
        actionstep.disconnect(firm, "the firm is erased", actor=actor, now=now)


def _gone(firm: Firm, reason: Reason, *, actor: str, now: dt.datetime) -> tuple[int, int, int]:
    """Delete and write down that it was done, in one transaction; the event is the last."""
    with connection.constraint_checks_disabled(), transaction.atomic(durable=True):
        for number in _organisations(firm):
            Gate(number, derived(audit.PURPOSE), cipher()).close()
        refuse(firm, now, despite_keeping=reason.despite_keeping)
        said = _why(firm, now.date(), reason)
        alone = _people(firm)
        rows = take_away(firm.pk, "default")
        _forget(alone)
        _unname(firm, now)
        note(firm, ERASED, said, actor=actor, now=now)
        last = Event.objects.filter(firm=firm).aggregate(last=Max("sequence"))["last"]
        before = "DELETE FROM web_event WHERE firm_id = %s AND sequence < %s"
        rows += sql.change("default", before, (firm.pk, last))
        connection.check_constraints()
    return rows, len(alone), last


def _organisations(firm: Firm) -> list[int]:
    """Return the firm's organisations, in the order in which everybody locks them."""
    rows = Organisation.objects.filter(firm=firm).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _why(firm: Firm, today: dt.date, reason: Reason) -> str:
    kept = keeping(firm, today)
    said = ["no trust records"]
    if kept is not None:
        said = [f"trust records up to {kept.last}, to be kept until {kept.until}"]
    if kept is not None and kept.finding:
        said.append(reason.despite_keeping.strip())
    if marks := heads.put_back_at(firm):
        said.insert(0, heads.in_words(marks))
    if reason.asked_by:
        said.append(f"asked by {reason.asked_by}")
    return "; ".join(said)


def _people(firm: Firm) -> list[User]:
    """Return the people whom nobody knows but this firm; who looks after the server stays."""
    members = User.objects.filter(Q(memberships__firm=firm) | Q(joinings__firm=firm)).distinct()
    named = Proposal.objects.exclude(firm=firm)
    return list(
        members.filter(is_superuser=False, is_staff=False)
        .exclude(pk__in=Membership.objects.exclude(firm=firm).values("user"))
        .exclude(pk__in=Joining.objects.exclude(firm=firm).values("user"))
        .exclude(pk__in=named.values("asker"))
        .exclude(pk__in=named.filter(decider__isnull=False).values("decider"))
    )


def _forget(people: Iterable[User]) -> None:
    """Delete accounts, with what was written down of signing in by them."""
    numbers = {str(one.pk) for one in people}
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") in numbers:
            session.delete()
    for one in people:
        for tries in (AccessAttempt, AccessFailureLog, AccessLog):
            tries.objects.filter(username__iexact=one.email).delete()
        EmailAddress.objects.filter(user=one).delete()
        one.delete()


def _unname(firm: Firm, now: dt.datetime) -> None:
    """Leave of the firm and its organisations the numbers that the chain speaks of."""
    for number in _organisations(firm):
        Organisation.objects.filter(pk=number).update(
            key=f"erased-{number}",
            name="",
            tenant_id="",
            base_currency="",
            contacts_mark=None,
            restored_at=None,
            restored_fence=None,
            restored_since=None,
            paused_at=None,
            paused_by="",
        )
    firm.key, firm.name, firm.vendor, firm.erased_at = f"erased-{firm.pk}", NAME, None, now
    firm.two_people = False
    firm.save(update_fields=["key", "name", "vendor", "erased_at", "two_people"])


def scrub() -> bool:
    """Write SQLite's file anew without what was deleted; False where others keep it from that.

    PostgreSQL gives the room of deleted rows away by itself, in its own time.
    """
    if connection.vendor != "sqlite":
        return True
    try:
        with connection.cursor() as cursor:
            # In memory a copy of a large file would not fit.
            cursor.execute("PRAGMA temp_store = FILE")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            ((busy, *_),) = cursor.fetchall()
    except OperationalError:
        return False
    return not busy
