"""Contacts (facts: Xero API section 15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xero_sandbox.books import balances, exchange, parties, query, refusals
from xero_sandbox.books.incoming import ContactIn
from xero_sandbox.books.records import Contact
from xero_sandbox.books.resources import history
from xero_sandbox.books.values import ZERO_ID, moment, moment_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xero_sandbox.books.exchange import Body, Outcome
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.visit import Visit
    from xero_sandbox.wire import Handled

WRITTEN = exchange.Kind("contacts", ContactIn, "HasValidationErrors")


def handle(visit: Visit) -> Handled:
    """Answer a call on /Contacts."""
    match visit.call.method, visit.call.segments[1:]:
        case "GET", ():
            return _list(visit)
        case "GET", (named,):
            found = _named(visit.organisation, named)
            return exchange.answer(visit, Contacts=_bodies(visit, [found]))
        case (("PUT" | "POST"), ()):
            return exchange.each(visit, WRITTEN, _apply)
        case "POST", (named,):
            contact = _named(visit.organisation, named)
            return exchange.first(visit, WRITTEN, lambda sent: _change(visit, contact, sent))
        case _, (named, "History"):
            return history.handle(visit, _named(visit.organisation, named).contact_id)
        case _:
            raise exchange.not_implemented()


def _named(organisation: Organisation, named: str) -> Contact:
    found = organisation.contacts.get(named.lower())
    if found is None:
        by_number = organisation.contact_ids_by_number.get(named, "")
        found = organisation.contacts.get(by_number)
    if found is None:
        raise exchange.not_found()
    return found


def _apply(visit: Visit, incoming: ContactIn) -> Outcome:
    """PUT creates only; POST changes the contact that id, number or name point to."""
    if visit.call.method == "POST":
        if incoming.contact_id == ZERO_ID:
            incoming.contact_id = None
        found = parties.find(visit.organisation, incoming)
        if found is not None:
            return _change(visit, found, incoming)
        if incoming.contact_id:
            body: Body = parties.echo(incoming)
            return exchange.Outcome(body, [refusals.CONTACT_UNKNOWN.say(incoming.contact_id)])
    return _create(visit, incoming)


def _create(visit: Visit, incoming: ContactIn) -> Outcome:
    errors: list[str] = []
    contact = parties.altered(visit, Contact(ZERO_ID, ""), incoming, errors)
    if incoming.contact_status not in {None, "ACTIVE"}:
        errors.append(refusals.CONTACT_STATUS.say(incoming.contact_status))
    if not errors:
        contact.contact_id = visit.new_id()
        parties.keep(visit, contact)
    return exchange.Outcome(body_of(contact), errors)


def _change(visit: Visit, contact: Contact, incoming: ContactIn) -> Outcome:
    """Change, archive or restore a contact; a merged one can only be left alone."""
    if contact.merged_to is not None:
        return exchange.Outcome(body_of(contact), [refusals.CONTACT_NUMBER_TAKEN.text])
    errors: list[str] = []
    status = incoming.contact_status or contact.status
    if status not in {"ACTIVE", "ARCHIVED"}:
        errors.append(refusals.CONTACT_STATUS.say(status))
        status = contact.status
    now = parties.altered(visit, msgspec.structs.replace(contact, status=status), incoming, errors)
    if not errors:
        parties.keep(visit, now)
    return exchange.Outcome(body_of(now), errors)


def _list(visit: Visit) -> Handled:
    rows: Sequence[Contact] = list(visit.organisation.contacts.values())
    if visit.call.query.get("IDs"):
        rows = query.chosen_ids(visit, rows, "IDs", lambda one: one.contact_id)
    elif not query.flag(visit, "includeArchived"):
        rows = [one for one in rows if one.status == "ACTIVE"]
    term = visit.call.query.get("searchTerm", "").casefold()
    if term:
        rows = [one for one in rows if _mentions(one, term)]
    listing = query.listing(visit, rows, FIELDS)
    brief = query.flag(visit, "summaryOnly")
    rows = listing.rows
    bodies = [body_of(one, brief=True) for one in rows] if brief else _bodies(visit, rows)
    return exchange.answer(visit, **listing.block, Contacts=bodies)


def _bodies(visit: Visit, rows: Sequence[Contact]) -> list[Body]:
    """Return contacts as they are read: with what is open of their documents."""
    open_of = balances.of_contacts(visit)
    bodies = [body_of(one) for one in rows]
    for one, body in zip(rows, bodies, strict=True):
        if one.contact_id in open_of:
            body["Balances"] = open_of[one.contact_id]
    return bodies


def _mentions(contact: Contact, term: str) -> bool:
    texts = (contact.name, contact.first_name, contact.last_name, contact.email)
    numbers = (contact.number or "", contact.account_number)
    return any(term in text.casefold() for text in texts + numbers)


def body_of(contact: Contact, *, brief: bool = False) -> Body:
    """Return a contact as printed; ``brief`` is summaryOnly."""
    shown: Body = {
        "ContactID": contact.contact_id,
        "ContactStatus": contact.status,
        "Name": contact.name,
        "FirstName": contact.first_name,
        "LastName": contact.last_name,
        "EmailAddress": contact.email,
        "AccountNumber": contact.account_number,
        "TaxNumber": contact.tax_number,
        "UpdatedDateUTC": moment(contact.updated),
        "HasAttachments": False,
        "HasValidationErrors": False,
    }
    if contact.number is not None:
        shown["ContactNumber"] = contact.number
    if contact.merged_to is not None:
        shown["MergedToContactID"] = contact.merged_to
    if not brief:
        shown.update((name, value) for name, value in contact.defaults if value)
        shown["IsSupplier"] = contact.is_supplier
        shown["IsCustomer"] = contact.is_customer
        shown["Addresses"] = list(contact.addresses)
        shown["Phones"] = list(contact.phones)
        shown["ContactGroups"] = []
        shown["ContactPersons"] = [
            {
                "FirstName": person.first_name,
                "LastName": person.last_name,
                "EmailAddress": person.email,
                "IncludeInEmails": person.include_in_emails,
            }
            for person in contact.persons
        ]
        if contact.terms:
            shown["PaymentTerms"] = {
                term.direction: {"Day": term.day, "Type": term.kind} for term in contact.terms
            }
    return shown


FIELDS: query.Fields[Contact] = {
    "ContactID": lambda _, one: one.contact_id,
    "ContactNumber": lambda _, one: one.number,
    "ContactStatus": lambda _, one: one.status,
    "Name": lambda _, one: one.name,
    "FirstName": lambda _, one: one.first_name or None,
    "LastName": lambda _, one: one.last_name or None,
    "EmailAddress": lambda _, one: one.email or None,
    "AccountNumber": lambda _, one: one.account_number or None,
    "TaxNumber": lambda _, one: one.tax_number or None,
    "IsCustomer": lambda _, one: one.is_customer,
    "IsSupplier": lambda _, one: one.is_supplier,
    "UpdatedDateUTC": lambda _, one: moment_of(one.updated),
}
