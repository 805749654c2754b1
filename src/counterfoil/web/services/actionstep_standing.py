"""How a firm's connection to Actionstep stands, in words: for the page and the command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.web.services import other_names, standing
from counterfoil.web.services.actionstep import NAMELESS
from counterfoil.web.services.actionstep_hints import HINTS_MOST, hints
from counterfoil.web.services.receiving import organisations_of

if TYPE_CHECKING:
    from counterfoil.web.models import Actionstep

GIVES = (
    "Contacts and matters, by name.",
    "Bills (number, dates, client, matters, tax, total), in a line or two by your rule.",
    "What is paid of each bill, as a hint; it is never made a receipt.",
)
LACKS = (
    "The lines of bills: import the LEDES or CSV file; it meets the bill by number.",
    "Receipts, write-offs and credits: import their reports, or enter them.",
    "Clients' money: import the reports of trust receipts, payments, transfers.",
    "Supplier bills, bank transactions, journals: import them, or enter them.",
)
"""What Actionstep's API has for nobody (facts: Actionstep API sections 1.1 and 1.3)."""
TROUBLES_MOST = 500
NAMES = {
    "divisions": "divisions",
    "disbursements": "disbursements",
    "timeentries": "time entries",
    "taxcodes": "tax codes",
    "accounts": "its chart of accounts",
    "resthooks": "REST hooks",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A division and the key of the organisation that its bills go to; empty for none."""

    id: str
    title: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that is said of a connection. Troubles and hints are pairs of number and words.

    ``more`` is how many of these there are beside those that are listed.
    """

    connected: bool
    connection: str
    bills: str
    gives: tuple[str, ...]
    lacks: tuple[str, ...]
    divisions: tuple[Place, ...]
    troubles: tuple[tuple[str, str], ...]
    hints: tuple[tuple[str, str], ...]
    more: int = 0


def of(row: Actionstep, *, whole: bool = False) -> Standing:
    """Return how a connection stands; ``whole``: with every trouble and hint, however many."""
    taken = row.bills.exclude(source_id="").filter(elsewhere=False).count()
    met = row.bills.exclude(source_id="").filter(elsewhere=True).count()
    keys = list(organisations_of(row.firm_id))
    only = keys[0] if len(keys) == 1 else ""
    lined = other_names.lined(row.firm_id)
    found = hints(row, None if whole else HINTS_MOST)
    troubled = row.bills.filter(source_id="").exclude(trouble="").order_by("pk")
    troubles = troubled if whole else troubled[:TROUBLES_MOST]
    return Standing(
        row.connected,
        _connection(row),
        f"Bills here from Actionstep: {taken:,}, of which {lined:,} have their lines from a file."
        f" Bills here from elsewhere, and not taken again: {met:,}.",
        GIVES,
        (*LACKS, *_absent(row)),
        tuple(
            Place(one.row_id, str(one), one.organisation.key if one.organisation else only)
            for one in row.divisions.select_related("organisation").order_by("row_id")
        ),
        tuple(
            (bill.number or bill.row_id, f"is not taken in: {bill.trouble}") for bill in troubles
        ),
        tuple((one.bill.number, one.words) for one in found.shown),
        found.more + (0 if whole else max(0, troubled.count() - TROUBLES_MOST)),
    )


def plain(told: Standing) -> dict[str, object]:
    """Return it for programs."""
    return {
        "connected": told.connected,
        "connection": told.connection,
        "bills": told.bills,
        "gives": list(told.gives),
        "lacks": list(told.lacks),
        "divisions": [
            {"id": one.id, "title": one.title, "organisation": one.organisation or None}
            for one in told.divisions
        ],
        "troubles": [{"number": number, "words": words} for number, words in told.troubles],
        "hints": [{"number": number, "words": words} for number, words in told.hints],
    }


def _connection(row: Actionstep) -> str:
    if not row.connected:
        return f"Not connected to Actionstep: {row.reason or 'nobody has consented yet.'}"
    whose = f" of {row.orgkey}" if row.orgkey else ""
    since = f"{row.since:%-d %B %Y}" if row.since else ""
    last = f"last read {standing.moment(row.pulled_at)}" if row.pulled_at else "not read yet"
    trouble = f" The last try ended: {row.trouble}" if row.trouble else ""
    return f"Connected to Actionstep{whose} since {since}, {last}.{trouble}"


def _absent(row: Actionstep) -> tuple[str, ...]:
    """Say what other Actionsteps have and this one has not, or does not show us."""
    told: list[str] = []
    for words, state in (
        ("This Actionstep does not have", False),
        ("Not shown to the user who connected, or not asked for", None),
    ):
        names = [
            NAMES[name] for name, there in row.there.items() if name in NAMES and there is state
        ]
        if names:
            told.append(f"{words}: {', '.join(names)}.")
    for name, count in (row.there.get(NAMELESS) or {}).items():
        rows = "1 row" if count == 1 else f"{count:,} rows"
        told.append(
            f"{rows} of {name} without an id: left out, for nobody can tell whose they are."
        )
    return tuple(told)
