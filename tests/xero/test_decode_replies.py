from __future__ import annotations

import base64
import datetime as dt
import json

import pytest

from counterfoil.core.chart import AccountClass
from counterfoil.posting.target import Answer
from counterfoil.xero.decode import (
    Problem,
    Unreadable,
    connections,
    problem,
    read_actions,
    read_chart,
    read_contacts,
    read_trial_balance,
    tokens,
)
from tests.xero.scene import NOW, ZEROS, answered

ORGANISATION = b"""{"Organisations":[{"OrganisationID":"o","Name":"Firm","BaseCurrency":"AUD",
"CountryCode":"AU","Timezone":"AUSEASTERNSTANDARDTIME","PeriodLockDate":"/Date(1782777600000)/"}]}"""
ACCOUNTS = b"""{"Accounts":[
{"AccountID":"a","Code":"200","Name":"Sales","Type":"REVENUE","Class":"REVENUE","Status":"ACTIVE",
 "TaxType":"OUTPUT","EnablePaymentsToAccount":false,"SystemAccount":""},
{"AccountID":"b","Code":"","Name":"Trust","Type":"BANK","Status":"ARCHIVED","CurrencyCode":"AUD",
 "EnablePaymentsToAccount":"true"}]}"""
TAX_RATES = b"""{"TaxRates":[{"TaxType":"OUTPUT","Name":"GST","Status":"ACTIVE",
"EffectiveRate":12.5,"CanApplyToRevenue":true,"CanApplyToAssets":false}]}"""
TRACKING = b"""{"TrackingCategories":[{"TrackingCategoryID":"t","Name":"Office","Status":"ACTIVE",
"Options":[{"Name":"Sydney","Status":"ACTIVE"},{"Name":"Perth","Status":"ARCHIVED"}]}]}"""
CURRENCIES = b'{"Currencies":[{"Code":"AUD"},{"Code":"USD"}]}'


def test_a_chart_is_read_from_xero_s_own_replies() -> None:
    chart = read_chart(
        accounts=ACCOUNTS,
        tax_rates=TAX_RATES,
        organisation=ORGANISATION,
        tracking=TRACKING,
        currencies=CURRENCIES,
        version=4,
    )
    assert chart.version == 4
    assert chart.organisation.locked_to == dt.date(2026, 6, 30)
    assert chart.by_code["200"].account_class is AccountClass.REVENUE
    trust = chart.by_id["b"]
    assert (trust.code, trust.is_bank, trust.active, trust.takes_payments) == (
        None,
        True,
        False,
        True,
    )
    assert chart.rates["OUTPUT"].rate == 125_000
    assert chart.rates["OUTPUT"].applies_to == {AccountClass.REVENUE}
    assert chart.tracking[0].options == ("Sydney",)
    assert chart.currencies == ("AUD", "USD")


def test_a_chart_without_tracking_and_currencies_is_a_chart() -> None:
    chart = read_chart(accounts=ACCOUNTS, tax_rates=TAX_RATES, organisation=ORGANISATION)
    assert (chart.tracking, chart.currencies) == ((), ())


@pytest.mark.parametrize(
    ("accounts", "organisation", "named"),
    [
        (b"<html>", ORGANISATION, "Accounts"),
        (ACCOUNTS, b'{"Organisations":[]}', "Organisations"),
        (b'{"Accounts":[{"Name":"Odd","Type":"NEW"}]}', ORGANISATION, "'Odd'"),
    ],
)
def test_a_reply_that_is_no_chart_is_named(
    accounts: bytes, organisation: bytes, named: str
) -> None:
    with pytest.raises(Unreadable, match=named):
        read_chart(accounts=accounts, tax_rates=TAX_RATES, organisation=organisation)


def test_contacts_tell_their_number_status_and_merger() -> None:
    body = json.dumps(
        {
            "Contacts": [
                {"ContactID": "a", "Name": "Ada", "ContactNumber": "c-17"},
                {"ContactID": "b", "ContactStatus": "ARCHIVED", "MergedToContactID": "a"},
                {"ContactID": "c", "MergedToContactID": ZEROS},
            ]
        }
    )
    ada, merged, single = read_contacts(body.encode()).contacts
    assert (ada.number, ada.status) == ("c-17", "ACTIVE")
    assert (merged.status, merged.merged_to, single.merged_to) == ("ARCHIVED", "a", "")


def row(name: str, *figures: str, kind: str = "Row") -> dict[str, object]:
    attributes = [{"Id": "account", "Value": f"id of {name}"}]
    cells = [{"Value": value, "Attributes": attributes} for value in (name, *figures)]
    return {"RowType": kind, "Cells": cells}


def report(*rows: dict[str, object]) -> bytes:
    titles = ("Account", "Debit", "Credit", "YTD Debit", "YTD Credit")
    header = {"RowType": "Header", "Cells": [{"Value": title} for title in titles]}
    section = {"RowType": "Section", "Title": "Assets", "Rows": list(rows)}
    return json.dumps({"Reports": [{"Rows": [header, section]}]}).encode()


def test_a_trial_balance_is_read_in_cents() -> None:
    total = row("Total", "1.00", "", "5.00", "", kind="SummaryRow")
    body = report(
        row("Bank (main) (090)", "1.00", "", "1,234.50", ""), row("Loan", *[""] * 4), total
    )
    bank, loan = read_trial_balance(body)
    assert (bank.code, bank.name, bank.section) == ("090", "Bank (main)", "Assets")
    assert (bank.debit, bank.balance) == (100, 123_450)
    assert (loan.code, loan.account_id, loan.balance) == ("", "id of Loan", 0)


