"""A mapping's target found among Xero's accounts, and held against the role it is to play."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.findings import Finding, error
from counterfoil.core.xero_documents import AccountRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.chart import Account, Chart
    from counterfoil.core.roles import Role

ID_PREFIX = "id:"


class Found(NamedTuple):
    """A Xero account as a mapping names it; ``account`` is None where the chart has none."""

    account: Account | None
    findings: tuple[Finding, ...] = ()

    @property
    def ref(self) -> AccountRef:
        """How to name it to Xero: by code where it has one."""
        assert self.account is not None, "only an account that was found can be named"
        if self.account.code:
            return AccountRef(code=self.account.code)
        return AccountRef(account_id=self.account.account_id)


def look_up(target: str | None, role: Role, about: str, chart: Chart) -> Found:
    """Find the account that a mapping entry names and hold it against its role."""
    if target is None or not target.strip():
        return Found(None, (_not_chosen(role, about),))
    account = account_named(target, chart)
    if account is None:
        return Found(None, (_not_in_xero(target, role, about, chart),))
    return Found(account, tuple(_against_role(account, role, about)))


def account_named(target: str, chart: Chart) -> Account | None:
    """Return the account of a code, or of ``id:<AccountID>``."""
    if target.startswith(ID_PREFIX):
        return chart.by_id.get(target.removeprefix(ID_PREFIX).strip())
    return chart.by_code.get(target)


def account_title(account: Account) -> str:
    """An account as a bookkeeper knows it: code and name."""
    return f"{account.code} {account.name}" if account.code else account.name


def _against_role(account: Account, role: Role, about: str) -> Iterator[Finding]:
    title = account_title(account)
    if not account.active:
        yield error(
            "account_archived",
            f"{title} is {account.status.lower()} in Xero.",
            "Restore it in Xero, or map to another account.",
            about=about,
        )
    if not role.fits(account):
        yield error(
            "account_wrong_type",
            f"{title} is of type {account.type}; as {role.name} it must be {role.must_be}.",
            f"Map to an account that is {role.must_be}.",
            about=about,
        )
    if role.needs_code and not account.code:
        yield error(
            "account_without_code",
            f"{account.name} has no code in Xero, and Xero takes {role.name} by code only.",
            how_to_give_a_code(account.name),
            about=about,
        )
    if role.needs_payments and not account.takes_payments:
        yield error(
            "payments_not_enabled",
            f"Payments are not enabled on {title}; bills are paid from it.",
            f"In Xero, edit {title} and tick Enable payments to this account.",
            about=about,
        )


def _not_chosen(role: Role, about: str) -> Finding:
    return error(
        "account_not_chosen",
        f"No Xero account is chosen as {role.name}. It must be {role.must_be}.",
        "Choose it in the mapping; if Xero has none yet, create it there first.",
        about=about,
    )


def _not_in_xero(target: str, role: Role, about: str, chart: Chart) -> Finding:
    """Name the accounts that may be meant but have no code: Xero gives banks none by default."""
    named = [a for a in chart.accounts if a.active and not a.code and role.fits(a)]
    meant = next((a for a in named if a.name == target), None)
    if meant is not None:
        return error(
            "account_without_code",
            f"{meant.name} has no code in Xero, so the mapping cannot name it.",
            how_to_give_a_code(meant.name),
            about=about,
        )
    hint = f" These have no code there: {', '.join(a.name for a in named[:5])}." if named else ""
    fix = " If one of those is meant, give it this code in Xero and refresh." if named else ""
    return error(
        "account_not_in_xero",
        f"Xero has no account with code {target}.{hint}",
        f"Map to a code that exists, or create the account in Xero and refresh.{fix}",
        about=about,
    )


def how_to_give_a_code(name: str) -> str:
    """The words for the fix, the same wherever an account without a code is met."""
    return (
        f"In Xero, open Accounting, Chart of accounts, edit {name} and enter a code; then refresh "
        "the chart of accounts. A bank account may instead be mapped as id:<AccountID>."
    )
