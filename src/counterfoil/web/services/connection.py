"""Connecting a firm to its Xero organisation, and disconnecting it."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from counterfoil.posting.errors import Ended
from counterfoil.posting.outbox import OtherOrganisation
from counterfoil.posting.records import ConnectionState, Grant
from counterfoil.web import crypto, office
from counterfoil.web.models import ChartVersion, Connection, Link, Organisation
from counterfoil.web.services import permissions
from counterfoil.web.services.chart import TROUBLE, refresh_chart
from counterfoil.web.services.consent import Begun, Refused
from counterfoil.web.store import cipher, outbox_of
from counterfoil.xero import oauth
from counterfoil.xero.client import Client

OFFER = "offer"
OFFER_LIFE = dt.timedelta(minutes=20)
"""How long the question for the right organisation waits; its access token lives for thirty."""


MOST_GENERATIONS = 5
"""Refreshes that may come between while a connection is ended."""


class Tenant(NamedTuple):
    """An organisation that a consent opened."""

    tenant_id: str
    name: str
    connection_id: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A consent that waits for somebody to say which organisation was meant."""

    tenants: tuple[Tenant, ...]
    until: dt.datetime
    expires_at: dt.datetime
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Done:
    """A connection that stands, and what did not go well beside it."""

    tenant_name: str
    warnings: tuple[str, ...]


def begin_connect(organisation: Organisation) -> Begun:
    """Begin a consent; the session keeps what is returned, and the browser goes to its ``url``."""
    state, verifier = oauth.new_secret(), oauth.new_secret()
    flow = office.oauth()
    url = flow.authorisation_url(state=state, verifier=verifier)
    return Begun(organisation.pk, state, verifier, url)


def exchange(code: str, begun: Begun, *, now: dt.datetime) -> Offer:
    """Turn the code into tokens and read which organisations they open.

    Raises ``consent.Refused`` when Xero gives none.
    """
    flow = office.oauth()
    try:
        with Client() as client:
            tokens = client.run(flow.exchange(code, begun.verifier, now=now))
            event = tokens.authentication_event_id
            opened = client.run(flow.connections(tokens.access_token, auth_event_id=event))
            # Somebody who consents again to what is connected already makes no new connection.
            opened = opened or client.run(flow.connections(tokens.access_token))
    except oauth.OAuthTrouble as trouble:
        raise Refused(f"{trouble} Nothing was connected.") from trouble
    tenants = tuple(
        Tenant(one.tenant_id, one.tenant_name, one.connection_id)
        for one in opened
        if one.tenant_type == "ORGANISATION"
    )
    if not tenants:
        raise Refused("No organisation was chosen at Xero. Nothing was connected.")
    return Offer(
        tenants, now + OFFER_LIFE, tokens.expires_at, tokens.access_token, tokens.refresh_token
    )


def sealed(offer: Offer, organisation: Organisation) -> str:
    """Return an offer as the session may keep it: encrypted, and bound to the organisation."""
    text = msgspec.json.encode(offer).decode()
    return base64.b64encode(cipher().seal(text, organisation.pk, OFFER)).decode()


def unsealed(kept: str | None, organisation: Organisation, now: dt.datetime) -> Offer | None:
    """Return the offer that a session keeps; None if there is none that still holds."""
    if not kept:
        return None
    try:
        text = cipher().open(base64.b64decode(kept), organisation.pk, OFFER)
    except (crypto.Tampered, crypto.KeyMissing):
        return None
    offer = msgspec.json.decode(text, type=Offer)
    return offer if offer.until >= now else None


def finish_connect(
    organisation: Organisation,
    offer: Offer,
    tenant_id: str,
    *,
    actor: str,
    now: dt.datetime,
) -> Done:
    """Store the grant for the organisation that was confirmed, and read its chart.

    Raises ``consent.Refused`` for an organisation that was not offered, that belongs to somebody
    else here, or that is not the one this store has links to; its consent is given back.
    """
    tenant = next((one for one in offer.tenants if one.tenant_id == tenant_id), None)
    if tenant is None:
        raise Refused("That organisation was not offered by Xero. Press Connect again.")
    if _taken(tenant, organisation):
        raise Refused(
            f"{tenant.name} is connected elsewhere in this Counterfoil. Disconnect it there first."
        )
    grant = Grant(
        ConnectionState.CONNECTED,
        0,
        tenant.tenant_id,
        tenant.name,
        tenant.connection_id,
        since=now,
        expires_at=offer.expires_at,
        access_token=offer.access_token,
        refresh_token=offer.refresh_token,
    )
    try:
        outbox_of(organisation).connect(grant, actor=actor, now=now)
    except OtherOrganisation as error:
        decline(offer)
        raise Refused(
            f"{tenant.name} is not {bound_to(organisation)}, which this firm has documents in. "
            "Connect that one, so that nothing is posted twice or into the wrong books. If the "
            "firm has moved to another organisation for good, unlink those documents first: open "
            "each from the list of documents and press Unlink."
        ) from error
    return Done(tenant.name, _first_reading(organisation, actor=actor, now=now))


