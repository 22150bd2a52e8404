r"""Advanced SubStation Alpha: styles, places and karaoke; times in 10 ms."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar

from cutroom.subtitles.cue import DEFAULT_RATE, Cue, Place, Track
from cutroom.subtitles.format import Format, Imported
from cutroom.subtitles.markup import Run
from cutroom.subtitles.syntax.ass_file import read_ass
from cutroom.subtitles.syntax.karaoke import marks
from cutroom.subtitles.syntax.text_lines import is_right_to_left, printable, printable_runs, write_tagged
from cutroom.subtitles.syntax.timecode import write_clock

_FIELDS = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, "
    "Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, "
    "MarginR, MarginV, Encoding"
)
_LOOK = "Arial,60,&H00FFFFFF,&H00B4B4B4,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,3,1"
"""White with a black edge of 3 in a picture of 1080 lines; a word is grey until it is said."""
STYLE_NAMES: dict[Place, str] = {"bottom": "Default", "top": "Top", "middle": "Middle"}
_ALIGNMENTS: dict[Place, int] = {"bottom": 2, "top": 8, "middle": 5}
_MARGINS = "96,96,54"
"""5 % of 1920 x 1080: the safe area for titles."""
_AUTO_DIRECTION = -1
"""As the Encoding of a style: libass then finds the direction of each line by its letters."""
_DIALOGUE = re.compile(r"^Dialogue:\s*[^,]*,\s*\d+:\d\d:\d\d[.:]\d", re.MULTILINE)
_SECTION = re.compile(r"(?:\s*;[^\n]*\n)*\s*\[(?:script info|v4\+? styles|events)\]", re.IGNORECASE)


class AdvancedSubStation(Format):
    """ASS, version 4.00+, as libass reads it."""

    name: ClassVar[str] = "ass"
    title: ClassVar[str] = "Advanced SubStation Alpha (ASS)"
    suffixes: ClassVar[tuple[str, ...]] = (".ass", ".ssa")
    mime_type: ClassVar[str] = "text/x-ssa"
    resolution: ClassVar[Fraction] = Fraction(1, 100)
    keeps = frozenset({"markup", "place", "speaker", "words", "language"})

    def write(self, track: Track, *, title: str = "") -> str:
        """Return the file; commas in names of speakers become semicolons, which the format needs."""
        heading = " ".join(printable(title).split())
        head = ["[Script Info]", *([f"Title: {heading}"] if heading else []), "ScriptType: v4.00+"]
        head += ["WrapStyle: 0", "ScaledBorderAndShadow: yes", "PlayResX: 1920", "PlayResY: 1080"]
        if track.language != "und":
            head.append(f"Language: {track.language}")
        encoding = _AUTO_DIRECTION if is_right_to_left(track.language) else 1
        styles = [
            f"Style: {name},{_LOOK},{_ALIGNMENTS[place]},{_MARGINS},{encoding}"
            for place, name in STYLE_NAMES.items()
        ]
        events = "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"
        lines = [*head, "", "[V4+ Styles]", f"Format: {_FIELDS}", *styles, "", "[Events]", events]
        return "\n".join([*lines, *map(_dialogue, track.cues)]) + "\n"

    def recognises(self, text: str) -> bool:
        """Whether it begins with one of the format's sections, or has lines of dialogue and no arrows."""
        return _SECTION.match(text) is not None or ("-->" not in text and _DIALOGUE.search(text) is not None)

    def read(self, text: str, *, language: str | None = None, rate: Fraction | None = None) -> Imported:
        """Read a file, also one of the older SubStation Alpha."""
        return read_ass(text, language, rate or DEFAULT_RATE, self.name, frozenset(STYLE_NAMES.values()))


def _dialogue(cue: Cue) -> str:
    start, end = (write_clock(time, digits=2, hours=1) for time in (cue.start, cue.end))
    name = " ".join(printable(cue.speaker or "").replace(",", ";").split())
    return f"Dialogue: 0,{start},{end},{STYLE_NAMES[cue.place]},{name},0,0,0,,{_text(cue)}"


def _text(cue: Cue) -> str:
    runs = printable_runs(cue.text)
    tags = marks(cue, "".join(run.text for run in runs)) if cue.words else {}
    parts: list[str] = []
    at = 0
    for run in _cut(runs, tags):
        # The tag of a word goes before the change of style, where both are at one place.
        parts.append(f"{tags.get(at, '')}{write_tagged([run], escape_ass, _switch)}")
        at += len(run.text)
    return _SWITCHED_TWICE.sub("", "".join(parts))


_SWITCHED_TWICE = re.compile(r"\{\\([ibu])0\}\{\\\1[1]\}")


def _cut(runs: list[Run], tags: dict[int, str]) -> list[Run]:
    """Return runs that begin anew at every tag."""
    pieces: list[Run] = []
    at = 0
    for run in runs:
        cuts = sorted({0, *(place - at for place in tags if at < place < at + len(run.text)), len(run.text)})
        pieces.extend(Run(run.text[a:b], run.styles) for a, b in pairwise(cuts))
        at += len(run.text)
    return pieces


def _switch(style: str, is_end: bool) -> str:
    return f"{{\\{style}{0 if is_end else 1}}}"


def escape_ass(text: str) -> str:
    r"""Return plain characters as ASS writes them: `\{`, `\}`, `\N`, `\h`, and WORD JOINER behind a `\`."""
    escaped = text.replace("\\", "\\\u2060").replace("{", "\\{").replace("}", "\\}")
    return escaped.replace("\n", "\\N").replace("\u00a0", "\\h")


format = AdvancedSubStation()  # noqa: A001 - the registry's attribute
