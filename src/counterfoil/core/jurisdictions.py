"""Where a trust account lives, and what that asks: deadlines, verdicts and citations, as data.

From facts: trust accounting, section 3.1. Not legal advice; the firm chooses its jurisdiction in
the mapping, and each finding shows the rule it rests on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from counterfoil.core.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping


class Due(StrEnum):
    """When a month's reconciliation has to be ready."""

    WORKING_DAYS_15 = "within 15 working days of the month's end"
    WORKING_DAY_10 = "by the 10th working day of the next month, the 15th after December"
    FIVE_WEEKS = "at least every five weeks"
    DAY_25 = "by the 25th of the next month"
    MONTH = "within a month"


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """The rules of one place.

    ``overdrawn`` is how grave an overdrawn ledger is: a warning where it belongs in an exception
    report, an error where it is forbidden outright. ``record_within`` counts working days, None
    where the rules name no number. ``keep_years`` is how long records are kept, with
    ``keep_current_year`` beside the year that runs. ``authority`` says whether a transfer between
    matters names who authorised it, ``statement`` what the month-end reconciliation is called
    there. ``rules`` cites the law by the invariant that rests on it (T1 to T17).
    """

    code: str
    name: str
    due: Due
    keep_years: int
    overdrawn: Severity = Severity.WARNING
    record_within: int | None = None
    keep_current_year: bool = False
    consecutive_receipts: bool = False
    authority: bool = False
    statement: str = "Trust account reconciliation"
    rules: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def asks(self, invariant: str) -> bool:
        """Tell whether a rule of this place rests behind an invariant."""
        return invariant in self.rules

    def cite(self, invariant: str) -> str:
        """Name the rule behind an invariant, as a reader would look it up."""
        law = self.rules.get(invariant)
        return f"rule {invariant}; {law}" if law else f"rule {invariant}"


