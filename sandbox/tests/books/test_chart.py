from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from sandbox.tests.books.cast import Body, Firm, line
from sandbox.tests.books.schemas import need_spec
from xero_sandbox.books import (
    SettingError,
    change_settings,
    ledger_lines,
    merge_contacts,
    new_organisation,
    refusals,
)
from xero_sandbox.books.charts.countries import BY_COUNTRY
from xero_sandbox.books.refusals import CATALOGUE
from xero_sandbox.ids import Ids

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_answers_are_validated_against_xeros_own_file(firm: Firm) -> None:
    need_spec()
    for path in ("Organisation", "Accounts", "TaxRates", "Currencies", "Organisation/Actions"):
        assert firm.get(path).status == 200


@pytest.mark.parametrize("country", BY_COUNTRY)
def test_every_chart_has_what_the_books_need(country: str) -> None:
    organisation = new_organisation("Firm", country, ids=Ids(1), now=NOW)
    assert {"DEBTORS", "CREDITORS", "GST", "ROUNDING", "RETAINEDEARNINGS"} <= set(
        organisation.system
    )
    banks = [one for one in organisation.accounts.values() if one.kind == "BANK"]
    assert len(banks) >= 2
    assert all(one.code for one in banks)
    used = {one.tax_type for one in organisation.accounts.values()}
    assert used <= set(organisation.tax_rates)


def test_a_country_without_a_chart_is_named() -> None:
    with pytest.raises(ValueError, match="XX"):
        new_organisation("Firm", "XX", ids=Ids(1), now=NOW)


def test_the_books_can_be_kept_and_opened_again(firm: Firm) -> None:
    firm.invoice("1.00")
    opened = pickle.loads(pickle.dumps(firm.organisation))
    firm.organisation = opened
    assert firm.invoice("2.00")["InvoiceNumber"] == "INV-0002"


def test_a_bank_account_may_lack_a_code(firm: Firm) -> None:
    sent = {"Name": "Old Trust", "Type": "BANK", "BankAccountNumber": "123"}
    assert "Code" not in firm.put("Accounts", sent).rows("Accounts")[0]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"Name": "Sales"}, "Please enter a unique Name."),
        ({"Code": "12345678901"}, "Account Code is too long. Maximum of 10 characters allowed"),
        ({"Code": "200"}, "Please enter a unique Code."),
        (
            {"TaxType": "OUTPUT"},
            "The TaxType code 'OUTPUT' cannot be used with account code '555'.",
        ),
    ],
)
def test_an_account_that_xero_would_not_take(firm: Firm, fields: Body, message: str) -> None:
    sent = {"Code": "555", "Name": "New", "Type": "EXPENSE", **fields}
    assert message in firm.put("Accounts", sent).messages


def test_an_archived_account_takes_no_lines(firm: Firm) -> None:
    path = f"Accounts/{firm.account('260')}"
    assert firm.post(path, {"Status": "ARCHIVED"}).status == 200
    sent = firm.draft()
    sent["LineItems"] = [line("1.00", AccountCode="260")]
    assert "has been archived" in firm.put("Invoices", sent).messages[0]


def test_a_used_account_is_not_deleted_and_a_system_account_never(firm: Firm) -> None:
    firm.invoice("1.00")
    assert firm.call("DELETE", f"Accounts/{firm.account('200')}").status == 400
    assert firm.call("DELETE", f"Accounts/{firm.account('610')}").status == 400
    assert firm.call("DELETE", f"Accounts/{firm.account('260')}").status == 200
    assert firm.get(f"Accounts/{firm.organisation.system['GST']}").status == 200


def test_a_status_comes_without_details_even_where_they_stay_as_they_are(firm: Firm) -> None:
    (account,) = firm.get(f"Accounts/{firm.account('260')}").rows("Accounts")
    for status in ("ACTIVE", "ARCHIVED"):
        sent = {"AccountID": account["AccountID"], "Name": account["Name"], "Status": status}
        assert firm.post("Accounts", sent).messages == [
            "Cannot update account details and STATUS on the same request"
        ]


