"""``counterfoil trust issue``, ``months`` and ``copy``: month ends that are kept as issued."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    OrganisationOption,
    actor,
    fail,
    open_organisation,
    print_json,
    say,
    warn,
)
from counterfoil.cli.trust import AccountArgument, MonthOption, must_know, say_outdated
from counterfoil.core.trust_deadlines import month_end

if TYPE_CHECKING:
    import datetime as dt

    from counterfoil.web.services.trust_copies import Kept, Outdated


def issue(
    account: AccountArgument,
    month: MonthOption,
    *,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Issue a month end and keep its papers byte for byte."""
    chosen = open_organisation(firm, organisation)
    from django.utils import timezone

    from counterfoil.web import local_time
    from counterfoil.web.services.trust_copies import issue_month

    must_know(chosen, account)
    end, now = month_end(month.date()), timezone.now()
    if end >= local_time.today(chosen, now):
        fail(f"{end:%B %Y} is not over yet; trust month shows it as it stands.", status=1)
    kept, new = issue_month(chosen, account, end, by=getpass.getuser(), actor=actor(), now=now)
    if as_json:
        print_json({"new": new, **_as_json(kept)})
    else:
        _show(kept)
        if not new:
            say("Nothing differs from it, so that it stands; nothing was issued.")
        elif kept.differs:
            say(f"What differs from issue {kept.issue - 1}:")
            say(kept.differs)
    raise typer.Exit(0 if kept.agrees else 1)


def months(
    account: Annotated[str, typer.Argument(help="A trust account; all without it.")] = "",
    *,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """List the month ends that are kept, and whether each is as it was issued."""
    chosen = open_organisation(firm, organisation)
    from counterfoil.web.services.trust_copies import kept, outdated_months

    found = kept(chosen, account)
    behind = outdated_months(chosen)
    newest = {(one.trust_account, one.end): one.issue for one in found}
    if as_json:
        print_json([_listed(one, newest, behind) for one in found])
    else:
        for one in found:
            _show(one)
            name = (one.trust_account, one.end)
            if name in behind and one.issue == newest[name]:
                say_outdated(f"{one.trust_account} {one.end:%B %Y}", behind[name])
        if not found:
            say("No month end is kept yet; trust issue makes one.")
    raise typer.Exit(0 if all(one.whole for one in found) else 1)


def copy(
    account: AccountArgument,
    month: MonthOption,
    into: Annotated[Path, typer.Option(help="The folder for the papers.")],
    *,
    issue: Annotated[int, typer.Option(help="Which issue; 0 is the newest.")] = 0,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Fetch the papers of a month end exactly as they were issued."""
    chosen = open_organisation(firm, organisation)
    from counterfoil.web.services.trust_copies import kept

    found = kept(chosen, account, month_end(month.date()))
    wanted = [one for one in found if issue in {0, one.issue}]
    if not wanted:
        fail(f"No such month end of {account} is kept; trust months lists what is.", status=1)
    chosen_one = wanted[-1]
    if not chosen_one.whole:
        fail(
            f"{_title(chosen_one)} is not any more as it was issued: its bytes, or their hash in "
            "the record, were altered. Put the database back from a copy that is whole.",
            status=1,
        )
    into.mkdir(parents=True, exist_ok=True)
    for name, content in chosen_one.papers.items():
        (into / name).write_bytes(content)
    say(f"{_title(chosen_one)}: {', '.join(chosen_one.papers)}")


def _title(kept: Kept) -> str:
    return f"{kept.trust_account} {kept.end:%B %Y}, issue {kept.issue}"


def _show(kept: Kept) -> None:
    agrees = "agrees" if kept.agrees else "does not agree"
    day = f"{kept.issued_at:%d %b %Y}"
    say(f"{_title(kept)}, of {day} by {kept.actor}: {agrees}. SHA-256 {kept.sha256}")
    if not kept.whole:
        warn(f"{_title(kept)} is not any more as it was issued.")


def _listed(
    one: Kept,
    newest: dict[tuple[str, dt.date], int],
    behind: dict[tuple[str, dt.date], Outdated],
) -> dict[str, object]:
    name = (one.trust_account, one.end)
    there = behind.get(name) if one.issue == newest[name] else None
    return {**_as_json(one), "differs_from_books": list(there.differs) if there else []}


def _as_json(kept: Kept) -> dict[str, object]:
    return {
        "trust_account": kept.trust_account,
        "month": f"{kept.end:%Y-%m}",
        "issue": kept.issue,
        "agrees": kept.agrees,
        "issued_at": kept.issued_at.isoformat(),
        "actor": kept.actor,
        "sha256": kept.sha256,
        "papers": {name: len(content) for name, content in kept.papers.items()},
        "differs": kept.differs.splitlines(),
        "whole": kept.whole,
    }
