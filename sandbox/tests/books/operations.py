"""Every operation of Xero's file on the resources of the sandbox, and a request that makes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from sandbox.tests.books.cast import Body, Firm, Reply, journal, line, payment
from sandbox.tests.books.schemas import spec
from xero_sandbox.books import change_settings
from xero_sandbox.books.values import is_guid

Act: TypeAlias = "Callable[[Firm], Reply]"

VERBS = ("get", "put", "post", "delete")
NOT_OFFERED = {
    "Attachments": "files are not part of posting",
    "pdf": "a print for people",
    "OnlineInvoice": "a link for people",
    "Email": "sends mail to people",
    "CISSettings": "the construction industry of one country",
}
"""Parts of our resources' paths that the sandbox answers with 501, and why."""

RATE: Body = {
    "Name": "Stamp duty",
    "ReportTaxType": "OUTPUT",
    "TaxComponents": [{"Name": "Duty", "Rate": "2.25"}],
}
NOTE: Body = {"Details": "bill b-1001"}


def _account(firm: Firm) -> str:
    sent = {"Code": "555", "Name": "Counsel", "Type": "EXPENSE"}
    return f"Accounts/{firm.put('Accounts', sent).rows('Accounts')[0]['AccountID']}"


def _contact(firm: Firm) -> str:
    return f"Contacts/{firm.contact()}"


def _numbered_contact(firm: Firm) -> Reply:
    firm.put("Contacts", {"Name": "Ada", "ContactNumber": "c-1"})
    return firm.get("Contacts/c-1")


def _invoice(firm: Firm) -> str:
    return f"Invoices/{firm.invoice('100.00')['InvoiceID']}"


def _credit_note(firm: Firm) -> str:
    return f"CreditNotes/{firm.credit_note('100.00')['CreditNoteID']}"


def _payment(firm: Firm) -> str:
    row = firm.pay(firm.invoice("100.00"), "10.00").rows("Payments")[0]
    return f"Payments/{row['PaymentID']}"


def _batch(firm: Firm) -> str:
    row = firm.batch(firm.invoice("1.00"), firm.invoice("2.00")).rows("BatchPayments")[0]
    return f"BatchPayments/{row['BatchPaymentID']}"


def _bank_transaction(firm: Firm) -> str:
    return f"BankTransactions/{firm.banked('RECEIVE')['BankTransactionID']}"


def _overpayment(firm: Firm) -> str:
    return f"Overpayments/{firm.banked('RECEIVE-OVERPAYMENT')['OverpaymentID']}"


def _prepayment(firm: Firm) -> str:
    return f"Prepayments/{firm.banked('RECEIVE-PREPAYMENT')['PrepaymentID']}"


def _transfer(firm: Firm) -> str:
    return f"BankTransfers/{firm.transfer()['BankTransferID']}"


def _journal(firm: Firm) -> str:
    return f"ManualJournals/{firm.journal()['ManualJournalID']}"


def _category(firm: Firm) -> str:
    row = firm.category("Office", "Sydney")
    return f"TrackingCategories/{row['TrackingCategoryID']}"


def _option(firm: Firm) -> str:
    row = firm.category("Office", "Sydney")
    option = row["Options"][0]["TrackingOptionID"]
    return f"TrackingCategories/{row['TrackingCategoryID']}/Options/{option}"


def _ledger(firm: Firm) -> str:
    change_settings(firm.organisation, {"tier": "advanced"})
    firm.invoice("100.00")
    return "Journals"


def _one_journal(firm: Firm) -> Reply:
    named = firm.get(_ledger(firm)).rows("Journals")[0]["JournalID"]
    return firm.get(f"Journals/{named}")


def _allocated(firm: Firm, credit: str) -> Reply:
    return firm.allocate(credit, firm.invoice("100.00"), "10.00")


