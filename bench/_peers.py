"""Other clients of Xero, each with one way to post a bill, for bench.settle.

xero-python is Xero's own client. pyxero and xerosdk are no dependencies of this project: the bench
takes them from a folder where somebody has put them.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from xero_python.accounting import (
    AccountingApi,
    Contact,
    Invoice,
    Invoices,
    LineAmountTypes,
    LineItem,
)
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Bill = dict[str, Any]
    Post = Callable[[Sequence[Bill]], None]

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Tenant:
    """Where a peer posts: Xero's ids of accounts and contacts stand in ``invoice``."""

    url: str
    tenant_id: str
    token: dict[str, Any]
    contacts: dict[str, str]
    accounts: dict[str, tuple[str, str]]
    """Practice account and tax code, joined by a slash, to Xero's account code and tax type."""


def xero_python(tenant: Tenant, at_once: int) -> Post:
    """Post with Xero's own client, this many bills a call."""
    configuration = Configuration(oauth2_token=OAuth2Token(client_id="app", client_secret="hush"))
    client = ApiClient(configuration, pool_threads=1, oauth2_token_getter=lambda: tenant.token)
    api = AccountingApi(client, base_url=f"{tenant.url}/api.xro/2.0")

    def post(bills: Sequence[Bill]) -> None:
        for first in range(0, len(bills), at_once):
            chosen = [_model(bill, tenant) for bill in bills[first : first + at_once]]
            made = api.create_invoices(
                tenant.tenant_id, Invoices(invoices=chosen), summarize_errors=False, unitdp=4
            ).invoices
            assert not any(each.has_errors for each in made), made

    return post


def _model(bill: Bill, tenant: Tenant) -> Invoice:
    fields = _fields(bill, tenant)
    lines = [
        LineItem(
            description=line["Description"],
            quantity=line["Quantity"],
            unit_amount=line["UnitAmount"],
            account_code=line["AccountCode"],
            tax_type=line["TaxType"],
        )
        for line in fields["LineItems"]
    ]
    return Invoice(
        type="ACCREC",
        contact=Contact(contact_id=fields["Contact"]["ContactID"]),
        line_items=lines,
        date=fields["Date"],
        due_date=fields["DueDate"],
        invoice_number=fields["InvoiceNumber"],
        line_amount_types=LineAmountTypes.EXCLUSIVE,
        status="AUTHORISED",
    )


def _fields(bill: Bill, tenant: Tenant) -> dict[str, Any]:
    """Return a bill by Xero's names; these clients take floats."""
    day = dt.date.fromisoformat(bill["date"])
    return {
        "Type": "ACCREC",
        "Contact": {"ContactID": tenant.contacts[bill["client"]["id"]]},
        "LineItems": [
            {
                "Description": line["description"],
                "Quantity": 1,
                "UnitAmount": float(line["total"]),
                "AccountCode": tenant.accounts[f"{line['account']}/{line['tax_code']}"][0],
                "TaxType": tenant.accounts[f"{line['account']}/{line['tax_code']}"][1],
            }
            for line in bill["lines"]
        ],
        "Date": day,
        "DueDate": day,
        "InvoiceNumber": bill["number"],
        "LineAmountTypes": "Exclusive",
        "Status": "AUTHORISED",
    }


def xerosdk(tenant: Tenant) -> Post:
    """Post with xerosdk, one bill a call."""
    api = import_module("xerosdk.apis").Invoices()
    api.set_server_url(tenant.url)
    api.set_tenant_id(tenant.tenant_id)
    api.change_access_token(tenant.token["access_token"])

    def post(bills: Sequence[Bill]) -> None:
        for bill in bills:
            fields = _fields(bill, tenant)
            fields |= {name: fields[name].isoformat() for name in ("Date", "DueDate")}
            assert api.post({"Invoices": [fields]})["Invoices"]

    return post


def pyxero(tenant: Tenant) -> Post:
    """Post with pyxero, one bill a call. It writes XML, which the sandbox does not read."""
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # the sandbox is on this machine
    auth = import_module("xero.auth")
    credentials = auth.OAuth2Credentials(
        "app", "hush", token=tenant.token, tenant_id=tenant.tenant_id
    )
    credentials.base_url = tenant.url
    xero = import_module("xero").Xero(credentials)

    def post(bills: Sequence[Bill]) -> None:
        for bill in bills:
            assert xero.invoices.put(_fields(bill, tenant))

    return post
