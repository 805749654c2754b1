"""What a name on a form means: the document, party or matter that the daybook knows by it.

People know numbers and names; the daybook keeps ids. Where a name means one thing, that is shown
before anything is handed in; where it may mean several, the person is asked, and nothing is chosen
for them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import Q

from counterfoil.core import amounts
from counterfoil.posting.records import CONTACT
from counterfoil.web.models import Document, KnownName, Revision

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.models import QuerySet

    from counterfoil.web.models import Organisation

CHOSEN: Final = "chosen:"
"""How the value of a field begins that was answered by choosing: an id and its name follow."""
BILLS: Final = frozenset({"bill", "opening_bill", "supplier_bill", "opening_supplier_bill"})
OF_PARTY: Final = ("client.name", "supplier.name", "payee.name")
"""The fields that say whose bills a form is about, the first that is there."""
UNDOES: Final = frozenset({"reverses", "voids", "of"})
"""The fields that name what is taken back: it must be there."""
MOST_CHOICES: Final = 20
MOST_READ: Final = 500
"""Documents that are read for the ids in them; the newest."""


class Choice(NamedTuple):
    """Something that a name may mean: what a field holds for it, and how people know it."""

    value: str
    words: str


class Ledger(NamedTuple):
    """A matter as a document names it, with whose it is there; both empty where nobody's."""

    client: str
    name: str
    matter: str


@dataclass
class Naming:
    """What the names of one form mean, by path: what was found, and what is to be asked."""

    organisation: Organisation
    values: Mapping[str, str]
    faults: dict[str, tuple[str, ...]] = field(default_factory=dict)
    choices: dict[str, tuple[Choice, ...]] = field(default_factory=dict)
    meant: dict[str, tuple[Choice, ...]] = field(default_factory=dict)

    def document(self, path: str, text: str, kinds: tuple[str, ...]) -> dict[str, str]:
        """Return the document that a number or id means; what is not there is taken as an id."""
        kind, _, rest = text.partition(":")
        if kind in kinds and rest:
            named = Document.objects.filter(
                organisation=self.organisation, kind=kind, source_id=rest
            )
            self._means(path, list(named), Choice(text, f"{text}, which has not come yet"))
            return {"kind": kind, "id": rest}
        found = self._answering(text, kinds)
        theirs = _whose(found, self._party(), path)
        if found and not theirs:
            self._refuse(path, _of_another(text, found, self._party()))
        elif len(theirs) > 1:
            self._ask(path, text, [_shown(one) for one in theirs])
        elif not theirs and path in UNDOES:
            self._refuse(path, f"Nothing here has the number or id {text}.")
        else:
            self._means(path, theirs, Choice(text, f"{text}, which has not come yet"))
        if len(theirs) == 1:
            return {"kind": theirs[0].kind, "id": theirs[0].source_id}
        return {"kind": kinds[0], "id": text}

    def party(self, path: str, text: str, matter: str) -> tuple[str, str]:
        """Return the id and name of a party; an unknown name always gives the same id.

        ``matter`` is the matter number beside it: a client may be known from its splits alone.
        """
        chosen = _chosen(text)
        if chosen is not None:
            return chosen
        ids = self._known_parties(text, matter)
        if len(ids) > 1:
            self._ask(path, text, [choice(one, text, f"{text} ({one})") for one in ids])
        return (ids[0] if len(ids) == 1 else f"hand-{_digest(text)}"), text

    def matter(self, path: str, text: str, client: str) -> tuple[str, str]:
        """Return the id and number of a matter: the ledger that this client has under it.

        Another client's ledger is never taken for it, nor a second one opened unasked.
        """
        chosen = _chosen(text)
        if chosen is not None:
            return chosen
        ledgers = self._ledgers(text)
        whose = _chosen(client)
        fold = plain_name(client).casefold()
        clients = [whose[0]] if whose else self._known_parties(client, "") if ledgers else []
        own = [
            one
            for one in ledgers
            if not client or one.client in clients or one.name.casefold() in {fold, ""}
        ]
        ids = list(dict.fromkeys(one.matter for one in own))
        if len(ids) == 1:
            return ids[0], text
        if ledgers:
            given = [choice(one.matter, text, _of(text, one)) for one in ledgers]
            fresh = choice(f"hand-{_digest(text + fold)}", text, f"{text}: a matter of its own")
            self._ask(path, text, [*dict.fromkeys(given), fresh])
        return f"hand-{_digest(text)}", text

    def _answering(self, text: str, kinds: tuple[str, ...]) -> list[Document]:
        documents = Document.objects.filter(organisation=self.organisation, kind__in=kinds)
        named = documents.filter(Q(number=text) | Q(source_id=text))
        return list(named.order_by("kind", "date", "pk")[:MOST_CHOICES])

    def _party(self) -> str:
        named = next((self.values[path] for path in OF_PARTY if path in self.values), "")
        return plain_name(named)

    def _known_parties(self, name: str, matter: str) -> list[str]:
        documents = Document.objects.filter(organisation=self.organisation, party=name)
        contacts = documents.filter(kind=CONTACT).order_by("pk")
        ids = list(contacts.values_list("source_id", flat=True)[:MOST_CHOICES])
        if not ids:
            bodies = self._bodies(documents.exclude(kind=CONTACT).order_by("-pk"))
            ids = [found for body in bodies for found in _named_so(body, name)]
        if not ids and matter:
            ids = [one.client for one in self._ledgers(matter) if one.name == name]
        return list(dict.fromkeys(ids))

    def _ledgers(self, number: str) -> list[Ledger]:
        """Return the matters with a number, with their clients, among all splits and lines."""
        names = KnownName.objects.filter(
            organisation=self.organisation, matter=True, folded__contains=number.casefold()
        ).values_list("name", flat=True)
        headlines = [name for name in names if number in name.split(", ")]
        documents = Document.objects.filter(organisation=self.organisation, matter__in=headlines)
        bodies = self._bodies(documents.order_by("-pk"))
        return list(dict.fromkeys(one for body in bodies for one in _matters(body, number)))

    def _bodies(self, documents: QuerySet[Document]) -> Iterator[object]:
        """Yield what some documents hold; what a name stands in is read from them."""
        keys = list(documents.values_list("pk", flat=True)[:MOST_READ])
        revisions = Revision.objects.filter(document__in=keys, body__isnull=False)
        for body in revisions.order_by("-pk").values_list("body", flat=True):
            yield json.loads(bytes(body or b"{}"))

    def _means(self, path: str, found: list[Document], otherwise: Choice) -> None:
        shown = tuple(map(_shown, found)) or (otherwise,)
        self.meant[path] = (*self.meant.get(path, ()), *shown)

    def _refuse(self, path: str, words: str) -> None:
        self.faults[path] = (*self.faults.get(path, ()), words)

    def _ask(self, path: str, text: str, choices: list[Choice]) -> None:
        several = "; ".join(one.words for one in choices)
        self._refuse(path, f"“{text}” may mean several: {several}. Choose the one that is meant.")
        self.choices[path] = tuple(choices)


