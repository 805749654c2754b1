"""``counterfoil status``, ``problems`` and ``show``: looking without touching."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    OrganisationOption,
    console,
    errors,
    fail,
    open_organisation,
    print_json,
)

if TYPE_CHECKING:
    from counterfoil.web.models import Document
    from counterfoil.web.services.stub import Slip, Stub

SHOWN = 5
"""Documents named beside a problem; programs get all of them."""


def status(
    *, as_json: JsonOption = False, firm: FirmOption = "", organisation: OrganisationOption = ""
) -> None:
    """Say how the connection and the queue stand."""
    chosen = open_organisation(firm, organisation)
    from django.utils import timezone

    from counterfoil.web.services import standing

    now = standing.standing(chosen, timezone.now())
    if as_json:
        print_json(standing.as_json(now))
        return
    name = f" to {now.tenant_name}" if now.tenant_name else ""
    since = f" since {standing.moment(now.since)}" if now.since else ""
    console.print(f"Connection{name}: {now.connection}{since}", highlight=False)
    for state, count in now.counts.items():
        console.print(f"{count:6} {state}", highlight=False)
    console.print(f"{now.calls_left_today} calls left today", highlight=False)
    for alert in standing.alerts(now, ()):
        errors.print(f"{alert.what} {alert.detail}".strip(), markup=False, highlight=False)


def problems(
    *, as_json: JsonOption = False, firm: FirmOption = "", organisation: OrganisationOption = ""
) -> None:
    """List what stands in the way, grouped by cause, each with its fix."""
    chosen = open_organisation(firm, organisation)
    from counterfoil.web.services import naming
    from counterfoil.web.services import problems as service

    found = [(one, naming.documents_with(chosen, one)) for one in service.problems(chosen)]
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
        console.print("No problems.")


def _named(document: Document) -> dict[str, str]:
    return {"kind": document.kind, "id": document.source_id, "number": document.number}


def _show_problem(message: str, fix: str, documents: list[Document]) -> None:
    console.print(message, markup=False, highlight=False)
    console.print(f"    {fix}", markup=False, highlight=False)
    names = ", ".join(d.number or f"{d.kind}:{d.source_id}" for d in documents[:SHOWN])
    more = f" and {len(documents) - SHOWN} more" if len(documents) > SHOWN else ""
    console.print(f"    {len(documents)} documents: {names}{more}", markup=False, highlight=False)


def show(
    document: Annotated[str, typer.Argument(help="A document's id, or kind:id.")],
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
        fail(f"The daybook has no document with the id {document}.", status=1)
    if as_json:
        print_json([_stub_as_json(one) for one in stubs])
        return
    for one in stubs:
        _show_stub(one)


def _stub_as_json(one: Stub) -> dict[str, object]:
    return {
        **_named(one.document),
        "state": str(one.state),
        "revision": one.document.revision,
        "findings": [
            {
                "severity": finding.severity,
                "code": finding.code,
                "message": finding.message,
                "fix": finding.fix,
                "path": finding.path,
            }
            for finding in one.findings
        ],
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
        "requests": [sent.member.request.key for sent in slip.sent],
    }


def _show_stub(one: Stub) -> None:
    document = one.document
    head = f"{document.kind} {document.number} ({document.source_id}): {one.state}"
    console.print(head, markup=False, highlight=False, style="bold")
    for finding in one.findings:
        where = f" [{finding.path}]" if finding.path else ""
        line = f"  {finding.severity}{where}: {finding.message} {finding.fix}"
        console.print(line, markup=False, highlight=False)
    for slip in one.slips:
        link = f" = {slip.link.xero_id}" if slip.link else ""
        needs = ", ".join(f"{need.needs_kind}:{need.needs_id}" for need in slip.needs)
        waits = f" (needs {needs})" if needs and slip.state == "waiting" else ""
        name = slip.posting.part or "document"
        line = f"  {name} → {slip.posting.resource}: {slip.state}{link}{waits}"
        console.print(line, markup=False, highlight=False)
