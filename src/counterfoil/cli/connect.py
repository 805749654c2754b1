"""``counterfoil connect``: to a sandbox, for scripts; people connect on the pages."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    OrganisationOption,
    actor,
    fail,
    open_or_make,
    print_json,
    say,
    warn,
)

CLIENT_ID = "counterfoil"
CLIENT_SECRET = "any-secret-will-do"  # noqa: S105 -- the sandbox takes whatever it first sees


def connect(
    *,
    sandbox: Annotated[str, typer.Option("--sandbox", help="Address of an xero-sandbox.")] = "",
    tenant: Annotated[
        str, typer.Option("--tenant", help="Name or tenant id of its organisation.")
    ] = "",
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Connect to a sandbox through its own consent page; never works against Xero itself."""
    if not sandbox:
        fail("Connecting to Xero needs a person: run counterfoil serve and press Connect there.")
    # A secret that the environment gives stays there; only what this command chose is remembered.
    given = {"XERO_CLIENT_SECRET"} & os.environ.keys()
    settings = {
        "XERO_BASE_URL": sandbox.rstrip("/"),
        "XERO_CLIENT_ID": os.environ.get("XERO_CLIENT_ID", CLIENT_ID),
        "XERO_CLIENT_SECRET": os.environ.get("XERO_CLIENT_SECRET", CLIENT_SECRET),
    }
    os.environ.update(settings)
    chosen = open_or_make(firm, organisation)
    from django.conf import settings as django_settings
    from django.utils import timezone

    from counterfoil.web import home
    from counterfoil.web.services import sandbox_consent
    from counterfoil.web.services.consent import Refused

    if not sandbox_consent.is_sandbox(sandbox):
        fail(f"No xero-sandbox answers at {sandbox}.")
    try:
        done = sandbox_consent.connect(chosen, tenant, actor=actor(), now=timezone.now())
    except Refused as refused:
        fail(str(refused), status=1)
    remembered = {name: value for name, value in settings.items() if name not in given}
    home.remember(django_settings.COUNTERFOIL.home, remembered)
    if as_json:
        print_json({"tenant_name": done.tenant_name, "warnings": list(done.warnings)})
        return
    say(f"Connected to {done.tenant_name}.")
    for warning in done.warnings:
        warn(warning)
