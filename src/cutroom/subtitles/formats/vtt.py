"""WebVTT: what browsers show; speakers are voices, places are settings of the line."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import ClassVar

from cutroom.subtitles.cue import DEFAULT_RATE, Cue, Place, Track
from cutroom.subtitles.format import Format, Imported
from cutroom.subtitles.syntax.intake import Intake, shown
from cutroom.subtitles.syntax.text_lines import (
    fill_empty,
    printable,
    printable_runs,
    unfill_empty,
    write_tagged,
)
from cutroom.subtitles.syntax.timecode import write_clock
from cutroom.subtitles.syntax.timed_lines import Block, find_blocks
from cutroom.subtitles.syntax.vtt_settings import SETTINGS, place_of_percent, read_settings
from cutroom.subtitles.syntax.vtt_text import VttText, escape_vtt, fill_blank

_HEADER = re.compile(r"WEBVTT(?:[ \t-].*)?", re.IGNORECASE)
_SPECIAL = re.compile(r"(NOTE|STYLE|REGION)(?:[ \t:].*)?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,4}")
_SAID = {
    "NOTE": "A note was left out",
    "STYLE": "A style sheet was left out",
    "REGION": "Of a region only top, middle or bottom was kept",
}
_ANCHOR = re.compile(r"(id|viewportanchor)\s*[:=]\s*(\S+)")


class WebVtt(Format):
    """WebVTT (W3C Candidate Recommendation, April 2019)."""

    name: ClassVar[str] = "vtt"
    title: ClassVar[str] = "WebVTT"
    suffixes: ClassVar[tuple[str, ...]] = (".vtt", ".webvtt")
    mime_type: ClassVar[str] = "text/vtt"
    keeps = frozenset({"markup", "place", "speaker", "language"})

    def write(self, track: Track, *, title: str = "") -> str:
        """Return the file, with the language in its head as YouTube writes it."""
        heading = " ".join(printable(title).replace("-->", "").split())
        head = f"WEBVTT - {heading}\n" if heading else "WEBVTT\n"
        if _LANGUAGE.fullmatch(track.language) and track.language != "und":
            head += f"Kind: captions\nLanguage: {track.language}\n"
        return head + "".join(f"\n{number}\n{_written(cue)}" for number, cue in enumerate(track.cues, 1))

    def recognises(self, text: str) -> bool:
        """Whether the first line says so."""
        return _HEADER.fullmatch(text.lstrip().partition("\n")[0].rstrip()) is not None

    def read(self, text: str, *, language: str | None = None, rate: Fraction | None = None) -> Imported:
        """Read a file."""
        intake = Intake(rate or DEFAULT_RATE, language)
        lines = text.split("\n")
        blocks = find_blocks(lines, intake, any_label=True)
        regions: dict[str, Place] = {}
        top = lines[: blocks[0].first - 1 if blocks else None]
        title = _read_head(list(enumerate(top, 1)), intake, regions)
        for block in blocks:
            _read_cue(block, intake, regions)
        return intake.finish(self.name, title=title)


def _written(cue: Cue) -> str:
    start, end = write_clock(cue.start), write_clock(cue.end)
    text = write_tagged(printable_runs(cue.text), escape_vtt)
    text = fill_blank(fill_empty(text)).replace("\u00a0", "&nbsp;") + "\n" if text else ""
    voice = " ".join(printable(cue.speaker or "").split())
    if voice:
        text = f"<v {escape_vtt(voice)}>{text}" if text else f"<v {escape_vtt(voice)}></v>\n"
    return f"{start} --> {end}{SETTINGS[cue.place]}\n{text}"


def _read_head(lines: list[tuple[int, str]], intake: Intake, regions: dict[str, Place]) -> str:
    """Read what stands above the first cue; return the title."""
    first = next((place for place, (_, line) in enumerate(lines) if line.strip()), len(lines))
    header = lines[first][1].strip() if first < len(lines) else ""
    title = ""
    if _HEADER.fullmatch(header):
        title = header[6:].strip().removeprefix("-").strip()
        first += 1
    else:
        intake.warn(1, "The first line does not say WEBVTT.")
    end = next((n for n, (_, line) in enumerate(lines[first:], first) if not line.strip()), len(lines))
    for number, line in lines[first:end]:
        _read_metadata(number, line, intake)
    _read_others(lines[end:], intake, regions)
    return title


def _read_metadata(number: int, line: str, intake: Intake) -> None:
    key, colon, value = line.partition("=" if line.startswith("X-TIMESTAMP-MAP") else ":")
    if key.strip().lower() == "language" and _LANGUAGE.fullmatch(value.strip()):
        intake.say_language(value)
    elif key.strip() == "X-TIMESTAMP-MAP":
        message = f"The shift for streams, {shown(value)}, was not applied; shift the cues if they are late."
        intake.warn(number, message)
    elif not colon or key.strip().lower() != "kind":
        intake.warn(number, f"{shown(line)} in the file's head was left out.")


def _read_others(
    lines: list[tuple[int, str]], intake: Intake, regions: dict[str, Place]
) -> list[tuple[int, str]]:
    """Read blocks that are no cues; return the lines that belong to none of them."""
    left: list[tuple[int, str]] = []
    kind = ""
    inside: list[str] = []
    starts = True
    for number, line in [*lines, (0, "")]:
        if not line.strip():
            _end_block(kind, inside, regions)
            kind, inside, starts = "", [], True
            continue
        special = _SPECIAL.fullmatch(line.rstrip()) if starts else None
        starts = False
        if special:
            kind = special[1]
            intake.warn(number, f"{_SAID[kind]}.")
        inside.append(line)
        if not kind:
            left.append((number, line))
    return left


def _end_block(kind: str, lines: list[str], regions: dict[str, Place]) -> None:
    if kind == "REGION":
        values = {match[1]: match[2] for match in _ANCHOR.finditer("\n".join(lines))}
        percent = re.fullmatch(r"[\d.]{1,6}%,(\d{1,3}(?:\.\d{1,3})?)%", values.get("viewportanchor", ""))
        regions[values.get("id", "")] = place_of_percent(float(percent[1])) if percent else "bottom"


def _read_cue(block: Block, intake: Intake, regions: dict[str, Place]) -> None:
    place = read_settings(block.settings, block.line, intake, regions) if block.settings else "bottom"
    own = next((n for n, (_, line) in enumerate(block.text) if not line.strip(" \t")), len(block.text))
    text = block.text[:own]
    for number, line in _read_others(block.text[own:], intake, regions):
        intake.warn(number, f"{shown(line)} stands behind an empty line; it was added to the cue above it.")
        text.append((number, line))
    first = text[0][0] if text else block.line
    joined = "\n".join(unfill_empty([line.replace("&nbsp;", "\u00a0") for _, line in text]))
    read = VttText(joined, first, intake, start=block.start, end=block.end)
    intake.add(
        block.line, block.start, block.end, read.runs(), words=read.words, speaker=read.speaker, place=place
    )


format = WebVtt()  # noqa: A001 - the registry's attribute
