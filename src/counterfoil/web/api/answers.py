"""What the API answers with, and the refusals that every route shares.

A refusal always has the one shape: findings, each with what is wrong, where, and the fix.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from django.http import HttpResponse

from counterfoil.core.findings import Severity, error
from counterfoil.web.api.shapes import FindingOut, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ninja import Schema

    from counterfoil.core.findings import Finding

JSON = "application/json"


class Found(Protocol):
    """A finding, fresh or as it was kept."""

    @property
    def severity(self) -> str:
        """How grave it is."""
        ...

    @property
    def code(self) -> str:
        """Its name for programs."""
        ...

    @property
    def message(self) -> str:
        """What is wrong."""
        ...

    @property
    def fix(self) -> str:
        """What to do."""
        ...

    @property
    def path(self) -> str:
        """Where in the document."""
        ...


class Refused(Exception):
    """A request that is answered with findings instead.

    Wrong credentials (401), a scope that the key lacks (403), nothing there (404), a contradiction
    to what is there (409), too large (413), not readable (422), too often (429), not now (503).
    """

    def __init__(
        self, status: int, *findings: Finding, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(findings[0].message)
        self.status = status
        self.findings = findings
        self.headers = headers or {}


def answer(
    said: Schema, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Return an answer as JSON; no cache may keep it."""
    headers = {"Cache-Control": "no-store", **(headers or {})}
    return HttpResponse(said.model_dump_json(), JSON, status, headers=headers)


def refusal(refused: Refused) -> HttpResponse:
    """Return the answer to a refused request."""
    said = Refusal(findings=findings_out(refused.findings))
    return answer(said, refused.status, refused.headers)


def findings_out(findings: Iterable[Found]) -> list[FindingOut]:
    """Return findings as programs read them."""
    return [
        FindingOut(
            severity=Severity(one.severity),
            code=one.code,
            message=one.message,
            fix=one.fix,
            path=one.path,
        )
        for one in findings
    ]


def not_found(what: str) -> Refused:
    """Return the refusal of something that this key's firm does not have."""
    return Refused(
        404, error("not_found", f"There is no {what}.", "Check its name, and the key's firm.", "")
    )


def unreadable(code: str, message: str, fix: str, path: str = "") -> Refused:
    """Return the refusal of a request that is not as it should be."""
    return Refused(422, error(code, message, fix, path))


def busy() -> Refused:
    """Return the refusal of a request that the database had no time for; nothing was taken."""
    words = "The database is busy or being restarted; nothing was taken."
    return Refused(
        503, error("busy", words, "Send the same request again.", ""), headers={"Retry-After": "5"}
    )
