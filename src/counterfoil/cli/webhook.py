"""``counterfoil webhook add``, ``list`` and ``remove``: who is told what became of documents."""

from __future__ import annotations

from typing import Annotated

import typer

from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    actor,
    fail,
    open_firm,
    print_json,
    say,
    warn,
)

webhook = typer.Typer(help="Tell other programs when a document is posted or stuck.")

EventOption = Annotated[
    list[str] | None,
    typer.Option("--event", help="posted or stuck, once for each; both if left out."),
]


@webhook.command()
def add(
    url: Annotated[str, typer.Argument(help="A public https address that takes messages.")],
    *,
    event: EventOption = None,
    as_json: JsonOption = False,
    firm: FirmOption = "",
) -> None:
    """Add a webhook and print the secret that its messages are signed with."""
    chosen, _ = open_firm(firm, "")
    from django.utils import timezone

    from counterfoil.web.services import webhooks
    from counterfoil.web.webhooks.deciding import Event

    unknown = [one for one in event or () if one not in set(Event)]
    if unknown:
        fail(f"{unknown[0]} is no event. Events are: {', '.join(Event)}.")
    events = [one for one in Event if event is None or str(one) in event]
    try:
        added = webhooks.add(chosen.firm, url, events, actor=actor(), now=timezone.now())
    except webhooks.CannotAdd as refusal:
        fail(str(refusal), status=1)
    if as_json:
        print_json({"name": added.row.name, "url": url, "secret": added.secret})
        return
    say(added.secret)
    warn(f"Webhook {added.row.name} signs with this secret. Keep it: it is not shown again.")


@webhook.command("list")
def list_(*, as_json: JsonOption = False, firm: FirmOption = "") -> None:
    """List the webhooks, and how each goes."""
    chosen, _ = open_firm(firm, "")
    from counterfoil.web.services import webhooks

    found = webhooks.shown(chosen.firm)
    if as_json:
        print_json(
            [
                {
                    "name": one.row.name,
                    "url": one.row.url,
                    "events": one.row.events,
                    "waiting": one.waiting,
                    "taken_at": one.taken_at.isoformat() if one.taken_at else None,
                    "trouble": one.trouble,
                }
                for one in found
            ]
        )
        return
    for one in found:
        say(f"{one.row.name}  {one.row.url}: {', '.join(one.row.events)}; {one.waiting:,} waiting")
        if one.trouble:
            warn(f"    The last try failed: {one.trouble}")
    if not found:
        say("There are no webhooks.")


@webhook.command()
def remove(
    name: Annotated[str, typer.Argument(help="The webhook's name, as list shows it.")],
    *,
    as_json: JsonOption = False,
    firm: FirmOption = "",
) -> None:
    """Remove a webhook; what was not sent is not sent any more."""
    chosen, _ = open_firm(firm, "")
    from django.utils import timezone

    from counterfoil.web.services import webhooks

    row = webhooks.remove(chosen.firm, name, actor=actor(), now=timezone.now())
    if row is None:
        fail(f"There is no webhook {name}.", status=1)
    if as_json:
        print_json({"name": row.name, "url": row.url})
    else:
        say(f"The webhook to {row.url} is removed.")
