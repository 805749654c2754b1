"""One call in, one answer out: sign-in, reading, writing, refusing. The clock is an argument."""

from __future__ import annotations

import datetime as dt
import json
from collections import deque
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from actionstep_simulator import queries, shapes
from actionstep_simulator.grants import Client, Grants, NoGrant
from actionstep_simulator.queries import BadQuery
from actionstep_simulator.quirks import Quirks
from actionstep_simulator.resources import EVENTS, RESOURCES, Form
from actionstep_simulator.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from actionstep_simulator.resources import Resource
    from actionstep_simulator.rows import Row, Value

REST = "/api/rest/"
AUTHORIZE, TOKEN = "/api/oauth/authorize", "/api/oauth/token"
JSON_API = "application/vnd.api+json"
DELETE_HOOK = 401


@dataclass(frozen=True, slots=True)
class Request:
    """A call: the address from the path on, header names in small letters."""

    method: str
    address: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Call:
    """A REST hook to be called: unsigned, as Actionstep calls it."""

    hook: int
    url: str
    body: bytes


@dataclass
class Simulator:
    """One Actionstep: one organisation, its rows, its grants, what was asked of it.

    ``base`` is where it answers, without a slash at the end. ``faults`` are answers given next,
    one for each call of the data API, before anything else is looked at.
    """

    base: str = "https://ap-southeast-2.actionstep.example"
    quirks: Quirks = field(default_factory=Quirks)
    client: Client = field(default_factory=Client)
    faults: deque[Answer] = field(default_factory=deque)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rows = Rows(self.quirks)
        self.grants = Grants(
            self.client,
            f"{self.base}/api/",
            old_refresh_dies_at_once=self.quirks.old_refresh_dies_at_once,
        )

    def answer(self, request: Request, now: dt.datetime) -> Answer:
        """Answer one call."""
        parts = urlsplit(request.address)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        if parts.path == AUTHORIZE:
            return self._authorise(dict(pairs), now)
        if parts.path == TOKEN and request.method == "POST":
            return self._token(dict(parse_qsl(request.body.decode("utf-8", "replace"))), now)
        if not parts.path.startswith(REST):
            return _refused(404, "AS-1100", "There is nothing here.")
        self.asked.append(f"{request.method} {request.address}")
        if self.faults:
            return self.faults.popleft()
        return self._data(request, unquote(parts.path.removeprefix(REST)), pairs, now)

    def _authorise(self, given: dict[str, str], now: dt.datetime) -> Answer:
        """Say yes at once, as the user would on the page."""
        back = given.get("redirect_uri", "")
        try:
            code = self.grants.authorise(
                given.get("client_id", ""), back, given.get("scope", ""), now
            )
        except NoGrant as refusal:
            return _json(400, {"error": str(refusal)})
        told = {"code": code, **({"state": given["state"]} if "state" in given else {})}
        return Answer(302, {"Location": f"{back}{'&' if '?' in back else '?'}{urlencode(told)}"})

    def _token(self, form: dict[str, str], now: dt.datetime) -> Answer:
        try:
            return _json(200, self.grants.exchange(form, now))
        except NoGrant as refusal:
            return _json(400, {"error": str(refusal)})

    def _data(
        self, request: Request, path: str, pairs: list[tuple[str, str]], now: dt.datetime
    ) -> Answer:
        grant = self.grants.of(request.headers.get("authorization", ""), now)
        if grant is None:
            return _refused(401, "AS-401", "The access token is not good.")
        name, _, ids = path.strip("/").partition("/")
        resource = RESOURCES.get(name)
        if resource is None or (ids and not resource.single):
            return _refused(404, "AS-1101", f"There is no resource {name}.")
        if not grant.allows(name):
            return _refused(403, "AS-403", f"The scope {name} was not granted.")
        if JSON_API not in request.headers.get("accept", ""):
            return _refused(406, "AS-406", f"Accept should be {JSON_API}.")
        try:
            return self._dispatch(request, resource, ids, pairs, now)
        except BadQuery as wrong:
            return _refused(500, "AS-1300", str(wrong))

    def _dispatch(
        self,
        request: Request,
        resource: Resource,
        ids: str,
        pairs: list[tuple[str, str]],
        now: dt.datetime,
    ) -> Answer:
        if request.method == "GET":
            return self._some(resource, ids, pairs) if ids else self._page(resource, pairs)
        if request.method not in resource.writes:
            return _refused(405, "AS-405", f"{resource.name} does not take {request.method}.")
        if request.method == "DELETE":
            for key in ids.split(","):
                self.rows.delete(resource.name, _key(resource, key), now)
            return Answer(204)
        return self._write(request, resource, ids, now)

    def _page(self, resource: Resource, pairs: list[tuple[str, str]]) -> Answer:
        query = queries.read(resource, pairs)
        found = queries.chosen(self.rows, resource, query)
        address = f"{self.base}{REST}{resource.name}"
        rows, paging = queries.page_of(found, query, address, self.quirks)
        return self._told(resource, rows, query, paging)

    def _some(self, resource: Resource, ids: str, pairs: list[tuple[str, str]]) -> Answer:
        table = self.rows.tables[resource.name]
        keys = [_key(resource, key) for key in ids.split(",")]
        rows = [table[key] for key in keys if key in table]
        if not rows:
            return _refused(404, "AS-1501", f"There is no such row of {resource.name}.")
        return self._told(resource, rows, queries.read(resource, pairs), {})

    def _told(
        self,
        resource: Resource,
        rows: list[Row],
        query: queries.Query,
        paging: dict[str, object],
    ) -> Answer:
        if not rows:
            return Answer(204)
        told = [shapes.row_out(row, resource, query.fields, self.quirks) for row in rows]
        linked = {
            resource.links[name].target: self._linked(resource, name, rows)
            for name in query.include
            if name in resource.links and resource.links[name].target in RESOURCES
        }
        return _json(200, shapes.page_out(resource, told, paging, linked, self.quirks))

    def _linked(self, resource: Resource, name: str, rows: list[Row]) -> list[shapes.Json]:
        target = RESOURCES[resource.links[name].target]
        wanted = {key for row in rows for key in queries.linked(row, name)}
        table = self.rows.tables[target.name].values()
        return [
            shapes.row_out(row, target, None, self.quirks) for row in table if str(row.id) in wanted
        ]

    def _write(self, request: Request, resource: Resource, ids: str, now: dt.datetime) -> Answer:
        try:
            given = json.loads(request.body)[resource.name]
            fields = given[0] if isinstance(given, list) else given
            values = {
                name: _value(resource.fields[name], value)
                for name, value in fields.items()
                if name not in {"links", "id"}
            }
            if resource.name == "resthooks":
                values = {"status": "Active", "triggeredCount": 0, **values}
                if values["eventName"] not in EVENTS:
                    return _refused(500, "AS-1501", "There is no such event.")
            links = fields.get("links")
            if ids:
                row = self.rows.change(resource.name, _key(resource, ids), now, links, **values)
            else:
                row = self.rows.add(resource.name, now, links, **values)
        except (KeyError, ValueError, TypeError) as wrong:
            return _refused(500, "AS-1501", f"The body cannot be taken: {wrong}.")
        told = [shapes.row_out(row, resource, None, self.quirks)]
        status = 200 if ids else 201
        return _json(status, shapes.page_out(resource, told, {}, {}, self.quirks))

    def calls(self) -> list[Call]:
        """Return the hooks that are to be called for what has happened, and forget it."""
        notices, self.rows.notices = self.rows.notices, []
        made = []
        for notice in notices:
            row = self.rows.tables[notice.resource].get(notice.row)
            for hook in self.rows.tables["resthooks"].values():
                active = hook.values["status"] == "Active"
                if active and hook.values["eventName"] == notice.event and row is not None:
                    assert isinstance(hook.id, int)
                    resource = RESOURCES[notice.resource]
                    body = shapes.hook_out(row, resource, hook.id, notice.event, self.quirks)
                    made.append(Call(hook.id, str(hook.values["targetUrl"]), _bytes(body)))
        return made

    def called(self, hook: int, status: int, now: dt.datetime) -> None:
        """Note what a hook answered: anything but 200 disables it, and 401 deletes it."""
        row = self.rows.tables["resthooks"].get(hook)
        if row is None:
            return
        row.values["triggeredCount"] = int(str(row.values["triggeredCount"])) + 1
        row.values["triggeredLastTimestamp"] = now
        if status == DELETE_HOOK:
            del self.rows.tables["resthooks"][hook]
        elif status != 200:  # noqa: PLR2004 -- the only answer that keeps a hook alive
            row.values["status"] = "Disabled"


