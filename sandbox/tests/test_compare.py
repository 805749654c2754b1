"""A recorded exchange beside the sandbox's own answers."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from sandbox.tests.books.cast import line
from xero_sandbox.cli import main
from xero_sandbox.sandbox import Sandbox
from xero_sandbox.wire import Answer, Request

Line: TypeAlias = "dict[str, Any]"
EXAMPLE = Path(__file__).parents[1] / "examples" / "exchange.jsonl"
ASKED = '{"request": {"method": "GET", "path": "/"}, "answer": {"status": 200}}'
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@dataclass
class Recorder:
    """A firm's afternoon with Xero (here: a sandbox of other ids), written down as it goes."""

    lines: list[Line] = field(default_factory=list)
    at: datetime = START

    def __post_init__(self) -> None:
        self.sandbox = Sandbox(seed=99, limits=False)
        self.tenant = self.sandbox.new_organisation("Byron Law", "NZ", START).tenant_id
        self.token = self.sandbox.issue_token((self.tenant,), now=START)["access_token"]
        self.lines.append({"organisation": {"name": "Byron Law", "country": "NZ"}})

    def ask(self, method: str, path: str, body: object = None, **query: str) -> Line:
        self.at += timedelta(seconds=3)
        sent = b"" if body is None else json.dumps(body).encode()
        headers = {"authorization": f"Bearer {self.token}", "xero-tenant-id": self.tenant}
        request = Request(method, f"/api.xro/2.0/{path}", query, headers, sent)
        answer = self.sandbox.handle(request, self.at)
        assert isinstance(answer, Answer)
        found: Line = {
            "at": self.at.isoformat(),
            "request": {"method": method, "path": request.path, "query": query, "body": body},
            "answer": {
                "status": answer.status,
                "headers": dict(answer.headers),
                "body": json.loads(answer.body),
            },
        }
        self.lines.append(found)
        told: Line = found["answer"]["body"]
        return told


def afternoon() -> list[Line]:
    """Return what a posting program does in an afternoon, good and bad."""
    firm = Recorder()
    firm.ask("GET", "Accounts", where='Status=="ACTIVE"')
    firm.ask("GET", "TaxRates")
    contact = firm.ask("PUT", "Contacts", {"Contacts": [{"Name": "Ada Byron"}]})["Contacts"][0]
    draft = {
        "Type": "ACCREC",
        "Contact": {"ContactID": contact["ContactID"]},
        "Date": "2026-11-20",
        "DueDate": "2026-12-20",
        "Status": "AUTHORISED",
        "LineItems": [line("115.00", TaxType="OUTPUT2"), line("0.01", TaxType="OUTPUT2")],
    }
    made = firm.ask("PUT", "Invoices", {"Invoices": [draft, {"Type": "ACCREC"}]},
                    summarizeErrors="false")["Invoices"][0]  # fmt: skip
    paid = {
        "Invoice": {"InvoiceNumber": made["InvoiceNumber"]},
        "Account": {"Code": "090"},
        "Date": "2026-11-21",
        "Amount": "32.25",
    }
    firm.ask("PUT", "Payments", {"Payments": [paid]})
    firm.ask("GET", f"Invoices/{made['InvoiceID']}")
    firm.ask("GET", "Invoices", InvoiceNumbers=made["InvoiceNumber"])
    firm.ask("POST", f"Invoices/{made['InvoiceID']}", {"Status": "VOIDED"})
    firm.ask("GET", "Reports/TrialBalance", date="2026-11-30")
    firm.ask("GET", "Nothing")
    return firm.lines


def written(tmp_path: Path, lines: list[Line], name: str = "recorded.jsonl") -> Path:
    path = tmp_path / name
    path.write_text("".join(json.dumps(one) + "\n" for one in lines))
    return path


def compare(path: Path, *flags: str) -> int:
    return main(["compare", str(path), *flags])


def test_the_example_is_what_the_sandbox_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(EXAMPLE, "--quiet") == 0, capsys.readouterr().out
    assert capsys.readouterr().out.startswith("10 compared, 0 differ")


def test_other_ids_times_and_given_numbers_are_no_difference(tmp_path: Path) -> None:
    assert compare(written(tmp_path, afternoon())) == 0


def _total(lines: list[Line]) -> None:
    lines[4]["answer"]["body"]["Invoices"][0]["Total"] = 132.27


def _status(lines: list[Line]) -> None:
    lines[5]["answer"]["status"] = 400


def _message(lines: list[Line]) -> None:
    lines[8]["answer"]["body"]["Message"] = "Something else"


def _header(lines: list[Line]) -> None:
    lines[1]["answer"]["headers"]["X-Rate-Limit-Problem"] = "minute"


def _field(lines: list[Line]) -> None:
    del lines[3]["answer"]["body"]["Contacts"][0]["ContactStatus"]


