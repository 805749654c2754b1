"""Everything a sandbox remembers, as one value that can be pickled whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from xero_sandbox.books.organisation import Organisation
from xero_sandbox.faults import FaultBook
from xero_sandbox.idempotency import KeyInProcess, Keys
from xero_sandbox.identity.grants import Grants
from xero_sandbox.identity.keys import SigningKey, process_key
from xero_sandbox.ids import Ids
from xero_sandbox.limits import Limiter
from xero_sandbox.requestlog import RequestLog


@dataclass(slots=True)
class State:
    """Organisations by tenant id, grants, counters, keys, faults and the log.

    ``ahead`` is what the clock was advanced by. ``lower_case_auth`` spells 401 and 403 with
    lower-case keys. ``written`` counts how often the state went into its file.
    """

    ids: Ids
    key: SigningKey
    grants: Grants
    organisations: dict[str, Organisation] = field(default_factory=dict)
    limiter: Limiter = field(default_factory=Limiter)
    keys: Keys = field(default_factory=Keys)
    faults: FaultBook = field(default_factory=FaultBook)
    log: RequestLog = field(default_factory=RequestLog)
    ahead: timedelta = timedelta(0)
    key_in_process: KeyInProcess = "replay"
    lower_case_auth: bool = False
    written: int = 0


def fresh(ids: Ids) -> State:
    """Return an empty state that takes its ids from ``ids``."""
    return State(ids, process_key(), Grants(ids))
