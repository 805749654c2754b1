"""Scopes: which exist, and which one a call needs (facts: Xero API section 2).

Broad scopes still work beside the granular ones until September 2027.
"""

from __future__ import annotations

OPENID = ("openid", "profile", "email", "offline_access")

_INVOICES = ("accounting.invoices", "accounting.transactions")
_PAYMENTS = ("accounting.payments", "accounting.transactions")
_BANKING = ("accounting.banktransactions", "accounting.transactions")
_JOURNALS = ("accounting.manualjournals", "accounting.transactions")
_SETTINGS = ("accounting.settings",)
_CONTACTS = ("accounting.contacts",)

_FAMILIES: dict[str, tuple[str, ...]] = {
    "invoices": _INVOICES,
    "creditnotes": _INVOICES,
    "quotes": _INVOICES,
    "purchaseorders": _INVOICES,
    "repeatinginvoices": _INVOICES,
    "linkedtransactions": _INVOICES,
    # Items moved from settings to invoices with the granular scopes; both still open the door.
    "items": (*_INVOICES, *_SETTINGS),
    "payments": _PAYMENTS,
    "batchpayments": _PAYMENTS,
    "overpayments": _PAYMENTS,
    "prepayments": _PAYMENTS,
    "banktransactions": _BANKING,
    "banktransfers": _BANKING,
    "manualjournals": _JOURNALS,
    "accounts": _SETTINGS,
    "taxrates": _SETTINGS,
    "trackingcategories": _SETTINGS,
    "currencies": _SETTINGS,
    "organisation": _SETTINGS,
    "organisations": _SETTINGS,
    "brandingthemes": _SETTINGS,
    "users": _SETTINGS,
    "contacts": _CONTACTS,
    "contactgroups": _CONTACTS,
}

_REPORTS = {
    "agedreceivablesbycontact": "aged",
    "agedpayablesbycontact": "aged",
    "balancesheet": "balancesheet",
    "banksummary": "banksummary",
    "budgetsummary": "budgetsummary",
    "executivesummary": "executivesummary",
    "profitandloss": "profitandloss",
    "trialbalance": "trialbalance",
    "tenninetynine": "tenninetynine",
    "bassummary": "taxreports",
    "gstreport": "taxreports",
}

_WRITABLE = (
    "accounting.invoices",
    "accounting.payments",
    "accounting.banktransactions",
    "accounting.manualjournals",
    "accounting.settings",
    "accounting.contacts",
    "accounting.attachments",
)
GRANULAR = (
    *_WRITABLE,
    *(f"{scope}.read" for scope in _WRITABLE),
    *sorted({f"accounting.reports.{name}.read" for name in _REPORTS.values()}),
    "accounting.budgets.read",
    "accounting.journals.read",
)
_ALL_REPORTS = "accounting.reports.read"
_ANY_REPORT = frozenset(
    {_ALL_REPORTS, *(scope for scope in GRANULAR if scope.startswith("accounting.reports."))}
)
BROAD = ("accounting.transactions", "accounting.transactions.read", _ALL_REPORTS)
_OTHER_APIS = (
    "assets",
    "files",
    "payroll.employees",
    "payroll.payruns",
    "payroll.payslip",
    "payroll.settings",
    "payroll.timesheets",
    "projects",
)
# Granted as Xero grants them, because apps ask for them in one breath; they open nothing here.
ELSEWHERE = (
    *_OTHER_APIS,
    *(f"{scope}.read" for scope in _OTHER_APIS),
    "bankfeeds",
    "paymentservices",
)
KNOWN = frozenset({*OPENID, *GRANULAR, *BROAD, *ELSEWHERE})
EVERYTHING = (*OPENID, *GRANULAR)


def sufficient(method: str, segments: tuple[str, ...]) -> frozenset[str] | None:
    """Return the scopes of which any one opens this call, or None for an unknown endpoint.

    ``segments`` is the path after ``/api.xro/2.0/``.
    """
    names = [segment.lower() for segment in segments]
    reading = method in {"GET", "HEAD"}
    if not names:
        return None
    if "attachments" in names[1:]:
        return _either(("accounting.attachments",), reading=reading)
    if names[0] == "reports":
        return _report(names[1]) if len(names) > 1 else _ANY_REPORT
    if names[0] in {"journals", "budgets"}:
        return frozenset({f"accounting.{names[0]}.read"})
    family = _FAMILIES.get(names[0])
    return None if family is None else _either(family, reading=reading)


def unknown(scopes: tuple[str, ...]) -> list[str]:
    """Return the scopes that Xero does not have, in the order asked."""
    return [scope for scope in scopes if scope not in KNOWN]


def _either(family: tuple[str, ...], *, reading: bool) -> frozenset[str]:
    return frozenset(family) | frozenset(f"{scope}.read" for scope in family if reading)


def _report(name: str) -> frozenset[str] | None:
    if name not in _REPORTS:
        return None
    return frozenset({_ALL_REPORTS, f"accounting.reports.{_REPORTS[name]}.read"})
