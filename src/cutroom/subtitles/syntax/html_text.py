r"""The text of SubRip cues: tags as in HTML or in braces, entities, override tags; in and out.

The format has no way to write a "<i>" that is no tag. A WORD JOINER (U+2060), which shows nothing, goes
between the characters of whatever would be taken for more than text, and is taken out again.
"""

from __future__ import annotations

import html
import re

from cutroom.subtitles.cue import Place
from cutroom.subtitles.markup import Run, Style
from cutroom.subtitles.syntax.ass_tags import place_of_tag, read_overrides
from cutroom.subtitles.syntax.intake import Intake, shown
from cutroom.subtitles.syntax.styled_text import StyledText
from cutroom.subtitles.syntax.text_lines import JOINER
from cutroom.subtitles.syntax.timed_lines import ARROW, times_of

_STYLES: dict[str, Style] = {
    "i": "i",
    "em": "i",
    "cite": "i",
    "b": "b",
    "strong": "b",
    "u": "u",
    "ins": "u",
}
_LOOKS = {
    *("font", "span", "p", "div", "s", "strike", "del", "center", "c", "v", "big", "small", "tt", "code"),
    *("body", "html", "lang", "ruby", "rt", "rp", "rb", "sub", "sup", "a", "img", "h1", "h2", "h3"),
}
_NAMED = (
    r"(?:amp|lt|gt|quot|apos|nbsp|lrm|rlm|shy|copy|hellip|mdash|ndash|lsquo|rsquo|ldquo|rdquo|laquo|raquo)"
)
_ENTITY = rf"&(?:{_NAMED}|#\d{{1,7}}|#[xX][\da-fA-F]{{1,6}});"
_SPECIAL = re.compile(
    r"<(?P<end>/?)[ \t]{0,3}(?P<name>[a-zA-Z][a-zA-Z0-9]{0,9})(?P<rest>[ \t.][^<>\n]{0,500})?[ \t]{0,3}/?>"
    rf"|(?P<entity>{_ENTITY})|(?P<group>\{{\\[^{{}}\n]*\}})"
    r"|\{(?P<brace_end>/?)(?P<brace>[biuBIU])\}|\{[yY]:(?P<whole>[biuBIU,]{1,5})\}"
)
_ESCAPED = re.compile(
    rf"(?<=[<&{{]){JOINER}(?=[/a-zA-Z#\\ ])|(?<=--){JOINER}(?=>)|{JOINER}(?={ARROW})|(?<=\d:){JOINER}(?=\d)"
)
# FFmpeg leaves out whatever looks like a tag, whether there is such a tag or not.
_TO_JOIN = re.compile(
    rf"<(?=[ ]{{0,3}}/?[ ]{{0,3}}[a-zA-Z])|&(?={_ENTITY[1:]})|\{{(?=\\|/?[biuBIU]\}}|[yY]:)"
)
_STAMP = re.compile(r"\d:\d{1,2}:\d{1,2}[.,]\d")


def read_html(text: str, line: int, intake: Intake) -> tuple[list[Run], Place | None]:
    """Read a cue's text.

    Args:
        text: Its lines.
        line: Where it begins in the file, for faults.
        intake: Gets the faults.

    Returns:
        The text, and the place that an override tag asks for.
    """
    reader = _Reader(line, intake)
    at = 0
    for match in _SPECIAL.finditer(text):
        reader.add(text[at : match.start()])
        reader.take(match)
        at = match.end()
    reader.add(text[at:])
    return reader.runs(), reader.place


def write_html(text: str) -> str:
    """Return plain characters as they can stand in SubRip; see `guard_lines` for what whole lines need."""
    return _TO_JOIN.sub(lambda match: match[0] + JOINER, text)


def guard_lines(text: str) -> str:
    """Return a cue's lines, none of which can be taken for a line of times or for an empty one."""
    return "\n".join(_guarded(line) for line in text.split("\n"))


def _guarded(line: str) -> str:
    if not line.strip():
        # Most programming languages count a no-break space as white space, and so do parsers.
        return line + JOINER
    if len(_STAMP.findall(line)) > 1:
        # Some parsers take any line with two times for theirs, whatever stands around them.
        line = _STAMP.sub(lambda match: match[0].replace(":", ":" + JOINER, 1), line)
    # Others take any line with this arrow, and so does WebVTT, which many make by changing the times alone.
    line = line.replace("-->", f"--{JOINER}>")
    match = times_of(line)
    return line[: match.start("arrow")] + JOINER + line[match.start("arrow") :] if match else line


class _Reader:
    """The text of one cue in the making."""

    def __init__(self, line: int, intake: Intake) -> None:
        self.place: Place | None = None
        self._line = line
        self._intake = intake
        self._styled = StyledText()
        self._dropped: dict[str, None] = {}

    def add(self, text: str) -> None:
        """Add characters; they may come from `write_html`."""
        self._line += text.count("\n")
        self._styled.add(_ESCAPED.sub("", text) if JOINER in text else text)

    def take(self, match: re.Match[str]) -> None:
        """Add what a match means."""
        if match["entity"]:
            self._intake.warn(self._line, f"{match['entity']} was read as the character it stands for.")
            self._styled.add(html.unescape(match["entity"]).replace("\r", "\n").replace("\0", ""))
        elif match["group"]:
            self._override(match["group"])
        elif match["whole"]:
            for letter in match["whole"].lower().replace(",", ""):
                self._style(letter, is_end=False)
        elif match["brace"]:
            self._style(match["brace"].lower(), is_end=bool(match["brace_end"]))
        else:
            self._tag(match)

    def runs(self) -> list[Run]:
        """Return the text, and report what was dropped."""
        if self._dropped:
            tags = ", ".join(list(self._dropped)[:5])
            self._intake.warn(self._line, f"Formatting that cannot be kept was left out: {tags}.")
        return self._styled.runs()

    def _tag(self, match: re.Match[str]) -> None:
        name = match["name"].lower()
        if name in _STYLES:
            self._style(_STYLES[name], is_end=bool(match["end"]))
        elif name == "br":
            self._styled.add("\n")
        elif name in _LOOKS:
            self._dropped[shown(match.group(), 30)] = None
        else:
            self.add(match.group())

    def _style(self, style: str, *, is_end: bool) -> None:
        known = _STYLES[style]
        if not is_end:
            self._styled.open(known)
        elif not self._styled.close(known):
            self._intake.warn(self._line, f"</{style}> ends nothing; it was left out.")

    def _override(self, group: str) -> None:
        for tag in read_overrides(group):
            place = place_of_tag(tag)
            if place is not None:
                self.place = place
            elif tag.name in {"i", "b", "u"}:
                self._styled.set(_STYLES[tag.name], tag.value not in {"", "0"})
            else:
                self._dropped[shown("\\" + tag.name + tag.value, 30)] = None
