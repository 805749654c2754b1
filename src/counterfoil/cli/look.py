"""``counterfoil status``, ``problems`` and ``show``: looking without touching."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    OrganisationOption,
    counted,
    fail,
    finding_json,
    open_organisation,
    print_json,
    say,
    warn,
)
from counterfoil.core.amounts import money_decimal
from counterfoil.posting.states import State

if TYPE_CHECKING:
    import datetime as dt

    from counterfoil.core.findings import Finding
    from counterfoil.web.models import Document
    from counterfoil.web.services.problems import Problem
    from counterfoil.web.services.stub import Sent, Slip, Stub

SHOWN = 5
"""Documents named beside a problem; programs get all of them."""


def status(
    *, as_json: JsonOption = False, firm: FirmOption = "", organisation: OrganisationOption = ""
) -> None:
    """Say how the connection and the queue stand."""
    chosen = open_organisation(firm, organisation)
    from django.utils import timezone

    from counterfoil.web.services import alerts, standing

    now = standing.standing(chosen, timezone.now())
    if as_json:
        print_json(standing.as_json(now))
        return
    since = f" since {standing.moment(now.since)}" if now.since else ""
    if now.tenant_name:
        say(f"Xero organisation {now.tenant_name}: {now.connection}{since}.")
    else:
        say("Not connected to Xero yet.")
    for state in State:
        if now.counts.get(state):
            say(f"{now.counts[state]:8,} {state}")
    if not now.counts:
        say("The daybook is empty.")
    if now.oldest_due:
        say(f"Due since {standing.moment(now.oldest_due)}. Send with: counterfoil post")
    say(f"{now.calls_left_today:,} calls to Xero left today.")
    if now.reconciled is not None and now.reconciled.agrees:
        day, at = now.reconciled.day, standing.moment(now.reconciled.at)
        say(f"Both sides agreed at the end of {day:%d %b %Y}, reconciled {at}.")
    for alert in alerts.alerts(now, ()):
        warn(f"{alert.what} {alert.detail}".strip())


def problems(
    *, as_json: JsonOption = False, firm: FirmOption = "", organisation: OrganisationOption = ""
) -> None:
    """List what stands in the way, grouped by cause, each with its fix."""
    chosen = open_organisation(firm, organisation)
    from django.utils import timezone

    from counterfoil.web import local_time
    from counterfoil.web.services import naming
    from counterfoil.web.services import problems as service
    from counterfoil.web.services.trust_problems import trust_problems

    today = local_time.today(chosen, timezone.now())
    found: list[tuple[Problem | Finding, list[Document]]] = [
        *((one, naming.documents_with(chosen, one)) for one in service.problems(chosen)),
        *((one.finding, list(one.documents)) for one in trust_problems(chosen, today)),
    ]
    if as_json:
        print_json(
            [
                {
                    "severity": str(one.severity),
                    "code": one.code,
                    "about": one.about,
                    "message": one.message,
                    "fix": one.fix,
                    "documents": [_named(document) for document in documents],
                }
                for one, documents in found
            ]
        )
        return
    for one, documents in found:
        _show_problem(f"{one.severity}: {one.message}", one.fix, documents)
    if not found:
        say("No problems.")


def _named(document: Document) -> dict[str, str]:
    return {"kind": document.kind, "id": document.source_id, "number": document.number}


def _show_problem(message: str, fix: str, documents: list[Document]) -> None:
    say(message)
    say(f"    {fix}")
    if not documents:
        return
    names = ", ".join(d.number or f"{d.kind}:{d.source_id}" for d in documents[:SHOWN])
    more = f" and {len(documents) - SHOWN} more" if len(documents) > SHOWN else ""
    say(f"    {counted(len(documents), 'document')}: {names}{more}")


def show(
    document: Annotated[str, typer.Argument(help="A document's id, kind:id, or number.")],
    *,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Show everything that is kept of a document: its stub."""
    chosen = open_organisation(firm, organisation)
    from counterfoil.web.services import naming, stub

    stubs = [
        found
        for row in naming.documents_named(chosen, document)
        if (found := stub.find(chosen, row.kind, row.source_id)) is not None
    ]
    if not stubs:
        fail(f"The daybook has no document with the id or number {document}.", status=1)
    if as_json:
        print_json([_stub_as_json(one) for one in stubs])
        return
    for one in stubs:
        _show_stub(one)


def _stub_as_json(one: Stub) -> dict[str, object]:
    return {
        **_named(one.document),
        "other_ids": list(one.other_ids),
        "state": str(one.state),
        "revision": one.document.revision,
        "findings": [finding_json(finding) for finding in one.findings],
        "postings": [_slip_as_json(slip) for slip in one.slips],
    }


def _slip_as_json(slip: Slip) -> dict[str, object]:
    return {
        "part": slip.posting.part,
        "act": slip.posting.act,
        "attempt": slip.posting.attempt,
        "resource": slip.posting.resource,
        "state": str(slip.state),
        "xero_id": slip.link.xero_id if slip.link else None,
        "needs": [f"{need.needs_kind}:{need.needs_id}" for need in slip.needs],
        "requests": [_sent_as_json(sent) for sent in slip.sent],
    }


def _sent_as_json(sent: Sent) -> dict[str, object]:
    request = sent.member.request
    return {
        "key": request.key,
        "method": request.method,
        "path": request.path,
        "at": request.frozen_at.isoformat(),
        "element": sent.element,
        "answers": [
            {"at": answer.at.isoformat(), "status": answer.status, "element": element}
            for answer, element in sent.answers
        ],
    }


def _show_stub(one: Stub) -> None:
    document = one.document
    say(f"{document.kind} {document.number} ({document.source_id}): {one.state}", style="bold")
    say(f"  {', '.join(_particulars(document))}")
    if one.other_ids:
        say(f"  came as {', '.join(one.other_ids)}, too")
    for finding in one.findings:
        where = f" at {finding.path}" if finding.path else ""
        say(f"  {finding.severity}{where}: {finding.message} {finding.fix}")
    for slip in one.slips:
        _show_slip(slip)


def _particulars(document: Document) -> list[str]:
    amount = "" if document.amount is None else f"{money_decimal(document.amount):,}"
    return [
        text
        for text in (
            f"{document.date:%d %b %Y}" if document.date else "",
            document.party,
            document.matter,
            f"{document.currency} {amount}".strip(),
            _revision(document),
        )
        if text
    ]


def _revision(document: Document) -> str:
    behind = document.working < document.revision
    earlier = f" (posted from revision {document.working})" if behind else ""
    return f"revision {document.revision}{earlier}"


def _show_slip(slip: Slip) -> None:
    """Print one posting: what it is in Xero, or what it waits for, and each time it was sent."""
    posting = slip.posting
    part = f" {posting.part}" if posting.part else ""
    link = f", {slip.link.xero_id}" if slip.link else ""
    needs = ", ".join(f"{need.needs_kind}:{need.needs_id}" for need in slip.needs)
    waits = f" for {needs}" if needs and slip.state == State.WAITING else ""
    say(f"  {posting.act}{part} in {posting.resource}: {slip.state}{waits}{link}")
    for sent in slip.sent:
        request = sent.member.request
        answers = ", ".join(f"answered {answer.status}" for answer, _ in sent.answers)
        came = answers or "no answer came"
        say(f"    {_moment(request.frozen_at)} {request.method} {request.path}: {came}")


def _moment(at: dt.datetime) -> str:
    return f"{at:%d %b %Y, %H:%M:%S} UTC"
