"""Documents: the list with its filters in the address, and one document with all that is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from counterfoil.core.documents import KINDS, REVERSIBLE, VOIDABLE, Key
from counterfoil.posting.barring import BARRED
from counterfoil.posting.discarding import may_give_up
from counterfoil.posting.drift.catalogue import TAKEN_OUT
from counterfoil.posting.fed_payments import FED_ELSEWHERE
from counterfoil.posting.intake import DISCARDED, GIVEN_UP, HELD_BY_PERSON, OPENING_BILLS
from counterfoil.posting.overwriting import EDITED
from counterfoil.posting.rebills import REBILLABLE
from counterfoil.posting.states import IN_XERO, UNSENT, WORST_FIRST, State
from counterfoil.web.access import Permission, allows, page
from counterfoil.web.days import DayField
from counterfoil.web.pages import undoing
from counterfoil.web.parts import Asked
from counterfoil.web.services import (
    acts,
    daybook,
    drifted,
    entered_again,
    retrying,
    stub,
    stub_parts,
    would_be,
)
from counterfoil.web.templatetags import counterfoil as words

if TYPE_CHECKING:
    from django.http import HttpRequest

    from counterfoil.web.desk import Desk


UNDO = "undo"
"""The act that asks for a yes on a page of its own."""
GOING = frozenset({State.READY})
"""States in which a document leaves with the next turn."""


class FilterForm(forms.Form):
    """The filters of the list; what cannot be read does not narrow, and is said."""

    q = forms.CharField(
        label="Number, client or matter",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "Any"), *((str(state), words.STATES[state]) for state in WORST_FIRST)],
    )
    kind = forms.ChoiceField(
        label="Kind",
        required=False,
        choices=[("", "Any"), *((kind, words.kind(kind)) for kind in KINDS)],
    )
    since = DayField(label="From", required=False)
    until = DayField(label="To", required=False)
    code = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    about = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)
    drifted = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def filters(self) -> daybook.Filters:
        """Return what was asked for, as far as it can be read."""
        self.full_clean()
        given = self.cleaned_data
        return daybook.Filters(
            state=State(given["state"]) if given.get("state") else None,
            kind=given.get("kind", ""),
            text=given.get("q", ""),
            since=given.get("since"),
            until=given.get("until"),
            code=given.get("code", ""),
            about=given.get("about", ""),
            drifted=given.get("drifted", False),
        )

    def unread(self) -> list[str]:
        """Say which filters cannot be read, each in a sentence."""
        return [
            f"{self.fields[name].label or name}: “{self.data.get(name, '')[:100]}” cannot be read "
            "and does not narrow the list."
            for name in self.errors
        ]


@dataclass(frozen=True, slots=True)
class Tab:
    """A state as a tab above the list: its address, and how many documents are in it."""

    label: str
    query: str
    count: str
    current: bool


@page(Permission.SEE)
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List documents, newest first; the address carries filters and place, so it can be shared."""
    form = FilterForm(request.GET)
    filters = form.filters()
    leaf = daybook.leaf(desk.organisation, filters, daybook.read_mark(request.GET.get("after", "")))
    query = request.GET.copy()
    query.pop("after", None)
    shown = {
        "form": form,
        "unread": form.unread(),
        "leaf": leaf,
        "tabs": _tabs(desk, filters, query),
        "filters": filters,
        "query": query.urlencode(),
        "narrowed": filters != daybook.Filters(),
        "later": "after" in request.GET,
        "acts": _of_many() if allows(desk.role, Permission.POST) else (),
        "most": acts.MOST_AT_ONCE,
        "problems": any(row.troubles for row in leaf.rows),
        "home_currency": desk.organisation.base_currency,
    }
    return render(request, "counterfoil/documents.html", shown)


def _tabs(desk: Desk, filters: daybook.Filters, query: QueryDict) -> list[Tab]:
    """Return a tab for each state that some document is in, and one for all."""
    every = filters.state is None and not filters.drifted
    tabs = [_tab("All", query, None, "", current=every)]
    alone = replace(filters, state=None, drifted=False) == daybook.Filters()
    for state in WORST_FIRST:
        current = filters.state is state
        if desk.standing.counts.get(state) or current:
            count = _count(desk, state) if alone else ""
            if count == "0" and not current:
                # Postings of contacts only, which nobody looks for here.
                continue
            tabs.append(_tab(words.STATES[state], query, state, count, current=current))
    found = len(drifted.documents(desk.organisation)) if desk.standing.drifted else 0
    if found or filters.drifted:
        tabs.append(_changed(query, found if alone else None, current=filters.drifted))
    return tabs


