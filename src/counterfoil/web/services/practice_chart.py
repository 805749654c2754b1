"""The practice's own chart of accounts: what its codes are called, for proposals and for people."""

from __future__ import annotations

import io
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.db import transaction

from counterfoil.sources.layouts.tables import NotATable, Report, read_report
from counterfoil.web.models import PracticeAccount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.web.models import Organisation

LARGEST_FILE: Final = 2 * 1024 * 1024
MOST: Final = 5_000
"""Accounts of one practice; a chart of ten times the usual size has a thousand."""
_LONGEST: Final = 255
_HEADINGS: Final = MappingProxyType(
    {
        "code": ("code", "number", "account number", "account code", "account no", "no", "account"),
        "name": ("name", "account name", "description", "title"),
        "type": ("type", "account type", "class", "category"),
    }
)
"""What practice systems head these columns with, the plainest first."""


class NoChartOfAccounts(Exception):
    """The file is no chart of accounts; the message says why, for whoever chose it."""


def take(organisation: Organisation, data: bytes) -> int:
    """Keep the names of the practice's accounts, CSV or .xlsx; returns how many.

    They take the place of those kept before. Raises ``NoChartOfAccounts``.
    """
    accounts = read(data)
    with transaction.atomic():
        PracticeAccount.objects.filter(organisation=organisation).delete()
        PracticeAccount.objects.bulk_create(
            PracticeAccount(
                firm_id=organisation.firm_id,
                organisation=organisation,
                code=code,
                name=name,
                type=kind,
            )
            for code, (name, kind) in accounts.items()
        )
    return len(accounts)


def read(data: bytes) -> dict[str, tuple[str, str]]:
    """Read the name and type of each account by its code. Raises ``NoChartOfAccounts``."""
    try:
        return _accounts(read_report(io.BytesIO(data)))
    except NotATable as fault:
        raise NoChartOfAccounts(f"{fault.finding.message} {fault.finding.fix}") from fault


def _accounts(report: Report) -> dict[str, tuple[str, str]]:
    columns = {what: _column(report.headings, heads) for what, heads in _HEADINGS.items()}
    if columns["code"] is None or columns["name"] is None:
        raise NoChartOfAccounts(
            "The file needs a column for the account's code and one for its name: head them "
            "Code and Name, and a third one Type if there is one."
        )
    found: dict[str, tuple[str, str]] = {}
    for line in report.lines:
        if line.repeated:
            continue
        code, name, kind = (line.cells.get(columns[what] or "", "").strip() for what in _HEADINGS)
        if code and name and "\0" not in code + name + kind:
            found[code[:_LONGEST]] = (name[:_LONGEST], kind[:100])
        if len(found) > MOST:
            raise NoChartOfAccounts(f"The file has more than {MOST:,} accounts.")
    return found


def _column(headings: Sequence[str], heads: Sequence[str]) -> str | None:
    by_name = {" ".join(heading.split()).casefold(): heading for heading in headings}
    return next((by_name[head] for head in heads if head in by_name), None)


def names(organisation: Organisation) -> dict[str, tuple[str, str]]:
    """Return the name and type of the practice's accounts, by code."""
    rows = PracticeAccount.objects.filter(organisation=organisation)
    return {code: (name, kind) for code, name, kind in rows.values_list("code", "name", "type")}
