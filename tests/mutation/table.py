"""Which modules are changed, which tests have to notice, and how many of the changes they must."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ROOT / "src" / "counterfoil"


@dataclass(frozen=True, slots=True)
class Group:
    """Modules that the same tests judge, as paths under the package.

    ``percent`` of the mutants of each that are not explained must be killed. ``only`` names the
    functions and classes that are changed, where it is not all of them.
    """

    name: str
    percent: int
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    only: tuple[str, ...] = ()


def _in(folder: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{folder}/{name}.py" for name in names)


def _tests(folder: str, *names: str) -> tuple[str, ...]:
    return tuple(f"tests/{folder}/test_{name}.py" for name in names)


GROUPS = (
    Group(
        "rounding",
        100,
        _in("core", "money", "xero_arithmetic", "rounding", "summarise"),
        _tests(
            "core", "money", "rounding_line", "summarising", "worked_cases", "rounding_properties"
        ),
    ),
    Group(
        "decisions",
        100,
        _in("posting", "decide", "looked_up", "retry", "states", "plan", "landing", "limits"),
        _tests(
            "posting",
            *("decide", "arrivals", "landing", "looking_up", "plan", "states", "retry"),
            *("limits", "limits_bounds"),
        ),
    ),
    Group(
        "lease",
        100,
        ("posting/poster.py",),
        _tests("posting", "poster"),
        only=("Watch", "Poster._take_lease"),
    ),
    Group("crypto", 90, ("web/crypto.py",), _tests("web", "crypto")),
    Group(
        "permissions",
        90,
        _in("web", "access", "seconds"),
        _tests("web", "second", "elsewhere", "logs", "roles"),
    ),
    Group(
        "tax",
        90,
        _in("core", "tax", "source_checks", "amounts", "currency"),
        _tests(
            "core", "tax", "amounts", "rounding_line", "worked_cases", "bills", "foreign_currency"
        ),
    ),
    Group(
        "sums",
        90,
        _in("posting", "sums", "entries"),
        _tests("posting", "sums", "entries", "daybook", "trust_in_daybook", "closed_periods"),
    ),
    Group(
        "restored",
        100,
        _in("posting", "restoring", "seeking"),
        _tests("posting", "restoring", "sought", "seeking"),
    ),
    Group(
        "taking back",
        90,
        _in("posting", "undoing"),
        _tests("posting", "undoing", "bars", "seeking", "taken_back", "dishonour_held"),
    ),
    Group(
        "conversion",
        90,
        tuple(sorted(f"core/convert/{one.name}" for one in (CODE / "core/convert").glob("[a-z]*"))),
        (
            *_tests("golden", "golden", "kinds"),
            *_tests("core", "bills", "credits", "write_offs", "receipts", "purchases", "bank"),
            *_tests("core", "journals", "plain", "billing", "parts", "lock_dates", "taking_back"),
            *_tests("core", "every_kind", "rounding_line", "undoing", "opposites", "unapplied"),
            *_tests("core", "foreign_currency", "worked_cases", "outline", "settings_by_kind"),
            *_tests("core", "trust_bills", "trust_documents", "trust_receipts", "trust_accounts"),
        ),
    ),
)
"""The table. A test stands in it because it is quick, and about what the modules do."""


def chosen(modules: list[str]) -> Iterator[Group]:
    """Yield the groups with the modules that were asked for: all where none was."""
    for group in GROUPS:
        wanted = tuple(
            one for one in group.modules if not modules or one in modules or group.name in modules
        )
        if wanted:
            yield replace(group, modules=wanted)