def _changed(query: QueryDict, found: int | None, *, current: bool) -> Tab:
    """Return the tab of what was changed in Xero since, whatever its state."""
    narrowed = query.copy()
    narrowed.pop("state", None)
    narrowed["drifted"] = "1"
    more = "+" if found == drifted.MOST_LISTED else ""
    count = "" if found is None else f"{found:,}{more}"
    return Tab("Changed in Xero", narrowed.urlencode(), count, current)


def _tab(label: str, query: QueryDict, state: State | None, count: str, *, current: bool) -> Tab:
    narrowed = query.copy()
    for name in ("state", "drifted"):
        narrowed.pop(name, None)
    if state is not None:
        narrowed["state"] = str(state)
    return Tab(label, narrowed.urlencode(), count, current)


def _count(desk: Desk, state: State) -> str:
    found = daybook.counted(desk.organisation, state)
    most = daybook.MOST_COUNTED
    return f"{most:,}+" if found > most else f"{found:,}"


@page(Permission.SEE)
def one(request: HttpRequest, desk: Desk, kind: str, source_id: str) -> HttpResponse:
    """Show one document: source beside postings, findings, requests and answers, timeline."""
    found = stub.find(desk.organisation, kind, source_id)
    if found is None:
        raise Http404
    if "exact" in request.GET:
        return _exact(found, request.GET["exact"])
    may_post = allows(desk.role, Permission.POST)
    to_be = would_be.would_be(desk.organisation, found.document)
    asked = Asked(request.path, request.GET)
    shown = {
        "stub": found,
        "would_be": to_be,
        "parts": stub_parts.in_parts(asked, found, to_be, stub.naming(found.document)),
        "acts": _acts(found) if may_post else (),
        "ways": _ways(found, paused=desk.standing.paused_at is not None) if may_post else (),
        "asked": stub.asked_of(found) if may_post else (),
        "named": f"{kind}:{found.document.source_id}",
    }
    return render(request, "counterfoil/document.html", shown)


def _exact(found: stub.Stub, posting: str) -> HttpResponse:
    """Give every request and answer of one posting as they went, for who reads them closely."""
    text = stub_parts.as_text(found, int(posting)) if posting.isdecimal() else None
    if text is None:
        raise Http404
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Way:
    """A button that leads to a page, or to an act of its own."""

    label: str
    url: str
    post: bool = False


def _ways(found: stub.Stub, *, paused: bool) -> list[Way]:
    """Return what can be done about a document's tie to Xero, and how it is taken back."""
    kind, source_id = found.document.kind, found.document.source_id
    states = {slip.state for slip in found.slips}
    linked = any(slip.link and slip.state in IN_XERO for slip in found.slips)
    untied = kind in OPENING_BILLS or any(
        slip.state in UNSENT or slip.state is State.WITHDRAWN for slip in found.slips
    )
    named = f"{kind}:{source_id}"
    ways: list[Way] = []
    if kind not in KINDS:
        # A correction takes other documents back, and is itself none that could be.
        return ways
    if states & GOING and not paused:
        ways.append(Way("Post all that is due", reverse("post_now"), post=True))
    if State.MISMATCHED in states:
        ways.append(Way("Accept as in Xero", reverse("accept", args=[kind, source_id]), post=True))
    ways += _barred_ways(found) if linked else []
    ways += _entered_ways(Key(kind, source_id), states)
    if linked and kind in REVERSIBLE:
        ways.append(Way("Reverse", f"{reverse('enter', args=['reversal'])}?reverses={named}"))
    if linked and kind in VOIDABLE:
        ways.append(Way("Void", f"{reverse('enter', args=['void'])}?voids={named}"))
    if linked:
        ways.append(Way("Undo", reverse("undo", args=[kind, source_id])))
        ways.append(Way("Unlink", reverse("unlink", args=[kind, source_id])))
    discarded = any(finding.code in {DISCARDED, GIVEN_UP} for finding in found.findings)
    if untied and not linked and not discarded:
        ways.append(Way("Relink", reverse("relink", args=[kind, source_id])))
    return ways


