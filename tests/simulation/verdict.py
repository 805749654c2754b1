"""The judge: what stands in Xero against what was recorded, told from the raw documents alone.

Nothing of the product is asked. Whatever it believes, the ledger of the sandbox is what counts.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from tests.simulation.firm import Firm

ROUNDING = Decimal("0.01")

Fact = tuple[str, ...]


class Asked(Protocol):
    """An organisation that answers reads; figures of the answers are strings of their digits."""

    def ask(self, method: str, path: str, now: dt.datetime, **query: str) -> Any:  # noqa: ANN401
        ...


def expected(documents: Iterable[dict[str, Any]]) -> Counter[Fact]:
    """Return what must stand in Xero, each fact as often as it must."""
    facts: Counter[Fact] = Counter()
    for document in documents:
        facts.update(_facts(document))
    parties = {party["id"] for document in documents for party in _parties(document)}
    facts.update(("contact", party) for party in parties)
    return facts


def _facts(document: dict[str, Any]) -> Iterator[Fact]:
    match document["kind"]:
        case "bill":
            yield "Invoices", document["number"], document["total"], document["tax"]
        case "credit_note":
            yield "CreditNotes", document["number"], document["total"], document["tax"]
            for allocation in document["allocations"]:
                yield "allocation", document["number"], _number(allocation), allocation["amount"]
        case "receipt":
            for allocation in document["allocations"]:
                yield "payment", document["number"], _number(allocation), allocation["amount"]
        case _:
            yield "BankTransactions", document["number"], document["amount"], "0.00"


def _number(allocation: dict[str, Any]) -> str:
    return f"INV-{1000 + int(allocation['bill'].removeprefix('b-'))}"


def _parties(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if document["kind"] != "trust_receipt":
        yield document["client"]
    elif len({split["client"]["id"] for split in document["splits"]}) == 1:
        yield document["splits"][0]["client"]
    else:
        yield document["payer"]


def actual(firm: Asked, now: dt.datetime) -> Counter[Fact]:
    """Return what stands in Xero, told in the same words."""
    facts: Counter[Fact] = Counter()
    for contact in _all(firm, "Contacts", now):
        facts["contact", contact.get("ContactNumber", "")] += 1
    for invoice in _all(firm, "Invoices", now):
        facts["Invoices", invoice["InvoiceNumber"], *_totals(invoice)] += 1
    for note in _all(firm, "CreditNotes", now):
        facts["CreditNotes", note["CreditNoteNumber"], *_totals(note)] += 1
        for allocation in note.get("Allocations", []):
            number = allocation["Invoice"]["InvoiceNumber"]
            amount = _money(allocation["Amount"])
            facts["allocation", note["CreditNoteNumber"], number, amount] += 1
    for payment in _all(firm, "Payments", now):
        number = payment["Invoice"]["InvoiceNumber"]
        facts["payment", payment["Reference"], number, _money(payment["Amount"])] += 1
    for transaction in _all(firm, "BankTransactions", now):
        facts["BankTransactions", transaction["Reference"], *_totals(transaction)] += 1
    return facts


def _all(firm: Asked, resource: str, now: dt.datetime) -> list[dict[str, Any]]:
    found = firm.ask("GET", f"/{resource}", now, page="1", pageSize="1000")
    rows: list[dict[str, Any]] = found[resource]
    return [row for row in rows if row.get("Status") not in {"DELETED", "VOIDED"}]


def _totals(document: dict[str, Any]) -> tuple[str, str]:
    return _money(document["Total"]), _money(document["TotalTax"])


def _money(number: str) -> str:
    return str(Decimal(number).quantize(ROUNDING))


def differences(wanted: Counter[Fact], found: Counter[Fact]) -> list[str]:
    """Say what is lost, what is there twice, and what is there and should not be."""
    lost = [f"lost: {fact}" for fact in (wanted - found)]
    surplus = [f"{'twice' if wanted[fact] else 'foreign'}: {fact}" for fact in (found - wanted)]
    return sorted(lost + surplus)


def ledger_is_balanced(firm: Firm) -> bool:
    from xero_sandbox.books import ledger_lines  # noqa: PLC0415

    organisation = firm.sandbox.state.organisations[firm.tenant_id]
    lines = ledger_lines(organisation)
    debits = sum(Decimal(str(line["debit"])) for line in lines)
    return debits == sum(Decimal(str(line["credit"])) for line in lines)
