"""What the tests of the pages share: the cast, and browsers for it."""

from __future__ import annotations

import datetime as dt
import secrets

import django
import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

# Models can only be imported once Django is set up, and pytest may read this file before that.
django.setup()

from counterfoil.web import heads  # noqa: E402 -- as said above
from counterfoil.web.services import working  # noqa: E402 -- as said above
from tests.web.cast import BACKEND, As, Cast, assemble  # noqa: E402 -- as said above


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """Hash passwords fast: how strong the real hash is, is not what these tests ask."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def no_haste() -> None:
    """Forget how often somebody signed in or changed a password in the last minute."""
    cache.clear()


@pytest.fixture(autouse=True)
def heads_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the heads of audit chains apart: the firms of each test have the numbers of the last."""
    monkeypatch.setattr(heads, "FOLDER", f"audit-heads-{secrets.token_hex(8)}")


@pytest.fixture(autouse=True)
def long_work_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let long work be done before its page answers: the database of a test is one connection's."""
    monkeypatch.setattr(working, "apart", lambda target: target())


@pytest.fixture
def now() -> dt.datetime:
    return timezone.now()


@pytest.fixture
def cast(db: None, now: dt.datetime) -> Cast:
    return assemble(now)


@pytest.fixture
def signed_in(cast: Cast) -> As:
    """Give the browser of one of the cast, signed in."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(cast.people[name], backend=BACKEND)
        return client

    return sign_in
