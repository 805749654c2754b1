"""Consent without a browser, at the sandbox and nowhere else: for scripts, tests and the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from counterfoil.posting.target import Answer
from counterfoil.web.services import connection
from counterfoil.web.services.consent import Refused, code_of
from counterfoil.web.services.page_forms import PageForm, forms_of
from counterfoil.xero.client import Client
from counterfoil.xero.wire import LOOPBACK, Request

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

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


def connect(organisation: Organisation, tenant: str, *, actor: str, now: dt.datetime) -> Done:
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


def _page(client: Client, url: str) -> PageForm:
    address, _, query = url.partition("?")
    answer = client.send(Request("GET", address, tuple(parse_qsl(query))))
    if not isinstance(answer, Answer) or answer.status != OK:
        raise Refused("The sandbox does not show its consent page.")
    return forms_of(answer.body.decode())[0]


def _allow(client: Client, url: str, page: PageForm, tenant: str) -> str:
    chosen = choose(page.choices.get("tenant_id", {}), tenant)
    fields = {**page.fields, "tenant_id": chosen, "decision": "allow"}
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    target = urljoin(url, page.action)
    answer = client.send(Request("POST", target, (), headers, urlencode(fields).encode()))
    if not isinstance(answer, Answer) or answer.status not in FOUND:
        raise Refused("The sandbox did not give its consent.")
    return answer.headers.get("location", "")


def choose(organisations: Mapping[str, str], tenant: str) -> str:
    """Return the tenant id that an id or name means; the first one if nothing is named."""
    for tenant_id, name in organisations.items():
        if tenant in {"", tenant_id, name}:
            return tenant_id
    raise Refused(
        f"The sandbox has no organisation {tenant}."
        if tenant
        else "The sandbox has no organisation yet."
    )