def _surplus(lines: list[Line]) -> None:
    lines[3]["answer"]["body"]["Contacts"][0]["Shoe"] = 42


def _other(lines: list[Line]) -> None:
    other = "11111111-2222-3333-4444-555555555555"
    lines[6]["answer"]["body"]["Invoices"][0]["InvoiceID"] = other


def _account(lines: list[Line]) -> None:
    accounts = lines[1]["answer"]["body"]["Accounts"]
    accounts.insert(0, {**accounts[0], "Code": "999", "Name": "Odd"})


@pytest.mark.parametrize(
    ("alter", "told"),
    [
        (_total, "body.Invoices[0].Total: recorded 132.27, sandbox 132.26"),
        (_status, "status: recorded 400, sandbox 200"),
        (_message, "body.Message: recorded 'Something else', sandbox 'A validation exception"),
        (_header, "x-rate-limit-problem: recorded minute, sandbox nothing"),
        (_field, "body.Contacts[0].ContactStatus: recorded nothing, sandbox 'ACTIVE'"),
        (_surplus, "body.Contacts[0].Shoe: recorded 42, sandbox nothing"),
        (_other, "InvoiceID: recorded '11111111-"),
        (_account, "body.Accounts[999]: recorded {"),
    ],
)
def test_one_altered_answer_is_told_by_its_path(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    alter: Callable[[list[Line]], None],
    told: str,
) -> None:
    lines = afternoon()
    alter(lines)
    assert compare(written(tmp_path, lines)) == 1
    shown = capsys.readouterr().out
    assert told in shown
    assert "10 compared, 1 differ" in shown


def test_a_field_can_be_passed_over(tmp_path: Path) -> None:
    lines = afternoon()
    _total(lines)
    assert compare(written(tmp_path, lines), "--ignore", "Total") == 0


def har(lines: list[Line]) -> Line:
    """Return JSON Lines as a browser would have saved them, with a token call at the front."""
    entries = [_entry(one) for one in lines[1:]]
    token = {
        "request": {"method": "POST", "url": "https://identity.xero.com/connect/token"},
        "response": {"status": 200, "content": {"text": '{"access_token":"secret"}'}},
    }
    return {"log": {"version": "1.2", "entries": [token, *entries]}}


def _entry(one: Line) -> Line:
    request, answer = one["request"], one["answer"]
    query = "&".join(f"{name}={value}" for name, value in request["query"].items())
    body = json.dumps(answer["body"]).encode()
    return {
        "startedDateTime": one["at"],
        "request": {
            "method": request["method"],
            "url": f"https://api.xero.com{request['path']}?{query}",
            "headers": [{"name": "Authorization", "value": "Bearer secret"}],
            **({"postData": {"text": json.dumps(request["body"])}} if request["body"] else {}),
        },
        "response": {
            "status": answer["status"],
            "headers": [{"name": k, "value": v} for k, v in answer["headers"].items()],
            "content": {"encoding": "base64", "text": base64.b64encode(body).decode()},
        },
    }


def test_a_har_is_read_as_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "recorded.har"
    path.write_text(json.dumps(har(afternoon())))
    assert compare(path, "--country", "NZ", "--ignore", "ReportTitles") == 0
    shown = capsys.readouterr().out
    assert "1 POST /connect/token: skipped" in shown
    assert "secret" not in shown


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "holds no exchanges"),
        ("{}", "line 1"),
        ('{"log": {}}', "is no HAR"),
        ('{"request": {"method": "GET", "path": "/"}, "answer": {"status": "many"}}', "line 1"),
        ("\x00\udcff", "no UTF-8"),
        ('{"organisation": {"country": "XX"}}\n' + ASKED, "XX"),
        ('{"organisation": {"settings": {"tier": "none"}}}\n' + ASKED, "tier"),
    ],
)
def test_what_is_no_recording_is_said_and_ends_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, why: str
) -> None:
    path = tmp_path / "odd"
    path.write_bytes(content.encode("utf-8", errors="surrogateescape"))
    assert compare(path) == 2
    assert why in capsys.readouterr().err


def test_a_body_that_is_no_json_is_sent_as_it_was(tmp_path: Path) -> None:
    firm = Recorder()
    headers = {"authorization": f"Bearer {firm.token}", "xero-tenant-id": firm.tenant}
    request = Request("PUT", "/api.xro/2.0/Invoices", {}, headers, b"{broken")
    answer = firm.sandbox.handle(request, START)
    assert isinstance(answer, Answer)
    told = {"status": answer.status, "body": json.loads(answer.body)}
    sent = {"method": "PUT", "path": "/api.xro/2.0/Invoices", "body": "{broken"}
    assert compare(written(tmp_path, [{"request": sent, "answer": told}])) == 0
