from __future__ import annotations

from decimal import Decimal

from sandbox.tests.books.cast import Firm, Reply, line
from xero_sandbox.books import ledger_lines


def _cells(reply: Reply, section: str) -> dict[str, list[str]]:
    rows = reply.rows("Reports")[0]["Rows"]
    found = next(row for row in rows if row.get("Title") == section)
    return {r["Cells"][0]["Value"]: [c["Value"] for c in r["Cells"][1:]] for r in found["Rows"]}


def test_the_trial_balance_sums_the_ledger(firm: Firm) -> None:
    firm.invoice("100.00", Date="2026-10-05")
    firm.pay(firm.invoice("50.00"), "55.00")
    reply = firm.get("Reports/TrialBalance", date="2026-11-30")
    assert _cells(reply, "Revenue") == {"Sales (200)": ["", "50.00", "", "150.00"]}
    assert _cells(reply, "Assets") == {
        "Business Bank Account (090)": ["55.00", "", "55.00", ""],
        "Accounts Receivable (610)": ["0.00", "", "110.00", ""],
    }
    assert _cells(reply, "") == {"Total": ["55.00", "55.00", "165.00", "165.00"]}


def test_every_cell_of_the_trial_balance_names_its_account(firm: Firm) -> None:
    firm.invoice("100.00")
    row = firm.get("Reports/TrialBalance").rows("Reports")[0]["Rows"][1]["Rows"][0]
    named = [cell["Attributes"] for cell in row["Cells"]]
    assert named == [[{"Id": "account", "Value": firm.account("200")}]] * 5


def test_a_new_year_closes_into_retained_earnings(firm: Firm) -> None:
    firm.invoice("100.00", Date="2026-06-30")
    reply = firm.get("Reports/TrialBalance", date="2026-07-01")
    assert _cells(reply, "Equity")["Retained Earnings (960)"][3] == "100.00"
    assert not any(row.get("Title") == "Revenue" for row in reply.rows("Reports")[0]["Rows"])


def test_the_bank_summary_forgets_deleted_payments(firm: Firm) -> None:
    kept = firm.pay(firm.invoice("100.00"), "60.00").rows("Payments")[0]
    firm.pay(firm.invoice("20.00"), "22.00")
    firm.post(f"Payments/{kept['PaymentID']}", {"Status": "DELETED"})
    reply = firm.get("Reports/BankSummary", fromDate="2026-11-01", toDate="2026-11-30")
    assert _cells(reply, "")["Business Bank Account"] == ["0.00", "22.00", "0.00", "22.00"]


def test_a_report_date_that_is_none_is_refused(firm: Firm) -> None:
    assert firm.get("Reports/TrialBalance", date="yesterday").status == 400


def test_a_journal_that_does_not_balance_is_refused(firm: Firm) -> None:
    sent = {
        "Narration": "J-1 | correction",
        "Status": "POSTED",
        "JournalLines": [_entry("100.00", "850"), _entry("-10.00", "453")],
    }
    assert firm.put("ManualJournals", sent).messages == [
        "The total debits (100.00) must equal total credits (-10.00)"
    ]


def test_a_posted_journal_stands_until_it_is_voided(firm: Firm) -> None:
    sent = {
        "Narration": "J-2 | correction",
        "Date": "2026-11-05",
        "Status": "POSTED",
        "JournalLines": [_entry("100.00", "850"), _entry("-100.00", "453")],
    }
    row = firm.put("ManualJournals", sent).rows("ManualJournals")[0]
    assert firm.balance("850") == Decimal(100)
    firm.post(f"ManualJournals/{row['ManualJournalID']}", {"Status": "VOIDED"})
    assert firm.balance("850") == 0


def test_a_journal_whose_lines_cancel_out_still_stands_in_the_ledger(firm: Firm) -> None:
    there_and_back = ("70.00", "850"), ("-70.00", "453"), ("70.00", "453"), ("-70.00", "850")
    sent = {
        "Narration": "J-4 | through and back",
        "Date": "2026-11-05",
        "Status": "POSTED",
        "JournalLines": [_entry(amount, code) for amount, code in there_and_back],
    }
    row = firm.put("ManualJournals", sent).rows("ManualJournals")[0]

    lines = [
        one for one in ledger_lines(firm.organisation) if one["source_id"] == row["ManualJournalID"]
    ]
    assert [(one["account_code"], one["debit"], one["credit"]) for one in lines] == [
        ("850", "70.00", "0.00"),
        ("453", "0.00", "70.00"),
        ("453", "70.00", "0.00"),
        ("850", "0.00", "70.00"),
    ]


def test_a_journal_is_found_by_its_narration(firm: Firm) -> None:
    lines = [_entry("1.00", "850"), _entry("-1.00", "453")]
    for narration in ("J-3 | x", "J-33 | y"):
        firm.put("ManualJournals", {"Narration": narration, "JournalLines": lines})
    found = firm.get("ManualJournals", where='Narration.StartsWith("J-3 | ")', page="1")
    assert [row["Narration"] for row in found.rows("ManualJournals")] == ["J-3 | x"]


def test_a_journal_keeps_off_banks_controls_and_retained_earnings(firm: Firm) -> None:
    for code in ("090", "610", "800", "960"):
        lines = [_entry("1.00", code), _entry("-1.00", "453")]
        sent = {"Narration": "no", "Status": "POSTED", "JournalLines": lines}
        assert f"Account code '{code}' is not" in firm.put("ManualJournals", sent).messages[0]


def test_tax_on_a_journal_reaches_the_tax_account(firm: Firm) -> None:
    lines = [
        _entry("100.00", "453", TaxType="INPUT"),
        _entry("-110.00", "850", TaxType="BASEXCLUDED"),
    ]
    sent = {
        "Narration": "with tax",
        "Status": "POSTED",
        "LineAmountTypes": "Exclusive",
        "JournalLines": lines,
    }
    assert firm.put("ManualJournals", sent).status == 200
    assert firm.balance("820") == Decimal(10)


def _entry(amount: str, code: str, **fields: str) -> dict[str, str]:
    return {"LineAmount": amount, "AccountCode": code, **fields}


def test_discounts_come_off_the_line(firm: Firm) -> None:
    sent = firm.draft()
    sent["LineItems"] = [line("100.00", DiscountRate="12.5")]
    shown = firm.put("Invoices", sent).rows("Invoices")[0]
    assert (shown["SubTotal"], shown["IsDiscounted"]) == (Decimal("87.50"), True)
