"""``counterfoil unlink`` and ``relink``: ties to Xero that a person cuts and makes."""

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

if TYPE_CHECKING:
    from counterfoil.core.documents import Key
    from counterfoil.posting.records import PostingKey
    from counterfoil.posting.unlinking import Tie
    from counterfoil.web.models import Organisation
    from counterfoil.xero.relinking import Proof, Relinked

DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]


def unlink(
    documents: Annotated[list[str], typer.Argument(help="Ids, kind:id, or numbers.")],
    *,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Cut the ties of documents to Xero; what Xero holds stays as it is."""
    chosen = open_organisation(firm, organisation)
    keys = [key for name in documents for key in keys_of(chosen, name)]
    from django.utils import timezone

    from counterfoil.web.services import unlinking

    if dry_run:
        plan, count = unlinking.preview(chosen, keys), 0
    else:
        plan, count = unlinking.unlink(chosen, keys, actor=actor(), now=timezone.now())
    if as_json:
        ties = [_tie_json(tie) for tie in plan.ties]
        under_way = [_posting_json(key) for key in plan.under_way]
        print_json({"unlinked": count, "ties": ties, "under_way": under_way})
    else:
        _say_unlinked([*plan.ties], count, dry_run=dry_run)
    if plan.under_way:
        names = ", ".join(dict.fromkeys(str(key.document) for key in plan.under_way))
        fail(f"Nothing was unlinked: Xero's answer about {names} is not known yet.", status=1)


def _say_unlinked(ties: list[Tie], count: int, *, dry_run: bool) -> None:
    for tie in ties:
        key = tie.posting.key
        say(f"{key.kind.replace('_', ' ')} {key.id}: {tie.posting.resource} {tie.link.xero_id}")
    if dry_run:
        say(f"{counted(len(ties), 'tie')} would be cut, in this order.")
    elif not ties:
        say("Nothing of it is tied to Xero.")
    else:
        say(f"{counted(count, 'tie')} cut. Xero still holds all of it; nothing is posted again.")
        say("Tie a document with: counterfoil relink; post it again with: counterfoil retry --anew")


def relink(
    document: Annotated[str, typer.Argument(help="A document's id, kind:id, or number.")],
    xero: Annotated[str, typer.Argument(help="The id or number of an object in Xero.")],
    *,
    along: Annotated[
        list[str] | None,
        typer.Option("--with", help="Another receipt that the same payment is for; repeatable."),
    ] = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Tie a document to an object that Xero holds already, if the two are equal."""
    chosen = open_organisation(firm, organisation)
    key, *others = (_key_of(chosen, name) for name in (document, *(along or ())))
    from django.utils import timezone

    from counterfoil.web.services import relinking

    with asking_xero():
        found = relinking.relink(
            chosen, key, xero, actor=actor(), now=timezone.now(), dry_run=dry_run, along=others
        )
    if as_json:
        compared = [_proof_json(proof) for proof in found.proofs]
        tied = not found.why and not dry_run
        equal = not found.why and not any(one.differences for one in found.proofs)
        print_json({"relinked": tied, "equal": equal, "why": found.why, "proofs": compared})
    else:
        _say_relinked(found, dry_run=dry_run)
    if found.why:
        raise typer.Exit(1)


def _say_relinked(found: Relinked, *, dry_run: bool) -> None:
    if found.why:
        say(f"Not tied: {found.why}.")
        return
    for proof in found.proofs:
        name = f"{proof.posting.kind.replace('_', ' ')} {proof.posting.id}"
        there = f"{proof.shown.resource} {proof.shown.xero_id}"
        equals = "is part of" if len(found.proofs) > 1 else "equals"
        if proof.differences:
            equals = f"was once ({'; '.join(proof.differences)})"
        tied = "would be tied." if dry_run else "is tied to it now."
        say(f"{name} {equals} {there} and {tied}")


def _key_of(organisation: Organisation, name: str) -> Key:
    """Return the key of the one document of this name; end the command where it is not one."""
    keys = keys_of(organisation, name)
    if len(keys) > 1:
        names = ", ".join(map(str, keys))
        fail(f"Several documents have this name: {names}. Say which.", status=1)
    return keys[0]


def keys_of(organisation: Organisation, name: str, *, corrections: bool = False) -> list[Key]:
    """Return the keys of the documents of this name; end the command where there is none.

    A correction of a document that is not finished is resumed with it, and is no document itself:
    only a command that acts on postings wants ``corrections``.
    """
    from counterfoil.posting.records import CORRECTION
    from counterfoil.web.services import retrying

    named = retrying.keys_named(organisation, name)
    keys = [key for key in named if corrections or key.kind != CORRECTION]
    if not keys:
        fail(f"The daybook has no document with the id or number {name}.", status=1)
    return keys


def _tie_json(tie: Tie) -> dict[str, str]:
    return {
        **_posting_json(tie.posting.key),
        "resource": tie.posting.resource,
        "xero_id": tie.link.xero_id,
    }


def _posting_json(key: PostingKey) -> dict[str, str]:
    return {"kind": key.kind, "id": key.id, "part": key.part}


def _proof_json(proof: Proof) -> dict[str, object]:
    return {
        **_posting_json(proof.posting),
        "resource": proof.shown.resource,
        "xero_id": proof.shown.xero_id,
        "differences": list(proof.differences),
        "tied_to": None if proof.tied_to is None else str(proof.tied_to.document),
    }
