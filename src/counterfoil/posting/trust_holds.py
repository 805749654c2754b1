"""Rules of trust accounting that a firm wants held: judged when documents come in.

By default most rules are reported and the document posts (``core.trust_rules``). Where the setting
``trust_rules`` says *hold*, what breaks the rule waits. That cannot be told from one document: all
that the daybook has of trust and of bills is read and judged with it. It costs nothing to firms
that hold nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from counterfoil.core.documents import (
    Bill,
    CreditNote,
    LaterAllocation,
    LedgerClose,
    OpeningBill,
    OpeningTrust,
    Receipt,
    Reversal,
    TrustDocument,
    TrustNumberCancelled,
    Unallocation,
    Void,
    WriteOff,
)
from counterfoil.core.findings import Finding, Severity
from counterfoil.core.issued_months import ISSUED_CHANGED, after_issue
from counterfoil.core.mapping import Conduct
from counterfoil.core.periods import CLOSED_PERIOD
from counterfoil.core.reader import read_json
from counterfoil.core.trust import TRUST_KINDS
from counterfoil.core.trust_checks import TrustChecks, terms_of
from counterfoil.core.trust_rules import OF_CODE, SETTABLE, conduct_of
from counterfoil.core.zones import day_at
from counterfoil.posting.shelf import NotReady, zone_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from counterfoil.core.documents import Document, Key
    from counterfoil.core.trust import Noted
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.shelf import Shelf

READ: Final = (
    *sorted(TRUST_KINDS),
    *(
        cls.kind
        for cls in (
            OpeningTrust, LedgerClose, TrustNumberCancelled, Reversal, Bill, OpeningBill, Receipt,
            CreditNote, WriteOff, LaterAllocation, Unallocation, Void,
        )
    ),
)  # fmt: skip
"""The kinds that the rules look at."""
T12: Final = "T12"
LATE: Final = frozenset({"recorded_late", "recorded_out_of_order"})
"""What no later look can find: when a document first came is known on that day only."""


def held_rules(shelf: Shelf) -> frozenset[str]:
    """Return the rules that the firm wants held beside those that always are."""
    try:
        chosen = shelf.mapping().settings.trust_rules
    except NotReady:
        return frozenset()
    held = (rule for rule in SETTABLE if conduct_of(rule, chosen) is Conduct.HOLD)
    return frozenset(held) - {T12}


def abouts(rules: Iterable[str]) -> set[str]:
    """Return what findings of held rules are about: whoever broke one looks again."""
    return {f"trust_rule:{rule}" for rule in rules}


def held_by_rules(
    documents: Sequence[Document], outbox: Outbox, shelf: Shelf, *, came_at: dt.datetime | None
) -> dict[Key, tuple[Finding, ...]]:
    """Find which of these documents break a rule that the firm wants held.

    ``came_at`` is the moment at which they come, which the firm's own calendar makes a day; None
    for documents that came before.
    """
    rules = held_rules(shelf)
    coming = {document.key for document in documents if isinstance(document, TrustDocument)}
    if not rules or not coming:
        return {}
    known = _in_daybook(outbox, {document.key for document in documents})
    checks = TrustChecks(terms_of(shelf.mapping()))
    for document in known:
        checks.enter(document)
    day = day_at(came_at, zone_of(shelf)) if came_at else None
    for document in documents:
        checks.enter(document, day)
    last = max(document.date for document in (*known, *documents))
    return _held(checks.close(last).noted, coming, rules)


def as_set(
    found: Mapping[Key, tuple[Finding, ...]], shelf: Shelf
) -> dict[Key, tuple[Finding, ...]]:
    """Return findings about closed periods as the firm wants them: held, or only reported."""
    try:
        chosen = shelf.mapping().settings.trust_rules
    except NotReady:
        return dict(found)
    if conduct_of(T12, chosen) is Conduct.HOLD:
        return dict(found)
    return {key: tuple(map(_reported, findings)) for key, findings in found.items()}


def _reported(finding: Finding) -> Finding:
    return replace(finding, severity=Severity.WARNING) if finding.code == CLOSED_PERIOD else finding


def after_an_issue(
    documents: Sequence[Document], outbox: Outbox, shelf: Shelf
) -> dict[Key, tuple[Finding, ...]]:
    """Find what comes into a trust month that was issued; held where the firm has set T12 so.

    A period that the practice has closed is held by default, a month that was only issued is not:
    it may be issued again.
    """
    trust = [one for one in documents if isinstance(one, TrustDocument | Reversal)]
    issued = shelf.issued_months() if trust else ()
    if not issued:
        return {}
    named = {one.reverses for one in trust if isinstance(one, Reversal)}
    here = {one.key: one for one in documents if one.key in named}
    bodies = outbox.bodies(named - here.keys()) if named else {}
    there = {key: one for key, body in bodies.items() if (one := read_json(body).document)}
    return after_issue(trust, issued, there | here, hold=_holds_issued(shelf))


def issued_as_set(finding: Finding, shelf: Shelf) -> Finding:
    """Return a finding of a month that was issued as the firm wants it today."""
    if finding.code != ISSUED_CHANGED:
        return finding
    severity = Severity.ERROR if _holds_issued(shelf) else Severity.WARNING
    return replace(finding, severity=severity)


def _holds_issued(shelf: Shelf) -> bool:
    try:
        return shelf.mapping().settings.trust_rules.get(T12) is Conduct.HOLD
    except NotReady:
        return False


def _in_daybook(outbox: Outbox, besides: Collection[Key]) -> list[Document]:
    found: list[Document] = []
    for kind in READ:
        for key, body in outbox.bodies_of(kind).items():
            document = None if key in besides else read_json(body).document
            if document is not None:
                found.append(document)
    return sorted(found, key=lambda document: document.date)


def _held(
    noted: Iterable[Noted], coming: Collection[Key], rules: Collection[str]
) -> dict[Key, tuple[Finding, ...]]:
    found: dict[Key, tuple[Finding, ...]] = {}
    for key, finding in noted:
        rule = OF_CODE.get(finding.code)
        if key in coming and rule is not None and rule.id in rules:
            held = replace(finding, severity=Severity.ERROR, about=f"trust_rule:{rule.id}")
            found[key] = (*found.get(key, ()), held)
    return found
