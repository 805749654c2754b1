"""Problems: findings grouped by what causes them, not by document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Min

from counterfoil.core.findings import Severity
from counterfoil.posting.barring import BARRED
from counterfoil.posting.contacts import SAME_NAME
from counterfoil.posting.overwriting import EDITED
from counterfoil.posting.records import OURS
from counterfoil.web.models import DocumentFinding
from counterfoil.web.services import drifted, untied

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import QuerySet

    from counterfoil.web.models import Document, Drift, Organisation

MOST = 500
"""Causes that are listed; who has more begins with the first."""
MOST_CAUSES = 500
"""Causes of one severity that are looked at, to find those that touch most."""
READ = 5_000
"""Findings of one severity that are all counted."""
MOST_COUNTED = 1_000
"""Documents of one cause that are counted; more are "1,000+"."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One cause, and how many documents it touches.

    ``message`` and ``fix`` are those of one of the documents; ``varies`` tells that others say
    something else, as their own dates and figures. What drifted in Xero is
    a problem of its own (``drifted``); ``document`` is the one that it concerns, None for what is
    not ours. ``documents`` is counted up to one more than ``MOST_COUNTED``. ``untied``: they wait
    for ``document``, an opening bill of which nobody has said which invoice in Xero it is.
    """

    severity: Severity
    code: str
    about: str
    message: str
    fix: str
    documents: int
    drifted: bool = False
    document: Document | None = None
    varies: bool = False
    untied: bool = False

    @property
    def overwrites(self) -> bool:
        """Whether it is an edit in Xero that a person may choose to overwrite."""
        return self.code == EDITED

    @property
    def party(self) -> str:
        """The party of which a person says whether it is a contact in Xero; mostly nothing."""
        return self.about.removeprefix("contact:") if self.code == SAME_NAME else ""

    @property
    def barred(self) -> bool:
        """Whether a revision cannot be stated where the earlier one stands, so that one chooses."""
        return self.code in BARRED

    @property
    def counted(self) -> str:
        """How many documents, as people read it."""
        many = self.documents > MOST_COUNTED
        return f"{MOST_COUNTED:,}+" if many else f"{self.documents:,}"


def problems(organisation: Organisation, most: int = MOST) -> tuple[Problem, ...]:
    """Return the causes, errors first, those that touch most documents before others.

    First stands what others wait for and nobody has tied, then what the last read-back found.
    """
    waited_for = [_waited_for(one) for one in untied.waited_for(organisation, most)]
    found = (*waited_for, *_causes(organisation, most - len(waited_for)))
    rows = drifted.standing(organisation)[: most - len(found)]
    return (*found, *map(_drift, rows))


def _waited_for(one: untied.Untied) -> Problem:
    finding = one.finding
    return Problem(
        finding.severity,
        finding.code,
        finding.about,
        finding.message,
        finding.fix,
        documents=one.waiting,
        document=one.document,
        untied=True,
    )


def _drift(row: Drift) -> Problem:
    ours = row.posting is not None and row.posting.kind not in OURS
    document = row.posting.document if row.posting is not None and ours else None
    severity = Severity(row.severity)
    return Problem(
        severity,
        row.code,
        about=f"xero:{row.xero_id}",
        message=row.message,
        fix=row.fix,
        documents=int(ours),
        drifted=True,
        document=document,
    )


def _causes(organisation: Organisation, most: int) -> tuple[Problem, ...]:
    """Return the causes of each severity, those that touch most documents first."""
    found: list[Problem] = []
    for severity in (Severity.ERROR, Severity.WARNING):
        rows = DocumentFinding.objects.filter(organisation=organisation, severity=severity)
        of_severity = _grouped(rows, severity) or _stepped(rows, severity)
        found += sorted(of_severity, key=lambda one: -one.documents)
    return tuple(found[:most])


def _grouped(rows: QuerySet[DocumentFinding], severity: Severity) -> list[Problem]:
    """Group findings that are so few that they can all be counted; nothing if they are more."""
    if rows.order_by("code", "about", "document_id")[: READ + 1].count() > READ:
        return []
    causes = rows.values("code", "about").order_by("code", "about")
    counted = causes.annotate(documents=Count("document_id", distinct=True), said=Min("pk"))
    counted = counted.annotate(least=Min("message"), most=Max("message"))
    told = list(counted.values_list("code", "about", "documents", "said", "least", "most"))
    words = _words([said for *_, said, _, _ in told])
    return [
        Problem(severity, code, about, *words[said], documents, varies=least != most)
        for code, about, documents, said, least, most in told
    ]


def _words(firsts_of: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return message and fix of the first finding of each cause."""
    firsts = DocumentFinding.objects.filter(pk__in=firsts_of)
    return {pk: (message, fix) for pk, message, fix in firsts.values_list("pk", "message", "fix")}


def _stepped(rows: QuerySet[DocumentFinding], severity: Severity) -> Iterator[Problem]:
    """Step from cause to cause along the index, and count no further than people read."""
    following = rows
    for _ in range(MOST_CAUSES):
        first = following.order_by("code", "about", "document_id").first()
        if first is None:
            return
        same = rows.filter(code=first.code, about=first.about)
        counted = same.order_by("document_id").values("document_id").distinct()
        last = same.order_by("-document_id").first()
        yield Problem(
            severity,
            first.code,
            first.about,
            first.message,
            first.fix,
            counted[: MOST_COUNTED + 1].count(),
            varies=last is not None and last.message != first.message,
        )
        # Two conditions, each of which is a range of the index; one OR of both is none on SQLite.
        following = rows.filter(code=first.code, about__gt=first.about)
        if not following.exists():
            following = rows.filter(code__gt=first.code)
