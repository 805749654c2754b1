"""Balance sheet, profit and loss, aged reports, and the cash basis of all of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox.tests.books.cast import Body, Firm, Reply, dollars, line
from xero_sandbox.books import change_settings

ACCRUAL, CASH = "false", "true"


def _rows(reply: Reply) -> dict[str, list[str]]:
    """All rows of a report by their first cell, sections and their titles aside."""
    assert reply.status == 200, reply.body
    found: dict[str, list[str]] = {}
    for part in reply.rows("Reports")[0]["Rows"]:
        for row in part.get("Rows", []):
            name, *values = [cell["Value"] for cell in row["Cells"]]
            found[name] = values
    return found


def _heads(reply: Reply) -> list[str]:
    return [cell["Value"] for cell in reply.rows("Reports")[0]["Rows"][0]["Cells"]]


def _titles(reply: Reply) -> list[str]:
    return [part["Title"] for part in reply.rows("Reports")[0]["Rows"][1:]]


def _profit(firm: Firm, basis: str = ACCRUAL, **query: str) -> dict[str, list[str]]:
    asked = {"paymentsOnly": basis, **query}
    return _rows(firm.call("GET", "Reports/ProfitAndLoss", query=asked))


def _balance(firm: Firm, code: str, basis: str) -> Decimal:
    cents = firm.organisation.ledger.balance(firm.account(code), 10**7, cash=basis == CASH)
    return Decimal(cents) / 100


def test_profit_is_income_less_cost_and_expenses(firm: Firm) -> None:
    firm.invoice("100.00")
    bill = firm.draft(Type="ACCPAY", LineItems=[line("30.00", sales=False, AccountCode="310")])
    rent = firm.draft(Type="ACCPAY", LineItems=[line("20.00", sales=False, AccountCode="469")])
    firm.put("Invoices", bill, rent)
    reply = firm.get("Reports/ProfitAndLoss")
    rows = _rows(reply)
    assert _titles(reply) == ["Income", "Less Cost of Sales", "", "Less Operating Expenses", ""]
    assert (rows["Total Income"], rows["Total Cost of Sales"]) == (["100.00"], ["30.00"])
    assert (rows["Gross Profit"], rows["Net Profit"]) == (["70.00"], ["50.00"])


def test_profit_of_a_month_leaves_other_months_out(firm: Firm) -> None:
    firm.invoice("100.00", Date="2026-09-30")
    firm.invoice("40.00", Date="2026-10-31")
    reply = firm.get("Reports/ProfitAndLoss", fromDate="2026-10-01", toDate="2026-10-31")
    report = reply.rows("Reports")[0]
    assert report["ReportTitles"] == [
        "Profit & Loss",
        "Byron & Babbage",
        "1 October 2026 to 31 October 2026",
    ]
    assert _rows(reply)["Sales"] == ["40.00"]


def test_months_can_be_compared(firm: Firm) -> None:
    firm.invoice("100.00", Date="2026-09-30")
    firm.invoice("40.00", Date="2026-10-31")
    asked = {"fromDate": "2026-10-01", "toDate": "2026-10-31", "periods": "2"}
    reply = firm.call("GET", "Reports/ProfitAndLoss", query={**asked, "timeframe": "MONTH"})
    assert _heads(reply) == ["", "31 Oct 26", "30 Sep 26", "31 Aug 26"]
    assert _rows(reply)["Sales"] == ["40.00", "100.00", "0.00"]


def test_the_balance_sheet_balances_and_names_this_years_result(firm: Firm) -> None:
    firm.invoice("100.00", Date="2026-06-30")
    firm.pay(firm.invoice("50.00"), "55.00")
    reply = firm.get("Reports/BalanceSheet", date="2026-11-30")
    rows = _rows(reply)
    assert _heads(reply) == ["", "30 Nov 2026", "30 Nov 2025"]
    assert rows["Total Bank"] == ["55.00", "0.00"]
    assert (rows["Total Assets"], rows["Total Liabilities"]) == (
        ["165.00", "0.00"],
        ["15.00", "0.00"],
    )
    assert rows["Current Year Earnings"] == ["50.00", "0.00"]
    assert rows["Retained Earnings"] == ["100.00", "0.00"]
    assert rows["Net Assets"] == rows["Total Equity"] == ["150.00", "0.00"]


def test_balance_sheets_of_several_quarters_stand_side_by_side(firm: Firm) -> None:
    firm.invoice("100.00", Date="2026-06-30")
    reply = firm.get("Reports/BalanceSheet", date="2026-09-30", periods="2", timeframe="QUARTER")
    assert _heads(reply) == ["", "30 Sep 2026", "30 Jun 2026", "31 Mar 2026"]
    assert _rows(reply)["Net Assets"] == ["100.00", "100.00", "0.00"]


def test_this_years_result_says_which_dates_it_spans(firm: Firm) -> None:
    firm.invoice("50.00")
    report = firm.get("Reports/BalanceSheet", date="2026-11-30").rows("Reports")[0]
    equity = report["Rows"][-1]["Rows"][0]["Cells"][1]
    assert [(one["Id"], one["Value"]) for one in equity["Attributes"][1:]] == [
        ("fromDate", "7/1/2026"),
        ("toDate", "11/30/2026"),
    ]


def test_an_unpaid_invoice_is_no_income_on_cash_basis(firm: Firm) -> None:
    firm.invoice("100.00")
    assert _profit(firm)["Net Profit"] == ["100.00"]
    assert _profit(firm, CASH)["Net Profit"] == ["0.00"]


def test_a_part_payment_is_income_in_proportion_on_cash_basis(firm: Firm) -> None:
    sent = firm.draft()
    sent["LineItems"] = [line("60.00"), line("40.00", AccountCode="260")]
    firm.pay(firm.put("Invoices", sent).rows("Invoices")[0], "55.00")
    rows = _profit(firm, CASH)
    assert (rows["Sales"], rows["Other Revenue"]) == (["30.00"], ["20.00"])
    assert [_balance(firm, code, CASH) for code in ("090", "610", "820")] == [55, 0, -5]
    assert [_balance(firm, code, ACCRUAL) for code in ("090", "610", "820")] == [55, 55, -10]


def test_parts_that_come_and_go_leave_no_cent_behind_on_cash_basis(firm: Firm) -> None:
    sent = firm.draft()
    sent["LineItems"] = [line("33.33"), line("33.33", AccountCode="260"), line("0.01")]
    invoice = firm.put("Invoices", sent).rows("Invoices")[0]
    first = firm.pay(invoice, "0.07").rows("Payments")[0]
    firm.pay(invoice, "31.13")
    firm.post(f"Payments/{first['PaymentID']}", {"Status": "DELETED"})
    firm.pay(invoice, "42.20")
    for code in ("200", "260", "820"):
        assert _balance(firm, code, CASH) == _balance(firm, code, ACCRUAL)
    assert _balance(firm, "610", CASH) == 0


def test_a_prepayment_that_was_used_in_parts_leaves_its_accounts_at_nil(firm: Firm) -> None:
    kept = firm.put(
        "BankTransactions",
        {
            "Type": "RECEIVE-PREPAYMENT",
            "Contact": {"ContactID": firm.contact()},
            "BankAccount": {"Code": "090"},
            "LineAmountTypes": "NoTax",
            "LineItems": [line("0.01", AccountCode="850"), line("0.02", AccountCode="881")],
        },
    ).rows("BankTransactions")[0]
    path = f"Prepayments/{kept['PrepaymentID']}/Allocations"
    used = [_use(firm, path, "0.01") for _ in range(2)]
    firm.call("DELETE", f"{path}/{used[0]}")
    _use(firm, path, "0.02")
    assert firm.balances("850", "881") == dollars(0, 0)


def _use(firm: Firm, path: str, amount: str) -> str:
    invoice = firm.invoice("10.00")
    sent = {"Invoice": {"InvoiceID": invoice["InvoiceID"]}, "Amount": amount}
    made: str = firm.put(path, sent).rows("Allocations")[0]["AllocationID"]
    return made


def test_credit_counts_on_cash_basis_when_it_is_applied(firm: Firm) -> None:
    invoice = firm.invoice("100.00")
    note = firm.put("CreditNotes", firm.draft("30.00", Type="ACCRECCREDIT")).rows("CreditNotes")[0]
    sent = {"Invoice": {"InvoiceID": invoice["InvoiceID"]}, "Amount": "33.00"}
    firm.put(f"CreditNotes/{note['CreditNoteID']}/Allocations", sent)
    assert _profit(firm, CASH)["Net Profit"] == ["0.00"]
    firm.pay(invoice, "77.00")
    assert _profit(firm, CASH)["Net Profit"] == _profit(firm)["Net Profit"] == ["70.00"]


def test_lines_that_cancel_out_count_on_both_bases(firm: Firm) -> None:
    sent = firm.draft()
    sent["LineItems"] = [line("50.00"), line("-50.00", AccountCode="260")]
    firm.put("Invoices", sent)
    assert _profit(firm, CASH)["Sales"] == _profit(firm)["Sales"] == ["50.00"]


def test_an_account_changed_on_a_paid_invoice_changes_on_cash_basis_too(firm: Firm) -> None:
    invoice = firm.invoice("100.00")
    firm.pay(invoice, "110.00")
    again = {**invoice["LineItems"][0], "AccountCode": "260"}
    firm.post(f"Invoices/{invoice['InvoiceID']}", {"LineItems": [again]})
    assert [_balance(firm, code, CASH) for code in ("200", "260")] == [0, -100]


def test_a_journal_may_stay_off_the_cash_basis(firm: Firm) -> None:
    entries = [
        {"LineAmount": one, "AccountCode": code} for one, code in (("9", "453"), ("-9", "850"))
    ]
    firm.put(
        "ManualJournals",
        {
            "Narration": "accrued",
            "Status": "POSTED",
            "ShowOnCashBasisReports": False,
            "JournalLines": entries,
        },
    )
    assert [_balance(firm, "453", basis) for basis in (ACCRUAL, CASH)] == [9, 0]


def _aged(firm: Firm, name: str = "Receivables", **query: str) -> Body:
    asked = {"contactId": firm.contact(), **query}
    return firm.call("GET", f"Reports/Aged{name}ByContact", query=asked).rows("Reports")[0]


def _cells(row: Body) -> list[str]:
    return [cell["Value"] for cell in row["Cells"]]


def test_receivables_of_a_contact_are_listed_by_invoice(firm: Firm) -> None:
    late = firm.invoice("100.00", Date="2026-10-01", DueDate="2026-10-31", InvoiceNumber="B-1")
    firm.pay(late, "10.00")
    firm.invoice("50.00", Date="2026-11-02", DueDate="2026-12-02", InvoiceNumber="B-2")
    report = _aged(firm, date="2026-11-30")
    assert report["ReportTitles"] == [
        "Invoices",
        "Ada Byron",
        "From 1 October 2026 to 30 November 2026",
        "Showing payments to 30 November 2026",
    ]
    opening, (first, second, total), (closing,) = (part["Rows"] for part in report["Rows"][1:])
    assert _cells(opening[0])[1::6] == ["Opening Balance", "0.00"]
    assert _cells(first) == [
        "2026-10-01T00:00:00", "B-1", "2026-10-31T00:00:00", "30 days overdue",
        "110.00", "10.00", "0.00", "100.00",
    ]  # fmt: skip
    assert _cells(second)[3:] == ["", "55.00", "0.00", "0.00", "55.00"]
    assert _cells(total)[4:] == _cells(closing)[4:] == ["165.00", "10.00", "0.00", "155.00"]
    named = {a["Value"] for cell in first["Cells"] for a in cell["Attributes"]}
    assert named == {late["InvoiceID"]}


def test_aged_reports_show_what_was_owed_on_their_date(firm: Firm) -> None:
    firm.pay(firm.invoice("100.00", Date="2026-10-01"), "110.00", Date="2026-11-10")
    assert _cells(_aged(firm, date="2026-11-09")["Rows"][-1]["Rows"][0])[-1] == "110.00"
    assert _cells(_aged(firm, date="2026-11-10")["Rows"][-1]["Rows"][0])[-1] == "0.00"


def test_what_was_owed_before_is_the_opening_balance(firm: Firm) -> None:
    firm.invoice("100.00", Date="2026-10-01")
    report = _aged(firm, fromDate="2026-11-01", date="2026-11-30")
    assert _cells(report["Rows"][1]["Rows"][0])[-1] == "110.00"
    assert _cells(report["Rows"][-1]["Rows"][0])[-1] == "110.00"


def test_payables_have_a_report_of_their_own(firm: Firm) -> None:
    firm.invoice("20.00", Type="ACCPAY", InvoiceNumber="S-9")
    report = _aged(firm, "Payables")
    assert report["ReportName"] == "Aged Payables By Contact"
    assert _cells(report["Rows"][0])[1] == "Reference"
    assert _cells(report["Rows"][2]["Rows"][0])[1::6] == ["S-9", "22.00"]


def test_a_foreign_invoice_is_aged_at_its_value_in_the_ledger(firm: Firm) -> None:
    change_settings(firm.organisation, {"currencies": ["AUD", "USD"]})
    invoice = firm.invoice("100.00", CurrencyCode="USD", CurrencyRate="0.5")
    firm.pay(invoice, "55.00", CurrencyRate="0.4")
    closing = _aged(firm, date="2026-11-30")["Rows"][-1]["Rows"][0]
    assert _cells(closing)[4:] == ["220.00", "110.00", "0.00", "110.00"]


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("ProfitAndLoss", {"periods": "13"}),
        ("ProfitAndLoss", {"periods": "none"}),
        ("ProfitAndLoss", {"timeframe": "WEEK"}),
        ("ProfitAndLoss", {"paymentsOnly": "perhaps"}),
        ("ProfitAndLoss", {"fromDate": "2026-11-30", "toDate": "2026-11-01"}),
        ("ProfitAndLoss", {"fromDate": "2025-01-01", "toDate": "2026-11-01"}),
        ("ProfitAndLoss", {"trackingCategoryID": "x"}),
        ("BalanceSheet", {"date": "31/12/2026"}),
        ("AgedReceivablesByContact", {}),
        ("AgedPayablesByContact", {"contactId": "Ada"}),
    ],
)
def test_a_report_that_cannot_be_made_is_refused(
    firm: Firm, name: str, query: dict[str, str]
) -> None:
    assert firm.call("GET", f"Reports/{name}", query=query).status == 400


def test_reports_on_a_contact_of_somebody_else_are_not_found(firm: Firm, nz_firm: Firm) -> None:
    reply = firm.get("Reports/AgedReceivablesByContact", contactId=nz_firm.contact())
    assert reply.status == 404


def test_a_foreign_invoice_paid_in_parts_leaves_no_cent_on_the_control_account(firm: Firm) -> None:
    change_settings(firm.organisation, {"currencies": ["AUD", "USD"]})
    invoice = firm.invoice("90.00", CurrencyCode="USD", CurrencyRate="0.7")
    for _ in range(3):
        firm.pay(invoice, "33.00")
    assert firm.balances("610", "499") == (Decimal(0), Decimal("0.01"))
    assert _balance(firm, "200", CASH) == _balance(firm, "200", ACCRUAL)
