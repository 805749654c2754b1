"""``counterfoil drift``: what was changed in Xero behind our back."""

from __future__ import annotations

import typer

from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    OrganisationOption,
    console,
    fail,
    open_organisation,
    print_json,
)


def drift(
    *, as_json: JsonOption = False, firm: FirmOption = "", organisation: OrganisationOption = ""
) -> None:
    """Read back what Xero holds and compare it with what was posted; change nothing."""
    chosen = open_organisation(firm, organisation)
    from counterfoil.posting.errors import Ended
    from counterfoil.posting.target import UnreadableAnswer
    from counterfoil.web.services import readback

    try:
        found = readback.drift(chosen)
    except (Ended, UnreadableAnswer) as trouble:
        fail(f"Xero could not be read: {trouble}", status=3)
    if as_json:
        print_json(
            [
                {
                    "how": str(one.how),
                    "kind": one.kept.posting.kind,
                    "id": one.kept.posting.id,
                    "part": one.kept.posting.part,
                    "number": one.kept.number,
                    "xero_id": one.found.xero_id if one.found else None,
                    "message": one.words,
                }
                for one in found
            ]
        )
    for one in found if not as_json else ():
        console.print(one.words, markup=False, highlight=False)
    if not found and not as_json:
        console.print("Xero holds what was posted, and nothing else under our numbers.")
    raise typer.Exit(1 if found else 0)
