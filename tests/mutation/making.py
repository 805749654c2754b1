"""The mutants of a source text: each is one small change, made in its syntax tree.

Not changed are words for people (texts with a space in them, and documentation), annotations,
imports and decorators, which decide nothing; nor assertions and the ``strict`` of ``zip``, which
state what the code beside them already sees to.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile
from types import CodeType
from typing import cast

from tests.mutation.replacing import Enums, Spot, changes

_UNCHANGED: Mapping[type[ast.AST], frozenset[str]] = {
    ast.AnnAssign: frozenset({"annotation"}),
    ast.arg: frozenset({"annotation"}),
    ast.ClassDef: frozenset({"bases", "keywords", "decorator_list"}),
    ast.FunctionDef: frozenset({"returns", "decorator_list"}),
}
_ASSIGNED = (ast.Assign, ast.AnnAssign)
_PASSED_OVER = (ast.Assert, ast.Import, ast.ImportFrom)
_TOO_SHORT = 12
"""Letters under which a piece of code does not tell where it stands."""
_TOO_LONG = 160
_AROUND = 40
"""Letters that are shown before and after a change in a piece that is too long."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change. ``where`` is the function or class it is in, ``line`` its line.

    ``body`` is the first line of the outermost function whose body it is in; None where it takes
    effect when the module is imported. ``statement`` is the one of the module's that it is in.
    """

    where: str
    line: int
    was: str
    becomes: str
    body: int | None
    statement: ast.stmt = field(repr=False)
    spot: Spot = field(repr=False)
    replacement: object = field(repr=False)

    @property
    def name(self) -> tuple[str, str, str]:
        """What an explanation names it by, which outlives a change of lines."""
        return self.where, self.was, self.becomes


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a walk has come to: names and first line as of a mutant, and the nodes around."""

    names: tuple[str, ...] = ()
    body: int | None = None
    around: tuple[ast.AST, ...] = ()


class Source:
    """A module's text, its tree, and the mutants of it."""

    def __init__(self, text: str, path: str, enums: Enums) -> None:
        self.path = path
        self._tree = ast.parse(text, path)
        self.mutants = tuple(_below(self._tree, _Place(), enums))

    def keep(self, only: Collection[str]) -> None:
        """Forget the mutants outside of these functions and classes, if any are named."""
        names = tuple(f"{one}." for one in only)
        if names:
            self.mutants = tuple(one for one in self.mutants if f"{one.where}.".startswith(names))

    def changed(self, mutant: Mutant) -> CodeType:
        """Compile the module with one change in it; the tree is left as it was."""
        with mutant.spot.holding(mutant.replacement):
            return compile(self._tree, self.path, "exec", dont_inherit=True)

    def constants(self, mutant: Mutant) -> CodeType | None:
        """Compile what is assigned in the module, from a change on; None if it is elsewhere."""
        if mutant.body is not None or not isinstance(mutant.statement, _ASSIGNED):
            return None
        begin = self._tree.body.index(mutant.statement)
        assigned: list[ast.stmt] = [
            one for one in self._tree.body[begin:] if isinstance(one, _ASSIGNED)
        ]
        with mutant.spot.holding(mutant.replacement):
            return compile(ast.Module(assigned, []), self.path, "exec", dont_inherit=True)

    def bodies(self) -> dict[int, int]:
        """Map each line of a function to the first line of the outermost function around it."""
        found: dict[int, int] = {}
        for node in ast.walk(self._tree):
            if isinstance(node, ast.FunctionDef):
                first = _first_line(node)
                for line in range(first, (node.end_lineno or first) + 1):
                    found[line] = min(first, found.get(line, first))
        return found


