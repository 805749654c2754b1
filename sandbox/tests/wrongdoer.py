"""Somebody who calls every operation of Xero's file, now soundly and now with nonsense.

Everything is drawn from one seeded source, so a seed tells one story. What the sandbox answers is
gleaned for ids, and those turn up in later calls, which thus get far into the books.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from sandbox.tests.books.schemas import schemas
from sandbox.tests.openapi import Operation, Rule
from sandbox.tests.sound import DATES, sound
from xero_sandbox.wire import Request

PARENTS: Final = frozenset({"CreditNoteID", "OverpaymentID", "PrepaymentID"})
BASE: Final = "/api.xro/2.0"
LARGEST: Final = 10 * 1024 * 1024
KINDS: Final = {
    "sound": 40,
    "bent": 20,
    "stranger's id": 8,
    "broken body": 8,
    "wrong root": 6,
    "odd query": 8,
    "wrong verb": 4,
    "unknown tenant": 2,
    "wrong token": 2,
    "xml": 1,
    "oversized": 1,
}
ODD: Final[Sequence[object]] = (
    None,
    "",
    " ",
    0,
    -1,
    10**30,
    1e300,
    "1e400",
    "NaN",
    "-Infinity",
    "1,000.00",
    0.1 + 0.2,
    True,
    [],
    {},
    [[[]]],
    [None],
    {"": None},
    "x" * 5_000,
    "Ünïcödé ✓ 漢字 🧾",
    "\x00\x1f\u202e",
    "\ud800",
    "'; DROP TABLE Invoices; --",
    "<b>&amp;",
    "2026-02-30",
    "0000-00-00",
    "/Date(99999999999999999999)/",
    "00000000-0000-0000-0000-000000000000",
    "{00000000-0000-0000-0000-000000000000}",
)
BROKEN: Final = (
    b"",
    b" ",
    b"{",
    b"[",
    b"null",
    b"true",
    b'"Invoices"',
    b"[]",
    b"{}",
    b"[{}]",
    b"{'Invoices':[]}",
    b'{"Invoices":[{"Type":"ACCREC",}]}',
    b'{"Invoices":{}}',
    b'{"Invoices":[null]}',
    b'{"Invoices":[[]]}',
    b"\xff\xfe{\x00}\x00",
    b"\xef\xbb\xbf{}",
    b'{"Invoices":[{"Type":"\xc3\x28"}]}',
    b'{"Invoices":[{"Total":1e999}]}',
    b'{"Invoices":[{"Total":NaN}]}',
    b"[" * 3_000 + b"]" * 3_000,
    b'{"a":' * 3_000 + b"1" + b"}" * 3_000,
)
WHERE: Final = (
    'Status=="AUTHORISED"',
    'Type=="ACCREC" AND Date>=DateTime(2026,01,01)',
    "Total>100",
    'Name.Contains("a")',
    'Name.ToLower().Contains("a")',
    "(((((",
    '"',
    "Nothing==1",
    "Date==DateTime(2026,13,45)",
    'InvoiceID==Guid("x")',
    "1=1",
    "()" * 200,
    "Status==",
    "\x00",
)
WORDS: Final = (
    "true",
    "false",
    "1",
    "0",
    "-1",
    "99999999999999999999",
    "x",
    "",
    "4",
    "1000",
    "1001",
)


@dataclass(frozen=True, slots=True)
class Case:
    """One call: what is wrong with it, the operation it aims at, and the request."""

    kind: str
    operation: Operation
    request: Request


@dataclass(slots=True)
class Wrongdoer:
    """The caller: its source of chance, its headers, and the ids it has gleaned by field name.

    ``applied`` has the last allocation seen of each kind of credit, with the credit's id.
    """

    chance: random.Random
    headers: dict[str, str]
    operations: Sequence[Operation]
    strangers: Sequence[str]
    gleaned: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    applied: dict[str, tuple[str, str]] = field(default_factory=dict)
    drawn: int = 0

    def next(self) -> Case:
        """Draw the next case; operations come in turn, so that each one comes."""
        operation = self.operations[self.drawn % len(self.operations)]
        self.drawn += 1
        (kind,) = self.chance.choices(list(KINDS), list(KINDS.values()))
        return Case(kind, operation, _MAKE[kind](self, operation))

    def glean(self, value: object) -> None:
        """Keep the ids that an answer shows, the newest of each field."""
        if isinstance(value, list):
            for one in value:
                self.glean(one)
        elif isinstance(value, dict):
            for name, inner in value.items():
                if name.endswith(("ID", "ContactNumber")) and isinstance(inner, str) and inner:
                    self.gleaned[name] = [*self.gleaned[name][-30:], inner]
                else:
                    self.glean(inner)
            for one in value.get("Allocations") or ():
                for parent in PARENTS & set(value):
                    self.applied[parent] = (str(value[parent]), str(one.get("AllocationID")))

    def pick(self, choices: Sequence[object]) -> object:
        return self.chance.choice(choices)

    def likely(self, share: float) -> bool:
        return self.chance.random() < share


def _request(
    doer: Wrongdoer,
    operation: Operation,
    *,
    body: bytes | None = None,
    method: str | None = None,
    path: str | None = None,
    query: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> Request:
    if body is None:
        body = _encoded(_body(doer, operation))
    sent = {**doer.headers, **(headers or {})}
    if doer.likely(0.1):
        sent["idempotency-key"] = f"k-{doer.chance.randrange(40)}"
    query = _query(doer, operation) if query is None else query
    where = path or _path(doer, operation)
    return Request(method or operation.method, BASE + where, query, sent, body)


def _path(doer: Wrongdoer, operation: Operation, named: str | None = None) -> str:
    parts = operation.path.split("/")
    if named is None and parts[-1] == "{AllocationID}" and parts[2][1:-1] in doer.applied:
        credit, allocation = doer.applied[parts[2][1:-1]]
        return f"/{parts[1]}/{credit}/Allocations/{allocation}"
    return "/".join(
        (named or _named(doer, part[1:-1])) if part.startswith("{") else part for part in parts
    )


def _named(doer: Wrongdoer, name: str) -> str:
    known = doer.gleaned.get(name)
    if known and doer.likely(0.85):
        return doer.chance.choice(known)
    return quote(str(doer.pick(("x", "N-1", "OUTPUT", "..", "%", "00000000", "ABC 1"))), safe="% .")


def _query(doer: Wrongdoer, operation: Operation) -> dict[str, str]:
    named = [each for each in operation.parameters if doer.likely(0.15)]
    known = {"page": "1", "pageSize": "2", "unitdp": "4", "summarizeErrors": "false"}
    query = {name: known[name] for name in named if name in known}
    if "contactId" in operation.parameters and doer.gleaned.get("ContactID"):
        query["contactId"] = doer.chance.choice(doer.gleaned["ContactID"])
    return query


def _odd_query(doer: Wrongdoer, operation: Operation) -> Request:
    query = {name: str(doer.pick(WORDS)) for name in operation.parameters if doer.likely(0.5)}
    if doer.likely(0.6):
        query["where"] = str(doer.pick(WHERE))
    if doer.likely(0.4):
        query["order"] = str(doer.pick(("Date", "Date DESC", "Total,Date", "Nothing", ",", "\x00")))
    since = str(doer.pick(("2026-11-23T00:00:00", "yesterday", "Mon, 02 Mar 2026 09:00:00 GMT")))
    return _request(doer, operation, query=query, headers={"if-modified-since": since})


def _body(doer: Wrongdoer, operation: Operation) -> object:
    """Return a body as the file has it: a sound element or a few, with a field or two more."""
    if operation.body is None:
        return None
    if "{" in operation.path and doer.likely(0.3):
        return {"Status": doer.pick(("DELETED", "VOIDED", "ARCHIVED", "AUTHORISED"))}
    root = operation.root
    count = doer.chance.choice((1, 1, 1, 2, 3))
    elements = [_element(doer, root, operation) for _ in range(count)]
    return elements[0] if operation.bare else {root: elements}


def _element(doer: Wrongdoer, root: str, operation: Operation) -> object:
    begun = sound(root, doer.chance, doer.gleaned) or {}
    own = f"{root.removesuffix('s')}ID"
    if operation.method == "POST" and doer.gleaned.get(own) and doer.likely(0.5):
        begun[own] = doer.chance.choice(doer.gleaned[own])
        if doer.likely(0.3):
            return {own: begun[own], "Status": "DELETED"}
    more = _value(doer, "", operation.element, 0) if doer.likely(0.4) else {}
    return {**more, **begun} if isinstance(more, dict) else begun


def _value(doer: Wrongdoer, name: str, rule: Rule, depth: int) -> object:
    if "$ref" in rule:
        rule = schemas()[rule["$ref"].rsplit("/", 1)[1]]
    if name.endswith("ID") and doer.gleaned.get(name) and doer.likely(0.9):
        return doer.chance.choice(doer.gleaned[name])
    if "enum" in rule:
        return doer.pick([one for one in rule["enum"] if one])
    if "properties" in rule:
        return _object(doer, rule["properties"], depth)
    if rule.get("type") == "array":
        return [_value(doer, name, rule["items"], depth + 1)]
    return _scalar(doer, rule)


def _object(doer: Wrongdoer, properties: Rule, depth: int) -> dict[str, object]:
    chosen = {name: rule for name, rule in properties.items() if doer.likely(0.08)}
    return {name: _value(doer, name, rule, depth + 1) for name, rule in chosen.items()}


def _scalar(doer: Wrongdoer, rule: Rule) -> object:
    match rule.get("type"):
        case "number" | "integer":
            return doer.pick((1, 10, "25.00", 99.99))
        case "boolean":
            return doer.pick((True, False))
        case "string" if "x-is-msdate" in rule or rule.get("format") == "date":
            return doer.pick(DATES)
        case _:
            return doer.pick(("Advice", "Matter 7", "a@example.com", "https://firm.example/1"))


def _bent(doer: Wrongdoer, operation: Operation) -> Request:
    body = _body(doer, operation)
    for _ in range(doer.chance.choice((1, 1, 2, 5))):
        body = _bend(doer, body)
    return _request(doer, operation, body=_encoded(body))


def _bend(doer: Wrongdoer, value: object) -> object:
    """Put something odd in the place of one part of a body, at any depth."""
    if isinstance(value, dict) and value and doer.likely(0.9):
        name = doer.chance.choice(sorted(value))
        if doer.likely(0.1):
            return {**value, "NoSuchField": doer.pick(ODD)}
        return {**value, name: _bend(doer, value[name])}
    if isinstance(value, list) and value and doer.likely(0.9):
        place = doer.chance.randrange(len(value))
        return [*value[:place], _bend(doer, value[place]), *value[place + 1 :]]
    return doer.pick(ODD)


def _encoded(body: object) -> bytes:
    # Lone surrogates go out as escapes, and huge numbers as Python has them: both arrive.
    return b"" if body is None else json.dumps(body).encode()


def _wrong_root(doer: Wrongdoer, operation: Operation) -> Request:
    body = _body(doer, operation)
    inner = next(iter(body.values()), None) if isinstance(body, dict) else body
    root = str(doer.pick(("Nothing", "invoices", "Payments", "Invoice", "", "Id")))
    return _request(doer, operation, body=_encoded({root: inner}))


def _strangers_id(doer: Wrongdoer, operation: Operation) -> Request:
    stranger = doer.chance.choice(doer.strangers)
    body = json.dumps(_body(doer, operation))
    for known in doer.gleaned.values():
        body = body.replace(known[-1], stranger)
    return _request(doer, operation, body=body.encode(), path=_path(doer, operation, stranger))


def _wrong_verb(doer: Wrongdoer, operation: Operation) -> Request:
    method = str(doer.pick(("PATCH", "DELETE", "PUT", "POST", "HEAD", "OPTIONS", "BREW")))
    return _request(doer, operation, method=method)


def _with_headers(**headers: str) -> Callable[[Wrongdoer, Operation], Request]:
    sent = {name.replace("_", "-"): text for name, text in headers.items()}
    return lambda doer, operation: _request(doer, operation, headers=sent)


def _with_body(*bodies: bytes) -> Callable[[Wrongdoer, Operation], Request]:
    return lambda doer, operation: _request(doer, operation, body=doer.chance.choice(bodies))


_MAKE: Final[dict[str, Callable[[Wrongdoer, Operation], Request]]] = {
    "sound": _request,
    "bent": _bent,
    "stranger's id": _strangers_id,
    "broken body": _with_body(*BROKEN),
    "wrong root": _wrong_root,
    "odd query": _odd_query,
    "wrong verb": _wrong_verb,
    "unknown tenant": _with_headers(xero_tenant_id="7b0f1d1e-0000-4000-8000-000000000000"),
    "wrong token": _with_headers(authorization="Bearer nonsense"),
    "xml": _with_body(
        b"<Invoices/>", b"\n<?xml version='1.0'?><Invoice/>", b"xml=%3CInvoice%2F%3E"
    ),
    "oversized": _with_body(b" " * (LARGEST + 1)),
}
