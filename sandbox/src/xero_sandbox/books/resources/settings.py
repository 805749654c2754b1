"""The organisation, what may be done in it, and its currencies (facts: Xero API section 17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books import exchange, query, refusals
from xero_sandbox.books.incoming import CurrencyIn
from xero_sandbox.books.records import Currency
from xero_sandbox.books.values import day, moment

if TYPE_CHECKING:
    from xero_sandbox.books.exchange import Body, Outcome
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.visit import Visit
    from xero_sandbox.wire import Handled

ACTIONS = (
    "CreateApprovedBill",
    "CreateApprovedInvoice",
    "CreateDraftInvoice",
    "CreateInvoicePayment",
    "CreateManualJournal",
    "CreateRepeatingInvoice",
    "ApproveTransactionsBeforePeriodLockDate",
    "UseMulticurrency",
)
CURRENCY_NAMES = {
    "AED": "UAE Dirham",
    "AUD": "Australian Dollar",
    "BRL": "Brazilian Real",
    "CAD": "Canadian Dollar",
    "CHF": "Swiss Franc",
    "CNY": "Chinese Yuan",
    "CZK": "Czech Koruna",
    "DKK": "Danish Krone",
    "EUR": "Euro",
    "FJD": "Fiji Dollar",
    "GBP": "British Pound",
    "HKD": "Hong Kong Dollar",
    "HUF": "Hungarian Forint",
    "IDR": "Indonesian Rupiah",
    "ILS": "Israeli Shekel",
    "INR": "Indian Rupee",
    "JPY": "Japanese Yen",
    "KRW": "South Korean Won",
    "MXN": "Mexican Peso",
    "MYR": "Malaysian Ringgit",
    "NOK": "Norwegian Krone",
    "NZD": "New Zealand Dollar",
    "PGK": "Papua New Guinea Kina",
    "PHP": "Philippine Peso",
    "PLN": "Polish Zloty",
    "SEK": "Swedish Krona",
    "SGD": "Singapore Dollar",
    "THB": "Thai Baht",
    "TWD": "New Taiwan Dollar",
    "USD": "US Dollar",
    "ZAR": "South African Rand",
}
WRITTEN = exchange.Kind("currencies", CurrencyIn)


def organisation(visit: Visit) -> Handled:
    """Answer a call on /Organisation, also its Actions."""
    match visit.call.method, visit.call.segments[1:]:
        case "GET", ():
            return exchange.answer(visit, Organisations=[_organisation(visit.organisation)])
        case "GET", ("Actions",):
            return exchange.answer(visit, Actions=_actions(visit.organisation))
        case _:
            raise exchange.not_implemented()


def _organisation(one: Organisation) -> Body:
    chart, settings = one.chart, one.settings
    shown: Body = {
        "Name": one.name,
        "LegalName": one.name,
        "PaysTax": True,
        "Version": chart.version,
        "OrganisationType": "COMPANY",
        "BaseCurrency": chart.currency,
        "CountryCode": {"UK": "GB", "GLOBAL": "SG"}.get(chart.country, chart.country),
        "IsDemoCompany": False,
        "OrganisationStatus": "ACTIVE",
        "FinancialYearEndDay": chart.year_end[0],
        "FinancialYearEndMonth": chart.year_end[1],
        "SalesTaxBasis": chart.tax_basis,
        "SalesTaxPeriod": chart.tax_period,
        "DefaultSalesTax": "Tax Exclusive",
        "DefaultPurchasesTax": "Tax Exclusive",
        "CreatedDateUTC": moment(one.created).replace("+0000", ""),
        "OrganisationEntityType": "COMPANY",
        "Timezone": chart.timezone,
        "ShortCode": one.short_code,
        "OrganisationID": one.organisation_id,
        "Edition": "BUSINESS",
        "Class": settings.plan,
        "Addresses": [],
        "Phones": [],
        "ExternalLinks": [],
        "PaymentTerms": {},
    }
    if settings.period_lock is not None:
        shown["PeriodLockDate"] = day(settings.period_lock)
    if settings.year_lock is not None:
        shown["EndOfYearLockDate"] = day(settings.year_lock)
    return shown


def _actions(one: Organisation) -> list[Body]:
    denied = set(one.settings.actions_denied)
    if not one.settings.multicurrency:
        denied.add("UseMulticurrency")
    if not one.settings.adviser:
        denied.add("ApproveTransactionsBeforePeriodLockDate")
    return [
        {"Name": name, "Status": "NOT-ALLOWED" if name in denied else "ALLOWED"} for name in ACTIONS
    ]


def currencies(visit: Visit) -> Handled:
    """Answer a call on /Currencies: those subscribed to, and subscribing to one."""
    match visit.call.method, visit.call.segments[1:]:
        case "GET", ():
            rows = [_named(code) for code in visit.organisation.settings.currencies]
            listing = query.listing(visit, rows, FIELDS, pages=False)
            return exchange.answer(visit, Currencies=[_currency(one) for one in listing.rows])
        case "PUT", ():
            return exchange.first(visit, WRITTEN, lambda sent: _subscribe(visit, sent))
        case _:
            raise exchange.not_implemented()


def _named(code: str) -> Currency:
    return Currency(code, CURRENCY_NAMES.get(code, code))


def _currency(one: Currency) -> Body:
    return {"Code": one.code, "Description": one.name}


def _subscribe(visit: Visit, incoming: CurrencyIn) -> Outcome:
    code = (incoming.code or "")[:10]
    settings = visit.organisation.settings
    if code not in CURRENCY_NAMES:
        return exchange.Outcome({"Code": code}, [refusals.CURRENCY_UNKNOWN.say(code)])
    if not settings.multicurrency:
        return exchange.Outcome(_currency(_named(code)), [refusals.CURRENCY_PLAN.text])
    if code not in settings.currencies:
        settings.currencies.append(code)
    return exchange.Outcome(_currency(_named(code)))


FIELDS: query.Fields[Currency] = {
    "Code": lambda _, one: one.code,
    "Description": lambda _, one: one.name,
}