def _deallocated(firm: Firm, credit: str) -> Reply:
    made = _allocated(firm, credit).rows("Allocations")[0]
    return firm.call("DELETE", f"{credit}/Allocations/{made['AllocationID']}")


def _deleted_rate(firm: Firm) -> Reply:
    firm.put("TaxRates", RATE)
    return firm.post("TaxRates", {**RATE, "Status": "DELETED"})


def _aged(firm: Firm, report: str) -> Reply:
    return firm.get(f"Reports/{report}", contactId=firm.contact())


def _listed(path: str, **query: str) -> Act:
    return lambda firm: firm.call("GET", path, query=query)


def _read(of: Callable[[Firm], str], then: str = "") -> Act:
    return lambda firm: firm.get(of(firm) + then)


def _noted(of: Callable[[Firm], str]) -> Act:
    return lambda firm: firm.put(f"{of(firm)}/History", NOTE)


def _posted(of: Callable[[Firm], str], change: Body) -> Act:
    return lambda firm: firm.post(of(firm), change)


def _deleted(of: Callable[[Firm], str]) -> Act:
    return lambda firm: firm.call("DELETE", of(firm))


def _delete_batch(firm: Firm) -> Reply:
    named = _batch(firm).partition("/")[2]
    return firm.post("BatchPayments", {"BatchPaymentID": named, "Status": "DELETED"})


def _delete_transfers(firm: Firm) -> Reply:
    named = _transfer(firm).partition("/")[2]
    return firm.post("BankTransfers", {"BankTransferID": named, "Status": "DELETED"})


DELETED = {"Status": "DELETED"}
RECEIVED: Body = {
    "Type": "RECEIVE",
    "Contact": {"Name": "Ada"},
    "BankAccount": {"Code": "091"},
    "LineItems": [line("110.00")],
}
MOVED: Body = {
    "FromBankAccount": {"Code": "091"},
    "ToBankAccount": {"Code": "090"},
    "Amount": "12.34",
}

