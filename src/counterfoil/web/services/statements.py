"""A bank's statement from the bank's own file into the daybook: whole, once, and in its place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.amounts import money_text
from counterfoil.core.documents import BankStatement
from counterfoil.core.findings import Finding, error, warning
from counterfoil.posting.bodies import read_back
from counterfoil.posting.daybook import take_in
from counterfoil.posting.shelf import NotReady
from counterfoil.web.shelf import DatabaseShelf
from counterfoil.web.store import outbox_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from counterfoil.posting.records import Taken
    from counterfoil.web.models import Organisation


class TakenStatement(NamedTuple):
    """What became of a statement: ``taken`` is None where it was refused; the findings say why."""

    taken: Taken | None
    findings: tuple[Finding, ...]


def take_statement(
    organisation: Organisation, statement: BankStatement, *, actor: str, now: dt.datetime
) -> TakenStatement:
    """Take a statement in, unless another one covers some of its days already.

    The same statement again changes nothing.
    """
    outbox = outbox_of(organisation)
    bodies = outbox.bodies_of(BankStatement.kind).values()
    recorded = [one for one in map(read_back, bodies) if isinstance(one, BankStatement)]
    beside = [one for one in recorded if _same_account(one, statement) and one.id != statement.id]
    overlapping = tuple(_overlapping(statement, beside))
    if overlapping:
        return TakenStatement(None, overlapping)
    shelf = DatabaseShelf(organisation, actor=actor)
    (receipt,) = take_in([statement], outbox, shelf, actor=actor, now=now)
    if receipt.finding is not None:
        return TakenStatement(None, (_with_words(receipt.finding, statement),))
    return TakenStatement(receipt.taken, tuple(_unlike(statement, beside)))


def revision_of(organisation: Organisation, statement: BankStatement) -> int:
    """Return under which revision a statement replaces what is recorded for its days."""
    body = outbox_of(organisation).bodies_of(BankStatement.kind).get(statement.key)
    if body is None:
        return 1
    recorded = read_back(body)
    same = replace(statement, revision=recorded.revision) == recorded
    return recorded.revision if same else recorded.revision + 1


def known_accounts(organisation: Organisation, *, of_trust: bool) -> tuple[str, ...]:
    """Return the practice's accounts that a statement may be of; none before there is a mapping."""
    try:
        mapping = DatabaseShelf(organisation).mapping()
    except NotReady:
        return ()
    return tuple(mapping.trust_accounts if of_trust else mapping.bank_accounts)


def _same_account(one: BankStatement, other: BankStatement) -> bool:
    return (one.trust_account, one.bank_account) == (other.trust_account, other.bank_account)


def _overlapping(statement: BankStatement, beside: Iterable[BankStatement]) -> Iterator[Finding]:
    """Name the statements whose movements would count twice."""
    for one in beside:
        if one.from_ <= statement.date and statement.from_ <= one.date:
            yield error(
                "statement_overlaps",
                f"A statement of {one.from_} to {one.date} is recorded ({one.id}); this one covers "
                f"{statement.from_} to {statement.date}, so that movements would count twice.",
                "Take only the days that are missing: --from and --to cut the file.",
                "from",
            )


def _unlike(statement: BankStatement, beside: Iterable[BankStatement]) -> Iterator[Finding]:
    """Say where the balance does not go on from the statement before."""
    before = max(
        (one for one in beside if one.date < statement.from_),
        key=lambda one: one.date,
        default=None,
    )
    if before is not None and before.closing_balance != statement.opening_balance:
        yield warning(
            "statement_does_not_follow",
            f"The statement before it, up to {before.date}, ended at "
            f"{money_text(before.closing_balance)}; this one begins at "
            f"{money_text(statement.opening_balance)}.",
            "A statement between the two may be missing.",
            "opening_balance",
        )


def _with_words(finding: Finding, statement: BankStatement) -> Finding:
    if finding.code != "revision_conflict":
        return finding
    return error(
        "statement_recorded_otherwise",
        f"A statement of {statement.from_} to {statement.date} is recorded with other movements.",
        "If the new file is right, take it with --replace; the old one is kept as a revision.",
    )
