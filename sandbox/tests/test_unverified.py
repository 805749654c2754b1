"""The table of guesses agrees with the code that makes them, and with the page that shows them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from xero_sandbox.books import refusals
from xero_sandbox.unverified import GRADES, UNVERIFIED, everything, markdown, texts

PROJECT = Path(__file__).parents[1]
SOURCE = PROJECT / "src" / "xero_sandbox"
MARK = re.compile(r"# Not verified, see ([a-z0-9-]+)\.")


def _marks() -> Counter[tuple[str, str]]:
    """Every comment in the code that names a guess, as (key, file)."""
    return Counter(
        (key, path.relative_to(SOURCE).as_posix())
        for path in SOURCE.rglob("*.py")
        for key in MARK.findall(path.read_text("utf-8"))
    )


def test_every_guess_is_named_by_the_code_that_makes_it_and_every_comment_has_its_row() -> None:
    assert _marks() == Counter((row.key, row.where) for row in UNVERIFIED)


def test_no_two_guesses_share_a_key() -> None:
    assert set(Counter(row.key for row in everything()).values()) == {1}


def test_every_text_that_is_not_certain_has_a_row() -> None:
    unsure = [one for one in refusals.CATALOGUE if one.grade != "H"]
    assert sorted(row.behaviour for row in texts()) == sorted(one.text for one in unsure)


def test_every_grade_is_explained_and_used() -> None:
    assert {row.grade for row in everything()} == set(GRADES)


def test_the_page_in_the_project_is_the_table() -> None:
    """Made with ``python -m xero_sandbox.unverified > sandbox/UNVERIFIED.md``."""
    assert (PROJECT / "UNVERIFIED.md").read_text("utf-8") == markdown()
