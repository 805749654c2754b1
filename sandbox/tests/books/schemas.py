"""Answers are checked against Xero's own OpenAPI file, when it lies beside the project.

The file's shapes are right, but it is not complete: ``KNOWN_ERRORS`` lists where and why. What
is in an answer and neither in the file nor in that table is a failure, and so is what the file
requires and the answer lacks. Two things are wrong in the file as a whole: it has no envelope,
and it says that deleting an allocation answers with one Allocation, where it is a list.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml

Rule: TypeAlias = "dict[str, Any]"

SPEC = Path(__file__).parents[4] / "shared" / "specs" / "xero" / "xero_accounting.yaml"
SPECS_ARE_MISSING = "Xero's specifications are not beside this clone"
"""Why a test was skipped, word for word as CI excuses it where they are nowhere beside."""

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
STAMP = re.compile(r"/Date\(-?\d{1,15}(\+0000)?\)/")

ENVELOPE = {"Id", "Status", "ProviderName", "DateTimeUTC", "pagination", "Warnings"}
"""The envelope, which the file does not describe, comes with every answer."""

PROBLEM = {"Type", "Title", "Status", "Detail", "Instance", "Extensions"}
"""The other shape of a refusal: of a token or an organisation, not of data."""

ECHOES = ("not in", "not among", "is no GUID", "is missing")
"""What may be said against the echo of a refused element: the caller sent it so."""

MARKS = {"ValidationErrors", "Warnings", "StatusAttributeString"}
"""What any element may carry: why it was refused, and what became of it in a batch."""

KNOWN_ERRORS: dict[tuple[str, str], str] = {
    ("Invoice", "DateString"): "in Xero's samples, not in its schema",
    ("Invoice", "DueDateString"): "in Xero's samples, not in its schema",
    ("CreditNote", "DateString"): "in Xero's samples, not in its schema",
    ("CreditNote", "DueDateString"): "in Xero's samples, not in its schema",
    ("Overpayment", "DateString"): "in Xero's samples, not in its schema",
    ("Prepayment", "DateString"): "in Xero's samples, not in its schema",
    ("BankTransaction", "DateString"): "in Xero's samples, not in its schema",
    ("BankTransfer", "DateString"): "in Xero's samples, not in its schema",
    ("ManualJournal", "DateString"): "in Xero's samples, not in its schema",
    ("HistoryRecord", "DateUTCString"): "in Xero's samples, not in its schema",
    ("BatchPayment", "HasValidationErrors"): "flag of the developer pages, not in the schema",
    ("Allocation", "CreditNoteID"): "an unknown credit note is itself the refused element",
    ("LineItem", "ValidationErrors"): "in Xero's samples: every line carries its own",
}
"""What the file lacks, by schema and property, with the reason why it stands in an answer."""

ROOTS = {
    "Accounts": "Account",
    "Actions": "Action",
    "Allocations": "Allocation",
    "BankTransactions": "BankTransaction",
    "BankTransfers": "BankTransfer",
    "BatchPayments": "BatchPayment",
    "Contacts": "Contact",
    "CreditNotes": "CreditNote",
    "Currencies": "Currency",
    "HistoryRecords": "HistoryRecord",
    "Invoices": "Invoice",
    "Journals": "Journal",
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
def spec() -> Rule:
    """Return Xero's OpenAPI file; it is there only where ``present`` says so."""
    with SPEC.open() as file:
        read: Rule = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return read


def schemas() -> Rule:
    found: Rule = spec()["components"]["schemas"]
    return found


def present() -> bool:
    return SPEC.exists()


def need_spec() -> None:
    """Say loudly that answers are not being checked against Xero's own file."""
    if not present():
        pytest.skip(f"{SPECS_ARE_MISSING} ({SPEC}): answers were NOT validated")


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
                told = _check(ROOTS[name], _bare(one), f"{method} {path} {name}[{number}]")
                found += _without_echoes(told) if one.get("ValidationErrors") else told
        elif name not in ENVELOPE:
            found.append(f"{method} {path}: unexpected root {name}")
    return found


def _error(path: str, body: Rule) -> list[str]:
    if set(body) == PROBLEM:
        return []
    if not {"ErrorNumber", "Type", "Message"} <= set(body):
        return [f"{path}: no error envelope"]
    resource = _resource(path)
    if resource is None:
        return []
    found = []
    for one in body.get("Elements", []):
        # An allocation on an unknown credit note is refused for the note.
        name = "CreditNote" if "CreditNoteID" in one else resource
        found += _check(name, _bare(one), f"{path} error")
    return _without_echoes(found)


def _without_echoes(found: list[str]) -> list[str]:
    return [text for text in found if not any(echo in text for echo in ECHOES)]


def _bare(element: Rule) -> Rule:
    return {name: value for name, value in element.items() if name not in MARKS}


def _resource(path: str) -> str | None:
    """Return the schema of the elements behind a path: of the last part that names any."""
    named = [part for part in path.split("/") if part in {*ROOTS, "History"}]
    if not named:
        return None
    return "HistoryRecord" if named[-1] == "History" else ROOTS[named[-1]]


def _check(name: str, value: object, where: str) -> list[str]:
    schema = schemas()[name]
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{where}: {value!r} not in {name}"]
    if not isinstance(value, dict):
        return [f"{where}: not an object"]
    found = [
        f"{where}: {name}.{key} is missing"
        for key in schema.get("required", [])
        if key not in value
    ]
    for key, inner in value.items():
        rule = schema.get("properties", {}).get(key)
        if rule is None:
            if (name, key) not in KNOWN_ERRORS:
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
    return _form(rule, str(value), where)


def _form(rule: Rule, text: str, where: str) -> list[str]:
    if rule.get("format") == "uuid" and not GUID.fullmatch(text):
        return [f"{where}: {text!r} is no GUID"]
    if ("x-is-msdate" in rule or "x-is-msdate-time" in rule) and not STAMP.fullmatch(text):
        return [f"{where}: {text!r} is no /Date()/"]
    return []
