"""The simulator surprises a client where Actionstep does, and knows nothing that it does not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from actionstep_simulator import given
from actionstep_simulator import simulator as simulators
from actionstep_simulator.quirks import Quirks
from actionstep_simulator.server import running
from sandbox.tests.actionstep.client import NOW, Firm, a_firm, read

HOUR = dt.timedelta(hours=1)


def test_a_page_with_one_row_holds_the_row_itself() -> None:
    firm = a_firm()
    firm.bill()
    assert read(firm.ask("GET", "bills"))["bills"]["ourReference"] == "20014"
    firm.bill()
    assert len(read(firm.ask("GET", "bills"))["bills"]) == 2


def test_the_last_page_of_many_may_hold_one_row_too() -> None:
    firm = a_firm()
    for _ in range(3):
        firm.bill()
    told = read(firm.ask("GET", "bills", page=2, pageSize=2))
    assert isinstance(told["bills"], dict)
    assert told["meta"]["paging"]["participants"]["pageCount"] == 2


def test_no_row_is_204_without_a_body() -> None:
    answer = a_firm().ask("GET", "bills")
    assert (answer.status, answer.body) == (204, b"")


def test_values_come_as_actionstep_writes_them() -> None:
    firm = a_firm()
    firm.bill()
    bill = read(firm.ask("GET", "bills"))["bills"]
    assert (bill["id"], bill["totalInclusive"]) == (1, "1100.00")
    assert bill["links"] == {"division": "1", "action": ["305"], "theirParticipant": "88"}
    assert bill["createdTimestamp"] == "2026-07-01T12:30:00+10:00"
    firm.simulator.rows.add("actions", NOW, name="Lease", isDeleted=False)
    matter = read(firm.ask("GET", "actions"))["actions"]
    assert (matter["createdTimestamp"], matter["isDeleted"]) == ("2026-07-01", "F")
    firm.simulator.rows.add("disbursements", NOW, date=dt.date(2026, 5, 23))
    assert read(firm.ask("GET", "disbursements"))["disbursements"]["date"] == "23-May-2026"


def test_a_larger_page_than_two_hundred_is_cut_without_a_word() -> None:
    firm = a_firm()
    for _ in range(201):
        firm.bill()
    assert len(firm.page("bills")) == 50
    assert len(firm.page("bills", pageSize=1000)) == 200


@pytest.mark.parametrize(
    "name", ["invoices", "payments", "trusttransactions", "ledgers", "accounts", "bills/1"]
)
def test_what_actionstep_does_not_have_is_not_here(name: str) -> None:
    firm = a_firm()
    firm.bill()
    assert firm.ask("GET", name).status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_bills_and_matters_are_read_only(method: str) -> None:
    firm = a_firm()
    assert firm.ask(method, "bills", {"bills": {}}).status == 405
    assert firm.ask(method, "actions", {"actions": {}}).status == 405


def test_changes_are_found_by_their_time_read_as_utc() -> None:
    firm = a_firm()
    early = firm.bill()
    firm.now += HOUR
    late = firm.bill()
    asked = {"modifiedTimestamp_gteq": "2026-07-01T03:00:00", "sort": "-modifiedTimestamp"}
    assert [row["id"] for row in firm.page("bills", **asked)] == [late]
    local = a_firm(replace(Quirks(), filters_are_utc=False))
    local.bill()
    assert [row["id"] for row in local.page("bills", **asked)] == [1]
    assert early == 1


def test_a_payment_may_leave_no_stamp() -> None:
    firm = a_firm()
    bill = firm.bill()
    paid = {"totalPaid": Decimal("1100.00"), "totalDue": Decimal("0.00")}
    firm.simulator.rows.change("bills", bill, NOW + HOUR, None, **paid)
    (row,) = firm.page("bills")
    assert (row["totalPaid"], row["modifiedTimestamp"]) == ("1100.00", "2026-07-01T12:30:00+10:00")


def test_filters_take_lists_wildcards_links_and_what_stands_behind_them() -> None:
    firm = a_firm()
    rows = firm.simulator.rows
    client = rows.add("participants", NOW, displayName="Abernethy Pty Ltd")
    firm.bill(status="Closed", ourReference="R-1")
    mine = firm.bill(ourReference="R-2")
    rows.change("bills", mine, NOW, {"theirParticipant": str(client.id)})
    for asked in (
        {"status_nteq": "Closed"},
        {"ourReference_ilike": "r-2*"},
        {"id_in": f"{mine},99"},
        {"theirParticipant": client.id},
        {"theirParticipant[displayName_ilike]": "aber*"},
    ):
        assert [row["id"] for row in firm.page("bills", **asked)] == [mine], asked


@pytest.mark.parametrize(
    "asked", [{"totalDue_gt": "0"}, {"colour": "red"}, {"modifiedTimestamp_gteq": "now"}]
)
def test_what_cannot_be_filtered_is_a_500_that_no_retry_mends(asked: dict[str, str]) -> None:
    firm = a_firm()
    firm.bill()
    answer = firm.ask("GET", "bills", **asked)
    assert answer.status == 500
    assert read(answer)["errors"]["code"] == "AS-1300"


def test_only_the_fields_that_are_asked_for_are_sent_and_others_beside() -> None:
    firm = a_firm()
    client = firm.simulator.rows.add("participants", NOW, displayName="Abernethy Pty Ltd")
    firm.bill()
    firm.simulator.rows.change("bills", 2, NOW, {"theirParticipant": str(client.id)})
    told = read(firm.ask("GET", "bills", fields="status", include="theirParticipant"))
    assert told["bills"].keys() == {"id", "status", "links"}
    assert told["linked"]["participants"][0]["displayName"] == "Abernethy Pty Ltd"


def test_a_deleted_bill_stays_and_a_deleted_disbursement_is_gone_without_a_word() -> None:
    firm = a_firm()
    bill = firm.bill()
    cost = firm.simulator.rows.add("disbursements", NOW, description="Search")
    firm.simulator.rows.delete("bills", bill, NOW)
    firm.simulator.rows.delete("disbursements", cost.id, NOW)
    assert firm.page("bills")[0]["status"] == "Deleted"
    assert firm.page("disbursements") == []


def test_a_refresh_token_works_once_and_an_access_token_eight_hours() -> None:
    firm = a_firm()
    old = firm.sign_in()
    assert (old["expires_in"], old["token_type"]) == (28800, "bearer")
    assert old["api_endpoint"].endswith("/api/")
    refresh = {"refresh_token": old["refresh_token"]}
    new = read(firm.token_call("refresh_token", **refresh))
    assert new["refresh_token"] != old["refresh_token"]
    again = firm.token_call("refresh_token", **refresh)
    assert (again.status, read(again)["error"]) == (400, "invalid_grant")
    firm.now += 8 * HOUR
    assert firm.ask("GET", "bills").status == 401


def test_scopes_are_fixed_at_sign_in() -> None:
    firm = a_firm()
    firm.sign_in("actions participants")
    assert firm.ask("GET", "bills").status == 403
    assert firm.ask("GET", "actions").status == 204


def test_a_call_that_does_not_ask_for_its_form_is_refused() -> None:
    firm = a_firm()
    token = firm.sign_in()["access_token"]
    assert firm.raw("GET", "/api/rest/bills", authorization=f"Bearer {token}").status == 406


def test_too_many_calls_are_refused_mostly_without_a_time() -> None:
    firm = a_firm()
    firm.simulator.faults.extend([simulators.throttled(), simulators.throttled(7)])
    answers = [firm.ask("GET", "bills") for _ in range(3)]
    assert [answer.status for answer in answers] == [429, 429, 204]
    assert [answer.headers.get("Retry-After") for answer in answers] == [None, "7", None]


def hooked(firm: Firm, event: str) -> int:
    body = {"resthooks": [{"eventName": event, "targetUrl": "https://books.example.com/h/1"}]}
    answer = firm.ask("POST", "resthooks", body)
    assert answer.status == 201
    hook = read(answer)["resthooks"]["id"]
    assert isinstance(hook, int)
    return hook


def test_a_hook_is_called_in_a_form_that_no_answer_has() -> None:
    firm = a_firm()
    hook = hooked(firm, "ParticipantUpdated")
    client = firm.simulator.rows.add("participants", NOW, displayName="Ng")
    firm.simulator.rows.change("participants", client.id, NOW, email="ng@example.com")
    (call,) = firm.simulator.calls()
    told = read(simulators.Answer(200, {}, call.body))
    assert told["data"]["id"] == str(client.id)
    assert told["data"]["attributes"]["email"] == "ng@example.com"
    assert told["meta"]["debug"]["resthook"] == {"id": hook, "event_name": "ParticipantUpdated"}
    assert firm.simulator.calls() == []


def test_a_hook_that_does_not_answer_200_is_disabled_and_at_401_deleted() -> None:
    firm = a_firm()
    first, second = hooked(firm, "ActionUpdated"), hooked(firm, "ActionUpdated")
    firm.simulator.called(first, 204, NOW)
    firm.simulator.called(second, 401, NOW)
    (left,) = firm.page("resthooks")
    assert (left["id"], left["status"], left["triggeredCount"]) == (first, "Disabled", 1)
    firm.simulator.rows.add("actions", NOW)
    firm.simulator.rows.change("actions", 3, NOW, name="Lease")
    assert firm.simulator.calls() == []


def test_no_hook_tells_of_a_bill() -> None:
    firm = a_firm()
    body = {"resthooks": {"eventName": "BillCreated", "targetUrl": "https://books.example.com/"}}
    assert firm.ask("POST", "resthooks", body).status == 500


def test_it_answers_on_a_port_of_this_machine() -> None:
    import httpx2  # noqa: PLC0415 -- for this one alone

    with running() as simulator:
        simulator.rows.add("divisions", NOW, isActive=True)
        answer = httpx2.get(f"{simulator.base}/api/rest/divisions")
        assert answer.status_code == 401
        assert answer.json()["errors"]["code"] == "AS-401"


def test_it_begins_with_the_rows_of_a_file() -> None:
    firm = a_firm()
    given.add(firm.simulator.rows, given.SAMPLE, NOW)
    bill = read(firm.ask("GET", "bills"))["bills"]
    assert (bill["ourReference"], bill["links"]["action"]) == ("20014", ["21"])
    for wrong in ('{"invoices": [{}]}', '{"bills": [{"colour": "red"}]}'):
        with pytest.raises(KeyError):
            given.add(firm.simulator.rows, given.read(wrong), NOW)
    with pytest.raises(ValueError, match="ten"):
        given.add(firm.simulator.rows, {"bills": [{"totalPaid": "ten"}]}, NOW)
