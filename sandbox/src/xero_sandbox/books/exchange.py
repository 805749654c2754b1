"""Bodies in, envelopes out: how a request is read and in which form Xero answers (section 6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from xero_sandbox.books import leniency, refusals
from xero_sandbox.books.incoming import Envelope, Incoming, xero_name
from xero_sandbox.books.values import ZERO_ID, moment
from xero_sandbox.wire import Handled, json_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from xero_sandbox.books.visit import Visit

Body = dict[str, object]
In = TypeVar("In", bound=Incoming)
Kept = TypeVar("Kept")

PROVIDER = "Xero sandbox"
_ENVELOPE = msgspec.json.Decoder(Envelope)


class Refused(Exception):
    """A request that Xero turns down as a whole; carries the answer."""

    def __init__(self, status: int, number: int, kind: str, message: str) -> None:
        """Keep what the answer needs: HTTP status, ErrorNumber, Type and Message."""
        super().__init__(message)
        self.status = status
        self.body: Body = {"ErrorNumber": number, "Type": kind, "Message": message}


def no_data(resource: str) -> Refused:
    """Return the refusal of a body that holds nothing for this endpoint."""
    return Refused(400, 17, "NoDataProcessedException", refusals.NO_DATA.say(resource))


# Not verified, see not-found-here.
def not_found() -> Refused:
    """Return the refusal of an id that this organisation does not know."""
    return Refused(404, 404, "NotFoundException", refusals.RESOURCE_NOT_FOUND.text)


def found(kept: Mapping[str, Kept], named: str) -> Kept:
    """Return the object that a path names by its id; raises ``Refused`` where there is none."""
    one = kept.get(named.lower())
    if one is None:
        raise not_found()
    return one


def not_implemented() -> Refused:
    """Return the refusal of a verb that an endpoint does not have."""
    text = refusals.NOT_IMPLEMENTED.text
    return Refused(501, 20, "ApiMethodNotImplementedException", text)


def bad_query(message: str) -> Refused:
    """Return the refusal of a filter or order that cannot be read."""
    return Refused(400, 16, "QueryParseException", refusals.QUERY_NOT_PARSED.say(message))


def invalid(message: str, body: Body | None = None) -> Refused:
    """Return a request-level validation refusal about one element."""
    refused = Refused(400, 10, "ValidationException", refusals.VALIDATION.text)
    element = {**(body or {}), "ValidationErrors": [{"Message": message}]}
    refused.body["Elements"] = [element]
    return refused


# Not verified, see broken-json.
def read(visit: Visit, root: str, shape: type[In]) -> list[In]:
    """Return the elements of the request's body: under ``root``, or the body itself.

    ``root`` is the envelope's attribute (``bank_transactions``). Raises ``Refused`` for a body
    that is no JSON, has a field of the wrong type, or holds nothing for this endpoint.
    """
    body = visit.call.body
    name = xero_name(root)
    if not body.strip():
        raise no_data(_singular(name))
    try:
        elements = _elements(body, root, shape)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        reason = refusals.BROKEN_BODY.say(error)
        raise Refused(400, 14, "PostDataInvalidException", reason) from error
    if not elements:
        raise no_data(_singular(name))
    return elements


def _elements(body: bytes, root: str, shape: type[In]) -> list[In]:
    """Decode a body of documented names and types straight, and any other leniently."""
    try:
        found: list[In] | None = getattr(_ENVELOPE.decode(body), root)
    except msgspec.ValidationError:
        # Perhaps it has no root key, or something in it is not as documented.
        found = None
    if found is not None:
        return found
    try:
        return _told(_decoder(shape).decode(body))
    except msgspec.ValidationError:
        tree = leniency.decoded(body)
    found = leniency.listed(tree, xero_name(root), shape)
    return _told(leniency.alone(tree, shape)) if found is None else found


def _told(element: In) -> list[In]:
    """Return a body without a root key as the one element of a list.

    An object without a single known field is a wrong root key, not an empty document.
    """
    empty = all(getattr(element, name) is None for name in element.__struct_fields__)
    return [] if empty else [element]


def _singular(name: str) -> str:
    return f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")


@dataclass(frozen=True, slots=True)
class Kind(Generic[In]):
    """How a resource is written: its root key, its elements' shape, the name of its error flag.

    ``root`` is the envelope's attribute (``bank_transactions``).
    """

    root: str
    shape: type[In]
    flag: str | None = None


def each(visit: Visit, kind: Kind[In], act: Callable[[Visit, In], Outcome]) -> Handled:
    """Answer a request of several elements, each of which ``act`` judges for itself."""
    outcomes = [act(visit, one) for one in read(visit, kind.root, kind.shape)]
    return batch(visit, xero_name(kind.root), outcomes, kind.flag)


def first(visit: Visit, kind: Kind[In], act: Callable[[In], Outcome]) -> Handled:
    """Answer a request about one object; further elements are passed over, as by Xero."""
    outcome = act(read(visit, kind.root, kind.shape)[0])
    return single(visit, xero_name(kind.root), outcome, kind.flag)


@cache
def _decoder(shape: type[In]) -> msgspec.json.Decoder[In]:
    return msgspec.json.Decoder(shape)


def envelope(visit: Visit, **content: object) -> Body:
    """Return Xero's success envelope around ``content``."""
    if visit.organisation.settings.null_objects == "empty_array":
        _print_nulls(content)
    return {
        "Id": visit.new_id(),
        "Status": "OK",
        "ProviderName": PROVIDER,
        "DateTimeUTC": moment(visit.now).replace("+0000", ""),
        **content,
    }


