"""Xero's own Python client, from the consent page to an invoice that is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from xero_python.accounting import (
    Contact,
    Contacts,
    Invoice,
    Invoices,
    LineAmountTypes,
    LineItem,
    Payment,
    Payments,
)

from sandbox.tests.official import Official, connected


@pytest.fixture(scope="module")
def official() -> Iterator[Official]:
    with connected(seed=11) as client:
        yield client


def invoice(contact_id: str, number: str, account: str = "200") -> Invoice:
    line = LineItem(
        description="Advice", quantity=1, unit_amount=100, account_code=account, tax_type="OUTPUT"
    )
    return Invoice(
        type="ACCREC",
        contact=Contact(contact_id=contact_id),
        line_items=[line],
        date=date(2026, 3, 2),
        due_date=date(2026, 3, 16),
        invoice_number=number,
        line_amount_types=LineAmountTypes.EXCLUSIVE,
        status="AUTHORISED",
    )


def new_contact(official: Official, name: str) -> str:
    wanted = Contacts(contacts=[Contact(name=name)])
    made = official.accounting.create_contacts(official.tenant, wanted)
    contact_id: str = made.contacts[0].contact_id
    return contact_id


def test_it_reads_settings(official: Official) -> None:
    read = official.accounting
    assert read.get_organisations(official.tenant).organisations[0].base_currency.value == "AUD"
    assert "200" in {each.code for each in read.get_accounts(official.tenant).accounts}
    assert read.get_tax_rates(official.tenant).tax_rates
    assert read.get_report_trial_balance(official.tenant).reports


def test_a_batch_tells_good_invoices_from_bad_ones(official: Official) -> None:
    contact_id = new_contact(official, "Batch Pty Ltd")
    wanted = [invoice(contact_id, "B-1"), invoice(contact_id, "B-2", account="nope")]
    made = official.accounting.create_invoices(
        official.tenant, Invoices(invoices=wanted), summarize_errors=False
    ).invoices
    assert [bool(each.has_errors) for each in made] == [False, True]
    assert float(made[0].total) == 110


def test_a_payment_settles_an_invoice(official: Official) -> None:
    contact_id = new_contact(official, "Paying Pty Ltd")
    api, tenant = official.accounting, official.tenant
    made = api.create_invoices(tenant, Invoices(invoices=[invoice(contact_id, "P-1")])).invoices[0]
    bank = next(a for a in api.get_accounts(tenant).accounts if a.type.value == "BANK")
    payment = Payment(
        invoice=Invoice(invoice_id=made.invoice_id),
        account=bank,
        amount=110,
        date=date(2026, 3, 3),
    )
    api.create_payments(tenant, Payments(payments=[payment]))
    assert api.get_invoice(tenant, made.invoice_id).invoices[0].status == "PAID"


def test_refreshing_gives_a_new_pair(official: Official) -> None:
    before = official.client.get_oauth2_token()["refresh_token"]
    official.client.refresh_oauth2_token()
    assert official.client.get_oauth2_token()["refresh_token"] != before
    assert official.accounting.get_currencies(official.tenant).currencies
