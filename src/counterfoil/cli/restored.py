"""``counterfoil restored``: say that the database was put back from a backup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    OrganisationOption,
    actor,
    open_all,
    print_json,
    say,
)
from counterfoil.posting.restoring import LASTS

if TYPE_CHECKING:
    from counterfoil.posting.records import Restored
    from counterfoil.web.models import Organisation


def restored(
    *,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Say that the database was put back: everything is looked for in Xero before it is sent."""
    chosen = open_all(firm, organisation)
    from counterfoil.web import heads

    marks = heads.mark(chosen, actor=actor())
    if as_json:
        print_json([_as_json(one, mark) for one, mark in marks.items()])
        return
    for one, mark in marks.items():
        say(
            f"{one.firm} / {one}: what Xero holds since {mark.since:%d %b %Y, %H:%M} UTC is looked "
            f"through before anything is sent, for {LASTS.days} days."
        )
    say("Import again what came in after the backup, then: counterfoil post")


def _as_json(organisation: Organisation, mark: Restored) -> dict[str, str]:
    return {
        "firm": organisation.firm.key,
        "organisation": organisation.key,
        "since": mark.since.isoformat(),
        "until": (mark.at + LASTS).isoformat(),
    }