_STATUTORY_DEPOSIT: Final = {
    "AU-NSW": "Legal Profession Uniform Law Application Act 2014 (NSW), section 46",
    "AU-VIC": "Legal Profession Uniform Law Application Act 2014 (Vic), section 79",
}
_FAMILY: Final = ("T1", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10", "T11", "T12")
"""What the Uniform Law asks, and the Australian rules of the same family with it."""


def _uniform(code: str, state: str) -> Jurisdiction:
    law = f"Legal Profession Uniform General Rules 2015 ({state})"
    return Jurisdiction(
        code,
        state,
        Due.WORKING_DAYS_15,
        keep_years=7,
        record_within=5,
        consecutive_receipts=True,
        authority=True,
        rules=MappingProxyType(
            {
                "T1": f"{law}, rule 40",
                "T3": f"{law}, rule 48",
                "T4": f"{law}, rule 42",
                "T5": f"{law}, rules 40 and 47",
                "T6": f"{law}, rule 36",
                "T7": f"{law}, rule 40",
                "T8": f"{law}, rule 40",
                "T9": f"{law}, rule 47",
                "T10": f"{law}, rules 36, 44 and 47",
                "T11": f"{law}, rule 47",
                "T12": f"{law}, rule 38",
                "T2": f"{law}, rule 48",
                **({"T14": _STATUTORY_DEPOSIT[code]} if code in _STATUTORY_DEPOSIT else {}),
            }
        ),
    )


def _alike(code: str, name: str, overdrawn: Severity = Severity.WARNING) -> Jurisdiction:
    """Return an Australian place outside the Uniform Law, whose rules are of the same family."""
    return Jurisdiction(
        code,
        name,
        Due.WORKING_DAYS_15,
        keep_years=7,
        overdrawn=overdrawn,
        record_within=5,
        consecutive_receipts=True,
        authority=True,
        rules=MappingProxyType(dict.fromkeys(_FAMILY, f"legal profession regulation of {name}")),
    )


_NZ = "Trust Account Regulations 2008"
_SRA = "SRA Accounts Rules 2019"
_ABA = "ABA Model Rules for Client Trust Account Records"
_LSO = "Law Society of Ontario, By-Law 9"

ANYWHERE: Final = Jurisdiction(
    "", "no jurisdiction chosen", Due.MONTH, keep_years=10, keep_current_year=True
)
"""What holds where the mapping names no place, or one that is not in the table."""

JURISDICTIONS: Final[Mapping[str, Jurisdiction]] = MappingProxyType(
    {
        each.code: each
        for each in (
            _uniform("AU-NSW", "New South Wales"),
            _uniform("AU-VIC", "Victoria"),
            _uniform("AU-WA", "Western Australia"),
            _alike("AU-QLD", "Queensland"),
            _alike("AU-SA", "South Australia"),
            _alike("AU-TAS", "Tasmania"),
            _alike("AU-ACT", "the Australian Capital Territory"),
            _alike("AU-NT", "the Northern Territory", Severity.ERROR),
            Jurisdiction(
                "NZ",
                "New Zealand",
                Due.WORKING_DAY_10,
                keep_years=6,
                overdrawn=Severity.ERROR,
                consecutive_receipts=True,
                authority=True,
                statement="Trust account monthly reconciliation",
                rules=MappingProxyType(
                    {
                        "T1": f"{_NZ}, regulations 6 and 12",
                        "T2": f"{_NZ}, regulation 11(2)",
                        "T3": f"{_NZ}, regulation 17",
                        "T4": f"{_NZ}, regulation 9",
                        "T5": f"{_NZ}, regulation 12(6)(d)",
                        "T6": f"{_NZ}, regulation 13(3)",
                        "T7": f"{_NZ}, regulations 11 to 13",
                        "T10": f"{_NZ}, regulations 12 and 13",
                        "T11": f"{_NZ}, regulation 12(1)(b)",
                        "T13": f"{_NZ}, regulation 8",
                        "T16": f"{_NZ}, regulation 11",
                    }
                ),
            ),
            Jurisdiction(
                "GB-EAW",
                "England and Wales",
                Due.FIVE_WEEKS,
                keep_years=6,
                overdrawn=Severity.ERROR,
                statement="Client account reconciliation",
                rules=MappingProxyType(
                    {
                        "T1": f"{_SRA}, rule 5.3",
                        "T2": f"{_SRA}, rules 8.1 to 8.3",
                        "T3": f"{_SRA}, rule 8.3",
                        "T4": f"{_SRA}, rule 4.3",
                        "T13": f"{_SRA}, rule 4.1",
                        "T15": f"{_SRA}, rule 2.5",
                        "T16": f"{_SRA}, rule 13.1",
                    }
                ),
            ),
            Jurisdiction(
                "US",
                "the United States",
                Due.MONTH,
                keep_years=7,
                overdrawn=Severity.ERROR,
                statement="Three-way reconciliation of the trust account",
                rules=MappingProxyType(
                    {
                        "T1": _ABA,
                        "T2": _ABA,
                        "T3": _ABA,
                        "T4": "ABA Model Rule 1.15",
                        "T13": "ABA Model Rule 1.15(b)",
                        "T16": _ABA,
                    }
                ),
            ),
            Jurisdiction(
                "CA-ON",
                "Ontario",
                Due.DAY_25,
                keep_years=10,
                keep_current_year=True,
                overdrawn=Severity.ERROR,
                statement="Monthly trust comparison",
                rules=MappingProxyType(dict.fromkeys(("T1", "T2", "T3", "T4", "T15", "T16"), _LSO)),
            ),
        )
    }
)


def jurisdiction(code: str | None) -> Jurisdiction:
    """Return the rules of a place: a state of the USA shares those of ``US``."""
    code = (code or "").upper()
    return JURISDICTIONS.get(code) or JURISDICTIONS.get(code.partition("-")[0]) or ANYWHERE
