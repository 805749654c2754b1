"""Tax rates: the country's own, and those that an organisation adds (facts: section 17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xero_sandbox.books import exchange, query, refusals
from xero_sandbox.books.arithmetic import HUNDRED_PER_CENT, TEN_THOUSANDTHS, rounded, scaled
from xero_sandbox.books.incoming import TaxRateIn
from xero_sandbox.books.records import TaxComponent, TaxRate
from xero_sandbox.books.values import four, moment_of

if TYPE_CHECKING:
    from xero_sandbox.books.exchange import Body, Outcome
    from xero_sandbox.books.incoming import TaxComponentIn
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.visit import Visit
    from xero_sandbox.wire import Handled

WRITTEN = exchange.Kind("tax_rates", TaxRateIn)
REPORT_TYPES = {
    "AU": frozenset(
        {
            "BASEXCLUDED",
            "CAPITALEXINPUT",
            "EXEMPTCAPITAL",
            "EXEMPTEXPENSES",
            "EXEMPTEXPORT",
            "EXEMPTOUTPUT",
            "GSTONCAPIMPORTS",
            "GSTONIMPORTS",
            "INPUT",
            "INPUTTAXED",
            "OUTPUT",
        }
    ),
    "NZ": frozenset({"EXEMPTINPUT", "EXEMPTOUTPUT", "GSTONIMPORTS", "INPUT", "NONE", "OUTPUT"}),
    "UK": frozenset(
        {
            "CAPITALEXPENSESINPUT",
            "CAPITALSALESOUTPUT",
            "ECACQUISITIONS",
            "ECINPUT",
            "ECOUTPUT",
            "ECOUTPUTSERVICES",
            "EXEMPTINPUT",
            "EXEMPTOUTPUT",
            "GSTONIMPORTS",
            "INPUT",
            "MOSSSALES",
            "NONE",
            "OUTPUT",
            "REVERSECHARGES",
        }
    ),
}
"""The report types of the countries that have them; there, every rate needs one."""

STATUSES = frozenset({"ACTIVE", "ARCHIVED", "DELETED"})
_PERCENT = 100 * TEN_THOUSANDTHS
_MOST = 900


def handle(visit: Visit) -> Handled:
    """Answer a call on /TaxRates; a write takes the first element only."""
    rates = visit.organisation.tax_rates
    match visit.call.method, visit.call.segments[1:]:
        case "GET", ():
            wanted = visit.call.query.get("TaxType")
            rows = [one for one in rates.values() if wanted in {None, one.tax_type}]
            listing = query.listing(visit, rows, FIELDS, pages=False)
            return exchange.answer(visit, TaxRates=[body_of(one) for one in listing.rows])
        case "GET", (named,):
            if named not in rates:
                raise exchange.not_found()
            return exchange.answer(visit, TaxRates=[body_of(rates[named])])
        case "PUT", ():
            return exchange.first(visit, WRITTEN, lambda sent: _create(visit, sent))
        case "POST", ():
            return exchange.first(visit, WRITTEN, lambda sent: _change(visit, sent))
        case _:
            raise exchange.not_implemented()


def _create(visit: Visit, sent: TaxRateIn) -> Outcome:
    rates = visit.organisation.tax_rates
    number = 1 + sum(not one.system for one in rates.values())
    rate = TaxRate(f"TAX{number:03d}", "", 0, "AEXLR", None, system=False)
    errors = _read(visit, rate, sent)
    if not sent.tax_components:
        errors.append(refusals.TAX_RATE_FIELD_MISSING.say("TaxComponents"))
    if rate.report is None and visit.organisation.country in REPORT_TYPES:
        errors.append(refusals.TAX_RATE_FIELD_MISSING.say("ReportTaxType"))
    if number > _MOST:
        errors.append(refusals.TAX_RATE_FIELD_MISSING.say("TaxType"))
    return _settle(visit, rate, errors)


def _change(visit: Visit, sent: TaxRateIn) -> Outcome:
    """Change the rate that TaxType names, or else Name; it can also be archived or deleted."""
    before = _find(visit.organisation, sent)
    if before is None:
        named = sent.tax_type or sent.name
        return exchange.Outcome(
            {"Name": sent.name or ""}, [refusals.TAX_RATE_UNKNOWN.say(str(named)[:50])]
        )
    if before.system:
        return exchange.Outcome(body_of(before), [refusals.TAX_RATE_SYSTEM.text])
    rate = msgspec.structs.replace(before)
    errors = _read(visit, rate, sent)
    if sent.status is not None and sent.status not in STATUSES:
        errors.append(refusals.STATUS_NOT_VALID.say(sent.status))
    elif sent.status == "DELETED" and _in_use(visit.organisation, rate.tax_type):
        errors.append(refusals.TAX_RATE_IN_USE.say(rate.name[:50]))
    else:
        rate.status = sent.status or rate.status
    return _settle(visit, rate, errors)


# Not verified, see rate-in-use.
def _in_use(organisation: Organisation, tax_type: str) -> bool:
    """Whether a rate stands on a line, or is what an account or a contact suggests."""
    suggested = any(
        one.tax_type == tax_type and one.status != "DELETED"
        for one in organisation.accounts.values()
    ) or any(tax_type in dict(one.defaults).values() for one in organisation.contacts.values())
    return suggested or any(
        line.tax_type == tax_type
        for kept in (organisation.documents, organisation.bank_transactions, organisation.journals)
        for one in kept.values()
        for line in one.lines
    )


def _find(organisation: Organisation, sent: TaxRateIn) -> TaxRate | None:
    if sent.tax_type:
        return organisation.tax_rates.get(sent.tax_type)
    known = organisation.tax_rates.values()
    return next((one for one in known if one.name == sent.name and _is_there(one)), None)


def _is_there(one: TaxRate) -> bool:
    return one.status != "DELETED"


def _settle(visit: Visit, rate: TaxRate, errors: list[str]) -> Outcome:
    if not errors:
        visit.organisation.tax_rates[rate.tax_type] = rate
    return exchange.Outcome(body_of(rate), errors)


def _read(visit: Visit, rate: TaxRate, sent: TaxRateIn) -> list[str]:
    errors: list[str] = []
    rate.updated = visit.now
    rate.name = sent.name or rate.name
    others = [one for one in visit.organisation.tax_rates.values() if one.tax_type != rate.tax_type]
    if not rate.name:
        errors.append(refusals.TAX_RATE_FIELD_MISSING.say("Name"))
    elif any(one.name.casefold() == rate.name.casefold() and _is_there(one) for one in others):
        errors.append(refusals.TAX_RATE_NAME_TAKEN.say(rate.name[:50]))
    report = sent.report_tax_type
    # The United States and the global edition have no report types and pass this over.
    if report is not None and (known := REPORT_TYPES.get(visit.organisation.country)):
        rate.report = report
        rate.applies = _applies(report)
        if report not in known:
            errors.append(refusals.TAX_RATE_REPORT_TYPE.say(report[:50]))
    if sent.tax_components:
        rate.components = _components(sent.tax_components, errors)
        rate.rate = _effective(rate.components)
    return errors


# Not verified, see own-rate-classes.
def _applies(report: str) -> str:
    """Return the classes that a rate of one's own may stand on (an inference from samples)."""
    return "AEXL" if report.endswith("INPUT") else "AELR" if report.endswith("OUTPUT") else "AEXLR"


