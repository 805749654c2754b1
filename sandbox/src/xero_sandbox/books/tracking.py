"""Tracking as lines name it: by ids or by names (facts: Xero API section 17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books import refusals

if TYPE_CHECKING:
    from xero_sandbox.books.incoming import TrackingIn
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import TrackingCategory, TrackingOption

_MOST_PER_LINE = 2


def options_of(
    organisation: Organisation, incoming: list[TrackingIn], errors: list[str]
) -> tuple[tuple[str, str], ...]:
    """Return the (category id, option id) pairs that a line names; faults go to ``errors``."""
    if len(incoming) > _MOST_PER_LINE:
        errors.append(refusals.TRACKING_TOO_MANY.text)
        return ()
    pairs: list[tuple[str, str]] = []
    for one in incoming:
        category = _category(organisation, one)
        option = None if category is None else _option(category, one)
        if category is None or option is None:
            named = one.option or one.tracking_option_id
            category_named = one.name or one.tracking_category_id
            errors.append(refusals.TRACKING_UNKNOWN.say(named, category_named))
        else:
            pairs.append((category.category_id, option.option_id))
    return tuple(pairs)


def _category(organisation: Organisation, one: TrackingIn) -> TrackingCategory | None:
    if one.tracking_category_id:
        found = organisation.tracking.get(one.tracking_category_id.lower())
        return found if found is not None and found.status == "ACTIVE" else None
    for category in organisation.tracking.values():
        if category.status == "ACTIVE" and category.name == one.name:
            return category
    return None


def _option(category: TrackingCategory, one: TrackingIn) -> TrackingOption | None:
    for option in category.options:
        if option.status != "ACTIVE":
            continue
        if one.tracking_option_id:
            if option.option_id == one.tracking_option_id.lower():
                return option
        elif option.name == one.option:
            return option
    return None
