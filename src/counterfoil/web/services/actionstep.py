"""A firm's connection to Actionstep: consent, tokens, the firm's rule, its divisions."""

from __future__ import annotations

import datetime as dt
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.crypto import constant_time_compare

from counterfoil.sources.actionstep import http, oauth, wire
from counterfoil.sources.actionstep.bills import Rule, Split
from counterfoil.sources.actionstep.client import Client
from counterfoil.sources.actionstep.oauth import App, Tokens
from counterfoil.web import local_time
from counterfoil.web.configuration import LOOPBACK, STAGING
from counterfoil.web.models import Actionstep, ActionstepDivision, Organisation
from counterfoil.web.store import cipher
from counterfoil.web.store.noting import note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from counterfoil.web.models import Firm

CALLBACK = "/actionstep/callback/"
"""The path that Actionstep's consent page comes back to; it is registered with the app."""
ACCESS, REFRESH = "actionstep_access", "actionstep_refresh"
"""The columns that the sealed tokens are bound to."""
CONSENT_LIFE = dt.timedelta(minutes=30)
LEASE = dt.timedelta(minutes=15)
"""How long one process may keep others from using the tokens; longer than a call may last."""
NAMELESS = "nameless"
"""Where ``there`` keeps, by resource, how many rows without an id were left out since the sweep."""
FOUND = frozenset({302, 303})


class Refused(Exception):
    """It went no further; the message is for the person who tried."""


def app() -> App:
    """Return this installation's registration with Actionstep. Raises ``Refused``."""
    configuration = settings.COUNTERFOIL
    if not configuration.actionstep_client_id:
        raise Refused(
            "There is no app registered with Actionstep. Set ACTIONSTEP_CLIENT_ID and "
            "ACTIONSTEP_CLIENT_SECRET, which Actionstep's support gives you."
        )
    given = (
        configuration.actionstep_client_id,
        configuration.actionstep_client_secret,
        configuration.url + CALLBACK,
    )
    base = configuration.actionstep_base_url
    if base == STAGING:
        return App.staging(*given)
    return App(*given, base, base) if base else App(*given)


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the pair of tokens of a firm is kept; on disk before it is used."""

    firm_id: int

    def load(self) -> Tokens:
        """Return the pair in force. Raises ``SignInAgain``."""
        row = Actionstep.objects.filter(firm_id=self.firm_id, connected=True).first()
        if row is None or row.expires_at is None:
            raise wire.SignInAgain("The firm is not connected to Actionstep.")
        keys = cipher()
        return Tokens(
            keys.open(bytes(row.access_token), self.firm_id, ACCESS),
            keys.open(bytes(row.refresh_token), self.firm_id, REFRESH),
            row.expires_at,
            row.endpoint,
            row.orgkey,
        )

    def store(self, tokens: Tokens) -> None:
        """Keep a pair; a refresh that names no organisation leaves the one that is known.

        Raises ``SignInAgain`` where somebody has disconnected the firm meanwhile: tokens that were
        given up are not kept again.
        """
        keys = cipher()
        changed: dict[str, object] = {
            "access_token": keys.seal(tokens.access, self.firm_id, ACCESS),
            "refresh_token": keys.seal(tokens.refresh, self.firm_id, REFRESH),
            "expires_at": tokens.ends,
            "endpoint": tokens.endpoint,
        }
        if tokens.orgkey:
            changed["orgkey"] = tokens.orgkey
        if not Actionstep.objects.filter(firm_id=self.firm_id, connected=True).update(**changed):
            raise wire.SignInAgain("The firm was disconnected from Actionstep.")


@contextmanager
def client_of(firm: Firm, now: Callable[[], dt.datetime]) -> Iterator[Client]:
    """Open a client for a firm; whoever uses it holds the lease."""
    with http.new_client() as network:
        yield Client(app(), Kept(firm.pk), http.sender(network), now)


def of(firm: Firm) -> Actionstep | None:
    """Return a firm's connection, or what is left of it; None if there never was one."""
    return Actionstep.objects.filter(firm=firm).first()


def begin_connect(firm: Firm, *, now: dt.datetime) -> str:
    """Begin a consent and return the address at which a person says yes. Raises ``Refused``."""
    state = secrets.token_urlsafe(32)
    url = oauth.consent_url(app(), state)
    Actionstep.objects.update_or_create(
        firm=firm, defaults={"state": state, "state_until": now + CONSENT_LIFE}
    )
    return url


def finish_connect(firm: Firm, answer: str, *, actor: str, now: dt.datetime) -> Actionstep:
    """Take the address that Actionstep's page led back to, and keep the tokens it stands for.

    Raises ``Refused`` for an answer to no consent of this firm's, for one that was declined, and
    for another Actionstep than the one whose bills are here.
    """
    row = of(firm)
    given = dict(parse_qsl(urlsplit(answer).query))
    known = row is not None and row.state and row.state_until and row.state_until >= now
    if row is None or not known or not constant_time_compare(row.state, given.get("state", "")):
        raise Refused("This answer belongs to no consent that was begun here, or comes too late.")
    Actionstep.objects.filter(firm=firm).update(state="")
    if "code" not in given:
        raise Refused("Nobody gave consent at Actionstep. Nothing was connected.")
    try:
        with http.new_client() as network:
            tokens = oauth.exchange(app(), given["code"], http.sender(network), now=now)
    except wire.Ended as trouble:
        raise Refused(f"{trouble} Nothing was connected.") from trouble
    if row.bills.exists() and row.orgkey and tokens.orgkey and row.orgkey != tokens.orgkey:
        raise Refused(
            f"This is the Actionstep of {tokens.orgkey}, and the bills here are of {row.orgkey}. "
            "Connect that one, so that nothing is taken in twice."
        )
    _keep(row, tokens, actor, now)
    return Actionstep.objects.get(firm=firm)


