"""HTML that is escaped by construction: text becomes markup in one place only."""

from __future__ import annotations

from html import escape
from typing import TypeAlias


class Html(str):
    """Text that is markup already, and therefore safe to put into a page as it stands."""

    __slots__ = ()


Content: TypeAlias = "Html | str | None"
Attribute: TypeAlias = "str | bool | None"

_EMPTY = frozenset({"meta", "input", "br", "col", "hr"})


def tag(name: str, /, *content: Content, **attributes: Attribute) -> Html:
    """Return an element; plain text in it is escaped, and so is every attribute.

    An attribute that is None or False is left out, True stands without a value, and a name may
    end in an underscore where Python wants it (``class_``).
    """
    opened = f"<{name}{''.join(_attribute(*pair) for pair in attributes.items())}>"
    if name in _EMPTY:
        return Html(opened)
    return Html(f"{opened}{joined(*content)}</{name}>")


def joined(*content: Content) -> Html:
    """Return the parts side by side, plain text escaped and None left out."""
    return Html("".join(_safe(part) for part in content if part is not None))


def _safe(part: str) -> str:
    return part if isinstance(part, Html) else escape(part)


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    shown = name.rstrip("_").replace("_", "-")
    return f" {shown}" if value is True else f' {shown}="{escape(value)}"'


def link(target: str, *content: Content, class_: str | None = None) -> Html:
    """Return a link to ``target``."""
    return tag("a", *content, href=target, class_=class_)
