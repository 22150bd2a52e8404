"""The Unicode Bidirectional Algorithm (Unicode Standard Annex 9): which way each character runs."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Direction = Literal["auto", "ltr", "rtl"]

_DEEPEST = 125  # max_depth, BD2
_OPENS = {"LRE": "L", "LRO": "L", "RLE": "R", "RLO": "R"}
_ISOLATES = frozenset({"LRI", "RLI", "FSI"})
_REMOVED = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "BN"})  # rule X9
_NEUTRAL = frozenset({"B", "S", "WS", "ON", "LRI", "RLI", "FSI", "PDI"})
_STRONG_OF = {"L": "L", "R": "R", "AN": "R", "EN": "R"}  # rules N0 to N2: numbers count as right-to-left
_BRACKETS = {"\u2329": "\u3008", "\u232a": "\u3009"}  # canonical equivalents, BD16
_MOST_BRACKETS = 63


def base_level(text: str, direction: Direction = "auto") -> int:
    """Return 0 for a paragraph that runs from left to right, 1 for the other way (rules P2, P3)."""
    if direction != "auto":
        return int(direction == "rtl")
    return _first_strong([unicodedata.bidirectional(c) for c in text])


def levels_of(text: str, base: int) -> list[int]:
    """Return the embedding level of each character of a paragraph; odd levels run from right to left."""
    if base == 0 and text.isascii():
        return [0] * len(text)
    original = [unicodedata.bidirectional(character) or "L" for character in text]
    if base == 0 and not any(kind in _TURNS for kind in original):
        return [0] * len(text)
    classes, levels = _explicit(original, base)
    # All edges first: resolving a sequence changes its levels.
    runs = [_Run(found, *_edges(found, original, levels, base)) for found in _sequences(original, levels)]
    for run in runs:
        _resolve(text, original, classes, levels, run)
    _reset(original, levels, base, len(text))
    return levels


_TURNS = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI"})


def line_levels(text: str, levels: Sequence[int], base: int) -> list[int]:
    """Return the levels of a line: white space at its end runs as the paragraph does (rule L1)."""
    found = list(levels)
    at = len(text)
    while at and unicodedata.bidirectional(text[at - 1]) in _AT_ENDS:
        at -= 1
        found[at] = base
    return found


_AT_ENDS = frozenset({"WS", "S", "B", "BN", "LRI", "RLI", "FSI", "PDI", "LRE", "RLE", "LRO", "RLO", "PDF"})


def visual_order(levels: Sequence[int]) -> list[int]:
    """Return the order, from left to right, in which runs of these levels stand (rule L2)."""
    order = list(range(len(levels)))
    odd = [level for level in levels if level % 2]
    if not odd:
        return order
    for level in range(max(levels), min(odd) - 1, -1):
        at = 0
        while at < len(order):
            end = at
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[at:end] = reversed(order[at:end])
            at = max(end, at + 1)
    return order


def _first_strong(classes: Sequence[str], *, ends_at_isolate: bool = False) -> int:
    """Return the level of the first strong character outside isolates; 0 where there is none."""
    depth = 0
    for kind in classes:
        if kind in _ISOLATES:
            depth += 1
        elif kind == "PDI":
            if depth == 0 and ends_at_isolate:
                break
            depth = max(0, depth - 1)
        elif depth == 0 and kind in {"L", "R", "AL"}:
            return int(kind != "L")
    return 0


@dataclass
class _Embedding:
    """The directional status of rules X1 to X8."""

    level: int
    override: str = ""
    is_isolate: bool = False


@dataclass
class _Stack:
    base: int
    entries: list[_Embedding] = field(default_factory=list[_Embedding])
    overflowing_isolates: int = 0
    overflowing_embeddings: int = 0
    isolates: int = 0

    @property
    def top(self) -> _Embedding:
        return self.entries[-1]

    def next_level(self, turns_right: bool) -> int:
        level = self.top.level
        return (level + 1) | 1 if turns_right else (level + 2) & ~1

    def open(self, level: int, override: str, is_isolate: bool) -> None:
        fits = level <= _DEEPEST and not self.overflowing_isolates and not self.overflowing_embeddings
        if fits:
            self.isolates += is_isolate
            self.entries.append(_Embedding(level, override, is_isolate))
        elif is_isolate:
            self.overflowing_isolates += 1
        elif not self.overflowing_isolates:
            self.overflowing_embeddings += 1

    def close_isolate(self) -> None:
        if self.overflowing_isolates:
            self.overflowing_isolates -= 1
        elif self.isolates:
            self.overflowing_embeddings = 0
            while not self.top.is_isolate:
                self.entries.pop()
            self.entries.pop()
            self.isolates -= 1

    def close_embedding(self) -> None:
        if self.overflowing_isolates:
            return
        if self.overflowing_embeddings:
            self.overflowing_embeddings -= 1
        elif not self.top.is_isolate and len(self.entries) > 1:
            self.entries.pop()


def _explicit(original: Sequence[str], base: int) -> tuple[list[str], list[int]]:
    """Apply rules X1 to X8; what X9 removes keeps the level it stands in."""
    stack = _Stack(base, [_Embedding(base)])
    classes, levels = list(original), [base] * len(original)
    for at, kind in enumerate(original):
        if kind == "B":
            continue
        if kind in _OPENS:
            levels[at] = stack.top.level
            override = _OPENS[kind] if kind.endswith("O") else ""
            stack.open(stack.next_level(_OPENS[kind] == "R"), override, is_isolate=False)
            continue
        if kind == "PDF":
            stack.close_embedding()
        elif kind == "PDI":
            stack.close_isolate()
        levels[at] = stack.top.level
        if kind not in {"BN", "PDF"} and stack.top.override:
            classes[at] = stack.top.override
        if kind in _ISOLATES:
            turns = kind == "RLI" or (
                kind == "FSI" and _first_strong(original[at + 1 :], ends_at_isolate=True) == 1
            )
            stack.open(stack.next_level(turns), "", is_isolate=True)
    return classes, levels


def _sequences(original: Sequence[str], levels: Sequence[int]) -> list[list[int]]:
    """Return the isolating run sequences (BD13), without what rule X9 removes."""
    runs: list[list[int]] = []
    for at, kind in enumerate(original):
        if kind in _REMOVED:
            continue
        if runs and levels[runs[-1][-1]] == levels[at]:
            runs[-1].append(at)
        else:
            runs.append([at])
    open_ones: list[list[int]] = []
    sequences: list[list[int]] = []
    for run in runs:
        if original[run[0]] == "PDI" and open_ones and levels[open_ones[-1][-1]] == levels[run[0]]:
            sequence = open_ones.pop()
            sequence.extend(run)
        else:
            sequence = run
            sequences.append(sequence)
        if original[run[-1]] in _ISOLATES:
            open_ones.append(sequence)
    return sequences


def _edges(
    sequence: Sequence[int], original: Sequence[str], levels: Sequence[int], base: int
) -> tuple[str, str]:
    """Return the direction before and after a sequence (rule X10)."""
    level = levels[sequence[0]]
    before = next((levels[at] for at in range(sequence[0] - 1, -1, -1) if original[at] not in _REMOVED), base)
    after = base
    if original[sequence[-1]] not in _ISOLATES:
        rest = range(sequence[-1] + 1, len(levels))
        after = next((levels[at] for at in rest if original[at] not in _REMOVED), base)
    return _direction(max(level, before)), _direction(max(level, after))


def _direction(level: int) -> str:
    return "R" if level % 2 else "L"


@dataclass(frozen=True)
class _Run:
    """An isolating run sequence: its characters, and the directions at its ends."""

    at: list[int]
    before: str
    after: str


def _resolve(text: str, original: Sequence[str], classes: list[str], levels: list[int], run: _Run) -> None:
    kinds = [classes[at] for at in run.at]
    level = levels[run.at[0]]
    _weak(kinds, run.before)
    _bracket_pairs(text, original, kinds, run, _direction(level))
    _neutral(kinds, run, _direction(level))
    for at, kind in zip(run.at, kinds, strict=True):  # rules I1, I2
        if level % 2:
            levels[at] = level + (kind != "R")
        else:
            levels[at] = level + {"R": 1, "AN": 2, "EN": 2}.get(kind, 0)


def _weak(kinds: list[str], before: str) -> None:
    """Apply rules W1 to W7."""
    strong = before
    last = before
    for at, kind in enumerate(kinds):
        if kind == "NSM":  # W1
            kinds[at] = "ON" if last in _ISOLATES or last == "PDI" else last
        elif kind == "EN" and strong == "AL":  # W2
            kinds[at] = "AN"
        if kind in {"L", "R", "AL"}:
            strong = kind
        last = kinds[at]
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]  # W3
    _separators(kinds)
    strong = before
    for at, kind in enumerate(kinds):  # W7
        if kind in {"L", "R"}:
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[at] = "L"


def _separators(kinds: list[str]) -> None:
    """Apply rules W4 to W6."""
    for at in range(1, len(kinds) - 1):
        left, right = kinds[at - 1], kinds[at + 1]
        if left == right and (
            (kinds[at] == "CS" and left in {"EN", "AN"}) or (kinds[at] == "ES" and left == "EN")
        ):
            kinds[at] = left
    at = 0
    while at < len(kinds):
        end = at
        while end < len(kinds) and kinds[end] == "ET":
            end += 1
        if end > at:
            touches = (at > 0 and kinds[at - 1] == "EN") or (end < len(kinds) and kinds[end] == "EN")
            kinds[at:end] = ["EN" if touches else "ON"] * (end - at)
        at = max(end, at + 1)
    kinds[:] = ["ON" if kind in {"ES", "CS"} else kind for kind in kinds]


def _bracket_pairs(text: str, original: Sequence[str], kinds: list[str], run: _Run, embedding: str) -> None:
    """Apply rule N0."""
    for opening, closing in _find_pairs(text, kinds, run.at):
        inner = {_STRONG_OF[kind] for kind in kinds[opening + 1 : closing] if kind in _STRONG_OF}
        if embedding in inner:
            found = embedding
        elif inner:
            context = next(
                (_STRONG_OF[kind] for kind in reversed(kinds[:opening]) if kind in _STRONG_OF), run.before
            )
            found = context if context != embedding else embedding
        else:
            continue
        for place in (opening, closing):
            kinds[place] = found
            follow = place + 1
            while follow < len(kinds) and original[run.at[follow]] == "NSM":
                kinds[follow] = found
                follow += 1


def _find_pairs(text: str, kinds: Sequence[str], places: Sequence[int]) -> list[tuple[int, int]]:
    """Return the places of bracket pairs in a sequence (BD16), by their openings."""
    stack: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for number, at in enumerate(places):
        sign = text[at]
        if kinds[number] != "ON" or not unicodedata.mirrored(sign):
            continue
        sign = _BRACKETS.get(sign, sign)
        category = unicodedata.category(sign)
        if category == "Ps":
            if len(stack) == _MOST_BRACKETS:
                break
            stack.append((_CLOSING.get(sign, ""), number))
        elif category == "Pe":
            match = next((n for n in range(len(stack) - 1, -1, -1) if stack[n][0] == sign), None)
            if match is not None:
                pairs.append((stack[match][1], number))
                del stack[match:]
    return sorted(pairs)


def _closings() -> dict[str, str]:
    """Return which bracket closes which: the next code point, as Unicode arranges them in pairs."""
    found = {"(": ")", "[": "]", "{": "}"}
    for code in (
        0x0F3A,
        0x0F3C,
        0x169B,
        *range(0x2045, 0x2E60),
        *range(0x3008, 0x301C),
        *range(0xFE59, 0xFF63),
    ):
        sign, following = chr(code), chr(code + 1)
        pair = (unicodedata.category(sign), unicodedata.category(following))
        if pair == ("Ps", "Pe") and unicodedata.mirrored(sign):
            found[sign] = following
    found["\uff08"], found["\uff3b"], found["\uff5b"] = "\uff09", "\uff3d", "\uff5d"
    return found


_CLOSING = _closings()


def _neutral(kinds: list[str], run: _Run, embedding: str) -> None:
    """Apply rules N1 and N2."""
    at = 0
    while at < len(kinds):
        end = at
        while end < len(kinds) and kinds[end] in _NEUTRAL:
            end += 1
        if end > at:
            left = _STRONG_OF[kinds[at - 1]] if at else run.before
            right = _STRONG_OF[kinds[end]] if end < len(kinds) else run.after
            kinds[at:end] = [left if left == right else embedding] * (end - at)
        at = max(end, at + 1)


def _reset(original: Sequence[str], levels: list[int], base: int, end: int) -> None:
    """Apply rule L1 to separators, and give what X9 removed the level of what stands before it."""
    for at in range(end):
        if original[at] in _REMOVED:
            levels[at] = levels[at - 1] if at else base
    follows = False
    for at in range(end - 1, -1, -1):
        if original[at] in {"B", "S"}:
            follows, levels[at] = True, base
        elif original[at] in {"WS", *_ISOLATES, "PDI", *_REMOVED}:
            if follows:
                levels[at] = base
        else:
            follows = False
