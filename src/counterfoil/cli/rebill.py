"""``counterfoil rebill``: a changed bill is credited in Xero and billed anew, in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    OrganisationOption,
    actor,
    asking_xero,
    counted,
    open_organisation,
    print_json,
    say,
)
from counterfoil.cli.tie import DryRunOption, keys_of
from counterfoil.cli.undo import DocumentsArgument, OverwriteOption

if TYPE_CHECKING:
    from counterfoil.posting.rebill_orders import Rebilling


def rebill(
    documents: DocumentsArgument,
    *,
    dry_run: DryRunOption = False,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Credit changed bills in Xero, and bill them anew under a number of their own."""
    chosen = open_organisation(firm, organisation)
    keys = [key for name in documents for key in keys_of(chosen, name)]
    from django.utils import timezone

    from counterfoil.web.services import rebilling

    with asking_xero():
        found = rebilling.rebill(
            chosen,
            keys,
            actor=actor(),
            now=timezone.now(),
            dry_run=dry_run,
            given_up=None if overwrite else (),
        )
    if as_json:
        print_json([_as_json(one) for one in found])
    else:
        for one in found:
            _show(one)
        if any(one.planned for one in found):
            say("Send with: counterfoil post")
    if any(one.refused or one.under_way for one in found):
        raise typer.Exit(1)


def _show(one: Rebilling) -> None:
    name = f"{one.of.kind.replace('_', ' ')} {one.of.id}"
    if one.resumed:
        say(f"{name}: it is being credited and billed anew. Send it with: counterfoil post")
    elif one.under_way:
        say(f"{name}: something of it is on its way to Xero or back, so that nothing is credited.")
    elif one.refused is not None:
        say(f"{name}: not possible. {one.refused.message} {one.refused.fix}")
    else:
        would = "" if one.planned else " would be taken"
        say(f"{name}: {counted(len(one.steps), 'step')}{would}, in this order.")
    for place, step in enumerate(one.steps, 1):
        say(f"  {place}. {step}")
    for loss in one.lost if one.refused is None else ():
        say(loss.words)


def _as_json(one: Rebilling) -> dict[str, object]:
    refused = one.refused
    return {
        "kind": one.of.kind,
        "id": one.of.id,
        "steps": list(one.steps),
        "planned": one.planned,
        "resumed": one.resumed,
        "under_way": one.under_way,
        "lost": [loss.words for loss in one.lost],
        "refused": None
        if refused is None
        else {"code": refused.code, "message": refused.message, "fix": refused.fix},
    }
