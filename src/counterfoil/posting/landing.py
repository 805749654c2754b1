"""What is in Xero of what was sent, held against what was expected: posted, a draft, or off.

A correction, and a revision, stand on the object that they are of.
"""

from __future__ import annotations

from dataclasses import replace

from counterfoil.core.conversion import Act
from counterfoil.core.findings import Finding, Severity, error, note, warning
from counterfoil.core.money import amount_text
from counterfoil.core.xero_documents import Totals
from counterfoil.posting.explain import explain
from counterfoil.posting.intake import REVISION, is_revision, revised_by
from counterfoil.posting.records import CORRECTION, Link, Outcome, PostingKey
from counterfoil.posting.states import State

CORRECTED = frozenset(
    {
        "bill",
        "credit_note",
        "write_off",
        "supplier_bill",
        "supplier_credit",
        "withdrawal",
        "deposit",
    }
)
"""Kinds of document whose own object is corrected once when its total differs."""
UNAPPROVED = frozenset({"DRAFT", "SUBMITTED"})
"""Statuses of what is in Xero and counts nowhere yet."""
TOTALS_DIFFER = "totals_differ"
"""The code of the finding that Xero holds other sums than were sent."""
DRAFT_IN_XERO = "draft_in_xero"
"""The code of the finding that something is a draft there, and its about."""


def landed(
    key: PostingKey, link: Link, expected: Totals | None, warnings: tuple[str, ...] = ()
) -> Outcome:
    """Return the outcome of an object that is in Xero: posted if its totals are those expected.

    Otherwise its correction is planned, where one can help.
    """
    said = tuple(replace(finding, severity=Severity.WARNING) for finding in explain(warnings))
    if link.status in UNAPPROVED:
        return Outcome(key, State.DRAFTED, link, (*said, _unapproved()))
    if expected is None or link.totals is None or link.totals == expected:
        return Outcome(key, State.POSTED, link, said)
    findings = (*said, _mismatch(expected, link.totals))
    helps = link.totals.total != expected.total and is_corrected(key)
    return Outcome(key, State.MISMATCHED, link, findings, correct=helps)


def _unapproved() -> Finding:
    return warning(
        DRAFT_IN_XERO,
        "Xero holds this as a draft, which counts nowhere; what depends on it waits.",
        "Once Xero's lock date lies before it, approve it there, where several drafts are approved "
        "together: the next post sees it and sends what waited. Or have the draft replaced by an "
        "approved one in one step: counterfoil repost.",
        about=DRAFT_IN_XERO,
    )


def is_corrected(key: PostingKey) -> bool:
    """Tell whether an object's balance may be moved by ourselves (rounding.md, step 7).

    Never for trust; and credits that a receipt leaves have no line that could carry a balance.
    """
    return key.act is Act.CREATE and key.part == "" and key.kind in CORRECTED


def with_object(outcome: Outcome) -> tuple[Outcome, ...]:
    """Let what ends a correction stand on the object's own posting, whose link it is."""
    if outcome.posting.act is not Act.UPDATE or outcome.link is None:
        return (outcome,)
    if outcome.posting.kind == CORRECTION:
        return (_renumbered(outcome),)
    if outcome.state is State.REFUSED:
        return (replace(outcome, link=None),)
    own = replace(outcome, posting=revised_by(outcome.posting), correct=False)
    if outcome.state is State.POSTED:
        revised = is_revision(outcome.posting)
        said = (*outcome.findings, _revised(outcome.posting) if revised else _corrected())
        return Outcome(outcome.posting, State.POSTED), replace(own, findings=said)
    # It is stated there: the object is a draft as it was, or only its sums came out otherwise.
    stated = outcome.state is State.DRAFTED or is_revision(outcome.posting)
    if is_revision(outcome.posting):
        own = replace(own, findings=tuple(map(_or_anew, own.findings)))
    return Outcome(outcome.posting, State.POSTED if stated else State.REFUSED), own


def _or_anew(finding: Finding) -> Finding:
    """Name the way out of a revision that landed otherwise: it was corrected once already."""
    if finding.code != TOTALS_DIFFER:
        return finding
    fix = (
        f"{finding.fix} Or have it posted anew in one step, so that the rounding line takes up the "
        "difference: counterfoil repost."
    )
    return replace(finding, fix=fix)


def _renumbered(outcome: Outcome) -> Outcome:
    """Take a new number as done: it is no object of its own, and a draft may have one too."""
    if outcome.state is State.DRAFTED:
        return Outcome(outcome.posting, State.POSTED)
    return replace(outcome, link=None)


def _revised(key: PostingKey) -> Finding:
    number = key.part.removeprefix(REVISION)
    return note("updated_in_place", f"Xero's document was updated to revision {number}.")


def _corrected() -> Finding:
    return warning(
        "total_corrected",
        "Xero computed another total than was predicted; its rounding line was moved so that the "
        "total is the document's.",
        "Nothing to do; tell support, because Xero's arithmetic is not the one that is known.",
        "total",
    )


def _mismatch(expected: Totals, actual: Totals) -> Finding:
    return error(
        TOTALS_DIFFER,
        f"Xero holds total {amount_text(actual.total)} with tax {amount_text(actual.total_tax)}; "
        f"{amount_text(expected.total)} with tax {amount_text(expected.total_tax)} was sent.",
        "What depends on it waits. Compare the two in Xero and put it right there, then take it as "
        "it stands: counterfoil accept, with the document's id.",
        "total",
    )
