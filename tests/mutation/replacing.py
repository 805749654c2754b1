"""What may stand in the place of a piece of code: the small changes that mutants are made of."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

Enums = Mapping[str, Sequence[str]]
"""The members of each enumeration that a module knows, by its name there."""

_COMPARED: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_COMPUTED: Mapping[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
}
_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
_LEFT_OUT = frozenset({"abs", "sorted", "set", "reversed"})
"""Functions of which the argument itself may stand in their place."""
_LEFT_OUT_METHODS = frozenset({"strip", "lstrip", "rstrip", "lower", "upper", "casefold"})
_SETS = (ast.BitOr, ast.BitAnd)
"""Of sets, of types and of flags: one side of them may stand alone."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A field of a node of the tree, or one of several nodes in it."""

    owner: ast.AST
    name: str
    index: int | None = None

    @contextmanager
    def holding(self, value: object) -> Iterator[None]:
        """Put something else here for a while."""
        before = self._put(value)
        try:
            yield
        finally:
            self._put(before)

    def _put(self, value: object) -> object:
        if self.index is None:
            before = getattr(self.owner, self.name)
            setattr(self.owner, self.name, value)
            return before
        several = getattr(self.owner, self.name)
        before, several[self.index] = several[self.index], value
        return before


Change = tuple[Spot, object]


def changes(node: ast.AST, here: Spot, enums: Enums) -> Iterator[Change]:
    """Yield what may be changed of a node itself, which stands ``here`` in the tree."""
    for kind, makers in _MAKERS.items():
        if isinstance(node, kind):
            for maker in makers:
                yield from maker(node, here)
    if isinstance(node, ast.Attribute):
        yield from _next_member(node, here, enums)


def _compare(node: ast.Compare, _: Spot) -> Iterator[Change]:
    for index, op in enumerate(node.ops):
        yield Spot(node, "ops", index), _COMPARED[type(op)]()


def _logic(node: ast.BoolOp, here: Spot) -> Iterator[Change]:
    yield Spot(node, "op"), ast.Or() if isinstance(node.op, ast.And) else ast.And()
    for index in range(len(node.values)):
        rest = [*node.values[:index], *node.values[index + 1 :]]
        yield (
            here,
            rest[0] if len(rest) == 1 else ast.copy_location(ast.BoolOp(node.op, rest), node),
        )


def _unary(node: ast.UnaryOp, here: Spot) -> Iterator[Change]:
    yield here, node.operand


def _arithmetic(node: ast.BinOp, here: Spot) -> Iterator[Change]:
    if isinstance(node.op, _SETS):
        yield here, node.left
        yield here, node.right
    elif type(node.op) in _COMPUTED:
        yield Spot(node, "op"), _COMPUTED[type(node.op)]()


def _augmented(node: ast.AugAssign, here: Spot) -> Iterator[Change]:
    if type(node.op) in _COMPUTED:
        yield Spot(node, "op"), _COMPUTED[type(node.op)]()
    yield from _left_out(node, here)


def _constant(node: ast.Constant, here: Spot) -> Iterator[Change]:
    match node.value:
        case bool() as value:
            yield here, _value(node, not value)
        case int() | float() as number:
            yield here, _value(node, number + 1)
        case str() as text if not any(map(str.isspace, text)):
            yield here, _value(node, text + "~" if len(text) > 1 else "~")
        case bytes() as text:
            yield here, _value(node, text + b"~")


def _next_member(node: ast.Attribute, here: Spot, enums: Enums) -> Iterator[Change]:
    if not isinstance(node.value, ast.Name) or node.value.id not in enums:
        return
    members = [*enums[node.value.id]]
    if node.attr in members and len(members) > 1:
        after = members[(members.index(node.attr) + 1) % len(members)]
        yield here, ast.copy_location(ast.Attribute(node.value, after, node.ctx), node)


def _condition(node: ast.If | ast.IfExp | ast.While, _: Spot) -> Iterator[Change]:
    if not isinstance(node, ast.While):  # a loop without an end would prove nothing
        yield Spot(node, "test"), _value(node.test, value=True)
    yield Spot(node, "test"), _value(node.test, value=False)


