"""The last look at what leaves for Xero, for the rules X1 to X5 and T14.

Facts: trust accounting, section 3.2. Conversion is built so that these hold; this looks at the
finished elements with other eyes, knowing nothing of how they came about. What fails here is a
defect of the program, never the user's, and is held before it can make Xero wrong.
"""

from __future__ import annotations

from collections import defaultdict
from enum import Enum, auto
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Reversal, TrustDocument
from counterfoil.core.findings import Finding, error
from counterfoil.core.money import amount_text
from counterfoil.core.outline import outline
from counterfoil.core.parts import JOURNAL
from counterfoil.core.trust import TRUST_KINDS, moves
from counterfoil.core.xero_arithmetic import line_amount
from counterfoil.core.xero_documents import (
    AccountRef,
    AmountsAre,
    BankTransaction,
    BankTransfer,
    CreditNote,
    Invoice,
    ManualJournal,
    Payment,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from counterfoil.core.conversion import Planned
    from counterfoil.core.documents import Document
    from counterfoil.core.lookup import Lookup
    from counterfoil.core.xero_documents import Element

LOOKUPS_KEPT: Final = 32
FIX: Final = "Tell support, with this document's number: nothing was sent, and nothing is lost."


class Role(Enum):
    """What an account is to clients' money."""

    BANK = auto()
    LIABILITY = auto()
    TRANSFERS = auto()
    DEPOSIT = auto()
    PAID_BY_FIRM = auto()


class Entry(NamedTuple):
    """One side of what an element does: debit positive, in hundredths."""

    account: AccountRef
    amount: int


def outgoing(document: Document, planned: Iterable[Planned], lookup: Lookup) -> Iterator[Finding]:
    """Find what in a document's elements breaks a rule about trust in Xero."""
    created = [one.created for one in planned if one.act is Act.CREATE]
    roles = _roles(lookup)
    if not roles or not created:
        return
    if not _is_trust(document, lookup):
        yield from _off_trust(created, roles)
        return
    yield from _on_trust(created, roles)
    yield from _transfers(created, roles)
    yield from _taxed(created, lookup)
    if isinstance(document, TrustDocument):
        yield from _whole(document, planned)
        yield from _sums(document, created, roles)


def _is_trust(document: Document, lookup: Lookup) -> bool:
    """Whether it moves money on trust accounts in Xero; without posting of trust none does."""
    if not lookup.mapping.settings.post_trust:
        return False
    if isinstance(document, Reversal):
        return document.reverses.kind in TRUST_KINDS
    return isinstance(document, TrustDocument)


@lru_cache(maxsize=LOOKUPS_KEPT)
def _roles(lookup: Lookup) -> Mapping[AccountRef, Role]:
    """Return the accounts of clients' money, by code and by id."""
    special = lookup.mapping.special
    chosen = [
        *((Role.BANK, lookup.trust_bank(code)) for code in lookup.mapping.trust_accounts),
        *((Role.LIABILITY, lookup.trust_liability(code)) for code in lookup.mapping.trust_accounts),
    ]
    for role, name in (
        (Role.TRANSFERS, "trust_transfers"),
        (Role.DEPOSIT, "statutory_deposit"),
        (Role.PAID_BY_FIRM, "paid_by_firm"),
    ):
        if getattr(special, name) is not None:
            chosen.append((role, lookup.special(name)))
    roles: dict[AccountRef, Role] = {}
    for role, found in chosen:
        if found.account is not None:
            roles[AccountRef(account_id=found.account.account_id)] = role
            if found.account.code:
                roles[AccountRef(code=found.account.code)] = role
    return roles


def _off_trust(created: Iterable[Element], roles: Mapping[AccountRef, Role]) -> Iterator[Finding]:
    """X3: what is not trust touches no account of clients' money."""
    for element in created:
        for ref in _accounts(element):
            if ref in roles:
                yield error(
                    "outgoing_on_trust",
                    f"It would touch {_name(ref)}, which holds clients' money (rule X3).",
                    "Map the practice's account to one that is not kept for trust.",
                    about=f"xero_account:{_name(ref)}",
                )


def _on_trust(created: Iterable[Element], roles: Mapping[AccountRef, Role]) -> Iterator[Finding]:
    """X3: lines of trust touch accounts of clients' money only, never income or expense."""
    for element in created:
        match element:
            case BankTransaction(lines=lines):
                refs = [line.account for line in lines]
            case ManualJournal(lines=sides):
                refs = [line.account for line in sides]
            case Payment(account=account):
                refs = [account]
            case _:
                refs = []
        for ref in refs:
            if ref not in roles:
                yield error(
                    "outgoing_off_trust",
                    f"A line of clients' money would stand on {_name(ref)}, which is no account of "
                    "trust (rule X3).",
                    FIX,
                )


def _transfers(created: Iterable[Element], roles: Mapping[AccountRef, Role]) -> Iterator[Finding]:
    """X2: each object leaves Trust Transfers at nil."""
    for element in created:
        through = sum(
            one.amount for one in _entries(element) if roles.get(one.account) is Role.TRANSFERS
        )
        if through:
            yield error(
                "outgoing_transfers_not_nil",
                f"It would leave {amount_text(through)} on Trust Transfers, which must be nil "
                "(rule X2).",
                FIX,
            )


def _taxed(created: Iterable[Element], lookup: Lookup) -> Iterator[Finding]:
    """X5: each line of trust has the organisation's no-tax type, and bears no tax."""
    none = lookup.no_tax.rate.tax_type if lookup.no_tax.rate else None
    for element in created:
        match element:
            case BankTransaction(amounts_are=AmountsAre.EXCLUSIVE, lines=lines, expected=sums):
                wrong = any(line.tax_type != none or line.tax_amount for line in lines)
                wrong = wrong or bool(sums.total_tax)
            case ManualJournal(amounts_are=AmountsAre.NO_TAX, lines=sides):
                wrong = any(line.tax_type not in (none, None) for line in sides)
            case BankTransaction() | ManualJournal():
                wrong = True
            case _:
                wrong = False
        if wrong:
            yield error(
                "outgoing_taxed",
                "A line of clients' money would enter the sales tax return (rule X5).",
                FIX,
            )


def _whole(document: TrustDocument, planned: Iterable[Planned]) -> Iterator[Finding]:
    """X4: the event becomes each object of its group, once.

    A transfer between banks that share one liability account has no journal.
    """
    parts = sorted(one.part for one in planned)
    wanted = sorted(one.part for one in outline(document))
    if parts not in (wanted, [part for part in wanted if part != JOURNAL]):
        yield error(
            "outgoing_not_its_group",
            f"It would become {len(parts)} objects in Xero and not its {len(wanted)} (rule X4).",
            FIX,
        )


def _sums(
    document: TrustDocument, created: Iterable[Element], roles: Mapping[AccountRef, Role]
) -> Iterator[Finding]:
    """X1 and T14: what reaches Xero moves each account of trust as the practice's books move."""
    done: defaultdict[Role, int] = defaultdict(int)
    for element in created:
        for account, amount in _entries(element):
            role = roles.get(account)
            if role is not None:
                done[role] += amount
    due: defaultdict[Role, int] = defaultdict(int)
    for move in moves(document):
        due[Role.BANK] += move.cash
        due[Role.DEPOSIT] += move.deposit
        due[Role.PAID_BY_FIRM] += move.paid_by_firm
        due[Role.LIABILITY] -= sum(moved.amount for moved in move.ledgers)
    off = {role for role in Role if role is not Role.TRANSFERS and done[role] != due[role]}
    if off:
        names = ", ".join(sorted(role.name.lower().replace("_", " ") for role in off))
        yield error(
            "outgoing_sums_off",
            f"What would reach Xero is not what the trust books say: {names} (rule X1).",
            FIX,
        )


def _accounts(element: Element) -> Iterator[AccountRef]:
    """Name every account that an element touches by itself."""
    match element:
        case Invoice(lines=lines) | CreditNote(lines=lines):
            yield from (line.account for line in lines)
        case BankTransaction(bank_account=bank, lines=lines):
            yield bank
            yield from (line.account for line in lines)
        case ManualJournal(lines=sides):
            yield from (line.account for line in sides)
        case Payment(account=account):
            yield account
        case BankTransfer(from_account=left, to_account=reached):
            yield from (left, reached)
        case _:
            return


def _entries(element: Element) -> Iterator[Entry]:
    """Say what an element of trust does to accounts, debit positive."""
    match element:
        case BankTransaction(type=way, bank_account=bank, lines=lines, expected=sums):
            sign = 1 if way.startswith("RECEIVE") else -1
            yield Entry(bank, sign * sums.total)
            for line in lines:
                yield Entry(line.account, -sign * line_amount(line.quantity, line.unit_amount))
        case BankTransfer(from_account=left, to_account=reached, amount=amount):
            yield Entry(left, -amount)
            yield Entry(reached, amount)
        case ManualJournal(lines=sides):
            yield from (Entry(line.account, line.amount) for line in sides)
        case Payment(account=account, amount=amount):
            yield Entry(account, amount)
        case _:
            return


def _name(ref: AccountRef) -> str:
    return ref.code or f"id:{ref.account_id}"
