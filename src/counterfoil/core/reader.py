"""The strict reader: one line of JSON becomes a document, or everything that is wrong with it.

Nothing is guessed and nothing is lost: unknown fields, doubled keys and inexact amounts are
refused with their path (interfaces.md, *Document format*).
"""

from __future__ import annotations

import json
from typing import NamedTuple

from counterfoil.core.documents import KINDS, Document
from counterfoil.core.faults import Faults, seen, suggestion
from counterfoil.core.findings import Finding, holds
from counterfoil.core.form_rules import check
from counterfoil.core.forms import read_record
from counterfoil.core.plain import Digits, NotJson, doubled_keys, parse, text_of
from counterfoil.core.quick import read_quickly
from counterfoil.core.table import kind_shape

LONGEST_NAME = 255
"""Characters of a kind or id that a refusal repeats."""


class Read(NamedTuple):
    """What a line holds. ``document`` is None when a finding is an error.

    ``kind`` and ``id`` are kept where they can be read, so that a refusal can be told to its owner;
    both are None for a line that is no document at all.
    """

    kind: str | None
    id: str | None
    document: Document | None
    findings: tuple[Finding, ...]


def read_json(line: bytes | str) -> Read:
    """Read one document from one line of JSON. Any input gives an answer, none an exception."""
    try:
        text = text_of(line)
        document = read_quickly(text)
        if document is not None:
            return _checked(document)
        raw = parse(text)
    except NotJson as fault:
        faults = Faults()
        faults.found(
            "not_json",
            f"The line is not JSON: {fault}.",
            "Write one JSON object on each line, in UTF-8.",
            "",
        )
        return Read(None, None, None, tuple(faults))
    return read_plain(raw)


def _checked(document: Document) -> Read:
    findings = check(document)
    return Read(document.kind, document.id, None if holds(findings) else document, findings)


def read_texts(raw: dict[str, object]) -> Read:
    """Read a document from plain values that hold no numbers, as tables give them.

    What is in order goes the short road of JSON, which costs a third; anything else is explained.
    """
    document = read_quickly(json.dumps(raw))
    return read_plain(raw) if document is None else _checked(document)


def read_plain(raw: object) -> Read:
    """Read a document from plain values as ``plain.parse`` gives them: no floats, no ints."""
    faults = Faults()
    for path in doubled_keys(raw):
        faults.found(
            "duplicate_key",
            "The field stands here twice.",
            "Keep the right one and delete the other.",
            path,
        )
    if not isinstance(raw, dict):
        faults.found(
            "wrong_type",
            f"Here is {seen(raw)} where a document belongs.",
            'Write an object that begins with {"kind": "bill", "id": …',
            "",
        )
        return Read(None, None, None, tuple(faults))
    kind, key = _name(raw.get("kind")), _name(raw.get("id"))
    if kind not in KINDS:
        _refuse_kind(raw.get("kind"), faults)
        return Read(kind, key, None, tuple(faults))
    fields = {name: value for name, value in raw.items() if name != "kind"}
    document = read_record(kind_shape(kind), fields, "", faults)
    if isinstance(document, Document):
        faults.extend(check(document))
    if not isinstance(document, Document) or holds(faults):
        return Read(kind, key, None, tuple(faults))
    return Read(kind, key, document, tuple(faults))


def _name(value: object) -> str | None:
    """Keep a kind or id that a person can be shown; whatever else is wrong with the document."""
    if not isinstance(value, str) or isinstance(value, Digits):
        return None
    return value if 0 < len(value) <= LONGEST_NAME and value.isprintable() else None


def _refuse_kind(value: object, faults: Faults) -> None:
    if value is None:
        faults.found(
            "missing_field",
            "The field kind is missing.",
            f"Say what it is: {', '.join(KINDS)}.",
            "kind",
        )
    else:
        known = suggestion(str(value), KINDS)
        faults.found(
            "kind_unknown",
            f"{seen(value)} is not a kind of document.",
            known or f"Use one of {', '.join(KINDS)}.",
            "kind",
        )