def test_an_archived_account_is_restored_before_it_is_changed(firm: Firm) -> None:
    path = f"Accounts/{firm.account('260')}"
    firm.post(path, {"Status": "ARCHIVED"})
    refused = firm.post(path, {"Name": "Fees"})
    assert refused.messages == ["Can only update STATUS on Archived accounts"]
    for change in ({"Status": "ACTIVE"}, {"Name": "Fees"}):
        assert firm.post(path, change).status == 200


@pytest.mark.parametrize("use", ["a line", "a draft", "money", "a journal", "an account", "nobody"])
def test_a_tax_rate_is_deleted_only_while_nobody_uses_it(firm: Firm, use: str) -> None:
    parts = [{"Name": "Duty", "Rate": "2.25"}]
    own = {"Name": "Duty", "ReportTaxType": "BASEXCLUDED", "TaxComponents": parts}
    named = {"TaxType": firm.put("TaxRates", own).rows("TaxRates")[0]["TaxType"]}
    entries = [
        {"LineAmount": amount, "AccountCode": "850", **named} for amount in ("10.00", "-10.00")
    ]
    uses: dict[str, Callable[[], object]] = {
        "a line": lambda: firm.invoice(LineItems=[line("1.00", **named)]),
        "a draft": lambda: firm.invoice(LineItems=[line("1.00", **named)], Status="DRAFT"),
        "money": lambda: firm.banked("SPEND", LineItems=[line("1.00", **named)]),
        "a journal": lambda: firm.journal(JournalLines=entries, LineAmountTypes="Exclusive"),
        "an account": lambda: firm.post(f"Accounts/{firm.account('850')}", named),
        "nobody": lambda: None,
    }
    uses[use]()
    reply = firm.post("TaxRates", {**named, "Status": "DELETED"})
    assert reply.status == (200 if use == "nobody" else 400), reply.body
    assert firm.post("TaxRates", {**named, "Status": "ARCHIVED"}).status == 200


def test_tracking_is_named_on_lines(firm: Firm) -> None:
    reply = firm.put("TrackingCategories", {"Name": "Office", "Options": [{"Name": "Sydney"}]})
    category = reply.rows("TrackingCategories")[0]
    firm.put(f"TrackingCategories/{category['TrackingCategoryID']}/Options", {"Name": "Perth"})
    sent = firm.draft()
    sent["LineItems"] = [line("1.00", Tracking=[{"Name": "Office", "Option": "Perth"}])]
    shown = firm.put("Invoices", sent).rows("Invoices")[0]["LineItems"][0]["Tracking"]
    assert shown[0]["Option"] == "Perth"
    sent["LineItems"] = [line("1.00", Tracking=[{"Name": "Office", "Option": "Mars"}])]
    assert firm.put("Invoices", sent).status == 400


def test_a_contact_is_unique_by_name_and_number(firm: Firm) -> None:
    firm.put("Contacts", {"Name": "Ada", "ContactNumber": "c-1"})
    again = firm.put("Contacts", {"Name": "ada", "ContactNumber": "c-1"})
    assert again.messages == [
        (
            "The contact name ada is already assigned to another contact. The contact name must be"
            " unique across all active contacts."
        ),
        "Another contact has this contact number. Please enter a different contact number.",
    ]


def test_post_changes_the_contact_that_put_would_refuse(firm: Firm) -> None:
    firm.put("Contacts", {"Name": "Ada", "ContactNumber": "c-1"})
    firm.post("Contacts", {"ContactNumber": "c-1", "EmailAddress": "ada@example.com"})
    shown = firm.get("Contacts/c-1").rows("Contacts")[0]
    assert (shown["Name"], shown["EmailAddress"]) == ("Ada", "ada@example.com")


