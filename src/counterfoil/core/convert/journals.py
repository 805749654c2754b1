"""General journals: debits and credits that come to nil, where Xero admits journals at all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from counterfoil.core.conversion import Act, Conversion, Planned
from counterfoil.core.convert.billing import tax_difference
from counterfoil.core.findings import Finding, error, holds
from counterfoil.core.identity import NARRATION_BAR
from counterfoil.core.lookup import Direction, Mapped
from counterfoil.core.mapping import Tax
from counterfoil.core.money import amount_text
from counterfoil.core.rounding import DESCRIPTION, guard, rounding
from counterfoil.core.source_checks import Item, check_taxes
from counterfoil.core.targets import Found, account_title
from counterfoil.core.texts import description, one_line
from counterfoil.core.xero_arithmetic import tax_on
from counterfoil.core.xero_documents import AmountsAre, JournalLine, ManualJournal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterfoil.core import documents
    from counterfoil.core.conversion import Books
    from counterfoil.core.documents import Journal
    from counterfoil.core.lookup import Lookup

_TREATMENTS: Final = {
    "none": AmountsAre.NO_TAX,
    "exclusive": AmountsAre.EXCLUSIVE,
    "inclusive": AmountsAre.INCLUSIVE,
}
_REFUSED_SYSTEM_ACCOUNTS: Final = frozenset({"RETAINEDEARNINGS"})
_REFUSED_TYPES: Final = frozenset({"INVENTORY"})


def convert_journal(document: Journal, books: Books, lookup: Lookup) -> Conversion:
    """Return one manual journal; its narration opens with the number it is found by."""
    del books
    findings = [*_base_currency(document, lookup)]
    items = _items(document, lookup, findings)
    if len(items) < len(document.lines):
        return Conversion((), tuple(findings))
    lines = _lines(document, items, lookup, findings)
    element = ManualJournal(
        f"{one_line(document.number)}{NARRATION_BAR}{document.narration.strip()}",
        document.date,
        _TREATMENTS[document.tax_treatment],
        lines,
        document.cash_basis,
    )
    return Conversion((Planned("", Act.CREATE, element, ()),), tuple(findings))


def _items(document: Journal, lookup: Lookup, findings: list[Finding]) -> list[Item]:
    items: list[Item] = []
    for place, line in enumerate(document.lines):
        (target, faults), account_faults = _target(document, line, lookup)
        tracking, more_faults = lookup.tracking(line.tracking)
        findings += (
            replace(finding, path=f"lines[{place}].{finding.path}")
            for finding in (*faults, *account_faults, *more_faults)
        )
        if target is not None:
            text = description(line.description or document.narration, target.account.name)
            items.append(Item(text, line.amount, line.tax, None, None, target, tracking))
    return items


def _target(
    document: Journal, line: documents.JournalLine, lookup: Lookup
) -> tuple[Mapped, tuple[Finding, ...]]:
    """Look an account up; a line without a tax code, or in a journal without tax, bears none."""
    refused = tuple(_bank(line.account, lookup))
    if refused:
        return Mapped(None, ()), refused
    found = lookup.account(line.account)
    if document.tax_treatment == "none" or line.tax_code is None:
        return lookup.untaxed(found), tuple(_refused(found, line.account))
    mapped = lookup.taxed(found, line.tax_code, Direction.BY_CLASS)
    return mapped, tuple(_refused(found, line.account))


def _lines(
    document: Journal, items: Sequence[Item], lookup: Lookup, findings: list[Finding]
) -> tuple[JournalLine, ...]:
    lines = [
        JournalLine(item.total, item.target.ref, item.description, item.target.tax_type,
                    item.tracking)
        for item in items
    ]  # fmt: skip
    balance = _balance(document, items, findings, lookup)
    if not holds(findings):
        rounded = rounding(balance, items, lookup)
        findings += rounded.findings
        if rounded.line is not None:
            line = rounded.line
            lines.append(
                JournalLine(balance, line.account, DESCRIPTION, line.tax_type, line.tracking)
            )
    return tuple(lines)


def _balance(
    document: Journal, items: Sequence[Item], findings: list[Finding], lookup: Lookup
) -> int:
    """Return what keeps debits and credits apart once Xero has added its own tax.

    Xero computes the tax of a journal itself; inclusive amounts balance whatever it is.
    """
    inclusive = document.tax_treatment == "inclusive"
    own = sum(tax_on(item.total, item.target.rate, inclusive=inclusive) for item in items)
    given = [item.tax for item in items if item.tax is not None]
    if given:
        taxed = [item._replace(tax=item.tax or 0) for item in items]
        findings += check_taxes(taxed, sum(given), inclusive=inclusive)
        if lookup.mapping.settings.tax is Tax.SOURCE and not holds(findings):
            findings += tax_difference(sum(given) - own)
    if document.tax_treatment != "exclusive":
        return 0
    balance = -sum(item.total for item in items) - own
    if not given and abs(balance) > guard(len(items)):
        findings.append(_does_not_balance(balance))
    return balance


def _bank(code: str, lookup: Lookup) -> Iterator[Finding]:
    mapping = lookup.mapping
    if code not in mapping.accounts and code in {*mapping.bank_accounts, *mapping.trust_accounts}:
        yield error(
            "journal_on_bank_account",
            f"{code} is a bank account, and Xero takes no journals on bank accounts.",
            "Record a withdrawal, a deposit, a bank transfer or a trust document instead.",
            "account",
            f"account:{code}",
        )


def _refused(found: Found, code: str) -> Iterator[Finding]:
    account = found.account
    if account is None:
        return
    if account.system_account in _REFUSED_SYSTEM_ACCOUNTS or account.type in _REFUSED_TYPES:
        yield error(
            "account_not_for_journals",
            f"Xero takes no journals on {account_title(account)}.",
            "Post to another account, or make this entry in Xero itself.",
            "account",
            f"account:{code}",
        )


def _base_currency(document: Journal, lookup: Lookup) -> Iterator[Finding]:
    base = lookup.chart.organisation.base_currency
    if document.currency not in (None, base):
        yield error(
            "journal_in_foreign_currency",
            f"The journal is in {document.currency}; Xero keeps journals in {base} only.",
            f"Record it in {base}.",
            "currency",
            f"currency:{document.currency}",
        )


def _does_not_balance(balance: int) -> Finding:
    side = "credits" if balance > 0 else "debits"
    return error(
        "journal_does_not_balance",
        f"With the tax that Xero adds the {side} are {amount_text(abs(balance))} more than the "
        "other side.",
        "Correct a line, or give each line's tax.",
        "lines",
    )
