"""The body of timed text turned into cues: times of nested elements, text, styles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from cutroom.subtitles.cue import Place
from cutroom.subtitles.markup import STYLES, Style
from cutroom.subtitles.syntax.intake import Intake, shown
from cutroom.subtitles.syntax.styled_text import StyledText
from cutroom.subtitles.syntax.ttml_looks import Looks
from cutroom.subtitles.syntax.ttml_times import Clockwork
from cutroom.subtitles.syntax.ttml_xml import Element
from cutroom.subtitles.word import Word

_SPACES = re.compile(r"[ \t\r\n]+")
_NEW_LINE = re.compile(r"[ \t]*[\r\n]+[ \t\r\n]*")
_SILENT = {"metadata", "agent", "name", "title", "desc", "copyright"}
_IMAGE = "backgroundImage"


@dataclass(frozen=True, slots=True)
class _Scope:
    """What holds inside an element.

    Attributes:
        start: Seconds.
        end: Seconds; None: without end.
        is_timed: Whether a paragraph or something above it, but no body, has times.
        region: The region's name.
        agent: Who speaks.
        preserve: Whether white space counts.
        styles: Which styles are on.
    """

    start: Fraction = Fraction(0)
    end: Fraction | None = None
    is_timed: bool = False
    region: str = ""
    agent: str = ""
    preserve: bool = False
    styles: frozenset[Style] = frozenset()


@dataclass(slots=True)
class _Piece:
    """A stretch of text with its own times."""

    scope: _Scope
    text: str


class Body:
    """Reads a body into an intake."""

    def __init__(
        self, clockwork: Clockwork, looks: Looks, speakers: Mapping[str, str], intake: Intake
    ) -> None:
        """Begin.

        Args:
            clockwork: What times count in.
            looks: Styles and regions.
            speakers: Names by the ids of agents.
            intake: Gets cues and faults.
        """
        self._clockwork = clockwork
        self._looks = looks
        self._speakers = speakers
        self._intake = intake

    def read(self, root: Element) -> None:
        """Read the bodies of a document."""
        scope = replace(_Scope(), preserve=root.attributes.get("space") == "preserve")
        for body in root.elements("body"):
            self._container(body, self._enter(body, scope, scope.start))

    def _container(self, element: Element, scope: _Scope) -> None:
        if any(_IMAGE in key for key in element.attributes):
            self._intake.error(element.line, "A picture stands here instead of text; it was left out.")
        cursor = scope.start
        for item in element.content:
            if isinstance(item, str):
                if item.strip():
                    self._intake.error(
                        element.line, f"{shown(item)} stands outside of a paragraph; it was left out."
                    )
                continue
            if item.name in _SILENT:
                continue
            inner = self._enter(item, scope, cursor if _is_sequence(element) else scope.start)
            cursor = inner.end if inner.end is not None else cursor
            if item.name == "p":
                self._paragraph(item, inner)
            elif item.name in {"div", "body", "section"}:
                self._container(item, inner)
            else:
                self._intake.warn(item.line, f"The element <{item.name}> was left out.")

    def _enter(self, element: Element, outer: _Scope, origin: Fraction) -> _Scope:
        """Return what holds inside an element; its times count from `origin` on (TTML2, 10.1)."""
        get = element.attributes.get
        begin = self._time(element, "begin")
        end = self._time(element, "end")
        length = self._time(element, "dur")
        start = origin + (begin or 0)
        ends = [outer.end] if outer.end is not None else []
        ends += [origin + end] if end is not None else []
        ends += [start + length] if length is not None else []
        on = dict.fromkeys(outer.styles, True) | self._looks.switches(element)
        return _Scope(
            start,
            min(ends, default=None),
            outer.is_timed or (element.name == "p" and (begin is not None or bool(ends))),
            get("region", outer.region),
            get("agent", outer.agent),
            get("space", "preserve" if outer.preserve else "default") == "preserve",
            frozenset(style for style, is_on in on.items() if is_on),
        )

    def _time(self, element: Element, name: str) -> Fraction | None:
        text = element.attributes.get(name)
        if text is None:
            return None
        seconds = self._clockwork.read(text)
        if seconds is None:
            self._intake.error(
                element.line, f"The time {name}={shown(text)} cannot be read; it was left out."
            )
        return seconds

    def _paragraph(self, element: Element, scope: _Scope) -> None:
        pieces: list[_Piece] = []
        self._collect(element, scope, pieces)
        if scope.is_timed:
            words = _words(pieces, scope) if any(_has_own(piece, scope) for piece in pieces) else ()
            self._add(element.line, scope, pieces, words)
            return
        # Without times of its own a paragraph is a frame around those of its spans.
        while pieces:
            first = pieces[0].scope
            count = next(
                (n for n, piece in enumerate(pieces) if not _is_same(piece.scope, first)), len(pieces)
            )
            if any(piece.text.strip() for piece in pieces[:count]):
                self._add(element.line, first, pieces[:count], ())
            pieces = pieces[count:]

    def _collect(self, element: Element, scope: _Scope, pieces: list[_Piece]) -> None:
        for item in element.content:
            if isinstance(item, str):
                pieces.append(
                    _Piece(scope, _NEW_LINE.sub(" ", item) if scope.preserve else _SPACES.sub(" ", item))
                )
            elif item.name == "br":
                pieces.append(_Piece(scope, "\n"))
            elif item.name == "span":
                is_reading = item.attributes.get("ruby") in {"text", "textContainer"}
                inner = self._enter(item, scope, scope.start)
                if is_reading:
                    pieces.append(_Piece(inner, "("))
                self._collect(item, inner, pieces)
                if is_reading:
                    pieces.append(_Piece(inner, ")"))
            elif item.name not in _SILENT:
                self._intake.warn(item.line, f"The element <{item.name}> was left out.")

    def _add(self, line: int, scope: _Scope, pieces: list[_Piece], words: tuple[Word, ...]) -> None:
        if scope.end is None:
            self._intake.error(line, "Nothing says when this cue ends; it ends where it begins.")
        styled = StyledText()
        for piece in pieces:
            for style in STYLES:
                styled.set(style, style in piece.scope.styles)
            styled.add(piece.text)
        place: Place = self._looks.place(scope.region) if scope.region else "bottom"
        speaker = self._speakers.get(scope.agent, scope.agent) or None
        end = scope.start if scope.end is None else scope.end
        self._intake.add(line, scope.start, end, styled.runs(), words=words, speaker=speaker, place=place)


def _is_sequence(element: Element) -> bool:
    return element.attributes.get("timeContainer") == "seq"


def _is_same(one: _Scope, other: _Scope) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _has_own(piece: _Piece, scope: _Scope) -> bool:
    return not _is_same(piece.scope, scope)


def _words(pieces: list[_Piece], scope: _Scope) -> tuple[Word, ...]:
    """Return the words of a paragraph whose spans appear one after another; none when some have no times."""
    words: list[Word] = []
    for piece in pieces:
        text = piece.text.strip()
        end = piece.scope.end if piece.scope.end is not None else scope.end
        if text and not _has_own(piece, scope):
            return ()
        if text:
            start = max(Fraction(0), piece.scope.start)
            words.append(Word(start, max(start, end or start), " ".join(text.split())))
    return tuple(words)
