"""The operations of Xero's accounting file, as the nonsense draws from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from sandbox.tests.books.schemas import spec

Rule: TypeAlias = "dict[str, Any]"
_VERBS = frozenset({"get", "put", "post", "delete"})


@dataclass(frozen=True, slots=True)
class Operation:
    """A verb on a path, with the names of its query parameters and the schema of its body."""

    method: str
    path: str
    parameters: tuple[str, ...]
    body: Rule | None

    @property
    def root(self) -> str:
        """The key under which its elements are sent: ``Allocations``."""
        parts = [part for part in self.path.split("/")[1:] if not part.startswith("{")]
        return "HistoryRecords" if parts[-1] == "History" else parts[-1]

    @property
    def bare(self) -> bool:
        """Whether the file has a single element as the body, without a root key."""
        return self.body is not None and self.root not in _resolved(self.body)["properties"]

    @property
    def element(self) -> Rule:
        """The schema of one element of the body."""
        assert self.body is not None
        whole = _resolved(self.body)
        found: Rule = whole if self.bare else whole["properties"][self.root]["items"]
        return found

    @property
    def resource(self) -> str:
        """The first part of the path: ``Invoices``."""
        return self.path.strip("/").split("/")[0]

    @property
    def name(self) -> str:
        """How a report calls it: ``PUT /Invoices``."""
        return f"{self.method} {self.path}"


def _resolved(rule: Rule) -> Rule:
    found: Rule = rule
    if "$ref" in rule:
        found = spec()["components"]["schemas"][rule["$ref"].rsplit("/", 1)[1]]
    return found


@lru_cache(maxsize=1)
def operations() -> tuple[Operation, ...]:
    """Return every documented operation, in the file's order."""
    return tuple(_read())


def _read() -> Iterator[Operation]:
    for path, verbs in spec()["paths"].items():
        for verb, rule in verbs.items():
            if verb in _VERBS:
                yield Operation(verb.upper(), path, _parameters(rule), _body(rule))


def _parameters(rule: Rule) -> tuple[str, ...]:
    known = spec()["components"]["parameters"]
    given = [
        known[one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one
        for one in rule.get("parameters", ())
    ]
    return tuple(one["name"] for one in given if one["in"] == "query")


def _body(rule: Rule) -> Rule | None:
    sent = rule.get("requestBody", {})
    if "$ref" in sent:
        sent = spec()["components"]["requestBodies"][sent["$ref"].rsplit("/", 1)[1]]
    kinds = sent.get("content", {})
    schema: Rule | None = kinds.get("application/json", {}).get("schema")
    return schema
