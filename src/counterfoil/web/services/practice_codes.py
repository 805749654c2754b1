"""The codes that the practice's documents use, told from the newest of them."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.db.models import F

from counterfoil.core.chart import AccountClass
from counterfoil.core.documents import Key
from counterfoil.core.findings import Severity
from counterfoil.web.models import Document, DocumentFinding, Revision

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from counterfoil.web.models import Organisation

READ = 1_000
"""Documents that are looked through, the newest first; who has more has met the codes before."""
MOST_UNMAPPED = 200
"""Codes that documents wait for, as far as one page lists them."""

_FIELDS = MappingProxyType(
    {
        "account": "account",
        "bank_account": "bank_account",
        "from_bank_account": "bank_account",
        "to_bank_account": "bank_account",
        "trust_account": "trust_account",
        "from_trust_account": "trust_account",
        "to_trust_account": "trust_account",
    }
)
"""The fields of documents that hold a code, and the section of the mapping that it belongs to."""
_PURCHASES = frozenset({"supplier_bill", "supplier_credit", "withdrawal"})
"""Kinds whose lines take the purchases side of a tax code, and mostly name expenses."""
_WAITED_FOR = (
    "account_not_mapped",
    "bank_account_not_mapped",
    "trust_account_not_mapped",
    "tax_code_not_mapped",
    "tracking_not_mapped",
)


@dataclass(frozen=True, slots=True)
class Use:
    """A place of the mapping that documents need, as far as the newest documents tell."""

    place: str
    documents: frozenset[tuple[str, str]] = frozenset()
    classes: frozenset[AccountClass] = frozenset()

    @property
    def code(self) -> str:
        """The code of the practice, without the section it belongs to."""
        return self.place.partition(":")[2]


def in_use(organisation: Organisation) -> dict[str, Use]:
    """Return what the newest documents name, by place, in the order of places."""
    documents: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    classes: defaultdict[str, set[AccountClass]] = defaultdict(set)
    for kind, source_id, body in _bodies(organisation):
        for place in set(_places(json.loads(body), kind)):
            documents[place].add((kind, source_id))
            if place.startswith("account:") and kind in {*_PURCHASES, "bill", "credit_note"}:
                side = AccountClass.EXPENSE if kind in _PURCHASES else AccountClass.REVENUE
                classes[place].add(side)
    return {
        place: Use(place, frozenset(documents[place]), _one(classes[place]))
        for place in sorted(documents)
    }


def _one(classes: set[AccountClass]) -> frozenset[AccountClass]:
    """Return the class that an account is used as; nothing where it is used as several."""
    return frozenset(classes) if len(classes) == 1 else frozenset()


def newest(organisation: Organisation) -> list[Key]:
    """Return the documents of the latest dates, the newest first; what was erased is not there."""
    rows = _newest(organisation).order_by("-document__date", "-document_id")
    named = rows.values_list("document__kind", "document__source_id")
    return [Key(kind, name) for kind, name in named]


def _newest(organisation: Organisation) -> QuerySet[Revision]:
    """Return the newest revision of the documents of the latest dates; what was erased has none."""
    dated = Document.objects.filter(organisation=organisation, date__isnull=False)
    latest = list(dated.order_by("-date", "-pk").values_list("pk", flat=True)[:READ])
    return Revision.objects.filter(
        document_id__in=latest, revision=F("document__revision"), body__isnull=False
    )


def _bodies(organisation: Organisation) -> Iterator[tuple[str, str, bytes]]:
    ordered = _newest(organisation).order_by("document_id")
    read = ordered.values_list("document__kind", "document__source_id", "body")
    for kind, source_id, body in read:
        yield kind, source_id, bytes(body or b"{}")


def _places(value: object, kind: str) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _places(each, kind)
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _of_field(name, each, kind)


def _of_field(name: str, value: object, kind: str) -> Iterator[str]:
    if name == "tracking" and isinstance(value, dict):
        yield from (f"tracking:{dimension}/{option}" for dimension, option in value.items())
    elif name == "tax_code" and isinstance(value, str):
        yield f"tax_{'purchases' if kind in _PURCHASES else 'sales'}:{value}"
    elif name in _FIELDS and isinstance(value, str):
        yield f"{_FIELDS[name]}:{value}"
    else:
        yield from _places(value, kind)


def waited_for(organisation: Organisation) -> tuple[str, ...]:
    """Return the places that documents are held for, however old the documents are."""
    rows = DocumentFinding.objects.filter(
        organisation=organisation, severity=Severity.ERROR, code__in=_WAITED_FOR
    )
    found = rows.order_by("about").values_list("about", flat=True).distinct()[:MOST_UNMAPPED]
    return tuple(place for about in found for place in _sides(about))


def _sides(about: str) -> tuple[str, ...]:
    """Return the places that a finding is about; a tax code has one for each direction."""
    section, _, code = about.partition(":")
    return (f"tax_sales:{code}", f"tax_purchases:{code}") if section == "tax_code" else (about,)
