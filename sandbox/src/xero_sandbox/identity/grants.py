"""What users have granted to apps: consents, codes, tokens and connections.

Lifetimes and rotation are those of facts, Xero API section 1.2. A refresh token lives in a
family, one per consent, and the family counts generations. The newest generation is good; the
one before it may be repeated for 30 minutes, because its answer may have been lost. As soon as
a token of the newest generation is used, the caller has proved that it arrived, and everything
older is dead. Two workers with a copy each therefore end in ``invalid_grant``, as with Xero.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xero_sandbox.ids import Ids

CODE_LIFE = timedelta(minutes=5)
ACCESS_LIFE = timedelta(minutes=30)
REFRESH_LIFE = timedelta(days=60)
GRACE = timedelta(minutes=30)
# Expired access tokens are remembered this long, so that they are called expired, not unknown.
MEMORY = timedelta(days=1)
# The app of a token set that no app has asked for: the first that refreshes it takes it over.
ANY_APP = "sandbox-client"


@dataclass(frozen=True, slots=True)
class User:
    """A person who can sign in to the sandbox."""

    user_id: str
    given_name: str
    family_name: str
    email: str

    @property
    def name(self) -> str:
        """The name as people say it."""
        return f"{self.given_name} {self.family_name}"


USERS = (
    User("5f1e2b7a-0c52-4b43-9d0c-6c2f2a4f0001", "Ada", "Adviser", "ada@sandbox.example"),
    User("5f1e2b7a-0c52-4b43-9d0c-6c2f2a4f0002", "Stan", "Standard", "stan@sandbox.example"),
)


@dataclass(frozen=True, slots=True)
class Consent:
    """One press of *Allow access*."""

    event_id: str
    client_id: str
    user: User
    scopes: tuple[str, ...]
    tenants: tuple[str, ...]
    at: datetime
    redirect_uri: str = ""
    challenge: str | None = None
    nonce: str | None = None
    custom: bool = False


@dataclass(slots=True)
class Family:
    """The refresh tokens that descend from one consent."""

    consent: Consent
    client_id: str
    issued_at: datetime
    newest: set[str] = field(default_factory=set)
    previous: str | None = None
    previous_until: datetime | None = None
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """What an access token stands for.

    ``own_tenant`` is set for a custom connection, whose calls need not name their organisation.
    """

    client_id: str
    user: User
    scopes: frozenset[str]
    event_id: str
    expires_at: datetime
    own_tenant: str = ""


@dataclass(slots=True)
class Connection:
    """An app connected to an organisation by a user."""

    connection_id: str
    client_id: str
    user_id: str
    tenant_id: str
    event_id: str
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True)
class Grants:
    """All that is granted, with the moves on it. Nothing here signs or speaks HTTP."""

    ids: Ids
    secrets: dict[str, str] = field(default_factory=dict)
    codes: dict[str, Consent] = field(default_factory=dict)
    families: dict[str, Family] = field(default_factory=dict)
    access: dict[str, Access] = field(default_factory=dict)
    connections: dict[tuple[str, str, str], Connection] = field(default_factory=dict)

    def knows(self, client_id: str, secret: str) -> bool:
        """Register an app on first sight; afterwards its secret has to stay the same."""
        return self.secrets.setdefault(client_id, secret) == secret

    def offer_code(self, consent: Consent) -> str:
        """Connect the consent's organisations and return its single-use code."""
        self.connect(consent, consent.client_id, consent.tenants)
        code = self.ids.token()
        self.codes[code] = consent
        return code

    def take_code(self, code: str, now: datetime) -> Consent | None:
        """Use ``code`` up; None when it is unknown, used, or older than five minutes."""
        consent = self.codes.pop(code, None)
        return consent if consent is not None and now - consent.at < CODE_LIFE else None

    def start_family(self, consent: Consent, now: datetime) -> str:
        """Return the first refresh token of a new family."""
        return self._next(Family(consent, consent.client_id, now), now)

    def family_of(self, token: str, now: datetime) -> Family | None:
        """Return the family that ``token`` may still refresh, or None for ``invalid_grant``."""
        family = self.families.get(token)
        if family is None or family.revoked:
            return None
        if token in family.newest:
            return family if now - family.issued_at < REFRESH_LIFE else None
        until = family.previous_until
        in_grace = token == family.previous and until is not None and now < until
        return family if in_grace else None

    # Not verified, see refresh-grace.
    def rotate(self, family: Family, token: str, client_id: str, now: datetime) -> str:
        """Return the successor of ``token``, which ``family_of`` has found good."""
        if family.client_id != client_id:
            self._take_over(family, client_id)
        if token in family.newest:
            family.previous, family.previous_until = token, now + GRACE
            family.newest.clear()
        return self._next(family, now)

    def remember(self, token: str, access: Access, now: datetime) -> None:
        """Keep an access token, and forget those that ran out long ago."""
        while self.access:
            oldest = next(iter(self.access))
            if now - self.access[oldest].expires_at < MEMORY:
                break
            del self.access[oldest]
        self.access[token] = access

    def revoke(self, token: str, client_id: str) -> None:
        """End everything that the token's user has granted to its app.

        An unknown token, or another app's, changes nothing.
        """
        family = self.families.get(token)
        if family is None or family.client_id not in {ANY_APP, client_id}:
            return
        client_id, user_id = family.client_id, family.consent.user.user_id
        family.revoked = True
        for each in self.families.values():
            if (each.client_id, each.consent.user.user_id) == (client_id, user_id):
                each.revoked = True
        for name in [n for n in self.connections if n[:2] == (client_id, user_id)]:
            del self.connections[name]

    def connected(self, access: Access, tenant_id: str) -> bool:
        """Say whether the token's app and user are connected to the organisation."""
        return (access.client_id, access.user.user_id, tenant_id) in self.connections

    def connected_at(self, access: Access, tenant_id: str) -> datetime:
        """Return when the token's app and user were first connected to the organisation."""
        return self.connections[access.client_id, access.user.user_id, tenant_id].created_at

    def connections_of(self, access: Access) -> list[Connection]:
        """Return the connections that the token's app and user have."""
        owner = (access.client_id, access.user.user_id)
        return [each for name, each in self.connections.items() if name[:2] == owner]

    def disconnect(self, connection_id: str, access: Access) -> bool:
        """Remove one connection of the token's app; False when it has none of that id."""
        for each in self.connections_of(access):
            if each.connection_id == connection_id:
                del self.connections[each.client_id, each.user_id, each.tenant_id]
                return True
        return False

    def disconnect_tenant(self, tenant_id: str) -> int:
        """Remove every connection to an organisation, as its own user does; return how many."""
        names = [name for name in self.connections if name[2] == tenant_id]
        for name in names:
            del self.connections[name]
        return len(names)

    def _take_over(self, family: Family, client_id: str) -> None:
        """Give a family to its first app, with those connections that still stand."""
        consent, owner = family.consent, family.client_id
        names = [(owner, consent.user.user_id, each) for each in consent.tenants]
        standing = tuple(name[2] for name in names if name in self.connections)
        family.client_id = client_id
        self.connect(consent, client_id, standing)

    def _next(self, family: Family, now: datetime) -> str:
        token = self.ids.token()
        family.newest.add(token)
        family.issued_at = now
        self.families[token] = family
        return token

    def connect(self, consent: Consent, client_id: str, tenants: tuple[str, ...]) -> None:
        """Connect organisations to an app by a consent, anew or again."""
        for tenant_id in tenants:
            name = (client_id, consent.user.user_id, tenant_id)
            known = self.connections.get(name)
            if known is not None:
                known.event_id, known.updated_at = consent.event_id, consent.at
                continue
            self.connections[name] = Connection(
                self.ids.uuid(), *name, consent.event_id, consent.at, consent.at
            )