def _keep(row: Actionstep, tokens: Tokens, actor: str, now: dt.datetime) -> None:
    with transaction.atomic():
        Actionstep.objects.filter(pk=row.pk).update(
            connected=True,
            reason="",
            trouble="",
            tries=0,
            not_before=None,
            since=now,
            connected_by=actor,
            start=row.start or _today(row.firm, now),
            hook_secret=row.hook_secret or secrets.token_urlsafe(32),
        )
        Kept(row.firm_id).store(tokens)
        note(row.firm, "actionstep connected", tokens.orgkey, actor=actor, now=now)


def _today(firm: Firm, now: dt.datetime) -> dt.date:
    organisation = Organisation.objects.filter(firm=firm).order_by("pk").first()
    return local_time.today(organisation, now) if organisation else now.date()


def consent_by_itself(url: str) -> str:
    """Give consent to a simulator on this machine, and return where its page leads back to.

    Raises ``Refused`` for any other address: there a person has to say yes.
    """
    if urlsplit(url).hostname not in LOOPBACK:
        raise Refused("Only a simulator on this machine consents by itself.")
    try:
        with http.new_client() as network:
            answer = http.sender(network)(wire.Request("GET", url))
    except wire.Ended as trouble:
        raise Refused(str(trouble)) from trouble
    if answer.status not in FOUND:
        raise Refused("The simulator did not give its consent.")
    return answer.headers["location"]


def disconnect(firm: Firm, reason: str, *, actor: str, now: dt.datetime) -> None:
    """Forget the tokens; what was taken in stays."""
    with transaction.atomic():
        Actionstep.objects.filter(firm=firm).update(
            connected=False, reason=reason, access_token=b"", refresh_token=b""
        )
        note(firm, "actionstep disconnected", reason, actor=actor, now=now)


def take_lease(row: Actionstep, now: dt.datetime) -> bool:
    """Take or keep the right to use the tokens; False while somebody else has it."""
    free = Q(busy_until__isnull=True) | Q(busy_until__lte=now)
    held = Actionstep.objects.filter(free, pk=row.pk, connected=True)
    return held.update(busy_until=now + LEASE) == 1


def give_back(row: Actionstep) -> None:
    """End the lease."""
    Actionstep.objects.filter(pk=row.pk).update(busy_until=None)


def rule_of(row: Actionstep) -> Rule:
    """Return where the firm's bills without lines go."""
    kept = {name: str(value) for name, value in row.rule.items()}
    split, percent = Split(kept.pop("split", Split.NONE)), Decimal(kept.pop("percent", "0"))
    return Rule(**kept, split=split, percent=percent)


def set_rule(
    row: Actionstep, given: dict[str, str], start: dt.date | None, *, actor: str, now: dt.datetime
) -> Rule:
    """Change the rule for bills to come, and for those whose own amounts change after it.

    What is empty stays. Raises ``Refused``.
    """
    kept = {**row.rule, **{name: value for name, value in given.items() if value}}
    try:
        Split(kept.get("split", Split.NONE))
        percent = Decimal(kept.get("percent", "0"))
    except ValueError:
        raise Refused(f"A split is one of {', '.join(Split)}.") from None
    except InvalidOperation:
        raise Refused(f"{kept['percent']} is no percentage.") from None
    if not percent.is_finite() or not Decimal(0) <= percent <= Decimal(100):
        raise Refused(f"{percent} is no percentage between 0 and 100.")
    if kept.get("split", Split.NONE) != Split.NONE and not percent:
        raise Refused("Say a percentage: the tax rate for untaxed, the share for share.")
    changed: dict[str, object] = {"rule": kept, **({"start": start} if start else {})}
    with transaction.atomic():
        Actionstep.objects.filter(pk=row.pk).update(**changed)
        row.bills.filter(source_id="").update(waits=True)
        note(row.firm, "actionstep rule changed", str(kept), actor=actor, now=now)
    row.refresh_from_db()
    return rule_of(row)


def set_division(
    row: Actionstep, division: str, organisation: Organisation, *, actor: str, now: dt.datetime
) -> ActionstepDivision:
    """Send a division's bills to an organisation from now on. Raises ``Refused``."""
    found = row.divisions.filter(row_id=division).first()
    if found is None:
        names = ", ".join(str(one) for one in row.divisions.order_by("row_id"))
        raise Refused(f"There is no division {division} (there are: {names or 'none yet; pull'}).")
    with transaction.atomic():
        found.organisation = organisation
        found.save(update_fields=["organisation"])
        row.bills.filter(source_id="", division=found.row_id).update(waits=True)
        note(
            row.firm, "actionstep division", f"{found} to {organisation.key}", actor=actor, now=now
        )
    return found
