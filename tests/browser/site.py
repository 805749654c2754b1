"""The site that browsers visit in these tests, and the sandbox that it takes for Xero."""

from __future__ import annotations

from dataclasses import dataclass

import httpx2

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

    def remove_app_in_xero(self, tenant_id: str) -> None:
        """Do what a user does under Connected apps in Xero."""
        httpx2.post(
            f"{self.xero}/_sandbox/disconnect", json={"tenantId": tenant_id}
        ).raise_for_status()
