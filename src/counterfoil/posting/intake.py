"""What becomes of a document that comes in: pure decisions, shared by every store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from counterfoil.core.conversion import Act
from counterfoil.core.documents import OpeningBill, OpeningSupplierBill
from counterfoil.core.findings import Finding, error, holds, note, warning
from counterfoil.core.pipeline import BEFORE_START
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting.records import CONTACT, Entry, Receipt, Taken
from counterfoil.posting.states import UNDER_WAY, UNSENT, State

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from counterfoil.core.documents import Key
    from counterfoil.posting.records import Intent, Link, Posting, PostingKey


TIEABLE = UNSENT
"""States in which a posting may be tied to an object that Xero holds already."""

RECEIVED = "received"
"""The event of a revision that was written down without planning a posting."""
CHANGED_AFTER_POSTING = "changed_after_posting"
"""The code of the finding that Xero holds an earlier revision of a document."""
HELD_BY_PERSON = "held_by_person"
"""The code of the finding that somebody keeps a document back."""
OTHER_MONEY = "other_money_in_xero"
"""The code of the finding that a person has said it is other money than a payment in Xero."""
GIVEN_UP = "given_up"
"""The code of the finding that a person was done with a held way back before anything left."""
DISCARDED = "discarded"
"""The code of the finding that a document was done with before anything of it left."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the store already has of a document.

    ``revisions`` maps every kept revision to its fingerprint. ``states`` are those of the newest
    revision's postings.
    """

    revision: int
    revisions: Mapping[int, str]
    states: Collection[State]


class Step(Enum):
    """What the store does with an entry."""

    ADD = "add"
    """Write the document down with its postings."""
    KEEP_OLD = "keep_old"
    """Write an older revision down, and nothing else."""
    REPLACE = "replace"
    """Write the newer revision down, withdraw the old postings, plan anew."""
    KEEP_NEW = "keep_new"
    """Write the newer revision down; its postings stay, because something was sent."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Decision:
    """The step, the answer to give, and what there is to say."""

    step: Step
    taken: Taken
    finding: Finding | None = None


Barred = Callable[[], "Mapping[Key, Finding]"]
"""Asked where nobody else can write meanwhile: which documents must not come in, and why."""


def none_barred() -> Mapping[Key, Finding]:
    """Bar nothing."""
    return {}


def admitted(entries: Sequence[Entry], against: Mapping[Key, Finding]) -> list[Entry]:
    """Return the entries that may come in: a contact that only barred ones need stays out, too."""
    staying = [one for one in entries if one.key not in against]
    if len(staying) == len(entries):
        return staying
    barred = _needs(one for one in entries if one.key in against)
    lonely = barred - _needs(staying)
    return [one for one in staying if one.key.kind != CONTACT or Symbol(*one.key) not in lonely]


def _needs(entries: Iterable[Entry]) -> set[Symbol]:
    return {symbol for one in entries for intent in one.intents for symbol in intent.needs}


def answered(
    entries: Sequence[Entry], receipts: Iterable[Receipt], against: Mapping[Key, Finding]
) -> list[Receipt]:
    """Return the answers to all entries, given those to what was admitted, in their order."""
    came = {one.key: one for one in admitted(entries, against)}
    rest = iter(receipts)
    out = Taken.UNCHANGED
    return [
        next(rest)
        if one.key in came
        else Receipt(one.key, Taken.REFUSED if one.key in against else out, against.get(one.key))
        for one in entries
    ]


def decide(entry: Entry, known: Known | None, number_held_by: Key | None) -> Decision:
    """Decide on an entry. ``number_held_by`` is another document with its number in its space."""
    if known is None:
        return _added(entry, number_held_by)
    if entry.key.kind == CONTACT or known.revisions.get(entry.revision) == entry.fingerprint:
        return Decision(Step.NOTHING, Taken.UNCHANGED)
    if entry.revision in known.revisions:
        return _conflict(entry)
    if entry.revision < known.revision:
        return Decision(Step.KEEP_OLD, Taken.UNCHANGED)
    return _revised(entry, known, number_held_by)


def _added(entry: Entry, number_held_by: Key | None) -> Decision:
    if number_held_by is not None:
        return _number_taken(entry, number_held_by)
    return Decision(Step.ADD, Taken.NEW)


def _revised(entry: Entry, known: Known, number_held_by: Key | None) -> Decision:
    if number_held_by is not None:
        return _number_taken(entry, number_held_by)
    if all(state in UNSENT or state is State.WITHDRAWN for state in known.states):
        return Decision(Step.REPLACE, Taken.REVISED)
    return Decision(Step.KEEP_NEW, Taken.REVISED, changed_after_posting(entry))


REVISION = "revision:"
"""How the part of a posting begins that states an object anew as a later revision has it."""
OPENING_BILLS = frozenset({OpeningBill.kind, OpeningSupplierBill.kind})
"""Kinds of which Xero holds what others entered."""
REVISABLE = frozenset(
    {"bill", "supplier_bill", "credit_note", "supplier_credit", "withdrawal", "deposit"}
)
"""Kinds whose own object is updated in place. Trust is never among them."""


def is_revision(key: PostingKey) -> bool:
    """Tell whether a posting states an object anew as a later revision has it."""
    return key.part.startswith(REVISION)


def revised_by(key: PostingKey) -> PostingKey:
    """Return the posting whose object an update is of."""
    return key._replace(part="" if is_revision(key) else key.part, act=Act.CREATE)


