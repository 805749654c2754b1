"""The hunt for mutants: what it changes, what it calls dead, and whether its list is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation.__main__ import stands
from tests.mutation.explaining import Explained, explained, gone
from tests.mutation.judging import source_of
from tests.mutation.making import Source
from tests.mutation.running import in_fork
from tests.mutation.swapping import Living
from tests.mutation.table import CODE, GROUPS, ROOT, chosen

ENUMS = {"State": ["READY", "UNKNOWN"]}


def becomes(text: str) -> set[str]:
    return {mutant.becomes for mutant in Source(text, "due.py", ENUMS).mutants}


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("late = days > 30", {"late = days >= 30", "late = days > 31"}),
        ("free = not taken and open", {"not taken or open", "taken and open",
                                       "free = not taken", "free = open"}),
        ("total = net + tax", {"total = net - tax"}),
        ("outcome = State.READY", {"outcome = State.UNKNOWN"}),
        ("largest = max(dues)", {"largest = min(dues)"}),
        ("allowed = {'see', 'post'}", {"{'see'}", "{'post'}", "{'see~', 'post'}",
                                      "{'see', 'post~'}"}),
        ("first = amounts[:most]", {"amounts[:]"}),
        ("draw(8, exactly=True)", {"draw(9, exactly=True)", "draw(8, exactly=False)", "draw(8)",
                                   "pass"}),
    ],
)  # fmt: skip
def test_a_place_is_changed_in_every_way_that_could_go_unnoticed(
    text: str, changed: set[str]
) -> None:
    assert becomes(text) == changed


@pytest.mark.parametrize(
    "text",
    [
        '"""What it is for."""',
        'told = "Nothing is owed any more."',
        'told = f"{number} is owed by {party}."',
        "assert sum(shares) == total",
        "from fractions import Fraction",
        "amount: int | None",
        "if TYPE_CHECKING:\n    owed = 1",
    ],
)
def test_what_decides_nothing_is_left_as_it_is(text: str) -> None:
    assert becomes(text) == set()


def test_a_mutant_says_where_it_is_and_leaves_the_text_alone() -> None:
    source = Source("\ndef due(days):\n    return days >= 30\n", "due.py", {})
    first = source.mutants[0]
    assert (first.where, first.line, first.body) == ("due", 3, 2)
    assert (first.was, first.becomes) == ("return days >= 30", "return")
    source.changed(first)
    assert [one.becomes for one in source.mutants] == [
        "return",
        "return days > 30",
        "return days >= 31",
    ]


def late(days: int) -> bool:
    return days > 30


def test_a_function_that_lives_takes_the_code_of_a_mutant() -> None:
    code = late.__code__
    above = "\n" * (code.co_firstlineno - 1)
    source = Source(f"{above}def late(days):\n    return days > 30\n", __file__, {})
    living = Living(__file__)
    mutant = next(one for one in source.mutants if one.becomes == "return days >= 30")
    try:
        assert not late(30)
        assert living.swap(source.changed(mutant), mutant.body or 0)
        assert late(30)
    finally:
        late.__code__ = code


def test_a_mutant_that_never_ends_is_ended() -> None:
    def for_ever() -> int:
        while True:
            pass

    assert in_fork(for_ever, 0.05) is None
    assert in_fork(lambda: 3, 5) == 3


def test_a_program_that_was_changed_meanwhile_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    due = tmp_path / "src" / "due.py"
    due.write_text("days = 30\n")
    before = stands(tmp_path)
    assert stands(tmp_path) == before
    due.write_text("days = 301\n")
    assert stands(tmp_path) != before


def test_every_explanation_speaks_of_code_that_is_there() -> None:
    entries = explained()
    untrue: list[str] = []
    for module in sorted({one.module for one in entries}):
        of_it = [one for one in entries if one.module == module]
        untrue += gone(of_it, source_of(module))
    assert untrue == []


def test_an_explanation_of_code_that_has_gone_is_a_fault() -> None:
    source = Source("late = days > 30", "due.py", {})
    entry = Explained("due.py", "", "late = days < 30", "late = days <= 30", "so")
    (untrue,) = gone([entry], source)
    assert untrue.startswith("due.py, : late = days < 30 -> late = days <= 30 is said to stand")


def test_every_explanation_gives_a_reason_and_is_of_a_module_in_the_table() -> None:
    modules = {module for group in GROUPS for module in group.modules}
    for one in explained():
        assert one.module in modules
        assert len(one.why.split()) > 3, one


def test_the_table_names_modules_and_tests_that_are_there() -> None:
    for group in GROUPS:
        assert all((CODE / module).is_file() for module in group.modules), group
        assert all((ROOT / test).exists() for test in group.tests), group
    assert [group.modules for group in chosen(["core/money.py"])] == [("core/money.py",)]