def _taken(tenant: Tenant, organisation: Organisation) -> bool:
    others = Organisation.objects.filter(tenant_id=tenant.tenant_id).exclude(pk=organisation.pk)
    return others.exists()


def _first_reading(organisation: Organisation, *, actor: str, now: dt.datetime) -> tuple[str, ...]:
    permissions.forget(organisation)
    try:
        refresh_chart(organisation, actor=actor, now=now)
        found = permissions.check(organisation, now=now)
    except TROUBLE as trouble:
        return (f"The chart of accounts could not be read yet ({trouble}). Refresh it later.",)
    missing = tuple(
        f"The Xero user who connected may not {words}. What needs it will be refused; an "
        "administrator of the Xero organisation can allow it, or somebody else connects."
        for words in found.missing
    )
    return (*missing, ADVISER) if found.adviser else missing


ADVISER = (
    "The Xero user who connected is an adviser, whom the lock date of a period does not bind: Xero "
    "itself would let documents into a period that is locked for everybody else. Counterfoil keeps "
    "to that lock date all the same; safer still, let somebody connect who is no adviser."
)
"""What is said of an adviser's connection."""


def decline(offer: Offer) -> None:
    """Give a consent back to Xero, except for what this Counterfoil is connected to anyway."""
    used = set(Organisation.objects.values_list("tenant_id", flat=True))
    for tenant in offer.tenants:
        if tenant.tenant_id not in used:
            _end(offer.access_token, tenant.connection_id)


def disconnect(organisation: Organisation, *, actor: str, now: dt.datetime) -> str:
    """End the connection at Xero and delete the tokens here; the queue stays.

    Returns words for the person if Xero could not be told; the tokens are gone all the same.
    """
    try:
        with office.office_of(organisation, clicking=True) as room:
            grant = room.caller.grant()
        told = _end(grant.access_token, grant.connection_id)
    except (Ended, crypto.KeyMissing, crypto.Tampered):
        # Without a token that opens there is nothing to say it with; ours go all the same.
        told = False
    _forget(organisation, actor=actor, now=now)
    if told:
        return ""
    return (
        "Xero could not be told. Remove Counterfoil there as well: Settings, Connected apps, "
        "Disconnect."
    )


def _forget(organisation: Organisation, *, actor: str, now: dt.datetime) -> None:
    """Delete the tokens; a refresh that comes between is a new generation and goes as well."""
    who = actor.partition(":")[2] or actor
    rows = Connection.objects.filter(organisation=organisation, state=ConnectionState.CONNECTED)
    for _ in range(MOST_GENERATIONS):
        row = rows.first()
        if row is None:
            return
        outbox_of(organisation).disconnect(
            ConnectionState.DISCONNECTED,
            f"disconnected by {who}",
            generation=row.generation,
            actor=actor,
            now=now,
        )
    raise AssertionError("the connection is refreshed faster than it can be ended")


def _end(access_token: str, connection_id: str) -> bool:
    flow = office.oauth()
    try:
        with Client() as client:
            client.run(flow.disconnect(access_token, connection_id))
    except oauth.OAuthTrouble:
        return False
    return True


def bound_to(organisation: Organisation) -> str:
    """Return the name of the organisation that this store has links to; empty if there are none."""
    if not Link.objects.filter(organisation=organisation).exists():
        return ""
    connection = Connection.objects.filter(organisation=organisation).first()
    return (connection.tenant_name if connection else "") or organisation.name or "another one"


def is_bound_elsewhere(organisation: Organisation, tenant: Tenant) -> bool:
    """Tell whether connecting this organisation would be refused for the links that there are."""
    bound = organisation.tenant_id
    return bool(bound and bound != tenant.tenant_id and bound_to(organisation))


def newest_chart(organisation: Organisation) -> ChartVersion | None:
    """Return the newest chart's record, without its replies."""
    rows = ChartVersion.objects.filter(organisation=organisation).defer("replies")
    return rows.order_by("-version").first()
