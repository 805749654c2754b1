"""Entry by hand: a form for each kind, drafts, and the approval that hands a document in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from counterfoil.core.documents import Key
from counterfoil.web.access import Permission, allows, page
from counterfoil.web.models import Draft
from counterfoil.web.parts import Asked, part
from counterfoil.web.services import (
    drafts,
    entered_again,
    entering,
    entry_fields,
    entry_parts,
)
from counterfoil.web.services.entry_names import plain_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from counterfoil.core.findings import Finding
    from counterfoil.web.desk import Desk
    from counterfoil.web.services.entering import Judged, Values

DRAFTS_MOST = 1_000
AT_ONCE = 50
"""Drafts in one part of their list."""
ANEW = "anew"
"""The button that makes what was typed a document of its own."""
WAS_WRONG = "was-wrong"
"""What a field sends beside its figure where the page says that something is wrong with it."""
SEEN = "draft-seen"
"""Under this name a form says which keeping of a draft it shows; no path is called so."""


class Shown(NamedTuple):
    """What a form says of its draft: which, and which keeping of it; empty where it shows none.

    ``instead`` is the address and label of a page to look at before anything else, ``anew`` the
    button that makes it a document of its own.
    """

    pk: str = ""
    seen: str = ""
    instead: tuple[str, str] | None = None
    anew: str = ""


@page(Permission.ENTER)
def choose(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what can be entered, and the drafts that wait for an approval."""
    kept = Draft.objects.filter(organisation=desk.organisation).order_by("-pk")
    shown = {
        "groups": entry_fields.GROUPS.items(),
        "drafts": part(
            Asked(request.path, request.GET), "drafts", list(kept[:DRAFTS_MOST]), AT_ONCE
        ),
        "may_approve": _may_approve(desk),
    }
    return render(request, "counterfoil/enter.html", shown)


@page(Permission.ENTER, "GET", "HEAD", "POST")
def enter(request: HttpRequest, desk: Desk, kind: str) -> HttpResponse:
    """Enter a document: work figures out, keep a draft, or approve."""
    if kind not in entry_fields.KINDS:
        raise Http404
    if request.method != "POST" and "correct" in request.GET:
        return _correct(request, desk, Key(kind, request.GET["correct"]))
    if request.method != "POST":
        given = entering.posted(request.GET.dict())
        fresh = {"date": desk.today.isoformat(), "id": entering.new_id()}
        return _show(request, desk, kind, {**fresh, **given, "id": fresh["id"]})
    values = entering.posted(entry_parts.unfolded(request.POST.dict()))
    values.setdefault("id", entering.new_id())
    wanted = request.POST.get("do", "")
    if request.headers.get("HX-Request"):
        return _follow(request, desk, kind, values)
    acts = {"draft": _keep, "approve": _approve, ANEW: _anew}
    if wanted in acts:
        return acts[wanted](request, desk, kind, values)
    told = entering.worked_out(desk.organisation, kind, values, "")
    dark = entering.unread(desk.organisation, kind, values)
    faults = {**entering.at_odds(kind, values), **dark}
    judged = entering.Judged(faults=faults) if faults else None
    return _show(request, desk, kind, told, judged, more=wanted.removeprefix("more:"))


def _anew(request: HttpRequest, desk: Desk, kind: str, values: Values) -> HttpResponse:
    """Show what was typed as a document of its own, apart from one that is handed in already."""
    fresh = {name: value for name, value in values.items() if name != "revision"}
    messages.info(request, "This is a document of its own now, with what you typed. Look at it.")
    return _show(request, desk, kind, {**fresh, "id": entering.new_id()}, draft=Shown())


def _correct(request: HttpRequest, desk: Desk, key: Key) -> HttpResponse:
    """Show the form of a document that was entered by hand, to hand in its next revision."""
    values = entered_again.values_of(desk.organisation, key)
    if values is None:
        messages.error(request, "It cannot be corrected here: reverse or void it instead.")
        return redirect("documents")
    return _show(request, desk, key.kind, values)


