"""Sound bytes bent in a few places, the way that files and answers go wrong; all by one seed."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from itertools import pairwise

MOST_BENDS = 5
BYTES = (
    *(
        b"\x00",
        b"\xff",
        b"\xfe\xff",
        b"\xef\xbb\xbf",
        b"\x80",
        b"\xed\xa0\x80",
        b"\x1f\x8b",
        b"\xe9",
    ),
    *(b"\r", b"\n", b"\r\n", b"\t", b'"', b'""', b"'", b"|", b"[]", b",", b";", b"{", b"}", b"]"),
    *(b"null", b"true", b"NaN", b"Infinity", b"1e999999", b"-0", b"0.005", b"1.", b"1,234.56"),
    *(b"9" * 20, b"9" * 400, b"9" * 5000, b"-1", b"\\ud800", b"\\u0000", b"\\", b"[" * 200),
    *(b"03/04/2026", b"2026-02-30", b"99999999", b"00000000", b"F", b"IE", b"document", b"line"),
    *(b"&amp;", b"&#0;", b"<v>", b"</c>", b"<!DOCTYPE a>", b"=1+1", b"#N/A", b"T", b"[]\n", b"  "),
    *(
        "\u202e".encode(),
        "\u00a0".encode(),
        "\u2028".encode(),
        "\u0661".encode(),
        "\ufdd0".encode(),
    ),
)
"""What has broken readers of these formats before, or might."""

Bend = Callable[[bytes, random.Random], bytes]


def bent(data: bytes, chance: random.Random) -> bytes:
    """Return the bytes with one to five bends in them."""
    for _ in range(chance.randint(1, MOST_BENDS)):
        data = chance.choice(BENDS)(data, chance)
    return data


def _place(data: bytes, chance: random.Random) -> tuple[int, int]:
    first = chance.randint(0, len(data))
    return first, min(len(data), first + chance.choice((1, 1, 2, 4, 8, 30, 200)))


def _put(data: bytes, chance: random.Random) -> bytes:
    first, _ = _place(data, chance)
    return data[:first] + chance.choice(BYTES) + data[first:]


def _replaced(data: bytes, chance: random.Random) -> bytes:
    first, last = _place(data, chance)
    return data[:first] + chance.choice(BYTES) + data[last:]


def _flipped(data: bytes, chance: random.Random) -> bytes:
    if not data:
        return data
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :]


def _left_out(data: bytes, chance: random.Random) -> bytes:
    first, last = _place(data, chance)
    return data[:first] + data[last:]


def _twice(data: bytes, chance: random.Random) -> bytes:
    first, last = _place(data, chance)
    return data[:last] + data[first:last] * chance.choice((1, 2, 40)) + data[last:]


def _moved(data: bytes, chance: random.Random) -> bytes:
    (a, b), (c, d) = sorted((_place(data, chance), _place(data, chance)))
    b = min(b, c)
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def _other_value(data: bytes, chance: random.Random) -> bytes:
    """Put another thing in the place of a whole field: between two marks of the format."""
    marks = [n for n, each in enumerate(data) if each in b'|,;:"<>\n']
    if len(marks) < 2:
        return data
    first, last = chance.choice(list(pairwise(marks)))
    return data[: first + 1] + chance.choice(BYTES) + data[last:]


def _lines_mixed(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    chance.shuffle(lines)
    return b"".join(lines[: chance.randint(0, len(lines))])


def cut(data: bytes, chance: random.Random) -> bytes:
    """Return the beginning of the bytes: a copy that broke off."""
    return data[: chance.randint(0, len(data))]


BENDS: tuple[Bend, ...] = (
    *(_put, _replaced, _flipped, _left_out, _twice, _moved, _other_value, _other_value),
    *(_lines_mixed, cut),
)

VALUES: tuple[object, ...] = (
    *(None, True, False, 0, -1, 7, 10**18, 10**30, 0.1, 1e300, [], {}, [None], {"id": "x"}),
    *("", " ", "x", "\ud800", "\x00", "\u202e", "9" * 70, "y" * 5_000, "1.005", "-0.00", "1e3"),
    *("1,234.56", "NaN", "T", "2026-02-30", "3716-01-01", "0001-01-01", "23-May-1987", "Draft"),
    *("Deleted", "Open", "AUD", "audx", "actionstep:1", "1--2", "=1+1", "٣", "INV-1", "1", "2"),
)
"""What stands in the place of a value of JSON that is otherwise sound."""


def bent_json(data: bytes, chance: random.Random) -> bytes:
    """Return JSON with one to five of its values changed, left out, doubled or renamed."""
    told = json.loads(data)
    for _ in range(chance.randint(1, MOST_BENDS)):
        _bend_one(told, chance)
    return json.dumps(told).encode()


def _bend_one(told: object, chance: random.Random) -> None:
    holders = [one for one in _within(told) if one]
    if not holders:
        return
    holder = chance.choice(holders)
    value = copy.deepcopy(chance.choice(VALUES))
    if isinstance(holder, list):
        place = chance.randrange(len(holder))
        holder[place : place + 1] = chance.choice(
            ([value], [], [holder[place], copy.deepcopy(holder[place])])
        )
        return
    name = chance.choice(sorted(holder))
    kept = holder.pop(name)
    if chance.random() < 0.8:
        holder[name] = value
    elif chance.random() < 0.5:
        holder[f"{name}s"] = kept


def _within(told: object) -> Iterator[list[object] | dict[str, object]]:
    """Yield every list and object of a JSON value."""
    if isinstance(told, dict):
        yield told
        for each in told.values():
            yield from _within(each)
    elif isinstance(told, list):
        yield told
        for each in told:
            yield from _within(each)
