"""The markup of a cue's text: `<i>`, `<b>`, `<u>` and their ends; everything else stands for itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Style = Literal["b", "i", "u"]
Styles = frozenset[Style]
STYLES: tuple[Style, ...] = ("b", "i", "u")
_PLAIN: Styles = frozenset()
TAG = re.compile(r"</?[biu]>")
_FIRST_OF_TAG = re.compile(r"<(?=/?[biu]>)")
_NOTHING = "<i></i>"
"""An element without content; between the characters of a literal "<i>" it keeps them from being a tag."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a text.

    Attributes:
        kind: "text", "open" or "close".
        text: What it shows, for "text"; the tag itself otherwise.
        style: The tag's letter; None for "text".
    """

    kind: Literal["text", "open", "close"]
    text: str
    style: Style | None = None


@dataclass(frozen=True, slots=True)
class Run:
    r"""Characters that look the same.

    Attributes:
        text: Never empty; may hold "\n". A "<i>" in it is those three characters.
        styles: How they look; empty: plain.
    """

    text: str
    styles: Styles = _PLAIN


def strip(text: str) -> str:
    """Return what a text shows: without its tags."""
    return TAG.sub("", text) if "<" in text else text


def escape(text: str) -> str:
    """Return a text that shows exactly these characters, "<i>" included."""
    return _FIRST_OF_TAG.sub("<" + _NOTHING, text) if "<" in text else text


def tokens(text: str) -> Iterator[Token]:
    """Yield a text's pieces in order; those of kind "text" are never empty."""
    at = 0
    for match in TAG.finditer(text):
        if match.start() > at:
            yield Token("text", text[at : match.start()])
        tag = match.group()
        style: Style = next(style for style in STYLES if style in tag)
        yield Token("close" if tag[1] == "/" else "open", tag, style)
        at = match.end()
    if at < len(text):
        yield Token("text", text[at:])


def parse(text: str) -> list[Run]:
    """Return a text's runs: ends without a beginning count nothing, what is open at the end ends there.

    Tags may overlap and repeat: a style is on as long as more of its tags have begun than ended.
    """
    if "<" not in text:
        return [Run(text)] if text else []
    depth = dict.fromkeys(STYLES, 0)
    runs: list[Run] = []
    for token in tokens(text):
        if token.style is None:
            _append(runs, Run(token.text, frozenset(style for style in STYLES if depth[style])))
        elif token.kind == "open":
            depth[token.style] += 1
        else:
            depth[token.style] = max(0, depth[token.style] - 1)
    return runs


def write(runs: Iterable[Run]) -> str:
    """Return the text that `parse` reads as these runs: nested tags, all of them closed."""
    parts: list[str] = []
    opened: list[Style] = []
    for run in _merged(runs):
        while not run.styles.issuperset(opened):
            parts.append(f"</{opened.pop()}>")
        for style in STYLES:
            if style in run.styles and style not in opened:
                opened.append(style)
                parts.append(f"<{style}>")
        parts.append(escape(run.text))
    parts.extend(f"</{style}>" for style in reversed(opened))
    return "".join(parts)


def balance(text: str) -> str:
    """Return the same text with its tags nested, closed, and none that does nothing."""
    return write(parse(text)) if "<" in text else text


def cut(text: str, start: int, end: int | None = None) -> str:
    """Return part of a text with the markup that holds there.

    Args:
        text: With markup.
        start: The first visible character, from 0.
        end: The first one that is left out; None: to the end.
    """
    if "<" not in text:
        return text[start:end]
    pieces: list[Run] = []
    at = 0
    for run in parse(text):
        kept = run.text[max(0, start - at) : None if end is None else max(0, end - at)]
        if kept:
            pieces.append(Run(kept, run.styles))
        at += len(run.text)
    return write(pieces)


def restyle(text: str, source: str) -> str:
    r"""Return a text with the markup of another that shows the same characters but for white space.

    Args:
        text: Visible characters only, such as `strip(source)` with "\n" in other places.
        source: With markup.
    """
    if "<" not in source:
        return escape(text)
    looks = [run.styles for run in parse(source) for character in run.text if not character.isspace()]
    runs: list[Run] = []
    at = 0
    for character in text:
        if not character.isspace() and at < len(looks):
            at += 1
            _append(runs, Run(character, looks[at - 1]))
        else:
            # A space between two styles belongs to both or to neither.
            around = looks[at - 1 : at + 1] if at else []
            both = around[0] & around[1] if len(around) == 2 else _PLAIN  # noqa: PLR2004 - both
            _append(runs, Run(character, both))
    return write(runs)


def _merged(runs: Iterable[Run]) -> list[Run]:
    merged: list[Run] = []
    for run in runs:
        _append(merged, run)
    return merged


def _append(runs: list[Run], run: Run) -> None:
    if runs and runs[-1].styles == run.styles:
        runs[-1] = Run(runs[-1].text + run.text, run.styles)
    elif run.text:
        runs.append(run)
