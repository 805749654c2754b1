"""The head of each audit chain goes to a mailbox outside, once a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.core.mail import EmailMessage
from pytest_django import Settings

from counterfoil.web import audit, head_mail, mail
from counterfoil.web.models import AuditHead
from tests.web.cast import Cast

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def mailbox(settings: Settings) -> None:
    settings.COUNTERFOIL = replace(
        settings.COUNTERFOIL,
        mail_url="smtp://mail.example.com",
        mail_from="books@example.com",
        audit_mail="auditor@elsewhere.example",
    )


def happen(cast: Cast, now: dt.datetime) -> None:
    row = audit.Row(cast.organisation.pk, now, "ann", "looked", None, "", "", "", "")
    audit.append(b"k" * 32, cast.firm.pk, cast.organisation.pk, now, [row], "default")


def test_it_is_mailed_once_a_day_and_only_if_it_has_moved(
    cast: Cast, now: dt.datetime, mailoutbox: list[EmailMessage]
) -> None:
    happen(cast, now)
    assert [head_mail.turn(now), head_mail.turn(now)] == [1, 0]
    (told,) = mailoutbox
    assert told.to == ["auditor@elsewhere.example"]
    assert AuditHead.objects.get().mac.hex() in told.body
    assert head_mail.turn(now + DAY) == 0
    happen(cast, now + DAY)
    assert head_mail.turn(now + DAY) == 1
    assert "entry 2 of" in mailoutbox[-1].body


def test_what_the_mail_server_does_not_take_is_mailed_later(
    cast: Cast,
    now: dt.datetime,
    mailoutbox: list[EmailMessage],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    happen(cast, now)
    with monkeypatch.context() as patch:
        patch.setattr(mail, "send", lambda *_: "The mail server did not take it.")
        assert head_mail.turn(now) == 0
    assert head_mail.turn(now) == 1
    assert len(mailoutbox) == 1


def test_nothing_is_mailed_where_nobody_is_named(
    cast: Cast, now: dt.datetime, settings: Settings, mailoutbox: list[EmailMessage]
) -> None:
    settings.COUNTERFOIL = replace(settings.COUNTERFOIL, audit_mail="")
    happen(cast, now)
    assert head_mail.turn(now) == 0
    assert mailoutbox == []
