"""Contacts as the mirror wants them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.xero.decode.elements import identity
from counterfoil.xero.decode.loose import envelope, listed, moment, number, record, text, whole

if TYPE_CHECKING:
    from counterfoil.xero.decode.loose import Fields


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact of the organisation. ``merged_to`` is the id of the contact that took it over."""

    contact_id: str
    name: str
    number: str
    status: str
    merged_to: str
    updated: dt.datetime | None


@dataclass(frozen=True, slots=True)
class ContactPage:
    """One page of contacts, how many pages there are, and Xero's own time."""

    contacts: tuple[ContactRow, ...]
    page_count: int | None
    at: dt.datetime | None


def read_contacts(body: bytes) -> ContactPage:
    """Return a page of contacts; ``Unreadable`` if the body has no list of them."""
    fields = envelope(body)
    pages = number(record(fields, "pagination"), "pageCount")
    return ContactPage(
        tuple(_contact(entry) for entry in listed(fields, "Contacts")),
        None if pages is None else whole(pages),
        moment(fields, "DateTimeUTC"),
    )


def _contact(fields: Fields) -> ContactRow:
    return ContactRow(
        contact_id=text(fields, "ContactID"),
        name=text(fields, "Name"),
        number=text(fields, "ContactNumber"),
        status=text(fields, "ContactStatus") or "ACTIVE",
        merged_to=identity(text(fields, "MergedToContactID")),
        updated=moment(fields, "UpdatedDateUTC"),
    )
