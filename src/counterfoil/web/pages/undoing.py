"""Undoing: what taking documents back would do in Xero, step by step, and doing it after a yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from counterfoil.core.documents import Key
from counterfoil.posting.errors import Ended
from counterfoil.posting.target import UnreadableAnswer
from counterfoil.web.access import Permission, page
from counterfoil.web.services import acts, daybook, long_work, undoing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from counterfoil.web.desk import Desk


@page(Permission.POST, "GET", "HEAD", "POST")
def undo(request: HttpRequest, desk: Desk, kind: str, source_id: str) -> HttpResponse:
    """Show what undoing a document would do, read from Xero; do it after a yes."""
    if not daybook.exists(desk.organisation, kind, source_id):
        raise Http404
    key = Key(kind, source_id)
    if request.method == "POST":
        return _begin(request, desk, [key])
    again = "again" in request.GET
    try:
        (found,) = undoing.undo(
            desk.organisation, [key], actor=desk.actor, now=desk.now, again=again, dry_run=True
        )
    except (Ended, UnreadableAnswer) as trouble:
        messages.error(request, f"Xero could not be asked what it holds: {trouble}")
        return redirect("document", kind, source_id)
    why = "" if found.steps and not found.refused else long_work.undoing_words(found)
    shown = {"key": key, "found": found, "again": again, "why": why}
    return render(request, "counterfoil/undo.html", shown)


@page(Permission.POST, "POST")
def undo_many(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Undo the documents that were named, after a yes on the page before."""
    named = [name.partition(":") for name in request.POST.getlist("which")]
    wanted = [Key(kind, source_id) for kind, _, source_id in named[: acts.MOST_AT_ONCE]]
    keys = daybook.known(desk.organisation, wanted)
    if not keys:
        messages.warning(request, "Tick the documents first.")
        return redirect("documents")
    if "sure" not in request.POST:
        return ask(request, desk, keys)
    return _begin(request, desk, keys)


def ask(request: HttpRequest, desk: Desk, keys: Sequence[Key]) -> HttpResponse:
    """Ask whether these are to be undone; the answer bears the orders' numbers."""
    turns = list(undoing.turns_of(desk.organisation, keys).items())
    return render(request, "counterfoil/undo_many.html", {"turns": turns, "keys": keys[:20]})


def _begin(request: HttpRequest, desk: Desk, keys: list[Key]) -> HttpResponse:
    again = "again" in request.POST
    row = long_work.undo(
        desk.organisation,
        keys,
        again=again,
        actor=desk.actor,
        now=desk.now,
        turns=_turns(request, keys),
        given_up=request.POST.getlist("given_up"),
    )
    return redirect("work", row.pk)


def _turns(request: HttpRequest, keys: list[Key]) -> dict[Key, int]:
    """Return the orders' numbers as the page showed them."""
    said = {key: request.POST.get(f"turn:{key}", "") for key in keys}
    return {key: int(text) for key, text in said.items() if text.isascii() and text.isdigit()}
