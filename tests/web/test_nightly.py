"""The reconciliation that runs by itself once a day: kept, shown, and an alert where it differs."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

from counterfoil.core.documents import Document, StatementLine
from counterfoil.core.mapping_file import read_mapping
from counterfoil.posting.daybook import take_in
from counterfoil.sample.books import MAPPING
from counterfoil.web.api import described
from counterfoil.web.models import ReadBack, Reconciled
from counterfoil.web.services import alerts, nightly, standing
from counterfoil.web.shelf import DatabaseShelf, save_mapping
from counterfoil.web.store import outbox_of
from counterfoil.web.ticking import Ticker
from tests.core.test_trust_month import OPENED, PAID, RECEIVED, STATEMENT
from tests.web.cast import As, Cast

STOLEN = StatementLine(date=dt.date(2026, 10, 20), amount=-47_00, text="EFT OUT")
BOOKS = (OPENED, RECEIVED, PAID)
SHORT = replace(
    STATEMENT,
    trust_account="TRUST1",
    revision=2,
    lines=(*STATEMENT.lines[:2], STOLEN),
    closing_balance=100_00 + 50_00 - 30_00 - 47_00,
)
RIGHT = replace(SHORT, revision=3, lines=SHORT.lines[:2], closing_balance=120_00)


def test_each_night_is_kept_and_what_differs_is_an_alert_until_it_agrees(
    cast: Cast, signed_in: As
) -> None:
    organisation = cast.organisation
    november = dt.datetime(2026, 11, 5, 12, tzinfo=dt.UTC)
    mapping, faults = read_mapping(json.dumps(MAPPING).encode())
    assert mapping is not None, faults
    save_mapping(organisation, mapping, actor="test", now=november)

    def take(*documents: Document, now: dt.datetime) -> None:
        take_in(documents, outbox_of(organisation), DatabaseShelf(organisation), actor="t", now=now)

    opened, received, paid = (replace(one, trust_account="TRUST1") for one in BOOKS)
    take(opened, received, paid, SHORT, now=november)
    row = nightly.when_needed(organisation, november)
    assert row is not None
    assert (row.day, row.asked, row.agrees) == (dt.date(2026, 11, 4), False, False)
    (told,) = row.differences
    assert told == (
        "TRUST1, bank statement up to 2026-10-31: with what is outstanding it is -47.00 off the "
        "cash book; it shows what nobody recorded: 2026-10-20 EFT OUT -47.00."
    )
    assert nightly.when_needed(organisation, november) is None
    found = standing.standing(organisation, november)
    (alert,) = [one for one in alerts.alerts(found, ()) if one.code == "reconciliation"]
    assert "did not agree at the end of 04 Nov 2026" in alert.what
    assert "EFT OUT -47.00" in alert.detail
    by_api = described.status(organisation, november).reconciled
    assert by_api is not None
    assert by_api.differences == [told]
    bob = signed_in("bob")
    assert "EFT OUT -47.00" in bob.get("/reconciliation/").content.decode()
    assert "Not explained" in bob.get("/").content.decode()

    later = november + dt.timedelta(days=1)
    take(RIGHT, now=later)
    again = nightly.when_needed(organisation, later)
    assert again is not None
    assert (again.asked, again.count) == (False, 0)
    assert [one.count for one in nightly.kept(organisation)] == [0, 1]
    found = standing.standing(organisation, later)
    assert not [one for one in alerts.alerts(found, ()) if one.code == "reconciliation"]


def test_the_worker_reconciles_when_it_reads_back_though_xero_cannot_be_asked(
    cast: Cast, now: dt.datetime
) -> None:
    owner = {"firm": cast.organisation.firm, "organisation": cast.organisation}
    ReadBack.objects.create(due_at=now - dt.timedelta(days=400), **owner)
    Ticker().tick(cast.organisation.pk)
    (row,) = nightly.kept(cast.organisation)
    assert (row.asked, row.count, row.agrees) == (False, 0, False)


def test_what_xero_has_shown_stays_told_until_xero_is_asked_again(cast: Cast) -> None:
    organisation, night = cast.organisation, dt.date(2026, 11, 4)
    noon = dt.datetime(2026, 11, 5, 12, tzinfo=dt.UTC)
    Reconciled.objects.create(
        firm=organisation.firm,
        organisation=organisation,
        day=night,
        at=noon,
        asked=True,
        count=1,
        differences=["T91 is -700.00 off"],
    )
    mapping, faults = read_mapping(json.dumps(MAPPING).encode())
    assert mapping is not None, faults
    save_mapping(organisation, mapping, actor="test", now=noon)
    for at in (noon, noon + dt.timedelta(days=1)):
        assert nightly.reconcile(organisation, at) is not None
        found = standing.standing(organisation, at)
        (alert,) = [one for one in alerts.alerts(found, ()) if one.code == "reconciliation"]
        assert (alert.detail, found.reconciled and found.reconciled.day) == (
            "T91 is -700.00 off",
            night,
        )
    Reconciled.objects.filter(day=night).update(count=0, differences=[])
    weeks = standing.standing(organisation, noon + dt.timedelta(days=21))
    (alert,) = [one for one in alerts.alerts(weeks, ()) if one.code == "reconciliation"]
    assert "last held against each other at the end of 04 Nov 2026" in alert.what


def test_a_night_that_was_missed_is_made_up_for_once(cast: Cast) -> None:
    organisation = cast.organisation
    mapping, faults = read_mapping(json.dumps(MAPPING).encode())
    assert mapping is not None, faults
    now = organisation.created_at
    save_mapping(organisation, mapping, actor="test", now=now)
    assert nightly.when_needed(organisation, now) is None
    next_day = now + dt.timedelta(days=1)
    assert nightly.when_needed(organisation, next_day) is not None
    assert nightly.when_needed(organisation, next_day) is None
    assert nightly.when_needed(organisation, next_day + nightly.AGAIN) is not None  # without Xero
    nightly.kept(organisation).update(asked=True)
    assert nightly.when_needed(organisation, next_day + 2 * nightly.AGAIN) is None
