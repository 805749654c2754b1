"""The audit of components: a weakness is told, accepted for a while, and never silently passed."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tools import audit

TODAY = date(2026, 12, 1)
ENTRY = """
[[accepted]]
id = "CVE-2026-1"
package = "ledgers"
since = 2026-11-10
until = 2026-12-01
why = "It is never called."
"""
WEAK = {"id": "PYSEC-2026-9", "aliases": ["CVE-2026-1"], "fix_versions": ["2.1"]}


def report(*vulnerabilities: object) -> str:
    parts = [
        {"name": "ledgers", "version": "2.0", "vulns": list(vulnerabilities)},
        {"name": "unheard-of", "skip_reason": "not found"},
    ]
    return json.dumps({"dependencies": parts, "fixes": []})


def found(entries: str, *vulnerabilities: object, today: date = TODAY) -> list[str]:
    told = audit.told(report(*vulnerabilities))
    return list(audit.faults(told.weaknesses, audit.accepted(entries), today))


def test_a_weakness_is_told_with_the_version_that_mends_it() -> None:
    assert found("", WEAK) == ["ledgers 2.0: PYSEC-2026-9, CVE-2026-1, mended in 2.1"]
    assert found("") == []


def test_an_accepted_weakness_is_lived_with_until_its_day() -> None:
    assert found(ENTRY, WEAK) == []
    (fault,) = found(ENTRY, WEAK, today=date(2026, 12, 2))
    assert "accepted until 2026-12-01" in fault


def test_another_weakness_of_the_same_package_is_not_accepted_with_it() -> None:
    assert len(found(ENTRY, WEAK, {"id": "CVE-2026-2", "aliases": []})) == 1


@pytest.mark.parametrize(
    ("old", "new"), [("2026-11-10", "2026-09-01"), ("It is never called.", ""), ("why", "because")]
)
def test_an_acceptance_has_a_reason_and_thirty_days_at_most(old: str, new: str) -> None:
    with pytest.raises(ValueError, match=r"accepted\.toml"):
        audit.accepted(ENTRY.replace(old, new))


def test_what_the_list_does_not_know_counts_as_not_judged() -> None:
    told = audit.told(report())
    assert (told.judged, told.unknown) == (1, 1)


@pytest.mark.parametrize("answer", ["", "No connection", '{"dependencies": []}'])
def test_without_the_list_it_says_so_and_is_no_fault(
    answer: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "_asked", lambda: answer)
    assert audit.main() == 0
    assert "could not be asked" in capsys.readouterr().out


def test_a_weakness_ends_the_audit_with_a_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "_asked", lambda: report(WEAK))
    assert audit.main() == 1
    assert "1 judged, 1 not known" in capsys.readouterr().out


def test_the_acceptances_of_this_repository_can_be_read() -> None:
    audit.accepted(audit.ACCEPTED.read_text("utf-8"))
