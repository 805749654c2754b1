"""The settings of the mapping as a page asks for them: in words, previewed, put in force whole.

What each may be is read where a mapping file is read; a change is a mapping file with other values.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from counterfoil.core.jurisdictions import ANYWHERE, JURISDICTIONS, jurisdiction
from counterfoil.core.mapping import Conduct
from counterfoil.core.mapping_file import mapping_to_json, read_mapping
from counterfoil.core.mapping_settings import CHOICES, DATES
from counterfoil.core.trust_rules import BY_ID, SETTABLE
from counterfoil.core.xero_zones import IANA_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as ReadOnly

    from counterfoil.core.mapping import Mapping

DAYS: Final = ("trust_dormant_days", "bill_notice_days")
TRUST: Final = ("post_trust", "trust_contact", *DAYS)
"""The settings of clients' money; the rules of trust accounting stand with them."""
TYPES: Final = ("general", "controlled")
"""Types of a trust account that are proposed; a firm may call its own otherwise."""

ZONES: Final = tuple(sorted(set(IANA_NAMES.values())))
"""Time zones that are proposed: those that an organisation in Xero may be in."""
WHERE: Final = ("time_zone",)
"""The settings that say where the firm is."""

MEANINGS: Final = MappingProxyType(
    {
        "time_zone": "Which day is today, and what times the pages show: a region and its place, "
        "as Australia/Sydney. Left empty, they are those of the organisation in Xero.",
        "accounting_basis": "How the practice keeps its books. Bills are posted when they are "
        "issued, so that nothing is posted for a practice on a cash basis.",
        "lines": "How the lines of a bill stand in Xero. Its totals are the practice's either way.",
        "tax": "Whose tax stands in Xero where the two differ by a cent.",
        "rounding_guard": "What becomes of a document whose rounding line would be larger than "
        "cents explain.",
        "unapplied": "What becomes of clients' money that pays no bill yet.",
        "lock_date": "What becomes of a document dated behind Xero's lock date.",
        "zero_bills": "What becomes of a bill that comes to nil.",
        "revisions": "What becomes of a bill or credit that is in Xero, unpaid, and was changed "
        "in the practice.",
        "paid_revisions": "What becomes of a changed bill that Xero does not let be updated, "
        "because money is on it.",
        "tax_filed_to": "The last day of which tax was filed: nothing dated until then is voided "
        "or updated in Xero.",
        "start_date": "The first day that is posted: documents from before are taken to be in "
        "Xero already.",
        "post_trust": "Whether clients' money goes to Xero.",
        "trust_contact": "Whose name a trust receipt bears in Xero.",
        "trust_dormant_days": "After how many days without a movement clients' money is mentioned.",
        "bill_notice_days": "How many working days after a bill clients' money may pay it without "
        "a written authority.",
    }
)
"""What each setting is for, in a sentence."""

LABELS: Final = MappingProxyType(
    {
        "lines": "Lines of bills",
        "unapplied": "Unapplied money",
        "zero_bills": "Bills of nil",
        "revisions": "Changed bills and credits",
        "paid_revisions": "Changed bills that are paid",
        "tax_filed_to": "Tax filed up to",
        "post_trust": "Post clients' money",
        "trust_contact": "Contact of trust receipts",
        "trust_dormant_days": "Days until money lies still",
        "bill_notice_days": "Days of notice of a bill",
    }
)
"""What settings are called where their names in a file do not say enough."""