def _components(sent: list[TaxComponentIn], errors: list[str]) -> tuple[TaxComponent, ...]:
    read = [
        TaxComponent(
            one.name or "",
            -1 if one.rate is None else scaled(one.rate, TEN_THOUSANDTHS) or 0,
            compound=bool(one.is_compound),
            non_recoverable=bool(one.is_non_recoverable),
        )
        for one in sent
    ]
    whole = all(one.name and 0 <= one.rate <= _PERCENT for one in read)
    if not whole or sum(one.compound for one in read) > 1:
        errors.append(refusals.TAX_RATE_COMPONENT.text)
        return ()
    return tuple(read)


def _effective(components: tuple[TaxComponent, ...]) -> int:
    """Return what all components come to; the compound one is charged on top of the others."""
    plain = sum(one.rate for one in components if not one.compound)
    compound = sum(one.rate for one in components if one.compound)
    return plain + rounded(compound * (HUNDRED_PER_CENT + plain), HUNDRED_PER_CENT)


def body_of(one: TaxRate) -> Body:
    """Return a tax rate as printed."""
    body: Body = {
        "Name": one.name,
        "TaxType": one.tax_type,
        "CanApplyToAssets": "A" in one.applies,
        "CanApplyToEquity": "E" in one.applies,
        "CanApplyToExpenses": "X" in one.applies,
        "CanApplyToLiabilities": "L" in one.applies,
        "CanApplyToRevenue": "R" in one.applies,
        "DisplayTaxRate": four(one.rate),
        "EffectiveRate": four(one.rate),
        "Status": one.status,
        "TaxComponents": [
            {
                "Name": part.name,
                "Rate": four(part.rate),
                "IsCompound": part.compound,
                "IsNonRecoverable": part.non_recoverable,
            }
            for part in one.components
        ],
    }
    if one.report is not None:
        body["ReportTaxType"] = one.report
    return body


FIELDS: query.Fields[TaxRate] = {
    "Name": lambda _, one: one.name,
    "TaxType": lambda _, one: one.tax_type,
    "Status": lambda _, one: one.status,
    "ReportTaxType": lambda _, one: one.report,
    "EffectiveRate": lambda _, one: query.amount(one.rate).scaleb(-2),
    "CanApplyToRevenue": lambda _, one: "R" in one.applies,
    "CanApplyToExpenses": lambda _, one: "X" in one.applies,
    "CanApplyToAssets": lambda _, one: "A" in one.applies,
    "CanApplyToLiabilities": lambda _, one: "L" in one.applies,
    "CanApplyToEquity": lambda _, one: "E" in one.applies,
    "UpdatedDateUTC": lambda _, one: moment_of(one.updated),
}
