"""What a document would become in Xero today, line by line, and how its lines are summed.

Nothing is sent and nothing is written down: it is the conversion that intake and claim make, with
today's chart and mapping.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.core.conversion import Books
from counterfoil.core.documents import KINDS, Lined
from counterfoil.core.lookup import lookup
from counterfoil.core.outline import resource_of
from counterfoil.core.pipeline import convert
from counterfoil.core.rounding import DESCRIPTION
from counterfoil.core.summing import SummedLine, summed_lines
from counterfoil.posting.bodies import named, read_back
from counterfoil.posting.shelf import NotReady
from counterfoil.web.models import Revision
from counterfoil.web.shelf import DatabaseShelf
from counterfoil.web.store import outbox_of

if TYPE_CHECKING:
    from counterfoil.core.chart import Chart
    from counterfoil.core.conversion import Planned
    from counterfoil.core.documents import Document as Practice
    from counterfoil.core.xero_documents import LineItem, Totals
    from counterfoil.web.models import Document, Organisation

SUMMED = ("bill", "credit_note", "supplier_bill", "supplier_credit")
"""Kinds whose lines go to an account by a rule that can be told line by line."""


@dataclass(frozen=True, slots=True)
class Line:
    """A posted line: quantity and unit amount in ten-thousandths, tax in hundredths.

    ``rounding`` marks the one line that carries the balance.
    """

    description: str
    quantity: int
    unit_amount: int
    account: str
    account_name: str
    tax_type: str
    tax: int | None
    tracking: str
    rounding: bool


@dataclass(frozen=True, slots=True)
class Act:
    """One act on Xero, with its lines and the sums that Xero will compute."""

    part: str
    act: str
    resource: str
    lines: tuple[Line, ...]
    expected: Totals | None
    amount: int | None


@dataclass(frozen=True, slots=True)
class WouldBe:
    """What would be posted. ``gap`` says why it cannot be told; ``summed`` how lines are summed.

    ``source_tax`` is the tax that the document itself says, in hundredths.
    """

    acts: tuple[Act, ...] = ()
    summed: tuple[SummedLine, ...] = ()
    gap: str = ""
    source_tax: int | None = None

    @property
    def rounding(self) -> Line | None:
        """The rounding line, if there is one."""
        lines = (line for act in self.acts for line in act.lines if line.rounding)
        return next(lines, None)

    @property
    def xero_tax(self) -> int | None:
        """The tax that Xero will hold, where the document becomes one thing with sums."""
        sums = [act.expected for act in self.acts if act.expected is not None]
        return sums[0].total_tax if len(sums) == 1 else None


def would_be(organisation: Organisation, document: Document) -> WouldBe:
    """Convert the newest kept revision of a document as it would be today."""
    if document.kind not in KINDS:
        # A correction is made of steps and is no document of the practice.
        return WouldBe()
    revision = Revision.objects.filter(document=document, revision=document.working).first()
    if revision is None or revision.body is None:
        return WouldBe(gap="Its body was erased after its retention.")
    practice = read_back(bytes(revision.body))
    shelf = DatabaseShelf(organisation)
    try:
        chart, mapping = shelf.chart(), shelf.mapping()
    except NotReady as gap:
        return WouldBe(gap=str(gap))
    known = named([practice], outbox_of(organisation))
    planned = convert(practice, Books(chart, mapping, {**known, practice.key: practice})).planned
    lined = isinstance(practice, Lined) and practice.kind in SUMMED
    return WouldBe(
        tuple(_act(one, chart) for one in planned),
        _summed(practice, shelf) if lined else (),
        source_tax=practice.tax if isinstance(practice, Lined) else None,
    )


def _summed(practice: Practice, shelf: DatabaseShelf) -> tuple[SummedLine, ...]:
    assert isinstance(practice, Lined), "only lines can be summed"
    return summed_lines(practice, lookup(shelf.mapping(), shelf.chart()))


def _act(planned: Planned, chart: Chart) -> Act:
    element = planned.element
    lines: tuple[LineItem, ...] = getattr(element, "lines", ())
    return Act(
        planned.part,
        str(planned.act),
        resource_of(element),
        tuple(_line(line, chart) for line in lines if hasattr(line, "quantity")),
        getattr(element, "expected", None),
        getattr(element, "amount", None),
    )


def _line(line: LineItem, chart: Chart) -> Line:
    code, account_id = line.account
    account = chart.by_code.get(code or "") or chart.by_id.get(account_id or "")
    return Line(
        line.description,
        line.quantity,
        line.unit_amount,
        code or "",
        account.name if account else "",
        line.tax_type,
        line.tax_amount,
        ", ".join(f"{name}: {option}" for name, option in line.tracking),
        line.description == DESCRIPTION,
    )
