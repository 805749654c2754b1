"""The pages say what the code says."""

import re
from pathlib import Path

from counterfoil.core.mapping_file import read_mapping
from counterfoil.core.reader import read_json
from counterfoil.posting.states import State

DOCS = Path(__file__).resolve().parents[1] / "docs"


def test_the_protocol_page_has_a_sentence_for_every_state_and_no_other() -> None:
    page = (DOCS / "posting-protocol.md").read_text("utf-8")
    told = re.findall(r"^\| `([a-z]+)` \| [A-Z].*\. \|$", page, re.MULTILINE)
    assert told == [state.value for state in State]


def test_every_decision_is_on_the_list_of_decisions() -> None:
    pages = {path.name for path in (DOCS / "decisions").glob("*.md")} - {"README.md"}
    listed = re.findall(r"\(([a-z0-9-]+\.md)\)", (DOCS / "decisions" / "README.md").read_text())
    assert sorted(listed) == sorted(pages)


def test_a_decision_weighs_alternatives_and_names_its_cost() -> None:
    for path in (DOCS / "decisions").glob("*.md"):
        text = path.read_text("utf-8")
        told = ("## What else was weighed" in text, "## What it costs" in text)
        assert path.name == "README.md" or told == (True, True), path.name


def test_the_glossary_gives_each_word_once_and_in_order() -> None:
    _, ours, accounting = (DOCS / "glossary.md").read_text("utf-8").split("\n## ")
    for part in (ours, accounting):
        words = [word.lower() for word in re.findall(r"^\| \*\*([^*]+)\*\*", part, re.MULTILINE)]
        assert words == sorted(set(words))


def test_the_documents_and_the_mapping_of_the_first_steps_can_be_read() -> None:
    example = DOCS.parent / "examples" / "first-day"
    lines = (example / "documents.jsonl").read_bytes().splitlines()
    assert [str(finding) for line in lines for finding in read_json(line).findings] == []
    mapping, findings = read_mapping((example / "mapping.json").read_bytes())
    assert mapping is not None
    assert findings == ()
