"""How things stand: the overview, the alert bar, the status for programs."""

import datetime as dt

import pytest

from counterfoil.posting.records import ConnectionState
from counterfoil.posting.states import State
from counterfoil.web import jobs
from counterfoil.web.models import (
    Connection,
    Counter,
    DayCount,
    Drift,
    Limits,
    Organisation,
    Posting,
)
from counterfoil.web.services import pausing
from counterfoil.web.services.alerts import Alert, Weight, alerts
from counterfoil.web.services.standing import Standing, as_json, standing
from tests.web.cast import ROLES, As, Cast, a_document, a_finding, a_posting

NOON = dt.datetime(2026, 5, 4, 12, 0, tzinfo=dt.UTC)
CONNECTED = Standing(ConnectionState.CONNECTED, NOON, "Marsh & Lowe Pty Ltd")


def lost(cast: Cast, state: str = "lost") -> None:
    Connection.objects.create(
        firm=cast.firm,
        organisation=cast.organisation,
        state=state,
        tenant_name="Marsh & Lowe Pty Ltd",
        since=NOON,
        connected_by="user:alice@example.com",
    )


def count(cast: Cast, state: str, n: int) -> None:
    Counter.objects.create(firm=cast.firm, organisation=cast.organisation, state=state, count=n)


@pytest.mark.parametrize("name", ROLES)
@pytest.mark.parametrize("page", ["/", "/documents/", "/account/two-factor/"])
def test_everybody_in_the_firm_reads_on_every_page_that_posting_has_stopped(
    cast: Cast, signed_in: As, name: str, page: str
) -> None:
    lost(cast)
    count(cast, "ready", 12)
    shown = signed_in(name).get(page).content.decode()
    assert 'role="alert"' in shown
    assert "The connection to Marsh &amp; Lowe Pty Ltd is lost since 04 May 2026, 12:00" in shown
    assert "12 postings are not in Xero yet" in shown
    assert "alice@example.com may reconnect" in shown


def test_the_chart_has_what_a_day_posted_and_what_was_stuck_at_its_end(
    cast: Cast, now: dt.datetime, signed_in: As
) -> None:
    whose = {"firm": cast.firm, "organisation": cast.organisation}
    days = ((now.date(), "held", -459), (now.date(), "posted", 514))
    before = now.date() - dt.timedelta(days=1)
    for day, state, gained in (*days, (before, "held", 463)):
        DayCount.objects.create(**whose, day=day, state=state, count=gained)
    count(cast, "held", 4)
    count(cast, "posted", 514)
    rows = signed_in("bob").get("/").context["chart"].rows
    assert rows[-3:] == (
        (f"{before - dt.timedelta(days=1):%d %b %Y}", "0", "0"),
        (f"{before:%d %b %Y}", "0", "463"),
        (f"{now:%d %b %Y}", "514", "4"),
    )


def test_another_firm_reads_nothing_of_it(cast: Cast, signed_in: As) -> None:
    lost(cast)
    assert b'role="alert"' not in signed_in("charlie").get("/").content


def test_a_connection_in_order_needs_no_alert() -> None:
    assert alerts(CONNECTED, ["alice@example.com"]) == ()


def test_never_connected_is_no_alarm() -> None:
    assert alerts(Standing(ConnectionState.NEVER, None, ""), []) == ()


def test_a_deliberate_disconnection_is_called_so() -> None:
    standing = Standing(ConnectionState.DISCONNECTED, NOON, "Marsh")
    (alert,) = alerts(standing, ["alice", "zoe"])
    assert alert.what == "Disconnected from Marsh since 04 May 2026, 12:00 UTC."
    assert alert.detail.endswith("alice or zoe may reconnect.")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.REFUSED, "1 posting was refused by Xero."),
        (State.MISMATCHED, "1 document differs in Xero."),
        (State.HELD, "1 posting is held until something is solved."),
    ],
)
def test_what_waits_for_a_person_is_said_with_its_number(state: State, said: str) -> None:
    standing = Standing(ConnectionState.CONNECTED, NOON, "", counts={state: 1, State.POSTED: 9})
    assert [alert.what for alert in alerts(standing, [])] == [said]


def test_a_locked_period_and_what_drifted_are_told_to_everybody(cast: Cast, signed_in: As) -> None:
    for n in range(2):
        a_finding(a_document(cast.organisation, f"b-{n}"), "period_locked", "lock_date")
    for n, severity in enumerate(("error", "note")):
        Drift.objects.create(
            firm=cast.firm,
            organisation=cast.organisation,
            resource="Invoices",
            xero_id=f"x-{n}",
            read_from="x",
            severity=severity,
            code="voided_in_xero",
            found_at=NOON,
        )
    page = signed_in("carol").get("/").content.decode()
    assert "2 documents lie in a period that Xero has locked." in page
    assert "1 thing that was posted is not in Xero as posted." in page


