"""The text of a line of dialogue: override tags, line breaks, karaoke."""

from __future__ import annotations

import re
from fractions import Fraction

from cutroom.subtitles.cue import Place
from cutroom.subtitles.markup import Run, Style
from cutroom.subtitles.syntax.ass_tags import AssTag, place_of_tag, read_overrides
from cutroom.subtitles.syntax.intake import Intake, shown
from cutroom.subtitles.syntax.karaoke import Syllables
from cutroom.subtitles.syntax.styled_text import StyledText
from cutroom.subtitles.syntax.text_lines import printable
from cutroom.subtitles.syntax.vtt_settings import place_of_percent
from cutroom.subtitles.word import Word

_TOKEN = re.compile(r"\{(?P<group>[^{}]*)\}|\\(?P<escape>[Nnh{}\u2060])")
_ESCAPES = {"N": "\n", "n": "\n", "h": "\u00a0", "\u2060": "\\"}
_STYLES: dict[str, Style] = {"i": "i", "b": "b", "u": "u"}
_KARAOKE = {"k", "kf", "ko", "K"}
_BOLD = 500
"""A weight from which on letters are bold; 1 is bold too."""
_POSITION = re.compile(r"\(\s*-?[\d.]{1,12}\s*,\s*(-?\d{1,6})(?:\.\d*)?\s*[,)]")
_MOST_HUNDREDTHS = 1_000_000


class AssText:
    """What the text of one line says.

    Attributes:
        place: What its tags ask for; None where they do not.
        has_drawing: Whether there were shapes, which are no text.
    """

    def __init__(
        self, text: str, line: int, intake: Intake, *, start: Fraction, lines: int, is_italic: bool
    ) -> None:
        """Read it.

        Args:
            text: The last field.
            line: Of the file.
            intake: Gets the faults.
            start: When the cue begins, in seconds.
            lines: The height that places count in.
            is_italic: Whether its style is.
        """
        self.place: Place | None = None
        self.has_drawing = False
        self._line = line
        self._intake = intake
        self._lines = lines
        self._is_italic = is_italic
        self._draws = False
        self._styled = StyledText()
        self._styled.set("i", is_italic)
        self._syllables = Syllables(start)
        self._lost: dict[str, None] = {}
        self._read(text)
        if self._lost:
            tags = ", ".join(list(self._lost)[:5])
            intake.warn(line, f"Formatting that cannot be kept was left out: {tags}.")

    def runs(self) -> list[Run]:
        """Return the text."""
        return self._styled.runs()

    def words(self) -> tuple[Word, ...]:
        """Return the words that karaoke tags time."""
        return self._syllables.words()

    def _read(self, text: str) -> None:
        at = 0
        for match in _TOKEN.finditer(text):
            self._add(text[at : match.start()])
            if match["escape"]:
                self._add(_ESCAPES.get(match["escape"], match["escape"]))
            elif "\\" in match["group"]:
                for tag in read_overrides(match["group"]):
                    self._take(tag)
            elif match["group"]:
                self._lost[f"the comment {shown(match['group'], 30)}"] = None
            at = match.end()
        self._add(text[at:])

    def _add(self, text: str) -> None:
        if self._draws:
            self.has_drawing = self.has_drawing or bool(text.strip())
        elif text:
            plain = printable(text)
            self._styled.add(plain)
            self._syllables.add(plain)

    def _take(self, tag: AssTag) -> None:
        if tag.name in _STYLES:
            self._style(tag)
        elif tag.name in _KARAOKE and re.fullmatch(r"\d{1,7}(\.\d*)?", tag.value):
            self._syllables.advance(min(_MOST_HUNDREDTHS, int(tag.value.partition(".")[0])))
        elif tag.name == "p":
            self._draws = tag.value.isdecimal() and tag.value.strip("0") != ""
        elif tag.name == "r":
            for style in _STYLES.values():
                self._styled.set(style, style == "i" and self._is_italic)
        elif (place := place_of_tag(tag)) is not None:
            self.place = place
        else:
            self._position(tag)

    def _style(self, tag: AssTag) -> None:
        digits = tag.value if re.fullmatch(r"\d{1,4}", tag.value) else ""
        weight = int(digits or 0)
        is_on = bool(weight) if tag.name != "b" else weight == 1 or weight >= _BOLD
        if not digits:
            # Without a number it goes back to what the line's style says.
            is_on = tag.name == "i" and self._is_italic
        self._styled.set(_STYLES[tag.name], is_on)

    def _position(self, tag: AssTag) -> None:
        match = _POSITION.match(tag.value) if tag.name in {"pos", "move"} else None
        if match and self.place is None:
            self.place = place_of_percent(100 * int(match[1]) / self._lines)
        self._lost[shown("\\" + tag.name + tag.value, 30)] = None
