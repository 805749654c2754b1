"""The desk of a signed-in person: their firm, its organisation, their role.

Pages reach data through the desk only, so that no query can leave the firm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from functools import cached_property
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from counterfoil.posting.states import State
from counterfoil.web import local_time
from counterfoil.web.models import Firm, Membership, Organisation, Role, User
from counterfoil.web.services import firm_standing, proposing
from counterfoil.web.services import standing as standings

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpRequest

    from counterfoil.web.services.alerts import Alert
    from counterfoil.web.services.firm_standing import Standings
    from counterfoil.web.services.standing import Standing

FIRM = "firm"
"""Under this name the session keeps which of their firms somebody works in."""
ORGANISATION = "organisation"
"""Under this name, which of the firm's organisations."""

SHOWN_FOR = "shown-for"
"""Under this name every form says which desk it was shown at; no path of a document is called so.
The session knows one desk, and somebody who works in two firms may have a page of each open."""
GO_OVER = "go-over"
"""Under this name a form says that whoever sends it goes over to the desk that it was shown at."""

NAV = (
    (
        "",
        (
            ("overview", "Overview"),
            ("problems", "Problems"),
            ("documents", "Documents"),
            ("enter_choose", "Enter"),
            ("import", "Import"),
        ),
    ),
    (
        "Check",
        (
            ("trust", "Trust"),
            ("reconciliation", "Reconciliation"),
            ("drift", "Drift"),
            ("audit", "Audit"),
            ("reports", "Reports"),
        ),
    ),
    ("Set up", (("mapping", "Mapping"), ("connection", "Connection"), ("people", "People"))),
)
"""The pages by group; a group is its title, and the name and label of each page."""
PAGES = frozenset(name for _, items in NAV for name, _ in items)
"""The names of these pages."""
FOR_OWNERS = (("programs", "Other programs"),)
"""Pages that stand at the end of the last group for owners only."""
PAUSED = "paused"
"""The code of the alert that somebody keeps posting from going on."""
STUCK = (State.HELD, State.REFUSED, State.MISMATCHED)


@dataclass(frozen=True, slots=True)
class NavItem:
    """An entry of the navigation; ``badge`` is a figure beside it, or nothing."""

    url: str
    label: str
    current: bool
    badge: str = ""


@dataclass(frozen=True, slots=True)
class NavGroup:
    """Entries that belong together; the first group needs no title."""

    title: str
    items: tuple[NavItem, ...]


@dataclass(frozen=True, slots=True)
class ShownAlert:
    """An alert with the address behind it.

    ``organisation`` is the key of another one than that of the page, to which one goes over first.
    """

    weight: str
    what: str
    detail: str
    url: str
    action: str
    organisation: str = ""
    page: str = ""


