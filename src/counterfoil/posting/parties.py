"""The parties that documents name, as documents of the daybook: their contacts are postings too."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.core.identity import contact_number
from counterfoil.core.outline import parties
from counterfoil.core.texts import contact_name
from counterfoil.core.xero_documents import Contact
from counterfoil.posting.bodies import named
from counterfoil.posting.plan import stage
from counterfoil.posting.records import CONTACT, Entry, Intent, Summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.core.documents import Document, Party
    from counterfoil.core.xero_documents import Symbol
    from counterfoil.posting.outbox import Outbox


def contacts_needed(
    documents: Sequence[Document], entries: Sequence[Entry], outbox: Outbox
) -> list[Entry]:
    """Return the contacts that the planned postings need, each once, as the daybook takes them.

    What takes a receipt back names no party of its own: the receipt's is needed.
    """
    ids = {s.id for entry in entries for one in entry.intents for s in one.needs if _is_party(s)}
    wanted = {party.id: party for one in reversed(documents) for party in parties(one)}
    if ids - wanted.keys():
        others = named(documents, outbox).values()
        wanted = {party.id: party for one in others for party in parties(one)} | wanted
    return [contact_entry(party) for name, party in wanted.items() if name in ids]


def _is_party(symbol: Symbol) -> bool:
    return symbol.kind == CONTACT


def contact_entry(party: Party) -> Entry:
    """Return a party as the daybook takes it, with the posting that makes its contact."""
    body = json.dumps(
        {"email": party.email, "id": party.id, "name": party.name}, sort_keys=True
    ).encode()
    return Entry(
        contact_key(party.id),
        1,
        hashlib.sha256(body).hexdigest(),
        body,
        Summary("", None, party.name),
        "",
        (),
        (Intent("", Act.CREATE, "Contacts", stage(CONTACT, "Contacts")),),
        0,
        0,
    )


def contact_key(party_id: str) -> Key:
    """Return the name under which a party stands in the daybook."""
    return Key(CONTACT, party_id)


def read_party(body: bytes) -> Contact:
    """Return the contact that a party of the daybook is to become."""
    party = json.loads(body)
    return Contact(contact_number(party["id"]), contact_name(party["name"]), party["email"])
