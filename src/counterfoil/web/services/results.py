"""Income, expenses and tax as the practice's documents make them today, account by account."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from counterfoil.core.conversion import Act, Books
from counterfoil.core.pipeline import convert
from counterfoil.posting.bodies import named
from counterfoil.posting.by_account import Accounts, AccountSums, year_begin
from counterfoil.posting.shelf import NotReady
from counterfoil.web.services.entered import AT_A_TIME
from counterfoil.web.store import outbox_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from counterfoil.core.chart import Chart
    from counterfoil.posting.practice_sums import Entered
    from counterfoil.posting.shelf import Shelf
    from counterfoil.web.models import Organisation
    from counterfoil.web.services.entered import Daybook


def sums_of(chart: Chart, as_of: dt.date) -> AccountSums:
    """Return sums with nothing in them yet."""
    begin = year_begin(as_of, chart.organisation.year_end)
    return AccountSums(Accounts(chart, as_of, begin))


def in_practice(
    sums: AccountSums, daybook: Daybook, shelf: Shelf, organisation: Organisation
) -> None:
    """Add what every document becomes.

    What cannot be converted yet comes to nothing, and what was taken back counts on neither side.
    """
    try:
        chart, mapping = shelf.chart(), shelf.mapping()
    except NotReady:
        return
    outbox = outbox_of(organisation)
    for chunk in _chunks(daybook.all()):
        documents = [one.document for one in chunk]
        known = {**named(documents, outbox), **{one.key: one for one in documents}}
        books = Books(chart, mapping, known)
        for one in chunk:
            for planned in convert(one.document, books).planned:
                if planned.act is Act.CREATE and planned.part not in one.undone:
                    waits = planned.part not in one.totals and planned.part not in one.ended
                    sums.plan(planned.element, waits=waits)


def _chunks(entered: Iterator[Entered]) -> Iterator[list[Entered]]:
    while chunk := list(islice(entered, AT_A_TIME)):
        yield chunk