def _whose(found: list[Document], party: str, path: str) -> list[Document]:
    """Return the documents that a form about this party may mean; of bills only its own."""
    if not party or path in UNDOES:
        return found
    fold = party.casefold()
    return [one for one in found if one.kind not in BILLS or one.party.casefold() in {fold, ""}]


def _of_another(text: str, found: list[Document], party: str) -> str:
    owners = " and ".join(dict.fromkeys(one.party for one in found))
    first = found[0]
    return (
        f"{first.kind.replace('_', ' ').capitalize()} {text} is of {owners}, and this is about "
        f"{party}. If it is meant all the same, write {first.kind}:{first.source_id}."
    )


def _shown(document: Document) -> Choice:
    """Return a document as people know it: kind, number, day, amount, party."""
    money = "" if document.amount is None else amounts.money_text(document.amount)
    said = (
        f"{document.kind.replace('_', ' ').capitalize()} {document.number or document.source_id}",
        document.date.isoformat() if document.date else "",
        f"{document.currency} {money}".strip(),
        document.party,
    )
    return Choice(f"{document.kind}:{document.source_id}", ", ".join(one for one in said if one))


def choice(known: str, name: str, words: str) -> Choice:
    """Return what a field holds for a party or matter of a known id, with its words."""
    return Choice(CHOSEN + json.dumps([known, name]), words)


def _of(number: str, ledger: Ledger) -> str:
    return f"{number} of {ledger.name} ({ledger.matter})" if ledger.name else number


def _chosen(text: str) -> tuple[str, str] | None:
    """Return the id and the name that were chosen; nothing where a name was typed."""
    if not text.startswith(CHOSEN):
        return None
    try:
        known, name = json.loads(text.removeprefix(CHOSEN))
    except ValueError:
        return None
    return (known, name) if isinstance(known, str) and isinstance(name, str) else None


def plain_name(text: str) -> str:
    """Return what was typed, or the name of what was chosen."""
    return (_chosen(text) or ("", text))[1]


def _named_so(value: object, name: str) -> Iterator[str]:
    """Yield the ids of parties with a name, wherever they stand."""
    if isinstance(value, dict):
        if value.get("name") == name and "id" in value and "number" not in value:
            yield str(value["id"])
        for inside in value.values():
            yield from _named_so(inside, name)
    elif isinstance(value, list):
        for inside in value:
            yield from _named_so(inside, name)


def _matters(value: object, number: str, client: object = None) -> Iterator[Ledger]:
    """Yield the matters with a number, each with the client that its own record or one around has.

    A record that names another document has a kind; a matter has none.
    """
    if isinstance(value, list):
        for inside in value:
            yield from _matters(inside, number, client)
    if not isinstance(value, dict):
        return
    whose = value.get("client", client)
    matter = value.get("matter")
    if isinstance(matter, dict) and matter.get("number") == number:
        named = whose if isinstance(whose, dict) else {}
        yield Ledger(str(named.get("id", "")), str(named.get("name", "")), str(matter["id"]))
    for inside in value.values():
        yield from _matters(inside, number, whose)


def _digest(text: str) -> str:
    return hashlib.sha256(text.casefold().encode()).hexdigest()[:16]
