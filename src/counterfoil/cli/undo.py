"""``counterfoil undo`` and ``repost``: the way back from what was posted, in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    OrganisationOption,
    actor,
    asking_xero,
    counted,
    fail,
    open_organisation,
    print_json,
    say,
)
from counterfoil.cli.tie import DryRunOption, keys_of
from counterfoil.posting.overwriting import EDITED

if TYPE_CHECKING:
    from counterfoil.web.services.undoing import Undoing

OverwriteOption = Annotated[
    bool, typer.Option("--overwrite", help="Give up what somebody has edited in Xero.")
]
DocumentsArgument = Annotated[list[str], typer.Argument(help="Ids, kind:id, or numbers.")]


def undo(
    documents: DocumentsArgument,
    *,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Take documents back out of Xero: what lies on them first, then the documents."""
    _go_back(documents, firm, organisation, again=False, dry_run=dry_run, as_json=as_json)


def repost(
    documents: DocumentsArgument,
    *,
    dry_run: DryRunOption = False,
    overwrite: OverwriteOption = False,
    once_more: Annotated[
        bool, typer.Option("--again", help="Also what was posted anew by an order before.")
    ] = False,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Take documents back out of Xero and post them anew, under the same numbers."""
    if not once_more and not dry_run:
        _must_not_be_done(documents, firm, organisation)
    given_up = None if overwrite else ()
    _go_back(
        documents,
        firm,
        organisation,
        again=True,
        dry_run=dry_run,
        as_json=as_json,
        given_up=given_up,
    )


def _must_not_be_done(documents: list[str], firm: str, organisation: str) -> None:
    """End the command where an order of before has done it: its answer may have been lost."""
    chosen = open_organisation(firm, organisation)
    keys = [key for name in documents for key in keys_of(chosen, name)]
    from counterfoil.web.services import undoing

    done = undoing.done_before(chosen, keys)
    if done:
        names = ", ".join(f"{key.kind.replace('_', ' ')} {key.id}" for key in sorted(done))
        fail(
            f"Posted anew by an order before, and not changed since: {names}. Nothing was done. "
            "If it is to be done once more: --again.",
            status=1,
        )


def _go_back(
    documents: list[str],
    firm: str,
    organisation: str,
    *,
    again: bool,
    dry_run: bool,
    as_json: bool,
    given_up: tuple[str, ...] | None = (),
) -> None:
    chosen = open_organisation(firm, organisation)
    keys = [key for name in documents for key in keys_of(chosen, name)]
    from django.utils import timezone

    from counterfoil.web.services import undoing

    with asking_xero():
        found = undoing.undo(
            chosen,
            keys,
            actor=actor(),
            now=timezone.now(),
            again=again,
            dry_run=dry_run,
            given_up=given_up,
        )
    if as_json:
        print_json([_as_json(one) for one in found])
    else:
        for one in found:
            _show(one, dry_run=dry_run)
        if any(one.planned for one in found):
            say("Send with: counterfoil post")
    if any(one.refused or one.under_way for one in found):
        raise typer.Exit(1)


def _show(one: Undoing, *, dry_run: bool) -> None:
    name = f"{one.of.kind.replace('_', ' ')} {one.of.id}"
    if one.along is not None and not one.resumed:
        say(f"{name}: in one list with {one.along.kind.replace('_', ' ')} {one.along.id}.")
        return
    if one.resumed:
        say(f"{name}: a correction of it is not finished yet. Send it with: counterfoil post")
    elif one.under_way:
        say(f"{name}: Xero's answer about it is not known yet, so that nothing is taken back.")
    elif not one.steps:
        say(f"{name}: Xero holds nothing of it.")
    else:
        steps = counted(len(one.steps), "step")
        say(f"{name}: {steps}{' would be taken' if dry_run or one.refused else ''}, in this order.")
    for place, step in enumerate(one.steps, 1):
        say(f"  {place}. {step}")
    if not any(refusal.finding.code == EDITED for refusal in one.refused):
        for loss in one.lost:
            say(loss.words)
    for refusal in one.refused:
        say(f"Not possible: {refusal.finding.message} {refusal.finding.fix}")


def _as_json(one: Undoing) -> dict[str, object]:
    return {
        "kind": one.of.kind,
        "id": one.of.id,
        "steps": list(one.steps),
        "planned": one.planned,
        "resumed": one.resumed,
        "along": None if one.along is None else str(one.along),
        "under_way": one.under_way,
        "lost": [loss.words for loss in one.lost],
        "refused": [
            {"code": r.finding.code, "message": r.finding.message, "fix": r.finding.fix}
            for r in one.refused
        ],
    }
