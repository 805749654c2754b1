"""What goes to the log: lines for people, or JSON for a collector (COUNTERFOIL_LOG).

The record of what was posted is the daybook and its audit chain; the log only helps to run the
programs. No token, body, client or amount is ever logged.
"""

from __future__ import annotations

import logging
from typing import Final

QUIET, TEXT, JSON = "quiet", "text", "json"
CHOICES = (QUIET, TEXT, JSON)
"""``quiet`` tells of faults in the program only, because commands speak for themselves; the others
tell of each call to Xero and of a lost connection too."""

SECURITY: Final = "counterfoil.security"
"""The log of refusals: who was kept from what. It is told whatever the choice is."""

_CONTROLS: Final = {code: f"\\x{code:02x}" for code in (*range(32), 127)}


class Lines(logging.Formatter):
    """Lines for people; what somebody handed in ends no line and begins none."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- its name in logging
        """Write control characters as they are written in programs."""
        return super().formatMessage(record).translate(_CONTROLS)


def settings(choice: str) -> dict[str, object]:
    """Return the configuration of ``logging`` for one of the choices."""
    form = "json" if choice == JSON else "text"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {
                "()": "counterfoil.web.logs.Lines",
                "format": "{asctime} {levelname} {name} {message}",
                "style": "{",
            },
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "format": "{levelname}{name}{message}",
                "style": "{",
                "rename_fields": {"levelname": "level", "name": "logger"},
                # The moment in UTC, as ISO 8601 has it.
                "timestamp": "time",
            },
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": form}},
        "loggers": {
            "counterfoil": {"level": "ERROR" if choice == QUIET else "INFO"},
            SECURITY: {"level": "INFO"},
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
    }