def test_the_gravest_alert_comes_first() -> None:
    counts = {State.HELD: 2, State.REFUSED: 1}
    standing = Standing(ConnectionState.LOST, NOON, "Marsh", counts=counts)
    found: tuple[Alert, ...] = alerts(standing, [])
    assert [alert.code for alert in found] == ["connection", "refused", "held"]
    assert found[0].weight is Weight.STOPPED


def test_the_limit_of_the_day_is_told_and_that_of_a_minute_is_not() -> None:
    def blocked(by: str) -> list[str]:
        standing = Standing(ConnectionState.CONNECTED, NOON, "", blocked_until=NOON, blocked_by=by)
        return [alert.code for alert in alerts(standing, [])]

    assert blocked("day") == ["limit"]
    assert blocked("appminute") == ["limit"], "all firms share it, and it may last"
    assert blocked("minute") == []


@pytest.mark.parametrize(("used", "told"), [(949, []), (950, ["limit"]), (1000, ["limit"])])
def test_the_calls_kept_for_people_stop_posting_which_is_told_and_workers_rest(
    cast: Cast, used: int, told: list[str]
) -> None:
    lost(cast, "connected")
    a_posting(a_document(cast.organisation, "b-1"), "ready")
    began = NOON - dt.timedelta(hours=2)
    Posting.objects.update(due_at=began)
    whose = {"firm": cast.firm, "organisation": cast.organisation}
    Limits.objects.create(**whose, day_limit=1000, day_used=used, day_from=began)
    found = alerts(standing(cast.organisation, NOON), [])
    assert [alert.code for alert in found] == told
    assert all("until 05 May 2026, 10:00 UTC" in alert.what for alert in found)
    assert jobs.waiting(NOON) == ([] if told else [cast.organisation.pk])
    tomorrow = began + dt.timedelta(days=1)
    assert alerts(standing(cast.organisation, tomorrow), []) == ()
    assert jobs.waiting(tomorrow) == [cast.organisation.pk]


def test_a_restore_is_told_for_as_long_as_it_is_minded(cast: Cast) -> None:
    organisation = cast.organisation
    assert alerts(standing(organisation, NOON), []) == ()
    organisation.restored_at = NOON
    (alert,) = alerts(standing(organisation, NOON), [])
    assert "11 May 2026, 12:00 UTC" in alert.detail
    told = as_json(standing(organisation, NOON))["restored_until"]
    assert told == (NOON + dt.timedelta(days=7)).isoformat()
    assert alerts(standing(organisation, NOON + dt.timedelta(days=7)), []) == ()


def test_the_status_says_what_the_command_says(cast: Cast, signed_in: As) -> None:
    lost(cast, "connected")
    count(cast, "held", 2)
    Limits.objects.create(
        firm=cast.firm,
        organisation=cast.organisation,
        day_limit=1000,
        day_used=40,
        day_from=dt.datetime.now(dt.UTC),
    )
    said = signed_in("carol").get("/status").json()
    assert said["connection"] == {
        "state": "connected",
        "since": "2026-05-04T12:00:00+00:00",
        "tenant_name": "Marsh & Lowe Pty Ltd",
    }
    assert said["counts"] == {"held": 2}
    assert said["oldest_due"] is None
    assert said["calls_left_today"] == 960
    assert [alert["code"] for alert in said["alerts"]] == ["held"]


def test_counts_by_state_lead_to_their_documents(cast: Cast, signed_in: As) -> None:
    count(cast, "posted", 1234)
    page = signed_in("dora").get("/").content.decode()
    assert "1,234" in page
    assert 'href="/documents/?state=posted"' in page


@pytest.fixture
def north(cast: Cast) -> Organisation:
    """A second organisation of the firm, which has lost its connection."""
    made = Organisation.objects.create(
        firm=cast.firm, key="north", name="Marsh North", created_at=NOON
    )
    Connection.objects.create(firm=cast.firm, organisation=made, state="lost", since=NOON)
    Counter.objects.create(firm=cast.firm, organisation=made, state="ready", count=2)
    return made


def test_the_alerts_of_every_organisation_stand_under_its_name(
    cast: Cast, north: Organisation, signed_in: As
) -> None:
    count(cast, "refused", 1)
    page = signed_in("carol").get("/documents/").content.decode()
    assert "Marsh North: The connection to Xero is lost" in page
    assert "main: 1 posting was refused by Xero." in page
    assert page.index("Marsh North: The") < page.index("main: 1 posting")


