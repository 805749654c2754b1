"""The ``where`` parameter: a small language with a real parser (facts: Xero API section 4).

    expression := conjunction {OR conjunction}
    conjunction := test {AND test}
    test := '(' expression ')' | path '.' method '(' text ')' | path operator literal
    literal := text | number | true | false | null | Guid(text) | DateTime(y, m, d ...)

``=`` counts as ``==``, ``&&`` and ``||`` as AND and OR. Comparison of text ignores case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from xero_sandbox.books import exchange

Value = str | Decimal | bool | None
Lookup = Callable[[str], Value]
Test = Callable[[Lookup], bool]

# Not verified, see where-quotes.
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>"(?:[^"\\]|\\.)*")
      | (?P<number>-?\d+(?:\.\d+)?)
      | (?P<operator>==|!=|<=|>=|<|>|=|&&|\|\||\(|\)|,)
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)
    )""",
    re.VERBOSE,
)
_METHODS = {"Contains", "StartsWith", "EndsWith"}
# Not verified, see where-single-equals.
_COMPARE: Mapping[str, Callable[[int], bool]] = {
    "==": lambda order: order == 0,
    "=": lambda order: order == 0,
    "!=": lambda order: order != 0,
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}
_MOST_TOKENS = 500
_DEEPEST = 20
_LONGEST_DATE = 6

Token = tuple[str, str]


def parse(text: str, fields: Mapping[str, object]) -> Test:
    """Return the test that ``text`` spells over ``fields``; raises ``Refused`` (number 16)."""
    parser = _Parser(_tokens(text), fields)
    test = parser.expression(0)
    if parser.peek() != ("end", ""):
        raise exchange.bad_query(f"Syntax error at '{parser.peek()[1]}'")
    return test


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    position = 0
    end = len(text.rstrip())
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None or found.lastgroup is None or len(tokens) > _MOST_TOKENS:
            raise exchange.bad_query(f"Syntax error (at index {position})")
        tokens.append((found.lastgroup, found[found.lastgroup]))
        position = found.end()
    return tokens


class _Parser:
    """Recursive descent over the tokens, depth bounded."""

    __slots__ = ("_at", "_fields", "_tokens")

    def __init__(self, tokens: list[Token], fields: Mapping[str, object]) -> None:
        self._tokens = tokens
        self._fields = {name.casefold(): name for name in fields}
        self._at = 0

    def peek(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def take(self) -> Token:
        token = self.peek()
        self._at += 1
        return token

    def expect(self, text: str) -> None:
        token = self.take()
        if token[1] != text:
            raise exchange.bad_query(f"'{text}' expected before '{token[1]}'")

    def _is(self, *words: str) -> bool:
        return self.peek()[0] != "text" and self.peek()[1].upper() in words

    def expression(self, depth: int) -> Test:
        if depth > _DEEPEST:
            raise exchange.bad_query("The expression is nested too deeply")
        tests = [self._conjunction(depth)]
        while self._is("OR", "||"):
            self.take()
            tests.append(self._conjunction(depth))
        return tests[0] if len(tests) == 1 else lambda look: any(test(look) for test in tests)

    def _conjunction(self, depth: int) -> Test:
        tests = [self._test(depth)]
        while self._is("AND", "&&"):
            self.take()
            tests.append(self._test(depth))
        return tests[0] if len(tests) == 1 else lambda look: all(test(look) for test in tests)

    def _test(self, depth: int) -> Test:
        if self._is("("):
            self.take()
            inner = self.expression(depth + 1)
            self.expect(")")
            return inner
        kind, word = self.take()
        if kind != "word":
            raise exchange.bad_query(f"A field was expected instead of '{word}'")
        path, _, method = word.rpartition(".")
        if method in _METHODS:
            return self._method(self._field(path), method)
        return self._comparison(self._field(word))

    def _field(self, path: str) -> str:
        # The null guard of nullable values: Reference.Value and the like name the field itself.
        name = self._fields.get(path.removesuffix(".Value").casefold())
        if name is None:
            raise exchange.bad_query(f"No property or field '{path}' exists")
        return name

    def _method(self, name: str, method: str) -> Test:
        self.expect("(")
        wanted = self._literal()
        self.expect(")")
        if not isinstance(wanted, str):
            raise exchange.bad_query(f"{method} needs a text")
        needle = wanted.casefold()

        def test(look: Lookup) -> bool:
            value = look(name)
            if value is None:
                # Xero fails likewise: a nullable field needs its own null guard before this.
                raise exchange.bad_query(f"Object reference not set: {name} may be null")
            hay = str(value).casefold()
            if method == "Contains":
                return needle in hay
            return hay.startswith(needle) if method == "StartsWith" else hay.endswith(needle)

        return test

    def _comparison(self, name: str) -> Test:
        kind, operator = self.take()
        if kind != "operator" or operator not in _COMPARE:
            raise exchange.bad_query(f"An operator was expected instead of '{operator}'")
        wanted = self._literal()
        holds = _COMPARE[operator]

        def test(look: Lookup) -> bool:
            return _holds(look(name), wanted, operator, holds)

        return test

    def _literal(self) -> Value:
        kind, word = self.take()
        if kind == "text":
            return re.sub(r"\\(.)", r"\1", word[1:-1])
        if kind == "number":
            return Decimal(word)
        match word.lower():
            case "null":
                return None
            case "true" | "false":
                return word.lower() == "true"
            case "guid":
                self.expect("(")
                literal = self._literal()
                self.expect(")")
                return str(literal).lower()
            case "datetime":
                return self._date()
        raise exchange.bad_query(f"A value was expected instead of '{word}'")

    def _date(self) -> str:
        self.expect("(")
        parts: list[int] = []
        while len(parts) < _LONGEST_DATE:
            kind, word = self.take()
            if kind != "number" or not word.isdigit():
                raise exchange.bad_query("DateTime needs whole numbers")
            parts.append(int(word))
            if not self._is(","):
                break
            self.take()
        self.expect(")")
        year, month, day, hour, minute, second = (parts + [1, 1, 1, 0, 0, 0][len(parts) :])[:6]
        return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}"


def _holds(value: Value, wanted: Value, operator: str, holds: Callable[[int], bool]) -> bool:
    if value is None or wanted is None:
        same = value is wanted
        return same if operator in {"==", "="} else not same if operator == "!=" else False
    if isinstance(value, bool) or isinstance(wanted, bool):
        return holds(0 if value == wanted else 1)
    if isinstance(value, str) and isinstance(wanted, str):
        left, right = value.casefold(), wanted.casefold()
        return holds((left > right) - (left < right))
    if isinstance(value, Decimal) and isinstance(wanted, Decimal):
        return holds((value > wanted) - (value < wanted))
    raise exchange.bad_query("Operator incompatible with operand types")
