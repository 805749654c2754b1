"""What people do inside Xero behind the practice's back: one way each, by Xero's own API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.cli.scene import Document, bill, receipt, trust_receipt
from tests.simulation.firm import MAPPING

if TYPE_CHECKING:
    from tests.cli.scene import Xero

Row = dict[str, Any]

TRACKED: Document = {
    **MAPPING,
    "tracking": {
        "Office": {
            "category": "Office",
            "options": {"Sydney": "Sydney", "Newcastle": "Newcastle"},
        }
    },
}
DAY = "2026-06-25"
IDS = {
    "Invoices": "InvoiceID",
    "CreditNotes": "CreditNoteID",
    "Payments": "PaymentID",
    "BankTransactions": "BankTransactionID",
    "BankTransfers": "BankTransferID",
    "ManualJournals": "ManualJournalID",
}
KEPT = (
    "LineItemID",
    "Description",
    "Quantity",
    "UnitAmount",
    "LineAmount",
    "AccountCode",
    "TaxType",
    "Tracking",
)
"""What an edit sends back of a line as it was."""


class Desk:
    """Somebody at work in Xero."""

    def __init__(self, xero: Xero) -> None:
        self.xero = xero

    def find(self, resource: str, name: str) -> Row:
        """Return the one object that bears this number or reference."""
        rows = self.xero.ask("GET", f"/{resource}", page="1", pageSize="1000")[resource]
        (found,) = [row for row in rows if name in _names(row)]
        row: Row = found
        return row

    def edit(self, resource: str, name: str, **changed: object) -> None:
        found = self.find(resource, name)
        self._post(resource, found[IDS[resource]], changed)

    def edit_line(self, resource: str, name: str, **changed: object) -> None:
        """Change the first line; of a journal both, so that it balances."""
        found = self.find(resource, name)
        lines = "JournalLines" if resource == "ManualJournals" else "LineItems"
        rows = [{name: row[name] for name in KEPT if name in row} for row in found[lines]]
        rows[0] |= changed
        if "UnitAmount" in changed:
            rows[0].pop("LineAmount", None)
        if resource == "ManualJournals":
            rows[1]["LineAmount"] = f"-{changed['LineAmount']}"
        self._post(resource, found[IDS[resource]], {lines: rows})

    def pay(self, kind: str, name: str, amount: str) -> None:
        document = self.find(f"{kind}s", name)
        paid = {kind: {f"{kind}ID": document[f"{kind}ID"]}, "Account": {"Code": "090"}}
        self.xero.ask("PUT", "/Payments", body={**paid, "Date": DAY, "Amount": amount})

    def allocate(self, source: str, source_id: str, number: str, amount: str) -> None:
        invoice = {"InvoiceID": self.find("Invoices", number)["InvoiceID"]}
        body = {"Allocations": [{"Invoice": invoice, "Amount": amount, "Date": DAY}]}
        self.xero.ask("PUT", f"/{source}/{source_id}/Allocations", body=body)

    def contact(self, party: str) -> str:
        rows = self.xero.ask("GET", "/Contacts", page="1", pageSize="1000")["Contacts"]
        (found,) = [row["ContactID"] for row in rows if row.get("ContactNumber") == party]
        return str(found)

    def account(self, code: str, **changed: object) -> None:
        rows = self.xero.ask("GET", "/Accounts")["Accounts"]
        (found,) = [row["AccountID"] for row in rows if row.get("Code") == code]
        self.xero.ask("POST", f"/Accounts/{found}", body=changed)

    def enter(self, resource: str, **fields: object) -> Row:
        """Enter something by hand, to a contact of its own."""
        body = {"Contact": {"Name": "By hand"}, "Date": DAY, **fields}
        if resource == "ManualJournals":
            del body["Contact"]
        (made,) = self.xero.ask("PUT", f"/{resource}", body=body)[resource]
        row: Row = made
        return row

    def _post(self, resource: str, xero_id: str, body: Row) -> None:
        self.xero.ask("POST", f"/{resource}/{xero_id}", body={IDS[resource]: xero_id, **body})


def _names(row: Row) -> set[str]:
    narration = row.get("Narration", "").partition(" | ")[0]
    numbers = {row.get(name) for name in ("InvoiceNumber", "CreditNoteNumber", "Reference")}
    return {narration, *map(str, numbers)}


@dataclass(frozen=True)
class Tampering:
    """What is done, the code that names it, and the name under which it must be told.

    ``documents`` are what the practice posts first, ``later`` what it takes in and does not post.
    """

    what: str
    code: str
    name: str
    documents: list[Document]
    act: Callable[[Desk], object]
    later: tuple[Document, ...] = ()


def line(amount: str, account: str, tax: str = "BASEXCLUDED") -> Row:
    return {
        "Description": "By hand",
        "Quantity": "1",
        "UnitAmount": amount,
        "AccountCode": account,
        "TaxType": tax,
    }


def credit_note(name: str, **changed: object) -> Document:
    made = bill(name, kind="credit_note", id=f"cn-{name}", number=f"CN-{name}")
    return {**made, "date": "2026-06-16", **changed}


def tracked(name: str) -> Document:
    made = bill(name)
    return {**made, "lines": [{**made["lines"][0], "tracking": {"Office": "Sydney"}}]}


def journal(name: str) -> Document:
    lines = [{"account": "2-1000", "amount": "70.00"}, {"account": "2-2000", "amount": "-70.00"}]
    made = {"kind": "journal", "id": f"j-{name}", "number": f"J-{name}", "date": "2026-06-20"}
    return {**made, "narration": "Accrued", "lines": lines}


def bank_transfer(name: str) -> Document:
    made = {"kind": "bank_transfer", "id": f"bt-{name}", "number": f"BT-{name}"}
    moved = {"from_bank_account": "OFFICE", "to_bank_account": "SAVINGS", "amount": "80.00"}
    return {**made, "date": "2026-06-20", **moved}


def refund_of(name: str, kind: str) -> dict[str, str]:
    return {"kind": kind, "id": name}


def _merge(desk: Desk) -> None:
    both = {"from": desk.contact("c-17"), "into": desk.contact("c-17b")}
    desk.xero.settings(mergeContacts=both)


def _reconcile(desk: Desk) -> None:
    payment = desk.find("Payments", "R-21")["PaymentID"]
    marked = {"tenantId": desk.xero.tenant_id, "kind": "payment", "id": payment}
    desk.xero.control("POST", "reconcile", marked)


def _credit(desk: Desk) -> None:
    made = desk.enter(
        "CreditNotes",
        Type="ACCRECCREDIT",
        CreditNoteNumber="BY-HAND",
        Status="AUTHORISED",
        Contact={"ContactID": desk.contact("c-22")},
        LineItems=[line("25.00", "200")],
    )
    desk.allocate("CreditNotes", made["CreditNoteID"], "INV-22", "25.00")


def _allocate(desk: Desk) -> None:
    ours = desk.find("CreditNotes", "CN-23")["CreditNoteID"]
    desk.allocate("CreditNotes", ours, "INV-23", "30.00")


def _take_back(desk: Desk) -> None:
    note = desk.find("CreditNotes", "CN-24")
    (made,) = note["Allocations"]
    path = f"/CreditNotes/{note['CreditNoteID']}/Allocations/{made['AllocationID']}"
    desk.xero.ask("DELETE", path)


def _use_overpayment(desk: Desk) -> None:
    rows = desk.xero.ask("GET", "/Overpayments", page="1")["Overpayments"]
    (ours,) = [one for one in rows if one["Contact"]["ContactNumber"] == "c-35"]
    desk.allocate("Overpayments", ours["OverpaymentID"], "INV-35", "15.00")


def _spend_trust(desk: Desk) -> None:
    desk.enter(
        "BankTransactions",
        Type="SPEND",
        BankAccount={"Code": "T91"},
        Reference="BANKFEE",
        LineItems=[line("5.00", "404")],
    )


def _journal_on_trust(desk: Desk) -> None:
    lines = [
        {"LineAmount": "9.00", "AccountCode": "805T"},
        {"LineAmount": "-9.00", "AccountCode": "200"},
    ]
    desk.enter("ManualJournals", Narration="Fees taken", Status="POSTED", JournalLines=lines)


def _enter_bill(desk: Desk, number: str) -> Row:
    entered = {"Type": "ACCREC", "Status": "AUTHORISED", "InvoiceNumber": number}
    return desk.enter("Invoices", **entered, DueDate=DAY, LineItems=[line("12.00", "200")])


def supplier_bill(name: str) -> Document:
    made = bill(name, kind="supplier_bill", id=f"sb-{name}", number=f"LAMB-{name}")
    del made["client"]
    supplier = {"id": "s-1", "name": "Barrister Lamb"}
    bought = {**made["lines"][0], "account": "6-1000"}
    return {**made, "supplier": supplier, "lines": [bought]}


def trust_bill_payment(name: str) -> Document:
    made = {"kind": "trust_bill_payment", "id": f"tb-{name}", "number": f"TB-{name}"}
    owner = {"client": {"id": f"c-{name}", "name": f"Client {name}"}}
    matter = {"id": f"m-{name}", "number": f"2026-{name}"}
    paid = {"amount": "100.00", "allocations": [{"bill": f"b-{name}", "amount": "100.00"}]}
    return {**made, "date": "2026-06-20", "trust_account": "TRUST1", **owner} | {
        "matter": matter,
        **paid,
        "authority": "the client, by letter",
    }


def _pay_from_trust(desk: Desk) -> None:
    made = _enter_bill(desk, "BY-HAND-41")
    paid = {"Invoice": {"InvoiceID": made["InvoiceID"]}, "Account": {"Code": "805T"}}
    reference = {"Reference": "COSTS TAKEN", "Date": DAY, "Amount": "12.00"}
    desk.xero.ask("PUT", "/Payments", body={**paid, **reference})


def _transfer_from_trust(desk: Desk) -> None:
    both = {"FromBankAccount": {"Code": "T91"}, "ToBankAccount": {"Code": "090"}}
    moved = {"Amount": "3.00", "Date": DAY, "Reference": "TO OFFICE"}
    desk.xero.ask("PUT", "/BankTransfers", body={**both, **moved})


FOREIGN = {"currency": "USD", "exchange_rate": "1.5"}
TWO_ON_OTHER = {"allocations": [{"bill": "b-24", "amount": "20.00"}]}

EVERY_WAY: tuple[Tampering, ...] = (
    Tampering(
        "a bill is paid",
        "paid_in_xero",
        "INV-1",
        [bill("1")],
        lambda desk: desk.pay("Invoice", "INV-1", "100.00"),
    ),
    Tampering(
        "a bill is paid in part",
        "part_paid_in_xero",
        "INV-2",
        [bill("2")],
        lambda desk: desk.pay("Invoice", "INV-2", "30.00"),
    ),
    Tampering(
        "a payment is added beside the practice's own",
        "payment_added_in_xero",
        "INV-3",
        [bill("3"), receipt("3", "40.00")],
        lambda desk: desk.pay("Invoice", "INV-3", "40.00"),
    ),
    Tampering(
        "a bill is voided",
        "document_voided_in_xero",
        "INV-4",
        [bill("4")],
        lambda desk: desk.edit("Invoices", "INV-4", Status="VOIDED"),
    ),
    Tampering(
        "a credit note is voided",
        "document_voided_in_xero",
        "CN-5",
        [credit_note("5")],
        lambda desk: desk.edit("CreditNotes", "CN-5", Status="VOIDED"),
    ),
    Tampering(
        "a line's amount is edited",
        "line_amount_changed",
        "INV-6",
        [bill("6")],
        lambda desk: desk.edit_line("Invoices", "INV-6", UnitAmount="90.00"),
    ),
    Tampering(
        "a line is put on another account",
        "line_account_changed",
        "INV-7",
        [bill("7")],
        lambda desk: desk.edit_line("Invoices", "INV-7", AccountCode="260"),
    ),
    Tampering(
        "a line is given another tax type",
        "line_tax_changed",
        "INV-8",
        [bill("8")],
        lambda desk: desk.edit_line("Invoices", "INV-8", TaxType="OUTPUT"),
    ),
    Tampering(
        "a bill is dated another day",
        "date_changed",
        "INV-9",
        [bill("9", due_date="2026-07-15")],
        lambda desk: desk.edit("Invoices", "INV-9", Date="2026-06-29"),
    ),
    Tampering(
        "a bill falls due on another day",
        "due_date_changed",
        "INV-10",
        [bill("10")],
        lambda desk: desk.edit("Invoices", "INV-10", DueDate="2026-08-31"),
    ),
    Tampering(
        "a bill is given to another contact",
        "contact_changed",
        "INV-11",
        [bill("11")],
        lambda desk: desk.edit("Invoices", "INV-11", Contact={"ContactID": desk.contact("c-1")}),
    ),
    Tampering(
        "a bill is given another reference",
        "reference_changed",
        "INV-12",
        [bill("12", matter={"id": "m-12", "number": "2026-12"})],
        lambda desk: desk.edit("Invoices", "INV-12", Reference="as agreed"),
    ),
    Tampering(
        "a bill is renumbered",
        "number_changed",
        "INV-13",
        [bill("13")],
        lambda desk: desk.edit("Invoices", "INV-13", InvoiceNumber="RENUMBERED"),
    ),
    Tampering(
        "a foreign bill is given another rate",
        "currency_rate_changed",
        "INV-14",
        [bill("14", **FOREIGN)],
        lambda desk: desk.edit("Invoices", "INV-14", CurrencyRate="0.7"),
    ),
    Tampering(
        "a line is given other tracking",
        "line_tracking_changed",
        "INV-15",
        [tracked("15")],
        lambda desk: desk.edit_line(
            "Invoices", "INV-15", Tracking=[{"Name": "Office", "Option": "Newcastle"}]
        ),
    ),
    Tampering(
        "a line is added to a bill",
        "lines_added_or_removed",
        "INV-16",
        [bill("16")],
        lambda desk: desk.edit(
            "Invoices", "INV-16", LineItems=[line("60.00", "200"), line("40.00", "200")]
        ),
    ),
    Tampering(
        "a client's contact is merged into another",
        "contact_merged",
        "Client 17",
        [bill("17"), bill("17b")],
        _merge,
    ),
    Tampering(
        "a client's contact is archived",
        "contact_archived",
        "Client 18",
        [bill("18")],
        lambda desk: desk.xero.ask(
            "POST", f"/Contacts/{desk.contact('c-18')}", body={"ContactStatus": "ARCHIVED"}
        ),
    ),
    Tampering(
        "an account of the mapping is archived",
        "account_archived",
        "Legal expenses",
        [],
        lambda desk: desk.account("441", Status="ARCHIVED"),
    ),
    Tampering(
        "a payment is deleted",
        "payment_deleted_in_xero",
        "R-20",
        [bill("20"), receipt("20")],
        lambda desk: desk.edit("Payments", "R-20", Status="DELETED"),
    ),
    Tampering(
        "a payment is reconciled",
        "reconciled_in_xero",
        "R-21",
        [bill("21"), receipt("21")],
        _reconcile,
    ),
    Tampering("a bill is credited", "credited_in_xero", "INV-22", [bill("22")], _credit),
    Tampering(
        "the practice's credit is applied by hand",
        "credit_allocated_in_xero",
        "CN-23",
        [bill("23"), credit_note("23")],
        _allocate,
    ),
    Tampering(
        "an allocation is taken back",
        "allocation_deleted_in_xero",
        "CN-24",
        [bill("24"), credit_note("24", **TWO_ON_OTHER)],
        _take_back,
    ),
    Tampering(
        "the practice's credit is paid back",
        "refunded_in_xero",
        "CN-25",
        [credit_note("25")],
        lambda desk: desk.pay("CreditNote", "CN-25", "35.00"),
    ),
    Tampering(
        "a bank transaction is edited",
        "bank_transaction_changed",
        "TR-26",
        [trust_receipt("26")],
        lambda desk: desk.edit_line("BankTransactions", "TR-26", UnitAmount="99.00"),
    ),
    Tampering(
        "a bank transaction is deleted",
        "bank_transaction_deleted_in_xero",
        "TR-27",
        [trust_receipt("27")],
        lambda desk: desk.edit("BankTransactions", "TR-27", Status="DELETED"),
    ),
    Tampering(
        "a bank transfer is deleted",
        "transfer_deleted_in_xero",
        "BT-28",
        [bank_transfer("28")],
        lambda desk: desk.edit("BankTransfers", "BT-28", Status="DELETED"),
    ),
    Tampering(
        "a journal is edited",
        "journal_changed",
        "J-29",
        [journal("29")],
        lambda desk: desk.edit_line("ManualJournals", "J-29", LineAmount="71.00"),
    ),
    Tampering(
        "a journal is voided",
        "journal_voided_in_xero",
        "J-30",
        [journal("30")],
        lambda desk: desk.edit("ManualJournals", "J-30", Status="VOIDED"),
    ),
    Tampering(
        "a bill is entered by hand under a number like the practice's",
        "number_not_ours",
        "INV-9031",
        [],
        lambda desk: _enter_bill(desk, "INV-9031"),
    ),
    Tampering(
        "money is spent from a trust account",
        "trust_entry_not_ours",
        "BANKFEE",
        [],
        _spend_trust,
    ),
    Tampering(
        "a journal touches the trust liability",
        "trust_entry_not_ours",
        "Fees taken",
        [],
        _journal_on_trust,
    ),
    Tampering(
        "a bill is entered by hand under the number of one that waits",
        "same_number_in_xero",
        "INV-34",
        [],
        lambda desk: _enter_bill(desk, "INV-34"),
        later=(bill("34"),),
    ),
    Tampering(
        "money received ahead is applied by hand",
        "credit_allocated_in_xero",
        "R-35",
        [bill("35"), receipt("35", "150.00", allocations=[])],
        _use_overpayment,
    ),
    Tampering(
        "an account of the mapping is given another code",
        "account_changed",
        "Superannuation Payable",
        [],
        lambda desk: desk.account("826", Code="8260"),
    ),
    Tampering(
        "a supplier's bill is renumbered",
        "number_changed",
        "LAMB-37",
        [supplier_bill("37")],
        lambda desk: desk.edit("Invoices", "LAMB-37", InvoiceNumber="LAMB-73"),
    ),
    Tampering(
        "a credit note's amount is edited",
        "line_amount_changed",
        "CN-38",
        [credit_note("38")],
        lambda desk: desk.edit_line("CreditNotes", "CN-38", UnitAmount="10.00"),
    ),
    Tampering(
        "a bill's payment from trust is deleted",
        "payment_deleted_in_xero",
        "TB-39",
        [bill("39"), trust_receipt("39"), trust_bill_payment("39")],
        lambda desk: desk.edit("Payments", "TB-39", Status="DELETED"),
    ),
    Tampering(
        "money is moved from a trust bank to the office",
        "trust_entry_not_ours",
        "TO OFFICE",
        [],
        _transfer_from_trust,
    ),
    Tampering(
        "a bill of somebody else's is paid from the trust liability",
        "trust_entry_not_ours",
        "COSTS TAKEN",
        [],
        _pay_from_trust,
    ),
)
