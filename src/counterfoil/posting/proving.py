"""Is what Xero holds what a document would have become? Told field by field, in words.

A document is tied to an object that somebody else entered only when the two are equal in what
matters to the books: kind, contact, number, date, sums, currency and rate, what each account comes
to, and the documents that money goes to. Lines may be cut otherwise: another program may have
summed them up in its own way.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from counterfoil.core.conversion import ENDING, Books
from counterfoil.core.findings import holds
from counterfoil.core.money import amount_text
from counterfoil.core.outline import parties
from counterfoil.core.pipeline import convert
from counterfoil.core.xero_documents import AccountRef, resolve, symbols
from counterfoil.posting.bodies import named, read_back
from counterfoil.posting.drift.shown import ENDED
from counterfoil.posting.proving_lines import line_differences

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from counterfoil.core.chart import Chart
    from counterfoil.core.documents import Party
    from counterfoil.core.findings import Finding
    from counterfoil.core.xero_documents import Element, Symbol
    from counterfoil.posting.drift.shown import Shown
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import PostingKey
    from counterfoil.posting.shelf import Shelf

A_MONTH = dt.timedelta(days=31)
"""By how much a payment's date may differ that a person names; a machine is stricter."""
NOTHING: Mapping[Symbol, str] = MappingProxyType({})
SETTLING = frozenset({"Payments", "Allocations"})
RATE_PLACES = 6
DRAFTS = frozenset({"DRAFT", "SUBMITTED"})
TYPES = {
    "ACCREC": "a sales invoice",
    "ACCPAY": "a supplier's bill",
    "ACCRECCREDIT": "a credit note",
    "ACCPAYCREDIT": "a supplier's credit note",
    "SPEND": "money spent",
    "RECEIVE": "money received",
    "SPEND-OVERPAYMENT": "an overpayment made",
    "RECEIVE-OVERPAYMENT": "an overpayment received",
    "SPEND-PREPAYMENT": "a prepayment made",
    "RECEIVE-PREPAYMENT": "a prepayment received",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a posting would put into Xero, with the ids that are known; or why it cannot be told.

    ``parties`` are those whose contacts it may belong to.
    """

    posting: PostingKey
    element: Element | None
    findings: tuple[Finding, ...] = ()
    parties: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """What the two sides are compared on.

    ``accounts`` maps codes to AccountIDs. ``contacts`` maps the parties that are not in Xero by any
    link to the ids of contacts that could be theirs; ``names`` are contacts' names by id. ``near``
    is by how much the date of what settles a document may differ.
    """

    base_currency: str
    accounts: Mapping[str, str]
    contacts: Mapping[str, frozenset[str]]
    names: Mapping[str, str]
    near: dt.timedelta = A_MONTH


def wanted(
    postings: Collection[PostingKey], outbox: Outbox, shelf: Shelf
) -> dict[PostingKey, Wanted]:
    """Return what these postings would become today, lock dates and start date left aside.

    What stands in Xero already is not shut out by them. Symbols stay (``resolved`` fills them in).
    """
    keys = {posting.document for posting in postings}
    documents = {key: read_back(body) for key, body in outbox.bodies(keys).items()}
    mapping = shelf.mapping()
    mapping = replace(mapping, settings=replace(mapping.settings, start_date=None))
    books = Books(_unlocked(shelf.chart()), mapping, named(documents.values(), outbox))
    converted = {key: convert(document, books) for key, document in documents.items()}
    found: dict[PostingKey, Wanted] = {}
    for posting in postings:
        conversion = converted[posting.document]
        faults = tuple(one for one in conversion.findings if holds((one,)))
        elements = {
            (one.part, one.act): one.created for one in conversion.planned if one.act not in ENDING
        }
        element = elements.get((posting.part, posting.act))
        found[posting] = Wanted(posting, element, faults, parties(documents[posting.document]))
    return found


def _unlocked(chart: Chart) -> Chart:
    free = replace(chart.organisation, period_lock_date=None, end_of_year_lock_date=None)
    return replace(chart, organisation=free)


def resolved(
    found: Mapping[PostingKey, Wanted], outbox: Outbox, besides: Mapping[Symbol, str] = NOTHING
) -> dict[PostingKey, Wanted]:
    """Put the ids that are known in the place of symbols; of others their names stay.

    ``besides`` are ids that are about to be tied.
    """
    elements = [one.element for one in found.values() if one.element is not None]
    asked = {symbol for element in elements for symbol in symbols(element)}
    ids = _Known({**outbox.ids(asked), **besides})
    return {
        key: one if one.element is None else replace(one, element=resolve(one.element, ids))
        for key, one in found.items()
    }


class _Known(dict["Symbol", str]):
    """Ids by symbol; of one that has none, the symbol's own name, which no id equals."""

    def __missing__(self, symbol: Symbol) -> str:
        return str(symbol)


def differences(ours: Shown, theirs: Shown, ground: Ground) -> Iterator[str]:
    """Yield in words each way in which Xero's object is not what the document becomes.

    ``ours`` is the element as it would be sent, with its predicted sums.
    """
    yield from _kind(ours, theirs)
    if ours.contact_id and not same_contact(ours.contact_id, theirs.contact_id, ground):
        name = ground.names.get(theirs.contact_id, theirs.contact_id)
        yield f"it belongs to another contact there: {name}"
    if ours.number and ours.number.casefold() != theirs.number.casefold():
        yield _differs("its number", theirs.number, ours.number)
    if not _same_day(ours, theirs, ground):
        yield _differs("its date", str(theirs.date), str(ours.date))
    yield from _sums(ours, theirs)
    ours_in = ours.currency or ground.base_currency
    if theirs.currency and theirs.currency != ours_in:
        yield _differs("its currency", theirs.currency, ours_in)
    elif not _same_rate(ours, theirs):
        yield _differs("its exchange rate", str(theirs.rate), str(ours.rate))
    if not _same_account(ours.account, theirs.account, ground):
        yield "its money lies on another account there"
    if not _same_account(ours.to_account, theirs.to_account, ground):
        yield "its money went to another account there"
    if ours.document_id and ours.document_id != theirs.document_id:
        yield "it settles another document there"
    yield from line_differences(ours, theirs, ground.accounts)


def _same_day(ours: Shown, theirs: Shown, ground: Ground) -> bool:
    """What settles a document may bear the day on which the bank, or Xero, saw it."""
    if ours.date in {None, theirs.date}:
        return True
    settles = ours.resource in SETTLING or ours.type.endswith("PAYMENT")
    if not settles or ours.date is None:
        return False
    return theirs.date is None or abs(theirs.date - ours.date) <= ground.near


def _same_rate(ours: Shown, theirs: Shown) -> bool:
    """Compare to six places, as programs write rates; one that is not told is Xero's own."""
    if ours.rate is None or theirs.rate is None:
        return True
    return round(ours.rate, RATE_PLACES) == round(theirs.rate, RATE_PLACES)


def _kind(ours: Shown, theirs: Shown) -> Iterator[str]:
    if theirs.status in ENDED:
        yield f"it was {theirs.status.lower()} in Xero"
    elif theirs.status in DRAFTS:
        yield "it is a draft in Xero, which counts nowhere"
    if ours.resource != theirs.resource or (ours.type and ours.type != theirs.type):
        told = TYPES.get(theirs.type, theirs.type or theirs.resource)
        yield f"it is {told} there, and {TYPES.get(ours.type, ours.type or ours.resource)} here"


def _sums(ours: Shown, theirs: Shown) -> Iterator[str]:
    if ours.resource == theirs.resource == "ManualJournals":
        if _amounts(ours) != _amounts(theirs):
            yield "its lines have other amounts there"
        return
    if ours.total != theirs.total:
        yield _differs("its total", _money(theirs.total), _money(ours.total))
    if (
        None not in {ours.bank_amount, theirs.bank_amount}
        and ours.bank_amount != theirs.bank_amount
    ):
        yield _differs("its bank amount", _money(theirs.bank_amount), _money(ours.bank_amount))
    if None not in {ours.tax, theirs.tax} and ours.tax != theirs.tax:
        yield _differs("its tax", _money(theirs.tax), _money(ours.tax))


def _amounts(journal: Shown) -> list[int]:
    return sorted(line.unit_amount for line in journal.lines if line.unit_amount)


def _differs(what: str, there: str, here: str) -> str:
    return f"{what} is {there or 'empty'} in Xero and {here or 'empty'} here"


def _money(amount: int | None) -> str:
    return "unknown" if amount is None else amount_text(amount)


def same_contact(ours: str, theirs: str, ground: Ground) -> bool:
    """Tell whether a contact is the party's: by its link, or else by its number or name."""
    return ours == theirs or theirs in ground.contacts.get(ours, frozenset())


def _same_account(ours: AccountRef, theirs: AccountRef, ground: Ground) -> bool:
    """Compare by id where both have one: codes may be given to another account."""
    if ours == AccountRef() or theirs == AccountRef():
        return True
    wanted_id = ours.account_id or ground.accounts.get(ours.code or "")
    if wanted_id is not None and theirs.account_id is not None:
        return wanted_id == theirs.account_id
    return ours.code == theirs.code
