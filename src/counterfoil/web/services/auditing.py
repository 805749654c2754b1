"""Whether the record of each firm is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.web import audit, heads, papers, sql, verifying
from counterfoil.web.chain_key import verifying_key
from counterfoil.web.models import AuditEntry, AuditHead, Firm
from counterfoil.web.store import cipher

if TYPE_CHECKING:
    from collections.abc import Iterator

STRAY = """
    SELECT min(e.organisation_id) FROM web_auditentry e WHERE e.firm_id = %s
      AND e.organisation_id NOT IN (SELECT o.id FROM web_organisation o WHERE o.firm_id = %s)"""


def verified(firm: Firm) -> audit.Head | audit.Break:
    """Walk a firm's chain, hold it against the file kept outside, and its papers against it.

    The file tells of a tail that was cut off: what is left of such a chain verifies in itself.
    """
    found = verifying.verify(firm.pk, verifying_key(cipher()))
    if isinstance(found, audit.Break):
        return found
    if why := _beside(firm):
        return audit.Break(found.sequence + 1, why)
    if why := papers.fault(firm.pk):
        return audit.Break(found.sequence, why)
    return found


def _beside(firm: Firm) -> str:
    """Say what the chain lacks of what stands beside it."""
    if not heads.reaches(firm):
        return (
            "the chain ends before, or differs at, the entry that the file beside it remembers "
            f"(audit-heads/{firm.pk}). After a restore, or where the database was set up anew in "
            "this folder, say so: counterfoil restored"
        )
    if day := heads.missing_day(firm):
        return (
            f"the head that was kept on {day} (audit-heads/{firm.pk}.days) is not in the chain. "
            "After a restore say so: counterfoil restored. Where the database was set up anew in "
            "this folder, put the list aside"
        )
    ((stray,),) = sql.select("default", STRAY, (firm.pk, firm.pk))
    if stray is not None:
        return f"organisation {stray}, of which the chain speaks, is not the firm's any more"
    return ""


def remarks(firm: Firm) -> list[str]:
    """Say what is no fault, and an auditor should know all the same."""
    return [*heads.put_back(firm), *papers.uncovered(firm.pk)]


def missing() -> Iterator[tuple[int, str]]:
    """Yield the number of each firm that left a trace and is not there, and what its trace is."""
    there = set(Firm.objects.values_list("pk", flat=True))
    traces = (
        ("entries in the audit chain", AuditEntry.objects.values_list("firm_id", flat=True)),
        ("a head of an audit chain", AuditHead.objects.values_list("firm_id", flat=True)),
    )
    told: dict[int, str] = {}
    for what, found in traces:
        for number in found.exclude(firm_id__in=there).order_by("firm_id").distinct():
            told.setdefault(number, f"there are {what} of a firm {number}, and no such firm")
    for number in heads.numbers():
        if number not in there:
            told.setdefault(
                number,
                f"audit-heads/{number} remembers a firm {number}, and there is no such firm. Where "
                "the database was set up anew in this folder, put the file and its list aside",
            )
    yield from sorted(told.items())
