"""How states, kinds and money read on a page."""

from __future__ import annotations

import datetime as dt
import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from django import template
from django.utils import timezone
from django.utils.dateformat import format as formatted
from django.utils.html import format_html
from django.utils.safestring import SafeString

from counterfoil.posting.states import State
from counterfoil.web.services import naming_anew

if TYPE_CHECKING:
    from counterfoil.core.effects import Control
    from counterfoil.web.services.daybook import Row

register = template.Library()

STATES = MappingProxyType(
    {
        State.HELD: "Held",
        State.WAITING: "Waiting",
        State.READY: "Ready",
        State.SENDING: "Sending",
        State.UNKNOWN: "Being looked up",
        State.POSTED: "Posted",
        State.DRAFTED: "Draft in Xero",
        State.MISMATCHED: "Differs in Xero",
        State.REFUSED: "Refused by Xero",
        State.PRIOR: "From before",
        State.WITHDRAWN: "Withdrawn",
    }
)
MEANINGS = MappingProxyType(
    {
        State.HELD: "something must be solved first",
        State.WAITING: "another document goes first",
        State.READY: "leaves at the next turn",
        State.SENDING: "on its way to Xero",
        State.UNKNOWN: "sent; the answer was lost",
        State.POSTED: "in Xero, to the cent",
        State.DRAFTED: "in Xero, to be approved there",
        State.MISMATCHED: "in Xero with other totals",
        State.REFUSED: "a person decides",
        State.PRIOR: "taken to be in Xero already",
        State.WITHDRAWN: "unlinked or overtaken",
    }
)
WORK = MappingProxyType(
    {"running": "Going on", "done": "Done", "stopped": "Stopped", "broken": "It did not work"}
)
UTC = "UTC"
CONNECTION = MappingProxyType(
    {
        "never": "Not connected yet",
        "connected": "Connected",
        "lost": "Connection lost",
        "disconnected": "Disconnected",
    }
)


@register.filter
def state(value: str) -> SafeString:
    """Write a posting's state as a word with its sign."""
    return format_html('<span class="state state-{}">{}</span>', value, STATES[State(value)])


UNDONE = MappingProxyType({"reversal": "Reversed", "void": "Voided"})
"""How a document stands that such a one has taken back."""


@register.filter
def document_state(row: Row) -> SafeString | str:
    """Write a document's state; one that nothing is posted for, such as a statement, has none."""
    if row.undone:
        return undone(row.undone)
    if row.since:
        said = row.since.removesuffix(" since")
        return format_html('<span class="state state-mismatched">{}</span>', said)
    return state(row.state) if row.planned else format_html('<span class="soft">{}</span>', "Kept")


@register.filter
def undone(kind_of_undoing: str) -> SafeString:
    """Write how a document stands that one of this kind has taken back."""
    said = UNDONE[kind_of_undoing]
    return format_html('<span class="state state-withdrawn">{}</span>', said)


@register.filter
def connection_state(value: str) -> SafeString:
    """Write the state of the connection as a word with its sign."""
    return format_html('<span class="state state-{}">{}</span>', value, CONNECTION[value])


@register.filter
def meaning(value: str) -> str:
    """Say what a state means, in a few words."""
    return MEANINGS[State(value)]


@register.filter
def kind(value: str) -> str:
    """Write a kind of document for people: ``trust_receipt`` is a trust receipt."""
    return value.replace("_", " ").capitalize()


@register.filter
def resource(value: str) -> str:
    """Write Xero's name of a sort of object for people: ``BankTransactions``, bank transactions."""
    return re.sub("(?<=[a-z])(?=[A-Z])", " ", value).capitalize()


@register.filter
def money(hundredths: object) -> str:
    """Write an amount in hundredths as 1,234.50; nothing for no amount."""
    if not isinstance(hundredths, int):
        return ""
    whole, cents = divmod(abs(hundredths), 100)
    sign = "−" if hundredths < 0 else ""
    return f"{sign}{whole:,}.{cents:02d}"


@register.filter
def ten_thousandths(value: int) -> str:
    """Write a quantity or unit amount, held in ten-thousandths, with two decimals at least."""
    whole, part = divmod(abs(value), 10_000)
    decimals = f"{part:04d}".rstrip("0").ljust(2, "0")
    return f"{'−' if value < 0 else ''}{whole:,}.{decimals}"


@register.filter
def moment(at: dt.datetime | None, form: str = "j M Y, H:i") -> SafeString | str:
    """Write a moment as the firm's clocks show it, with the zone beside it for whoever asks.

    Where no zone is known it is Greenwich's, and says so.
    """
    if at is None:
        return ""
    zone = timezone.get_current_timezone_name()
    return _time(at, form, "" if zone != UTC else f" {UTC}")


@register.filter
def bare_moment(at: dt.datetime, form: str) -> SafeString:
    """Write a moment below a heading that names the zone."""
    return _time(at, form, "")


def _time(at: dt.datetime, form: str, after: str) -> SafeString:
    here = timezone.localtime(at)
    return format_html(
        '<time datetime="{}" title="{}">{}{}</time>',
        at.astimezone(dt.UTC).isoformat(timespec="seconds"),
        timezone.get_current_timezone_name(),
        formatted(here, form),
        after,
    )


@register.filter
def actor(name: str) -> str:
    """Write who did something: people by their address, the poster without its process."""
    if name == naming_anew.ACTOR:
        return "the daybook, which knows the bill that it names by another id"
    return "the poster" if name.count("/") > 1 else name.removeprefix("user:")


@register.filter
def field_name(path: str) -> str:
    """Write a field of the format for people: ``client.name`` is the client's name."""
    return path.replace(".", " ").replace("_", " ").capitalize()


@register.filter
def work_state(value: str) -> str:
    """Say how long work stands."""
    return WORK[value]


@register.filter
def control(value: Control) -> str:
    """Write a control account by its code and name in Xero, or as the practice knows it."""
    if value.account is None:
        return value.name
    return f"{value.account.code or ''} {value.account.name}".strip()
