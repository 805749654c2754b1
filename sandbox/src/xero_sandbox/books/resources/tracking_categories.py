"""Tracking categories and their options (facts: Xero API section 17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books import exchange, query, refusals
from xero_sandbox.books.incoming import CategoryIn, OptionIn
from xero_sandbox.books.records import TrackingCategory, TrackingOption
from xero_sandbox.books.values import ZERO_ID

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xero_sandbox.books.exchange import Body, Outcome
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.visit import Visit
    from xero_sandbox.wire import Handled

CATEGORIES = exchange.Kind("tracking_categories", CategoryIn)
OPTIONS = exchange.Kind("options", OptionIn)
STATUSES = frozenset({"ACTIVE", "ARCHIVED"})
_MOST_ACTIVE = 2
_MOST_IN_ALL = 4
_MOST_OPTIONS = 100
_LONGEST_NAME = 100


def handle(visit: Visit) -> Handled:
    """Answer a call on /TrackingCategories and the options below one."""
    match visit.call.method, visit.call.segments[1:]:
        case "GET", ():
            return _list(visit)
        case "GET", (named,):
            return _answer(visit, _find(visit, named))
        case "PUT", ():
            return exchange.first(visit, CATEGORIES, lambda sent: _add(visit, sent))
        case "POST", (named,):
            category = _find(visit, named)
            return exchange.first(visit, CATEGORIES, lambda sent: _change(visit, category, sent))
        case "DELETE", (named,):
            outcome = _delete(visit, _find(visit, named))
            return exchange.single(visit, "TrackingCategories", outcome, None)
        case _, (named, "Options", *rest):
            return _options(visit, _find(visit, named), rest)
        case _:
            raise exchange.not_implemented()


def _options(visit: Visit, category: TrackingCategory, rest: list[str]) -> Handled:
    match visit.call.method, rest:
        case "PUT", []:
            return exchange.each(visit, OPTIONS, lambda _, sent: _add_option(visit, category, sent))
        case "POST", [named]:
            option = _find_option(category, named)
            return exchange.first(
                visit, OPTIONS, lambda sent: _change_option(visit, category, option, sent)
            )
        case "DELETE", [named]:
            outcome = _delete_option(visit, category, _find_option(category, named))
            return exchange.single(visit, "Options", outcome, None)
        case _:
            raise exchange.not_implemented()


def _list(visit: Visit) -> Handled:
    known = visit.organisation.tracking.values()
    archived = query.flag(visit, "includeArchived")
    rows = [one for one in known if _shows(one.status, archived=archived)]
    listing = query.listing(visit, rows, FIELDS, pages=False)
    bodies = [body_of(one, archived=archived) for one in listing.rows]
    return exchange.answer(visit, TrackingCategories=bodies)


def _answer(visit: Visit, category: TrackingCategory) -> Handled:
    return exchange.answer(visit, TrackingCategories=[body_of(category, archived=True)])


def _shows(status: str, *, archived: bool) -> bool:
    return status == "ACTIVE" or (archived and status == "ARCHIVED")


def _find(visit: Visit, named: str) -> TrackingCategory:
    found = visit.organisation.tracking.get(named.lower())
    if found is None or found.status == "DELETED":
        raise exchange.not_found()
    return found


def _find_option(category: TrackingCategory, named: str) -> TrackingOption:
    for option in category.options:
        if option.option_id == named.lower() and option.status != "DELETED":
            return option
    raise exchange.not_found()


def _check_name(name: str, taken: Iterable[str]) -> list[str]:
    if not name:
        return [refusals.TRACKING_NAME_MISSING.text]
    if len(name) > _LONGEST_NAME:
        return [refusals.TEXT_TOO_LONG.say("Name", _LONGEST_NAME)]
    if name.casefold() in {other.casefold() for other in taken}:
        return [refusals.TRACKING_NAME_TAKEN.say(name)]
    return []


def _names(organisation: Organisation, but: TrackingCategory | None = None) -> list[str]:
    known = organisation.tracking.values()
    return [one.name for one in known if one is not but and one.status != "DELETED"]


def _option_names(category: TrackingCategory, but: TrackingOption | None = None) -> list[str]:
    known = category.options
    return [one.name for one in known if one is not but and one.status != "DELETED"]


def _too_many(organisation: Organisation) -> bool:
    """Two may be active, and two more archived."""
    statuses = [one.status for one in organisation.tracking.values() if one.status != "DELETED"]
    return statuses.count("ACTIVE") >= _MOST_ACTIVE or len(statuses) >= _MOST_IN_ALL


def _add(visit: Visit, sent: CategoryIn) -> Outcome:
    category = TrackingCategory(ZERO_ID, sent.name or "", [], updated=visit.now)
    errors = _check_name(category.name, _names(visit.organisation))
    if _too_many(visit.organisation):
        errors.append(refusals.TRACKING_LIMIT.text)
    if not errors:
        category.category_id = visit.new_id()
        visit.organisation.tracking[category.category_id] = category
        visit.applied.append(category.category_id)
        for one in sent.options or []:
            errors.extend(_add_option(visit, category, one).errors)
    return exchange.Outcome(body_of(category), errors)


def _change(visit: Visit, category: TrackingCategory, sent: CategoryIn) -> Outcome:
    """Rename, archive or restore."""
    name = category.name if sent.name is None else sent.name
    errors = _check_name(name, _names(visit.organisation, category))
    status = sent.status or category.status
    if status not in STATUSES:
        errors.append(refusals.STATUS_NOT_VALID.say(status))
    active = [one for one in visit.organisation.tracking.values() if one.status == "ACTIVE"]
    if status == "ACTIVE" != category.status and len(active) >= _MOST_ACTIVE:
        errors.append(refusals.TRACKING_LIMIT.text)
    if not errors:
        category.name, category.status, category.updated = name, status, visit.now
        visit.applied.append(category.category_id)
    return exchange.Outcome(body_of(category, archived=True), errors)


def _delete(visit: Visit, category: TrackingCategory) -> Outcome:
    used = _used_options(visit.organisation)
    if any(one.option_id in used for one in category.options):
        return exchange.Outcome(body_of(category), [refusals.TRACKING_IN_USE.text])
    category.status, category.updated = "DELETED", visit.now
    visit.applied.append(category.category_id)
    return exchange.Outcome(body_of(category))


def _add_option(visit: Visit, category: TrackingCategory, sent: OptionIn) -> Outcome:
    option = TrackingOption(ZERO_ID, sent.name or "")
    taken = _option_names(category)
    errors = _check_name(option.name, taken)
    if len(taken) >= _MOST_OPTIONS:
        errors.append(refusals.TRACKING_LIMIT.text)
    if not errors:
        option.option_id = visit.new_id()
        category.options.append(option)
        visit.applied.append(option.option_id)
    return exchange.Outcome(option_body(option), errors)


def _change_option(
    visit: Visit, category: TrackingCategory, option: TrackingOption, sent: OptionIn
) -> Outcome:
    name = option.name if sent.name is None else sent.name
    errors = _check_name(name, _option_names(category, option))
    status = sent.status or option.status
    if status not in STATUSES:
        errors.append(refusals.STATUS_NOT_VALID.say(status))
    if not errors:
        option.name, option.status = name, status
        visit.applied.append(option.option_id)
    return exchange.Outcome(option_body(option), errors)


def _delete_option(visit: Visit, category: TrackingCategory, option: TrackingOption) -> Outcome:
    if option.option_id in _used_options(visit.organisation):
        return exchange.Outcome(option_body(option), [refusals.TRACKING_IN_USE.text])
    option.status = "DELETED"
    category.updated = visit.now
    visit.applied.append(option.option_id)
    return exchange.Outcome(option_body(option))


def _used_options(organisation: Organisation) -> set[str]:
    """Return the ids of the options that stand on any line; lines keep naming them for ever."""
    lines = [line for one in organisation.documents.values() for line in one.lines]
    lines += [line for one in organisation.bank_transactions.values() for line in one.lines]
    pairs = [pair for line in lines for pair in line.tracking]
    pairs += [p for j in organisation.journals.values() for line in j.lines for p in line.tracking]
    pairs += [p for t in organisation.bank_transfers.values() for side in t.tracking for p in side]
    return {option_id for _, option_id in pairs}


def body_of(one: TrackingCategory, *, archived: bool = False) -> Body:
    """Return a tracking category as printed, with its ``archived`` options where wanted."""
    return {
        "TrackingCategoryID": one.category_id,
        "Name": one.name,
        "Status": one.status,
        "Options": [
            option_body(option)
            for option in one.options
            if _shows(option.status, archived=archived)
        ],
    }


def option_body(one: TrackingOption) -> Body:
    """Return an option as printed."""
    return {"TrackingOptionID": one.option_id, "Name": one.name, "Status": one.status}


FIELDS: query.Fields[TrackingCategory] = {
    "TrackingCategoryID": lambda _, one: one.category_id,
    "Name": lambda _, one: one.name,
    "Status": lambda _, one: one.status,
}
