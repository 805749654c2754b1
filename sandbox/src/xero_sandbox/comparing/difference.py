"""What differs between two answers: by path, with ids matched and times passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from xero_sandbox.comparing.recording import Json

GUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
TIMES: Final = frozenset(
    {
        "CreatedDateUTC",
        "DateTimeUTC",
        "DateUTC",
        "DateUTCString",
        "Instance",
        "ProviderName",
        "ReportDate",
        "UpdatedDateUTC",
        "UpdatedDateUTCString",
    }
)
"""Fields that must be there, with whatever value: they tell of the moment and the app."""

NUMBERS: Final = frozenset({"CreditNoteNumber", "InvoiceNumber"})
"""Numbers that Xero gives where the request has none; they are matched as ids are."""

SAME_VALUE: Final = ("x-rate-limit-problem", "www-authenticate", "location")
BOTH_THERE: Final = (
    "retry-after",
    "x-minlimit-remaining",
    "x-daylimit-remaining",
    "x-appminlimit-remaining",
)
_KEYS: Final = ("Code", "TaxType", "InvoiceNumber", "CreditNoteNumber", "ContactNumber", "Name")
_LONGEST: Final = 160
_ABSENT: Final = "nothing"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same; ``where`` is ``status``, a header or a path in the body."""

    where: str
    recorded: str
    ours: str


@dataclass(slots=True)
class Matching:
    """Which id of ours stands for which recorded one; numbers that Xero gave are ids too."""

    ours: dict[str, str] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)

    def meet(self, recorded: str, ours: str) -> bool:
        """Say whether the two may stand for each other, and remember it from now on."""
        theirs = recorded.lower()
        there = self.ours.setdefault(theirs, ours)
        back = self.theirs.setdefault(ours, theirs)
        return there == ours and back == theirs


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one pair of answers is compared.

    ``asked`` is the request's text, because a number that stands in it was not given by Xero;
    ``reading`` says that lists may be matched by name; ``ignored`` are field names.
    """

    matching: Matching
    asked: str
    reading: bool
    ignored: frozenset[str] = frozenset()

    def bodies(self, recorded: Json, ours: Json, where: str = "body") -> Iterator[Difference]:
        """Yield every difference between two values, path by path."""
        if isinstance(recorded, dict) and isinstance(ours, dict):
            yield from self._objects(recorded, ours, where)
        elif isinstance(recorded, list) and isinstance(ours, list):
            yield from self._lists(recorded, ours, where)
        elif not self._equal(recorded, ours, where.rpartition(".")[2]):
            yield Difference(where, _shown(recorded), _shown(ours))

    def _objects(
        self, recorded: dict[str, Any], ours: dict[str, Any], where: str
    ) -> Iterator[Difference]:
        for name in sorted(recorded.keys() | ours.keys()):
            path = f"{where}.{name}"
            if name in self.ignored:
                continue
            if name not in ours:
                yield Difference(path, _shown(recorded[name]), _ABSENT)
            elif name not in recorded:
                yield Difference(path, _ABSENT, _shown(ours[name]))
            elif name not in TIMES:
                yield from self.bodies(recorded[name], ours[name], path)

    def _lists(self, recorded: list[Any], ours: list[Any], where: str) -> Iterator[Difference]:
        key = _key(recorded, ours) if self.reading else None
        if key is None:
            shared = min(len(recorded), len(ours))
            for place in range(shared):
                yield from self.bodies(recorded[place], ours[place], f"{where}[{place}]")
            left, right = _named(recorded[shared:], shared), _named(ours[shared:], shared)
        else:
            left, right = _by(recorded, key), _by(ours, key)
            for name in [one for one in left if one in right]:
                yield from self.bodies(left.pop(name), right.pop(name), f"{where}[{name}]")
        for name, one in left.items():
            yield Difference(f"{where}[{name}]", _shown(one), _ABSENT)
        for name, one in right.items():
            yield Difference(f"{where}[{name}]", _ABSENT, _shown(one))

    def _equal(self, recorded: Json, ours: Json, name: str) -> bool:
        if isinstance(recorded, str) and isinstance(ours, str):
            given = name in NUMBERS and recorded not in self.asked
            if given or (GUID.fullmatch(recorded) and GUID.fullmatch(ours)):
                return self.matching.meet(recorded, ours)
            return self._translated(recorded) == ours
        if isinstance(recorded, bool) or isinstance(ours, bool):
            return recorded is ours
        if _number(recorded) and _number(ours):
            return Decimal(str(recorded)) == Decimal(str(ours))
        return recorded == ours

    def _translated(self, text: str) -> str:
        known = self.matching.ours
        return GUID.sub(lambda found: known.get(found[0].lower(), found[0]), text)


def _number(value: Json) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def _key(recorded: list[Any], ours: list[Any]) -> str | None:
    """Return the field by which two lists can be matched: on every element, and never twice."""
    both = [one for one in (*recorded, *ours) if isinstance(one, dict)]
    if len(both) < len(recorded) + len(ours):
        return None
    for name in _KEYS:
        left = [one.get(name) for one in recorded]
        right = [one.get(name) for one in ours]
        whole = all(isinstance(one, str) for one in left + right)
        if whole and len(set(left)) == len(left) and len(set(right)) == len(right):
            return name
    return None


def _by(elements: list[Any], key: str) -> dict[str, Any]:
    return {one[key]: one for one in elements}


def _named(elements: list[Any], first: int) -> dict[str, Any]:
    return {str(first + place): one for place, one in enumerate(elements)}


def _shown(value: Json) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def headers(recorded: Mapping[str, str], ours: Mapping[str, str]) -> Iterator[Difference]:
    """Yield what differs in the headers that matter; names in lower case."""
    media = [one.get("content-type", "").partition(";")[0].strip() for one in (recorded, ours)]
    if media[0] != media[1]:
        yield Difference("content-type", media[0] or _ABSENT, media[1] or _ABSENT)
    for name in SAME_VALUE:
        if recorded.get(name) != ours.get(name):
            yield Difference(name, recorded.get(name, _ABSENT), ours.get(name, _ABSENT))
    for name in BOTH_THERE:
        if (name in recorded) != (name in ours):
            yield Difference(name, recorded.get(name, _ABSENT), ours.get(name, _ABSENT))
