"""``counterfoil verify-audit``: whether the record has been altered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    errors,
    open_all,
    print_json,
    say,
)

if TYPE_CHECKING:
    from counterfoil.web.audit import Break, Head
    from counterfoil.web.models import Firm


def verify_audit(*, as_json: JsonOption = False, firm: FirmOption = "") -> None:
    """Walk each firm's audit chain, and say whether it is whole or where it breaks."""
    chosen = open_all(firm)
    from counterfoil.web.audit import Break
    from counterfoil.web.services.auditing import verified

    found = {one: verified(one) for one in dict.fromkeys(one.firm for one in chosen)}
    if as_json:
        print_json([_as_json(one, end) for one, end in found.items()])
    else:
        for one, end in found.items():
            _tell(one, end)
    broken = any(isinstance(end, Break) for end in found.values())
    raise typer.Exit(1 if broken else 0)


def _as_json(firm: Firm, end: Head | Break) -> dict[str, object]:
    why = getattr(end, "why", None)
    return {"firm": firm.key, "whole": why is None, "sequence": end.sequence, "why": why}


def _tell(firm: Firm, end: Head | Break) -> None:
    why = getattr(end, "why", None)
    if why is None:
        say(f"{firm}: {end.sequence:,} entries, the chain is whole.")
    else:
        words = f"{firm}: the chain breaks at entry {end.sequence:,}: {why}."
        errors.print(words, markup=False, highlight=False)
