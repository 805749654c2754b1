"""Documents behind Xero's lock date that go there as drafts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.scene import Practice, Xero, bill, connected, receipt, trust_receipt
from tests.simulation.firm import MAPPING

DRAFT = {**MAPPING, "settings": {**MAPPING["settings"], "lock_date": "draft"}}


@pytest.fixture(scope="module")
def practice(xero: Xero, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    folder: Path = tmp_path_factory.mktemp("drafts")
    with connected(folder, xero, DRAFT) as opened:
        yield opened


def state(practice: Practice, name: str) -> str:
    return str(practice.run("show", name, "--json").json[0]["state"])


def approve(xero: Xero, name: str) -> None:
    (invoice,) = xero.ask("GET", "/Invoices", InvoiceNumbers=f"INV-{name}")["Invoices"]
    assert invoice["Status"] == "DRAFT"
    xero.settings(periodLockDate=None)
    xero.ask("POST", f"/Invoices/{invoice['InvoiceID']}", body={"Status": "AUTHORISED"})


def test_what_depends_on_a_draft_waits_until_it_is_approved(practice: Practice, xero: Xero) -> None:
    xero.settings(periodLockDate="2026-06-30")
    practice.run("chart", "refresh")
    practice.take(bill("draft"), receipt("draft", date="2026-07-02"), trust_receipt("held"))
    said = practice.run("post", "--json").json
    assert (said["drafted"], said["waiting"], said["held"]) == (1, 1, 1)
    assert practice.problems()["draft_in_xero"] == ["b-draft"]
    assert practice.run("drift", "--json").json["drift"] == []
    practice.run("retry", "b-draft")
    assert state(practice, "b-draft") == "drafted"
    assert practice.problems().keys() >= {"posted_as_draft", "period_locked"}
    approve(xero, "draft")
    practice.run("chart", "refresh")
    assert "1 posting waits to be sent already" in practice.run("retry", "--all").out
    assert practice.run("post").status == 0
    assert state(practice, "b-draft") == "posted"
    assert state(practice, "r-draft") == "posted"
    assert practice.run("reconcile").status == 0


def test_the_daily_reading_sees_an_approval(practice: Practice, xero: Xero) -> None:
    xero.settings(periodLockDate="2026-06-30")
    practice.take(bill("read"))
    practice.run("post")
    assert state(practice, "b-read") == "drafted"
    approve(xero, "read")
    assert practice.run("drift", "--json").json["drift"] == []
    assert state(practice, "b-read") == "posted"


def test_a_later_revision_is_stated_in_the_draft_which_stays_one(
    tmp_path: Path, sandbox: str
) -> None:
    xero = Xero(sandbox, "revised drafts")
    with connected(tmp_path, xero, DRAFT) as practice:
        practice.take(bill("counts"))
        assert practice.run("post").status == 0
        xero.settings(periodLockDate="2026-06-30")
        practice.run("chart", "refresh")
        practice.take(bill("newer"))
        practice.run("post")
        practice.take(*(bill(name, net="150.00", revision=2) for name in ("newer", "counts")))
        practice.run("post")
        (draft,) = xero.ask("GET", "/Invoices", InvoiceNumbers="INV-newer", page="1")["Invoices"]
        assert (draft["Status"], draft["Total"]) == ("DRAFT", "150.00")
        assert [state(practice, name) for name in ("b-newer", "b-counts")] == ["drafted", "held"]
        assert practice.problems()["draft_in_xero"] == ["b-newer"]
        assert practice.problems()["revision_in_locked_period"] == ["b-counts"]
        posts = [path for method, path in xero.calls() if method == "POST"]
        assert posts == [f"/Invoices/{draft['InvoiceID']}"]
        approve(xero, "newer")
        practice.run("retry", "b-newer")
        assert state(practice, "b-newer") == "posted"


def test_a_draft_is_replaced_by_an_approved_one_in_one_step(tmp_path: Path, sandbox: str) -> None:
    xero = Xero(sandbox, "replaced drafts")
    with connected(tmp_path, xero, DRAFT) as practice:
        xero.settings(periodLockDate="2026-06-30")
        practice.run("chart", "refresh")
        practice.take(bill("late"))
        practice.run("post")
        assert state(practice, "b-late") == "drafted"
        (draft,) = xero.ask("GET", "/Invoices", InvoiceNumbers="INV-late", page="1")["Invoices"]
        xero.settings(periodLockDate=None)
        practice.run("chart", "refresh")
        assert practice.run("repost", "b-late", "--json").json[0]["planned"]
        assert practice.run("post").status == 0
        assert state(practice, "b-late") == "posted"
        (fresh,) = xero.ask("GET", "/Invoices", InvoiceNumbers="INV-late", page="1")["Invoices"]
        gone = xero.ask("GET", f"/Invoices/{draft['InvoiceID']}")["Invoices"][0]
        assert (fresh["Status"], gone["Status"]) == ("AUTHORISED", "DELETED")