OPERATIONS: dict[str, Act] = {
    "getAccounts": _listed("Accounts", where='Type=="BANK"', order="Code"),
    "createAccount": lambda firm: firm.put(
        "Accounts", {"Code": "555", "Name": "Counsel", "Type": "EXPENSE"}
    ),
    "getAccount": _read(_account),
    "updateAccount": _posted(_account, {"Name": "Counsel's fees"}),
    "deleteAccount": _deleted(_account),
    "getTaxRates": _listed("TaxRates", where='Status=="ACTIVE"', order="Name DESC"),
    "createTaxRates": lambda firm: firm.put("TaxRates", RATE),
    "updateTaxRate": _deleted_rate,
    "getTaxRateByTaxType": _listed("TaxRates/OUTPUT"),
    "getTrackingCategories": _listed("TrackingCategories", includeArchived="true", order="Name"),
    "createTrackingCategory": lambda firm: firm.put("TrackingCategories", {"Name": "Office"}),
    "getTrackingCategory": _read(_category),
    "updateTrackingCategory": _posted(_category, {"Status": "ARCHIVED"}),
    "deleteTrackingCategory": _deleted(_category),
    "createTrackingOptions": lambda firm: firm.put(f"{_category(firm)}/Options", {"Name": "Perth"}),
    "updateTrackingOptions": _posted(_option, {"Name": "Hobart"}),
    "deleteTrackingOptions": _deleted(_option),
    "getCurrencies": _listed("Currencies", where='Code=="AUD"', order="Code"),
    "createCurrency": lambda firm: firm.call("PUT", "Currencies", {"Code": "USD"}),
    "getOrganisations": _listed("Organisation"),
    "getOrganisationActions": _listed("Organisation/Actions"),
    "getContacts": _listed("Contacts", includeArchived="true", page="1"),
    "createContacts": lambda firm: firm.put("Contacts", {"Name": "Ada"}),
    "updateOrCreateContacts": lambda firm: firm.post("Contacts", {"Name": "Ada"}),
    "getContactByContactNumber": _numbered_contact,
    "getContact": _read(_contact),
    "updateContact": _posted(_contact, {"EmailAddress": "ada@example.com"}),
    "getContactHistory": _read(_contact, "/History"),
    "createContactHistory": _noted(_contact),
    "getInvoices": _listed("Invoices", page="1", unitdp="4", Statuses="AUTHORISED"),
    "createInvoices": lambda firm: firm.put("Invoices", firm.draft("100.00")),
    "updateOrCreateInvoices": lambda firm: firm.post("Invoices", firm.draft("100.00")),
    "getInvoice": _read(_invoice),
    "updateInvoice": _posted(_invoice, {"Reference": "M-17"}),
    "getInvoiceHistory": _read(_invoice, "/History"),
    "createInvoiceHistory": _noted(_invoice),
    "getCreditNotes": _listed("CreditNotes", page="1", pageSize="10"),
    "createCreditNotes": lambda firm: firm.put(
        "CreditNotes", firm.draft("9.00", Type="ACCRECCREDIT")
    ),
    "updateOrCreateCreditNotes": lambda firm: firm.post(
        "CreditNotes", firm.draft("9.00", Type="ACCRECCREDIT")
    ),
    "getCreditNote": _read(_credit_note),
    "updateCreditNote": _posted(_credit_note, {"Reference": "M-17"}),
    "createCreditNoteAllocation": lambda firm: _allocated(firm, _credit_note(firm)),
    "deleteCreditNoteAllocations": lambda firm: _deallocated(firm, _credit_note(firm)),
    "getCreditNoteHistory": _read(_credit_note, "/History"),
    "createCreditNoteHistory": _noted(_credit_note),
    "getPayments": _listed("Payments", where='Status=="AUTHORISED"', page="1"),
    "createPayments": lambda firm: firm.pay(firm.invoice("100.00"), "10.00"),
    "createPayment": lambda firm: firm.call(
        "POST", "Payments", payment(firm.invoice("100.00"), "10.00")
    ),
    "getPayment": _read(_payment),
    "deletePayment": _posted(_payment, DELETED),
    "getPaymentHistory": _read(_payment, "/History"),
    "createPaymentHistory": _noted(_payment),
    "getBatchPayments": _listed("BatchPayments", where='Status=="AUTHORISED"'),
    "createBatchPayment": lambda firm: firm.batch(firm.invoice("1.00"), firm.invoice("2.00")),
    "deleteBatchPayment": _delete_batch,
    "getBatchPayment": _read(_batch),
    "deleteBatchPaymentByUrlParam": lambda firm: firm.call("POST", _batch(firm), DELETED),
    "getBatchPaymentHistory": _read(_batch, "/History"),
    "createBatchPaymentHistoryRecord": _noted(_batch),
    "getOverpayments": _listed("Overpayments", page="1", References="R-1"),
    "getOverpayment": _read(_overpayment),
    "createOverpaymentAllocations": lambda firm: _allocated(firm, _overpayment(firm)),
    "deleteOverpaymentAllocations": lambda firm: _deallocated(firm, _overpayment(firm)),
    "getOverpaymentHistory": _read(_overpayment, "/History"),
    "getPrepayments": _listed("Prepayments", page="1", InvoiceNumbers="R-1"),
    "getPrepayment": _read(_prepayment),
    "createPrepaymentAllocations": lambda firm: _allocated(firm, _prepayment(firm)),
    "deletePrepaymentAllocations": lambda firm: _deallocated(firm, _prepayment(firm)),
    "getPrepaymentHistory": _read(_prepayment, "/History"),
    "getBankTransactions": _listed("BankTransactions", page="1", unitdp="4"),
    "createBankTransactions": lambda firm: firm.put("BankTransactions", RECEIVED),
    "updateOrCreateBankTransactions": lambda firm: firm.post("BankTransactions", RECEIVED),
    "getBankTransaction": _read(_bank_transaction),
    "updateBankTransaction": _posted(_bank_transaction, {"Reference": "TR-2"}),
    "getBankTransactionsHistory": _read(_bank_transaction, "/History"),
    "createBankTransactionHistoryRecord": _noted(_bank_transaction),
    "getBankTransfers": _listed("BankTransfers", includeDeleted="true", order="Date DESC"),
    "createBankTransfer": lambda firm: firm.put("BankTransfers", MOVED),
    "deleteBankTransfers": _delete_transfers,
    "getBankTransfer": _read(_transfer),
    "deleteBankTransfer": _posted(_transfer, DELETED),
    "getBankTransferHistory": _read(_transfer, "/History"),
    "createBankTransferHistoryRecord": _noted(_transfer),
    "getManualJournals": _listed("ManualJournals", page="1", order="Date"),
    "createManualJournals": lambda firm: firm.put("ManualJournals", journal()),
    "updateOrCreateManualJournals": lambda firm: firm.post("ManualJournals", journal()),
    "getManualJournal": _read(_journal),
    "updateManualJournal": _posted(_journal, {"Status": "POSTED"}),
    "getManualJournalsHistory": _read(_journal, "/History"),
    "createManualJournalHistoryRecord": _noted(_journal),
    "getJournals": lambda firm: firm.get(_ledger(firm), offset="0", paymentsOnly="false"),
    "getJournal": _one_journal,
    "getJournalByNumber": _read(_ledger, "/1"),
    "getReportTrialBalance": _listed("Reports/TrialBalance", date="2026-11-30"),
    "getReportBankSummary": _listed("Reports/BankSummary"),
    "getReportBalanceSheet": _listed("Reports/BalanceSheet"),
    "getReportProfitAndLoss": _listed("Reports/ProfitAndLoss"),
    "getReportAgedReceivablesByContact": lambda firm: _aged(firm, "AgedReceivablesByContact"),
    "getReportAgedPayablesByContact": lambda firm: _aged(firm, "AgedPayablesByContact"),
}
"""A successful request for each operationId of Xero's file."""

