"""T3: whether the bank's statements agree with the books, at each month's end and now.

Facts: trust accounting, section 3.2. That no statement reaches a month's end is told by
``trust_series``; here is told that one does, and that the three ways do not agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.core.findings import Finding, warning
from counterfoil.core.money import amount_text
from counterfoil.core.trust import Noted
from counterfoil.core.trust_bank_words import MOST_NAMED, both, of_a_difference, of_overdue
from counterfoil.core.trust_deadlines import due_on, month_end

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from counterfoil.core.documents import BankStatement
    from counterfoil.core.jurisdictions import Jurisdiction
    from counterfoil.core.trust import CashEntry, TrustBook
    from counterfoil.core.trust_statement import Statement

DIFFERS: Final = "statement_does_not_agree"
GAVE_BACK: Final = "bank_took_and_gave_back"
OVERDUE: Final = "long_outstanding"


def judged(
    account: str,
    place: Jurisdiction,
    book: TrustBook,
    months: Sequence[Statement],
    statements: Iterable[BankStatement],
) -> Iterator[Noted]:
    """Judge one account; ``months`` end with how things stand on the day of the judgement.

    A month's end that did not agree is told once the month was due, also where later ones agree.
    """
    if not months:
        return
    now = months[-1]
    wrong = [one for one in months[:-1] if not one.proves and _due(one, place) < now.as_of]
    if not now.proves or book.difference:
        wrong.append(now)
    known = tuple(statements)
    if wrong:
        key = _covering(known, wrong[-1].date).key
        yield Noted(key, _differs(account, wrong, book if wrong[-1] is now else None, place))
    if now.overdue:
        yield Noted(_covering(known, now.date).key, _overdue(account, now.overdue, place))
    unnamed = [pair for pair in now.returned if not pair.named]
    if unnamed:
        told = ". ".join(map(both, unnamed[:MOST_NAMED]))
        key = _covering(known, unnamed[0].by.date).key
        yield Noted(key, _gave_back(account, told, len(unnamed), place))


def _due(one: Statement, place: Jurisdiction) -> dt.date:
    return due_on(month_end(one.as_of), place.due)


def _covering(statements: Iterable[BankStatement], day: dt.date) -> BankStatement:
    """Return the newest statement that covers a day, or the last one."""
    found = sorted(statements, key=lambda one: (one.from_ <= day <= one.date, one.date, one.id))
    return found[-1]


def _differs(
    account: str, wrong: Sequence[Statement], book: TrustBook | None, place: Jurisdiction
) -> Finding:
    one = wrong[-1]
    parts = list(of_a_difference(one))
    if book is not None and book.difference:
        parts.append(f"the ledgers and the cash book are {amount_text(book.difference)} apart")
    since = f" It began at {wrong[0].as_of}." if len(wrong) > 1 else ""
    return warning(
        DIFFERS,
        f"{account} does not agree with its bank at {one.as_of}, by the statement to {one.date}: "
        f"{'; '.join(parts)}.{since} ({place.cite('T3')})",
        "Open the reconciliation of that day: it names what differs. Record what the bank shows "
        "and the books lack under the bank's day, or ask the bank.",
        "",
        f"trust_account:{account}",
    )


def _overdue(account: str, entries: Sequence[CashEntry], place: Jurisdiction) -> Finding:
    told = " ".join(map(of_overdue, entries[:MOST_NAMED]))
    more = f" There are {len(entries) - MOST_NAMED} more." if len(entries) > MOST_NAMED else ""
    return warning(
        OVERDUE,
        f"{account}: {told}{more} ({place.cite('T3')})",
        "The reconciliation lists all that is outstanding. Record what happened: the statement's "
        "line where the bank has it under another number, a reversal where it never will.",
        "",
        f"trust_account:{account}",
    )


def _gave_back(account: str, told: str, count: int, place: Jurisdiction) -> Finding:
    more = f" There are {count - MOST_NAMED} more." if count > MOST_NAMED else ""
    return warning(
        GAVE_BACK,
        f"The bank of {account} took and gave back, and no document has either: {told}.{more} "
        f"({place.cite('T3')})",
        "Ask the bank. Where it was its own mistake, give both lines of the statement one "
        "reference; otherwise record both movements.",
        "",
        f"trust_account:{account}",
    )
