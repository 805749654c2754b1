"""The grant: one token pair, its tokens sealed, replaced by comparing its generation."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Q

from counterfoil.posting import retry
from counterfoil.posting.outbox import OtherOrganisation
from counterfoil.posting.records import ConnectionState, Grant
from counterfoil.web import models, sql
from counterfoil.web.store.base import Base, writes
from counterfoil.web.store.journal import Journal
from counterfoil.web.waking import wake_after_commit

if TYPE_CHECKING:
    from django.db.models import QuerySet

ACCESS = "access_token"
REFRESH = "refresh_token"
REFRESHER = "counterfoil"
"""The actor of a refresh: nobody in particular asked for it."""

GRANT = """
    SELECT c.state, c.generation, o.tenant_id, c.tenant_name, c.connection_id, c.since, c.reason,
           c.expires_at, c.access_token, c.refresh_token
    FROM web_connection c JOIN web_organisation o ON o.id = c.organisation_id
    WHERE c.organisation_id = %s"""


class Granting(Base):
    """The part of the port that keeps the token pair."""

    def grant(self) -> Grant:
        """Read the token pair in force."""
        found = sql.select(self.using, GRANT, (self.organisation_id,))
        return self._value(found[0]) if found else Grant(ConnectionState.NEVER, 0, "")

    @writes
    def connect(self, grant: Grant, *, actor: str, now: dt.datetime) -> None:
        """Store the grant of a fresh consent; the generation grows."""
        self._gate()
        wake_after_commit(self.organisation_id, self.using)
        row = self._locked()
        bound = row.organisation.tenant_id
        if bound and bound != grant.tenant_id and self._has_links():
            raise OtherOrganisation
        self._store(grant, row.generation + 1, since=now)
        self._connections().update(connected_by=actor)
        self._tell(actor, "connected", grant.tenant_name, now)

    @writes
    def take_refresh(self, generation: int, *, seconds: int, now: dt.datetime) -> bool:
        """Take the refresh lease if the generation still stands and nobody holds it."""
        self._locked()
        free = self._connections().filter(
            Q(refresh_until=None)
            | Q(refresh_until__lte=now)
            | Q(refresh_until__gt=now + retry.FARTHEST),
            generation=generation,
        )
        return bool(free.update(refresh_until=now + dt.timedelta(seconds=seconds)))

    @writes
    def store_refresh(self, generation: int, grant: Grant, *, now: dt.datetime) -> bool:
        """Store a refreshed pair as generation + 1, if ``generation`` still stands."""
        if self._locked().generation != generation:
            return False
        self._store(grant, generation + 1, since=grant.since)
        self._tell(REFRESHER, "token refreshed", "", now)
        return True

    @writes
    def drop_refresh(self, generation: int) -> None:
        """Give the refresh lease back after a refresh that failed."""
        self._connections().filter(generation=generation).update(refresh_until=None)

    @writes
    def disconnect(
        self, state: ConnectionState, reason: str, *, generation: int, actor: str, now: dt.datetime
    ) -> None:
        """Mark the connection lost or disconnected, if the generation still stands."""
        if self._locked().generation != generation:
            return
        self._connections().update(
            state=state.value,
            reason=reason,
            since=now,
            generation=generation + 1,
            expires_at=None,
            access_token=b"",
            refresh_token=b"",
            refresh_until=None,
        )
        self._tell(actor, f"connection {state}", reason, now)

    @writes
    def reseal(self) -> bool:
        """Seal the tokens with the newest key; False when they are already.

        Not of the port: rotation calls it for each organisation while workers run. The row is
        locked, so that a refresh is neither lost nor undone.
        """
        row = self._locked()
        tokens = ((ACCESS, row.access_token), (REFRESH, row.refresh_token))
        if all(self._cipher.is_current(bytes(sealed)) for _, sealed in tokens):
            return False
        anew = {
            column: self._cipher.sealed_anew(bytes(sealed), self.organisation_id, column)
            for column, sealed in tokens
        }
        self._connections().update(**anew)
        return True

    def _tell(self, actor: str, what: str, detail: str, now: dt.datetime) -> None:
        journal = Journal(self, actor, now, self._audit_key)
        journal.note(what, detail)
        journal.close()

    def _has_links(self) -> bool:
        links = models.Link.objects.using(self.using)
        return links.filter(organisation_id=self.organisation_id).exists()

    def _connections(self) -> QuerySet[models.Connection]:
        rows = models.Connection.objects.using(self.using)
        return rows.filter(organisation_id=self.organisation_id)

    def _locked(self) -> models.Connection:
        rows = self._connections().select_for_update(no_key=True, of=("self",))
        found = rows.select_related("organisation").first()
        if found is not None:
            return found
        fresh = models.Connection(**self._owner)
        models.Connection.objects.using(self.using).bulk_create([fresh], ignore_conflicts=True)
        return rows.select_related("organisation").get()

    def _store(self, grant: Grant, generation: int, *, since: dt.datetime | None) -> None:
        self._connections().update(
            state=grant.state.value,
            generation=generation,
            tenant_name=grant.tenant_name,
            connection_id=grant.connection_id,
            since=since,
            reason=grant.reason,
            expires_at=grant.expires_at,
            access_token=self._cipher.seal(grant.access_token, self.organisation_id, ACCESS),
            refresh_token=self._cipher.seal(grant.refresh_token, self.organisation_id, REFRESH),
            refresh_until=None,
        )
        models.Organisation.objects.using(self.using).filter(pk=self.organisation_id).update(
            tenant_id=grant.tenant_id
        )

    def _value(self, row: sql.Values) -> Grant:
        state, generation, tenant_id, tenant_name, connection_id, since, reason = row[:7]
        expires_at, access_token, refresh_token = row[7:]
        return Grant(
            state=ConnectionState(state),
            generation=generation,
            tenant_id=tenant_id,
            tenant_name=tenant_name,
            connection_id=connection_id,
            since=sql.moment(since),
            reason=reason,
            expires_at=sql.moment(expires_at),
            access_token=self._opened(access_token, ACCESS),
            refresh_token=self._opened(refresh_token, REFRESH),
        )

    def _opened(self, sealed: bytes | memoryview, column: str) -> str:
        return self._cipher.open(bytes(sealed), self.organisation_id, column)
