"""Where `CI=true`, a test that did not run is a test that failed: a skip must never look green.

One exception: tests that read Xero's published specifications, which are not part of this
repository, may be skipped where those lie nowhere beside it.
"""

import os
from collections.abc import Generator
from typing import TypeVar

import pytest

from tests.specs import SPECS, SPECS_ARE_MISSING

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Judge a test that was skipped by its mark, a fixture or itself."""
    return without_silent_skip(
        (yield), in_ci=os.environ.get("CI") == "true", specs_are_here=SPECS.is_dir()
    )


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Judge a whole module that skipped itself while it was imported."""
    return without_silent_skip(
        (yield), in_ci=os.environ.get("CI") == "true", specs_are_here=SPECS.is_dir()
    )


def without_silent_skip(report: Report, *, in_ci: bool, specs_are_here: bool) -> Report:
    """Give the report back, failed where it was skipped and CI was promised a full run."""
    if not in_ci or not report.skipped or hasattr(report, "wasxfail"):
        return report
    why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if SPECS_ARE_MISSING in why and not specs_are_here:
        return report
    report.outcome = "failed"
    report.longrepr = f"CI=true allows no skip. {why}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what did not run, just above the summary."""
    skipped = terminalreporter.getreports("skipped")
    if skipped:
        terminalreporter.section("NOT RUN ON THIS MACHINE", sep="!", bold=True, yellow=True)
        reasons = {report.longrepr[2] for report in skipped if isinstance(report.longrepr, tuple)}
        for reason in sorted(reasons):
            terminalreporter.line(reason)
