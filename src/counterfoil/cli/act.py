"""``counterfoil retry``, ``accept`` and ``contacts``: a person's decisions."""

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
from counterfoil.cli.tie import keys_of

if TYPE_CHECKING:
    from counterfoil.web.models import Organisation

contacts = typer.Typer(help="Say whether parties are the contacts of the same name in Xero.")

AllOption = Annotated[bool, typer.Option("--all", help="Everything that waits for this.")]
PartiesArgument = Annotated[list[str] | None, typer.Argument(help="Ids of parties.")]


def retry(  # noqa: PLR0913 -- one for each option
    document: Annotated[str, typer.Argument(help="A document's id, kind:id, or number.")] = "",
    *,
    everything: AllOption = False,
    anew: Annotated[
        bool, typer.Option("--anew", help="Also post again what was unlinked.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Overwrite what somebody has edited in Xero.")
    ] = False,
    other_money: Annotated[
        bool, typer.Option("--other-money", help="It is not what was paid there on another bill.")
    ] = False,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Convert a held document again, and let a refused one go once more.

    The chart is read from Xero first, where the firm is connected.
    """
    chosen = open_organisation(firm, organisation)
    if bool(document) == everything:
        fail("Name a document, or say --all.")
    if anew and everything:
        fail("What was unlinked is posted again one by one: name the document.")
    if overwrite and everything:
        fail("What was edited in Xero is overwritten one by one: name the document.")
    if other_money and everything:
        fail("What is other money is said one by one: name the document.")
    from django.utils import timezone

    from counterfoil.web.services import retrying

    keys = retrying.stuck(chosen) if everything else keys_of(chosen, document, corrections=True)
    now = timezone.now()
    trouble = retrying.read_anew(chosen, keys, actor=actor(), now=now)
    count = retrying.retry(
        chosen,
        keys,
        actor=actor(),
        now=now,
        anew=anew,
        overwrite=overwrite,
        other_money=other_money,
    )
    if as_json:
        print_json({"retried": count})
    else:
        say(_went_on(count, retrying.sendable(chosen)))
    if trouble:
        typer.echo(trouble, err=True)


def _went_on(count: int, sendable: int) -> str:
    if not count and sendable:
        waits = "waits" if sendable == 1 else "wait"
        return f"{counted(sendable, 'posting')} {waits} to be sent already: counterfoil post"
    if not count:
        return "Nothing can go on yet. See why with: counterfoil problems"
    return f"{counted(count, 'posting')} can go on. Send with: counterfoil post"


def accept(
    document: Annotated[str, typer.Argument(help="A document's id, kind:id, or number.")],
    *,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Take a document whose total differs as Xero holds it, so that what waits for it goes on."""
    chosen = open_organisation(firm, organisation)
    from django.utils import timezone

    from counterfoil.web.services import accepting

    keys = keys_of(chosen, document, corrections=True)
    with asking_xero():
        looked, taken = accepting.accept(chosen, keys, actor=actor(), now=timezone.now())
    if as_json:
        print_json({"accepted": taken})
        return
    for one in looked:
        held = accepting.described(one.found.link.totals) if one.found else "nothing of it"
        say(f"{one.posting.key.kind} {one.posting.key.id}: Xero holds {held}.")
    say(_accepted(taken))


def discard(
    document: Annotated[str, typer.Argument(help="A document's id, kind:id, or number.")],
    *,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Be done with a held reversal, void or unallocation: what it names stays as it is."""
    chosen = open_organisation(firm, organisation)
    from django.utils import timezone

    from counterfoil.web.services import acts

    keys = keys_of(chosen, document, corrections=True)
    act = acts.ACTS["give_up"]
    count = act.do(acts.Order(chosen, keys, actor(), timezone.now()))
    if as_json:
        print_json({"discarded": count})
    elif count:
        say(act.words(count))
    else:
        say("Only a reversal, void or unallocation of which nothing left is discarded.")
    raise typer.Exit(0 if count else 1)


def _accepted(count: int) -> str:
    if not count:
        return "Nothing of it differs, or Xero does not show it, or its correction is under way."
    return f"{counted(count, 'document')} accepted. Send what waited with: counterfoil post"


@contacts.command()
def adopt(
    parties: PartiesArgument = None,
    *,
    everything: AllOption = False,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Say that these parties are the contacts of the same name."""
    chosen = open_organisation(firm, organisation)
    _choose("adopt", parties or [], everything, chosen, as_json=as_json)


@contacts.command()
def separate(
    parties: PartiesArgument = None,
    *,
    everything: AllOption = False,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Say that these parties are others, whose contacts are to be created beside."""
    chosen = open_organisation(firm, organisation)
    _choose("separate", parties or [], everything, chosen, as_json=as_json)


def _choose(
    choice: str,
    parties: list[str],
    everything: bool,
    organisation: Organisation,
    *,
    as_json: bool,
) -> None:
    if bool(parties) == everything:
        fail("Name parties, or say --all.")
    from django.utils import timezone

    from counterfoil.web.services import retrying

    count = retrying.decide_contacts(
        organisation, parties, choice, actor=actor(), now=timezone.now()
    )
    if as_json:
        print_json({"decided": count})
    elif count:
        say(f"{counted(count, 'contact')} decided. Send with: counterfoil post")
    else:
        say("No contact of these parties waits for a decision.")
