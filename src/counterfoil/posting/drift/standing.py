"""Contacts and accounts that what we post rests on, and what became of them in Xero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.posting.contacts import MERGES_MOST
from counterfoil.posting.drift.catalogue import finding
from counterfoil.posting.drift.shown import Drift

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from counterfoil.core.chart import Account
    from counterfoil.posting.drift.shown import Kept
    from counterfoil.posting.records import MirrorContact

ARCHIVED = "ARCHIVED"


def merges(changed: Iterable[MirrorContact]) -> dict[str, str]:
    """Return the contact that each merged one has become, followed to the end."""
    into = {one.contact_id: one.merged_to for one in changed if one.merged_to}
    return {gone: _end(gone, into) for gone in into}


def _end(contact_id: str, into: Mapping[str, str]) -> str:
    for _ in range(MERGES_MOST):
        if contact_id not in into:
            break
        contact_id = into[contact_id]
    return contact_id


def contacts(ours: Mapping[str, Kept], changed: Iterable[MirrorContact]) -> Iterator[Drift]:
    """Yield which contacts of ours were merged or archived. ``ours`` is by ContactID."""
    for contact in changed:
        kept = ours.get(contact.contact_id)
        if kept is None:
            continue
        code = "contact_merged" if contact.merged_to else "contact_archived"
        words = finding(code, f"The contact {contact.name}", about=f"contact:{kept.posting.id}")
        yield Drift(
            words,
            "Contacts",
            contact.contact_id,
            contact.contact_id,
            contact.name,
            kept.posting,
        )


def accounts(mapped: Iterable[Account], now: Mapping[str, Account]) -> Iterator[Drift]:
    """Yield what became of accounts that the mapping leads to.

    ``mapped`` are as they were when the chart was last read, ``now`` are Xero's own by AccountID.
    """
    for account in mapped:
        there = now.get(account.account_id)
        if there is None:
            yield _account(account, "account_gone")
        elif not there.active:
            yield _account(account, "account_archived")
        elif there.code != account.code or there.type != account.type:
            yield _account(account, "account_changed")


def _account(account: Account, code: str) -> Drift:
    name = f"Account {account.code or ''} {account.name}".replace("  ", " ")
    said = finding(code, name, about=f"account:{account.code or account.account_id}")
    return Drift(said, "Accounts", account.account_id, account.account_id, account.name)
