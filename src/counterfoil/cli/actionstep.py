"""``counterfoil actionstep``: connect a firm's Actionstep, read it, and say where its bills go."""

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
    existing,
    fail,
    open_firm,
    print_json,
    say,
    warn,
)
from counterfoil.posting.records import Taken

if TYPE_CHECKING:
    from counterfoil.web.models import Actionstep
    from counterfoil.web.services.actionstep_pull import Pulled

actionstep = typer.Typer(help="Read matters, contacts and bills from Actionstep.")

SHOWN = 20
STOPPED = 3
"""Exit status of a pull that something stood against; the next one goes on from there."""

AnswerOption = Annotated[
    str, typer.Option(help="The address that Actionstep's page led back to, whole.")
]


@actionstep.command()
def connect(
    *, answer: AnswerOption = "", as_json: JsonOption = False, firm: FirmOption = ""
) -> None:
    """Connect the firm to its Actionstep: first print where to consent, then take the answer."""
    chosen, _ = open_firm(firm)
    from django.utils import timezone

    from counterfoil.web.services import actionstep as connections

    try:
        if not answer:
            url = connections.begin_connect(chosen.firm, now=timezone.now())
            answer = _by_itself(url)
            if not answer:
                _ask(url, as_json=as_json)
                return
        row = connections.finish_connect(chosen.firm, answer, actor=actor(), now=timezone.now())
    except connections.Refused as refusal:
        fail(str(refusal), status=1)
    if as_json:
        print_json({"orgkey": row.orgkey, "from": row.start.isoformat() if row.start else None})
        return
    say(f"Connected to Actionstep{' of ' + row.orgkey if row.orgkey else ''}.")
    say(f"Bills from {row.start} on are taken in. Read them with: counterfoil actionstep pull")


def _by_itself(url: str) -> str:
    from counterfoil.web.configuration import LOOPBACK
    from counterfoil.web.services import actionstep as connections

    local = any(url.startswith(f"http://{host}") for host in LOOPBACK)
    return connections.consent_by_itself(url) if local else ""


def _ask(url: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"consent": url})
        return
    say(url)
    warn(
        "Open this address, sign in to Actionstep and say yes. Then give the whole address that "
        "the browser ends at: counterfoil actionstep connect --answer 'ADDRESS'"
    )


@actionstep.command()
def rule(  # noqa: PLR0913 -- one for each option
    *,
    income: Annotated[str, typer.Option(help="The practice's code for fees.")] = "",
    disbursements: Annotated[str, typer.Option(help="Its code for disbursements.")] = "",
    taxed: Annotated[str, typer.Option(help="Its tax code where a bill bears tax.")] = "",
    untaxed: Annotated[str, typer.Option(help="Its tax code where it bears none.")] = "",
    split: Annotated[str, typer.Option(help="none, untaxed or share.")] = "",
    percent: Annotated[str, typer.Option(help="The tax rate (untaxed), or the share.")] = "",
    start: Annotated[
        str, typer.Option("--from", help="Take bills dated from this day on: 2026-07-01.")
    ] = "",
    as_json: JsonOption = False,
    firm: FirmOption = "",
) -> None:
    """Show, or change, on which accounts bills go that come without lines."""
    row = _row(firm)
    from django.utils import timezone

    from counterfoil.web.services import actionstep as connections

    given = {
        "income": income,
        "disbursements": disbursements,
        "taxed": taxed,
        "untaxed": untaxed,
        "split": split,
        "percent": percent,
    }
    found = connections.rule_of(row)
    if any(given.values()) or start:
        try:
            found = connections.set_rule(row, given, _day(start), actor=actor(), now=timezone.now())
        except connections.Refused as refusal:
            fail(str(refusal), status=1)
    told = {name: str(getattr(found, name)) for name in given}
    if as_json:
        print_json({**told, "from": row.start.isoformat() if row.start else None})
        return
    for name, value in {**told, "from": str(row.start or "")}.items():
        say(f"{name:14} {value}")


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        fail(f"{text} is no day: write it as 2026-07-01.")


