"""The site that browsers visit in these tests, and the sandbox that it takes for Xero."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

import httpx2

from counterfoil.web import database

SETUP_CODE = "a-code-for-the-journey"
PASSWORD = "seven quiet ledgers"
SERVE = """
from counterfoil.web import serve
serve.run(port=0, poster=False, say=lambda line: print(line, flush=True))
"""


@dataclass(frozen=True)
class Site:
    """A running server with data of its own, and the sandbox that it takes for Xero."""

    url: str
    xero: str
    home: Path

    def ask(self, tenant_id: str, method: str, path: str, body: object = None) -> object:
        """Do in the organisation itself what its accountant does there."""
        grant = httpx2.post(f"{self.xero}/_sandbox/token", json={"tenants": [tenant_id]}).json()
        headers = {
            "Authorization": f"Bearer {grant['access_token']}",
            "Xero-Tenant-Id": tenant_id,
            "Accept": "application/json",
        }
        answer = httpx2.request(
            method, f"{self.xero}/api.xro/2.0{path}", headers=headers, json=body
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def open_an_office(self, key: str) -> None:
        """Give the firm a second organisation, as a mapping of the command line would."""
        alike = "firm_id, name, tenant_id, base_currency, paused_by, created_at"
        with sqlite3.connect(self.home / database.FILE) as rows:
            rows.execute(
                f"INSERT INTO web_organisation (key, {alike}) SELECT ?, {alike} "
                "FROM web_organisation WHERE tenant_id <> ''",
                [key],
            )
            rows.execute(
                "UPDATE web_organisation SET tenant_id = '', name = '' WHERE key = ?", [key]
            )

    def remove_app_in_xero(self, tenant_id: str) -> None:
        """Do what a user does under Connected apps in Xero."""
        httpx2.post(
            f"{self.xero}/_sandbox/disconnect", json={"tenantId": tenant_id}
        ).raise_for_status()
