"""Consent without a browser, at the sandbox and nowhere else: for scripts, tests and the demo."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from counterfoil.posting.target import Answer
from counterfoil.web.services import connection
from counterfoil.web.services.consent import Refused, code_of
from counterfoil.xero.client import Client
from counterfoil.xero.wire import LOOPBACK, Request

if TYPE_CHECKING:
    import datetime as dt

    from counterfoil.web.models import Organisation
    from counterfoil.web.services.connection import Done

OK = 200
FOUND = frozenset({302, 303})


def is_sandbox(base_url: str) -> bool:
    """Tell whether a sandbox answers there: on this machine, with a route that Xero has not."""
    if urlsplit(base_url).hostname not in LOOPBACK:
        return False
    with Client() as client:
        health = client.send(Request("GET", f"{base_url.rstrip('/')}/_sandbox/health"))
    return isinstance(health, Answer) and health.status == OK


def connect(
    organisation: Organisation, tenant: str, *, actor: str, now: dt.datetime
) -> Done:
    """Go through the sandbox's own consent page and connect.

    ``tenant`` names a Xero organisation by id or name; empty takes the page's first choice. Raises
    ``consent.Refused``.
    """
    begun = connection.begin_connect(organisation)
    with Client() as client:
        page = _page(client, begun.url)
        back = _allow(client, begun.url, page, tenant)
    code = code_of(dict(parse_qsl(urlsplit(back).query)), begun)
    offer = connection.exchange(code, begun, now=now)
    chosen = offer.tenants[0].tenant_id
    return connection.finish_connect(organisation, offer, chosen, actor=actor, now=now)


def _page(client: Client, url: str) -> _ConsentForm:
    address, _, query = url.partition("?")
    answer = client.send(Request("GET", address, tuple(parse_qsl(query))))
    if not isinstance(answer, Answer) or answer.status != OK:
        raise Refused("The sandbox does not show its consent page.")
    form = _ConsentForm()
    form.feed(answer.body.decode())
    return form


def _allow(client: Client, url: str, page: _ConsentForm, tenant: str) -> str:
    chosen = page.choose(tenant)
    fields = [*page.hidden, ("tenant_id", chosen), ("decision", "allow")]
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    target = urljoin(url, page.action)
    answer = client.send(Request("POST", target, (), headers, urlencode(fields).encode()))
    if not isinstance(answer, Answer) or answer.status not in FOUND:
        raise Refused("The sandbox did not give its consent.")
    return answer.headers.get("location", "")


class _ConsentForm(HTMLParser):
    """The first form of the consent page: hidden fields, and organisations by id and name."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.hidden: list[tuple[str, str]] = []
        self.organisations: dict[str, str] = {}
        self._radio = ""
        self._forms = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._forms += 1
            self.action = self.action or values.get("action", "")
        if tag != "input" or self._forms != 1:
            return
        if values.get("type") == "hidden":
            self.hidden.append((values["name"], values.get("value", "")))
        elif values.get("name") == "tenant_id":
            self._radio = values["value"]
            self.organisations[self._radio] = ""

    def handle_data(self, data: str) -> None:
        if self._radio and data.strip():
            self.organisations[self._radio] = data.strip()
            self._radio = ""

    def choose(self, tenant: str) -> str:
        """Return the tenant id that an id or name means; the first one if nothing is named."""
        for tenant_id, name in self.organisations.items():
            if tenant in {"", tenant_id, name}:
                return tenant_id
        raise Refused(
            f"The sandbox has no organisation {tenant}."
            if tenant
            else "The sandbox has no organisation yet."
        )
