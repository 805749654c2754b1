"""Currency signs in the amounts of a report: taken as the currency, or refused; never dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.core.faults import seen
from counterfoil.core.fields import Form
from counterfoil.sources.layouts import formats
from counterfoil.sources.layouts.layout import fields_of
from counterfoil.sources.sheets.cells import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.core.faults import Faults
    from counterfoil.sources.layouts.completing import Raw
    from counterfoil.sources.layouts.layout import Layout
    from counterfoil.sources.layouts.tables import Line

_CURRENCY: Final = "currency"
_BANKS_OWN: Final = "bank_amount"
"""A field whose amounts are in the bank account's currency, not in the document's."""


def signed_in(layout: Layout) -> dict[str, bool]:
    """Return the headings of amounts, and whether these are in the document's currency.

    Otherwise they are in the bank account's.
    """
    fields = fields_of(layout.kind)
    return {
        heading: not name.endswith(_BANKS_OWN)
        for name, heading in layout.columns.items()
        if fields[name] in {Form.MONEY, Form.PRICE}
    }


class Signs:
    """The signs in one document's amounts, which stand under ``headings`` (``signed_in``).

    ``books`` is what an amount without any is in.
    """

    def __init__(self, books: str, headings: Mapping[str, bool]) -> None:
        self._books = books
        self._headings = headings
        self._seen: dict[str, tuple[str, str]] = {}
        self._at_banks: dict[str, tuple[str, str]] = {}

    def look_at(self, line: Line) -> None:
        """Note the signs of a row, each with the first cell that has it and its place."""
        for heading, own in self._headings.items():
            cell = line.cells.get(heading, "")
            if sign := formats.currency(cell):
                told = cell if sign in cell or not isinstance(cell, Figure) else f"{sign} {cell}"
                seen_here = self._seen if own else self._at_banks
                seen_here.setdefault(sign, (told, f"{line.place}, column {heading}"))

    def take(self, raw: Raw, faults: Faults) -> None:
        """Take the currency that is named; refuse signs that are of two, or of another one.

        A bare dollar sign is that of the document's currency where that is a dollar, and of the
        books' otherwise.
        """
        told = raw.get(_CURRENCY)
        named = {sign: at for sign, at in self._seen.items() if sign != formats.DOLLAR}
        meant = str(told or next(iter(named), ""))
        for sign, (cell, place) in named.items():
            if sign != meant:
                _contradicts(cell, f"the currency of its document is {meant}", place, faults)
        if formats.DOLLAR in self._seen:
            cell, place = self._seen[formats.DOLLAR]
            whose = meant or self._books
            if whose and not formats.is_dollar(whose):
                said = f"the currency of {'its document' if meant else 'the books'} is {whose}"
                _contradicts(cell, said, place, faults)
        for sign, (cell, place) in self._at_banks.items():
            if sign not in {formats.DOLLAR, self._books}:
                said = "this amount is in the bank account's, which the mapping says"
                _contradicts(cell, said, place, faults)
        if named and not told:
            raw[_CURRENCY] = meant


def _contradicts(cell: str, why: str, place: str, faults: Faults) -> None:
    faults.found(
        "currency_differs",
        f"{seen(cell)} names a currency of its own: {why}.",
        "Correct the cell, or the currency; where a report has amounts in several, give it a "
        "column for the currency, with its code such as USD.",
        place,
    )
