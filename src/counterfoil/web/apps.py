"""What Django is told of this application once all models are loaded."""

from __future__ import annotations

from django.apps import AppConfig


class Web(AppConfig):
    """The pages, the interface for programs, and the store behind them."""

    name = "counterfoil.web"

    def ready(self) -> None:
        """Keep recovery codes in our way from the first request on."""
        # Models can be imported only now.
        from counterfoil.web import recovery_codes  # noqa: PLC0415 -- as said above

        recovery_codes.take_over()
