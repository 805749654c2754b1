"""``counterfoil trust month``: a trust account's month as an examiner wants to see it."""

from __future__ import annotations

import datetime as dt
import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    OrganisationOption,
    console,
    fail,
    open_organisation,
    print_json,
    say,
    warn,
)
from counterfoil.core.amounts import money_text
from counterfoil.core.money import amount_text
from counterfoil.core.trust_deadlines import month_end
from counterfoil.reports.trust_papers import PaperKind

if TYPE_CHECKING:
    from counterfoil.core.trust_month import BookLine, LedgerPage, TrustMonth
    from counterfoil.reports.trust_papers import Sheet
    from counterfoil.web.models import Organisation
    from counterfoil.web.services.trust_copies import Outdated

trust = typer.Typer(help="Trust accounts: the month's books and reconciliation.")


MonthOption = Annotated[
    dt.datetime, typer.Option("--month", formats=["%Y-%m"], help="The month, as in 2026-10.")
]
AccountArgument = Annotated[str, typer.Argument(help="The practice's code of the trust account.")]


@trust.command()
def month(
    account: AccountArgument,
    month: MonthOption,
    *,
    pdf: Annotated[Path | None, typer.Option(help="Write it as PDF to this file.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write its tables into this folder.")] = None,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Show a trust account's month: three ways, balances, cash book and ledgers."""
    chosen = open_organisation(firm, organisation)
    from django.utils import timezone

    from counterfoil.web import local_time
    from counterfoil.web.services import trust_copies, trust_reporting

    must_know(chosen, account)
    found = trust_reporting.month_of(chosen, account, month_end(month.date()))
    behind = trust_copies.outdated(chosen, found)
    if pdf is not None:
        from counterfoil.reports.trust_pdf import trust_month_pdf

        prepared = local_time.here(chosen, timezone.now())
        pdf.write_bytes(trust_month_pdf(found, chosen.firm.name, prepared, getpass.getuser()))
    if csv is not None:
        _write_tables(found, csv)
    if as_json:
        differs = list(behind.differs) if behind else []
        print_json({**as_json_value(found), "differs_from_issue": differs})
    else:
        _show(found)
        if behind is not None:
            say_outdated(f"{account} {found.end:%B %Y}", behind)
    raise typer.Exit(0 if found.agrees else 1)


def say_outdated(title: str, behind: Outdated) -> None:
    """Say that a copy on file does not say any more what the books say, and in what."""
    warn(
        f"{title}, issue {behind.issue} of {behind.issued_at:%d %b %Y}, is out of date: the books "
        "have changed since. It is kept as it was issued; issue the month anew with: "
        "counterfoil trust issue"
    )
    for line in behind.differs:
        say(f"  {line}")


@trust.command()
def paper(
    kind: Annotated[PaperKind, typer.Argument(help="Which paper.")],
    account: AccountArgument,
    as_of: Annotated[
        dt.datetime,
        typer.Option(formats=["%Y-%m-%d"], help="At the end of this day, from the month's first."),
    ],
    *,
    pdf: Annotated[Path | None, typer.Option(help="Write it as PDF to this file.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write it as CSV to this file.")] = None,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Show one paper of a trust account at a date: books, balances or reconciliation."""
    chosen = open_organisation(firm, organisation)
    from django.utils import timezone

    from counterfoil.reports.trust_papers import sheets
    from counterfoil.reports.trust_pdf import sheet_pdf
    from counterfoil.reports.trust_tables import tables
    from counterfoil.web import local_time
    from counterfoil.web.services import trust_reporting

    must_know(chosen, account)
    found = trust_reporting.month_of(chosen, account, as_of.date())
    if pdf is not None:
        by = getpass.getuser()
        prepared = local_time.here(chosen, timezone.now())
        pdf.write_bytes(sheet_pdf(found, kind, chosen.firm.name, prepared, by))
    if csv is not None:
        csv.write_bytes(tables(found)[f"{kind}.csv"])
    for sheet in sheets(found, kind):
        _show_sheet(sheet)


def _show_sheet(sheet: Sheet) -> None:
    table = Table(title=sheet.title, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for place, name in enumerate(sheet.header):
        figure = place >= len(sheet.header) - sheet.figures
        table.add_column(name, justify="right" if figure else "left", no_wrap=figure)
    for row in sheet.rows:
        table.add_row(*(escape(cell) for cell in row))
    console.print(table, highlight=False)


def must_know(organisation: Organisation, account: str) -> None:
    """End the command with words where the mapping has no such trust account."""
    from counterfoil.web.services import trust_reporting

    known = trust_reporting.accounts_of(organisation)
    if known and account not in known:
        fail(f"The mapping has no trust account {account}; it has {', '.join(known)}.", status=1)


def _write_tables(found: TrustMonth, folder: Path) -> None:
    from counterfoil.reports.trust_tables import tables

    folder.mkdir(parents=True, exist_ok=True)
    for name, content in tables(found).items():
        (folder / name).write_bytes(content)


def _show(found: TrustMonth) -> None:
    from counterfoil.reports.trust_tables import three_ways

    title = f"{found.place.statement}: {found.trust_account}, {found.end:%B %Y}"
    table = Table(title=title, box=box.SIMPLE, show_header=False, title_justify="left")
    table.add_column()
    table.add_column(justify="right")
    for one in three_ways(found):
        amount = "none" if one.amount is None else amount_text(one.amount)
        table.add_row(one.words, amount, style="bold" if one.strong else "")
    console.print(table)
    for words in found.remarks:
        console.print(words, highlight=False, markup=False)
    count = len(found.ledgers)
    console.print(f"{count} ledgers, {len(found.cash_book)} entries in the cash book.")
    console.print("All three ways agree." if found.agrees else "The three ways do not agree.")


def as_json_value(found: TrustMonth) -> dict[str, object]:
    """Return a trust month as programs read it; money as decimal strings."""
    statement, book = found.statement, found.book
    return {
        "trust_account": found.trust_account,
        "from": found.begin.isoformat(),
        "to": found.end.isoformat(),
        "due": found.due.isoformat(),
        "agrees": found.agrees,
        "cash_book": _book_json(found.opening, found.cash_book),
        "ledgers": [_ledger_json(page) for page in found.ledgers],
        "ledgers_total": money_text(book.ledgers_total),
        "statutory_deposit": money_text(book.deposit),
        "paid_by_firm": money_text(book.paid_by_firm),
        "costs_not_transferred": money_text(book.costs),
        "difference": money_text(book.difference),
        "adjusted_statement": None if statement is None else money_text(statement.adjusted),
        "remarks": list(found.remarks),
    }


def _ledger_json(page: LedgerPage) -> dict[str, object]:
    return {"client": page.client, "matter": page.matter, **_book_json(page.opening, page.lines)}


def _book_json(opening: int, lines: tuple[BookLine, ...]) -> dict[str, object]:
    return {
        "opening": money_text(opening),
        "closing": money_text(lines[-1].balance if lines else opening),
        "entries": [
            {
                "date": line.date.isoformat(),
                "number": line.number,
                "entry": line.what,
                "amount": money_text(line.amount),
                "balance": money_text(line.balance),
            }
            for line in lines
        ],
    }
