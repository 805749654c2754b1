"""Creating in Xero, after a yes, the accounts that no stock chart has."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.db import transaction

from counterfoil.core.findings import error
from counterfoil.core.readiness import no_tax
from counterfoil.core.roles import SPECIAL_ROLES
from counterfoil.posting.errors import Ended, LimitReached, NotConnected
from counterfoil.posting.explain import fold
from counterfoil.posting.shelf import NotReady
from counterfoil.web import office, seconds
from counterfoil.web.services import mapping_desk
from counterfoil.web.services.chart import TROUBLE, refresh_chart
from counterfoil.web.services.offers import target_of, value_at
from counterfoil.web.shelf import DatabaseShelf
from counterfoil.web.store.noting import note
from counterfoil.xero import create
from counterfoil.xero.create import NewAccount

if TYPE_CHECKING:
    import datetime as dt

    from counterfoil.core.chart import Chart
    from counterfoil.core.findings import Finding
    from counterfoil.web.models import Organisation

LONGEST_CODE: Final = 10
LONGEST_NAME: Final = 150
"""As Xero takes them (facts: Xero API section 16)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An account that a practice needs in Xero: what it is for, and how it is created.

    ``near`` is the number from which on a free one is looked for.
    """

    name: str
    type: str
    type_in_words: str
    near: int
    purpose: str
    takes_payments: bool = False


WANTED: Final = MappingProxyType(
    {
        "trust_liability": Wanted(
            "Trust Liability",
            "CURRLIAB",
            "current liability",
            815,
            "What is owed to clients whose money is held. Bills are paid from it, so payments to "
            "it are enabled.",
            takes_payments=True,
        ),
        "trust_transfers": Wanted(
            "Trust Transfers",
            "CURRLIAB",
            "current liability",
            816,
            "What passes from matter to matter within the trust account; it stays nil.",
        ),
        "paid_by_firm": Wanted(
            "Paid by Firm",
            "CURRENT",
            "current asset",
            616,
            "What the firm has put into trust for clients from its own money.",
        ),
        "statutory_deposit": Wanted(
            "Statutory Deposit",
            "CURRENT",
            "current asset",
            615,
            "Trust money that is lodged with a public body, where the jurisdiction asks for it.",
        ),
        "prepayments": Wanted(
            "Client Prepayments",
            "CURRLIAB",
            "current liability",
            817,
            "What clients have paid in advance, where unapplied money goes to prepayments.",
        ),
        "write_off": Wanted("Bad Debts", "EXPENSE", "expense", 405, "Bills that are written off."),
        "dishonoured": Wanted(
            "Dishonoured Receipts",
            "EXPENSE",
            "expense",
            406,
            "Receipts that the bank did not honour, in and out again; it stays nil.",
        ),
        "rounding": Wanted(
            "Rounding Errors",
            "EXPENSE",
            "expense",
            861,
            "A rounding line that no account of the document can take.",
        ),
    }
)
"""The accounts of ``roles.SPECIAL_ROLES`` as they are created; documents.md says what each does."""


def bank_of(practice: str) -> Wanted:
    """Return what the bank account of a trust account is, in words."""
    return Wanted(
        f"Bank account {practice}",
        "BANK",
        "bank account",
        0,
        f"Where the clients' money of trust account {practice} lies. It must be an account of its "
        "own, apart from the firm's money.",
    )


class NotCreated(Exception):
    """Xero has no such account now; ``findings`` say why, and what to do about it."""

    def __init__(self, *words: str, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(" ".join(words))
        self.findings = findings


def proposed(name: str, chart: Chart) -> NewAccount:
    """Return the account as it would be created: under the first number that is free."""
    wanted = WANTED[name]
    numbers = range(wanted.near, wanted.near + len(chart.accounts) + 1)
    code = next(str(number) for number in numbers if str(number) not in chart.by_code)
    return NewAccount(code, wanted.name, wanted.type, "", wanted.takes_payments)


def create_account(
    organisation: Organisation,
    special: str,
    code: str,
    name: str,
    *,
    actor: str,
    now: dt.datetime,
) -> None:
    """Create the account in Xero, read the chart again, and choose it in the mapping.

    An answer that was lost is no harm: whether the account is there is read from the chart, and
    Xero keeps codes and names unique, so that a second try makes no second one. Raises
    ``NotCreated``.
    """
    shelf = DatabaseShelf(organisation, actor=actor)
    try:
        rate = no_tax(shelf.mapping(), shelf.chart()).rate
    except NotReady as gap:
        raise NotCreated(f"{gap}") from gap
    if value_at(shelf.mapping(), f"special:{special}"):
        seconds.must(organisation.firm, "change where something goes in the mapping")
    wanted = WANTED[special]
    new = NewAccount(
        code, name, wanted.type, rate.tax_type if rate else "NONE", wanted.takes_payments
    )
    _made(organisation, new, actor=actor, now=now)
    said = {f"special:{special}": code}
    mapping_desk.choose(organisation, said, actor=actor, now=now, over=True)


def create_trust_bank(
    organisation: Organisation,
    practice: str,
    new: NewAccount,
    *,
    actor: str,
    now: dt.datetime,
) -> None:
    """Create the bank account of a trust account that goes nowhere yet, and map it there.

    As ``create_account``; a name that Xero has already is refused, for the account might be
    another's. Raises ``NotCreated``.
    """
    try:
        known = DatabaseShelf(organisation).chart().accounts
    except NotReady as gap:
        raise NotCreated(f"{gap}") from gap
    if any(fold(one.name) == fold(new.name) for one in known):
        raise NotCreated(
            f"Xero has an account named {new.name} already.",
            "Choose another name, or choose that account in the list on the page Mapping.",
        )
    _made(organisation, new, actor=actor, now=now)
    chart = DatabaseShelf(organisation).chart()
    # Xero keeps names unique, so that this is the one.
    made = next(one for one in chart.accounts if one.name == new.name and one.active)
    said = {f"trust_account:{practice}": target_of(made)}
    mapping_desk.choose(organisation, said, actor=actor, now=now)


def _made(organisation: Organisation, new: NewAccount, *, actor: str, now: dt.datetime) -> None:
    """Create an account, and see that it is there."""
    said = _sent(organisation, new)
    try:
        chart = refresh_chart(organisation, actor=actor, now=now)
    except TROUBLE as trouble:
        raise NotCreated(
            f"Whether Xero has {new.name} now could not be read ({trouble}).",
            "Refresh the chart of accounts in a moment: if it is there, choose it.",
        ) from trouble
    if not create.is_there(new, chart.accounts):
        raise NotCreated(*said, findings=_explained(said))
    with transaction.atomic():
        told = f"{new.code} {new.name}".strip()
        note(organisation.firm, "account created", told, actor=actor, now=now)


_ENVELOPE: Final = "a validation exception occurred"
"""What Xero says around its other messages (facts: Xero API section 21)."""
_FIXES: Final = {
    "please enter a unique code": "Choose another code: this one is taken, perhaps by an archived "
    "account.",
    "please enter a unique name": "Choose another name, or choose the account that has this one.",
}


def _explained(said: tuple[str, ...]) -> tuple[Finding, ...]:
    """Return what to do about what Xero said of a new account; there is no document to look at."""
    told = [message for message in said if not fold(message).startswith(_ENVELOPE)] or said
    other = "Change what it names, or create the account in Xero and refresh the chart."
    return tuple(
        error("account_not_created", f"Xero says: {message}", _FIXES.get(fold(message), other))
        for message in told
    )


_NO_PERMISSION: Final = (
    "The connection may not create accounts: it was made before Counterfoil asked for that, or "
    "the Xero user behind it may not. Let the owner disconnect and connect again, or create the "
    "account in Xero and refresh the chart."
)


def _sent(organisation: Organisation, new: NewAccount) -> tuple[str, ...]:
    """Send it, and return what Xero complains of; no answer is a complaint as well."""
    try:
        with office.office_of(organisation, clicking=True) as room:
            answer = room.caller.write(create.account(new, secrets.token_hex(16)))
    except (NotConnected, LimitReached) as trouble:
        raise NotCreated(f"Nothing was created: {trouble}.") from trouble
    except Ended as trouble:
        return (f"{trouble}",)
    if answer.status in {401, 403}:
        raise NotCreated(_NO_PERMISSION)
    return create.complaints(answer)


def lacking(organisation: Organisation) -> tuple[str, ...]:
    """Return the special accounts that the mapping has not chosen, by name, as roles are listed."""
    try:
        special = DatabaseShelf(organisation).mapping().special
    except NotReady:
        return ()
    return tuple(name for name in SPECIAL_ROLES if getattr(special, name) is None)
