"""Contacts as documents name them: found, made or changed on the way (facts: sections 8 and 15)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from xero_sandbox.books import events, refusals
from xero_sandbox.books.arithmetic import scaled
from xero_sandbox.books.incoming import xero_name
from xero_sandbox.books.records import Contact, ContactPerson, PaymentTerm

if TYPE_CHECKING:
    from xero_sandbox.books.exchange import Body
    from xero_sandbox.books.incoming import AddressIn, ContactIn, PersonIn, PhoneIn, TermsIn
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.visit import Visit

_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
_BAD_NAME = re.compile(r"[<>]|^\s|\s$|\s\s")
_LONGEST = {
    "name": 255,
    "contact_number": 50,
    "account_number": 50,
    "tax_number": 50,
    "company_number": 50,
}
_MOST_PERSONS = 5
_ACCOUNTS = ("sales_default_account_code", "purchases_default_account_code")
_TAX_TYPES = ("accounts_receivable_tax_type", "accounts_payable_tax_type")
_LINE_TYPES = ("sales_default_line_amount_type", "purchases_default_line_amount_type")
_TERM_KINDS = frozenset(
    {"DAYSAFTERBILLDATE", "DAYSAFTERBILLMONTH", "OFCURRENTMONTH", "OFFOLLOWINGMONTH"}
)
_DEFAULTS = (
    *_ACCOUNTS,
    *_TAX_TYPES,
    *_LINE_TYPES,
    "company_number",
    "bank_account_details",
    "default_currency",
)


@dataclass(slots=True)
class Party:
    """A contact that a request names; ``changed`` when it is new or the request alters it."""

    contact: Contact
    changed: bool = False


def find(organisation: Organisation, incoming: ContactIn) -> Contact | None:
    """Return the contact that id, number or name point to, in that order."""
    if incoming.contact_id:
        return organisation.contacts.get(incoming.contact_id.lower())
    if incoming.contact_number:
        by_number = organisation.contact_ids_by_number.get(incoming.contact_number)
        if by_number is not None:
            return organisation.contacts[by_number]
    if incoming.name:
        by_name = organisation.contact_ids_by_name.get(incoming.name.casefold())
        if by_name is not None:
            return organisation.contacts[by_name]
    return None


def named(incoming: ContactIn | None) -> bool:
    """Return whether a document was sent with a contact that says anything at all."""
    return incoming is not None and any(
        getattr(incoming, name) is not None for name in incoming.__struct_fields__
    )


# Not verified, see contact-persons.
def resolve(visit: Visit, incoming: ContactIn | None, errors: list[str]) -> Party | None:
    """Return the party of a document, or None with the reason added to ``errors``.

    A name that nobody bears makes a new contact; further fields change the one that was found,
    and take away its contact persons unless they are sent too (facts: Xero API section 8).
    Nothing is kept before ``keep``, so that a refused document leaves no contact behind.
    """
    if incoming is None:
        errors.append(refusals.NO_CONTACT.text)
        return None
    if not (incoming.contact_id or incoming.contact_number or incoming.name):
        errors.append(refusals.EMPTY_CONTACT.text)
        return None
    contact = find(visit.organisation, incoming)
    if contact is None:
        return _newcomer(visit, incoming, errors)
    if contact.status != "ACTIVE":
        errors.append(refusals.CONTACT_ARCHIVED.text)
        return Party(contact)
    if not _carries_more(incoming):
        return Party(contact)
    if incoming.contact_status not in {None, "ACTIVE"}:
        errors.append(refusals.CONTACT_STATUS.say(incoming.contact_status))
    now = altered(visit, contact, incoming, errors)
    if incoming.contact_persons is None:
        now.persons = ()
    return Party(now, changed=True)


def _carries_more(incoming: ContactIn) -> bool:
    # Without an id, name and number are what identifies the contact, not a change of it.
    if incoming.contact_id is not None and (incoming.name or incoming.contact_number):
        return True
    identity = {"contact_id", "contact_number", "name"}
    fields = set(incoming.__struct_fields__) - identity
    return any(getattr(incoming, name) is not None for name in fields)


def _newcomer(visit: Visit, incoming: ContactIn, errors: list[str]) -> Party | None:
    if incoming.contact_id or not incoming.name:
        named = incoming.contact_id or incoming.contact_number
        errors.append(refusals.CONTACT_UNKNOWN.say(named))
        return None
    blank = Contact(visit.new_id(), "")
    return Party(altered(visit, blank, incoming, errors), changed=True)


def altered(visit: Visit, contact: Contact, incoming: ContactIn, errors: list[str]) -> Contact:
    """Return a copy of ``contact`` with the request's fields; faults go to ``errors``.

    Fields that are left out keep their value; contact persons that are left out of a sent list
    are gone.
    """
    now = msgspec.structs.replace(contact, updated=visit.now)
    if incoming.name is not None:
        now.name = incoming.name
    if incoming.contact_number is not None:
        now.number = incoming.contact_number or None
    for name in ("account_number", "first_name", "last_name", "tax_number"):
        value = getattr(incoming, name)
        if value is not None:
            setattr(now, name, value)
    if incoming.email_address is not None:
        now.email = incoming.email_address
    _alter_parts(now, incoming, errors)
    sent = {xero_name(name): getattr(incoming, name) for name in _DEFAULTS}
    if any(value is not None for value in sent.values()):
        kept = dict(now.defaults) | {name: v for name, v in sent.items() if v is not None}
        now.defaults = tuple(kept.items())
        _check_defaults(visit.organisation, incoming, errors)
    _check(visit.organisation, now, incoming, errors)
    return now


def _alter_parts(now: Contact, incoming: ContactIn, errors: list[str]) -> None:
    if incoming.contact_persons is not None:
        now.persons = tuple(_person(person) for person in incoming.contact_persons)
    if incoming.addresses is not None:
        now.addresses = tuple(_plain(address) for address in incoming.addresses)
    if incoming.phones is not None:
        now.phones = tuple(_plain(phone) for phone in incoming.phones)
    if incoming.payment_terms is not None:
        now.terms = _terms(incoming.payment_terms, now.terms, errors)


def _person(person: PersonIn) -> ContactPerson:
    return ContactPerson(
        person.first_name or "",
        person.last_name or "",
        person.email_address or "",
        bool(person.include_in_emails),
    )


# Not verified, see payment-terms.
def _terms(
    sent: TermsIn, before: tuple[PaymentTerm, ...], errors: list[str]
) -> tuple[PaymentTerm, ...]:
    kept = {term.direction: term for term in before}
    for direction, term in (("Bills", sent.bills), ("Sales", sent.sales)):
        if term is None or (term.day is None and term.type is None):
            continue
        day = None if term.day is None else scaled(term.day, 1)
        if day is None or day < 0 or term.type not in _TERM_KINDS:
            errors.append(refusals.PAYMENT_TERMS_NOT_VALID.text)
        else:
            kept[direction] = PaymentTerm(direction, day, term.type)
    return tuple(kept.values())


def _plain(part: AddressIn | PhoneIn) -> dict[str, str]:
    encoded = msgspec.to_builtins(part)
    return {name: value for name, value in encoded.items() if value is not None}


def _check(
    organisation: Organisation, contact: Contact, incoming: ContactIn, errors: list[str]
) -> None:
    if not contact.name:
        errors.append(refusals.CONTACT_NAME_MISSING.text)
    elif incoming.name is not None and _BAD_NAME.search(contact.name):
        errors.append(refusals.CONTACT_NAME_FORM.say(contact.name))
    for name, longest in _LONGEST.items():
        value = getattr(incoming, name)
        if value is not None and len(value) > longest:
            errors.append(refusals.TEXT_TOO_LONG.say(name, longest))
    if contact.email and _EMAIL.fullmatch(contact.email) is None:
        errors.append(refusals.EMAIL_NOT_VALID.text)
    if len(contact.persons) > _MOST_PERSONS:
        errors.append(refusals.CONTACT_PERSONS_TOO_MANY.text)
    _check_unique(organisation, contact, errors)


def _check_defaults(organisation: Organisation, incoming: ContactIn, errors: list[str]) -> None:
    """Refuse defaults that no document could use; "" takes one away."""
    for name in _ACCOUNTS:
        code = getattr(incoming, name)
        account = organisation.account_by_code(code) if code else None
        if code and (account is None or account.status != "ACTIVE"):
            errors.append(refusals.ACCOUNT_NOT_VALID.text)
    for name in _TAX_TYPES:
        tax_type = getattr(incoming, name)
        if tax_type and tax_type not in organisation.tax_rates:
            errors.append(refusals.TAX_RATE_NOT_VALID.text)
    for name in _LINE_TYPES:
        types = getattr(incoming, name)
        if types and types not in {"INCLUSIVE", "EXCLUSIVE", "NONE"}:
            errors.append(refusals.LINE_AMOUNT_TYPES_NOT_VALID.say(types))
    currency = incoming.default_currency
    if currency and currency not in organisation.settings.currencies:
        errors.append(refusals.CURRENCY_NOT_SUBSCRIBED.say(currency))


def _check_unique(organisation: Organisation, contact: Contact, errors: list[str]) -> None:
    if contact.status == "ACTIVE":
        holder = organisation.contact_ids_by_name.get(contact.name.casefold())
        if holder not in {None, contact.contact_id}:
            errors.append(refusals.CONTACT_NAME_TAKEN.say(contact.name))
    if contact.number is not None:
        holder = organisation.contact_ids_by_number.get(contact.number)
        if holder not in {None, contact.contact_id}:
            errors.append(refusals.CONTACT_NUMBER_TAKEN.text)


def keep(visit: Visit, contact: Contact) -> None:
    """Put a contact into the books and its indexes, in place of what was there before."""
    organisation = visit.organisation
    before = organisation.contacts.get(contact.contact_id)
    if before is not None:
        _forget(organisation, before)
    organisation.contacts[contact.contact_id] = contact
    if contact.status == "ACTIVE":
        organisation.contact_ids_by_name[contact.name.casefold()] = contact.contact_id
    if contact.number is not None:
        organisation.contact_ids_by_number[contact.number] = contact.contact_id
    was = None if before is None else before.status
    events.kept(visit, contact.contact_id, was, contact.status)
    visit.applied.append(contact.contact_id)


def _forget(organisation: Organisation, contact: Contact) -> None:
    name = contact.name.casefold()
    if organisation.contact_ids_by_name.get(name) == contact.contact_id:
        del organisation.contact_ids_by_name[name]
    if contact.number is not None:
        organisation.contact_ids_by_number.pop(contact.number, None)


def brief(contact: Contact) -> Body:
    """Return a contact as documents show it."""
    shown: Body = {
        "ContactID": contact.contact_id,
        "Name": contact.name,
        "ContactPersons": [],
        "Addresses": [],
        "Phones": [],
        "ContactGroups": [],
        "HasValidationErrors": False,
    }
    if contact.number is not None:
        shown["ContactNumber"] = contact.number
    return shown


def echo(incoming: ContactIn | None) -> Body:
    """Return a contact that was not found, as it was sent."""
    if incoming is None:
        return {}
    shown: Body = {}
    if incoming.contact_id:
        shown["ContactID"] = incoming.contact_id
    if incoming.contact_number:
        shown["ContactNumber"] = incoming.contact_number
    if incoming.name:
        shown["Name"] = incoming.name
    return shown