REFUSED: dict[str, Act] = {
    "createOverpaymentHistory": _noted(_overpayment),
    "createPrepaymentHistory": _noted(_prepayment),
}
"""Operations that Xero's file has and for which it shows a refusal only."""

ABSENT = {
    "getReportTenNinetyNine": "a tax form of one country",
    "getReportBudgetSummary": "there are no budgets",
    "getReportExecutiveSummary": "ratios for people",
    "getReportFromId": "published reports are made by people",
    "getReportsList": "published reports are made by people",
}
"""Operations on our resources that answer 404, and why."""


def operation_of(method: str, path: str) -> str | None:
    """Return the operationId that Xero's file has for a request, or None."""
    parts = path.split("/")
    found = [
        (template, rules[method.lower()]["operationId"])
        for template, rules in spec()["paths"].items()
        if method.lower() in rules and _fits(template.strip("/").split("/"), parts)
    ]
    # A path in words is meant before one with a blank.
    found.sort(key=lambda one: one[0].count("{"))
    return found[0][1] if found else None


def _fits(template: list[str], parts: list[str]) -> bool:
    return len(template) == len(parts) and all(
        _blank_fits(wanted, part) if wanted.startswith("{") else wanted == part
        for wanted, part in zip(template, parts, strict=True)
    )


def _blank_fits(blank: str, part: str) -> bool:
    """Ids are GUIDs; a blank for a number or code takes anything else."""
    return is_guid(part) == blank.endswith("ID}")


def documented(resources: set[str]) -> dict[str, str]:
    """Return the operations of Xero's file on some resources: id to path."""
    return {
        rules[verb]["operationId"]: path
        for path, rules in spec()["paths"].items()
        for verb in VERBS
        if verb in rules and path.split("/")[1] in resources
    }
