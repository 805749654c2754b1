"""Every text of the sandbox's catalogue, and a request that provokes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from sandbox.tests.books.cast import Body, Firm, Reply, journal, line, payment
from xero_sandbox.books import change_settings, mark_reconciled

Act: TypeAlias = "Callable[[Firm], Reply]"

NOBODY = "b1b5a0a0-0000-4000-8000-000000000000"
RATE: Body = {
    "Name": "Duty",
    "ReportTaxType": "OUTPUT",
    "TaxComponents": [{"Name": "Duty", "Rate": "2.25"}],
}
ACCOUNT: Body = {"Code": "555", "Name": "Counsel", "Type": "EXPENSE"}
RECEIVED: Body = {
    "Type": "RECEIVE",
    "Contact": {"Name": "Bank of Byron"},
    "BankAccount": {"Code": "091"},
    "LineItems": [line("110.00")],
}
MOVED: Body = {
    "FromBankAccount": {"Code": "091"},
    "ToBankAccount": {"Code": "090"},
    "Amount": "1.00",
}


def _settings(firm: Firm, **body: object) -> None:
    change_settings(firm.organisation, body)


def _draft(**fields: object) -> Act:
    """Send an approved invoice that is right but for ``fields``."""
    return lambda firm: firm.put("Invoices", firm.draft("100.00", **fields))


def _line(**fields: object) -> Act:
    """Send an approved invoice whose one line is right but for ``fields``."""
    return lambda firm: firm.put("Invoices", firm.draft(LineItems=[{**line("100.00"), **fields}]))


def _contact(**fields: object) -> Act:
    return lambda firm: firm.put("Contacts", {"Name": "Ada", **fields})


def _received(**fields: object) -> Act:
    return lambda firm: firm.put("BankTransactions", {**RECEIVED, **fields})


def _moved(**fields: object) -> Act:
    return lambda firm: firm.put("BankTransfers", {**MOVED, **fields})


def _account(**fields: object) -> Act:
    return lambda firm: firm.put("Accounts", {**ACCOUNT, **fields})


def _rate(**fields: object) -> Act:
    return lambda firm: firm.put("TaxRates", {**RATE, **fields})


def _journal(**fields: object) -> Act:
    return lambda firm: firm.put("ManualJournals", journal(**fields))


def _paid(**fields: object) -> Act:
    """Pay an open invoice with a payment that is right but for ``fields``."""
    return lambda firm: firm.put("Payments", payment(firm.invoice("100.00"), "1.00", **fields))


def _report(**query: str) -> Act:
    return lambda firm: firm.call("GET", "Reports/ProfitAndLoss", query=query)


def _twice(act: Act) -> Act:
    def both(firm: Firm) -> Reply:
        act(firm)
        return act(firm)

    return both


def _edit(then: Body, **fields: object) -> Act:
    """Change an invoice over 100.00 that stands as ``fields`` say."""
    return lambda firm: firm.post(f"Invoices/{firm.invoice('100.00', **fields)['InvoiceID']}", then)


def _edit_paid(then: Body, paid: str = "110.00") -> Act:
    def act(firm: Firm) -> Reply:
        invoice = firm.invoice("100.00")
        firm.pay(invoice, paid)
        return firm.post(f"Invoices/{invoice['InvoiceID']}", then)

    return act


def _locked(lock: str, *, edit: bool = False) -> Act:
    def act(firm: Firm) -> Reply:
        if not edit:
            _settings(firm, **{lock: "2026-11-20"})
            return firm.put("Invoices", firm.draft("1.00"))
        invoice = firm.invoice("1.00")
        _settings(firm, **{lock: "2026-11-20"})
        return firm.post(f"Invoices/{invoice['InvoiceID']}", {"Reference": "late"})

    return act


def _taken_rate(firm: Firm) -> Reply:
    """Use a rate that was archived since."""
    firm.put("TaxRates", RATE)
    firm.post("TaxRates", {"TaxType": "TAX001", "Status": "ARCHIVED"})
    return _line(TaxType="TAX001")(firm)


def _archived_account(firm: Firm) -> Reply:
    firm.post(f"Accounts/{firm.account('260')}", {"Status": "ARCHIVED"})
    return _line(AccountCode="260")(firm)


def _archived_contact(firm: Firm) -> Reply:
    contact = {"ContactID": firm.contact()}
    firm.post("Contacts", {**contact, "ContactStatus": "ARCHIVED"})
    return firm.put("Invoices", firm.draft("1.00", Contact=contact))


def _two_of_a_number(firm: Firm) -> Reply:
    firm.put("Contacts", {"Name": "Ada", "ContactNumber": "c-1"})
    return firm.put("Contacts", {"Name": "Augusta", "ContactNumber": "c-1"})


def _pay_a_draft(firm: Firm) -> Reply:
    return firm.pay(firm.invoice("1.00", Status="DRAFT"), "1.00")


def _batch(firm: Firm) -> Reply:
    return firm.batch(firm.invoice("1.00"), firm.invoice("2.00"))


def _delete_member(firm: Firm) -> Reply:
    named = _batch(firm).rows("BatchPayments")[0]["Payments"][0]["PaymentID"]
    return firm.post(f"Payments/{named}", {"Status": "DELETED"})


def _allocate(amount: str, credit: Body | None = None, **invoice: object) -> Act:
    """Apply 44.00 of credit to an invoice over 110.00."""

    def act(firm: Firm) -> Reply:
        note = firm.credit_note("40.00", **(credit or {}))
        target = firm.invoice("100.00", **invoice)
        return firm.allocate(f"CreditNotes/{note['CreditNoteID']}", target, amount)

    return act


def _allocate_to_paid(firm: Firm) -> Reply:
    note, target = firm.credit_note("40.00"), firm.invoice("1.00")
    firm.pay(target, "1.10")
    return firm.allocate(f"CreditNotes/{note['CreditNoteID']}", target, "1.00")


def _allocate_to_another(firm: Firm) -> Reply:
    other = {"ContactID": firm.contact("Charles Babbage")}
    return _allocate("1.00", Contact=other)(firm)


def _allocate_to_nothing(firm: Firm) -> Reply:
    note = firm.credit_note("40.00")
    return firm.allocate(f"CreditNotes/{note['CreditNoteID']}", {"InvoiceID": NOBODY}, "1.00")


def _edit_reconciled(firm: Firm) -> Reply:
    named = firm.banked("RECEIVE")["BankTransactionID"]
    mark_reconciled(firm.organisation, "bank_transaction", named)
    return firm.post(f"BankTransactions/{named}", {"Status": "DELETED"})


def _turn_bank_transaction(firm: Firm) -> Reply:
    named = firm.banked("RECEIVE")["BankTransactionID"]
    return firm.post(f"BankTransactions/{named}", {"Type": "SPEND"})


def _foreign_bank(firm: Firm) -> Reply:
    _settings(firm, currencies=["AUD", "USD"])
    sent = {"Code": "095", "Name": "US Dollars", "Type": "BANK", "BankAccountNumber": "1"}
    firm.put("Accounts", {**sent, "CurrencyCode": "USD"})
    return _moved(ToBankAccount={"Code": "095"})(firm)


def _delete_reconciled_transfer(firm: Firm) -> Reply:
    made = firm.transfer(FromIsReconciled=True)
    return firm.post(f"BankTransfers/{made['BankTransferID']}", {"Status": "DELETED"})


def _edit_transfer(firm: Firm) -> Reply:
    return firm.post(f"BankTransfers/{firm.transfer()['BankTransferID']}", {"Amount": "2.00"})


def _void_draft_journal(firm: Firm) -> Reply:
    named = firm.journal()["ManualJournalID"]
    return firm.post(f"ManualJournals/{named}", {"Status": "VOIDED"})


def _capped(firm: Firm) -> Reply:
    _settings(firm, salesCap=0)
    return firm.put("Invoices", firm.draft("1.00"))


def _edit_payment(then: Body, *, first: str | None = None) -> Act:
    """Change a payment, perhaps after it was reconciled or deleted."""

    def act(firm: Firm) -> Reply:
        named = firm.pay(firm.invoice("1.00"), "1.00").rows("Payments")[0]["PaymentID"]
        if first == "reconciled":
            mark_reconciled(firm.organisation, "payment", named)
        elif first is not None:
            firm.post(f"Payments/{named}", {"Status": first})
        return firm.post(f"Payments/{named}", then)

    return act


def _pay_two_things(firm: Firm) -> Reply:
    note = firm.credit_note("1.00")
    return _paid(CreditNote={"CreditNoteID": note["CreditNoteID"]})(firm)


def _batch_twice(firm: Firm) -> Reply:
    invoice = firm.invoice("1.00")
    return firm.batch(invoice, invoice)


def _mixed_batch(firm: Firm) -> Reply:
    return firm.batch(firm.invoice("1.00"), firm.invoice("1.00", Type="ACCPAY"))


def _three_trackings(firm: Firm) -> Reply:
    return _line(Tracking=[{"Name": "Office", "Option": "Perth"}] * 3)(firm)


def _delete_used_option(firm: Firm) -> Reply:
    category = firm.category("Office", "Perth")
    tracking = [{"Name": "Office", "Option": "Perth"}]
    firm.invoice(LineItems=[line("1.00", Tracking=tracking)])
    return firm.call("DELETE", f"TrackingCategories/{category['TrackingCategoryID']}")


def _third_category(firm: Firm) -> Reply:
    for name in ("Office", "Partner"):
        firm.category(name)
    return firm.put("TrackingCategories", {"Name": "Matter type"})


def _archive_and_rename(firm: Firm) -> Reply:
    path = f"Accounts/{firm.account('260')}"
    return firm.post(path, {"Status": "ARCHIVED", "Name": "Old revenue"})


def _rename_archived_account(firm: Firm) -> Reply:
    path = f"Accounts/{firm.account('260')}"
    firm.post(path, {"Status": "ARCHIVED"})
    return firm.post(path, {"Name": "Old revenue"})


def _delete_used_rate(firm: Firm) -> Reply:
    named = {"TaxType": firm.put("TaxRates", RATE).rows("TaxRates")[0]["TaxType"]}
    firm.invoice(LineItems=[line("1.00", **named)])
    return firm.post("TaxRates", {**named, "Status": "DELETED"})


def _delete_used_account(firm: Firm) -> Reply:
    firm.invoice("1.00")
    return firm.call("DELETE", f"Accounts/{firm.account('200')}")


def _without_multicurrency(firm: Firm) -> Reply:
    _settings(firm, multicurrency=False)
    return firm.put("Currencies", {"Code": "USD"})


def _foreign_rate(firm: Firm) -> Reply:
    _settings(firm, currencies=["AUD", "USD"])
    return _draft(CurrencyCode="USD", CurrencyRate="0")(firm)


def _blank_note(firm: Firm) -> Reply:
    return firm.put(f"Contacts/{firm.contact()}/History", {"Details": ""})


def _credit_without_tax_default(firm: Firm) -> Reply:
    """Use an account that has no tax type to give."""
    firm.organisation.accounts[firm.account("260")].tax_type = ""
    return _line(AccountCode="260", TaxType=None)(firm)


PERSONS = [{"FirstName": str(number)} for number in range(6)]

PROVOKED: dict[str, Act] = {
    "VALIDATION": _draft(Contact=None),
    "INVOICE_NUMBER_TAKEN": _twice(_draft(InvoiceNumber="A-1")),
    "NOT_MODIFIABLE": _edit_paid({"Date": "2026-11-03"}),
    "NOT_CREATABLE": _draft(Status="PAID"),
    "ALLOCATED_NO_EDIT": _edit_paid({"Date": "2026-11-03"}, paid="10.00"),
    "ALLOCATED_NO_STATUS": _edit_paid({"Status": "VOIDED"}, paid="10.00"),
    "NO_LINES": _draft(LineItems=[]),
    "NO_CONTACT": _draft(Contact=None),
    "EMPTY_CONTACT": _draft(Contact={}),
    "NO_DATE": _draft(Date="31/12/2026"),
    "NO_DUE_DATE": _draft(DueDate=None),
    "NO_ACCOUNT": _line(AccountCode=None),
    "NO_TAX_TYPE": _credit_without_tax_default,
    "ACCOUNT_NOT_VALID_HERE": _line(AccountCode="610"),
    "ACCOUNT_ARCHIVED": _archived_account,
    "ACCOUNT_REMOVED": lambda firm: firm.put(
        "Invoices", firm.draft(Status="DRAFT", LineItems=[line("1.00", AccountCode="999")])
    ),
    "ACCOUNT_NOT_VALID": _contact(SalesDefaultAccountCode="999"),
    "TAX_RATE_NOT_VALID": _contact(AccountsReceivableTaxType="GST"),
    "TAX_RATE_NOT_ACTIVE": _taken_rate,
    "TAX_TYPE_UNKNOWN": _line(TaxType="GST on Income"),
    "TAX_TYPE_NOT_ON_ACCOUNT": _line(TaxType="INPUT"),
    "LINE_TOTAL_DIFFERS": _line(LineAmount="99.99"),
    "TOTAL_DIFFERS": _draft(Total="5.00"),
    "DISCOUNT_TOO_BIG": _line(DiscountRate="101"),
    "ITEM_UNKNOWN": _line(ItemCode="X"),
    "EMAIL_NOT_VALID": _contact(EmailAddress="ada at home"),
    "URL_NOT_ABSOLUTE": _draft(Url="/bills/1"),
    "CONTACT_NAME_TAKEN": _twice(_contact()),
    "CONTACT_NUMBER_TAKEN": _two_of_a_number,
    "CONTACT_ARCHIVED": _archived_contact,
    "CONTACT_STATUS": _contact(ContactStatus="ARCHIVED"),
    "YEAR_LOCKED": _locked("endOfYearLockDate"),
    "PERIOD_LOCKED": _locked("periodLockDate"),
    "EDIT_YEAR_LOCKED": _locked("endOfYearLockDate", edit=True),
    "EDIT_PERIOD_LOCKED": _locked("periodLockDate", edit=True),
    "PAYMENT_NOT_AUTHORISED": _pay_a_draft,
    "PAYMENT_TOO_BIG": _paid(Amount="110.01"),
    "PAYMENT_ACCOUNT_TYPE": _paid(Account={"Code": "200"}),
    "PAYMENT_ACCOUNT_UNKNOWN": _paid(Account={"Code": "nope"}),
    "PAYMENT_IN_BATCH": _delete_member,
    "ALLOCATION_TOO_BIG": _allocate("44.01"),
    "ALLOCATION_PAID_OFF": _allocate_to_paid,
    "ALLOCATION_WRONG_KIND": _allocate("1.00", Type="ACCPAY"),
    "CREDIT_NOTE_UNKNOWN": lambda firm: firm.post("CreditNotes", {"CreditNoteID": NOBODY}),
    "RECONCILED": _edit_reconciled,
    "JOURNAL_UNBALANCED": _journal(
        JournalLines=[
            {"LineAmount": "100.00", "AccountCode": "850"},
            {"LineAmount": "-10.00", "AccountCode": "880"},
        ]
    ),
    "ACCOUNT_NAME_TAKEN": _account(Name="Sales"),
    "ACCOUNT_CODE_LONG": _account(Code="12345678901"),
    "CURRENCY_NOT_SUBSCRIBED": _draft(CurrencyCode="NZD"),
    "PLAN_CAP": _capped,
    "NOT_FOUND_HERE": lambda firm: firm.post("Invoices", {"InvoiceID": NOBODY}),
    "NO_DATA": lambda firm: firm.call("PUT", "TrackingCategories", {"Categories": []}),
    "QUERY_NOT_PARSED": lambda firm: firm.get("Invoices", where="Colour==1"),
    "NOT_IMPLEMENTED": lambda firm: firm.call("DELETE", "Invoices"),
    "GUID_FORM": lambda firm: firm.get("Invoices", IDs="INV-1"),
    "BROKEN_BODY": lambda firm: firm.call("PUT", "Invoices", b"{"),
    "RESOURCE_NOT_FOUND": lambda firm: firm.get(f"Invoices/{NOBODY}"),
    "TYPE_NOT_VALID": _draft(Type="INVOICE"),
    "LINE_AMOUNT_TYPES_NOT_VALID": _draft(LineAmountTypes="Gross"),
    "STATUS_NOT_VALID": _received(Status="DRAFT"),
    "TOTAL_NEGATIVE": lambda firm: firm.put("Invoices", firm.draft("-1.00")),
    "AMOUNT_NOT_VALID": _line(Quantity="1E+30"),
    "AMOUNT_NOT_POSITIVE": _paid(Amount="0"),
    "LINE_TOO_BIG": _line(Quantity="99999999", UnitAmount="999999"),
    "QUANTITY_NOT_POSITIVE": _received(LineItems=[line("1.00", Quantity="-1")]),
    "UNIT_AMOUNT_ZERO": _received(LineItems=[line("0")]),
    "DESCRIPTION_MISSING": _line(Description=""),
    "TEXT_TOO_LONG": _draft(Reference="M" * 256),
    "TAX_AMOUNT_TOO_BIG": _line(TaxAmount="100.01"),
    "TAX_AMOUNT_SIGN": _line(TaxAmount="-1.00"),
    "TAX_AMOUNT_WITHOUT_RATE": _line(TaxType="BASEXCLUDED", TaxAmount="1.00"),
    "TAX_AMOUNT_DIFFERS": _received(LineItems=[line("110.00", TaxAmount="9.99")]),
    "DISCOUNT_NOT_HERE": _draft(Type="ACCPAY", LineItems=[line("1", sales=False, DiscountRate=5)]),
    "TRACKING_TOO_MANY": _three_trackings,
    "TRACKING_UNKNOWN": _line(Tracking=[{"Name": "Office", "Option": "Mars"}]),
    "CONTACT_UNKNOWN": _draft(Contact={"ContactID": NOBODY}),
    "CONTACT_NAME_MISSING": lambda firm: firm.put("Contacts", {"ContactNumber": "c-1"}),
    "CONTACT_NAME_FORM": _contact(Name="Ada  <Byron>"),
    "CONTACT_PERSONS_TOO_MANY": _contact(ContactPersons=PERSONS),
    "CREDIT_NUMBER_TAKEN": _twice(
        lambda firm: firm.put(
            "CreditNotes", firm.draft("1.00", Type="ACCRECCREDIT", CreditNoteNumber="CN-9")
        )
    ),
    "URL_NAMES_XERO": _draft(Url="https://xero.example.com/1"),
    "PAYMENT_TARGET": _pay_two_things,
    "PAYMENT_ONLY_DELETE": _edit_payment({"Amount": "2.00"}),
    "PAYMENT_RECONCILED": _edit_payment({"Status": "DELETED"}, first="reconciled"),
    "PAYMENT_DELETED": _edit_payment({"Status": "DELETED"}, first="DELETED"),
    "BATCH_EMPTY": lambda firm: firm.batch(),
    "BATCH_MIXED": _mixed_batch,
    "BATCH_TWICE": _batch_twice,
    "INVOICE_UNKNOWN": _allocate_to_nothing,
    "ALLOCATION_NOT_AUTHORISED": _allocate("1.00", Status="DRAFT"),
    "ALLOCATION_CONTACT": _allocate_to_another,
    "BANK_ACCOUNT_NEEDED": _received(BankAccount={"Code": "200"}),
    "BANK_TYPE_FIXED": _turn_bank_transaction,
    "TRANSFER_SAME_ACCOUNT": _moved(ToBankAccount={"Code": "091"}),
    "TRANSFER_CURRENCIES": _foreign_bank,
    "TRANSFER_RECONCILED": _delete_reconciled_transfer,
    "TRANSFER_DELETED": _edit_transfer,
    "JOURNAL_LINES": _journal(JournalLines=[]),
    "JOURNAL_NARRATION": _journal(Narration=""),
    "JOURNAL_STATUS": _void_draft_journal,
    "ACCOUNT_FIELD_MISSING": _account(Name=None),
    "ACCOUNT_CODE_TAKEN": _account(Code="200"),
    "ACCOUNT_TYPE_NOT_VALID": _account(Type="COSTS"),
    "ACCOUNT_SYSTEM": lambda firm: firm.call("DELETE", f"Accounts/{firm.account('610')}"),
    "ACCOUNT_IN_USE": _delete_used_account,
    "ACCOUNT_ARCHIVE_ALONE": _archive_and_rename,
    "ACCOUNT_ARCHIVE_SYSTEM": lambda firm: firm.post(
        f"Accounts/{firm.account('610')}", {"Status": "ARCHIVED"}
    ),
    "ACCOUNT_STATUS_ONLY": _rename_archived_account,
    "TRACKING_NAME_TAKEN": _twice(lambda firm: firm.put("TrackingCategories", {"Name": "Office"})),
    "TRACKING_LIMIT": _third_category,
    "TRACKING_IN_USE": _delete_used_option,
    "TRACKING_NAME_MISSING": lambda firm: firm.put("TrackingCategories", {"Status": "ACTIVE"}),
    "TAX_RATE_FIELD_MISSING": _rate(ReportTaxType=None),
    "TAX_RATE_NAME_TAKEN": _rate(Name="GST on Income"),
    "TAX_RATE_REPORT_TYPE": _rate(ReportTaxType="MOSSSALES"),
    "TAX_RATE_SYSTEM": lambda firm: firm.post(
        "TaxRates", {"TaxType": "OUTPUT", "Status": "DELETED"}
    ),
    "TAX_RATE_IN_USE": _delete_used_rate,
    "TAX_RATE_UNKNOWN": lambda firm: firm.post("TaxRates", RATE),
    "TAX_RATE_COMPONENT": _rate(TaxComponents=[{"Name": "Duty", "Rate": "101"}]),
    "CURRENCY_UNKNOWN": lambda firm: firm.put("Currencies", {"Code": "XXX"}),
    "CURRENCY_PLAN": _without_multicurrency,
    "PAYMENT_TERMS_NOT_VALID": _contact(PaymentTerms={"Sales": {"Day": 3}}),
    "RATE_NOT_VALID": _foreign_rate,
    "HISTORY_DETAILS": _blank_note,
    "REPORT_DATE": _report(fromDate="yesterday"),
    "REPORT_CHOICE": _report(timeframe="WEEK"),
    "REPORT_SPAN": _report(fromDate="2026-11-30", toDate="2026-11-01"),
    "REPORT_TRACKING": _report(trackingCategoryID=NOBODY),
}

ELSEWHERE = {
    54: "is used with a different request",
    59: "TokenExpired: token expired at",
    60: "AuthenticationUnsuccessful",
    61: "AuthorizationUnsuccessful",
    62: "invalid_grant",
    63: "The Organisation is offline",
}
"""Texts of the catalogue (facts: Xero API section 21) that are said before the books are asked."""

NEVER = {
    26: "there are no items",
    28: "a contact's website is read-only, so that no request can carry a wrong one",
    31: "the older words of number 30",
    64: "there are no purchase orders",
}
"""Texts of the catalogue that the sandbox has no occasion for."""
