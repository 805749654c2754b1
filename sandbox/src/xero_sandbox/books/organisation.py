"""An organisation: settings, chart and books. Everything it knows hangs here and can be pickled."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from xero_sandbox.books import refusals
from xero_sandbox.books.arithmetic import TEN_THOUSANDTHS, scaled
from xero_sandbox.books.charts import CLASS_OF_TYPE
from xero_sandbox.books.charts.countries import chart_of
from xero_sandbox.books.ledger import Ledger
from xero_sandbox.books.numbering import Numbers
from xero_sandbox.books.records import Account, TaxComponent, TaxRate
from xero_sandbox.ids import Ids

if TYPE_CHECKING:
    from datetime import datetime

    from xero_sandbox.books.charts import Chart
    from xero_sandbox.books.records import (
        Allocation,
        BankTransaction,
        BankTransfer,
        BatchPayment,
        Contact,
        Document,
        ManualJournal,
        Note,
        Payment,
        TrackingCategory,
    )


CAPS_OF_PLAN = {"STARTER": (20, 5)}
"""Approvals a month, of sales invoices and of bills (facts: Xero API section 8)."""


# Not verified, see plan-caps.
class Settings(Struct):
    """What a person sets inside Xero and the API only feels.

    Lock dates are day ordinals. ``adviser`` says whether the connected user has the adviser role.
    The caps count approvals per calendar month; None is what the plan allows. ``tier`` is the
    app's pricing tier, which opens the Journals endpoint from ``advanced`` on. ``arithmetic``
    plays a Xero that computes otherwise than is known of it: ``ties_to_even`` rounds taxes so, and
    ``cent_more`` makes every line a cent more than it should be. ``null_objects`` is how answers
    print an object that is not there: ``absent``, or ``empty_array``.
    """

    period_lock: int | None = None
    year_lock: int | None = None
    adviser: bool = False
    multicurrency: bool = True
    currencies: list[str] = []
    sales_cap: int | None = None
    purchases_cap: int | None = None
    plan: str = "PREMIUM"
    tier: str = "core"
    actions_denied: list[str] = []

    def cap(self, kind: str) -> int | None:
        """Return how many documents of ``kind`` may be approved in a month; None is any number."""
        sales, purchases = CAPS_OF_PLAN.get(self.plan, (None, None))
        if kind == "ACCREC":
            return sales if self.sales_cap is None else self.sales_cap
        return purchases if self.purchases_cap is None else self.purchases_cap

    arithmetic: str = "known"
    null_objects: str = "absent"


class Organisation:
    """One Xero organisation (tenant) and all its books."""

    __slots__ = (
        "account_ids_by_code",
        "accounts",
        "allocations",
        "bank_transactions",
        "bank_transfers",
        "batches",
        "chart",
        "contact_ids_by_name",
        "contact_ids_by_number",
        "contacts",
        "country",
        "created",
        "credit_numbers",
        "documents",
        "ids",
        "invoice_numbers",
        "journals",
        "ledger",
        "name",
        "notes",
        "organisation_id",
        "payments",
        "settings",
        "short_code",
        "system",
        "tax_rates",
        "tenant_id",
        "tracking",
    )

    def __init__(self, name: str, chart: Chart, ids: Ids, created: int) -> None:
        """Open empty books; ``created`` in milliseconds since 1970."""
        self.name = name
        self.chart = chart
        self.country = chart.country
        self.created = created
        self.tenant_id = ids.uuid()
        self.organisation_id = ids.uuid()
        self.short_code = "!" + ids.token(5)
        self.ids = Ids(ids.uuid())
        self.settings = Settings(currencies=[chart.currency])
        self.ledger = Ledger()
        self.accounts: dict[str, Account] = {}
        self.account_ids_by_code: dict[str, str] = {}
        self.system: dict[str, str] = {}
        self.tax_rates: dict[str, TaxRate] = {}
        self.tracking: dict[str, TrackingCategory] = {}
        self.contacts: dict[str, Contact] = {}
        self.contact_ids_by_name: dict[str, str] = {}
        self.contact_ids_by_number: dict[str, str] = {}
        self.documents: dict[str, Document] = {}
        self.invoice_numbers = Numbers("ACCREC", "INV-", refusals.INVOICE_NUMBER_TAKEN)
        self.credit_numbers = Numbers("ACCRECCREDIT", "CN-", refusals.CREDIT_NUMBER_TAKEN)
        self.payments: dict[str, Payment] = {}
        self.batches: dict[str, BatchPayment] = {}
        self.allocations: dict[str, Allocation] = {}
        self.bank_transactions: dict[str, BankTransaction] = {}
        self.bank_transfers: dict[str, BankTransfer] = {}
        self.journals: dict[str, ManualJournal] = {}
        self.notes: dict[str, list[Note]] = {}

    @property
    def currency(self) -> str:
        """The base currency."""
        return self.chart.currency

    def account_by_code(self, code: str) -> Account | None:
        """Return the account with ``code``, archived ones included."""
        account_id = self.account_ids_by_code.get(code)
        return None if account_id is None else self.accounts[account_id]

    def system_account(self, name: str) -> str:
        """Return the id of the system account ``name`` (DEBTORS, GST, ROUNDING ...)."""
        return self.system[name]


def new_organisation(name: str, country: str, *, ids: Ids, now: datetime) -> Organisation:
    """Return a new organisation with its country's starting chart, bank accounts and tax rates.

    Raises ``UnknownCountryError``, a ``ValueError``.
    """
    milliseconds = int(now.timestamp() * 1000)
    organisation = Organisation(name, chart_of(country), ids, milliseconds)
    _open_banks(organisation)
    for code, label, kind, tax_type, system, payments in organisation.chart.accounts:
        account = Account(
            organisation.ids.uuid(),
            code,
            label,
            kind,
            CLASS_OF_TYPE[kind],
            tax_type,
            system=system or None,
            payments_enabled=payments,
            updated=milliseconds,
        )
        add_account(organisation, account)
    for row in organisation.chart.rates:
        organisation.tax_rates[row[0]] = _tax_rate(row)
    return organisation


def add_account(organisation: Organisation, account: Account) -> None:
    """Put an account into the chart and its indexes."""
    organisation.accounts[account.account_id] = account
    if account.code:
        organisation.account_ids_by_code[account.code] = account.account_id
    if account.system:
        organisation.system[account.system] = account.account_id


def _open_banks(organisation: Organisation) -> None:
    for code, label, number in organisation.chart.banks:
        account = Account(
            organisation.ids.uuid(),
            code,
            label,
            "BANK",
            "ASSET",
            organisation.chart.untaxed,
            bank_number=number,
            bank_kind="BANK",
            currency=organisation.currency,
            updated=organisation.created,
        )
        add_account(organisation, account)


def _tax_rate(row: tuple[str, str, str, str, str]) -> TaxRate:
    tax_type, name, percent, applies, report = row
    rate = scaled(Decimal(percent), TEN_THOUSANDTHS) or 0
    component = "VAT" if "VAT" in name else "GST" if "GST" in name else "Tax"
    parts = (TaxComponent(component, rate),)
    return TaxRate(tax_type, name, rate, applies, report or None, components=parts)
