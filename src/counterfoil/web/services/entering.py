"""Entering a document by hand: what was typed becomes a plain document, which the reader judges.

No rule of accounting is here. Names become ids where the daybook knows them; figures are made
plain; the strict reader says what is wrong, and its findings go to the fields that they name.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from counterfoil.core import amounts
from counterfoil.core.documents import KINDS, Lined
from counterfoil.core.entering import Figures, check_line, check_lines, followed, sums
from counterfoil.core.fields import Form
from counterfoil.core.findings import Severity
from counterfoil.core.lookup import Direction, lookup
from counterfoil.core.plain import Digits
from counterfoil.core.reader import read_plain
from counterfoil.core.source_checks import check_sums
from counterfoil.core.table import kind_shape
from counterfoil.core.typed import NotPlain, figure
from counterfoil.posting.daybook import take_in
from counterfoil.posting.discarding import discard
from counterfoil.posting.records import Taken
from counterfoil.posting.shelf import NotReady
from counterfoil.web.models import KnownName
from counterfoil.web.services import entry_fields, same_paper
from counterfoil.web.services.entry_names import Naming, plain_name
from counterfoil.web.shelf import DatabaseShelf
from counterfoil.web.store import outbox_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from counterfoil.core.documents import Document as Practice
    from counterfoil.core.fields import Field
    from counterfoil.core.findings import Finding
    from counterfoil.core.table import Shape
    from counterfoil.posting.shelf import Shelf
    from counterfoil.web.models import Organisation
    from counterfoil.web.services.entry_names import Choice

Values = dict[str, str]
"""What was typed, by path."""
PATH = re.compile(r"[a-z_]+(\[[0-9]{1,3}\])?(\.[^\[\]]{1,100})*").fullmatch
FIGURED = re.compile(r"(?:lines\[[0-9]+\]\.)?(quantity|unit_price|total|tax)").fullmatch
MONEY = frozenset({"total", "tax"})
ROW = re.compile(r"([a-z_]+)\[([0-9]+)\]\.(.+)").fullmatch
OFFERED_MOST = 500
FIRST_ROWS = 2
SALES = frozenset({"bill", "credit_note", "deposit"})


@dataclass
class Judged:
    """What the reader made of a form: a document, or faults by path; ``others`` have no field.

    ``choices`` are what a name may mean, where that is asked; ``meant``, what the names of other
    documents were found to mean.
    """

    document: Practice | None = None
    faults: dict[str, tuple[str, ...]] = field(default_factory=dict)
    others: list[Finding] = field(default_factory=list)
    choices: dict[str, tuple[Choice, ...]] = field(default_factory=dict)
    meant: dict[str, tuple[Choice, ...]] = field(default_factory=dict)

    @property
    def naming(self) -> str:
        """What is named, in one line: whoever approves has been shown just that."""
        named = ((path, one) for path, found in sorted(self.meant.items()) for one in found)
        return hashlib.sha256(repr(list(named)).encode()).hexdigest() if self.meant else ""


def new_id() -> str:
    """Return an id for a document that no other system has named."""
    return f"hand-{secrets.token_hex(8)}"


def posted(data: Mapping[str, str]) -> Values:
    """Return the fields of a form that are paths; every row keeps the number it has on the page."""
    return {name: value.strip() for name, value in data.items() if PATH(name) and value.strip()}


def rows(values: Mapping[str, str], more: str = "") -> dict[str, int]:
    """Return how many rows each table shows: what is filled, and one to fill in."""
    found = dict.fromkeys(entry_fields.TABLES, FIRST_ROWS)
    for name in values:
        row = ROW(name)
        if row is not None and row[1] in found:
            found[row[1]] = max(found[row[1]], int(row[2]) + 2)
    if more in found:
        found[more] += 2
    return {name: min(count, entry_fields.MOST_ROWS) for name, count in found.items()}


def offers(organisation: Organisation) -> entry_fields.Offered:
    """Return what the fields offer to choose from."""
    names = KnownName.objects.filter(organisation=organisation, matter=False).order_by("folded")
    try:
        mapping = DatabaseShelf(organisation).mapping()
    except NotReady:
        mapping = None
    parties = tuple(names.values_list("name", flat=True)[:OFFERED_MOST])
    return entry_fields.offered(mapping, parties)


def judge(organisation: Organisation, kind: str, values: Values) -> Judged:
    """Let the strict reader judge what was typed."""
    naming = Naming(organisation, values)
    read = read_plain(_raw(organisation, kind, values, naming))
    judged = Judged(None, dict(naming.faults), [], naming.choices, naming.meant)
    known = set(values) | set(naming.faults)
    lined = read.document if isinstance(read.document, Lined) else None
    summed = (*check_sums(lined), *check_lines(lined)) if lined else ()
    for finding in (*read.findings, *summed):
        path = _shown_at(finding.path, values)
        if finding.severity is not Severity.ERROR or path in naming.faults:
            continue
        words = f"{finding.message} {finding.fix}".strip()
        judged.faults[path] = (*judged.faults.get(path, ()), words)
        if path not in known and path not in _paths(kind):
            judged.others.append(finding)
    if not judged.faults:
        judged.document = read.document
    return judged


def _shown_at(path: str, values: Values) -> str:
    """Return the field of the form that shows a finding: ids are asked for by name.

    The reader counts rows that are filled; the form counts all that it shows.
    """
    row = re.match(r"([a-z_]+)\[([0-9]+)\]", path)
    filled = _filled(values, row[1]) if row else []
    if row is not None and int(row[2]) < len(filled):
        path = f"{row[1]}[{filled[int(row[2])]}]{path[row.end() :]}"
    return re.sub(r"(client|payer|payee|supplier|party)(\.id)?$", r"\1.name", path).replace(
        "matter.id", "matter.number"
    )


def _paths(kind: str) -> set[str]:
    """Return the paths of the fields that an empty form shows."""
    made = entry_fields.sheet(kind, {}, {}, {}, entry_fields.Offered({}, {}))
    return {entry.path for entry in made.every()} | set(entry_fields.TABLES)


def _raw(
    organisation: Organisation, kind: str, values: Values, naming: Naming
) -> dict[str, object]:
    """Return the plain values of a document as the reader takes them."""
    base = organisation.base_currency
    currency = values.get("currency", "").upper() or base
    return {"kind": kind, **_Builder(naming, currency, base).record(kind_shape(kind), values, "")}


@dataclass
class _Builder:
    """Builds plain records from paths; what cannot be made plain is a fault at its path.

    ``currency`` is the document's, ``base`` the books' own: what came to the bank is in that.
    """

    naming: Naming
    currency: str = ""
    base: str = ""

    def record(self, shape: Shape, values: Values, prefix: str) -> dict[str, object]:
        made: dict[str, object] = {}
        for column in shape.columns:
            path = f"{prefix}{column.name}"
            value = self._value(column.field.form, column.inner, values, path)
            if value is not None:
                made[column.name] = value
            elif column.field.form in {Form.REFERENCE, Form.REFERENCES} and path in values:
                made[column.name] = self._reference(path, values[path], column.field)
        return made

    def _value(self, form: Form, inner: Shape | None, values: Values, path: str) -> object | None:
        if form is Form.OPTIONS:
            chosen = {
                name.removeprefix(f"{path}."): value
                for name, value in values.items()
                if name.startswith(f"{path}.")
            }
            return chosen or None
        if inner is not None and form is Form.RECORDS:
            return self._records(inner, values, path)
        if inner is not None:
            return self._inner(inner, values, path)
        text = values.get(path)
        if text is None or form in {Form.REFERENCE, Form.REFERENCES}:
            return None
        return self._plain(form, text, path)

    def _plain(self, form: Form, text: str, path: str) -> object:
        if form is Form.FLAG:
            return text == "on"
        if form is Form.INTEGER:
            return Digits(text)
        if form in entry_fields.FIGURES:
            try:
                currency = self.base if path == "bank_amount" else self.currency
                return figure(text, grouped=form is Form.MONEY, currency=currency)
            except NotPlain as why:
                self.naming.faults[path] = (str(why),)
        if form is Form.CURRENCY:
            return text.upper()
        return text

    def _records(self, inner: Shape, values: Values, path: str) -> list[object]:
        filled = _filled(values, path)
        return [self.record(inner, values, f"{path}[{index}].") for index in filled]

    def _inner(self, inner: Shape, values: Values, path: str) -> dict[str, object] | None:
        if not any(name.startswith(f"{path}.") for name in values):
            return None
        made = self.record(inner, values, f"{path}.")
        names = inner.names
        beside = path.rpartition(".")[0]
        if "id" in names and "id" not in made:
            if "number" in names and isinstance(made.get("number"), str):
                client = _nearest(values, beside, "client.name")
                told = self.naming.matter(f"{path}.number", str(made["number"]), client)
                made["id"], made["number"] = told
            elif isinstance(made.get("name"), str):
                matter = plain_name(_nearest(values, beside, "matter.number"))
                told = self.naming.party(f"{path}.name", str(made["name"]), matter)
                made["id"], made["name"] = told
        return made

    def _reference(self, path: str, text: str, column: Field) -> object:
        if column.form is Form.REFERENCES:
            parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
            return [self.naming.document(path, part, column.refers_to) for part in parts]
        return self.naming.document(path, text, column.refers_to)


def _nearest(values: Values, beside: str, name: str) -> str:
    """Return what stands in the same record under a name, otherwise in the document."""
    return values.get(f"{beside}.{name}") or values.get(name, "")


def has_lines(kind: str) -> bool:
    """Tell whether a kind has lines of quantity, price and tax, which come to its sums."""
    return issubclass(KINDS[kind], Lined)


def worked_out(organisation: Organisation, kind: str, values: Values, changed: str) -> Values:
    """Return what was typed with what follows from the figure that was changed.

    A line with a figure that cannot be read is left as it is, and so are the sums: what somebody
    meant there is not known. ``unread`` says which figures these are, and why.
    """
    if not has_lines(kind):
        return values
    told = dict(values)
    inclusive = values.get("tax_inclusive") == "on"
    row = ROW(changed)
    lines: list[Figures] = []
    dark = _dark(values)
    for index in _filled(values, "lines"):
        path = f"lines[{index}]."
        of_row = row is not None and row[1] == "lines" and int(row[2]) == index
        if any(each.startswith(path) for each in dark):
            continue
        figures = followed(
            _figures(values, path),
            row[3] if row is not None and of_row else "",
            _rate(organisation, kind, values, path),
            inclusive=inclusive,
        )
        _write(told, path, figures)
        lines.append(figures)
    summed = bool(lines) and not dark and all(line.total is not None for line in lines)
    if summed and changed not in {"tax", "total"}:
        both = sums(lines, inclusive=inclusive)
        told["tax"], told["total"] = amounts.money_text(both.tax), amounts.money_text(both.total)
    return told


def unread(organisation: Organisation, kind: str, values: Values) -> dict[str, tuple[str, ...]]:
    """Return why figures of lines and sums cannot be read, by path: as the reader will say it."""
    dark = _dark(values) if has_lines(kind) else ()
    said = judge(organisation, kind, values).faults if dark else {}
    return {path: said.get(path) or (f"“{values[path]}” is no figure.",) for path in dark}


def at_odds(kind: str, values: Values) -> dict[str, tuple[str, ...]]:
    """Return what is wrong with lines whose figures are all typed and do not go together, by path.

    Nothing tells which of the three is meant, so that none is worked out over it.
    """
    found = (
        finding
        for index in (_filled(values, "lines") if has_lines(kind) else ())
        for finding in check_line(_figures(values, f"lines[{index}]."), f"lines[{index}].total")
    )
    return {finding.path: (f"{finding.message} {finding.fix}",) for finding in found}


def _dark(values: Values) -> tuple[str, ...]:
    """Return the paths of figures that something was typed for which is none."""
    return tuple(
        path
        for path, text in values.items()
        if text and (name := FIGURED(path)) and _read(text, money=name[1] in MONEY) is None
    )


def _filled(values: Values, table: str) -> list[int]:
    """Return the rows of a table that have something in them, by their numbers on the page."""
    return sorted({int(row[2]) for name in values if (row := ROW(name)) and row[1] == table})


def _figures(values: Values, path: str) -> Figures:
    return Figures(
        _read(values.get(f"{path}quantity"), money=False),
        _read(values.get(f"{path}unit_price"), money=False),
        _read(values.get(f"{path}total"), money=True),
        _read(values.get(f"{path}tax"), money=True),
    )


def _read(text: str | None, *, money: bool) -> int | None:
    if not text:
        return None
    try:
        plain = figure(text, grouped=money)
        return amounts.hundredths(plain) if money else amounts.micro_units(plain)
    except (NotPlain, amounts.AmountFault):
        return None


def _write(told: Values, path: str, figures: Figures) -> None:
    """Put figures that follow in place; what says the same already keeps its form."""
    before = _figures(told, path)
    for name, money in (("unit_price", False), ("total", True), ("tax", True)):
        new, old = getattr(figures, name), getattr(before, name)
        if new is not None and new != old:
            told[f"{path}{name}"] = amounts.money_text(new) if money else amounts.micro_text(new)


def _rate(organisation: Organisation, kind: str, values: Values, path: str) -> int | None:
    """Return the rate of a line's tax by mapping and chart; None where they do not tell."""
    account, tax_code = values.get(f"{path}account"), values.get(f"{path}tax_code")
    if not account or not tax_code:
        return None
    shelf: Shelf = DatabaseShelf(organisation)
    try:
        table = lookup(shelf.mapping(), shelf.chart())
    except NotReady:
        return None
    direction = Direction.SALES if kind in SALES else Direction.PURCHASES
    target, _ = table.line(account, tax_code, direction)
    return None if target is None else target.rate


def take(
    organisation: Organisation, document: Practice, *, actor: str, now: dt.datetime
) -> Finding | None:
    """Hand a document in; returns why the daybook refused it, or nothing.

    What takes back something of which nothing has left is done with at once, and that with it.
    """
    shelf, outbox = DatabaseShelf(organisation, actor=actor), outbox_of(organisation)
    (receipt,) = take_in(
        [document],
        outbox,
        shelf,
        actor=actor,
        now=now,
        barred=lambda: same_paper.barred([document], organisation, shelf),
    )
    if receipt.taken is Taken.NEW:
        discard(document.key, outbox, shelf, actor=actor, now=now)
    return receipt.finding if receipt.taken is Taken.REFUSED else None