_OBJECTS: Mapping[str, tuple[str, ...]] = {
    "Allocations": ("CreditNote", "Overpayment", "Prepayment"),
    "BankTransactions": ("BankAccount", "Contact"),
    "Contacts": ("Balances", "BatchPayments", "PaymentTerms"),
    "Payments": ("Account", "BatchPayment", "CreditNote", "Invoice", "Overpayment", "Prepayment"),
}
"""The fields that hold one object, where not every answer has it (Xero's OpenAPI file)."""


# Not verified, see null-objects.
def _print_nulls(content: Body) -> None:
    """Print objects that are not there as empty arrays (facts: Xero API section 4)."""
    for resource, names in _OBJECTS.items():
        listed = content.get(resource)
        for one in listed if isinstance(listed, list) else ():
            one.update({name: [] for name in names if name not in one})


def answer(visit: Visit, **content: object) -> Handled:
    """Return 200 with Xero's envelope around ``content``."""
    body = envelope(visit, **content)
    # A recorded exchange shows one id in both places (facts: section 3.1).
    named = {"Xero-Correlation-Id": str(body["Id"])}
    return Handled(json_answer(200, body, named), tuple(visit.applied))


@dataclass(slots=True)
class Outcome:
    """What became of one element: how it is echoed, and what was said about it."""

    body: Body
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def unknown(name: str, named: str) -> Outcome:
    """Return what becomes of an element whose id, the field ``name``, nobody here has."""
    return Outcome({name: named or ZERO_ID}, [refusals.NOT_FOUND_HERE.text])


def messages(texts: Iterable[str]) -> list[Body]:
    """Return texts in Xero's shape, each once."""
    return [{"Message": text} for text in dict.fromkeys(texts)]


# Not verified, see summarise-parts.
def batch(
    visit: Visit, name: str, outcomes: Sequence[Outcome], flag: str | None = "HasErrors"
) -> Handled:
    """Return the answer to a request of several elements.

    With summarizeErrors (Xero's default) one bad element makes the whole answer a 400 that
    lists the bad ones only, although the good ones stand; without it everything comes back in
    order under a 200 (facts: Xero API section 6). ``flag`` is the name of the error flag.
    """
    failed = [outcome for outcome in outcomes if outcome.errors]
    if failed and visit.summarise:
        return refuse_elements(visit, failed, flag)
    stated = not visit.summarise
    bodies = [_marked(outcome, flag, stated=stated) for outcome in outcomes]
    return answer(visit, **{name: bodies})


def single(visit: Visit, name: str, outcome: Outcome, flag: str | None = "HasErrors") -> Handled:
    """Return the answer to a request about one object, which never honours summarizeErrors."""
    if outcome.errors:
        return refuse_elements(visit, [outcome], flag)
    return answer(visit, **{name: [_marked(outcome, flag, stated=False)]})


def refuse_elements(visit: Visit, failed: Sequence[Outcome], flag: str | None) -> Handled:
    """Return Xero's 400 with the failed elements echoed."""
    body = Refused(400, 10, "ValidationException", refusals.VALIDATION.text).body
    body["Elements"] = [_marked(outcome, flag, stated=False) for outcome in failed]
    return Handled(json_answer(400, body), tuple(visit.applied))


def _marked(outcome: Outcome, flag: str | None, *, stated: bool) -> Body:
    body = outcome.body
    if flag is not None:
        body[flag] = bool(outcome.errors)
    if stated:
        state = "ERROR" if outcome.errors else "WARNING" if outcome.warnings else "OK"
        body["StatusAttributeString"] = state
    if outcome.errors:
        body["ValidationErrors"] = messages(outcome.errors)
    if outcome.warnings:
        body["Warnings"] = messages(outcome.warnings)
    return body