def test_the_status_tells_of_every_organisation(
    cast: Cast, north: Organisation, signed_in: As
) -> None:
    count(cast, "ready", 3)
    told = signed_in("carol").get("/status").json()
    assert (told["connection"]["state"], told["counts"]) == ("lost", {"ready": 5})
    assert [one["what"][:12] for one in told["alerts"]] == ["Marsh North:"]


def test_one_goes_over_to_another_organisation_and_to_the_page_behind_its_alert(
    cast: Cast, north: Organisation, signed_in: As
) -> None:
    a_document(north, "b-north")
    carol = signed_in("carol")
    assert carol.get("/documents/bill/b-north/").status_code == 404
    assert "Go over to Marsh North" in carol.get("/").content.decode()
    answer = carol.post("/work-in/", {"organisation": "north", "to": "connection"})
    assert answer["Location"] == "/connection/"
    assert carol.get("/documents/bill/b-north/").status_code == 200
    assert "Marsh &amp; Lowe: Marsh North" in carol.get("/").content.decode()


@pytest.mark.parametrize("to", ["https://evil.example", "account_logout", ""])
def test_going_over_leads_to_pages_of_our_own_only(
    cast: Cast, north: Organisation, signed_in: As, to: str
) -> None:
    answer = signed_in("carol").post("/work-in/", {"organisation": "north", "to": to})
    assert answer["Location"] == "/"


def test_nobody_goes_over_to_an_organisation_of_another_firm(
    cast: Cast, north: Organisation, signed_in: As
) -> None:
    charlie = signed_in("charlie")
    assert charlie.post("/work-in/", {"organisation": "north"}).status_code == 404
    assert b"Marsh" not in charlie.get("/").content


def test_a_firm_with_one_organisation_is_called_by_its_own_name_alone(
    cast: Cast, signed_in: As
) -> None:
    lost(cast)
    page = signed_in("carol").get("/").content.decode()
    assert "main" not in page.partition("<main")[0].partition("</title>")[2].replace("#main", "")


def test_everybody_reads_that_nobody_sends_what_is_due_though_nothing_is_in_its_way(
    cast: Cast, signed_in: As, now: dt.datetime
) -> None:
    lost(cast, "connected")
    due = now - dt.timedelta(hours=5)
    posting = a_posting(a_document(cast.organisation, "b-1"), "ready")
    Posting.objects.filter(pk=posting.pk).update(due_at=due)
    count(cast, "ready", 1)
    page = signed_in("carol").get("/").content.decode()
    assert "Posting has stopped: something has been due since" in page
    assert "The oldest has been due since" in page
    codes = [one["code"] for one in signed_in("carol").get("/status").json()["alerts"]]
    assert codes == ["overdue"]


@pytest.mark.parametrize(
    "why", ["due just now", "calls are made", "paused", "just let go on", "disconnected", "limit"]
)
def test_what_waits_for_a_reason_or_moves_is_not_called_overdue(
    cast: Cast, now: dt.datetime, why: str
) -> None:
    lost(cast, "lost" if why == "disconnected" else "connected")
    ago = dt.timedelta(minutes=5 if why == "due just now" else 300)
    posting = a_posting(a_document(cast.organisation, "b-1"), "ready")
    Posting.objects.filter(pk=posting.pk).update(due_at=now - ago)
    Limits.objects.create(
        firm=cast.firm,
        organisation=cast.organisation,
        minute_from=now - dt.timedelta(minutes=2 if why == "calls are made" else 200),
        blocked_until=now + dt.timedelta(hours=1) if why == "limit" else None,
        blocked_by="day" if why == "limit" else "",
    )
    if why in {"paused", "just let go on"}:
        pausing.pause(cast.organisation, actor="test", now=now - dt.timedelta(hours=4))
    if why == "just let go on":
        pausing.go_on(cast.organisation, actor="test", now=now - dt.timedelta(minutes=1))
    cast.organisation.refresh_from_db()
    assert standing(cast.organisation, now).overdue_since is None


@pytest.mark.parametrize(
    "address",
    [
        "/reconciliation/?as_of=9999-12-31",
        "/reconciliation/?as_of=0026-11-30",
        "/audit/?since=0001-01-01",
        "/audit/?until=9999-12-31",
        "/audit/export/?since=0001-01-01",
    ],
)
def test_days_at_the_ends_of_the_calendar_are_answered(
    cast: Cast, signed_in: As, address: str
) -> None:
    answer = signed_in("bob").get(address)
    assert answer.status_code in {200, 422}
    assert b"Everything is explained" not in getattr(answer, "content", b"")


def test_a_message_after_an_act_is_a_list_that_keeps_its_items(cast: Cast, signed_in: As) -> None:
    page = signed_in("bob").post("/pause/", follow=True).content.decode()
    assert '<div role="status"><ul class="messages">' in page
    assert '<ul class="messages" role' not in page
