"""The command line: one module per command, registered here by one line each."""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING

import typer
from typer.main import get_command

from counterfoil.cli import (
    act,
    actionstep,
    api_key,
    audit,
    chart,
    connect,
    convert,
    cutover,
    demo,
    drift,
    firm,
    import_,
    keys,
    layout,
    look,
    mapping,
    person,
    post,
    rebill,
    reconcile,
    restored,
    serve,
    statement,
    template,
    tie,
    trust,
    trust_copies,
    undo,
    watch,
    webhook,
    worker,
)
from counterfoil.cli.opening import errors
from counterfoil.web.crypto import KeyMissing
from counterfoil.web.seconds import Needed

if TYPE_CHECKING:
    from collections.abc import Callable

app = typer.Typer(
    name="counterfoil",
    help="Post a law practice's bills, payments and trust money to Xero.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.command("convert")(convert.convert)
app.command("connect")(connect.connect)
app.command("import")(import_.import_)
app.command("watch")(watch.watch)
app.command("post")(post.post)
app.command("worker")(worker.worker)
app.command("status")(look.status)
app.command("problems")(look.problems)
app.command("show")(look.show)
app.command("retry")(act.retry)
app.command("accept")(act.accept)
app.command("discard")(act.discard)
app.command("cutover")(cutover.cutover)
app.command("unlink")(tie.unlink)
app.command("relink")(tie.relink)
app.command("undo")(undo.undo)
app.command("repost")(undo.repost)
app.command("rebill")(rebill.rebill)
app.command("verify-audit")(audit.verify_audit)
app.add_typer(audit.audit, name="audit")
app.add_typer(firm.firm, name="firm")
app.add_typer(keys.keys, name="keys")
app.add_typer(person.person, name="person")
app.command("restored")(restored.restored)
app.command("reconcile")(reconcile.reconcile)
app.command("statement")(statement.statement)
app.command("drift")(drift.drift)
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.add_typer(actionstep.actionstep, name="actionstep")
app.add_typer(api_key.api_key, name="api-key")
app.command("template")(template.template)
app.add_typer(layout.layout, name="layout")
app.add_typer(chart.chart, name="chart")
app.add_typer(act.contacts, name="contacts")
app.add_typer(mapping.mapping, name="mapping")
trust.trust.command("issue")(trust_copies.issue)
trust.trust.command("months")(trust_copies.months)
trust.trust.command("copy")(trust_copies.copy)
app.add_typer(trust.trust, name="trust")
app.add_typer(webhook.webhook, name="webhook")


@cache
def command() -> Callable[[], None]:
    """Return the whole command line; putting it together takes longer than most commands do."""
    return get_command(app)


def main() -> None:
    """Run the command that the shell asks for."""
    try:
        command()()
    except KeyMissing as missing:
        errors.print(str(missing), style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(2)
    except Needed as needed:
        # A command is one person's; what takes two is asked for on the pages.
        errors.print(str(needed), style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)
