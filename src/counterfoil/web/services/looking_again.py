"""Looking again at documents that waited for something: at once, or as long work if many did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.posting.daybook import reconvert
from counterfoil.web.services import working
from counterfoil.web.shelf import DatabaseShelf
from counterfoil.web.store import outbox_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from counterfoil.core.documents import Key
    from counterfoil.web.models import Organisation, Work
    from counterfoil.web.services.working import Progress

MOST_AT_ONCE = 1_000
"""Documents that a page looks at again while its person waits; more become long work."""


def look_again(
    organisation: Organisation, keys: Sequence[Key], *, actor: str, now: dt.datetime
) -> Work | None:
    """Convert all of these again with the mapping in force; returns the work if that takes long.

    Raises ``working.TooMany``; the documents wait as before then.
    """
    if len(keys) <= MOST_AT_ONCE:
        _convert(organisation, keys, actor, now)
        return None

    def do(progress: Progress) -> dict[str, object]:
        done = 0
        while done < len(keys):
            progress.step(done, len(keys))
            if progress.stopped:
                break
            some = keys[done : done + MOST_AT_ONCE]
            _convert(organisation, some, actor, now)
            done += len(some)
        progress.step(done, len(keys))
        return {"looked": done, "left": len(keys) - done}

    title = f"Look again at {len(keys):,} documents"
    return working.begin(organisation, "look", title, do, actor=actor, now=now)


def _convert(organisation: Organisation, keys: Sequence[Key], actor: str, now: dt.datetime) -> None:
    shelf = DatabaseShelf(organisation, actor=actor)
    reconvert(keys, outbox_of(organisation), shelf, actor=actor, now=now)
