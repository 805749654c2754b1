"""Clients' money on its way to Xero, and in Xero: lawful streams, and ways to break X1 to X5.

What a stream becomes is converted as ever; a breach then spoils one element, or what Xero holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random
from typing import Final, TypeVar

from counterfoil.core.conversion import Books, Planned
from counterfoil.core.documents import Bill, Document, TrustDocument
from counterfoil.core.effects import Control, Controls
from counterfoil.core.lookup import lookup
from counterfoil.core.pipeline import convert
from counterfoil.core.trust_outgoing import outgoing
from counterfoil.core.trust_rules import OF_CODE
from counterfoil.core.xero_documents import (
    AccountRef,
    AmountsAre,
    BankTransaction,
    Element,
    Invoice,
    JournalLine,
    ManualJournal,
)
from counterfoil.posting.reconcile import Entered, reconcile
from tests.core.trust_cases import LAST, month
from tests.core.trust_scene import PER_BANK, TRUST_CHART, TRUST_MAPPING

INCOME: Final = AccountRef(code="200")
LIABILITY: Final = AccountRef(code="805")
E = TypeVar("E", bound=Element)


@dataclass
class Image:
    """What the documents of a month become, and what Xero holds of them.

    ``intruder`` is what somebody else entered, by account code.
    """

    planned: dict[Document, tuple[Planned, ...]]
    entered: list[Entered]
    per_bank: bool = False
    intruder: Counter[str] = field(default_factory=Counter)

    def spoil(self, document: Document, planned: Sequence[Planned]) -> Image:
        return replace(self, planned={**self.planned, document: tuple(planned)})


Breach = Callable[[Image, Random], Image]


@cache
def _planned(seed: int, *, per_bank: bool) -> dict[Document, tuple[Planned, ...]]:
    documents = month(seed)
    books = Books(
        TRUST_CHART,
        PER_BANK if per_bank else TRUST_MAPPING,
        {document.key: document for document in documents},
    )
    return {document: convert(document, books).planned for document in documents}


def lawful(seed: int) -> Image:
    """A month as it should be; every other seed has one liability account for each bank."""
    per_bank = bool(seed % 2)
    planned = _planned(seed, per_bank=per_bank)
    entered = [
        Entered(
            document,
            {one.part: None for one in became},
            ids={one.part: f"{document.key}/{one.part}" for one in became},
        )
        for document, became in planned.items()
    ]
    return Image(dict(planned), entered, per_bank)


def broken(image: Image) -> set[str]:
    """Return the rules that are broken: in what would leave, and in what Xero holds."""
    mapping = PER_BANK if image.per_bank else TRUST_MAPPING
    found = lookup(mapping, TRUST_CHART)
    codes = {
        finding.code
        for document, planned in image.planned.items()
        for finding in outgoing(document, planned, found)
    }
    controls = Controls(mapping, TRUST_CHART)
    proved = reconcile(image.entered, controls, _balances(image, controls), as_of=LAST)
    codes |= {one.finding.code for one in proved.noted}
    rules = {OF_CODE[code].id for code in codes}
    assert proved.in_xero is not None
    rules |= {"X2"} if proved.in_xero.transfers else set()
    off = any(leg.difference for leg in proved.in_xero.legs)
    off |= any(row.unexplained for row in proved.controls if row.control in _held(controls))
    return rules | ({"X1"} if off else set())


def _held(controls: Controls) -> set[Control]:
    """Return the accounts of clients' money, Trust Transfers apart."""
    return {control for control in controls.all() if controls.of_trust(control)} - {
        controls.transfers
    }


def _balances(image: Image, controls: Controls) -> dict[str, int]:
    """Xero's balances by AccountID: what is linked, and what the intruder entered."""
    sums: Counter[str] = Counter()
    for one in image.entered:
        for effect in controls.effects(one.document):
            if effect.part in one.totals and effect.control.account:
                sums[effect.control.account.account_id] += effect.amount
    for code, amount in image.intruder.items():
        sums[TRUST_CHART.by_code[code].account_id] += amount
    return dict(sums)


def _some(image: Image, kind: type[E], chance: Random) -> tuple[Document, int, E]:
    """Choose a trust document that becomes an element of a kind, and where that stands."""
    can = [
        (document, place, one.element)
        for document, planned in image.planned.items()
        if isinstance(document, TrustDocument)
        for place, one in enumerate(planned)
        if isinstance(one.element, kind)
    ]
    return chance.choice(can)


def _with(image: Image, document: Document, place: int, element: Element) -> Image:
    planned = list(image.planned[document])
    planned[place] = replace(planned[place], element=element)
    return image.spoil(document, planned)


