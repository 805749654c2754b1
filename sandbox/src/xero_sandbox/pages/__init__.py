"""Pages on which a person looks into the sandbox: server-made HTML, no script, loopback only."""

from __future__ import annotations

from xero_sandbox.pages.routes import find, show

__all__ = ["find", "show"]
