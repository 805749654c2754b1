"""Invoices that were paid in Xero before the practice's receipt arrived."""

from __future__ import annotations

from tests.cli.scene import Document, Practice, Xero, a_minute_later, bill, party, receipt


def pay(xero: Xero, name: str, amount: str, date: str, account: str = "090") -> str:
    """Pay an invoice in Xero, as its bank feed does."""
    (invoice,) = xero.ask("GET", "/Invoices", InvoiceNumbers=f"INV-{name}")["Invoices"]
    payment = {
        "Invoice": {"InvoiceID": invoice["InvoiceID"]},
        "Account": {"Code": account},
        "Date": date,
        "Amount": amount,
    }
    made: Document = xero.ask("PUT", "/Payments", body=payment)["Payments"][0]
    return str(made["PaymentID"])


def payments(xero: Xero, name: str) -> list[str]:
    (invoice,) = xero.ask("GET", "/Invoices", InvoiceNumbers=f"INV-{name}", page="1")["Invoices"]
    return [str(one["PaymentID"]) for one in invoice["Payments"]]


def test_the_payment_that_the_feed_entered_is_taken_as_ours(practice: Practice, xero: Xero) -> None:
    practice.take(bill("feed"), bill("plain"))
    assert practice.run("post").status == 0
    found = pay(xero, "feed", "100.00", "2026-06-22")
    before = len(xero.calls())
    practice.take(receipt("feed"), receipt("plain"))
    said = practice.run("post", "--json")
    assert (said.status, said.json["refused"], said.json["held"]) == (0, 0, 0)
    reads = [path for method, path in xero.calls()[before:] if method == "GET"]
    assert sorted(path.split("/")[1] for path in reads) == [
        "BankTransactions",
        "Invoices",
        "Invoices",
        "Organisation",
        "Payments",
        "Payments",
    ]
    assert payments(xero, "feed") == [found]
    assert practice.problems() == {}
    shown = practice.run("show", "r-feed", "--json").json[0]
    assert [one["code"] for one in shown["findings"]] == ["payment_found_in_xero"]
    assert practice.run("drift", "--json").json["drift"] == []
    assert practice.run("reconcile").status == 0
    assert practice.run("unlink", "r-feed", "--json").json["unlinked"] == 1
    assert practice.run("relink", "r-feed", found).status == 0


def test_a_person_is_asked_where_it_is_not_surely_ours(practice: Practice, xero: Xero) -> None:
    practice.take(bill("late"), bill("parts"), bill("split"))
    assert practice.run("post").status == 0
    late = pay(xero, "late", "100.00", "2026-06-28")
    pay(xero, "parts", "60.00", "2026-06-20")
    pay(xero, "parts", "40.00", "2026-06-20")
    practice.take(receipt("late"), receipt("parts"))
    said = practice.run("post", "--json")
    assert (said.status, said.json["refused"], said.json["held"]) == (1, 0, 2)
    assert sorted(practice.problems()["already_paid_in_xero"]) == ["r-late", "r-parts"]
    findings = practice.run("show", "r-late", "--json").json[0]["findings"]
    assert late in findings[0]["message"]
    assert practice.run("relink", "r-late", late).status == 0
    for one in payments(xero, "parts"):
        xero.ask("POST", f"/Payments/{one}", body={"Status": "DELETED"})
    practice.run("post")
    states = [
        practice.run("show", name, "--json").json[0]["state"] for name in ("r-late", "r-parts")
    ]
    assert states == ["posted", "posted"]


def test_a_payment_on_another_bill_of_the_client_is_asked_about_with_three_ways_out(
    practice: Practice, xero: Xero
) -> None:
    a_minute_later(practice, xero)
    names = ("anew", "gone", "moved")
    others = [bill(f"{name}-b", client=party(name)) for name in names]
    practice.take(*(bill(name) for name in names), *others)
    assert practice.run("post").status == 0
    found = {name: pay(xero, f"{name}-b", "100.00", "2026-06-22") for name in names}
    practice.take(*map(receipt, names))
    assert practice.run("post", "--json").json["held"] == 3
    assert sorted(practice.problems()["already_applied_in_xero"]) == ["r-anew", "r-gone", "r-moved"]
    asked = practice.run("show", "r-anew", "--json").json[0]["findings"][0]
    assert f"100.00 of 2026-06-22 on INV-anew-b ({found['anew']})" in asked["message"]
    assert [payments(xero, name) for name in names] == [[], [], []]

    a_minute_later(practice, xero)
    assert practice.run("retry", "--all", "--other-money").status == 2
    assert practice.run("retry", "r-anew", "--other-money", "--json").json["retried"] == 1
    xero.ask("POST", f"/Payments/{found['gone']}", body={"Status": "DELETED"})
    elsewhere = [{"bill": "b-moved-b", "amount": "100.00"}]
    practice.take(receipt("moved", allocations=elsewhere, revision=2))
    assert practice.run("post").status == 0
    assert [len(payments(xero, name)) for name in names] == [1, 1, 0]
    assert payments(xero, "moved-b") == [found["moved"]]
    said = practice.run("show", "r-anew", "--json").json[0]["findings"]
    assert [one["code"] for one in said] == ["other_money_in_xero"]
