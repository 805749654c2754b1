"""JSON text to plain values, without losing anything: digits stay text, doubles stay visible.

The standard decoder turns numbers into floats and lets the last of two equal keys win. Both lose
what somebody wrote, so numbers are kept as ``Digits`` and an object with a key twice as
``Doubled``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes of one document; ten thousand lines with full descriptions are under 50 million."""
DEEPEST = 8
"""Levels that are searched for doubled keys; the format has four, and what is deeper is unknown."""
_BYTE_ORDER_MARK = "\ufeff"


class Digits(str):
    """A JSON number as it was written. NaN and Infinity arrive as such too and are no amounts."""

    __slots__ = ()


class Doubled(dict[str, object]):
    """An object in which keys came more than once, with those keys; the last value stands."""

    doubles: tuple[str, ...] = ()


class NotJson(ValueError):
    """The line cannot be read as JSON; the message says why and where."""


def text_of(line: bytes | str) -> str:
    """Decode a line strictly as UTF-8, without a byte order mark. Raises NotJson."""
    if len(line) > LONGEST_LINE:
        raise NotJson(f"the line is longer than {LONGEST_LINE:,} bytes")
    try:
        text = line if isinstance(line, str) else line.decode()
    except UnicodeDecodeError as fault:
        raise NotJson(f"byte {fault.start + 1} is not UTF-8") from None
    return text.removeprefix(_BYTE_ORDER_MARK).strip(" \t\r\n")


def parse(text: str) -> object:
    """Parse JSON text into dict, list, str, bool, None and Digits. Raises NotJson."""
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as fault:
        raise NotJson(f"{_lower(fault.msg)} at character {fault.pos + 1}") from None
    except RecursionError:
        raise NotJson("it is nested too deeply") from None


def doubled_keys(value: object, path: str = "", deeper: int = DEEPEST) -> Iterator[str]:
    """Name the path of each key that comes twice in its object."""
    if isinstance(value, Doubled):
        yield from (below(path, key) for key in value.doubles)
    if deeper:
        for where, inner in _parts(value, path):
            yield from doubled_keys(inner, where, deeper - 1)


def _parts(value: object, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        yield from ((below(path, key), each) for key, each in value.items())
    elif isinstance(value, list):
        yield from ((f"{path}[{index}]", each) for index, each in enumerate(value))


def below(path: str, name: str) -> str:
    """Name a field inside the one at ``path``."""
    return f"{path}.{name}" if path else name


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    doubled = Doubled(plain)
    names = [name for name, _ in pairs]
    doubled.doubles = tuple(name for name in plain if names.count(name) > 1)
    return doubled


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=Digits, parse_int=Digits, parse_constant=Digits
)
