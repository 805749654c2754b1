"""Pages by the firm's clocks: late on an evening in Greenwich it is the next day in Sydney."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from django.utils import timezone

from counterfoil.core.documents import TrustReceipt
from counterfoil.core.mapping_file import read_mapping
from counterfoil.posting.daybook import take_in
from counterfoil.sample.books import MAPPING
from counterfoil.sample.month import month
from counterfoil.web import local_time
from counterfoil.web.models import ChartVersion, Connection, DayCount
from counterfoil.web.services import mapping_settings
from counterfoil.web.services.reconciling import trust_and_bills
from counterfoil.web.services.trust_copies import PAPER, issue_month
from counterfoil.web.shelf import DatabaseShelf, save_mapping, store_chart
from counterfoil.web.store import outbox_of
from tests.web.cast import As, Cast
from tests.web.test_mapping_page import charted, hand_in, mapped

__all__ = ["charted", "mapped"]
EVENING = dt.datetime(2026, 11, 30, 22, 30, tzinfo=dt.UTC)
"""The last day of a month in Greenwich, the first of the next in Sydney."""
CHANGE = "/mapping/settings/change/"


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> dt.datetime:
    monkeypatch.setattr(timezone, "now", lambda: EVENING)
    return EVENING


def test_a_form_offers_the_day_that_it_is_in_sydney(mapped: Cast, signed_in: As) -> None:
    page = signed_in("bob").get("/enter/receipt/").content.decode()
    assert 'value="2026-12-01"' in page
    assert "Days and times are those of Australia/Sydney." in page


def test_without_a_zone_days_and_times_are_those_of_greenwich(cast: Cast, signed_in: As) -> None:
    page = signed_in("bob").get("/enter/receipt/").content.decode()
    assert 'value="2026-11-30"' in page
    assert "Days and times are those of UTC." in page


def test_a_document_shows_when_it_came_by_the_clocks_of_the_firm(
    mapped: Cast, signed_in: As, now: dt.datetime
) -> None:
    hand_in(mapped.organisation, now, "4-1000")
    page = signed_in("dora").get("/documents/bill/b-1/").content.decode()
    told = 'datetime="2026-11-30T22:30:00+00:00" title="Australia/Sydney">1 Dec 2026, 09:30:00<'
    assert told in page
    assert "UTC" not in page


def test_the_bar_tells_a_time_by_the_clocks_of_the_firm_and_programs_are_told_utc(
    mapped: Cast, signed_in: As, now: dt.datetime
) -> None:
    owner = {"firm": mapped.firm, "organisation": mapped.organisation}
    Connection.objects.create(**owner, state="lost", since=now, tenant_name="Marsh")
    carol = signed_in("carol")
    assert "since 01 Dec 2026, 09:30 AEDT" in carol.get("/").content.decode()
    said = carol.get("/status").json()
    assert said["connection"]["since"] == "2026-11-30T22:30:00+00:00"
    assert said["alerts"][0]["what"].endswith("since 30 Nov 2026, 22:30 UTC.")


def test_the_record_is_searched_by_the_firms_days(
    mapped: Cast, signed_in: As, now: dt.datetime
) -> None:
    hand_in(mapped.organisation, now, "4-1000")
    dora = signed_in("dora")
    assert dora.get("/audit/?since=2026-12-01").context["found"].events
    assert not dora.get("/audit/?until=2026-11-30").context["found"].events
    assert DayCount.objects.values_list("day", flat=True).distinct().get() == dt.date(2026, 12, 1)


def test_the_firm_may_name_its_zone_and_what_is_none_is_refused_in_words(
    mapped: Cast, signed_in: As
) -> None:
    bob = signed_in("bob")
    refused = bob.get(CHANGE, {"settings.time_zone": "Perth"})
    assert refused.status_code == 422
    assert "“Perth” is no time zone. Did you mean Australia/Perth?" in refused.content.decode()
    bob.post(f"{CHANGE}?settings.time_zone=Australia/Perth")
    assert local_time.here(mapped.organisation, EVENING).hour == 6
    assert "those of Australia/Perth." in bob.get("/").content.decode()
    bob.post(f"{CHANGE}?settings.time_zone=")
    assert local_time.here(mapped.organisation, EVENING).hour == 9
    assert (
        mapping_settings.values(DatabaseShelf(mapped.organisation).mapping())["settings.time_zone"]
        == ""
    )


@pytest.fixture
def trusted(charted: Cast, now: dt.datetime) -> Cast:
    """A firm in Sydney with clients' money received on the last day of November."""
    mapping, faults = read_mapping(json.dumps(MAPPING).encode())
    assert mapping is not None, faults
    organisation = charted.organisation
    save_mapping(organisation, mapping, actor="test", now=now)
    received = next(one for one in month() if isinstance(one, TrustReceipt))
    late = replace(received, date=dt.date(2026, 11, 30))
    take_in([late], outbox_of(organisation), DatabaseShelf(organisation), actor="t", now=now)
    return charted


def test_a_trust_month_is_over_by_the_firms_own_day(trusted: Cast, signed_in: As) -> None:
    account, end = "TRUST1", dt.date(2026, 11, 30)
    bob = signed_in("bob")
    bob.post("/reports/issue/", {"account": account, "month": "2026-11"})
    kept, new = issue_month(
        trusted.organisation, account, end, by="bob", actor="user:bob", now=EVENING
    )
    assert not new
    assert b"%PDF" in kept.papers[PAPER]
    (issued,) = DatabaseShelf(trusted.organisation).issued_months()
    assert issued.on == dt.date(2026, 12, 1)


def test_what_was_received_was_received_on_the_firms_day(trusted: Cast) -> None:
    ((_, day),) = trust_and_bills(trusted.organisation)
    assert day == dt.date(2026, 12, 1)


def test_the_zone_follows_when_xero_is_read_anew(mapped: Cast, now: dt.datetime) -> None:
    organisation = mapped.organisation
    assert str(local_time.zone_of(organisation)) == "Australia/Sydney"
    newest = ChartVersion.objects.get(organisation=organisation)
    replies = {name: text.encode() for name, text in json.loads(newest.replies).items()}
    elsewhere = replies["Organisation"].replace(
        b"AUSEASTERNSTANDARDTIME", b"WAUSTRALIASTANDARDTIME"
    )
    store_chart(organisation, {**replies, "Organisation": elsewhere}, actor="test", now=now)
    assert str(local_time.zone_of(organisation)) == "Australia/Perth"
