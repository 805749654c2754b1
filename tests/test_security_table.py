"""The table of ASVS requirements names only tests and documents that are there."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "security" / "asvs.csv"
LEVEL_1, LEVEL_2 = 70, 183
"""Requirements of ASVS 5.0.0 at these levels."""


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def met_by(how: str) -> list[str]:
    return [row["where or why"] for row in rows() if row["met by"] == how]


def test_every_requirement_of_the_first_two_levels_has_one_row() -> None:
    levels = Counter(row["level"] for row in rows())
    assert (levels["1"], levels["2"]) == (LEVEL_1, LEVEL_2)
    assert len({row["requirement"] for row in rows()}) == levels.total()
    hows = {row["met by"] for row in rows()}
    assert hows == {"test", "document", "not applicable"}
    assert all(row["where or why"] for row in rows())


def missing(how: str, name: str) -> str:
    """Say what is not there of a named test, or of a document and its heading; or nothing."""
    path, _, part = name.partition("::" if how == "test" else "#")
    if not (ROOT / path).is_file():
        return path
    source = (ROOT / path).read_text("utf-8")
    if how == "test":
        return "" if re.search(rf"^(async )?def {part}\(", source, re.MULTILINE) else name
    headings = re.findall(r"^#+ (.+)$", source, re.MULTILINE)
    return "" if not part or part in {slug(each) for each in headings} else name


def slug(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("how", ["test", "document"])
def test_what_a_row_names_is_there(how: str) -> None:
    assert [found for name in met_by(how) if (found := missing(how, name))] == []


@pytest.mark.parametrize(
    ("how", "name"),
    [
        ("test", "tests/test_security_table.py::test_that_nobody_wrote"),
        ("test", "tests/test_nowhere.py::test_what_a_row_names_is_there"),
        ("document", "docs/security/nowhere.md"),
        ("document", "docs/security/controls.md#a-heading-that-nobody-wrote"),
    ],
)
def test_what_is_not_there_is_found_missing(how: str, name: str) -> None:
    assert missing(how, name)


def test_no_row_is_left_unjudged() -> None:
    assert [row["requirement"] for row in rows() if "not judged" in row["where or why"]] == []


def test_cookies_over_https_belong_to_this_host_alone(tmp_path: Path) -> None:
    asked = (
        "import json; from counterfoil.web import settings as s; print(json.dumps("
        "[s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY,"
        " s.SECURE_HSTS_SECONDS, s.SECURE_REFERRER_POLICY, s.CSRF_USE_SESSIONS,"
        " s.MESSAGE_STORAGE]))"
    )
    home = {"COUNTERFOIL_HOME": str(tmp_path), "COUNTERFOIL_URL": "https://books.example.com"}
    said = subprocess.run(
        [sys.executable, "-c", asked],
        env={**os.environ, **home},
        cwd=tmp_path,
        capture_output=True,
        check=True,
        text=True,
    )
    name, *rest = json.loads(said.stdout)
    assert name.startswith("__Host-")
    of_messages = "django.contrib.messages.storage.session.SessionStorage"
    # No other cookie is there to be named: what forms and messages need is in the session.
    assert rest == [True, True, 365 * 24 * 60 * 60, "same-origin", True, of_messages]
