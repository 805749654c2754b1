"""What an entry of the catalogue is made of: a message, its cause, its fix, and our step."""

from __future__ import annotations

from typing import Final, NamedTuple


class Step(NamedTuple):
    """What to do in this product. ``page`` and ``command`` name it; both empty: nothing to do.

    ``page`` is the name of a page's address, ``command`` the words after ``counterfoil``.
    """

    text: str
    page: str = ""
    command: str = ""


RETRY: Final = Step(
    "Then press Retry on the document's page, or run: counterfoil retry DOCUMENT",
    "act",
    "retry",
)
REMAP: Final = Step(
    "The page Mapping takes the changed file, as does counterfoil mapping import FILE; then retry.",
    "mapping_upload",
    "mapping import",
)
REFRESH: Final = Step(
    "Press Refresh chart of accounts on the page Mapping, or run counterfoil chart refresh; then "
    "correct the mapping, and retry.",
    "chart_refresh",
    "chart refresh",
)
CONTACTS: Final = Step(
    "Say which it is with counterfoil contacts adopt, or counterfoil contacts separate; then "
    "retry.",
    "problems",
    "contacts adopt",
)
COMPARE: Final = Step(
    "counterfoil drift says what was done to it in Xero since; what stands there and is right is "
    "taken over by counterfoil relink DOCUMENT XERO, what is void there is posted anew by "
    "counterfoil repost DOCUMENT.",
    "document",
    "relink",
)
UNLINK: Final = Step(
    "Run counterfoil repost DOCUMENT, or counterfoil undo DOCUMENT: payments and credits come off "
    "before the document itself.",
    "document",
    "undo",
)
RECONNECT: Final = Step(
    "On the page Connection, press Connect: whoever has the Xero login signs in once. What waits "
    "goes by itself then.",
    "connection_connect",
    "connect",
)
RESEND: Final = Step(
    "Send the corrected document again under its next revision, by counterfoil import FILE or the "
    "practice system.",
    "documents",
    "import",
)
SUPPORT: Final = Step(
    "Send support what counterfoil show DOCUMENT prints: request and answer stand in it.",
    "document",
    "show",
)
NOTHING: Final = Step("")
STEPS: Final = (
    RETRY, REMAP, REFRESH, CONTACTS, COMPARE, UNLINK, RECONNECT, RESEND, SUPPORT, NOTHING,
)  # fmt: skip


class Explanation(NamedTuple):
    """A message that we know. ``pieces`` are folded texts that all occur in it, in this order."""

    code: str
    pieces: tuple[str, ...]
    cause: str
    fix: str
    step: Step = RETRY

    def matches(self, folded: str) -> bool:
        """Tell whether a folded message is this one."""
        at = 0
        for piece in self.pieces:
            found = folded.find(piece, at)
            if found < 0:
                return False
            at = found + len(piece)
        return True


class Together(NamedTuple):
    """Messages that tell more together than each. Of each set in ``codes`` one must be there."""

    code: str
    codes: tuple[frozenset[str], ...]
    cause: str
    fix: str
    step: Step = RETRY
