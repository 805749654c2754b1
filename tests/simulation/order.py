"""The order of what was sent: nothing before what it names.

Xero names the parties, invoices and credits of a call by ids that it gave out itself. Whatever a
call names must therefore have come into being by an earlier one, and a payment must name something.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.simulation.firm import Firm
    from xero_sandbox.requestlog import Row

NAMED = ("ContactID", "InvoiceID", "CreditNoteID", "OverpaymentID", "PrepaymentID")


def out_of_order(firm: Firm) -> list[str]:
    """Say which calls named what was not there yet, in the order of the calls' outcomes."""
    transactions = firm.sandbox.state.organisations[firm.tenant_id].bank_transactions
    credits_of = {one.transaction_id: one.document_id for one in transactions.values()}
    there: set[str | None] = set()
    early: list[str] = []
    for row in firm.sandbox.state.log.rows:
        if row.request.method == "PUT":
            path = row.request.path.rpartition("/api.xro/2.0/")[2]
            missing = [name for name in _named(row, path) if name not in there]
            early += [f"early: {path} names {name or 'nothing'}" for name in missing]
        there.update(row.applied)
        # Prepaid money is a bank transaction and a credit at once, each with an id of its own.
        there.update(credits_of.get(one) for one in row.applied)
    return early


def _named(row: Row, path: str) -> Iterator[str]:
    resource, *rest = path.split("/")
    if rest:
        yield rest[0]
    for element in _elements(json.loads(row.request.body)):
        named = list(_ids(element))
        yield from named
        if resource == "Payments" and not named:
            yield ""


def _elements(body: dict[str, Any]) -> Iterable[object]:
    """Return the elements of a call, which stand in a list or bare."""
    wrapped = next(iter(body.values()))
    return wrapped if len(body) == 1 and isinstance(wrapped, list) else [body]


def _ids(element: object) -> Iterator[str]:
    if isinstance(element, dict):
        yield from (element[name] for name in NAMED if name in element)
        for value in element.values():
            yield from _ids(value)
    elif isinstance(element, list):
        for value in element:
            yield from _ids(value)