def sends_a_cent_more(image: Image, chance: Random) -> Image:
    document, place, one = _some(image, BankTransaction, chance)
    line = one.lines[0]
    more = replace(line, unit_amount=line.unit_amount + 100)
    sums = one.expected._replace(sub_total=one.expected.sub_total + 1, total=one.expected.total + 1)
    return _with(image, document, place, replace(one, lines=(more, *one.lines[1:]), expected=sums))


def sends_it_to_the_other_bank(image: Image, chance: Random) -> Image:
    """Both sides move alike, and still not as the books do: the deposit instead of the bank."""
    document, place, one = _some(image, BankTransaction, chance)
    return _with(image, document, place, replace(one, bank_account=AccountRef(code="615")))


def somebody_enters_a_cent(image: Image, chance: Random) -> Image:
    code = chance.choice(("091", "092", "615", "805"))
    return replace(image, intruder=Counter({code: chance.choice((1, -1))}))


def leaves_a_cent_on_transfers(image: Image, chance: Random) -> Image:
    document, place, one = _some(image, ManualJournal, chance)
    through = [n for n, line in enumerate(one.lines) if line.account.code == "806"]
    if not through:
        return _with(image, document, place, replace(one, lines=_shifted(one)))
    lines = list(one.lines)
    lines[through[0]] = replace(lines[through[0]], amount=lines[through[0]].amount + 1)
    return _with(image, document, place, replace(one, lines=tuple(lines)))


def _shifted(one: ManualJournal) -> tuple[JournalLine, ...]:
    first = replace(one.lines[0], account=AccountRef(code="806"))
    return (first, *one.lines[1:])


def somebody_enters_on_transfers(image: Image, chance: Random) -> Image:
    amount = chance.choice((1, -1))
    return replace(image, intruder=Counter({"806": amount}))


def books_it_as_income(image: Image, chance: Random) -> Image:
    document, place, one = _some(image, BankTransaction, chance)
    first = replace(one.lines[0], account=INCOME)
    return _with(image, document, place, replace(one, lines=(first, *one.lines[1:])))


def bills_on_trust(image: Image, chance: Random) -> Image:
    bills = [document for document in image.planned if isinstance(document, Bill)]
    document = chance.choice(bills)
    (planned,) = image.planned[document]
    assert isinstance(planned.element, Invoice)
    first = replace(planned.element.lines[0], account=LIABILITY)
    element = replace(planned.element, lines=(first, *planned.element.lines[1:]))
    return image.spoil(document, [replace(planned, element=element)])


def sends_an_event_twice(image: Image, chance: Random) -> Image:
    document, place, _ = _some(image, BankTransaction, chance)
    planned = image.planned[document]
    return image.spoil(document, [*planned, planned[place]])


def forgets_a_part(image: Image, chance: Random) -> Image:
    many = [one for one in image.entered if len(one.totals) > 1]
    many = [one for one in many if isinstance(one.document, TrustDocument)]
    chosen = chance.choice(many) if many else None
    if chosen is None:
        return sends_an_event_twice(image, chance)
    kept = dict(list(chosen.totals.items())[1:])
    half = replace(chosen, totals=kept, ids={part: chosen.ids[part] for part in kept})
    return replace(image, entered=[half if one is chosen else one for one in image.entered])


def shares_an_object(image: Image, chance: Random) -> Image:
    trust = [
        n
        for n, one in enumerate(image.entered)
        if isinstance(one.document, TrustDocument) and len(one.ids) == 1
    ]
    first, second = chance.sample(trust, 2)
    (xero_id,) = image.entered[first].ids.values()
    (part,) = image.entered[second].ids
    entered = list(image.entered)
    entered[second] = replace(entered[second], ids={part: xero_id})
    return replace(image, entered=entered)


def taxes_it(image: Image, chance: Random) -> Image:
    document, place, one = _some(image, BankTransaction, chance)
    first = replace(one.lines[0], tax_type="OUTPUT")
    return _with(image, document, place, replace(one, lines=(first, *one.lines[1:])))


def includes_tax_in_it(image: Image, chance: Random) -> Image:
    document, place, one = _some(image, BankTransaction, chance)
    return _with(image, document, place, replace(one, amounts_are=AmountsAre.INCLUSIVE))


BREACHES: Final[dict[str, tuple[Breach, ...]]] = {
    "X1": (sends_a_cent_more, sends_it_to_the_other_bank, somebody_enters_a_cent),
    "X2": (leaves_a_cent_on_transfers, somebody_enters_on_transfers),
    "X3": (books_it_as_income, bills_on_trust),
    "X4": (sends_an_event_twice, forgets_a_part, shares_an_object),
    "X5": (taxes_it, includes_tax_in_it),
}
BESIDES: Final[dict[Breach, set[str]]] = {
    books_it_as_income: {"X1"},
    leaves_a_cent_on_transfers: {"X1"},
    sends_an_event_twice: {"X1"},
    forgets_a_part: {"X1", "X2"},
}
"""What the same defect breaks too."""