def test_a_report_with_a_figure_that_is_none_is_not_believed() -> None:
    with pytest.raises(Unreadable, match="no amount"):
        read_trial_balance(report(row("Bank", "x", "", "", "")))
    with pytest.raises(Unreadable, match="column Debit"):
        read_trial_balance(b'{"Reports":[{"Rows":[]}]}')


def test_what_the_user_may_do_is_read_by_name() -> None:
    body = b"""{"Actions":[{"Name":"CreateManualJournal","Status":"NOT-ALLOWED"},
    {"Name":"CreateApprovedBill","Status":"ALLOWED"}]}"""
    assert read_actions(body) == {"CreateManualJournal": False, "CreateApprovedBill": True}


def token(claims: dict[str, str]) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{payload}.c2ln"


def reply(**fields: object) -> bytes:
    given = {"access_token": "e30.x", "refresh_token": "r", "expires_in": 1800, "scope": "openid"}
    return json.dumps({**given, **fields}).encode()


def test_a_token_pair_knows_its_end_its_consent_and_its_user() -> None:
    access = token({"authentication_event_id": "event", "xero_userid": "user"})
    pair = tokens(reply(access_token=access), NOW)
    assert pair.expires_at == NOW + dt.timedelta(minutes=30)
    assert (pair.authentication_event_id, pair.xero_user_id) == ("event", "user")


@pytest.mark.parametrize("access", ["opaque", "a.!!!.c", "a.b.c", "a.W10.c"])
def test_a_token_that_cannot_be_looked_into_is_still_a_token(access: str) -> None:
    assert tokens(reply(access_token=access), NOW).authentication_event_id == ""


@pytest.mark.parametrize(
    "lacking",
    [
        {"refresh_token": None},
        {"access_token": ""},
        {"access_token": "é"},
        {"access_token": "a\r\nb"},
        {"expires_in": 0},
        {"expires_in": "soon"},
    ],
)
def test_half_a_pair_is_refused(lacking: dict[str, object]) -> None:
    with pytest.raises(Unreadable):
        tokens(reply(**lacking), NOW)


def test_no_token_shows_in_a_repr() -> None:
    shown = repr(tokens(reply(access_token="very.secret.token", refresh_token="hidden"), NOW))
    assert "secret" not in shown
    assert "hidden" not in shown


def test_connections_have_dates_with_seven_digits_and_no_zone() -> None:
    body = b"""[{"id":"c","tenantId":"t","tenantType":"ORGANISATION","tenantName":"Firm",
    "authEventId":"e","createdDateUtc":"2019-12-07T18:46:19.5165400","updatedDateUtc":null}]"""
    (connection,) = connections(body)
    assert (connection.connection_id, connection.tenant_id) == ("c", "t")
    assert connection.created == dt.datetime(2019, 12, 7, 18, 46, 19, 516540, dt.UTC)
    with pytest.raises(Unreadable):
        connections(b"{}")


VALIDATION = b"""{"ErrorNumber":10,"Type":"ValidationException","Message":"A validation exception
 occurred","Elements":[{"LineItems":[{"ValidationErrors":[{"Message":"line"}]}]}]}""".replace(
    b"\n", b""
)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            answered(VALIDATION, 400),
            Problem("ValidationException", ("A validation exception occurred", "line"), 10),
        ),
        (
            answered(
                '{"Type":null,"Title":"Unauthorized","Status":401,"Detail":"TokenExpired: x"}', 401
            ),
            Problem("Unauthorized", ("TokenExpired: x",)),
        ),
        (
            answered('{"title":"Forbidden","detail":"AuthenticationUnsuccessful"}', 403),
            Problem("Forbidden", ("AuthenticationUnsuccessful",)),
        ),
        (answered('{"error":"invalid_grant"}', 400), Problem("invalid_grant", ("invalid_grant",))),
        (
            answered("The Organisation is offline", 503),
            Problem("text", ("The Organisation is offline",)),
        ),
        (
            answered("<html><head><title>502 Bad\n Gateway</title></head></html>", 502),
            Problem("page", ("502 Bad Gateway",)),
        ),
        (
            answered("<style>p{}</style><p>Down &amp; out</p>", 502),
            Problem("page", ("Down & out",)),
        ),
        (
            answered(
                "<ApiException><ErrorNumber>20</ErrorNumber><Type>ApiMethodNotImplemented</Type>"
                "<Message>The Api Method called is not implemented</Message></ApiException>",
                501,
            ),
            Problem("ApiMethodNotImplemented", ("The Api Method called is not implemented",), 20),
        ),
        (
            answered(b"", 429, x_rate_limit_problem="Minute"),
            Problem("limit", ("The minute limit of calls to Xero is reached.",)),
        ),
        (answered(b"", 500), Problem("", ("Xero answered 500 without saying why.",))),
        (answered(b"{}", 404), Problem("", ("Xero answered 404 without saying why.",))),
    ],
)
def test_every_way_of_saying_no_is_understood(answer: Answer, expected: Problem) -> None:
    assert problem(answer) == expected


def test_all_messages_of_a_refusal_are_kept_whole() -> None:
    long = "x" * 5000
    entries = [{"ValidationErrors": [{"Message": f"{n} {long}"}]} for n in range(3)]
    told = problem(answered(json.dumps({"Message": "m", "Elements": entries}), 400))
    assert [len(message) for message in told.messages] == [1, 5002, 5002, 5002]