def _barred_ways(found: stub.Stub) -> list[Way]:
    """Return the choices where a revision cannot be stated, or others took out what was posted."""
    kind, source_id = found.document.kind, found.document.source_id
    codes = {finding.code for finding in found.findings}
    if not codes & (BARRED | TAKEN_OUT):
        return []
    ways = [Way("Undo and post anew", f"{reverse('undo', args=[kind, source_id])}?again=1")]
    if codes & BARRED and issubclass(KINDS[kind], REBILLABLE):
        ways.insert(0, Way("Credit and bill anew", reverse("rebill", args=[kind, source_id])))
    return ways


def _entered_ways(key: Key, states: set[State]) -> list[Way]:
    """Return the ways out of what was entered by hand and has not left."""
    ways: list[Way] = []
    if entered_again.may_correct(key, states):
        ways.append(Way("Correct", f"{reverse('enter', args=[key.kind])}?correct={key.id}"))
    undoer = entered_again.discarded_by(key, states)
    if undoer:
        names = "reverses" if undoer == "reversal" else "voids"
        url = f"{reverse('enter', args=[undoer])}?{names}={key.kind}:{key.id}"
        ways.append(Way("Discard", url))
    return ways


def _of_many() -> list[tuple[str, acts.Act]]:
    """Return what can be done to documents of which only a line is seen."""
    return [(name, one) for name, one in acts.ACTS.items() if not one.one_by_one]


def _acts(found: stub.Stub) -> list[tuple[str, acts.Act]]:
    """Return what can be done to a document as it stands: no button that does nothing."""
    states = {slip.state for slip in found.slips}
    kept_back = any(finding.code == HELD_BY_PERSON for finding in found.findings)
    fit = {
        "retry": bool(states & set(retrying.STUCK)),
        "overwrite": any(finding.code == EDITED for finding in found.findings),
        "other_money": any(finding.code == FED_ELSEWHERE for finding in found.findings),
        "hold": bool(states & UNSENT) and not kept_back,
        "release": kept_back,
        "give_up": may_give_up(found.document.kind, states),
    }
    return [(name, one) for name, one in acts.ACTS.items() if fit.get(name)]


@page(Permission.POST, "POST")
def act(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Do one thing to the documents that were ticked, or to all that the filters leave."""
    wanted = request.POST.get("act", "")
    chosen = acts.ACTS.get(wanted)
    if chosen is None and wanted != UNDO:
        return redirect("documents")
    if unread := _unread(request):
        messages.error(request, f"Nothing was done to all that match. {' '.join(unread)}")
        return _back(request)
    keys = _chosen(request, desk)
    if not keys:
        messages.warning(request, "Tick the documents first, or choose all that match.")
        return _back(request)
    if chosen is not None and chosen.one_by_one and len(keys) > 1:
        messages.warning(request, "That is decided one by one, on the document's own page.")
        return _back(request)
    if chosen is None:
        return undoing.ask(request, desk, keys)
    trouble = ""
    if chosen.reads_anew:
        trouble = retrying.read_anew(desk.organisation, keys, actor=desk.actor, now=desk.now)
    why = request.POST.get("why", "")[:500]
    met = chosen.do(acts.Order(desk.organisation, keys, desk.actor, desk.now, why))
    if met or not trouble:
        (messages.success if met else messages.warning)(request, chosen.words(met))
    if trouble:
        messages.warning(request, trouble)
    return _back(request)


def _filters(request: HttpRequest) -> FilterForm:
    """Return the filters that the list had when the button was pressed."""
    return FilterForm(QueryDict(request.POST.get("query", "")))


def _unread(request: HttpRequest) -> list[str]:
    """Say what of the filters cannot be read where all that they leave is meant."""
    return _filters(request).unread() if request.POST.get("all") else []


def _chosen(request: HttpRequest, desk: Desk) -> list[Key]:
    """Return the documents that were meant, as far as the organisation has them."""
    if request.POST.get("all"):
        return daybook.keys(desk.organisation, _filters(request).filters(), acts.MOST_AT_ONCE)
    named = [name.partition(":") for name in request.POST.getlist("which")]
    wanted = [Key(kind, source_id) for kind, _, source_id in named[: acts.MOST_AT_ONCE]]
    return daybook.known(desk.organisation, wanted)


def _back(request: HttpRequest) -> HttpResponse:
    """Return to where the button was: a place of our own, never an address that was handed in."""
    kind, _, source_id = request.POST.get("document", "").partition(":")
    if source_id:
        return redirect("document", kind, source_id)
    return redirect(f"{reverse('documents')}?{request.POST.get('query', '')}")
