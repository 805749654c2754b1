"""Reading what somebody recorded: a browser's or proxy's HAR, or plain JSON Lines.

A line of the plain form is ``{"request": {"method", "path", "query", "headers", "body"},
"answer": {"status", "headers", "body"}, "at"}``. ``path`` may hold the query, ``body`` is JSON or
text, ``at`` an ISO time; all but method, path and status may be left out. The first line may be
``{"organisation": {"name", "country", "settings"}}`` and says in what kind of organisation it
happened; ``settings`` are those of the control routes.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from xero_sandbox.wire import decoded_path

Json: TypeAlias = "dict[str, Any] | list[Any] | str | Decimal | int | bool | None"

MOST_BYTES: Final = 256 * 1024 * 1024
KEPT_HEADERS: Final = frozenset({"accept", "content-type", "idempotency-key", "if-modified-since"})
"""The headers of a request that are sent again; credentials are left where they are."""


class NotARecordingError(Exception):
    """A file that holds no exchanges in either form; the text says where it goes wrong."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One recorded request and the answer it got. ``headers`` of the answer may be unknown."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    status: int
    answer_headers: Mapping[str, str] | None
    answer: Json
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """All exchanges in order, and the organisation in which they happened."""

    exchanges: tuple[Exchange, ...]
    name: str | None = None
    country: str | None = None
    settings: Mapping[str, object] = field(default_factory=dict)


def read(path: Path) -> Recording:
    """Return the recording in ``path``. Raises ``NotARecordingError`` and ``OSError``."""
    if path.stat().st_size > MOST_BYTES:
        raise NotARecordingError(f"{path} is larger than {MOST_BYTES} bytes")
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotARecordingError(f"{path} is no UTF-8 text") from error
    whole = loaded(text)
    if isinstance(whole, dict) and "log" in whole:
        return _har(whole, path)
    return _lines(text, path)


def loaded(text: str) -> Json:
    """Return text as JSON with exact numbers, or the text itself where it is none."""
    try:
        found: Json = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        return text
    return found


def _har(whole: dict[str, Any], path: Path) -> Recording:
    try:
        entries = whole["log"]["entries"]
        return Recording(tuple(_har_entry(one) for one in entries))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotARecordingError(f"{path} is no HAR: {error!r}") from error


def _har_entry(entry: dict[str, Any]) -> Exchange:
    request, response = entry["request"], entry["response"]
    content = response.get("content", {})
    text = content.get("text", "")
    if content.get("encoding") == "base64":
        text = base64.b64decode(text).decode("utf-8", errors="replace")
    path, query = _address(request["url"])
    return Exchange(
        str(request["method"]).upper(),
        path,
        query,
        _har_headers(request),
        request.get("postData", {}).get("text", "").encode(),
        int(response["status"]),
        _har_headers(response),
        loaded(text) if text else None,
        _moment(entry.get("startedDateTime")),
    )


def _har_headers(part: dict[str, Any]) -> dict[str, str]:
    return {one["name"].lower(): one["value"] for one in part.get("headers", [])}


def _address(url: str) -> tuple[str, dict[str, str]]:
    parts = urlsplit(url)
    return decoded_path(parts.path), dict(parse_qsl(parts.query, keep_blank_values=True))


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _lines(text: str, path: Path) -> Recording:
    exchanges: list[Exchange] = []
    about: dict[str, Any] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line, parse_float=Decimal)
            if not exchanges and not about and "organisation" in found:
                about = dict(found["organisation"])
            else:
                exchanges.append(_line(found))
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise NotARecordingError(f"{path}, line {number}: {error!r}") from error
    if not exchanges:
        raise NotARecordingError(f"{path} holds no exchanges")
    known = {"name": about.get("name"), "country": about.get("country")}
    return Recording(tuple(exchanges), **known, settings=about.get("settings", {}))


def _line(found: dict[str, Any]) -> Exchange:
    request, answer = found["request"], found["answer"]
    path, query = _address(request["path"])
    headers = answer.get("headers")
    body = request.get("body")
    sent = b"" if body is None else body if isinstance(body, str) else dumped(body)
    return Exchange(
        str(request["method"]).upper(),
        path,
        {**query, **request.get("query", {})},
        _folded(request.get("headers", {})),
        sent if isinstance(sent, bytes) else sent.encode(),
        int(answer["status"]),
        None if headers is None else _folded(headers),
        answer.get("body"),
        _moment(found.get("at")),
    )


def _folded(headers: Mapping[str, object]) -> dict[str, str]:
    return {name.lower(): str(text) for name, text in headers.items()}


def dumped(value: Json) -> bytes:
    """Return JSON bytes in which a Decimal is a number with its own digits."""
    if isinstance(value, dict):
        pairs = (f"{json.dumps(name)}:{dumped(one).decode()}" for name, one in value.items())
        return f"{{{','.join(pairs)}}}".encode()
    if isinstance(value, list):
        return f"[{','.join(dumped(one).decode() for one in value)}]".encode()
    return str(value).encode() if isinstance(value, Decimal) else json.dumps(value).encode()
