"""Every way in which Xero says no, brought to one shape (facts: Xero API sections 1.5, 3.4, 6)."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.xero.decode.elements import complaints
from counterfoil.xero.decode.loose import Unreadable, number, parse, text, whole

if TYPE_CHECKING:
    from counterfoil.posting.target import Answer
    from counterfoil.xero.decode.loose import Fields

MOST_TEXT = 1000
"""How much of a body that is not JSON is worth showing, in characters."""
MOST_PAGE = 100_000
"""How much of it is looked through, in bytes."""

_XML_MESSAGE = re.compile(r"<(?:\w+:)?Message>(.*?)</(?:\w+:)?Message>", re.DOTALL)
_XML_KIND = re.compile(r"<(?:\w+:)?Type>(.*?)</(?:\w+:)?Type>", re.DOTALL)
_XML_NUMBER = re.compile(r"<ErrorNumber>(\d{1,6})</ErrorNumber>")
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL | re.IGNORECASE)
_NOT_TEXT = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal. ``kind`` is Xero's exception type, the auth envelope's title or OAuth's error.

    ``messages`` are all that Xero said, untruncated where it came as JSON or XML, each once.
    """

    kind: str
    messages: tuple[str, ...]
    number: int | None = None


def problem(answer: Answer) -> Problem:
    """Return what an answer complains of, whatever its form; never raises for its content.

    An empty body, which a 429 often has, gives the limit's name from the headers or the status.
    """
    if not answer.body.strip():
        return _without_body(answer)
    try:
        value = parse(answer.body)
    except Unreadable:
        return _from_text(answer.body[:MOST_PAGE].decode("utf-8", "replace"))
    if isinstance(value, dict):
        return _from_fields(value) or _without_body(answer)
    return Problem("", (str(value)[:MOST_TEXT],))


def _from_fields(fields: Fields) -> Problem | None:
    """Read JSON by its names in lower case: Xero writes the auth envelope in both cases."""
    folded = {name.lower(): value for name, value in fields.items()}
    spoken = (
        text(folded, "message"),
        *complaints(dict(fields))[0],
        text(folded, "detail"),
        text(folded, "error"),
        text(folded, "error_description"),
    )
    said = tuple(dict.fromkeys(entry for entry in spoken if entry))
    kind = text(folded, "title") or text(folded, "type") or text(folded, "error")
    errornumber = number(folded, "errornumber")
    if not said and not kind:
        return None
    return Problem(kind, said or (kind,), None if errornumber is None else whole(errornumber))


def _from_text(body: str) -> Problem:
    if found := _XML_MESSAGE.findall(body):
        kind, errornumber = _XML_KIND.search(body), _XML_NUMBER.search(body)
        return Problem(
            html.unescape(kind[1]) if kind else "",
            tuple(dict.fromkeys(html.unescape(entry).strip() for entry in found)),
            int(errornumber[1]) if errornumber else None,
        )
    title = _TITLE.search(body)
    words = title[1] if title else _NOT_TEXT.sub(" ", body)
    plain = " ".join(html.unescape(words).split())[:MOST_TEXT]
    return Problem("page" if "<" in body else "text", (plain,) if plain else ())


def _without_body(answer: Answer) -> Problem:
    limit = answer.headers.get("x-rate-limit-problem", "").lower()
    if limit:
        return Problem("limit", (f"The {limit} limit of calls to Xero is reached.",))
    return Problem("", (f"Xero answered {answer.status} without saying why.",))
