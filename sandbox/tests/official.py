"""Xero's own Python client, connected to a sandbox through the consent page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token, TokenApi
from xero_python.identity import IdentityApi

from xero_sandbox.testing import running_sandbox

CALLBACK = "http://localhost:8742/callback"
SCOPES = (
    "openid profile email offline_access accounting.invoices accounting.payments "
    "accounting.banktransactions accounting.manualjournals accounting.journals.read "
    "accounting.contacts accounting.settings accounting.reports.trialbalance.read "
    "accounting.reports.banksummary.read accounting.reports.balancesheet.read "
    "accounting.reports.profitandloss.read accounting.reports.aged.read"
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


@contextmanager
def connected(seed: int) -> Iterator[Official]:
    """Start a sandbox and connect the client to its organisation."""
    with running_sandbox(seed=seed, limits=False) as address, pytest.MonkeyPatch.context() as patch:
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
