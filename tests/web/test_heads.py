"""The head of the audit chain beside the database: what notices that the database was put back."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from counterfoil.web import audit, heads
from counterfoil.web.models import AuditEntry, AuditHead, Event, Organisation
from counterfoil.web.services import auditing, erasing
from counterfoil.web.store import cipher
from tests.web.cast import Cast

NOON = dt.datetime(2026, 5, 4, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def file(cast: Cast) -> Path:
    """Let something happen in the firm, and keep the head of its chain."""
    happen(cast)
    heads.keep(cast.firm)
    path: Path = settings.COUNTERFOIL.home / heads.FOLDER / str(cast.firm.pk)
    return path


def happen(cast: Cast) -> None:
    row = audit.Row(cast.organisation.pk, NOON, "ann", "looked", None, "", "", "", "")
    audit.append(
        cipher().derive(audit.PURPOSE), cast.firm.pk, cast.organisation.pk, NOON, [row], "default"
    )


def marked(cast: Cast) -> bool:
    return Organisation.objects.get(pk=cast.organisation.pk).restored_at is not None


def changed(path: Path, place: int, value: object) -> None:
    said = json.loads(path.read_text("ascii"))
    said[place] = value
    path.write_text(json.dumps(said), "ascii")


def test_a_chain_that_only_grew_is_left_alone(cast: Cast, file: Path) -> None:
    happen(cast)
    assert not heads.notice(cast.firm)
    assert not marked(cast)
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("place", "value"), [(1, 7), (2, "00" * 32)], ids=["shorter", "another"])
def test_a_chain_that_lacks_what_was_there_is_noticed_once(
    cast: Cast, file: Path, place: int, value: object
) -> None:
    changed(file, place, value)
    assert heads.notice(cast.firm)
    assert marked(cast)
    assert not heads.notice(cast.firm)


@pytest.mark.parametrize("content", ["", "{", "[1]", "[1, 2, 3, 4]", '["a", "b", "c"]'])
def test_a_file_that_is_not_whole_accuses_nobody(cast: Cast, file: Path, content: str) -> None:
    file.write_text(content, "ascii")
    assert not heads.notice(cast.firm)


@pytest.mark.django_db(transaction=True)
def test_nothing_that_the_database_says_of_the_firm_switches_the_file_off(
    cast: Cast, file: Path
) -> None:
    """A chain that is gone, and a firm's row made into that of another one."""
    for model in (Event, AuditEntry, AuditHead):
        model.objects.filter(firm=cast.firm).delete()
    cast.firm.created_at += dt.timedelta(microseconds=1)
    cast.firm.save(update_fields=["created_at"])
    heads.keep(cast.firm)
    found = auditing.verified(cast.firm)
    assert isinstance(found, audit.Break)
    assert "the file beside it remembers (audit-heads/" in found.why
    assert heads.notice(cast.firm)
    assert marked(cast)


def days_of(file: Path) -> Path:
    return file.with_suffix(heads.DAYS)


def test_each_days_first_head_is_kept_and_missed_where_the_chain_was_written_anew(
    cast: Cast, file: Path
) -> None:
    happen(cast)
    heads.keep(cast.firm)
    line = days_of(file).read_text("ascii").splitlines()[-1]
    day, sequence, _, name = line.split(" ", 3)
    assert (sequence, heads.missing_day(cast.firm)) == ("1", "")
    days_of(file).write_text(f"{day} 1 {'00' * 32} {name}\n", "ascii")
    assert heads.missing_day(cast.firm) == day
    days_of(file).write_text(f"{day} 1 {'00' * 32} 1 2020-01-01T00:00:00+00:00\n", "ascii")
    assert heads.missing_day(cast.firm) == day


@pytest.mark.django_db(transaction=True)
def test_a_day_that_a_restore_took_is_missed_until_a_person_says_restored(
    cast: Cast, file: Path
) -> None:
    day = days_of(file).read_text("ascii")[:10]
    days_of(file).write_text(f"{day} 2 {'00' * 32} 1 2020-01-01T00:00:00+00:00\n", "ascii")
    changed(file, 1, 7)
    assert heads.notice(cast.firm)
    assert heads.missing_day(cast.firm) == day
    assert "the file beside it" in auditing.remarks(cast.firm)[0]
    heads.mark([cast.organisation], actor="cli:ann")
    assert heads.missing_day(cast.firm) == ""
    assert "cli:ann said" in auditing.remarks(cast.firm)[1]
    # What explains the day goes with the firm's data; the event of the erasure says it again.
    erasing.erase(cast.firm, actor="cli:keeper", now=timezone.now())
    assert Event.objects.get(firm=cast.firm).detail.startswith("put back at entry ")
    assert heads.missing_day(cast.firm) == ""
    assert isinstance(auditing.verified(cast.firm), audit.Head)


@pytest.mark.parametrize("line", ["", "2026-05-04", "2026-05-04 one two three", "2026-05-04 1"])
def test_a_list_of_days_that_is_not_whole_accuses_nobody(cast: Cast, file: Path, line: str) -> None:
    days_of(file).write_text(f"{line}\n", "ascii")
    assert heads.missing_day(cast.firm) == ""
