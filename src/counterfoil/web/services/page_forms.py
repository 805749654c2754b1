"""The forms of an HTML page, for programs that go through pages as a person would."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class PageForm:
    """A form: where it goes, what it already holds, and its radio buttons by name.

    ``choices`` maps the name of a group to its values with their labels, in order.
    """

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, dict[str, str]] = field(default_factory=dict)


def forms_of(html: str) -> list[PageForm]:
    """Return the forms of a page, in order."""
    reader = _Reader()
    reader.feed(html)
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._inside = False
        self._radio: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(PageForm(values.get("action", "")))
            self._inside = True
        elif tag == "input" and self._inside and values.get("name"):
            self._input(self.forms[-1], values)

    def _input(self, form: PageForm, values: dict[str, str]) -> None:
        name, value = values["name"], values.get("value", "")
        if values.get("type") == "radio":
            form.choices.setdefault(name, {})[value] = ""
            self._radio = (name, value)
        elif values.get("type") != "checkbox":
            form.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._radio is not None and data.strip():
            name, value = self._radio
            self.forms[-1].choices[name][value] = data.strip()
            self._radio = None