def _below(node: ast.AST, place: _Place, enums: Enums) -> Iterator[Mutant]:
    unchanged = _UNCHANGED.get(type(node), frozenset())
    inside = replace(place, around=(*place.around, node))
    for name, value in ast.iter_fields(node):
        if name in unchanged:
            continue
        if isinstance(value, ast.AST):
            yield from _at(value, Spot(node, name), _entered(node, name, inside), enums)
        elif isinstance(value, list):
            for index, each in enumerate(value):
                if isinstance(each, ast.AST):
                    there = _entered(node, name, inside)
                    yield from _at(each, Spot(node, name, index), there, enums)


def _entered(node: ast.AST, name: str, place: _Place) -> _Place:
    """Return the place in a field of a node: a body has its function's name and first line."""
    if not isinstance(node, ast.ClassDef | ast.FunctionDef):
        return place
    names = (*place.names, node.name)
    if isinstance(node, ast.FunctionDef) and name == "body" and place.body is None:
        return replace(place, names=names, body=_first_line(node))
    return replace(place, names=names)


def _first_line(node: ast.FunctionDef) -> int:
    """Return the line at which its code begins: that of its first decorator, if it has any."""
    return min([node.lineno, *(one.lineno for one in node.decorator_list)])


def _at(node: ast.AST, here: Spot, place: _Place, enums: Enums) -> Iterator[Mutant]:
    if isinstance(node, _PASSED_OVER) or _is_documentation(node) or _is_for_types(node):
        return
    if isinstance(node, ast.Constant) and _is_of_a_sentence(place.around[-1]):
        return
    if isinstance(node, ast.keyword) and node.arg == "strict":
        return
    for spot, new in changes(node, here, enums):
        was, becomes = _shortened(*_shown((*place.around, node), spot, new))
        line = next(
            (each.lineno for each in (node, *reversed(place.around)) if hasattr(each, "lineno")), 1
        )
        statement = cast("ast.stmt", (*place.around, node)[1])
        name = ".".join(place.names)
        yield Mutant(name, line, was, becomes, place.body, statement, spot, new)
    yield from _below(node, place, enums)


def _is_documentation(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_of_a_sentence(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) and any(
        isinstance(one, ast.Constant) and " " in str(one.value) for one in node.values
    )


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _shown(around: tuple[ast.AST, ...], spot: Spot, new: object) -> tuple[str, str]:
    """Return the code around a change as it was and as it becomes, as little as tells its place."""
    if isinstance(new, ast.stmt):
        return _text(around[-1]) or "", _text(new) or ""
    upwards = around[: around.index(spot.owner) + 1][::-1]
    for node in upwards:
        was = _text(node)
        if was is None or (len(was) < _TOO_SHORT and isinstance(node, ast.expr)):
            continue
        with spot.holding(new):
            return was, _text(node) or ""
    raise AssertionError("every change stands in a statement")


def _shortened(was: str, becomes: str) -> tuple[str, str]:
    """Leave out of a long piece of code what lies far from the change."""
    if len(was) < _TOO_LONG:
        return was, becomes
    begin = max(0, _alike(was, becomes) - _AROUND)
    tail = _alike(was[::-1], becomes[::-1]) - _AROUND
    tail = max(0, min(tail, len(was) - begin, len(becomes) - begin))
    return f"…{was[begin : len(was) - tail]}…", f"…{becomes[begin : len(becomes) - tail]}…"


def _alike(one: str, other: str) -> int:
    """Return with how many letters both begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _text(node: ast.AST) -> str | None:
    """Return a piece of code that can be read by itself, of a longer statement its head alone."""
    if isinstance(node, ast.FormattedValue | ast.Starred | ast.Slice):
        return None
    if isinstance(node, ast.FunctionDef):
        return f"def {node.name}({ast.unparse(node.args)})"
    if isinstance(node, ast.match_case):
        guard = f" if {ast.unparse(node.guard)}" if node.guard else ""
        return f"case {ast.unparse(node.pattern)}{guard}"
    if isinstance(node, ast.stmt):
        return ast.unparse(node).splitlines()[0]
    return ast.unparse(node) if isinstance(node, ast.expr) else None
