"""Problems: findings grouped by what causes them, not by document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, Count, IntegerField, Min, Value, When

from counterfoil.core.findings import Severity
from counterfoil.web.models import DocumentFinding

if TYPE_CHECKING:
    from counterfoil.web.models import Organisation

MOST = 200
"""Causes on one page; who has more begins with the first."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One cause, and how many documents it touches.

    ``message`` and ``fix`` are those of one of the documents; they are the same for all where
    ``about`` names the cause, and may differ in figures where it is empty.
    """

    severity: Severity
    code: str
    about: str
    message: str
    fix: str
    documents: int


def problems(organisation: Organisation, most: int = MOST) -> tuple[Problem, ...]:
    """Return the causes, errors first, those that touch most documents before others."""
    groups = (
        DocumentFinding.objects.filter(organisation=organisation)
        .exclude(severity=Severity.NOTE)
        .values("severity", "code", "about")
        .annotate(
            documents=Count("document", distinct=True),
            said=Min("message"),
            cure=Min("fix"),
            weight=Case(
                When(severity=Severity.ERROR, then=Value(0)),
                default=Value(1),
                output_field=IntegerField(),
            ),
        )
        .order_by("weight", "-documents", "code", "about")[:most]
    )
    return tuple(
        Problem(
            Severity(group["severity"]),
            group["code"],
            group["about"],
            group["said"],
            group["cure"],
            group["documents"],
        )
        for group in groups
    )
