"""Whatever a document says, it becomes postings or findings, and its outline tells which."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.core import form_rules
from counterfoil.core.documents import Journal, Lined, WriteOff
from counterfoil.core.effects import Controls
from counterfoil.core.findings import holds
from counterfoil.core.mapping import Lines, Mapping, Tax, TaxCode, TrackingTarget, TrustAccount
from counterfoil.core.outline import headline, names, outline, parties, resource_of
from counterfoil.core.pipeline import convert
from tests import strategies
from tests.core.office_scene import OFFICE, office, with_settings

if TYPE_CHECKING:
    from counterfoil.core.documents import Document, JournalLine, Line

modes = st.sampled_from([(lines, tax) for lines in Lines for tax in Tax])
ANY_CLASS = TaxCode("BASEXCLUDED", "BASEXCLUDED")


def lines_of(document: Document) -> tuple[Line | JournalLine, ...]:
    return document.lines if isinstance(document, Lined | Journal | WriteOff) else ()


def mapped(document: Document, lines: Lines, tax: Tax) -> Mapping:
    """A mapping that knows every code of the document, and every one of them untaxed."""
    codes = {
        value
        for name in ("bank_account", "from_bank_account", "to_bank_account")
        if (value := getattr(document, name, None))
    }
    trusts = {value for name in ("trust_account",) if (value := getattr(document, name, None))}
    tracked = [pair for line in lines_of(document) for pair in line.tracking]
    return replace(
        OFFICE,
        settings=with_settings(lines, tax).settings,
        accounts={line.account: "420" for line in lines_of(document)},
        tax_codes={line.tax_code: ANY_CLASS for line in lines_of(document) if line.tax_code},
        tracking={name: TrackingTarget("Office", {value: "Sydney"}) for name, value in tracked},
        bank_accounts={code: "093" if code.endswith("1") else "090" for code in codes},
        trust_accounts={code: TrustAccount("091") for code in trusts - codes},
    )


@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(strategies.documents(), modes)
def test_a_document_becomes_what_its_outline_tells_or_is_held(
    document: Document, mode: tuple[Lines, Tax]
) -> None:
    if holds(form_rules.check(document)):
        return
    mapping = mapped(document, *mode)
    where = office(mapping=mapping)
    conversion = convert(document, where)
    told = [tuple(each) for each in outline(document)]
    planned = [(each.part, each.act, resource_of(each.element)) for each in conversion.planned]
    assert set(planned) <= set(told)
    assert len(set(told)) == len(told)
    assert not (holds(conversion.findings) and planned)
    needed = {symbol.id for each in conversion.planned for symbol in each.needs}
    named = {key.id for key in names(document)} | {party.id for party in parties(document)}
    assert needed <= named | {document.id}
    assert len(headline(document)) == len(("party", "matters", "amount"))
    assert all(
        effect.part in {part for part, _, _ in told} or not told
        for effect in Controls(mapping, where.chart).effects(document)
    )
