"""Path data of SVG (SVG 2, 9.3) as outlines of Skia, whose Python binding does not read it."""

from __future__ import annotations

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Skia's stubs leave keyword arguments open.
import re
from collections.abc import Callable, Iterator

import skia

_TOKEN = re.compile(r"[MmLlHhVvCcSsQqTtAaZz]|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_BETWEEN = re.compile(r"[\s,]*")
_COUNTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
_LARGEST = 1e6


class _Pen:
    """Where the outline has come, and the control point that smooth curves mirror."""

    def __init__(self) -> None:
        self.path = skia.Path()
        self.at = (0.0, 0.0)
        self.begun = (0.0, 0.0)
        self.control: tuple[str, float, float] | None = None

    def mirrored(self, kind: str) -> tuple[float, float]:
        if self.control is None or self.control[0] != kind:
            return self.at
        return 2 * self.at[0] - self.control[1], 2 * self.at[1] - self.control[2]

    def move(self, x: float, y: float) -> None:
        self.path.moveTo(x, y)
        self.at = self.begun = (x, y)

    def line(self, x: float, y: float) -> None:
        self.path.lineTo(x, y)
        self.at = (x, y)

    def across(self, x: float) -> None:
        self.line(x, self.at[1])

    def down(self, y: float) -> None:
        self.line(self.at[0], y)

    def cubic(self, *points: float) -> None:
        self.path.cubicTo(*points)
        self.control = ("C", points[2], points[3])
        self.at = (points[4], points[5])

    def smooth_cubic(self, *points: float) -> None:
        self.cubic(*self.mirrored("C"), *points)

    def quadratic(self, *points: float) -> None:
        self.path.quadTo(*points)
        self.control = ("Q", points[0], points[1])
        self.at = (points[2], points[3])

    def smooth_quadratic(self, x: float, y: float) -> None:
        self.quadratic(*self.mirrored("Q"), x, y)

    def arc(self, rx: float, ry: float, turn: float, large: float, sweep: float, x: float, y: float) -> None:
        size = skia.Path.kLarge_ArcSize if large else skia.Path.ArcSize.kSmall_ArcSize
        way = skia.PathDirection.kCW if sweep else skia.PathDirection.kCCW
        self.path.arcTo(rx, ry, turn, size, way, x, y)
        self.at = (x, y)

    def close(self) -> None:
        self.path.close()
        self.at = self.begun


_DRAW: dict[str, Callable[..., None]] = {
    "M": _Pen.move,
    "L": _Pen.line,
    "H": _Pen.across,
    "V": _Pen.down,
    "C": _Pen.cubic,
    "S": _Pen.smooth_cubic,
    "Q": _Pen.quadratic,
    "T": _Pen.smooth_quadratic,
    "A": _Pen.arc,
    "Z": _Pen.close,
}


def read_svg_path(text: str) -> skia.Path:
    """Read path data as `M0 0 L100 0 Q50 80 0 0 Z`.

    Raises:
        ValueError: With one sentence, when it is none.
    """
    tokens = list(_tokens(text))
    if not tokens or tokens[0] not in {"M", "m"}:
        message = "path data begins with M"
        raise ValueError(message)
    pen, place = _Pen(), 0
    while place < len(tokens):
        command = tokens[place]
        if command.upper() not in _COUNTS:
            message = f"path data has the number {command} where a command should stand"
            raise ValueError(message)
        place = _follow(pen, command, tokens, place + 1)
    return pen.path


def _follow(pen: _Pen, command: str, tokens: list[str], place: int) -> int:
    """Draw a command and its repetitions; return the place of the next."""
    count = _COUNTS[command.upper()]
    if count == 0:
        pen.close()
        return place
    while True:
        numbers = [token for token in tokens[place : place + count] if token.upper() not in _COUNTS]
        if len(numbers) < count:
            message = f"the path command {command} needs {count} numbers"
            raise ValueError(message)
        _draw(pen, command, [float(number) for number in numbers])
        place += count
        if place >= len(tokens) or tokens[place].upper() in _COUNTS:
            return place
        command = {"M": "L", "m": "l"}.get(command, command)


def _draw(pen: _Pen, command: str, numbers: list[float]) -> None:
    if any(abs(number) > _LARGEST for number in numbers):
        message = f"path data must stay within {_LARGEST:g}"
        raise ValueError(message)
    kind = command.upper()
    if command.islower():
        numbers = _absolute(kind, numbers, pen.at)
    if kind not in {"C", "S", "Q", "T"}:
        pen.control = None
    _DRAW[kind](pen, *numbers)


def _absolute(kind: str, numbers: list[float], at: tuple[float, float]) -> list[float]:
    if kind == "H":
        return [numbers[0] + at[0]]
    if kind == "V":
        return [numbers[0] + at[1]]
    if kind == "A":
        return [*numbers[:5], numbers[5] + at[0], numbers[6] + at[1]]
    return [number + at[index % 2] for index, number in enumerate(numbers)]


def _tokens(text: str) -> Iterator[str]:
    place = 0
    while (place := _skip(text, place)) < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            message = f"path data has {text[place]!r}, which it cannot have"
            raise ValueError(message)
        place = found.end()
        yield found.group()


def _skip(text: str, place: int) -> int:
    found = _BETWEEN.match(text, place)
    return found.end() if found else place