def may_revise(entry: Entry, standing: Collection[Posting]) -> bool:
    """Tell whether a later revision may be stated where the earlier one stands.

    ``standing`` are the document's postings that are not withdrawn. The document is one object, in
    Xero as it was sent, be it a draft, and becomes one of the same sort; nothing else is on its way
    to it.
    """
    made = [one for one in standing if one.key.act is not Act.UPDATE]
    updates = [one for one in standing if one.key.act is Act.UPDATE]
    if entry.key.kind not in REVISABLE or holds(entry.findings) or len(made) != 1:
        return False
    names = [(one.key.part, one.key.act, one.resource) for one in made]
    wanted = [(one.part, one.act, one.resource) for one in entry.intents]
    quiet = all(one.state not in UNDER_WAY and one.request_id is None for one in updates)
    settled = all(one.state is State.POSTED for one in updates if one.request_id is not None)
    stands = made[0].state in {State.POSTED, State.DRAFTED}
    return stands and names == wanted and (quiet or settled)


def may_renew(standing: Collection[Posting]) -> bool:
    """Tell whether a document may be planned anew from its newest revision.

    ``standing`` are its postings that are not withdrawn. Nothing of them may be in Xero, or have
    left without an answer that decided: such a request may still arrive late.
    """
    free = (one.request_id is None or one.state is State.REFUSED for one in standing)
    unsent = all(one.state in UNSENT and not one.tries for one in standing)
    return bool(standing) and unsent and all(free)


def only_recorded(entry: Entry, decision: Decision, *, unlinked: bool) -> bool:
    """Tell whether a revision is written down now and no posting is planned from it.

    What plans a posting stands in the record by that; the rest gets an event of its own.
    """
    planning = decision.step is Step.ADD or (decision.step is Step.REPLACE and not unlinked)
    return decision.step is not Step.NOTHING and not (planning and entry.intents)


def received(entry: Entry) -> str:
    """Name a revision in the record."""
    return received_as(*entry.key, entry.revision)


def received_as(kind: str, name: str, revision: int) -> str:
    """Name a revision as ``received`` does, by what is kept of it."""
    return f"{kind} {name}, revision {revision}"


def is_unlinked(postings: Iterable[Posting]) -> bool:
    """Tell whether a person has cut a tie of a document's last attempt, of which these are all."""
    last = 0
    cut = False
    for posting in postings:
        if posting.key.attempt > last:
            last, cut = posting.key.attempt, False
        cut = cut or (posting.key.attempt == last and posting.unlinked)
    return cut


def unlinked(link: Link | None) -> Finding:
    """Return the finding of a posting whose tie was cut."""
    return warning(
        "unlinked",
        f"A person has cut its tie to Xero's {link.xero_id if link else 'object'}. Xero still "
        "holds that, unless somebody has taken it out there.",
        "Tie it to an object in Xero with counterfoil relink; or, when Xero holds nothing of it "
        "any more, post it again with counterfoil retry --anew.",
    )


def own_missing(
    entry: Entry, intent: Intent, done: Collection[tuple[str, Act]]
) -> tuple[Symbol, ...]:
    """Return the need of an intent on its own document, if it has one and it is not met.

    It is met when whatever goes in an earlier stage is done: ``done`` are parts and acts.
    """
    own = Symbol(*entry.key)
    if own not in intent.needs:
        return ()
    before = (one for one in entry.intents if one.stage < intent.stage)
    return () if all((one.part, one.act) in done for one in before) else (own,)


def initial_state(entry: Entry, missing: Collection[Symbol]) -> State:
    """Return the state in which a planned posting starts; ``missing`` are needs not yet posted."""
    if any(finding.code == BEFORE_START for finding in entry.findings):
        return State.PRIOR
    if holds(entry.findings):
        return State.HELD
    return State.WAITING if missing else State.READY


def changed_after_posting(entry: Entry) -> Finding:
    """Return the finding of a revision that came when something was already sent, or tied."""
    if entry.key.kind in OPENING_BILLS:
        return note(
            CHANGED_AFTER_POSTING,
            f"Revision {entry.revision} arrived after it was said which invoice in Xero this is. "
            "That stays as others entered it.",
            "Nothing to do where Xero is right. If its invoice is wrong, correct it there; if it "
            "is another one, cut the tie with counterfoil unlink, and tie the right one.",
            "revision",
        )
    return warning(
        CHANGED_AFTER_POSTING,
        f"Revision {entry.revision} arrived after an earlier one had been sent to Xero; "
        "Xero still holds the earlier one.",
        "What was nothing but posted is updated in Xero by itself, unless the mapping's setting "
        "revisions says to ask. Otherwise credit the document and enter a new one; or take it back "
        "and post it anew: counterfoil repost.",
        "revision",
    )


def _conflict(entry: Entry) -> Decision:
    finding = error(
        "revision_conflict",
        f"{entry.key} revision {entry.revision} was received before with other content.",
        "Send the change under the next revision number; a file that knows none, such as LEDES, "
        "with import --corrected.",
        "revision",
    )
    return Decision(Step.NOTHING, Taken.REFUSED, finding)


def _number_taken(entry: Entry, holder: Key) -> Decision:
    finding = error(
        "number_taken",
        f"Number {entry.summary.number} already belongs to {holder}.",
        "If both are the same document from two sources, leave this one out: it is in the daybook. "
        "Otherwise give it a number of its own; Xero keeps such numbers unique.",
        "number",
        f"number:{entry.summary.number}",
    )
    return Decision(Step.NOTHING, Taken.REFUSED, finding)