def throttled(retry_after: int | None = None) -> Answer:
    """Return the answer to too many calls; real ones often do not say how long to wait."""
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else {}
    refused = _refused(429, "AS-429", "Too many calls.")
    return Answer(429, refused.headers | headers, refused.body)


def broken() -> Answer:
    """Return the answer of a server in trouble."""
    return _refused(500, "AS-1200", "Something went wrong.")


def _key(resource: Resource, text: str) -> int | str:
    return int(text) if resource.fields["id"] is Form.INT and text.isdecimal() else text


_READ: dict[Form, Callable[[Any], Value]] = {
    Form.FLAG: {"T": True, "F": False}.__getitem__,
    Form.DECIMAL: lambda value: Decimal(str(value)),
    Form.DATE: dt.date.fromisoformat,
    Form.TIMESTAMP: dt.datetime.fromisoformat,
    Form.INT: int,
    Form.TEXT: str,
}


def _value(form: Form, value: Any) -> Value:  # noqa: ANN401 -- as JSON has it
    return None if value is None else _READ[form](value)


def _refused(status: int, code: str, detail: str) -> Answer:
    return _json(status, shapes.error_out(status, code, detail))


def _json(status: int, told: Mapping[str, object]) -> Answer:
    return Answer(status, {"Content-Type": JSON_API}, _bytes(told))


def _bytes(told: Mapping[str, object]) -> bytes:
    return json.dumps(told, separators=(",", ":")).encode()