WORDS: Final = MappingProxyType(
    {
        "accounting_basis": {
            "accrual": "Accrual: a bill is income when it is issued",
            "cash": "Cash: a bill is income when it is paid",
        },
        "lines": {
            "summarised": "Summarised: one line for each account, tax and tracking",
            "itemised": "Itemised: each line by itself, as exactly as Xero can hold it",
            "itemised_2dp": "Itemised, unit prices to two decimals, a rounding line for the rest",
        },
        "tax": {
            "source": "The practice's, as it stands on the bill",
            "xero": "Xero's own; the difference goes to the rounding line",
        },
        "rounding_guard": {"hold": "It is held", "post": "It is posted all the same"},
        "unapplied": {
            "overpayment": "An overpayment in Xero",
            "prepayment": "A prepayment in Xero, on the account for clients' prepayments",
        },
        "lock_date": {
            "hold": "It is held",
            "draft": "Bills, credits and journals go as drafts, to be approved in Xero; "
            "money is held",
            "next_open_day": "It is dated on the next open day; clients' money is held",
        },
        "zero_bills": {"post": "It is posted", "skip": "It stays out of Xero, with a note"},
        "revisions": {"update": "It is updated in Xero", "ask": "A person is asked"},
        "paid_revisions": {
            "ask": "A person is asked",
            "rebill": "It is credited and billed anew",
            "repost": "It is taken back with its payments, and all is posted anew",
        },
        "trust_contact": {"client": "The client's", "payer": "The payer's"},
        "post_trust": {"true": "Yes", "false": "No, only the books of the office"},
    }
)
"""Each value in words."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name in a form, where it stands in a mapping file, and what it may be.

    Without ``choices`` it is typed; ``proposed`` are then values with their words. ``form`` is the
    type of its field.
    """

    name: str
    path: tuple[str, ...]
    label: str
    meaning: str
    choices: tuple[tuple[str, str], ...] = ()
    proposed: tuple[tuple[str, str], ...] = ()
    form: str = "text"

    def said(self, value: str) -> str:
        """Return a value in words."""
        return dict((*self.choices, *self.proposed)).get(value) or value or "–"


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that belong together."""

    title: str
    settings: tuple[Setting, ...]


def groups(mapping: Mapping) -> tuple[Group, ...]:
    """Return every setting that the page has for a mapping."""
    where = tuple(_setting(name) for name in WHERE)
    office = tuple(_setting(name) for name in MEANINGS if name not in (*TRUST, *WHERE))
    trust = tuple(_setting(name) for name in MEANINGS if name in TRUST)
    accounts = tuple(one for code in mapping.trust_accounts for one in _of_account(code))
    return (
        Group("Days and times", where),
        Group("Bills and money of the office", office),
        Group("Clients' money", trust),
        *((Group("Trust accounts", accounts),) if accounts else ()),
        Group("Rules of trust accounting that the law leaves to the firm", tuple(_rules())),
    )


def _setting(name: str) -> Setting:
    words = WORDS.get(name, {})
    choices = tuple((value, words[value]) for value in CHOICES.get(name, words))
    form = "date" if name in DATES else "number" if name in DAYS else "text"
    label = LABELS.get(name) or name.replace("_", " ").capitalize()
    path = ("settings", name)
    proposed = tuple((zone, "") for zone in ZONES) if name in WHERE else ()
    return Setting(".".join(path), path, label, MEANINGS[name], choices, proposed, form)


def _of_account(code: str) -> Iterator[Setting]:
    for name, meaning, proposed in (
        ("type", "What kind of trust account it is.", tuple((one, "") for one in TYPES)),
        (
            "jurisdiction",
            "Under whose law it is kept: that says what is due when, and how grave a breach is.",
            tuple((one.code, one.name) for one in JURISDICTIONS.values()),
        ),
    ):
        path = ("trust_accounts", code, name)
        yield Setting(".".join(path), path, f"{code}: {name}", meaning, proposed=proposed)


def _rules() -> Iterator[Setting]:
    for rule in SETTABLE:
        usual = {Conduct.HOLD: "it is held", Conduct.REPORT: "it is reported"}[BY_ID[rule].conduct]
        choices = (
            ("", f"As usual: {usual}"),
            ("hold", "What breaks it is held"),
            ("report", "What breaks it is reported"),
        )
        path = ("settings", "trust_rules", rule)
        yield Setting(".".join(path), path, f"Rule {rule}", BY_ID[rule].says, choices)


def values(mapping: Mapping) -> dict[str, str]:
    """Return what each setting says, by its name."""
    plain = json.loads(mapping_to_json(mapping))
    every = (one for group in groups(mapping) for one in group.settings)
    return {one.name: _text(_at(plain, one.path)) for one in every}


def _at(plain: object, path: tuple[str, ...]) -> object:
    for name in path:
        plain = plain.get(name) if isinstance(plain, dict) else None
    return plain


def _text(value: object) -> str:
    """Return a plain value as a form holds it."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def lawless(mapping: Mapping | None) -> tuple[str, ...]:
    """Return the trust accounts that name no place whose rules are known."""
    accounts = mapping.trust_accounts.items() if mapping else ()
    return tuple(code for code, one in accounts if jurisdiction(one.jurisdiction) is ANYWHERE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would change: each setting with its value before and after, and the file that says so.

    ``mapping`` is None where ``faults``, by the names of settings, say why.
    """

    changes: tuple[tuple[Setting, str, str], ...]
    data: bytes
    mapping: Mapping | None
    faults: ReadOnly[str, tuple[str, ...]]


def propose(mapping: Mapping, said: ReadOnly[str, str]) -> Proposal:
    """Return what the mapping becomes with other values; names that are no setting's are passed."""
    plain = json.loads(mapping_to_json(mapping))
    before = values(mapping)
    changes = tuple(
        (one, before[one.name], said[one.name].strip())
        for group in groups(mapping)
        for one in group.settings
        if said.get(one.name, before[one.name]).strip() != before[one.name]
    )
    for one, _, after in changes:
        _put(plain, one, after)
    data = json.dumps(plain, ensure_ascii=False).encode()
    made, found = read_mapping(data)
    faults = {one.name: _NO_LAW for one, _, after in changes if _is_lawless(one, after)}
    for finding in found:
        words = f"{finding.message} {finding.fix}".strip()
        faults[finding.path] = (*faults.get(finding.path, ()), words)
    return Proposal(changes, data, made, faults)


_NO_LAW: Final = (
    "The rules of no such place are known here. Choose one from the list, or leave it empty.",
)


def _is_lawless(one: Setting, value: str) -> bool:
    """Tell whether a place is named whose rules nobody knows, which would quietly hold for none."""
    return one.path[-1] == "jurisdiction" and value != "" and jurisdiction(value) is ANYWHERE


def _put(plain: dict[str, object], one: Setting, value: str) -> None:
    """Write a value where it stands in a file; an empty one is left out, so that it is as usual."""
    place: dict[str, object] = plain
    for name in one.path[:-1]:
        inner = place.setdefault(name, {})
        assert isinstance(inner, dict), "a mapping file has sections"
        place = inner
    last = one.path[-1]
    if value == "":
        place.pop(last, None)
    elif one.path == ("settings", "post_trust"):
        place[last] = {"true": True, "false": False}.get(value, value)
    else:
        place[last] = value
