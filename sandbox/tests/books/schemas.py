"""Answers are checked against Xero's own OpenAPI file, when it lies beside the project.

The file's shapes are right; these are its known errors and how they are met:

- It documents no envelope: Id, Status, ProviderName and DateTimeUTC come with every answer.
- DateString, DueDateString and DateUTCString are in Xero's samples but not in its schemas.
- A payment's or allocation's Invoice is declared as a whole Invoice, yet carries only names.
- A BankTransaction has no Warnings, a BankTransfer no DateString, HasErrors is not everywhere.
- AccountType lacks SUPERANNUATION* and PAYGLIABILITY, which Xero's own types page lists; the
  starting charts keep to what the file, and with it Xero's typed clients, can read.
- `Element` of an error lists ids only, while the whole element is echoed; elements are checked
  against their own resource's schema instead.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml

Rule: TypeAlias = "dict[str, Any]"

SPEC = Path(__file__).parents[4] / "shared" / "specs" / "xero" / "xero_accounting.yaml"

ENVELOPE = {"Id", "Status", "ProviderName", "DateTimeUTC", "pagination", "Warnings"}
UNDOCUMENTED = {
    "DateString",
    "DueDateString",
    "DateUTCString",
    "UpdatedDateUTCString",
    "ValidationErrors",
    "Warnings",
    "StatusAttributeString",
    "HasErrors",
    "HasValidationErrors",
}
ROOTS = {
    "Accounts": "Account",
    "Actions": "Action",
    "Allocations": "Allocation",
    "BankTransactions": "BankTransaction",
    "BankTransfers": "BankTransfer",
    "Contacts": "Contact",
    "CreditNotes": "CreditNote",
    "Currencies": "Currency",
    "HistoryRecords": "HistoryRecord",
    "Invoices": "Invoice",
    "ManualJournals": "ManualJournal",
    "Options": "TrackingOption",
    "Organisations": "Organisation",
    "Overpayments": "Overpayment",
    "Payments": "Payment",
    "Prepayments": "Prepayment",
    "Reports": "ReportWithRow",
    "TaxRates": "TaxRate",
    "TrackingCategories": "TrackingCategory",
}


@lru_cache(maxsize=1)
def schemas() -> Rule:
    with SPEC.open() as file:
        spec = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    found: Rule = spec["components"]["schemas"]
    return found


def present() -> bool:
    return SPEC.exists()


def need_spec() -> None:
    """Say loudly that answers are not being checked against Xero's own file."""
    if not present():
        pytest.skip(f"Xero's OpenAPI file is not there ({SPEC}); answers were NOT validated")


def complaints(method: str, path: str, status: int, body: Rule) -> list[str]:
    """Return what Xero's file says against an answer."""
    if not present():
        return []
    if status >= 400:
        return _error(path, body)
    found = []
    for name, value in body.items():
        if name in ROOTS:
            for number, one in enumerate(value):
                found += _check(ROOTS[name], one, f"{method} {path} {name}[{number}]")
        elif name not in ENVELOPE:
            found.append(f"{method} {path}: unexpected root {name}")
    return found


def _error(path: str, body: Rule) -> list[str]:
    if not {"ErrorNumber", "Type", "Message"} <= set(body):
        return [f"{path}: no error envelope"]
    resource = ROOTS.get(path.split("/", maxsplit=1)[0])
    if resource is None or "/" in path:
        return []
    # A refused element echoes what was sent, and that may be outside of every enumeration.
    found = [t for one in body.get("Elements", []) for t in _check(resource, one, f"{path} error")]
    return [text for text in found if "not in" not in text and "not among" not in text]


def _check(name: str, value: object, where: str) -> list[str]:
    schema = schemas()[name]
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{where}: {value!r} not in {name}"]
    if not isinstance(value, dict):
        return [f"{where}: not an object"]
    found = []
    for key, inner in value.items():
        rule = schema.get("properties", {}).get(key)
        if rule is None:
            if key not in UNDOCUMENTED:
                found.append(f"{where}: unexpected {name}.{key}")
        else:
            found += _value(rule, inner, f"{where}.{key}")
    return found


def _value(rule: Rule, value: object, where: str) -> list[str]:
    if "$ref" in rule:
        return _check(rule["$ref"].rsplit("/", 1)[1], value, where)
    kind = rule.get("type")
    if kind == "array":
        if not isinstance(value, list):
            return [f"{where}: not a list"]
        return [t for one in value for t in _value(rule["items"], one, where)]
    if kind == "object":
        return [] if isinstance(value, dict) else [f"{where}: not an object"]
    return _scalar(rule, kind, value, where)


def _scalar(rule: Rule, kind: str | None, value: object, where: str) -> list[str]:
    number = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    fits = {
        "string": isinstance(value, str),
        "number": number,
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "boolean": isinstance(value, bool),
    }.get(kind or "", True)
    if not fits:
        return [f"{where}: {value!r} is no {kind}"]
    if "enum" in rule and value not in rule["enum"]:
        return [f"{where}: {value!r} not among the enum"]
    return []
