"""Mail by a server of the firm's own, where there is one; without it links are handed over."""

from __future__ import annotations

import smtplib
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage

if TYPE_CHECKING:
    from urllib.parse import SplitResult

SECONDS: Final = 10
"""How long a person who invites somebody waits for the mail server."""
PORTS: Final = {"smtp": 587, "smtps": 465}


def is_address(value: str) -> bool:
    """Tell whether a setting is the address of a mail server."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in PORTS and bool(parts.hostname) and not parts.path.strip("/")


def django_settings(url: str | None, sender: str) -> dict[str, object]:
    """Return Django's settings for the mail server of ``url``; for none, nothing is sent.

    ``smtp`` begins in the clear and changes to TLS before anything is said, ``smtps`` is TLS from
    the first byte.
    """
    if url is None:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(url)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "",
        "EMAIL_PORT": parts.port or PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp" and not _is_here(parts),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": SECONDS,
        "DEFAULT_FROM_EMAIL": sender,
    }


def _is_here(parts: SplitResult) -> bool:
    """Whether the server is this machine's own, which has no certificate to show."""
    return parts.hostname in {"localhost", "127.0.0.1", "::1"}


def configured() -> bool:
    """Tell whether mail can be sent."""
    return settings.COUNTERFOIL.mail_url is not None


def send(to: str, subject: str, text: str) -> str:
    """Send a mail; returns why it did not leave, in words for the person who waits, or nothing."""
    try:
        EmailMessage(subject, text, to=[to]).send()
    except (smtplib.SMTPException, OSError) as trouble:
        return f"The mail server did not take it ({trouble})."
    return ""
