"""The answers with which Xero refuses a request before it reaches an organisation's books.

Sources: facts, Xero API sections 1.5 (problem envelope), 3.1 (limits), 3.4 (outages) and
5 (idempotency). What nobody has captured from live Xero is listed in ``unverified``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xero_sandbox.wire import Answer, empty_answer, json_answer, text_answer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

OFFLINE = "The Organisation is offline"
INTERNAL = (
    "An error occurred in Xero. Check the API Status page "
    "https://status.developer.xero.com for current service status."
)
NOT_FOUND = "The resource you're looking for cannot be found"
XML_SHORTCUT = (
    "xero_sandbox speaks JSON only: send 'Accept: application/json'. "
    "Xero itself would answer XML here; this refusal is a shortcut of the sandbox."
)
XML_BODY_SHORTCUT = (
    "xero_sandbox reads JSON only: send 'Content-Type: application/json' and a JSON body. "
    "Xero itself would read this XML; this refusal is a shortcut of the sandbox."
)
_PROBLEM = msgspec.json.Decoder(dict[str, object])
_LEFT = {
    "minute": "X-MinLimit-Remaining",
    "day": "X-DayLimit-Remaining",
    "appminute": "X-AppMinLimit-Remaining",
}
HTML_PAGE = (
    b"<!DOCTYPE html><html><head><title>Gateway</title></head><body>One moment</body></html>"
)


# Not verified, see auth-envelope.
def problem(
    status: int, title: str, detail: str, instance: str, headers: Mapping[str, str] | None = None
) -> Answer:
    """Return Xero's problem envelope; ``instance`` is the id of this one refusal."""
    body: dict[str, object] = {
        "Type": None,
        "Title": title,
        "Status": status,
        "Detail": detail,
        "Instance": instance,
        "Extensions": {},
    }
    return json_answer(status, body, headers)


def unauthenticated(instance: str) -> Answer:
    """Return the 401 for a missing, unknown or malformed access token."""
    return problem(401, "Unauthorized", "AuthenticationUnsuccessful", instance)


def token_expired(expired_at: datetime, instance: str) -> Answer:
    """Return the 401 for an access token past its 30 minutes (US date order, as Xero has it)."""
    detail = f"TokenExpired: token expired at {expired_at:%m/%d/%Y %H:%M:%S}"
    return problem(401, "Unauthorized", detail, instance)


def insufficient_scope(instance: str) -> Answer:
    """Return the 401 for a token that lacks the scope of the endpoint."""
    challenge = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}
    return problem(401, "Unauthorized", "AuthorizationUnsuccessful", instance, challenge)


def wrong_tenant(instance: str) -> Answer:
    """Return the 403 for a missing, unknown or disconnected organisation."""
    return problem(403, "Forbidden", "AuthenticationUnsuccessful", instance)


def in_lower_case(refusal: Answer) -> Answer:
    """Return a problem envelope with keys in lower case, as some captures have it."""
    body = {name.lower(): value for name, value in _PROBLEM.decode(refusal.body).items()}
    return json_answer(refusal.status, body, refusal.headers)


# Not verified, see limited-body.
def limited(kind: str, retry_after: int | None) -> Answer:
    """Return the 429: no body; ``retry_after`` in whole seconds, absent for ``concurrent``."""
    wait = {} if retry_after is None else {"Retry-After": str(retry_after)}
    left = {_LEFT[kind]: "0"} if kind in _LEFT else {}
    return empty_answer(429, {"X-Rate-Limit-Problem": kind, **wait, **left})


def bad_request(message: str) -> Answer:
    """Return a request-level 400 whose text stands at the top, outside any element."""
    body = {"ErrorNumber": 10, "Type": "ValidationException", "Message": message}
    return json_answer(400, body)


# Not verified, see key-mismatch-place.
def key_reused(key: str) -> Answer:
    """Return the 400 for an idempotency key that came with another URL, body or method."""
    return bad_request(f"Idempotency Key: {key} is used with a different request.")


# Not verified, see key-too-long.
def key_too_long(maximum: int) -> Answer:
    """Return the 400 for an idempotency key over its maximum length."""
    return bad_request(f"Idempotency Key must not be longer than {maximum} characters.")


def key_in_process(instance: str) -> Answer:
    """Return the 409 that one reading expects for a key whose first call still runs."""
    return problem(409, "Conflict", "The request is still being processed", instance)


# Not verified, see internal-error-text.
def internal_error(instance: str) -> Answer:
    """Return Xero's own unhandled error."""
    return problem(500, "An error occurred", INTERNAL, instance)


def offline() -> Answer:
    """Return the plain-text outage of one organisation."""
    return text_answer(503, OFFLINE)


# Not verified, see not-found-text.
def not_found() -> Answer:
    """Return the answer for a path that Xero does not serve."""
    return text_answer(404, NOT_FOUND)


def wrong_method(allowed: str) -> Answer:
    """Return the answer for a verb that an identity route does not take."""
    return empty_answer(405, {"Allow": allowed})


# Not verified, see body-too-large.
def too_large() -> Answer:
    """Return the answer for a body over Xero's 10 MB."""
    return text_answer(413, "The request body is larger than 10 MB")


def unknown_coding() -> Answer:
    """Return the answer for a Content-Encoding other than gzip."""
    return text_answer(415, "Content-Encoding has to be gzip, or left out")


def broken_coding() -> Answer:
    """Return the answer for a body that says gzip and is not."""
    return text_answer(400, "The request body is no gzip, as its Content-Encoding says")


# Not verified, see xml-body.
def json_body_only() -> Answer:
    """Return the sandbox's own 415 for a body in XML."""
    return text_answer(415, XML_BODY_SHORTCUT)


# Not verified, see accept-other.
def json_only() -> Answer:
    """Return the sandbox's own 406 for callers that ask for XML."""
    return text_answer(406, XML_SHORTCUT)


def html_page() -> Answer:
    """Return the 200 page of a gateway that stands between the caller and Xero."""
    return Answer(200, {"Content-Type": "text/html; charset=utf-8"}, HTML_PAGE)
