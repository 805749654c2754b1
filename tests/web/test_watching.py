"""What a monitoring system sees: whether a server lives, whether it can work, its figures."""

import datetime as dt
import re
from pathlib import Path

import pytest
import yaml
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from counterfoil.posting.records import ConnectionState
from counterfoil.web import database
from counterfoil.web.configuration import Configuration
from counterfoil.web.models import (
    Connection,
    Counter,
    Drift,
    Firm,
    Limits,
    Organisation,
    Posting,
    Request,
)
from counterfoil.web.services import measuring
from tests.web.cast import Cast, a_document

ROOT = Path(__file__).parents[2]
TOKEN = "a token that the monitoring system keeps"
NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def published(settings: Settings, tmp_path: Path) -> None:
    settings.COUNTERFOIL = Configuration(home=tmp_path, metrics_token=TOKEN)


def lines(now: dt.datetime = NOON) -> set[str]:
    return set(measuring.metrics(now).decode().splitlines())


def test_a_server_says_that_it_lives_without_asking_the_database() -> None:
    assert Client().get("/health/live").json() == {"live": True}


@pytest.mark.django_db
def test_a_server_is_ready_when_its_database_is() -> None:
    assert Client().get("/health/ready").json() == {"ready": True, "trouble": ""}


@pytest.mark.django_db
def test_a_server_whose_database_is_gone_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise DatabaseError("could not connect to 10.0.0.9 as counterfoil")

    monkeypatch.setattr(database, "check", gone)
    answer = Client().get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["trouble"] == "The database does not answer."


@pytest.mark.django_db
def test_a_server_newer_than_its_database_is_not_ready() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'web'")
    answer = Client().get("/health/ready")
    assert (answer.status_code, "migrations" in answer.json()["trouble"]) == (503, True)


def test_without_a_token_there_are_no_metrics() -> None:
    assert Client().get("/metrics").status_code == 404


@pytest.mark.django_db
@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    ("given", "status"), [("", 401), ("Bearer no", 401), (f"Bearer {TOKEN}", 200)]
)
def test_metrics_are_for_whoever_brings_the_token(given: str, status: int) -> None:
    assert Client().get("/metrics", headers={"authorization": given}).status_code == status


@pytest.mark.django_db
def test_each_state_of_each_organisation_is_counted(cast: Cast) -> None:
    Counter.objects.create(firm=cast.firm, organisation=cast.organisation, state="held", count=3)
    assert 'counterfoil_postings{firm="marsh",organisation="main",state="held"} 3.0' in lines()
    assert 'counterfoil_postings{firm="other",organisation="main",state="held"} 0.0' in lines()


@pytest.mark.django_db
def test_a_lost_connection_shows(cast: Cast) -> None:
    Connection.objects.create(
        firm=cast.firm, organisation=cast.organisation, state=ConnectionState.LOST.value
    )
    ours = 'counterfoil_connection{firm="marsh",organisation="main",state='
    assert {f'{ours}"lost"}} 1.0', f'{ours}"connected"}} 0.0'} <= lines()


@pytest.mark.django_db
def test_what_has_been_due_for_long_shows(cast: Cast) -> None:
    document = a_document(cast.organisation, "b-1", number="INV-1", party="Ng")
    Posting.objects.create(
        firm=cast.firm,
        organisation=cast.organisation,
        document=document,
        kind="bill",
        source_id="b-1",
        act="create",
        attempt=1,
        resource="Invoices",
        stage=2,
        state="ready",
        due_at=NOON - 7 * MINUTE,
        batch_most=50,
    )
    assert 'counterfoil_overdue_seconds{firm="marsh",organisation="main"} 420.0' in lines()


@pytest.mark.django_db
def test_a_request_without_an_answer_shows_its_age(cast: Cast) -> None:
    Request.objects.create(
        firm=cast.firm,
        organisation=cast.organisation,
        key="k",
        resource="Invoices",
        method="PUT",
        path="/Invoices",
        sha256="0" * 64,
        frozen_at=NOON - 3 * MINUTE,
        xero_time=NOON,
        fence=1,
        look_up_at=NOON + MINUTE,
    )
    assert 'counterfoil_unknown_seconds{firm="marsh",organisation="main"} 180.0' in lines()
    assert 'counterfoil_overdue_seconds{firm="marsh",organisation="main"} 0.0' in lines()


@pytest.mark.django_db
def test_a_limit_that_keeps_us_from_calling_shows(cast: Cast) -> None:
    Limits.objects.create(
        firm=cast.firm,
        organisation=cast.organisation,
        day_from=NOON,
        day_used=4990,
        blocked_until=NOON + MINUTE,
        blocked_by="day",
    )
    ours = 'firm="marsh",limit="day",organisation="main"'
    assert 'counterfoil_calls_left_today{firm="marsh",organisation="main"} 10.0' in lines()
    assert f"counterfoil_blocked_seconds{{{ours}}} 60.0" in lines()


@pytest.mark.django_db
def test_what_drifted_in_xero_is_counted(cast: Cast) -> None:
    Drift.objects.create(
        firm=cast.firm,
        organisation=cast.organisation,
        resource="Invoices",
        xero_id="x",
        read_from="x",
        severity="error",
        code="voided_in_xero",
        message="It was voided.",
        found_at=NOON,
    )
    assert 'counterfoil_drifted{firm="marsh",organisation="main"} 1.0' in lines()
    assert 'counterfoil_drifted{firm="other",organisation="main"} 0.0' in lines()
    assert 'counterfoil_unexplained{firm="marsh",organisation="main"} 0.0' in lines()


@pytest.mark.django_db
def test_a_thousand_organisations_take_no_more_queries_than_one() -> None:
    firm = Firm.objects.create(key="many", name="Many", created_at=NOON)
    Organisation.objects.bulk_create(
        Organisation(firm=firm, key=f"o{number}", created_at=NOON) for number in range(1000)
    )
    with CaptureQueriesContext(connection) as queries:
        lines()
    assert len(queries) <= 12


def rules() -> dict[str, dict[str, str | dict[str, str]]]:
    groups = yaml.safe_load((ROOT / "deploy/prometheus-alerts.yml").read_text())["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


@pytest.mark.django_db
@pytest.mark.usefixtures("cast")
def test_every_alert_asks_for_figures_that_are_published() -> None:
    said = measuring.metrics(NOON).decode()
    published = set(re.findall(r"^# TYPE (\w+)", said, re.MULTILINE))
    for name, rule in rules().items():
        asked = set(re.findall(r"counterfoil_\w+", str(rule["expr"])))
        assert asked <= published, name
        assert asked or "up{" in str(rule["expr"]), name


def test_every_alert_has_its_page_and_every_page_its_alert() -> None:
    pages = {page.stem for page in (ROOT / "docs/alarms").glob("*.md")} - {"README"}
    named = set()
    for name, rule in rules().items():
        annotations = rule["annotations"]
        assert isinstance(annotations, dict), name
        named.add(Path(annotations["runbook"]).stem)
    assert named == pages
