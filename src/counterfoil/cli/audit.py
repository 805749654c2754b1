"""``verify-audit``, ``audit export`` and ``audit trim``: the record of who did what."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    actor,
    counted,
    fail,
    open_all,
    open_firm,
    print_json,
    say,
    warn,
)

if TYPE_CHECKING:
    from counterfoil.web.audit import Break, Head
    from counterfoil.web.models import Firm


audit = typer.Typer(help="The record of who did what: written out, and kept as long as it must be.")


def verify_audit(*, as_json: JsonOption = False, firm: FirmOption = "") -> None:
    """Walk each firm's audit chain, and say whether it is whole or where it breaks."""
    chosen = open_all(firm, erased=True)
    from counterfoil.web.audit import Break
    from counterfoil.web.models import Firm
    from counterfoil.web.services import auditing

    # Of all firms those too that no organisation leads to any more: somebody may have seen to that.
    firms = [one.firm for one in chosen] if firm else Firm.objects.order_by("pk")
    found = {one: auditing.verified(one) for one in dict.fromkeys(firms)}
    remarks = {one: auditing.remarks(one) for one in found}
    missing = [] if firm else list(auditing.missing())
    if as_json:
        told = [_as_json(one, end, remarks[one]) for one, end in found.items()]
        print_json([*told, *(_missing_as_json(number, why) for number, why in missing)])
    else:
        for one, end in found.items():
            _tell(one, end, remarks[one])
        for _, why in missing:
            warn(f"{why[0].upper()}{why[1:]}.")
    broken = missing or any(isinstance(end, Break) for end in found.values())
    raise typer.Exit(1 if broken else 0)


def _as_json(firm: Firm, end: Head | Break, remarks: list[str]) -> dict[str, object]:
    why = getattr(end, "why", None)
    whole = {"firm": firm.key, "whole": why is None, "sequence": end.sequence, "why": why}
    return whole | {"remarks": remarks}


def _missing_as_json(number: int, why: str) -> dict[str, object]:
    return {"firm": f"firm {number}", "whole": False, "sequence": 0, "why": why, "remarks": []}


def _tell(firm: Firm, end: Head | Break, remarks: list[str]) -> None:
    why = getattr(end, "why", None)
    if why is None:
        say(f"{firm}: {end.sequence:,} entries, the chain is whole.")
    else:
        warn(f"{firm}: the chain breaks at entry {end.sequence:,}: {why}.")
    for remark in remarks:
        say(f"{firm}: {remark}.")


@audit.command()
def export(
    file: Annotated[Path, typer.Argument(help="The zip file to write; it must not be there yet.")],
    *,
    since: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The first day; the firm's first if left out."),
    ] = None,
    until: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The last day; today if left out."),
    ] = None,
    firm: FirmOption = "",
) -> None:
    """Write a firm's record for an inspector: who posted what and when, request and answer."""
    chosen, _ = open_firm(firm, "")
    from django.utils import timezone

    from counterfoil.web.services import auditing, inspection

    now = timezone.now()
    first, last = (since or chosen.firm.created_at).date(), (until or now).date()
    try:
        with file.open("xb") as out:
            days = inspection.Days(first, last)
            inspection.write(chosen.firm, out, days, auditing.verified(chosen.firm), now=now)
    except OSError as trouble:
        fail(f"{file} cannot be written: {trouble.strerror}. Nothing there was overwritten.")
    say(f"{file} has the record of {chosen.firm} from {first} to {last}.")


@audit.command()
def trim(
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Let go; without it, only count.")] = False,
    as_json: JsonOption = False,
    firm: FirmOption = "",
) -> None:
    """Let go of the bodies of requests and answers whose keeping time is over; hashes stay."""
    chosen, _ = open_firm(firm, "")
    from django.conf import settings
    from django.utils import timezone

    from counterfoil.web.services import keeping

    now = timezone.now()
    before = keeping.ends_before(now, settings.COUNTERFOIL.keep_years)
    over = (
        keeping.let_go(chosen.firm, before, actor=actor(), now=now)
        if yes
        else keeping.over(chosen.firm, before)
    )
    if as_json:
        print_json({"before": f"{before:%Y-%m-%d}", "gone": yes, **over._asdict()})
        return
    what = f"{counted(over.requests, 'request')} and {counted(over.answers, 'answer')}"
    years = counted(settings.COUNTERFOIL.keep_years, "year")
    say(f"Kept for {years} (COUNTERFOIL_KEEP_YEARS): what was sent since {before:%d %b %Y}.")
    say(f"{what} from before that {'have been let go' if yes else 'would be let go with --yes'}.")
