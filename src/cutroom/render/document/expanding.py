"""A document made plain: inputs filled in, conditions decided, lists repeated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from cutroom.render.document.document import MOST_VALUES
from cutroom.render.document.expression_values import ExpressionError, Scope, UnknownValue, kind_of
from cutroom.render.document.expressions import KEYWORDS
from cutroom.render.document.faults import Faults, join_path, near
from cutroom.render.document.placeholders import has_placeholder, read_pattern
from cutroom.render.document.template import AnyDocument

DEEPEST_GROUP = 8
MOST_CLIPS = 50_000
"""How many clips a template may have in all, as it is expanded."""
_NOT_FIELDS = frozenset({"clips", "when", "repeat"})
_NOT_VALUES = frozenset({"tracks", "inputs", "$schema"})
_REPEAT = frozenset({"over", "as"})


@dataclass(frozen=True, slots=True)
class Part:
    """A track or a clip of the expanded document.

    Attributes:
        path: Where it stands in the document as it was written.
        written: What stands there.
        value: What became of it, without the clips inside it, `when` and `repeat`.
        clips: The clips inside it; None where it has no list of them.
        is_shown: Whether it is in the template; what is left out is only checked.
    """

    path: str
    written: Any
    value: Any
    clips: list[Part] | None = None
    is_shown: bool = True


class Expander:
    """Expands one document."""

    def __init__(self, scope: Scope, faults: Faults) -> None:
        """Take the inputs.

        Args:
            scope: Their values.
            faults: Where it is noted what cannot be expanded.
        """
        self._scope = scope
        self._faults = faults
        self._clips = 0
        self._values = 0
        self._sizes: dict[int, tuple[object, int]] = {}

    def document(self, written: AnyDocument) -> Part:
        """Expand a document; its tracks are the `clips` of the result."""
        fields = {name: inner for name, inner in written.items() if name not in _NOT_VALUES}
        value = self._value(fields, "$", self._scope)
        tracks = written.get("tracks")
        if not isinstance(tracks, list | tuple):
            return Part("$", written, value | ({"tracks": tracks} if "tracks" in written else {}))
        return Part("$", written, value, self._all(cast("list[Any]", tracks), "$.tracks", 0, self._scope))

    def _all(self, written: Sequence[Any], path: str, depth: int, scope: Scope) -> list[Part]:
        if depth > DEEPEST_GROUP + 1:
            self._faults.add(path, None, f"must not be nested deeper than {DEEPEST_GROUP} groups")
            return []
        places = [(one, join_path(path, index)) for index, one in enumerate(written)]
        return [
            self._part(one, here, depth, inside)
            for one, here in places
            for repeated in self._repetitions(one, here, scope)
            for inside in (repeated if self._is_wanted(one, here, repeated) else repeated.void(),)
        ]

    def _part(self, written: Any, path: str, depth: int, scope: Scope) -> Part:
        self._clips += 1
        if self._clips > MOST_CLIPS:
            self._faults.add(
                "$.tracks", None, f"must have at most {MOST_CLIPS:,} clips in all, when repeated"
            )
            self._faults.check()
        if not isinstance(written, dict):
            return Part(path, written, written, is_shown=not scope.is_void)
        members = cast("dict[str, Any]", written)
        clips = members.get("clips")
        is_list = isinstance(clips, list | tuple)
        left_out = _NOT_FIELDS if is_list else _NOT_FIELDS - {"clips"}
        value = self._value({n: v for n, v in members.items() if n not in left_out}, path, scope)
        if not is_list:
            return Part(path, members, value, is_shown=not scope.is_void)
        inner = self._all(cast("list[Any]", clips), join_path(path, "clips"), depth + 1, scope)
        return Part(path, members, value, inner, is_shown=not scope.is_void)

    def _is_wanted(self, written: Any, path: str, scope: Scope) -> bool:
        if not isinstance(written, dict) or "when" not in written:
            return True
        place = join_path(path, "when")
        condition = cast("dict[str, Any]", written)["when"]
        if not isinstance(condition, bool) and not has_placeholder(condition):
            message = "must be true, false or an expression"
            self._faults.add(place, condition, message, 'As "{{price > 100}}".')
            return True
        # Where it cannot be decided the part is checked as well.
        return bool(self._filled(condition, place, scope)) or scope.is_void or self._faults.covers(place)

    def _repetitions(self, written: Any, path: str, scope: Scope) -> Iterator[Scope]:
        """Yield the names for each repetition; void ones once, when there is nothing to repeat over."""
        if not isinstance(written, dict) or "repeat" not in written:
            yield scope
            return
        place = join_path(path, "repeat")
        repeat = cast("dict[str, Any]", written)["repeat"]
        name = self._name(repeat, place)
        if name is None:
            return
        over = self._filled(repeat["over"], join_path(place, "over"), scope)
        if isinstance(over, int) and not isinstance(over, bool):
            over = range(min(over, MOST_CLIPS + 1))
        if not isinstance(over, list | tuple | range):
            if scope.is_void or self._faults.covers(join_path(place, "over")):
                yield scope.void()
                return
            message = f"must be a list or a count, not {kind_of(over)}"
            self._faults.add(join_path(place, "over"), repeat["over"], message)
            return
        items = cast("list[Any]", over)
        if not items:
            yield scope.void()
        for index, item in enumerate(items):
            yield scope.inside(
                {name: item, "index": index, "first": index == 0, "last": index == len(items) - 1}
            )

    def _name(self, repeat: Any, place: str) -> str | None:
        """Return what the repeated item is called; None: the repetition cannot be read."""
        members = cast("dict[str, Any]", repeat if isinstance(repeat, dict) else {})
        if "over" not in members:
            self._faults.add(place, cast("Any", repeat), 'must be as {"over": "{{items}}", "as": "item"}')
            return None
        for unknown in members.keys() - _REPEAT:
            self._faults.add(
                join_path(place, unknown), members[unknown], "is no field here", near(unknown, _REPEAT)
            )
        name = members.get("as", "item")
        if not isinstance(name, str) or not name.isidentifier() or name in KEYWORDS:
            self._faults.add(join_path(place, "as"), name, "must be a name of letters, digits and _")
            return None
        return name

    def _value(self, written: Any, path: str, scope: Scope) -> Any:
        self._count(1)
        if isinstance(written, str):
            return self._filled(written, path, scope) if "{{" in written else written
        if isinstance(written, dict):
            members = cast("dict[str, Any]", written)
            values = {name: self._value(one, join_path(path, name), scope) for name, one in members.items()}
            # A placeholder that gives nothing leaves its field out; a null that is written stays.
            return {n: v for n, v in values.items() if v is not None or members[n] is None}
        if isinstance(written, list | tuple):
            items = cast("list[Any]", written)
            return [self._value(one, join_path(path, index), scope) for index, one in enumerate(items)]
        return written

    def _filled(self, written: Any, path: str, scope: Scope) -> Any:
        if not has_placeholder(written):
            return written
        try:
            pattern = read_pattern(written)
            if scope.is_void:
                self._faults.drop(path, in_void=True)
                return None
            value = pattern.fill(scope)
        except UnknownValue:
            self._faults.drop(path)
            return None
        except ExpressionError as error:
            self._faults.add(path, written, error.message, error.hint)
            self._faults.drop(path)
            return None
        self._count(self._size(value))
        return value

    def _count(self, values: int) -> None:
        self._values += values
        if self._values > MOST_VALUES:
            self._faults.add("$", None, f"must have at most {MOST_VALUES:,} values when it is repeated")
            self._faults.check()

    def _size(self, value: Any) -> int:
        if not isinstance(value, list | tuple | dict):
            return 1
        container = cast("list[Any] | dict[str, Any]", value)
        known = self._sizes.get(id(container))
        if known is None:
            inner = container.values() if isinstance(container, dict) else container
            known = (container, 1 + sum(map(self._size, inner)))
            self._sizes[id(container)] = known  # with the container itself, or its id would be used again
        return known[1]
