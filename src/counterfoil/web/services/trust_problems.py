"""What the trust books find over the whole daybook, with the documents that it was found on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.documents import Key
from counterfoil.core.findings import Severity, holds
from counterfoil.core.trust_checks import Terms, TrustChecks, terms_of
from counterfoil.posting.shelf import NoMapping
from counterfoil.web.models import Document
from counterfoil.web.services.entered import AT_A_TIME
from counterfoil.web.services.reconciling import trust_and_bills
from counterfoil.web.shelf import DatabaseShelf

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from counterfoil.core.findings import Finding
    from counterfoil.web.models import Organisation


SAID_ALREADY = frozenset({"other_clients_bill", "paid_before_bill"})
"""What conversion finds as well, and is kept with the document itself."""


class TrustProblem(NamedTuple):
    """A finding of the trust books, and the documents that brought it about."""

    finding: Finding
    documents: tuple[Document, ...]


def trust_problems(organisation: Organisation, today: dt.date) -> tuple[TrustProblem, ...]:
    """Check all that the daybook has of trust and return what is found, gravest first.

    It is told from sums over all documents, and therefore kept with none.
    """
    checks = _checked(organisation)
    by_finding: dict[Finding, dict[Key, None]] = {}
    for noted in checks.close(today).noted:
        if noted.finding.severity is Severity.NOTE or noted.finding.code in SAID_ALREADY:
            continue
        by_finding.setdefault(noted.finding, {})[noted.key] = None
    rows = _rows(organisation, {key for keys in by_finding.values() for key in keys})
    found = [
        TrustProblem(finding, tuple(rows[key] for key in keys))
        for finding, keys in by_finding.items()
    ]
    return tuple(sorted(found, key=lambda one: not holds((one.finding,))))


def _checked(organisation: Organisation) -> TrustChecks:
    try:
        terms = terms_of(DatabaseShelf(organisation).mapping())
    except NoMapping:
        terms = Terms()
    checks: TrustChecks | None = None
    for document, recorded in trust_and_bills(organisation):
        checks = checks or TrustChecks(terms, began=recorded)
        checks.enter(document, recorded)
    return checks or TrustChecks(terms)


def _rows(organisation: Organisation, keys: Collection[Key]) -> dict[Key, Document]:
    """Return the documents of these names, asked for a few hundred at a time."""
    wanted = sorted(keys)
    found: dict[Key, Document] = {}
    for at in range(0, len(wanted), AT_A_TIME):
        ids = [key.id for key in wanted[at : at + AT_A_TIME]]
        for row in Document.objects.filter(organisation=organisation, source_id__in=ids):
            found[Key(row.kind, row.source_id)] = row
    return found
