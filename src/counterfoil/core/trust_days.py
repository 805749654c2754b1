"""Trust documents by days: within one day nothing says which of them came first.

A document has a date and no time, and in which order a source hands its kinds over proves nothing.
So everything that rests on an order is told from days, and a day's documents are taken in a turn of
their own, which is the same in whatever order they came.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from counterfoil.core.documents import Document, Key, Reversal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator


def turn(document: Document) -> tuple[bool, dt.date, Key]:
    """Return by what a day's documents are sorted: what takes others back comes after those.

    Of a day of recording the earlier dated come first.
    """
    return isinstance(document, Reversal), document.date, document.key


def in_days(documents: Iterable[Document]) -> Iterator[tuple[dt.date, list[Document]]]:
    """Yield the documents of each day, in the order of days.

    A reversal that is dated before what it names (rule T7 tells of it) counts from the day of that:
    nothing is taken back before it happened.
    """
    known = list(documents)
    named = {one.reverses for one in known if isinstance(one, Reversal)}
    happened = {one.key: one.date for one in known if one.key in named} if named else {}

    def day(document: Document) -> dt.date:
        if isinstance(document, Reversal):
            return max(document.date, happened.get(document.reverses, document.date))
        return document.date

    for of, several in groupby(sorted(known, key=day), key=day):
        yield of, list(several)
