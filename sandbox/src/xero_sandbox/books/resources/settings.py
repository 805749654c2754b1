"""Organisation, tax rates, tracking and currencies (facts: Xero API section 17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books import exchange, refusals
from xero_sandbox.books.incoming import CategoryIn, CurrencyIn, OptionIn
from xero_sandbox.books.records import TrackingCategory, TrackingOption
from xero_sandbox.books.values import ZERO_ID, day, four, moment

if TYPE_CHECKING:
    from xero_sandbox.books.exchange import Body, Outcome
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import TaxRate
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
    "AUD": "Australian Dollar",
    "CAD": "Canadian Dollar",
    "CHF": "Swiss Franc",
    "EUR": "Euro",
    "GBP": "British Pound",
    "HKD": "Hong Kong Dollar",
    "JPY": "Japanese Yen",
    "NZD": "New Zealand Dollar",
    "SGD": "Singapore Dollar",
    "USD": "US Dollar",
    "ZAR": "South African Rand",
}
_MOST_CATEGORIES = 2
_MOST_OPTIONS = 100
_LONGEST_NAME = 100


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


def tax_rates(visit: Visit) -> Handled:
    """Answer a call on /TaxRates; system rates cannot be changed, so only reads are known."""
    rates = visit.organisation.tax_rates
    match visit.call.method, visit.call.segments[1:]:
        case "GET", ():
            wanted = visit.call.query.get("TaxType")
            shown = [_rate(one) for one in rates.values() if wanted in {None, one.tax_type}]
            return exchange.answer(visit, TaxRates=shown)
        case "GET", (named,):
            if named not in rates:
                raise exchange.not_found()
            return exchange.answer(visit, TaxRates=[_rate(rates[named])])
        case _:
            raise exchange.not_implemented()


def _rate(one: TaxRate) -> Body:
    return {
        "Name": one.name,
        "TaxType": one.tax_type,
        "ReportTaxType": one.report,
        "CanApplyToAssets": "A" in one.applies,
        "CanApplyToEquity": "E" in one.applies,
        "CanApplyToExpenses": "X" in one.applies,
        "CanApplyToLiabilities": "L" in one.applies,
        "CanApplyToRevenue": "R" in one.applies,
        "DisplayTaxRate": four(one.rate),
        "EffectiveRate": four(one.rate),
        "Status": one.status,
        "TaxComponents": [
            {"Name": name, "Rate": four(rate), "IsCompound": False, "IsNonRecoverable": False}
            for name, rate in one.components
        ],
    }


def currencies(visit: Visit) -> Handled:
    """Answer a call on /Currencies: those subscribed to, and subscribing to one."""
    subscribed = visit.organisation.settings.currencies
    match visit.call.method, visit.call.segments[1:]:
        case "GET", ():
            return exchange.answer(visit, Currencies=[_currency(code) for code in subscribed])
        case "PUT", ():
            return _subscribe(visit, exchange.read(visit, "currencies", CurrencyIn)[0])
        case _:
            raise exchange.not_implemented()


def _currency(code: str) -> Body:
    return {"Code": code, "Description": CURRENCY_NAMES.get(code, code)}


def _subscribe(visit: Visit, incoming: CurrencyIn) -> Handled:
    code = incoming.code or ""
    errors: list[str] = []
    if code not in CURRENCY_NAMES:
        errors.append(refusals.CURRENCY_UNKNOWN.say(code[:10]))
    elif not visit.organisation.settings.multicurrency:
        errors.append(refusals.CURRENCY_PLAN.text)
    elif code not in visit.organisation.settings.currencies:
        visit.organisation.settings.currencies.append(code)
    outcome = exchange.Outcome(_currency(code), errors)
    return exchange.single(visit, "Currencies", outcome, None)


def tracking(visit: Visit) -> Handled:
    """Answer a call on /TrackingCategories and the options below one."""
    known = visit.organisation.tracking
    match visit.call.method, visit.call.segments[1:]:
        case "GET", ():
            archived = visit.call.query.get("includeArchived", "").lower() == "true"
            rows = [one for one in known.values() if archived or one.status == "ACTIVE"]
            return exchange.answer(visit, TrackingCategories=[_category(one) for one in rows])
        case "GET", (named,):
            return exchange.answer(visit, TrackingCategories=[_category(_find(visit, named))])
        case "PUT", ():
            incoming = exchange.read(visit, "tracking_categories", CategoryIn)[0]
            return exchange.single(
                visit, "TrackingCategories", _add_category(visit, incoming), None
            )
        case "PUT", (named, "Options"):
            category = _find(visit, named)
            sent = exchange.read(visit, "options", OptionIn)
            outcomes = [_add_option(visit, category, one) for one in sent]
            return exchange.batch(visit, "Options", outcomes, None)
        case _:
            raise exchange.not_implemented()


def _find(visit: Visit, named: str) -> TrackingCategory:
    found = visit.organisation.tracking.get(named.lower())
    if found is None:
        raise exchange.not_found()
    return found


def _check_name(name: str, taken: list[str], errors: list[str]) -> None:
    if not name:
        errors.append(refusals.TRACKING_NAME_MISSING.text)
    elif len(name) > _LONGEST_NAME:
        errors.append(refusals.TEXT_TOO_LONG.say("Name", _LONGEST_NAME))
    elif name.casefold() in {other.casefold() for other in taken}:
        errors.append(refusals.TRACKING_NAME_TAKEN.say(name))


def _add_category(visit: Visit, incoming: CategoryIn) -> Outcome:
    known = visit.organisation.tracking
    category = TrackingCategory(ZERO_ID, incoming.name or "", [])
    errors: list[str] = []
    _check_name(category.name, [one.name for one in known.values()], errors)
    if sum(one.status == "ACTIVE" for one in known.values()) >= _MOST_CATEGORIES:
        errors.append(refusals.TRACKING_LIMIT.text)
    if not errors:
        category.category_id = visit.new_id()
        known[category.category_id] = category
        visit.applied.append(category.category_id)
        for one in incoming.options or []:
            errors.extend(_add_option(visit, category, one).errors)
    return exchange.Outcome(_category(category), errors)


def _add_option(visit: Visit, category: TrackingCategory, incoming: OptionIn) -> Outcome:
    option = TrackingOption(ZERO_ID, incoming.name or "")
    errors: list[str] = []
    _check_name(option.name, [one.name for one in category.options], errors)
    if len(category.options) >= _MOST_OPTIONS:
        errors.append(refusals.TRACKING_LIMIT.text)
    if not errors:
        option.option_id = visit.new_id()
        category.options.append(option)
        visit.applied.append(option.option_id)
    return exchange.Outcome(_option(option), errors)


def _category(one: TrackingCategory) -> Body:
    return {
        "TrackingCategoryID": one.category_id,
        "Name": one.name,
        "Status": one.status,
        "Options": [_option(option) for option in one.options],
    }


def _option(one: TrackingOption) -> Body:
    return {"TrackingOptionID": one.option_id, "Name": one.name, "Status": one.status}
