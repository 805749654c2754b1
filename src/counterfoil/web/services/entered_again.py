"""A document that was entered by hand, put back on its form to be corrected.

What a practice system sent is corrected there. What was entered here has no other place; as long as
nothing of it is in Xero, or on its way, its next revision takes its place. Clients' money is never
changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from counterfoil.core.documents import KINDS, REVERSIBLE, VOIDABLE, Key, Reversal
from counterfoil.core.fields import Form
from counterfoil.core.table import kind_shape
from counterfoil.core.writer import plain
from counterfoil.posting.bodies import read_back
from counterfoil.posting.discarding import may_discard
from counterfoil.posting.intake import DISCARDED, GIVEN_UP
from counterfoil.posting.states import UNSENT, State
from counterfoil.web.models import Document, Posting, Revision
from counterfoil.web.services import entry_fields
from counterfoil.web.services.entry_names import Naming, choice
from counterfoil.web.store import outbox_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from counterfoil.core.documents import Document as Practice
    from counterfoil.core.table import Column, Shape
    from counterfoil.web.models import Organisation

OURS = "hand-"
"""How the ids of what is entered by hand begin."""


def may_correct(key: Key, states: Collection[State]) -> bool:
    """Tell by the states of its postings whether a document can be corrected on its form.

    Of one that takes another back its kind does not tell; ``values_of`` looks at what it names.
    """
    entered = key.id.startswith(OURS) and key.kind in entry_fields.KINDS
    unsent = bool(states) and set(states) <= UNSENT | {State.WITHDRAWN} and set(states) & UNSENT
    return entered and bool(unsent) and not KINDS[key.kind].once_only


def discarded_by(key: Key, states: Collection[State]) -> str:
    """Return the kind that takes back what was entered by hand and never left; empty if none."""
    if not key.id.startswith(OURS) or not may_discard(states):
        return ""
    if key.kind in REVERSIBLE:
        return "reversal"
    return "void" if key.kind in VOIDABLE else ""


def is_discarded(organisation: Organisation, key: Key) -> bool:
    """Tell whether a document was done with before anything of it left."""
    said = outbox_of(organisation).findings([key]).get(key, ())
    return any(one.code in {DISCARDED, GIVEN_UP} for one in said)


def values_of(organisation: Organisation, key: Key) -> dict[str, str] | None:
    """Return the form's values of a document's newest revision, under the next revision's number.

    None where it cannot be corrected, or is not there.
    """
    found = Document.objects.filter(
        organisation=organisation, kind=key.kind, source_id=key.id
    ).first()
    if found is None or not may_correct(key, _states(found)):
        return None
    newest = Revision.objects.get(document=found, revision=found.revision)
    document = read_back(bytes(newest.body or b""))
    if isinstance(document, Reversal) and KINDS[document.reverses.kind].once_only:
        return None
    values = {**_values(document), "revision": str(found.revision + 1)}
    return {**values, **_exact(organisation, values, document)}


def _states(document: Document) -> set[State]:
    states = Posting.objects.filter(document=document).values_list("state", flat=True)
    return {State(state) for state in states}


def _values(document: Practice) -> dict[str, str]:
    return dict(_of_record(kind_shape(document.kind), plain(document), ""))


def _of_record(shape: Shape, record: dict[str, object], prefix: str) -> Iterator[tuple[str, str]]:
    for column in shape.columns:
        if column.name in record and not (prefix and column.name == "id"):
            yield from _of_field(column, record[column.name], f"{prefix}{column.name}")


def _of_field(column: Column, value: object, path: str) -> Iterator[tuple[str, str]]:
    form = column.field.form
    if column.inner is not None and isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _of_record(column.inner, inner, f"{path}[{place}].")
    elif column.inner is not None:
        yield from _of_record(column.inner, cast("dict[str, object]", value), f"{path}.")
    elif form is Form.OPTIONS:
        chosen = cast("dict[str, str]", value)
        yield from ((f"{path}.{name}", option) for name, option in chosen.items())
    elif form is Form.FLAG:
        yield from ((path, "on") for _ in range(bool(value)))
    elif form is Form.REFERENCES:
        yield path, ", ".join(_reference(column, one) for one in cast("list[object]", value))
    else:
        yield path, _reference(column, value) if form is Form.REFERENCE else str(value)


def _reference(column: Column, value: object) -> str:
    if isinstance(value, dict):
        return f"{value['kind']}:{value['id']}"
    return f"{column.field.refers_to[0]}:{value}"


def _exact(
    organisation: Organisation, values: dict[str, str], document: Practice
) -> dict[str, str]:
    """Return the names that do not lead to the document's own ids by themselves, as chosen."""
    naming = Naming(organisation, values)
    told: dict[str, str] = {}
    for path, known in _ids(plain(document), ""):
        name = values.get(path, "")
        if path.endswith(".number"):
            beside = path.removesuffix("matter.number")
            client = values.get(f"{beside}client.name") or values.get("client.name", "")
            found, _ = naming.matter(path, name, client)
        else:
            found, _ = naming.party(path, name, "")
        if found != known or path in naming.faults:
            told[path] = choice(known, name, name).value
    return told


def _ids(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Yield the ids of the parties and matters in a record, each by the path of its name."""
    if isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _ids(inner, f"{path}[{place}]")
    if not isinstance(value, dict):
        return
    if path and "id" in value and "kind" not in value:
        yield f"{path}.{'number' if 'number' in value else 'name'}", str(value["id"])
    for name, inner in value.items():
        yield from _ids(inner, f"{path}.{name}" if path else name)
