"""``counterfoil cutover``: the day on which posting begins, and what Xero holds from before."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    OrganisationOption,
    actor,
    counted,
    fail,
    open_organisation,
    print_json,
    say,
)

if TYPE_CHECKING:
    from counterfoil.posting.matching import Matched
    from counterfoil.web.models import Organisation
    from counterfoil.xero.adopting import Adopted

NAMED_MOST = 10
"""Documents that are named under one reason."""


def cutover(
    *,
    start: Annotated[str, typer.Option("--from", help="The first day that is posted.")] = "",
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Tie older documents to what Xero holds of them.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --adopt: only say what would be tied.")
    ] = False,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Say from which day on the firm posts, and tie what is older to what Xero holds of it."""
    if not start and not adopt:
        fail("Say --from with a day, or --adopt, or both.")
    day = _day(start) if start else None
    chosen = open_organisation(firm, organisation)
    told: dict[str, object] = {}
    if day is not None and dry_run:
        fail("--dry-run is for --adopt alone: a start date may be set anew at any time.")
    if day is not None:
        told |= _begin(chosen, day, as_json=as_json)
    found = _adopted(chosen, dry_run=dry_run) if adopt else None
    if found is not None:
        told |= _adopted_json(found)
    if as_json:
        print_json(told)
    elif found is not None:
        _say_adopted(found, dry_run=dry_run)
    if found is not None and found.missed:
        raise typer.Exit(1)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        fail(f"{text} is no day; write it as 2026-07-01.")


def _begin(organisation: Organisation, day: dt.date, *, as_json: bool) -> dict[str, object]:
    from django.utils import timezone

    from counterfoil.posting.shelf import NotReady
    from counterfoil.web.services import cutover as service

    try:
        begun = service.begin(organisation, day, actor=actor(), now=timezone.now())
    except NotReady as gap:
        fail(f"{gap.finding.message} {gap.finding.fix}")
    if not as_json:
        say(f"Posting begins with documents dated {begun.start}.")
        say(
            f"{counted(begun.prior, 'document')} from before that "
            f"{'is' if begun.prior == 1 else 'are'} taken to be in Xero already."
        )
        say("Hold what stood in Xero then against them with: counterfoil reconcile")
    return {"from": begun.start.isoformat(), "prior": begun.prior}


def _adopted(organisation: Organisation, *, dry_run: bool) -> Adopted:
    from django.utils import timezone

    from counterfoil.posting.errors import Ended
    from counterfoil.posting.shelf import NotReady
    from counterfoil.posting.target import UnreadableAnswer
    from counterfoil.web.services import cutover as service

    try:
        return service.adopt(organisation, actor=actor(), now=timezone.now(), dry_run=dry_run)
    except NotReady as gap:
        fail(f"{gap.finding.message} {gap.finding.fix}")
    except (Ended, UnreadableAnswer) as trouble:
        fail(f"Xero could not be asked what it holds: {trouble} Nothing was tied.", status=3)


def _say_adopted(found: Adopted, *, dry_run: bool) -> None:
    from counterfoil.xero.adopting import undecided

    done = f"{len(found.found):,} would be tied" if dry_run else f"{found.tied:,} tied"
    say(f"{counted(len(found.matches), 'posting')} from before the start: {done}.")
    for why, missed in undecided(found.missed).items():
        say(f"{counted(len(missed), 'posting')} not tied: {why}.")
        for one in missed[:NAMED_MOST]:
            there = f" (in Xero: {', '.join(one.candidates)})" if one.candidates else ""
            say(f"  {_name(one)}{there}")
        if len(missed) > NAMED_MOST:
            say(f"  and {len(missed) - NAMED_MOST:,} more; --json names all of them")
    if found.missed:
        say("Tie one by hand with: counterfoil relink; what is not tied stays as it is.")


def _name(one: Matched) -> str:
    part = f", {one.posting.part}" if one.posting.part else ""
    return f"{one.posting.kind.replace('_', ' ')} {one.posting.id}{part}"


def _adopted_json(found: Adopted) -> dict[str, object]:
    return {
        "tied": found.tied,
        "matched": [
            {**_posting(one), "xero_id": one.shown.xero_id} for one in found.found if one.shown
        ],
        "unmatched": [
            {**_posting(one), "why": one.why, "candidates": list(one.candidates)}
            for one in found.missed
        ],
        "calls": found.calls,
    }


def _posting(one: Matched) -> dict[str, str]:
    return {"kind": one.posting.kind, "id": one.posting.id, "part": one.posting.part}
