"""The front page: every organisation at a glance, and where things are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.pages.frame import Column, base, page, row, table
from xero_sandbox.pages.markup import Html, link, tag

if TYPE_CHECKING:
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.sandbox import Sandbox
    from xero_sandbox.wire import Answer

_COLUMNS = (
    Column("Organisation"),
    Column("Country", "minor"),
    Column("Documents", "num"),
    Column("Contacts", "num minor"),
    Column("Ledger entries", "num"),
    Column("Tenant id", "minor mono"),
)


def home(sandbox: Sandbox) -> Answer:
    """Return the front page."""
    organisations = sandbox.state.organisations.values()
    return page(
        "Organisations",
        tag("p", f"A local Xero, at {sandbox.base_url}. Look into its books below.", class_="sub"),
        table(
            _COLUMNS,
            [_organisation(one) for one in organisations],
            "There is no organisation yet. Make one with POST /_sandbox/organisations.",
        ),
        tag("h2", "What answers here"),
        table(
            (Column("Address", "mono"), Column("What it is")),
            [row((Column("", "mono"), Column("")), one) for one in _ADDRESSES],
        ),
    )


_ADDRESSES = (
    ("/identity/connect/authorize", "the consent page"),
    ("/connect/token, /connect/revocation", "tokens"),
    ("/connections", "which organisations a token reaches"),
    ("/api.xro/2.0/", "the Accounting API"),
    ("/_sandbox/kinds-of-fault", "every fault that can be ordered"),
    ("/_sandbox/faults", "the faults in force"),
)


def _organisation(one: Organisation) -> Html:
    return row(
        _COLUMNS,
        (
            link(base(one), one.name),
            one.country,
            f"{len(one.documents):,}",
            f"{len(one.contacts):,}",
            f"{len(one.ledger.entries):,}",
            one.tenant_id,
        ),
    )
