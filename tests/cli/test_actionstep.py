"""A firm's Actionstep by command: connected, pulled, its bills met by files, nothing twice."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from actionstep_simulator import simulator as simulators
from actionstep_simulator.server import running
from actionstep_simulator.simulator import Simulator
from tests.cli.scene import Practice, Xero, another_organisation, bill, invoices, receipt
from tests.simulation.firm import MAPPING
from tests.sources.ledes.scene import EXPENSE, FEE, invoice

TODAY = dt.datetime.now(dt.UTC)
DAY_THERE = TODAY.astimezone(ZoneInfo("Australia/Sydney")).date()
"""Which day it is where the firm is, as its organisation in the sandbox says."""
DAY = dt.timedelta(days=1)


MAPPED = {
    **MAPPING,
    "accounts": {**MAPPING["accounts"], "FEES": "200", "DISBURSEMENTS": "260"},
    "ledes": {
        "accounts": {"F": "4-1000", "E": "4-2000"},
        "tax_codes": {"NONE": "FREE", "GST": "GST"},
    },
}


class Firm:
    """A practice with an Actionstep, and what a test does on either side."""

    def __init__(self, practice: Practice, simulator: Simulator) -> None:
        self.practice = practice
        self.simulator = simulator
        self.division = ""
        practice.close()  # for what is in the environment of the commands
        practice.environment |= {
            "ACTIONSTEP_CLIENT_ID": simulator.client.id,
            "ACTIONSTEP_CLIENT_SECRET": simulator.client.secret,
            "ACTIONSTEP_BASE_URL": simulator.base,
        }
        practice.map(MAPPED)
        rows = simulator.rows
        self.client = str(rows.add("participants", TODAY, displayName="Ng & Co").id)
        self.matter = str(rows.add("actions", TODAY, name="Lease", reference="2026/044").id)

    def run(self, *words: str) -> Any:  # noqa: ANN401 -- what a command prints
        said = self.practice.run("actionstep", *words, "--json")
        return json.loads(said.out) if said.out else said

    def bill(self, number: str, net: str, tax: str = "0.00", **changed: Any) -> int:  # noqa: ANN401 -- as the simulator takes them
        total = Decimal(net) + Decimal(tax)
        links: dict[str, str | list[str] | None] = {
            "action": [self.matter],
            "theirParticipant": self.client,
        }
        values = {
            "status": "Open",
            "ourReference": number,
            "invoiceDate": DAY_THERE,
            "totalInclusive": total,
            "totalExclusive": Decimal(net),
            "totalSalesTax": Decimal(tax),
            "totalPaid": Decimal(0),
            "totalDue": total,
            **changed,
        }
        links |= values.pop("links", {})
        made = self.simulator.rows.add("bills", TODAY, links, **values)
        assert isinstance(made.id, int)
        return made.id

    def change(self, bill: int, **values: Any) -> None:  # noqa: ANN401 -- as above
        self.simulator.rows.change("bills", bill, TODAY, None, **values)

    def document(self, number: str, key: str = "") -> list[tuple[str, int, dict[str, Any]]]:
        """Return id, revision and content of every document under a number."""
        with closing(sqlite3.connect(self.practice.home / "counterfoil.sqlite3")) as database:
            found = database.execute(
                "select d.source_id, r.revision, r.body from web_document d"
                " join web_revision r on r.document_id = d.id and r.revision = d.revision"
                " join web_organisation o on o.id = d.organisation_id"
                " where d.number = ? and (? = '' or o.key = ?)",
                (number, key, key),
            )
            return [(name, revision, json.loads(body)) for name, revision, body in found]

    def hints(self) -> dict[str, str]:
        return {one["number"]: one["words"] for one in self.run("status")["hints"]}

    def troubles(self) -> dict[str, str]:
        return {one["number"]: one["words"] for one in self.run("status")["troubles"]}


@pytest.fixture(scope="module")
def firm(practice: Practice) -> Iterator[Firm]:
    with running() as simulator:
        made = Firm(practice, simulator)
        assert made.run("connect")["from"] == str(DAY_THERE)
        yield made


def test_a_bill_is_taken_in_once_with_what_actionstep_knows(firm: Firm) -> None:
    firm.bill("20014", "1000.00", "100.00")
    firm.bill("draft", "5.00", status="Draft")
    firm.bill("old", "5.00", invoiceDate=DAY_THERE - 30 * DAY)
    firm.bill("odd", "5.00", totalInclusive=Decimal(7))
    firm.bill("fine", "5.00", totalDue=Decimal("1.005"))
    pulled = firm.run("pull")
    assert (pulled["new"], pulled["not_taken"]) == (1, 1)
    ((name, revision, body),) = firm.document("20014")
    assert (name[:11], revision) == ("actionstep:", 1)
    assert body["client"]["name"] == "Ng & Co"
    assert body["matter"]["number"] == "2026/044"
    (line,) = body["lines"]
    assert (line["account"], line["tax_code"], line["total"]) == ("FEES", "GST", "1000.00")
    assert "do not add up" in firm.troubles()["odd"]
    assert any("more than two decimals" in words for words in firm.troubles().values())
    again = firm.run("pull")
    assert (again["new"], again["revised"]) == (0, 0)


def test_a_file_of_lines_enriches_the_bill_and_neither_is_there_twice(
    firm: Firm, xero: Xero
) -> None:
    made = firm.bill("INV-7", "724.95")
    firm.run("pull")
    firm.practice.run("post")
    assert invoices(xero, "7") == 1
    file = invoice("724.95", FEE, EXPENSE).encode()
    for taken in ("revised", "unchanged"):
        said = firm.practice.run("import", "-", "--json", given=file)
        assert said.json[taken] == 1, said
    ((name, revision, body),) = firm.document("INV-7")
    assert (name, revision) == (f"actionstep:{made}", 2)
    assert body["client"]["name"] == "Ng & Co"
    assert [line["total"] for line in body["lines"]] == ["700.00", "24.95"]
    paid = receipt("2", "24.95", allocations=[{"bill": "ledes:INV-7", "amount": "24.95"}])
    assert firm.practice.take(paid)["new"] == 1
    assert firm.practice.take(paid)["unchanged"] == 1
    assert firm.document("R-2")[0][2]["allocations"][0]["bill"] == name
    other = invoice("724.95", FEE | {"LINE_ITEM_DESCRIPTION": "Draft it"}, EXPENSE).encode()
    said = firm.practice.run("import", "-", "--json", given=other).json
    assert [one["code"] for one in said["refused"]] == ["revision_conflict"]
    for words, taken in ((("--corrected",), "revised"), (("--corrected",), "unchanged")):
        assert firm.practice.run("import", "-", "--json", *words, given=other).json[taken] == 1
    assert firm.document("INV-7")[0][:2] == (f"actionstep:{made}", 3)
    assert invoices(xero, "7") == 1
    # The lines stay when the head changes, and wait for their file when the total does.
    firm.change(made, dueDate=DAY_THERE + 14 * DAY, totalPaid=Decimal("24.95"))
    assert firm.run("pull")["revised"] == 1
    ((_, revision, body),) = firm.document("INV-7")
    assert (revision, len(body["lines"])) == (4, 2)
    assert "INV-7" not in firm.hints()
    firm.change(made, totalInclusive=Decimal("700.00"), totalExclusive=Decimal("700.00"))
    assert firm.run("pull")["revised"] == 0
    assert "724.95" in firm.hints()["INV-7"]
    stale = firm.practice.run("import", "-", "--json", given=file).json
    assert [one["code"] for one in stale["refused"]] == ["bill_differs_from_actionstep"]
    fresh = firm.practice.run("import", "-", "--json", given=invoice("700.00", FEE).encode())
    assert fresh.json["revised"] == 1, fresh
    assert "INV-7" not in firm.hints()
    assert [len(body["lines"]) for _, _, body in firm.document("INV-7")] == [1]
    firm.practice.run("post")
    (posted,) = xero.ask("GET", "/Invoices", InvoiceNumbers="INV-7")["Invoices"]
    assert posted["Total"] == "700.00"


def test_a_bill_that_a_file_brought_first_is_met_and_not_taken_again(firm: Firm) -> None:
    client = {"id": "c-1", "name": "NG & CO."}
    firm.practice.take(bill("first", client=client), bill("other", client=client))
    first, other = (firm.bill(f"INV-{name}", "100.00") for name in ("first", "other"))
    firm.change(other, totalInclusive=Decimal(70), totalExclusive=Decimal(70))
    pulled = firm.run("pull")
    assert (pulled["new"], "INV-first" in firm.troubles()) == (0, False)
    assert [name for name, _, _ in firm.document("INV-first")] == ["b-first"]
    assert "of 100.00; Actionstep says 70.00" in firm.troubles()["INV-other"]
    firm.change(first, totalInclusive=Decimal(70), totalExclusive=Decimal(70))
    firm.change(other, totalInclusive=Decimal(100), totalExclusive=Decimal(100))
    firm.run("pull")
    assert "70.00" in firm.hints()["INV-first"]
    assert "INV-other" not in firm.troubles()


def test_two_bills_under_one_number_are_never_taken_for_one(firm: Firm) -> None:
    first, second = (firm.bill("twin", net) for net in ("10.00", "10.00"))
    assert firm.run("pull")["new"] == 1
    assert [name for name, _, _ in firm.document("twin")] == [f"actionstep:{first}"]
    assert "twin" in firm.troubles()["twin"]
    firm.practice.take(bill("taken"))
    third = firm.bill("mine", "10.00")
    firm.run("pull")
    firm.change(third, ourReference="INV-taken")
    firm.change(second, ourReference="twin-2")
    assert firm.run("pull")["new"] == 1
    assert [name for name, _, _ in firm.document("mine")] == [f"actionstep:{third}"]
    assert "b-taken" in firm.hints()["INV-taken"]


def test_a_bill_that_is_a_draft_again_is_told(firm: Firm) -> None:
    made = firm.bill("D-9", "10.00")
    firm.run("pull")
    firm.change(made, status="Draft")
    firm.run("pull")
    assert "is a draft again" in firm.hints()["D-9"]
    firm.change(made, status="Open")
    firm.run("pull")
    assert "D-9" not in firm.hints()


def test_a_payment_is_a_hint_and_never_a_receipt(firm: Firm) -> None:
    made = firm.bill("20015", "100.00")
    firm.run("pull")
    firm.change(made, totalPaid=Decimal("40.00"))
    firm.run("pull")
    assert "by 40.00 in Actionstep, and by 0.00 here" in firm.hints()["20015"]
    paid = receipt("9", "40.00", allocations=[{"bill": f"actionstep:{made}", "amount": "40.00"}])
    assert firm.practice.take(paid)["new"] == 1
    assert "20015" not in firm.hints()
    firm.simulator.rows.delete("bills", made, TODAY)
    firm.run("pull")
    assert "deleted in Actionstep" in firm.hints()["20015"]


def test_tokens_are_not_in_the_database_in_clear(firm: Firm) -> None:
    with closing(sqlite3.connect(firm.practice.home / "counterfoil.sqlite3")) as database:
        (kept,) = database.execute("select access_token, refresh_token from web_actionstep")
    for token in firm.simulator.grants._access:
        assert token.encode() not in b"".join(kept)
    assert all(len(each) > 40 for each in kept)


def test_the_firms_rule_divides_bills_to_come(firm: Firm) -> None:
    for wrong in (("--split", "untaxed"), ("--percent", "nan"), ("--percent", "101")):
        assert firm.practice.run("actionstep", "rule", *wrong).status == 1
    rule = ("--split", "untaxed", "--percent", "10", "--income", "4-1000", "--from", "2026-01-01")
    told = firm.run("rule", *rule)
    assert (told["income"], told["from"]) == ("4-1000", "2026-01-01")
    firm.bill("D1", "150.00", "10.00", invoiceDate=dt.date(2026, 2, 1))
    firm.run("pull")
    ((_, _, body),) = firm.document("D1")
    assert [(one["account"], one["tax_code"], one["total"]) for one in body["lines"]] == [
        ("4-1000", "GST", "100.00"),
        ("DISBURSEMENTS", "FREE", "50.00"),
    ]


def test_divisions_go_each_to_its_xero_organisation(firm: Firm) -> None:
    north = another_organisation(firm.practice, "north")
    rows = firm.simulator.rows
    contact = str(rows.add("participants", TODAY, displayName="Harbour North").id)
    division = str(rows.add("divisions", TODAY, {"participant": contact}).id)
    firm.bill("N1", "10.00", links={"division": division})
    assert firm.run("pull")["new"] == 0
    assert f"Division {division} goes to no Xero organisation" in firm.troubles()["N1"]
    (shown,) = firm.run("status")["divisions"]
    assert shown == {
        "id": division,
        "title": f"{division} Harbour North",
        "organisation": None,
    }
    firm.run("division", division, "--organisation", north)
    firm.division = division
    assert firm.run("pull")["new"] == 1
    assert len(firm.document("N1", north)) == 1


def test_a_pull_goes_on_where_it_stopped_and_says_what_is_absent(firm: Firm) -> None:
    for number in range(201):
        firm.bill(f"B{number}", "1.00", links={"division": firm.division})
    quick = firm.simulator.faults
    quick.extend([simulators.throttled(7)])
    said = firm.practice.run("actionstep", "pull")
    assert said.status == 3
    assert "7 seconds" in said.err
    assert firm.run("pull")["new"] == 201
    lacks = " ".join(firm.run("status")["lacks"])
    assert "does not have: its chart of accounts" in lacks
    assert "not asked for: time entries, tax codes" in lacks
    shown = firm.practice.run("actionstep", "status")
    assert "It does not give:" in shown.out
    firm.simulator.grants.revoke()
    firm.simulator.grants._access.clear()
    assert firm.practice.run("actionstep", "pull").status == 3
    assert "Not connected" in firm.run("status")["connection"]
    assert firm.practice.run("verify-audit").status == 0
