"""The best line breaks of a cue's text."""

from __future__ import annotations

import re
from itertools import pairwise

from cutroom.subtitles import markup
from cutroom.subtitles.language import read_language
from cutroom.subtitles.layout import Layout
from cutroom.subtitles.line_words import DASHES, is_bad_break
from cutroom.subtitles.reading import half_characters
from cutroom.subtitles.rules import Rules
from cutroom.subtitles.script import atoms_of, mark_lines

__all__ = ["is_bad_break", "wrap"]

_MARK = "\u200f"
_LINE_MARK = re.compile(f"(^|\n){_MARK}")
"""What `mark_lines` put at the beginning of lines, which may lie elsewhere now."""


def wrap(text: str, rules: Rules, language: str) -> str:
    r"""Return a cue's text with its best line breaks.

    One line where it fits; otherwise as few broken rules as possible, then lines that end at punctuation,
    of like length, the lower one rather the longer. Lines of a dialogue ("- Yes.\n- No.") that fit stay.

    Args:
        text: With or without markup and line breaks.
        rules: Whose line limits hold.
        language: A BCP 47 tag.
    """
    text = _LINE_MARK.sub(r"\1", text) if _MARK in text else text
    shown = markup.strip(text)
    if _is_dialogue(shown, rules, language):
        return mark_lines(markup.balance(text), language)
    words = shown.split()
    if not words:
        return ""
    glued = [False] * len(words)
    if read_language(language).phrases is not None:
        glued = _glued_at_breaks(shown)
    atoms = atoms_of(words, glued, language)
    found = Layout(atoms, rules, language).best(0, len(atoms.text))
    edges = (0, *found.breaks, len(atoms.text))
    lines = [atoms.join(first, last) for first, last in pairwise(edges)]
    styled = markup.restyle("\n".join(lines), text)
    return mark_lines(styled, language)


def _glued_at_breaks(shown: str) -> list[bool]:
    """Say of each word whether it follows a line break, which is no space where nothing is spaced."""
    glued: list[bool] = []
    for line in shown.split("\n"):
        count = len(line.split())
        glued += [True] * (count > 0) + [False] * (count - 1)
    return glued


def _is_dialogue(shown: str, rules: Rules, language: str) -> bool:
    lines = shown.split("\n")
    return (
        1 < len(lines) <= rules.lines
        and all(line.startswith(DASHES) for line in lines)
        and all(half_characters(line, language) <= 2 * rules.line_limit(language) for line in lines)
    )