@dataclass(frozen=True)
class Desk:
    """Where one person works: one firm, one organisation, one role."""

    user: User
    firm: Firm
    organisation: Organisation
    role: str
    now: dt.datetime
    here: str = ""

    @property
    def actor(self) -> str:
        """The name under which the person's acts are recorded."""
        return f"user:{self.user.email}"

    @property
    def mark(self) -> str:
        """What a form that is shown here says of where it was shown."""
        return f"{self.firm.pk}.{self.organisation.pk}"

    @property
    def name(self) -> str:
        """How people call the place: the firm, and which organisation where there are several."""
        return f"{self.firm.name}: {self.organisation}" if self.several else self.firm.name

    @cached_property
    def zone(self) -> dt.tzinfo:
        """The time zone of the organisation; Greenwich's where none is known."""
        return local_time.zone_of(self.organisation) or UTC

    @property
    def clock(self) -> str:
        """The name of the time zone, for people."""
        return str(self.zone).replace("_", " ")

    @property
    def here_now(self) -> dt.datetime:
        """The moment as the clocks of the firm show it."""
        return self.now.astimezone(self.zone)

    @property
    def today(self) -> dt.date:
        """Which day it is where the firm is."""
        return self.here_now.date()

    @cached_property
    def standing(self) -> Standing:
        """How things stand with the organisation."""
        return self.standings[self.organisation]

    @cached_property
    def standings(self) -> Standings:
        """How things stand with each organisation of the firm."""
        return firm_standing.each(self.firm.pk, self.now)

    @property
    def several(self) -> bool:
        """Whether the firm has several organisations, so that each is called by its name."""
        return len(self.standings) > 1

    @property
    def other_organisations(self) -> tuple[Organisation, ...]:
        """The organisations of the firm that one may go over to."""
        return tuple(one for one in self.standings if one != self.organisation)

    @cached_property
    def connectors(self) -> tuple[str, ...]:
        """The addresses of those who may connect the firm."""
        return standings.connectors(self.firm.pk)

    @cached_property
    def alerts(self) -> tuple[ShownAlert, ...]:
        """What everybody in the firm has to know, of each of its organisations."""
        said = firm_standing.alerts(self.standings, self.connectors)
        # The first run pauses posting itself until its owner has seen what would go, and says so.
        own = {PAUSED} if self.setting_up else set()
        return tuple(self._shown(alert, one) for one, alert in said if alert.code not in own)

    def _shown(self, alert: Alert, of: Organisation) -> ShownAlert:
        shown = (str(alert.weight), alert.what, alert.detail)
        if of != self.organisation:
            return ShownAlert(*shown, "", alert.action, of.key, alert.page)
        there = alert.page and alert.page != self.here
        return ShownAlert(*shown, reverse(alert.page) if there else "", alert.action)

    @cached_property
    def other_firms(self) -> tuple[Firm, ...]:
        """The firms that the person may go over to."""
        mine = Firm.objects.filter(memberships__user=self.user).exclude(pk=self.firm.pk)
        return tuple(mine.order_by("name", "pk"))

    @cached_property
    def proposals(self) -> int:
        """How many things wait for a second person, for whoever may agree to them."""
        if not self.firm.two_people or self.role not in proposing.POSTING:
            return 0
        return len(proposing.waiting(self.organisation, self.now))

    @property
    def setting_up(self) -> bool:
        """Whether this is an owner whose firm has nothing in Xero yet: the first run goes on."""
        return self.role == Role.OWNER and not self.standing.anything_in_xero

    @property
    def nav(self) -> tuple[NavGroup, ...]:
        """The pages, with the current one marked."""
        *most, (last, items) = NAV
        mine = items + FOR_OWNERS if self.role == Role.OWNER else items
        return tuple(
            NavGroup(title, tuple(self._item(*one) for one in each if self._may(one[0])))
            for title, each in (*most, (last, mine))
        )

    def _may(self, name: str) -> bool:
        """Whether a page is for this role; an auditor hands nothing in."""
        return name not in {"import", "enter_choose"} or self.role != Role.AUDITOR

    def _item(self, name: str, label: str) -> NavItem:
        current = self.here.startswith(name.removesuffix("s").removesuffix("_choose"))
        return NavItem(reverse(name), label, current, self._stuck if name == "problems" else "")

    @cached_property
    def _stuck(self) -> str:
        """How many postings wait for a person; nothing if none does."""
        found = sum(self.standing.counts.get(state, 0) for state in STUCK)
        return f"{found:,}" if found else ""


def of(request: HttpRequest) -> Desk | None:
    """Return the desk of whoever is signed in; None for nobody and for people without a firm."""
    if not hasattr(request, "_desk"):
        request._desk = _find(request)  # type: ignore[attr-defined] # noqa: SLF001 -- kept for one request
    desk: Desk | None = request._desk  # type: ignore[attr-defined] # noqa: SLF001
    return desk


def is_elsewhere(request: HttpRequest, desk: Desk) -> bool:
    """Tell whether a form was shown at another desk than that at which somebody sits now.

    Only a form that does not come from a page says nothing of it.
    """
    return request.POST.get(SHOWN_FOR, desk.mark) != desk.mark


def shown_for(request: HttpRequest) -> Desk | None:
    """Return the desk that a form was shown at; None if whoever sends it cannot sit there."""
    said = MARK(request.POST.get(SHOWN_FOR, ""))
    found = _sitting(request, int(said[1]), int(said[2])) if said else None
    return found if found is not None and said and found.mark == said[0] else None


def go_over(request: HttpRequest, desk: Desk) -> None:
    """Let whoever sends a request sit at another desk from now on."""
    request.session[FIRM] = desk.firm.pk
    request.session[ORGANISATION] = desk.organisation.pk
    request._desk = desk  # type: ignore[attr-defined] # noqa: SLF001 -- kept for one request


MARK = re.compile(r"(\d{1,18})\.(\d{1,18})").fullmatch


def _find(request: HttpRequest) -> Desk | None:
    return _sitting(request, request.session.get(FIRM), request.session.get(ORGANISATION))


def _sitting(request: HttpRequest, chosen: int | None, named: int | None) -> Desk | None:
    """Return the desk of a firm and an organisation; the first of somebody's where none is."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return None
    memberships = Membership.objects.filter(user=user).select_related("firm").order_by("pk")
    membership = memberships.filter(firm_id=chosen).first() if chosen else None
    membership = membership or memberships.first()
    if membership is None:
        return None
    organisations = Organisation.objects.filter(firm=membership.firm).order_by("pk")
    organisation = organisations.filter(pk=named).first() if named else None
    organisation = organisation or organisations.first()
    if organisation is None:
        return None
    match = request.resolver_match
    return Desk(
        user=user,
        firm=membership.firm,
        organisation=organisation,
        role=membership.role,
        now=timezone.now(),
        here=(match.url_name or "") if match else "",
    )


def context(request: HttpRequest) -> dict[str, Desk | None]:
    """Give every template the desk: the head and the alert bar stand on every page."""
    return {"desk": of(request)}
