"""Lines of text as files can hold them: no control characters, no empty lines inside a cue."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from cutroom.subtitles.markup import STYLES, Run, Style, parse

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
BLANK = "\u00a0"
"""A no-break space stands on a line that is empty, where an empty line would end the cue."""
JOINER = "\u2060"
"""WORD JOINER, which shows nothing: it parts or fills what would be taken for more than text."""

_RIGHT_TO_LEFT = frozenset({"ar", "he", "fa", "ur", "yi", "ps", "ckb", "dv", "ug", "sd"})


def is_right_to_left(language: str) -> bool:
    """Whether a language is written from right to left.

    Args:
        language: A BCP 47 tag.
    """
    return language.lower().split("-")[0] in _RIGHT_TO_LEFT


def printable(text: str) -> str:
    r"""Return a text that every format can hold: other ends of lines are "\n", a tab is a space.

    Control characters, which XML forbids and players draw as boxes, are left out; half a surrogate pair is
    U+FFFD.
    """
    if text.isprintable():
        return text
    plain = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text)).replace("\t", " ")
    return _SURROGATES.sub("\ufffd", plain)


def printable_runs(text: str) -> list[Run]:
    """Return a cue's text as runs of what every format can hold, without spaces at the ends of lines."""
    return trimmed(parse(printable(text)))


def trimmed(runs: list[Run]) -> list[Run]:
    r"""Return runs without the spaces and tabs at the ends of lines."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        first, *others = run.text.split("\n")
        lines[-1].append(Run(first, run.styles))
        lines.extend([Run(text, run.styles)] for text in others)
    kept: list[Run] = []
    for number, line in enumerate(lines):
        if number:
            kept.append(Run("\n", line[0].styles))
        kept.extend(_stripped(line))
    return [run for run in kept if run.text]


def _stripped(line: list[Run]) -> list[Run]:
    left, right = 0, len(line)
    while left < right and not line[left].text.strip(" \t"):
        left += 1
    while right > left and not line[right - 1].text.strip(" \t"):
        right -= 1
    kept = line[left:right]
    if kept:
        kept[0] = Run(kept[0].text.lstrip(" \t"), kept[0].styles)
        kept[-1] = Run(kept[-1].text.rstrip(" \t"), kept[-1].styles)
    return kept


def fill_empty(text: str) -> str:
    """Return a text of one or more lines in which none is empty."""
    return "\n".join(line if line.strip(" ") else BLANK for line in text.split("\n"))


def unfill_empty(lines: Sequence[str]) -> list[str]:
    """Return lines of which those with only a no-break space are empty again, and others as they were."""
    return ["" if line.strip(" \t") == BLANK else line for line in map(_without_joiner, lines)]


def _without_joiner(line: str) -> str:
    return line[:-1] if line.endswith(JOINER) and line[:-1].isspace() else line


def write_tagged(
    runs: Iterable[Run],
    escape: Callable[[str], str],
    tag: Callable[[Style, bool], str] = lambda style, is_end: f"</{style}>" if is_end else f"<{style}>",
) -> str:
    """Return runs as text with nested tags.

    Args:
        runs: The text.
        escape: Turns plain characters into what stands for them.
        tag: Returns the beginning (False) or the end (True) of a style.
    """
    parts: list[str] = []
    opened: list[Style] = []
    for run in runs:
        while not run.styles.issuperset(opened):
            parts.append(tag(opened.pop(), True))
        for style in STYLES:
            if style in run.styles and style not in opened:
                opened.append(style)
                parts.append(tag(style, False))
        parts.append(escape(run.text))
    parts.extend(tag(style, True) for style in reversed(opened))
    return "".join(parts)
