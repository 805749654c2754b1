"""Fixes as pages say them: buttons and fields, where a terminal has commands and paths."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from counterfoil import cli, posting
from counterfoil.core.documents import Key
from counterfoil.web.services import relinking, retrying
from counterfoil.web.templatetags.fixes import field_path, on_page
from counterfoil.xero.relinking import Relinked
from tests.web.cast import As, Cast, a_document

ROOT = Path(posting.__file__).parents[1]
COMMANDS = {
    path.stem.strip("_").replace("_", "-") for path in Path(cli.__file__).parent.glob("*.py")
}
ONLY_THERE = {"statement", "template", "layout", "firm", "restored"}
"""Commands that no page has; their names stay."""
COMMAND = re.compile(r"counterfoil ([a-z]+(?:-[a-z]+)*)")


def said(path: Path) -> list[str]:
    """What a module says to people that names a command; its own explanations are left out."""
    tree = ast.parse(path.read_text("utf-8"))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (one.value if isinstance(one, ast.Constant) else "b-1" for one in node.values)
            found.append("".join(map(str, parts)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
    return [one for one in found if commands(one) and "``" not in one and "\n" not in one]


def commands(text: str) -> set[str]:
    others = {"accept", "retry", "relink", "unlink", "repost", "show", "contacts", "import"}
    return {name for name in COMMAND.findall(text) if name in COMMANDS | others}


def test_no_fix_on_a_page_names_a_command() -> None:
    told = [
        one
        for room in ("posting", "sources", "web/services")
        for path in (ROOT / room).rglob("*.py")
        for one in said(path)
    ]
    assert len(told) > 20
    assert not [one for one in told if commands(on_page(one)) - ONLY_THERE]


@pytest.mark.parametrize(
    ("fix", "shown"),
    [
        (
            "Tie it with counterfoil relink; or post it again with counterfoil retry --anew.",
            (
                "Tie it with “Relink” on the document's page; or post it again with "
                "“Post it again”, which “Relink” on the document's page leads to."
            ),
        ),
        (
            "have ours posted: counterfoil retry DOCUMENT --other-money; or record the other.",
            (
                "have ours posted: “It is another receipt: post ours” on the document's page; "
                "or record the other."
            ),
        ),
        (
            "or give them up knowingly: counterfoil retry bill:b-1 --overwrite.",
            "or give them up knowingly: “Overwrite what Xero has”.",
        ),
        (
            "Then press Retry on the document's page, or run: counterfoil retry DOCUMENT",
            "Then press “Try again” on the document's page",
        ),
        (
            "Take it as it stands: counterfoil accept, with the document's id.",
            "Take it as it stands: “Accept as in Xero”.",
        ),
        (
            "Say whether it is the same ('counterfoil contacts adopt c-1').",
            "Say whether it is the same (“It is the same contact”).",
        ),
        (
            "Then go on with: counterfoil rebill b-1",
            "Then go on with: “Credit and bill anew” on the bill's page",
        ),
        ("Correct the date.", "Correct the date."),
        (None, ""),
    ],
)
def test_a_command_is_a_button_on_a_page(fix: str | None, shown: str) -> None:
    assert on_page(fix) == shown


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("lines[2].tax", "Line 3, tax"),
        ("client.name", "Client, name"),
        ("entries[0].trust_account", "Entry 1, trust account"),
        ("total", "Total"),
        ("", ""),
    ],
)
def test_a_field_is_named_as_people_name_it(path: str, shown: str) -> None:
    assert field_path(path) == shown


def test_what_was_unlinked_is_posted_again_only_on_the_word_of_who_has_looked(
    cast: Cast, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def retry(*_: object, anew: bool, **__: object) -> int:
        asked.append(anew)
        return 1

    monkeypatch.setattr(retrying, "retry", retry)
    a_document(cast.organisation, "b-1")
    bob = signed_in("bob")
    assert "I have looked" in bob.get("/relink/bill/b-1/").content.decode()
    assert bob.post("/relink/bill/b-1/", {"anew": "1"})["Location"] == "/relink/bill/b-1/"
    assert asked == []
    answer = bob.post("/relink/bill/b-1/", {"anew": "1", "looked": "1"})
    assert (answer["Location"], asked) == ("/documents/bill/b-1/", [True])


def test_receipts_that_one_payment_is_for_are_named_together_on_the_page(
    cast: Cast, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Sequence[Key]] = []

    def relink(*_: object, along: Sequence[Key], **__: object) -> Relinked:
        asked.append(along)
        return Relinked((), "it is another")

    monkeypatch.setattr(relinking, "relink", relink)
    for kind, name in (("receipt", "r-1"), ("receipt", "r-2"), ("bill", "b-2"), ("receipt", "b-2")):
        a_document(cast.organisation, name, kind=kind, number=f"{kind}-{name}")
    bob = signed_in("bob")
    given = {"xero": "0f", "prove": "1"}
    bob.post("/relink/receipt/r-1/", {**given, "along": "receipt-r-2, receipt:b-2"})
    assert asked == [[Key("receipt", "r-2"), Key("receipt", "b-2")]]
    for name, why in (("b-2", "means several documents"), ("x-9", "has no document with the id")):
        page = bob.post("/relink/receipt/r-1/", {**given, "along": name}).content.decode()
        assert why in page
    assert len(asked) == 1
