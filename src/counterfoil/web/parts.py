"""Lists that grow with a firm's data, shown a part at a time.

A page stays light however much there is (under 150 KB with its styles and scripts): which part of
a list is shown stands in the address under the list's name, ``?ledgers=2``, and plain links lead to
its neighbours. Sums on a page are those of the whole list, and papers and tables always have it
all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from django.http import QueryDict

T = TypeVar("T")

MOST: Final = 100
"""Items of a part whose rows are short; lists of long rows name fewer."""
MOST_TEXT: Final = 16_000
"""Characters of a part, where the length of an item is told."""
DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """Where a page is and what was asked of it there: links to other parts keep both."""

    path: str
    query: QueryDict

    def at(self, name: str, number: int) -> str:
        """Return the address of a part."""
        query = self.query.copy()
        query[name] = str(number)
        return f"{self.path}?{query.urlencode()}"

    def number(self, name: str) -> int:
        """Return which part of a list is asked for, from 1; 0 if none is named that can be read."""
        said = self.query.get(name, "")
        return int(said) if said.isascii() and said.isdecimal() and len(said) <= DIGITS else 0


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """A part of a list: its items, and that they are ``first`` to ``last`` of ``count``, from 1.

    ``earlier`` and ``later`` are the addresses of its neighbours, empty where there is none.
    """

    name: str
    items: tuple[T, ...]
    first: int
    count: int
    earlier: str = ""
    later: str = ""

    @property
    def last(self) -> int:
        """The place of the last item, from 1."""
        return self.first + len(self.items) - 1

    @property
    def whole(self) -> bool:
        """Whether it is all that there is."""
        return len(self.items) == self.count


def part(
    asked: Asked,
    name: str,
    items: Sequence[T],
    most: int = MOST,
    *,
    weigh: Callable[[T], int] | None = None,
    holding: int | None = None,
    newest: bool = False,
) -> Part[T]:
    """Return the part of a list that is asked for, the nearest there is.

    Where none is named it is the one that has the item at index ``holding``, or the last one of a
    list whose ``newest`` items are at its end, or the first. ``weigh`` tells the characters of an
    item: a part has at most ``MOST_TEXT`` of them, and one item at least.
    """
    begins = [*_begins(items, most, weigh)] or [0]
    ends = [*begins[1:], len(items)]
    unnamed = len(begins) if newest else 1
    if holding is not None:
        unnamed = sum(begin <= holding for begin in begins)
    number = min(asked.number(name) or unnamed, len(begins))
    begin, end = begins[number - 1], ends[number - 1]
    return Part(
        name,
        tuple(items[begin:end]),
        begin + 1,
        len(items),
        asked.at(name, number - 1) if number > 1 else "",
        asked.at(name, number + 1) if number < len(begins) else "",
    )


def _begins(items: Sequence[T], most: int, weigh: Callable[[T], int] | None) -> Iterator[int]:
    """Yield the index that each part begins at."""
    held = text = 0
    for at, item in enumerate(items):
        more = weigh(item) if weigh is not None else 0
        if at == 0 or held == most or text + more > MOST_TEXT:
            held = text = 0
            yield at
        held, text = held + 1, text + more
