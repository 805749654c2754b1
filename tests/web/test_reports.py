"""The reports: month ends issued, kept as they were, and given out only if they still are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import counterfoil.web
from counterfoil.web.models import TrustPaper
from tests.web.cast import As, Cast
from tests.web.test_mapping_page import charted, mapped

__all__ = ["charted", "mapped"]

MAY = {"account": "TRUST1", "month": "2026-05"}
PAPER = "/reports/paper/?account=TRUST1&month=2026-05&issue=1&file=month-end.pdf"


def test_a_month_end_is_issued_kept_and_fetched_byte_for_byte(mapped: Cast, signed_in: As) -> None:
    bob, dora = signed_in("bob"), signed_in("dora")
    bob.post("/reports/issue/", MAY)
    again = bob.post("/reports/issue/", MAY, follow=True).content.decode()
    assert "Nothing differs from issue 1 of May 2026: it stands." in again
    page = dora.get("/reports/").content.decode()
    assert "May 2026" in page
    papers = re.findall(r'href="(/reports/paper/[^"]+)"', page)
    assert len(papers) == TrustPaper.objects.count()
    given = dora.get(PAPER)
    assert given.content == bytes(TrustPaper.objects.get(name="month-end.pdf").content)
    assert given["Content-Type"] == "application/pdf"


def test_a_paper_that_was_altered_is_not_given(mapped: Cast, signed_in: As) -> None:
    signed_in("bob").post("/reports/issue/", MAY)
    TrustPaper.objects.filter(name="month-end.pdf").update(content=b"%PDF forged")
    answer = signed_in("dora").get(PAPER, follow=True)
    assert b"not any more as it was issued" in answer.content


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"account": "TRUST1", "month": "2999-01"}, "is not over yet"),
        ({"account": "OFFICE", "month": "2026-05"}, "Choose a trust account and a month"),
        ({"account": "TRUST1", "month": "May"}, "Choose a trust account and a month"),
    ],
)
def test_what_cannot_be_issued_is_said_in_words(
    mapped: Cast, signed_in: As, wish: dict[str, str], said: str
) -> None:
    assert said in signed_in("bob").post("/reports/issue/", wish, follow=True).content.decode()


@pytest.mark.parametrize("name", ["carol", "dora"])
def test_who_may_not_post_issues_nothing(mapped: Cast, signed_in: As, name: str) -> None:
    assert b"Issue and keep" not in signed_in(name).get("/reports/").content
    assert signed_in(name).post("/reports/issue/", MAY).status_code == 403


def test_another_firms_papers_are_not_found(mapped: Cast, signed_in: As) -> None:
    signed_in("bob").post("/reports/issue/", MAY)
    assert signed_in("charlie").get(PAPER).status_code == 404


HELP = re.compile(r"""\{% url 'help' %\}#([\w-]+)""")


def test_every_link_to_help_leads_to_an_answer(mapped: Cast, signed_in: As) -> None:
    page = signed_in("carol").get("/help/").content.decode()
    answers = set(re.findall(r'<section id="([\w-]+)">', page))
    folder = Path(counterfoil.web.__file__).parent / "templates"
    asked = {name for file in folder.rglob("*.html") for name in HELP.findall(file.read_text())}
    assert asked
    assert asked <= answers
    assert set(re.findall(r'href="#([\w-]+)"', page)) - {"main"} == answers
