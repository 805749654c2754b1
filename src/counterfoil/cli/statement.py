"""``counterfoil statement``: a bank's own file as the bank statement of an account."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    OrganisationOption,
    actor,
    counted,
    fail,
    finding_json,
    open_organisation,
    print_json,
    say,
    warn,
)
from counterfoil.core.amounts import AmountFault, hundredths, money_text
from counterfoil.sources.statements.amounts import DAY_FIRST, MONTH_FIRST
from counterfoil.sources.statements.numbered import Told
from counterfoil.sources.statements.reader import BankFile, read_file

if TYPE_CHECKING:
    from counterfoil.core.documents import BankStatement
    from counterfoil.sources.statements.numbered import Refusal
    from counterfoil.web.models import Organisation
    from counterfoil.web.services.statements import TakenStatement

SHOWN = 20
"""Refusals shown to people; programs get all of them."""
DAY = "%Y-%m-%d"


def statement(  # noqa: PLR0913 -- each is an option of the command
    file: Annotated[Path, typer.Argument(help="The bank's export: CSV or OFX.")],
    *,
    trust_account: Annotated[str, typer.Option(help="The practice's trust account.")] = "",
    bank_account: Annotated[str, typer.Option(help="The practice's office bank account.")] = "",
    begin: Annotated[
        dt.datetime | None, typer.Option("--from", formats=[DAY], help="The first day covered.")
    ] = None,
    end: Annotated[
        dt.datetime | None, typer.Option("--to", formats=[DAY], help="The last day covered.")
    ] = None,
    opening: Annotated[str, typer.Option(help="The balance before the first movement.")] = "",
    closing: Annotated[str, typer.Option(help="The balance after the last movement.")] = "",
    dates: Annotated[str, typer.Option(help="dmy or mdy, where the file leaves it open.")] = "",
    columns: Annotated[
        str, typer.Option(help="The columns in their order, where the file has no header.")
    ] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what is recorded for the same days.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and show; keep nothing.")
    ] = False,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Take in a bank statement from the bank's own file, CSV or OFX; all of it or nothing."""
    if bool(trust_account) == bool(bank_account):
        fail("Say whose statement it is: --trust-account or --bank-account, one of them.")
    if dates not in {"", DAY_FIRST, MONTH_FIRST}:
        fail(f"--dates is {DAY_FIRST} or {MONTH_FIRST}, not {dates}.")
    told = Told(
        trust_account or bank_account,
        bool(trust_account),
        begin.date() if begin else None,
        end.date() if end else None,
        _amount("--opening", opening),
        _amount("--closing", closing),
        dates,
        tuple(columns.split(",")) if columns else (),
    )
    chosen = open_organisation(firm, organisation)
    _known(chosen, told)
    read = _read(file, told)
    if read.document is None or dry_run:
        _tell(read, read.document, None, as_json=as_json)
        raise typer.Exit(1 if read.document is None else 0)
    kept, done = _take(chosen, read.document, replace=replace)
    _tell(read, kept, done, as_json=as_json)
    raise typer.Exit(1 if done.taken is None else 0)


def _amount(name: str, text: str) -> int | None:
    try:
        return hundredths(text) if text else None
    except AmountFault:
        fail(f"{name} is an amount such as 1234.50, not {text}.")


def _known(organisation: Organisation, told: Told) -> None:
    from counterfoil.web.services.statements import known_accounts

    known = known_accounts(organisation, of_trust=told.of_trust)
    if known and told.account not in known:
        what = "trust account" if told.of_trust else "bank account"
        fail(f"The mapping has no {what} {told.account}; it has {', '.join(known)}.", status=1)


def _read(file: Path, told: Told) -> BankFile:
    try:
        with file.open("rb") as stream:
            return read_file(stream, told)
    except OSError as fault:
        fail(f"{file} cannot be read: {fault.strerror}.")


def _take(
    organisation: Organisation, document: BankStatement, *, replace: bool
) -> tuple[BankStatement, TakenStatement]:
    from django.utils import timezone

    from counterfoil.web.services.statements import revision_of, take_statement

    if replace:
        document = dataclasses.replace(document, revision=revision_of(organisation, document))
    done = take_statement(organisation, document, actor=actor(), now=timezone.now())
    return document, done


def _tell(
    read: BankFile, kept: BankStatement | None, done: TakenStatement | None, *, as_json: bool
) -> None:
    if as_json:
        print_json(_as_json(read, kept, done))
        return
    if read.columns and "format" not in read.columns:
        named = ", ".join(f"{what} from “{name}”" for what, name in read.columns.items())
        say(f"Columns: {named}")
    for refusal in read.refused[:SHOWN]:
        warn(_words(refusal))
    if len(read.refused) > SHOWN:
        warn(f"… and {len(read.refused) - SHOWN:,} more; --json lists all of them")
    if kept is not None:
        say(_statement_words(kept, read.left_out))
    for finding in done.findings if done else ():
        warn(f"{finding.message} {finding.fix}")
    if done is None or done.taken is None:
        say("Nothing was taken in.")
    else:
        say("It was recorded already." if str(done.taken) == "unchanged" else "It is recorded.")


def _words(refusal: Refusal) -> str:
    finding = refusal.finding
    where = f"line {refusal.line}" + (f", {finding.path}" if finding.path else "")
    return f"{where}: {finding.message} {finding.fix}"


def _statement_words(kept: BankStatement, left_out: int) -> str:
    account = kept.trust_account or kept.bank_account
    outside = f" ({left_out:,} outside these days left out)" if left_out else ""
    return (
        f"{account}, {kept.from_} to {kept.date}: {money_text(kept.opening_balance)} at the start, "
        f"{counted(len(kept.lines), 'movement')}{outside}, "
        f"{money_text(kept.closing_balance)} at the end."
    )


def _as_json(
    read: BankFile, kept: BankStatement | None, done: TakenStatement | None
) -> dict[str, object]:
    """Return what became of a statement as programs read it."""
    return {
        "taken": None if done is None or done.taken is None else str(done.taken),
        "columns": dict(read.columns),
        "left_out": read.left_out,
        "statement": None
        if kept is None
        else {
            "id": kept.id,
            "revision": kept.revision,
            "from": kept.from_.isoformat(),
            "to": kept.date.isoformat(),
            "opening_balance": money_text(kept.opening_balance),
            "closing_balance": money_text(kept.closing_balance),
            "movements": len(kept.lines),
        },
        "refused": [{"line": one.line, **finding_json(one.finding)} for one in read.refused],
        "findings": [finding_json(one) for one in (done.findings if done else ())],
    }