def _filters(node: ast.comprehension, _: Spot) -> Iterator[Change]:
    for index, test in enumerate(node.ifs):
        yield Spot(node, "ifs", index), _value(test, value=True)
        yield Spot(node, "ifs", index), _value(test, value=False)


def _case(node: ast.match_case, _: Spot) -> Iterator[Change]:
    if node.guard is not None:
        yield Spot(node, "guard"), _value(node.guard, value=True)
        yield Spot(node, "guard"), _value(node.guard, value=False)


def _either(node: ast.MatchOr, here: Spot) -> Iterator[Change]:
    for index in range(len(node.patterns)):
        rest = [*node.patterns[:index], *node.patterns[index + 1 :]]
        both = ast.copy_location(ast.MatchOr(rest), node)
        yield here, rest[0] if len(rest) == 1 else both


def _call(node: ast.Call, here: Spot) -> Iterator[Change]:
    for index, keyword in enumerate(node.keywords):
        if keyword.arg not in {None, "strict"}:
            rest = [*node.keywords[:index], *node.keywords[index + 1 :]]
            yield Spot(node, "keywords"), rest
    match node.func:
        case ast.Name(id=name) if name in _NAMES:
            yield Spot(node, "func"), ast.copy_location(ast.Name(_NAMES[name], ast.Load()), node)
        case ast.Name(id=name) if name in _LEFT_OUT and node.args:
            yield here, node.args[0]
        case ast.Attribute(attr=name, value=value) if name in _LEFT_OUT_METHODS:
            yield here, value


def _set(node: ast.Set, _: Spot) -> Iterator[Change]:
    if len(node.elts) > 1:
        for index in range(len(node.elts)):
            yield Spot(node, "elts"), [*node.elts[:index], *node.elts[index + 1 :]]


def _dict(node: ast.Dict, here: Spot) -> Iterator[Change]:
    for index, key in enumerate(node.keys):
        if key is not None:
            keys = [*node.keys[:index], *node.keys[index + 1 :]]
            values = [*node.values[:index], *node.values[index + 1 :]]
            yield here, ast.copy_location(ast.Dict(keys, values), node)


def _slice(node: ast.Slice, _: Spot) -> Iterator[Change]:
    for name in ("lower", "upper"):
        if getattr(node, name) is not None:
            yield Spot(node, name), None


def _left_out(node: ast.stmt, here: Spot) -> Iterator[Change]:
    yield here, ast.copy_location(ast.Pass(), node)


def _returned(node: ast.Return, _: Spot) -> Iterator[Change]:
    if node.value is not None and not isinstance(node.value, ast.Constant):
        yield Spot(node, "value"), None


def _kept(node: ast.Assign, here: Spot) -> Iterator[Change]:
    """Leave out what writes into something; a name left out would only be missed at once."""
    if all(isinstance(one, ast.Attribute | ast.Subscript) for one in node.targets):
        yield from _left_out(node, here)


def _turned(node: ast.Break | ast.Continue, here: Spot) -> Iterator[Change]:
    other = ast.Continue() if isinstance(node, ast.Break) else ast.Break()
    yield here, ast.copy_location(other, node)


def _value(node: ast.expr, value: str | bytes | float) -> ast.Constant:
    return ast.copy_location(ast.Constant(value), node)


# The makers take nodes of their own kinds only, which a table of types cannot say.
_MAKERS: Mapping[type[ast.AST], tuple[Callable[..., Iterator[Change]], ...]] = {
    ast.Compare: (_compare,),
    ast.BoolOp: (_logic,),
    ast.UnaryOp: (_unary,),
    ast.BinOp: (_arithmetic,),
    ast.AugAssign: (_augmented,),
    ast.Constant: (_constant,),
    ast.If: (_condition,),
    ast.IfExp: (_condition,),
    ast.While: (_condition,),
    ast.comprehension: (_filters,),
    ast.match_case: (_case,),
    ast.MatchOr: (_either,),
    ast.Call: (_call,),
    ast.Set: (_set,),
    ast.Dict: (_dict,),
    ast.Slice: (_slice,),
    ast.Expr: (_left_out,),
    ast.Raise: (_left_out,),
    ast.Delete: (_left_out,),
    ast.Return: (_returned,),
    ast.Assign: (_kept,),
    ast.Break: (_turned,),
    ast.Continue: (_turned,),
}
