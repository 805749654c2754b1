"""Keys change while workers run, and a key that is missing is named."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.mfa.models import Authenticator

from counterfoil.posting.records import ConnectionState, Grant
from counterfoil.sources.actionstep.oauth import Tokens
from counterfoil.web import crypto
from counterfoil.web.models import Actionstep
from counterfoil.web.services import actionstep, sealing
from counterfoil.web.sign_in import SecondFactor
from counterfoil.web.store import outbox_of
from tests.web.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def connected(cast: Cast, now: dt.datetime) -> None:
    """Connect the firm to Xero and to Actionstep; Alice signs in with a second factor."""
    grant = Grant(
        ConnectionState.CONNECTED,
        0,
        "tenant-1",
        expires_at=now + dt.timedelta(minutes=30),
        access_token="xero access",
        refresh_token="xero refresh",
    )
    outbox_of(cast.organisation).connect(grant, actor="ann", now=now)
    Actionstep.objects.create(firm=cast.firm, connected=True)
    hour = now + dt.timedelta(hours=1)
    kept = actionstep.Kept(cast.firm.pk)
    Authenticator.objects.create(
        user=cast.people["alice"],
        type=Authenticator.Type.TOTP,
        data={"secret": SecondFactor().encrypt("JBSWY3DPEHPK3PXP")},
    )
    kept.store(Tokens("actionstep access", "actionstep refresh", hour, "https://a.example/rest"))


def test_every_token_is_sealed_anew_and_the_old_key_falls_idle(
    cast: Cast, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new, last = (crypto.new_key() for _ in range(3))
    ids = [key.id.hex() for key in crypto.parse(f"{new},{old}").keys]
    monkeypatch.setenv(crypto.SETTING, f"{old},{last}")
    connected(cast, now)
    assert sealing.in_use() == {ids[1]: 5}
    monkeypatch.setenv(crypto.SETTING, f"{new},{old},{last}")
    assert sealing.reseal() == 3
    assert sealing.in_use() == {ids[0]: 5}
    assert sealing.reseal() == 0
    monkeypatch.setenv(crypto.SETTING, f"{new},{last}")
    assert outbox_of(cast.organisation).grant().refresh_token == "xero refresh"
    assert actionstep.Kept(cast.firm.pk).load().refresh == "actionstep refresh"
    assert SecondFactor().decrypt(Authenticator.objects.get().data["secret"]) == "JBSWY3DPEHPK3PXP"


def test_a_second_factor_from_before_there_was_sealing_works_and_is_sealed(cast: Cast) -> None:
    plain = {"secret": "JBSWY3DPEHPK3PXP"}
    row = Authenticator.objects.create(
        user=cast.people["alice"], type=Authenticator.Type.TOTP, data=plain
    )
    assert SecondFactor().decrypt(row.data["secret"]) == "JBSWY3DPEHPK3PXP"
    assert sealing.reseal() == 1
    row.refresh_from_db()
    assert "JBSWY3DPEHPK3PXP" not in str(row.data)
    assert SecondFactor().decrypt(row.data["secret"]) == "JBSWY3DPEHPK3PXP"


def test_a_key_that_is_not_there_is_named_and_nothing_is_lost(
    cast: Cast, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = crypto.new_key(), crypto.new_key()
    monkeypatch.setenv(crypto.SETTING, old)
    connected(cast, now)
    monkeypatch.setenv(crypto.SETTING, new)
    with pytest.raises(crypto.KeyMissing, match="Put it back, or connect to Xero again"):
        sealing.reseal()
    monkeypatch.setenv(crypto.SETTING, f"{new} {old}")
    assert sealing.reseal() == 3
