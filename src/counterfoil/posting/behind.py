"""Why Xero holds an earlier revision of a document: what keeps the newest from it, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.findings import holds, warning
from counterfoil.core.trust import is_trust
from counterfoil.posting.bodies import read_back
from counterfoil.posting.daybook import UPDATE
from counterfoil.posting.entries import convert_all
from counterfoil.posting.intake import REVISABLE, may_revise
from counterfoil.posting.shelf import NotReady
from counterfoil.posting.states import UNDER_WAY, State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.core.documents import Document, Key
    from counterfoil.core.findings import Finding
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import Entry, Posting
    from counterfoil.posting.shelf import Shelf

REPOST = "Take it back and post the newest one anew in one step: counterfoil repost."


def why_behind(key: Key, outbox: Outbox, shelf: Shelf) -> tuple[Finding, ...]:
    """Say why the newest revision of a document is not what Xero holds; nothing where it is.

    An update that was planned and held has its reason among its own findings.
    """
    newest = [read_back(body) for body in outbox.overtaken([key]).values()]
    if not newest:
        return ()
    (document,) = newest
    (entry,) = convert_all(newest, outbox, shelf)
    standing = [one for one in outbox.postings([key]) if one.state is not State.WITHDRAWN]
    faults = tuple(one for one in entry.findings if holds((one,)))
    if faults:
        return (_faulty(entry, faults), *faults)
    reason, fix = _trust(document) if is_trust(document) else _reason(entry, standing, shelf)
    said = f"Revision {entry.revision} was not sent: {reason}"
    return (warning("revision_not_sent", said, fix, "revision"),)


def _trust(document: Document) -> tuple[str, str]:
    what = document.kind.replace("_", " ")
    return (
        f"a {what} moved clients' money, which is never changed once it stands.",
        "Reverse it in the practice system, and record it anew as it should be.",
    )


def _faulty(entry: Entry, faults: Sequence[Finding]) -> Finding:
    return warning(
        "revision_not_sent",
        f"Revision {entry.revision} could not be posted as it stands; Xero keeps the earlier one.",
        f"Solve what is said of it here ({len(faults)}): it then goes on by itself at the next "
        "post, if the earlier one may be updated in place.",
        "revision",
    )


def _reason(entry: Entry, standing: Sequence[Posting], shelf: Shelf) -> tuple[str, str]:
    if entry.key.kind not in REVISABLE:
        what = entry.key.kind.replace("_", " ")
        return f"Xero lets nobody change a {what} in place.", REPOST
    if any(one.state in UNDER_WAY for one in standing):
        return "Xero's answer about the earlier one is still missing.", "Wait, and post again."
    if may_revise(entry, standing):
        try:
            asks = shelf.mapping().settings.revisions != UPDATE
        except NotReady:
            asks = False
        if asks:
            return "the mapping's setting revisions says to ask.", REPOST
        return "it goes with the next post.", "Post: counterfoil post."
    return (
        "it becomes other objects in Xero than the earlier one, or that is not whole there.",
        REPOST,
    )