def test_persons_that_are_not_sent_again_are_gone(firm: Firm) -> None:
    named = firm.contact()
    people = [{"FirstName": "Lord"}, {"FirstName": "Lady"}]
    firm.post("Contacts", {"ContactID": named, "ContactPersons": people})
    firm.invoice("1.00", Contact={"ContactID": named, "ContactPersons": people[:1]})
    shown = firm.get(f"Contacts/{named}").rows("Contacts")[0]
    assert [one["FirstName"] for one in shown["ContactPersons"]] == ["Lord"]


def test_an_archived_contact_gets_no_invoice(firm: Firm) -> None:
    named = firm.contact()
    firm.post("Contacts", {"ContactID": named, "ContactStatus": "ARCHIVED"})
    assert firm.get("Contacts").rows("Contacts") == []
    assert len(firm.get("Contacts", includeArchived="true").rows("Contacts")) == 1
    reply = firm.put("Invoices", firm.draft("1.00", Contact={"ContactID": named}))
    assert "has been archived" in reply.messages[0]


def test_a_merged_contact_says_where_it_went(firm: Firm) -> None:
    firm.put("Contacts", {"Name": "Old", "ContactNumber": "old"})
    into = firm.contact()
    gone = firm.get("Contacts/old").rows("Contacts")[0]["ContactID"]
    merge_contacts(firm.organisation, gone, into)
    assert firm.get("Contacts/old").rows("Contacts")[0]["MergedToContactID"] == into
    assert firm.post("Contacts", {"Name": "New", "ContactNumber": "old"}).status == 400


@pytest.mark.parametrize("body", [{"lock": 1}, {"adviser": 1}, {"tier": "gold"}, {"salesCap": -1}])
def test_a_wrong_setting_is_refused_in_words(firm: Firm, body: Body) -> None:
    with pytest.raises(SettingError, match=next(iter(body))):
        change_settings(firm.organisation, body)


def test_a_setting_may_be_written_as_the_caller_likes(firm: Firm) -> None:
    change_settings(firm.organisation, {"PeriodLockDate": "2026-06-30", "sales_cap": 3})
    assert firm.organisation.settings.sales_cap == 3
    assert "PeriodLockDate" in firm.get("Organisation").rows("Organisations")[0]


def test_the_ledger_can_be_read_from_outside(firm: Firm) -> None:
    firm.invoice("10.00", InvoiceNumber="L-1")
    rows = ledger_lines(firm.organisation)
    assert {row["account_code"]: (row["debit"], row["credit"]) for row in rows} == {
        "200": ("0.00", "10.00"),
        "820": ("0.00", "1.00"),
        "610": ("11.00", "0.00"),
    }
    assert {row["reference"] for row in rows} == {"L-1"}


def test_new_zealand_has_its_own_tax(nz_firm: Firm) -> None:
    sent = nz_firm.draft()
    sent["LineItems"] = [line("100.00", TaxType="OUTPUT2")]
    shown = nz_firm.put("Invoices", sent).rows("Invoices")[0]
    assert shown["TotalTax"] == Decimal("15.00")


def test_every_text_says_how_sure_we_are_of_it() -> None:
    assert all(one.grade in {"H", "M", "L", "INF"} for one in CATALOGUE)
    assert len({one.text for one in CATALOGUE}) == len(CATALOGUE)
    # What the catalogue lacks is our own wording, or a capture or a client's text found since.
    assert {one.grade for one in CATALOGUE if one.number is None} <= {"INF", "L", "M"}


def test_every_text_is_raised_somewhere() -> None:
    folder = Path(refusals.__file__).parent
    source = "".join(one.read_text() for one in folder.rglob("*.py"))
    names = [name for name, one in vars(refusals).items() if isinstance(one, refusals.Refusal)]
    assert [name for name in names if f"refusals.{name}" not in source] == []


def test_a_note_can_be_left_on_a_document(firm: Firm) -> None:
    path = f"Invoices/{firm.invoice('1.00')['InvoiceID']}/History"
    firm.put(path, {"Details": "bill b-1001"})
    assert firm.get(path).rows("HistoryRecords")[0]["Details"] == "bill b-1001"