@page(Permission.ENTER, "GET", "HEAD", "POST")
def draft(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Go on with a draft, or throw it away."""
    kept = Draft.objects.filter(organisation=desk.organisation, pk=pk).first()
    if kept is None:
        raise Http404
    if request.method == "POST":
        if not _may_change(desk, kept):
            author = kept.author.removeprefix("user:")
            messages.error(request, f"Only {author} or a bookkeeper may throw this draft away.")
            return redirect("draft", pk)
        if drafts.seen(kept) != request.POST.get(SEEN, ""):
            messages.error(request, f"{drafts.changed(kept).message} This is how it is now.")
            return redirect("draft", pk)
        drafts.throw_away(kept, actor=desk.actor, now=desk.now)
        messages.success(request, "The draft is gone. Nothing of it had been handed in.")
        return redirect("enter_choose")
    return _show(
        request, desk, kept.kind, dict(kept.fields), draft=Shown(str(kept.pk), drafts.seen(kept))
    )


def _may_approve(desk: Desk) -> bool:
    """Tell whether somebody may hand in what was entered: what is handed in goes to Xero."""
    return allows(desk.role, Permission.POST)


def _said(request: HttpRequest, instead: tuple[str, str] | None = None) -> Shown:
    """Return what a form that was sent says of its draft."""
    return Shown(request.POST.get("draft", ""), request.POST.get(SEEN, ""), instead)


def _may_change(desk: Desk, kept: Draft) -> bool:
    """Tell whether a draft is somebody's to write over or throw away."""
    return kept.author == desk.actor or _may_approve(desk)


def _follow(request: HttpRequest, desk: Desk, kind: str, values: Values) -> HttpResponse:
    """Answer with those fields that follow from the figure that was changed.

    With them stand those that cannot be read, each with why, and the changed one where the page
    said so of it before.
    """
    changed = request.headers.get("HX-Trigger-Name", "")
    told = entering.worked_out(desk.organisation, kind, values, changed)
    dark = entering.unread(desk.organisation, kind, values)
    follows = {path for path in told if told[path] != values.get(path)} | dark.keys()
    if request.POST.get(WAS_WRONG):
        follows.add(changed)
    rows = entry_parts.windows(entering.rows(told), entry_parts.asked(request.POST.dict()))
    made = _sheet(desk, kind, told, rows, entering.Judged(faults=dark))
    entries = [entry for entry in made.every() if entry.figure and entry.path in follows]
    shown = {"entries": entries, "follow": _followed_at(kind)}
    return render(request, "counterfoil/entry_follow.html", shown)


def _followed_at(kind: str) -> str:
    """Return where fields ask what follows from them; empty for kinds without figured lines."""
    return reverse("enter", args=[kind]) if entering.has_lines(kind) else ""


def _sheet(
    desk: Desk,
    kind: str,
    values: Values,
    rows: Mapping[str, entry_parts.Window],
    judged: Judged | None = None,
) -> entry_fields.Sheet:
    faults, asked = (judged.faults, judged.choices) if judged else ({}, {})
    offers = entering.offers(desk.organisation)
    return entry_fields.sheet(kind, values, faults, rows, offers, asked)


def _show(
    request: HttpRequest,
    desk: Desk,
    kind: str,
    values: Values,
    judged: Judged | None = None,
    *,
    more: str = "",
    draft: Shown | None = None,
) -> HttpResponse:
    faults = judged.faults if judged else {}
    draft = draft or _said(request)
    named = judged or entering.judge(desk.organisation, kind, values)
    counts = entering.rows(values, more)
    rows = entry_parts.windows(counts, entry_parts.asked(request.POST.dict()), faults, more)
    shown = {
        "kind": kind,
        "id": values.get("id", ""),
        "revision": values.get("revision", ""),
        "sheet": _sheet(desk, kind, values, rows, judged),
        "unshown": entry_parts.folded(values, rows),
        "unshown_name": entry_parts.UNSHOWN,
        "part_of": entry_parts.PART_OF,
        "judged": judged,
        "meant": [one for found in named.meant.values() for one in found],
        "naming": named.naming,
        "others": judged.others if judged else (),
        "faults": sum(map(len, faults.values())),
        "draft": draft.pk,
        "seen_name": SEEN,
        "seen": draft.seen,
        "instead": draft.instead,
        "anew": draft.anew,
        "follow": _followed_at(kind),
        "may_approve": _may_approve(desk),
    }
    status = 422 if judged is not None else 200
    return render(request, "counterfoil/entry.html", shown, status=status)


def _keep(request: HttpRequest, desk: Desk, kind: str, values: Values) -> HttpResponse:
    title = values.get("number") or plain_name(values.get("client.name", "")) or values["id"]
    key = Key(kind, values["id"])
    taken = _in_daybook(desk, key, values)
    if taken is not None:
        there = _said(request, (reverse("document", args=key), "Look at the document"))
        return _show(request, desk, kind, values, entering.Judged(others=[taken]), draft=there)
    kept, seen = _draft_of(request, desk), _said(request).seen
    if kept is None or not _may_change(desk, kept):
        kept = Draft(firm=desk.firm, organisation=desk.organisation)
    elif drafts.seen(kept) != seen:
        return _look_again(request, desk, kept, values)
    kept.kind, kept.title, kept.fields = kind, title[:255], values
    kept.author, kept.saved_at = desk.actor, desk.now
    if not drafts.keep(kept, seen):
        return _look_again(request, desk, Draft.objects.get(pk=kept.pk), values)
    then = "" if _may_approve(desk) else " A bookkeeper approves it."
    messages.success(request, f"{title} is kept as a draft. Nothing is handed in yet.{then}")
    return redirect("enter_choose")


def _look_again(request: HttpRequest, desk: Desk, kept: Draft, values: Values) -> HttpResponse:
    """Keep what was typed on the page, and lead to the draft as it is now."""
    now = _said(request, (reverse("draft", args=[kept.pk]), "Look at the draft as it is now"))
    judged = entering.Judged(others=[drafts.changed(kept)])
    return _show(request, desk, kept.kind, values, judged, draft=now)


def _unseen(
    request: HttpRequest, desk: Desk, kept: Draft | None, values: Values, judged: Judged
) -> HttpResponse | None:
    """Return what to look at first, where the draft is no longer what the page shows of it."""
    said, document = _said(request), judged.document
    if kept is not None:
        return None if drafts.seen(kept) == said.seen else _look_again(request, desk, kept, values)
    if not said.pk or document is None or _in_daybook(desk, document.key, values) is not None:
        return None
    judged.others.append(drafts.gone())
    return _show(request, desk, document.kind, values, judged, draft=Shown())


def _in_daybook(desk: Desk, key: Key, values: Values) -> Finding | None:
    return drafts.handed_in(desk.organisation, key, values.get("revision", ""))


def _refused(
    request: HttpRequest, desk: Desk, values: Values, judged: Judged, refused: Finding
) -> HttpResponse:
    """Say why the daybook did not take it; where it has one of that id, what can be done then.

    That happens where somebody went back to a form that was handed in and typed the next document.
    """
    assert judged.document is not None, "what the daybook refuses was read"
    key = judged.document.key
    there = "revision" not in values and _in_daybook(desk, key, values) is not None
    judged.others.append(drafts.other_is_in() if there else refused)
    shown = None
    if there:
        look = (reverse("document", args=key), "Look at the document")
        shown = _said(request, look)._replace(anew=ANEW)
    return _show(request, desk, key.kind, values, judged, draft=shown)


def _draft_of(request: HttpRequest, desk: Desk) -> Draft | None:
    named = _said(request).pk
    found = Draft.objects.filter(organisation=desk.organisation)
    return found.filter(pk=named).first() if named.isdecimal() else None


def _approve(request: HttpRequest, desk: Desk, kind: str, values: Values) -> HttpResponse:
    judged = entering.judge(desk.organisation, kind, values)
    if judged.document is None:
        return _show(request, desk, kind, values, judged)
    if not _may_approve(desk):
        return _keep(request, desk, kind, values)
    kept = _draft_of(request, desk)
    unseen = _unseen(request, desk, kept, values, judged)
    if unseen is not None:
        return unseen
    if judged.naming != request.POST.get("naming", ""):
        messages.info(request, "Look at what it names, and approve once more.")
        return _show(request, desk, kind, values)
    refused = entering.take(desk.organisation, judged.document, actor=desk.actor, now=desk.now)
    if refused is not None:
        return _refused(request, desk, values, judged, refused)
    if kept is not None:
        drafts.done_with(kept)
    if entered_again.is_discarded(desk.organisation, judged.document.key):
        messages.success(request, "Nothing had gone to Xero, so nothing will: both are done with.")
    else:
        messages.success(request, "It is handed in, and goes to Xero as soon as nothing stops it.")
    return redirect("document", kind, judged.document.id)
