"""The small language between `{{` and `}}`: read once, reckoned as often as it is needed.

    pipeline   = choice { "|" name [ arguments ] }
    choice     = any [ "?" choice ":" choice ]
    any        = all { ("or" | "||") all }            all = negation { ("and" | "&&") negation }
    negation   = ("not" | "!") negation | comparison
    comparison = sum [ ("==" | "!=" | "<" | "<=" | ">" | ">=" | "in") sum ]
    sum        = product { ("+" | "-") product }      product = sign { ("*" | "/" | "%") sign }
    sign       = "-" sign | value { "." name | "[" pipeline "]" }
    value      = number | text | "true" | "false" | "null" | name [ arguments ] | "(" pipeline ")"

There is no way from it to anything but JSON values: names are looked up in objects, never in attributes.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, cast

from cutroom.render.document.expression_functions import FUNCTIONS
from cutroom.render.document.expression_values import (
    UNKNOWN,
    ExpressionError,
    Scope,
    UnknownValue,
    items,
    kind_of,
    limited,
    number,
    size_of,
)
from cutroom.render.document.faults import near

Node = Callable[[Scope], Any]
LONGEST = 500
"""Characters; a chain of operators as long as that is reckoned within the stack."""
_DEEPEST = 32
_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)(?![\w.])
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<name>[^\W\d]\w*)
    |(?P<mark>==|!=|<=|>=|&&|\|\||[-+*/%<>()\[\].,?:|!])
    |(?P<end>$)|(?P<wrong>.))""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t"}
_CONSTANTS: dict[str, Any] = {"true": True, "false": False, "null": None}
KEYWORDS = frozenset({*_CONSTANTS, "and", "or", "not", "in"})
"""Names that no input and no repetition may have."""


@lru_cache(maxsize=4096)
def read_expression(written: str) -> Node:
    """Return what reckons an expression.

    Raises:
        ExpressionError: When it cannot be read.
    """
    if len(written) > LONGEST:
        raise ExpressionError(f"has an expression of more than {LONGEST} characters")
    return _Reader(written).whole()


class _Reader:
    def __init__(self, written: str) -> None:
        self._written = written
        self._tokens = [
            (
                cast("str", match.lastgroup),
                match[cast("str", match.lastgroup)],
                match.start(match.lastgroup or 0),
            )
            for match in _TOKEN.finditer(written)
        ]
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._pipeline()
        if self._tokens[self._at][0] != "end":
            raise self._surprise("the end")
        return node

    def _surprise(self, wanted: str) -> ExpressionError:
        kind, found, place = self._tokens[self._at]
        what = "it ends" if kind == "end" else f"there is {found!r}"
        where = f"{what} at character {place + 1} of {self._written[:80]!r}"
        return ExpressionError(f"has an expression that cannot be read: {where}", f"Expected: {wanted}.")

    def _take(self, *words: str) -> str | None:
        kind, found, _ = self._tokens[self._at]
        if kind in {"mark", "name"} and found in words:
            self._at += 1
            return found
        return None

    def _need(self, mark: str) -> None:
        if self._take(mark) is None:
            raise self._surprise(repr(mark))

    def _pipeline(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ExpressionError(f"has an expression that is nested deeper than {_DEEPEST}")
        node = self._choice()
        while self._take("|"):
            node = self._call(self._name("a function"), [node])
        self._depth -= 1
        return node

    def _choice(self) -> Node:
        condition = self._any()
        if not self._take("?"):
            return condition
        chosen = self._pipeline()
        self._need(":")
        other = self._pipeline()
        return lambda scope: chosen(scope) if condition(scope) else other(scope)

    def _any(self) -> Node:
        node = self._all()
        while self._take("or", "||"):
            node = _either(node, self._all())
        return node

    def _all(self) -> Node:
        node = self._negation()
        while self._take("and", "&&"):
            node = _both(node, self._negation())
        return node

    def _negation(self) -> Node:
        negations = 0
        while self._take("not", "!"):
            negations += 1
        node = self._comparison()
        if negations == 0:
            return node
        return lambda scope: bool(node(scope)) == (negations % 2 == 0)

    def _comparison(self) -> Node:
        left = self._sum()
        sign = self._take("==", "!=", "<", "<=", ">", ">=", "in")
        return left if sign is None else _compare(sign, left, self._sum())

    def _sum(self) -> Node:
        node = self._product()
        while sign := self._take("+", "-"):
            node = _reckon(sign, node, self._product())
        return node

    def _product(self) -> Node:
        node = self._sign()
        while sign := self._take("*", "/", "%"):
            node = _reckon(sign, node, self._sign())
        return node

    def _sign(self) -> Node:
        signs = 0
        while self._take("-"):
            signs += 1
        node = self._path()
        if signs == 0:
            return node
        return lambda scope: number(node(scope), "-") * (-1) ** signs

    def _path(self) -> Node:
        node = self._value()
        while mark := self._take(".", "["):
            if mark == ".":
                node = _member(node, _constant(self._name("a name")))
            else:
                node = _member(node, self._pipeline())
                self._need("]")
        return node

    def _name(self, wanted: str) -> str:
        kind, found, _ = self._tokens[self._at]
        if kind != "name":
            raise self._surprise(wanted)
        self._at += 1
        return found

    def _value(self) -> Node:
        kind, found, _ = self._tokens[self._at]
        if self._take("("):
            node = self._pipeline()
            self._need(")")
            return node
        if kind not in {"number", "text", "name"} or found in KEYWORDS - _CONSTANTS.keys():
            raise self._surprise("a value")
        self._at += 1
        if kind == "number":
            return _constant(float(found) if "." in found else int(found))
        if kind == "text":
            return _constant(re.sub(r"\\(.)", lambda mark: _ESCAPES.get(mark[1], mark[1]), found[1:-1]))
        if found in _CONSTANTS:
            return _constant(_CONSTANTS[found])
        mark = self._tokens[self._at][1]
        return self._call(found, []) if mark == "(" else _look_up(found)

    def _call(self, name: str, given: list[Node]) -> Node:
        if name not in FUNCTIONS:
            raise ExpressionError(f"calls {name!r}, which is no function", near(name, FUNCTIONS))
        arguments = list(given)
        if self._take("("):
            while not self._take(")"):
                if len(arguments) > len(given):
                    self._need(",")
                arguments.append(self._pipeline())
        function, least, most = FUNCTIONS[name]
        if not least <= len(arguments) <= most:
            wanted = f"{least}" if least == most else f"{least} to {most}"
            raise ExpressionError(f"gives {name} {len(arguments)} values; it takes {wanted}")

        def call(scope: Scope) -> Any:
            values = [argument(scope) for argument in arguments]
            for value in values:
                scope.spend(size_of(value))
            return limited(function(*values), scope)

        return call


def _constant(value: Any) -> Node:
    return lambda _: value


def _look_up(name: str) -> Node:
    def look_up(scope: Scope) -> Any:
        scope.spend(1)
        if name not in scope.names:
            raise ExpressionError(f"uses {name!r}, which is no input", near(name, scope.names))
        value = scope.names[name]
        if value is UNKNOWN:
            raise UnknownValue(f"uses {name!r}, which has no value")
        return value

    return look_up


def _member(owner: Node, key: Node) -> Node:
    def member(scope: Scope) -> Any:
        scope.spend(1)
        value, sought = owner(scope), key(scope)
        if isinstance(value, Mapping):
            members = cast("Mapping[Any, Any]", value)
            if not isinstance(sought, str) or sought not in members:
                raise ExpressionError(f"looks for {sought!r} where there is none", near(sought, members))
            return members[sought]
        several = items(value, f"[{sought!r}]")
        place = number(sought, "a place in a list")
        if place != int(place) or not -len(several) <= place < len(several):
            raise ExpressionError(f"looks for item {place} of a list of {len(several)}")
        return several[int(place)]

    return member


def _either(left: Node, right: Node) -> Node:
    return lambda scope: left(scope) or right(scope)


def _both(left: Node, right: Node) -> Node:
    return lambda scope: left(scope) and right(scope)


_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _compare(sign: str, left: Node, right: Node) -> Node:
    def compare(scope: Scope) -> bool:
        scope.spend(1)
        one, other = left(scope), right(scope)
        if sign == "in":
            return _contains(one, other, scope)
        if sign in {"==", "!="}:
            return _equal(one, other) == (sign == "==")
        if kind_of(one) != kind_of(other) or kind_of(one) not in {"a number", "a text"}:
            raise ExpressionError(f"compares {kind_of(one)} with {kind_of(other)} by {sign}")
        return _ORDER[sign](one, other)

    return compare


def _contains(part: Any, whole: Any, scope: Scope) -> bool:
    if isinstance(whole, str):
        return isinstance(part, str) and part in whole
    if isinstance(whole, Mapping):
        return part in cast("Mapping[Any, Any]", whole)
    scope.spend(len(items(whole, "in")))
    return any(_equal(part, one) for one in whole)


def _equal(one: Any, other: Any) -> bool:
    # Lists and objects are never equal: nobody asks, and comparing them may be any amount of work.
    scalars = not isinstance(one, list | tuple | Mapping)
    return scalars and kind_of(one) == kind_of(other) and one == other


def _reckon(sign: str, left: Node, right: Node) -> Node:
    def reckon(scope: Scope) -> Any:
        scope.spend(1)
        one, other = left(scope), right(scope)
        if sign == "+" and isinstance(one, str) and isinstance(other, str):
            return limited(one + other, scope)
        if isinstance(one, str) or isinstance(other, str):
            hint = "text(...) makes a text of a number, number(...) a number of a text."
            raise ExpressionError(f"reckons {kind_of(one)} {sign} {kind_of(other)}", hint)
        return limited(_arithmetic(sign, number(one, sign), number(other, sign)), scope)

    return reckon


def _arithmetic(sign: str, one: float, other: float) -> float:
    if sign in {"/", "%"} and other == 0:
        raise ExpressionError(f"divides by 0 ({sign})")
    if sign == "+":
        return one + other
    if sign == "-":
        return one - other
    if sign == "*":
        return one * other
    return one / other if sign == "/" else one % other
