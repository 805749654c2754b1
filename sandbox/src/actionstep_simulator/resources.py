"""The resources: their fields, links and methods, by the names that Actionstep publishes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """What a field holds."""

    INT = "int"
    TEXT = "text"
    DECIMAL = "dec"
    DATE = "date"
    TIMESTAMP = "ts"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Link:
    """A tie to rows of another resource; ``many`` ties to a list of them."""

    target: str
    many: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """One collection. ``single`` tells whether one row can be asked for by its id."""

    name: str
    fields: dict[str, Form]
    links: dict[str, Link]
    writes: frozenset[str] = frozenset()
    single: bool = True
    event: str = ""

    @property
    def stamp(self) -> str:
        """The field that tells when a row was last changed; empty where there is none."""
        return "modifiedTimestamp" if "modifiedTimestamp" in self.fields else ""


def _fields(text: str) -> dict[str, Form]:
    pairs = (word.partition(":") for word in text.split())
    return {name: Form(form or "text") for name, _, form in pairs}


def _links(text: str) -> dict[str, Link]:
    pairs = (word.partition(":") for word in text.split())
    return {name: Link(target.removesuffix("*"), target.endswith("*")) for name, _, target in pairs}


def _phones() -> str:
    parts = ("Label", "Country:int", "Area:int", "Number", "Notes")
    return " ".join(f"phone{number}{part}" for number in range(1, 5) for part in parts)


def _address(kind: str) -> str:
    parts = ("AddressLine1", "AddressLine2", "City", "StateProvince", "County", "PostCode")
    return " ".join(f"{kind}{part}" for part in parts)


CRUD = frozenset({"POST", "PUT", "DELETE"})

_ALL = (
    Resource(
        "actions",
        _fields(
            "id:int name reference priority:int status statusTimestamp:ts isBillableOverride:flag "
            "createdTimestamp:ts modifiedTimestamp:ts isDeleted:flag deletedBy "
            "deletedTimestamp:ts isFavorite:flag overrideBillingStatus lastAccessTimestamp:ts "
            "importExternalReference amlReviewStatus bannerText"
        ),
        _links(
            "assignedTo:participants division:divisions actionType:actiontypes "
            "primaryParticipants:participants* billSettings:actionbillsettings "
            "relatedActions:actions*"
        ),
        event="Action",
    ),
    Resource(
        "participants",
        _fields(
            "id:int displayName displayInitials isCompany:flag companyName salutation firstName "
            f"middleName lastName suffix preferredName {_address('physical')} "
            f"{_address('mailing')} {_phones()} fax sms email website occupation taxNumber "
            "birthTimestamp:ts deathTimestamp:ts maritalStatus gender isDeceased:flag "
            "modifiedTimestamp:ts createdTimestamp:ts importExternalReference"
        ),
        _links("division:divisions"),
        writes=frozenset({"POST", "PUT"}),
        event="Participant",
    ),
    Resource(
        "actionparticipants",
        _fields("id participantNumber:int"),
        _links("action:actions participantType:participanttypes participant:participants"),
        writes=frozenset({"POST", "DELETE"}),
    ),
    Resource(
        "actiontypes",
        _fields("id:int name description isBillable:flag isDisabled:flag"),
        {},
        single=False,
    ),
    Resource(
        "bills",
        _fields(
            "id:int status ourReference theirReference currency invoiceDate:date dueDate:date "
            "totalInclusive:dec totalExclusive:dec totalSalesTax:dec totalPaid:dec totalDue:dec "
            "createdTimestamp:ts modifiedTimestamp:ts deletedTimestamp:ts"
        ),
        _links("division:divisions action:actions* theirParticipant:participants"),
        single=False,
    ),
    Resource(
        "disbursements",
        _fields(
            "id:int date:date description quantity:dec unitPrice:dec unitPriceIncludesTax:flag "
            "utbmsExpenseCode importExternalReference enteredTimestamp:ts isAnticipated:flag"
        ),
        _links(
            "action:actions enteredByParticipant:participants uom:units taxCode:taxcodes "
            "incomeAccount:accounts"
        ),
        writes=CRUD,
        event="Disbursement",
    ),
    Resource(
        "timeentries",
        _fields(
            "id:int timestampDate:ts description actualHours:dec billableHours:dec "
            "createdTimestamp:ts billingBehavior rateUnitPrice:dec rateSource "
            "billableAmountType billableAmount:dec isBillable:flag importExternalReference"
        ),
        _links(
            "createdBy:participants owner:participants action:actions rate:rates "
            "quickCode:quickcodes"
        ),
        writes=CRUD,
        event="TimeEntry",
    ),
    Resource(
        "divisions",
        _fields("id:int timezoneName timezoneOffset:int isActive:flag lockoutTimestamp:date"),
        _links("participant:participants parent:divisions"),
    ),
    Resource(
        "taxcodes",
        _fields("id:int code description percentage:dec effectiveFrom:date effectiveTo:date"),
        {},
    ),
    Resource(
        "resthooks",
        _fields("id:int eventName targetUrl status triggeredCount:int triggeredLastTimestamp:ts"),
        {},
        writes=CRUD,
    ),
)

RESOURCES = {resource.name: resource for resource in _ALL}
EVENTS = frozenset(
    {
        "ActionCreated",
        "ActionUpdated",
        "ParticipantCreated",
        "ParticipantUpdated",
        "DisbursementCreated",
        "DisbursementUpdated",
        "TimeEntryCreated",
        "TimeEntryUpdated",
    }
)
"""Of the published events those about resources that are here: none of them is a bill's."""
