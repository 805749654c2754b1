"""The check of the docs finds what it is there to find, and finds nothing in this repository."""

import pytest

from tools.check_docs import (
    all_faults,
    broken_links,
    forbidden_strings,
    settings_apart,
    undecided,
    unknown_targets,
)


def test_the_repository_keeps_what_its_documentation_says() -> None:
    assert [str(fault) for fault in all_faults()] == []


def test_a_link_that_leads_nowhere_is_named_with_its_page() -> None:
    pages = {"docs/index.md": "[here](glossary.md) [there](nowhere.md) [out](mailto:a@b.example)"}
    assert [str(fault) for fault in broken_links(pages)] == [
        "docs/index.md: the link to nowhere.md leads nowhere"
    ]


def test_a_make_target_counts_in_code_only_and_after_its_settings() -> None:
    pages = {"a.md": "make sure of `make demo ONCE=1`\n```sh\nmake SEED=7 replay\n```"}
    found = list(unknown_targets(pages, "demo: .venv\n"))
    assert [fault.what for fault in found] == ["there is no target replay in the Makefile"]


def test_a_setting_must_be_in_the_readme_and_in_the_code() -> None:
    found = settings_apart("`COUNTERFOIL_HOME` and `XERO_BASE_URL`", {"COUNTERFOIL_HOME"})
    assert [fault.what for fault in found] == ["describes XERO_BASE_URL, which no code reads"]
    found = settings_apart("", {"DATABASE_URL"})
    assert [fault.what for fault in found] == [
        "does not describe DATABASE_URL, which the code reads"
    ]


def test_every_dependency_has_its_page_and_no_page_outlives_its_dependency() -> None:
    found = undecided({"django", "msgspec"}, {"django", "requests"})
    assert [fault.what.split()[-1] for fault in found] == ["msgspec", "dependency"]


@pytest.mark.parametrize(
    "text",
    [
        "a mirror at https://pypi." + "org/simple",
        "--extra-index" + "-url https://mirror.example/simple",
        "wheel @ file:" + "///wheels/a.whl",
        "see /home" + "/anna/counterfoil/notes",
    ],
)
def test_an_address_of_one_place_is_found_with_its_line(text: str) -> None:
    places = {fault.path for fault in forbidden_strings("a.txt", f"first\n{text}")}
    assert places == {"a.txt:2"}
