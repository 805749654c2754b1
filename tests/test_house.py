"""The house itself: what stands around the code keeps its promises."""

from pathlib import Path

import psycopg
import pytest

from tests.no_silent_skips import without_silent_skip
from tests.specs import SPECS_ARE_MISSING

ROOT = Path(__file__).parents[1]


def skipped(reason: str) -> pytest.TestReport:
    place = ("tests/browser/test_pages.py", 1, f"Skipped: {reason}")
    return pytest.TestReport("a test", ("a", 1, "a"), {}, "skipped", place, "setup")


def test_a_skip_stays_a_skip_on_a_developers_machine() -> None:
    report = without_silent_skip(skipped("no Chromium"), in_ci=False, specs_are_here=True)
    assert report.outcome == "skipped"


def test_a_skip_in_ci_is_a_failure_that_says_why() -> None:
    report = without_silent_skip(skipped("no Chromium"), in_ci=True, specs_are_here=True)
    assert report.outcome == "failed"
    assert "no Chromium" in str(report.longrepr)


@pytest.mark.parametrize(("specs_are_here", "outcome"), [(False, "skipped"), (True, "failed")])
def test_only_absent_specifications_excuse_a_skip_in_ci(specs_are_here: bool, outcome: str) -> None:
    report = skipped(SPECS_ARE_MISSING)
    assert without_silent_skip(report, in_ci=True, specs_are_here=specs_are_here).outcome == outcome


def test_the_sandboxs_tests_skip_in_the_words_that_are_excused() -> None:
    words = (ROOT / "sandbox" / "tests" / "books" / "schemas.py").read_text("utf-8")
    assert f'"{SPECS_ARE_MISSING}"' in words


@pytest.mark.postgres
def test_a_real_postgresql_answers_and_commits_synchronously(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
