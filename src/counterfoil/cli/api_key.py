"""``counterfoil api-key create``, ``list`` and ``revoke``: who may use the intake API."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    actor,
    fail,
    open_all,
    open_firm,
    print_json,
    say,
    warn,
)

if TYPE_CHECKING:
    from counterfoil.web.models import ApiKey, Firm, Vendor

api_key = typer.Typer(help="Make, list and revoke keys to the intake API.")

LONGEST_NAME = 100
VENDOR = re.compile(r"[a-z0-9]{2,20}")

ScopeOption = Annotated[
    list[str] | None,
    typer.Option("--scope", help="What it may do, once for each; all if left out."),
]
VendorOption = Annotated[
    str, typer.Option("--vendor", help="A vendor's short name: the key is for its firms.")
]


@api_key.command()
def create(
    name: Annotated[str, typer.Argument(help="What uses the key, such as the practice system.")],
    *,
    scope: ScopeOption = None,
    vendor: VendorOption = "",
    as_json: JsonOption = False,
    firm: FirmOption = "",
) -> None:
    """Make a key and print it; nobody can read it again."""
    owner = _owner(firm, vendor, make=True)
    from django.utils import timezone

    from counterfoil.web.models import Firm
    from counterfoil.web.services import api_keys

    allowed = api_keys.OF_FIRMS if isinstance(owner, Firm) else (api_keys.Scope.FIRMS,)
    unknown = [one for one in scope or () if one not in {str(each) for each in allowed}]
    if unknown or not name.strip() or len(name) > LONGEST_NAME:
        what = f"{unknown[0]} is no scope of such a key" if unknown else "The name cannot be used"
        fail(f"{what}. Scopes are: {', '.join(allowed)}; a name has 1 to {LONGEST_NAME} letters.")
    chosen = [one for one in allowed if scope is None or str(one) in scope]
    try:
        made = api_keys.make(owner, name.strip(), chosen, actor=actor(), now=timezone.now())
    except api_keys.TooManyKeys as refusal:
        fail(str(refusal), status=1)
    if as_json:
        print_json({"key": made.text, **_as_json(made.row)})
        return
    say(made.text)
    warn(f"It may do: {', '.join(made.row.scopes)}. Keep it now: it is not shown again.")


@api_key.command("list")
def list_(*, vendor: VendorOption = "", as_json: JsonOption = False, firm: FirmOption = "") -> None:
    """List the keys, with what they are for and when each was last used."""
    owner = _owner(firm, vendor)
    from counterfoil.web.services import api_keys

    found = list(api_keys.every(owner))
    if as_json:
        print_json([_as_json(row) for row in found])
        return
    for row in found:
        used = f"last used {row.last_used_at:%d %b %Y}" if row.last_used_at else "never used"
        ended = f"revoked {row.revoked_at:%d %b %Y}" if row.revoked_at else used
        say(f"{row.public}  {row.name}: {', '.join(row.scopes)}; {ended}")
    if not found:
        say("There are no keys.")


@api_key.command()
def revoke(
    key: Annotated[str, typer.Argument(help="The key's public name, as list shows it.")],
    *,
    vendor: VendorOption = "",
    as_json: JsonOption = False,
    firm: FirmOption = "",
) -> None:
    """End a key, at once and for good."""
    owner = _owner(firm, vendor)
    from django.utils import timezone

    from counterfoil.web.services import api_keys

    # Somebody may well paste the whole key: what leaks is what is to be revoked.
    public = key.removeprefix("cf_").partition("_")[0]
    row = api_keys.revoke(owner, public, actor=actor(), now=timezone.now())
    if row is None:
        fail("There is no such key in force.", status=1)
    if as_json:
        print_json(_as_json(row))
    else:
        say(f"{row.name} ({row.public}) is revoked.")


def _owner(firm: str, vendor: str, *, make: bool = False) -> Firm | Vendor:
    if not vendor:
        return open_firm(firm, "")[0].firm
    open_all()
    if not VENDOR.fullmatch(vendor):
        fail("A vendor's short name has 2 to 20 small letters and digits.")
    from django.utils import timezone

    from counterfoil.web.models import Vendor
    from counterfoil.web.services import api_keys

    if make:
        return api_keys.vendor(vendor, vendor, now=timezone.now())
    found = Vendor.objects.filter(key=vendor).first()
    if found is None:
        fail(f"There is no vendor {vendor}.")
    return found


def _as_json(row: ApiKey) -> dict[str, object]:
    return {
        "name": row.public,
        "for": row.name,
        "scopes": row.scopes,
        "created_at": row.created_at.isoformat(),
        "last_used_at": row.last_used_at.isoformat() if row.last_used_at else None,
        "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
    }
