"""Timed text in XML: the text profile of IMSC 1.1, which broadcasters and streaming services take."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import ClassVar
from xml.sax.saxutils import escape, quoteattr

from cutroom.base.errors import Refused
from cutroom.subtitles.cue import DEFAULT_RATE, Cue, Place, Track
from cutroom.subtitles.format import Format, Imported
from cutroom.subtitles.markup import Style
from cutroom.subtitles.syntax.intake import Intake
from cutroom.subtitles.syntax.text_lines import is_right_to_left, printable, printable_runs, write_tagged
from cutroom.subtitles.syntax.timecode import write_clock
from cutroom.subtitles.syntax.ttml_body import Body
from cutroom.subtitles.syntax.ttml_looks import Looks
from cutroom.subtitles.syntax.ttml_times import read_clockwork, write_rate
from cutroom.subtitles.syntax.ttml_xml import Element, read_xml

_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?tt[\s>]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,4}")
_NAMESPACES = (
    'xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" '
    'xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"'
)
_PROFILE = "http://www.w3.org/ns/ttml/profile/imsc1.1/text"
_ALIGNMENTS: dict[Place, str] = {"bottom": "after", "top": "before", "middle": "center"}
_BOX = 'tts:origin="10% 10%" tts:extent="80% 80%"'
_STYLES: dict[Style, str] = {
    "i": 'tts:fontStyle="italic"',
    "b": 'tts:fontWeight="bold"',
    "u": 'tts:textDecoration="underline"',
}
_LOOK = (
    'tts:fontFamily="proportionalSansSerif" tts:fontSize="80%" tts:lineHeight="125%" tts:color="white" '
    'tts:textAlign="center" tts:textOutline="black 5%"'
)
"""80 % of a cell, which is a 15th of the height: 5.3 % of it."""


class TimedText(Format):
    """TTML, written as IMSC 1.1 text (W3C Recommendation, November 2018), times as media time."""

    name: ClassVar[str] = "ttml"
    title: ClassVar[str] = "Timed text (TTML, IMSC 1.1)"
    suffixes: ClassVar[tuple[str, ...]] = (".ttml", ".dfxp", ".itt", ".xml")
    mime_type: ClassVar[str] = "application/ttml+xml"
    keeps = frozenset({"markup", "place", "speaker", "language", "rate"})

    def write(self, track: Track, *, title: str = "") -> str:
        """Return the document; regions leave 10 % of the picture free at each side."""
        speakers = {name: f"speaker{number}" for number, name in enumerate(_names(track), 1)}
        language = "" if track.language == "und" else track.language
        direction = ' tts:direction="rtl"' if is_right_to_left(track.language) else ""
        root = f'{_NAMESPACES} ttp:contentProfiles="{_PROFILE}" ttp:timeBase="media" {write_rate(track.rate)}'
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f"<tt {root} xml:lang={quoteattr(language)}>",
            "<head>",
            *_metadata(" ".join(printable(title).split()), speakers),
            f'<styling><style xml:id="text" {_LOOK}{direction}/></styling>',
            "<layout>",
            *(
                f'<region xml:id="{place}" {_BOX} tts:displayAlign="{align}"/>'
                for place, align in _ALIGNMENTS.items()
            ),
            "</layout>",
            "</head>",
            '<body style="text" xml:space="preserve"><div>',
            *(_paragraph(cue, speakers) for cue in track.cues),
            "</div></body>",
            "</tt>",
        ]
        return "\n".join(lines) + "\n"

    def recognises(self, text: str) -> bool:
        """Whether it is XML with a root of timed text."""
        return text.lstrip()[:1] == "<" and _ROOT.search(text[:20_000]) is not None

    def read(self, text: str, *, language: str | None = None, rate: Fraction | None = None) -> Imported:
        """Read a document of any profile, also of older namespaces."""
        root, broken, entities = read_xml(text)
        if root is None or root.name != "tt":
            where = f"; XML ends at line {broken.line}: {broken.reason}" if broken else ""
            raise Refused(f"The file has no element <tt> of timed text{where}.", code="broken_subtitles")
        clockwork = read_clockwork(root.attributes, rate or DEFAULT_RATE)
        intake = Intake(rate or clockwork.rate, language)
        for line in entities:
            intake.warn(line, "An entity that XML does not know was read as in HTML.")
        if broken:
            message = f"The XML breaks off here ({broken.reason}); what stands above was read."
            intake.error(broken.line, message)
        if _LANGUAGE.fullmatch(root.attributes.get("lang", "").strip()):
            intake.say_language(root.attributes["lang"])
        Body(clockwork, Looks(root), _speakers(root), intake).read(root)
        return intake.finish(self.name, title=_title(root), is_sorted=False)


def _names(track: Track) -> list[str]:
    names = (" ".join(printable(cue.speaker or "").split()) for cue in track.cues)
    return list(dict.fromkeys(name for name in names if name))


def _metadata(title: str, speakers: dict[str, str]) -> list[str]:
    if not title and not speakers:
        return []
    named = [f"<ttm:title>{escape(title)}</ttm:title>"] if title else []
    names = {key: f'<ttm:name type="alias">{escape(name)}</ttm:name>' for name, key in speakers.items()}
    agents = [f'<ttm:agent xml:id="{key}" type="person">{name}</ttm:agent>' for key, name in names.items()]
    return ["<metadata>", *named, *agents, "</metadata>"]


def _paragraph(cue: Cue, speakers: dict[str, str]) -> str:
    times = f'begin="{write_clock(cue.start)}" end="{write_clock(cue.end)}"'
    name = " ".join(printable(cue.speaker or "").split())
    agent = f' ttm:agent="{speakers[name]}"' if name else ""
    text = write_tagged(printable_runs(cue.text), _escaped, _span)
    # A region on the body would hide the paragraphs of the others (TTML2, 11.3.1.3).
    return f'<p {times} region="{cue.place}"{agent}>{text}</p>'


def _span(style: Style, is_end: bool) -> str:
    return "</span>" if is_end else f"<span {_STYLES[style]}>"


def _escaped(text: str) -> str:
    return escape(text).replace("\n", "<br/>")


def _speakers(root: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for agent in root.elements("agent"):
        for name in agent.elements("name"):
            text = " ".join("".join(item for item in name.content if isinstance(item, str)).split())
            found.setdefault(agent.attributes.get("id", ""), printable(text))
    return found


def _title(root: Element) -> str:
    for title in root.elements("title"):
        return " ".join("".join(item for item in title.content if isinstance(item, str)).split())[:1000]
    return ""


format = TimedText()  # noqa: A001 - the registry's attribute
