"""Xero's own Python client, from the consent page to an invoice that is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from xero_python.accounting import (
    AccountingApi,
    Contact,
    Contacts,
    Invoice,
    Invoices,
    LineAmountTypes,
    LineItem,
    Payment,
    Payments,
)
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token, TokenApi
from xero_python.identity import IdentityApi

from xero_sandbox.testing import running_sandbox

CALLBACK = "http://localhost:8742/callback"
SCOPES = (
    "openid profile email offline_access accounting.invoices accounting.payments "
    "accounting.contacts accounting.settings accounting.reports.trialbalance.read"
)


@dataclass
class Official:
    address: str
    client: ApiClient
    accounting: AccountingApi
    tenant: str


def consent(address: str) -> dict[str, object]:
    """Go through the consent page and exchange the code, as a web application does."""
    asked = {
        "response_type": "code",
        "client_id": "app",
        "redirect_uri": CALLBACK,
        "scope": SCOPES,
        "state": "s",
    }
    with httpx2.Client(base_url=address) as http:
        page = http.get("/identity/connect/authorize", params=asked).text.partition("</form>")[0]
        fields = dict(re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', page))
        fields["tenant_id"] = re.findall(r'name="tenant_id" value="([^"]*)"', page)[0]
        fields["decision"] = "allow"
        back = http.post("/identity/connect/authorize", data=fields).headers["location"]
        code = parse_qs(urlsplit(back).query)["code"][0]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        tokens: dict[str, object] = http.post(
            "/connect/token", data=form, auth=("app", "hush")
        ).json()
        return tokens


@pytest.fixture(scope="module")
def official() -> Iterator[Official]:
    with running_sandbox(seed=11) as address, pytest.MonkeyPatch.context() as patch:
        patch.setattr(TokenApi, "refresh_token_url", f"{address}/connect/token")
        kept = consent(address)
        token = OAuth2Token(client_id="app", client_secret="hush")
        client = ApiClient(
            Configuration(oauth2_token=token),
            pool_threads=1,
            oauth2_token_getter=lambda: kept,
            oauth2_token_saver=kept.update,
        )
        tenant = IdentityApi(client, base_url=address).get_connections()[0].tenant_id
        accounting = AccountingApi(client, base_url=f"{address}/api.xro/2.0")
        yield Official(address, client, accounting, tenant)
        client.rest_client.pool_manager.clear()


def invoice(contact_id: str, number: str, account: str = "200") -> Invoice:
    line = LineItem(
        description="Advice", quantity=1, unit_amount=100, account_code=account, tax_type="OUTPUT"
    )
    return Invoice(
        type="ACCREC",
        contact=Contact(contact_id=contact_id),
        line_items=[line],
        date=date(2026, 3, 2),
        due_date=date(2026, 3, 16),
        invoice_number=number,
        line_amount_types=LineAmountTypes.EXCLUSIVE,
        status="AUTHORISED",
    )


def new_contact(official: Official, name: str) -> str:
    wanted = Contacts(contacts=[Contact(name=name)])
    made = official.accounting.create_contacts(official.tenant, wanted)
    contact_id: str = made.contacts[0].contact_id
    return contact_id


def test_it_reads_settings(official: Official) -> None:
    read = official.accounting
    assert read.get_organisations(official.tenant).organisations[0].base_currency.value == "AUD"
    assert "200" in {each.code for each in read.get_accounts(official.tenant).accounts}
    assert read.get_tax_rates(official.tenant).tax_rates
    assert read.get_report_trial_balance(official.tenant).reports


def test_a_batch_tells_good_invoices_from_bad_ones(official: Official) -> None:
    contact_id = new_contact(official, "Batch Pty Ltd")
    wanted = [invoice(contact_id, "B-1"), invoice(contact_id, "B-2", account="nope")]
    made = official.accounting.create_invoices(
        official.tenant, Invoices(invoices=wanted), summarize_errors=False
    ).invoices
    assert [bool(each.has_errors) for each in made] == [False, True]
    assert float(made[0].total) == 110


def test_a_payment_settles_an_invoice(official: Official) -> None:
    contact_id = new_contact(official, "Paying Pty Ltd")
    api, tenant = official.accounting, official.tenant
    made = api.create_invoices(tenant, Invoices(invoices=[invoice(contact_id, "P-1")])).invoices[0]
    bank = next(a for a in api.get_accounts(tenant).accounts if a.type.value == "BANK")
    payment = Payment(
        invoice=Invoice(invoice_id=made.invoice_id),
        account=bank,
        amount=110,
        date=date(2026, 3, 3),
    )
    api.create_payments(tenant, Payments(payments=[payment]))
    assert api.get_invoice(tenant, made.invoice_id).invoices[0].status == "PAID"


def test_refreshing_gives_a_new_pair(official: Official) -> None:
    before = official.client.get_oauth2_token()["refresh_token"]
    official.client.refresh_oauth2_token()
    assert official.client.get_oauth2_token()["refresh_token"] != before
    assert official.accounting.get_currencies(official.tenant).currencies
