"""Lists: filters, order and pages (facts: Xero API section 4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from xero_sandbox.books import exchange, refusals
from xero_sandbox.books.values import is_guid, read_since
from xero_sandbox.books.where import Value, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xero_sandbox.books.exchange import Body
    from xero_sandbox.books.visit import Visit


class Updated(Protocol):
    """Anything that knows when it last changed, in milliseconds."""

    @property
    def updated(self) -> int:
        """The time of the last change."""


Row = TypeVar("Row", bound=Updated)
Fields = Mapping[str, "Callable[[Visit, Row], Value]"]

_DEFAULT_SIZE = 100
_LARGEST_SIZE = 1000
_LARGEST_UNPAGED = 100_000


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """The rows to print, whether they are a page, and the pagination block if there is one."""

    rows: list[Row]
    paged: bool
    block: Body = field(default_factory=dict)


def amount(cents: int) -> Decimal:
    """Return cents as filters compare money."""
    return Decimal(cents).scaleb(-2)


def wanted(visit: Visit, name: str) -> set[str] | None:
    """Return the comma-separated values of a parameter, or None when it is not there."""
    text = visit.call.query.get(name)
    if not text:
        return None
    return {part.strip() for part in text.split(",")}


def flag(visit: Visit, name: str) -> bool:
    """Return whether a parameter says true, in any client's spelling."""
    return visit.call.query.get(name, "").lower() == "true"


def chosen(
    visit: Visit, rows: Sequence[Row], name: str, of: Callable[[Row], str | None]
) -> Sequence[Row]:
    """Return the rows whose ``of`` is among the parameter's values; all where it is not sent."""
    values = wanted(visit, name)
    return rows if values is None else [one for one in rows if of(one) in values]


def chosen_ids(
    visit: Visit, rows: Sequence[Row], name: str, of: Callable[[Row], str | None]
) -> Sequence[Row]:
    """Do as ``chosen`` with a parameter of ids; raises ``Refused`` for one that is no GUID."""
    values = wanted(visit, name)
    if values is None:
        return rows
    ids = {one.lower() for one in values}
    if not all(is_guid(one) for one in ids):
        raise exchange.bad_query(refusals.GUID_FORM.text)
    return [one for one in rows if of(one) in ids]


def _since(visit: Visit) -> int | None:
    header = visit.call.headers.get("if-modified-since")
    return None if header is None else read_since(header)


def listing(
    visit: Visit,
    rows: Sequence[Row],
    fields: Fields[Row],
    *,
    forced: bool = False,
    pages: bool = True,
) -> Listing[Row]:
    """Return the rows that the call's filters leave, in its order, cut to its page.

    ``forced`` pages even without a ``page`` parameter, and without ``pages`` the resource has
    none whatever is asked. Raises ``Refused`` for a filter or an
    order that cannot be read.
    """
    since = _since(visit)
    kept = [one for one in rows if since is None or one.updated >= since]
    text = visit.call.query.get("where", "")
    if text.strip():
        matches = parse(text, fields)
        kept = [one for one in kept if matches(_look(visit, one, fields))]
    kept = _ordered(visit, kept, fields)
    asked = visit.call.query.get("page")
    forced = forced or flag(visit, "summaryOnly")
    if not pages or (asked is None and not forced and "pageSize" not in visit.call.query):
        if len(kept) > _LARGEST_UNPAGED:
            raise exchange.bad_query("The response would hold too many records; use paging.")
        return Listing(kept, paged=False)
    return _page(visit, kept)


def _look(visit: Visit, one: Row, fields: Fields[Row]) -> Callable[[str], Value]:
    return lambda name: fields[name](visit, one)


def _page(visit: Visit, rows: list[Row]) -> Listing[Row]:
    page = _whole(visit.call.query.get("page"), 1)
    size = min(_whole(visit.call.query.get("pageSize"), _DEFAULT_SIZE), _LARGEST_SIZE)
    block: Body = {
        "pagination": {
            "page": page,
            "pageSize": size,
            "pageCount": -(-len(rows) // size),
            "itemCount": len(rows),
        }
    }
    return Listing(rows[(page - 1) * size : page * size], paged=True, block=block)


# Not verified, see page-nonsense.
def _whole(text: str | None, default: int) -> int:
    """Return a positive integer parameter; anything else counts as the default."""
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > 9:  # noqa: PLR2004
        return default
    return int(text) or default


def _ordered(visit: Visit, rows: list[Row], fields: Fields[Row]) -> list[Row]:
    text = visit.call.query.get("order", "").strip()
    if not text:
        return sorted(rows, key=lambda one: one.updated)
    ordered = rows
    for part in reversed(text.split(",")):
        name, _, direction = part.strip().partition(" ")
        getter = fields.get(name)
        if getter is None or direction.strip().upper() not in {"", "ASC", "DESC"}:
            raise exchange.bad_query(f"No property or field '{part.strip()}' exists")
        ordered = _sorted_by(visit, ordered, getter, down=direction.strip().upper() == "DESC")
    return ordered


def _sorted_by(
    visit: Visit, rows: list[Row], getter: Callable[[Visit, Row], Value], *, down: bool
) -> list[Row]:
    """Sort by one field; what has no value comes first, as in Xero's database."""
    empty = [one for one in rows if getter(visit, one) is None]
    full = [one for one in rows if getter(visit, one) is not None]
    # One field has one type, but only its own getter knows which, hence the plain key.
    full.sort(key=lambda one: getter(visit, one), reverse=down)  # type: ignore[arg-type,return-value]
    return full + empty if down else empty + full