@actionstep.command()
def division(
    number: Annotated[str, typer.Argument(help="The division's id, as status shows it.")],
    *,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Send the bills of a division to one of the firm's Xero organisations."""
    row = _row(firm)
    from django.utils import timezone

    from counterfoil.web.services import actionstep as connections

    places = [one for one in existing(firm, organisation) if one.firm_id == row.firm_id]
    if len(places) != 1:
        keys = ", ".join(one.key for one in places) or "none of that key"
        fail(f"Name the Xero organisation with --organisation (there are: {keys}).")
    try:
        connections.set_division(row, number, places[0], actor=actor(), now=timezone.now())
    except connections.Refused as refusal:
        fail(str(refusal), status=1)
    if as_json:
        print_json({"division": number, "organisation": places[0].key})
    else:
        say(f"Bills of division {number} go to {places[0].key}.")


@actionstep.command()
def pull(*, as_json: JsonOption = False, firm: FirmOption = "") -> None:
    """Read what has changed, and take its bills into the daybook; nothing is sent."""
    row = _row(firm)
    from django.utils import timezone

    from counterfoil.web.services import actionstep as connections
    from counterfoil.web.services import actionstep_pull

    try:
        pulled = actionstep_pull.pull_all(row, actor=actor(), now=timezone.now)
    except connections.Refused as refusal:
        fail(str(refusal), status=1)
    if as_json:
        print_json(_pulled(pulled))
    else:
        _show(pulled)
    if pulled.stopped:
        again = f" Not before {pulled.wait} seconds from now." if pulled.wait else ""
        fail(f"{pulled.stopped} What was read is kept; pull again for the rest.{again}", STOPPED)
    raise typer.Exit(1 if pulled.outcome.troubled else 0)


def _pulled(pulled: Pulled) -> dict[str, object]:
    taken = pulled.outcome.taken
    return {
        "pages": pulled.pages,
        "new": taken[Taken.NEW],
        "revised": taken[Taken.REVISED],
        "unchanged": taken[Taken.UNCHANGED],
        "not_taken": pulled.outcome.troubled,
        "stopped": pulled.stopped,
    }


def _show(pulled: Pulled) -> None:
    taken = pulled.outcome.taken
    say(
        f"{counted(pulled.pages, 'page')} read: {taken[Taken.NEW]:,} new, "
        f"{taken[Taken.REVISED]:,} revised, {pulled.outcome.troubled:,} not taken"
    )
    if pulled.outcome.troubled:
        warn("Why bills were not taken is told by: counterfoil actionstep status")


@actionstep.command()
def status(*, as_json: JsonOption = False, firm: FirmOption = "") -> None:
    """Show the connection, what it gives and what it does not, and what needs a person."""
    row = _row(firm)
    from counterfoil.web.services import actionstep_standing

    told = actionstep_standing.of(row, whole=as_json)
    if as_json:
        print_json(actionstep_standing.plain(told))
        return
    say(told.connection)
    say(told.bills)
    say("It gives:")
    for line in told.gives:
        say(f"  {line}")
    say("It does not give:")
    for line in told.lacks:
        say(f"  {line}")
    for one in told.divisions:
        say(f"Division {one.title}: {one.organisation or 'goes to no Xero organisation yet'}")
    for number, words in (*told.troubles[:SHOWN], *told.hints[:SHOWN]):
        warn(f"Bill {number} {words}")
    more = told.more + sum(max(0, len(some) - SHOWN) for some in (told.troubles, told.hints))
    if more:
        warn(f"… and {more:,} more; --json lists all of them")


def _row(firm: str) -> Actionstep:
    chosen, _ = open_firm(firm)
    from counterfoil.web.services import actionstep as connections

    row = connections.of(chosen.firm)
    if row is None or row.since is None:
        fail("The firm has no Actionstep yet. Connect: counterfoil actionstep connect", status=1)
    return row
