"""Where sessions are kept: in the database, and not under the id that opens them.

The browser's cookie carries the id; the row stands under its keyed hash. Who reads the database or
a backup has nothing that a server would take for a session (ASVS 7.2, 14.1).
"""

from __future__ import annotations

from typing import Final

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone
from django.utils.crypto import salted_hmac

LENGTH: Final = 40
"""Digits of the hash that are kept, of four bits each: as many as Django's column holds."""


def stored_under(session_key: str) -> str:
    """Return the name of a session's row; under another ``COUNTERFOIL_SECRET_KEY`` another one."""
    hashed = salted_hmac("counterfoil.web.session_store", session_key, algorithm="sha256")
    return hashed.hexdigest()[:LENGTH]


class SessionStore(db.SessionStore):
    """Django's sessions in the database, each found by the hash of its id."""

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        found: AbstractBaseSession | None = self.model.objects.filter(
            session_key=stored_under(self.session_key or ""), expire_date__gt=timezone.now()
        ).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        """Tell whether an id is taken."""
        return super().exists(stored_under(session_key))

    def create_model_instance(self, data: dict[str, object]) -> AbstractBaseSession:
        """Return the row of the session as it stands now."""
        row = super().create_model_instance(data)
        row.session_key = stored_under(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """End a session: the one with this id, or this one."""
        if key := session_key or self.session_key:
            super().delete(stored_under(key))

    # Django's own would go to the database with the bare id.
    aload = SessionBase.aload
    aexists = SessionBase.aexists
    acreate = SessionBase.acreate
    asave = SessionBase.asave
    adelete = SessionBase.adelete
