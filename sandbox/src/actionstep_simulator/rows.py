"""The rows of one organisation; each change is stamped, or not, as Actionstep does."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from actionstep_simulator.resources import EVENTS, RESOURCES

if TYPE_CHECKING:
    from actionstep_simulator.quirks import Quirks

Value = str | int | bool | Decimal | dt.date | dt.datetime | None
Links = dict[str, "str | list[str] | None"]


@dataclass(slots=True)
class Row:
    """One row: its values by field, its links as ids in text."""

    id: int | str
    values: dict[str, Value]
    links: Links


@dataclass(slots=True)
class Notice:
    """A hook that is to be called: the event and the row that it is about."""

    event: str
    resource: str
    row: int | str


@dataclass
class Rows:
    """Every row of every resource, by id. ``notices`` gathers what hooks are to be told."""

    quirks: Quirks
    tables: dict[str, dict[int | str, Row]] = field(
        default_factory=lambda: {name: {} for name in RESOURCES}
    )
    notices: list[Notice] = field(default_factory=list)
    _last: int = 0

    def add(
        self, resource: str, now: dt.datetime, links: Links | None = None, **values: Value
    ) -> Row:
        """Add a row; its id is the next number unless one is given."""
        described = RESOURCES[resource]
        unknown = (
            values.keys() - described.fields.keys() | (links or {}).keys() - described.links.keys()
        )
        if unknown:
            raise KeyError(f"{resource} has no {', '.join(sorted(unknown))}")
        self._last += 1
        key = values.get("id", self._last)
        assert isinstance(key, int | str)
        stamps = ("createdTimestamp", "enteredTimestamp", "modifiedTimestamp")
        stamped = {name: now for name in stamps if name in described.fields}
        row = Row(key, {**stamped, **values, "id": key}, dict(links or {}))
        self.tables[resource][key] = row
        self._tell(f"{described.event}Created", resource, key)
        return row

    def change(
        self,
        resource: str,
        key: int | str,
        now: dt.datetime,
        links: Links | None = None,
        **values: Value,
    ) -> Row:
        """Change a row; a payment alone may leave no stamp."""
        described = RESOURCES[resource]
        row = self.tables[resource][key]
        row.values.update(values)
        row.links.update(links or {})
        only_paid = values.keys() <= {"totalPaid", "totalDue"} and not links
        if described.stamp and (self.quirks.payments_touch_modified or not only_paid):
            row.values[described.stamp] = now
        self._tell(f"{described.event}Updated", resource, key)
        return row

    def delete(self, resource: str, key: int | str, now: dt.datetime) -> None:
        """Delete a row: bills and matters stay, marked; others are gone without a word."""
        if resource == "bills":
            self.change(resource, key, now, status="Deleted", deletedTimestamp=now)
        elif resource == "actions":
            self.change(resource, key, now, isDeleted=True, deletedTimestamp=now)
        else:
            del self.tables[resource][key]

    def _tell(self, event: str, resource: str, key: int | str) -> None:
        if event in EVENTS:
            self.notices.append(Notice(event, resource, key))
