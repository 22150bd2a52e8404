"""The bytes that containers keep a cue in: SubRip and WebVTT text, and the styled text of MP4."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from cutroom.base.errors import Refused

TimedText = tuple[Fraction, Fraction, str]
"""Start and end in seconds, and lines in which `<i>`, `<b>`, `<u>` and their ends are markup."""

_TAG = re.compile(r"<(/?)([biu])>")
_JOINER = "\u2060"
"""WORD JOINER, which shows nothing: SubRip has no other way to write what looks like a tag and is none."""

_LIKE_TAG = re.compile(r"<(?=\s{0,3}/?\s{0,3}[a-zA-Z!])|&(?=#|[a-zA-Z]{2,8};)|\{(?=[\\/a-zA-Z])|\\(?=[Nnh])")
"""What FFmpeg and players read in SubRip as tags, entities, override tags, and breaks of lines."""

_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")
_FACES = {"b": 1, "i": 2, "u": 4}
"""Bits of a face (3GPP TS 26.245, 5.17.1.1)."""

_LONGEST = 0xFFFF
"""Bytes of a text in MP4: its length has two."""

_LONGEST_GAP = 3600
"""Seconds of one empty sample: durations of MP4 are signed 32-bit numbers to many readers."""

_WHITE = b"\xff\xff\xff\xff"
_FONT_SIZE = 18


@dataclass(frozen=True)
class TimedBytes:
    """What goes into a packet; times are in ticks of the stream."""

    start: int
    duration: int
    content: bytes


def subrip_packets(cues: Sequence[TimedText], tick: Fraction) -> Iterator[TimedBytes]:
    """Yield SubRip texts without numbers and times, as Matroska keeps them (S_TEXT/UTF8)."""
    for start, end, text in _on_grid(cues, tick):
        yield TimedBytes(start, end - start, _outside_tags(text, _part_tags).encode())


def webvtt_packets(cues: Sequence[TimedText], tick: Fraction) -> Iterator[TimedBytes]:
    """Yield WebVTT cue texts, with what would be taken for markup escaped."""
    for start, end, text in _on_grid(cues, tick):
        yield TimedBytes(start, end - start, _outside_tags(text, _escape).encode())


def _outside_tags(text: str, write: Callable[[str], str]) -> str:
    """Return a text with everything but its tags written another way."""
    parts: list[str] = []
    at = 0
    for tag in _TAG.finditer(text):
        parts += [write(text[at : tag.start()]), tag[0]]
        at = tag.end()
    return "".join([*parts, write(text[at:])])


def _part_tags(text: str) -> str:
    return _LIKE_TAG.sub(lambda found: found[0] + _JOINER, text)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def timed_text_packets(cues: Sequence[TimedText], tick: Fraction) -> Iterator[TimedBytes]:
    """Yield samples of 3GPP timed text that leave no gap: what MP4 and QuickTime keep.

    Samples of one track follow each other, so cues that overlap are shown as one text of all their lines
    while they do, and between cues stands an empty sample.
    """
    second = math.floor(1 / tick)
    position = 0
    for start, end, text in _flat(_on_grid(cues, tick)):
        while position < start:
            length = min(start - position, _LONGEST_GAP * second)
            yield TimedBytes(position, length, struct.pack(">H", 0))
            position += length
        yield TimedBytes(start, end - start, _sample(text))
        position = end


def _on_grid(cues: Sequence[TimedText], tick: Fraction) -> list[tuple[int, int, str]]:
    """Return cues in order, with times in ticks; what lasts no tick or shows nothing is left out.

    A blank line would end a cue in SubRip and WebVTT, so lines have none between them.
    """
    found: list[tuple[int, int, str]] = []
    for start, end, text in cues:
        first, last = (math.floor(max(time, Fraction(0)) / tick + Fraction(1, 2)) for time in (start, end))
        shown = _BLANK_LINES.sub("\n", text.replace("\r", "").replace("\0", "")).strip("\n")
        if last > first and _TAG.sub("", shown).strip():
            found.append((first, last, shown))
    return sorted(found, key=lambda cue: cue[:2])


def _flat(cues: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Yield stretches of time in which the same cues are shown, in the order they began."""
    borders = sorted({time for start, end, _ in cues for time in (start, end)})
    shown: list[tuple[int, int, str]] = []
    waiting = list(reversed(cues))
    for begin, end in pairwise(borders):
        shown = [cue for cue in shown if cue[1] > begin]
        while waiting and waiting[-1][0] <= begin:
            shown.append(waiting.pop())
        if shown:
            yield begin, end, "\n".join(_closed(text) for _, _, text in shown)


def _closed(text: str) -> str:
    """Return a text whose open tags are ended, so that they do not reach into the next one."""
    open_tags: list[str] = []
    for tag in _TAG.finditer(text):
        _turn(open_tags, tag[2], ends=bool(tag[1]))
    return text + "".join(f"</{name}>" for name in reversed(open_tags))


def _sample(text: str) -> bytes:
    """Return a text with its style records (3GPP TS 26.245, 5.17).

    Raises:
        Refused: With code `cue_too_long`.
    """
    plain: list[str] = []
    records: list[bytes] = []
    open_tags: list[str] = []
    count = at = 0
    for tag in [*_TAG.finditer(text), None]:
        piece = text[at : tag.start() if tag else len(text)]
        if piece and open_tags:
            face = sum(_FACES[name] for name in set(open_tags))
            records.append(_style(count, count + len(piece), face))
        plain.append(piece)
        count += len(piece)
        if tag:
            _turn(open_tags, tag[2], ends=bool(tag[1]))
            at = tag.end()
    content = "".join(plain).encode()
    if len(content) > _LONGEST:
        message = f"A cue has {len(content)} bytes of text; MP4 holds at most {_LONGEST}. Shorten it."
        raise Refused(message, code="cue_too_long")
    sample = struct.pack(">H", len(content)) + content
    if records:
        sample += struct.pack(">I4sH", 10 + 12 * len(records), b"styl", len(records)) + b"".join(records)
    return sample


def _turn(open_tags: list[str], name: str, *, ends: bool) -> None:
    if not ends:
        open_tags.append(name)
    elif name in open_tags:
        open_tags.remove(name)


def _style(start: int, end: int, face: int) -> bytes:
    """Return a style record: characters from `start` until before `end`, font 1, face, size, colour."""
    return struct.pack(">HHHBB", start, end, 1, face, _FONT_SIZE) + _WHITE


def timed_text_header(*, forced: bool) -> bytes:
    """Return the sample description of white centred text at the bottom (3GPP TS 26.245, 5.16)."""
    flags = 0xC0000000 if forced else 0  # Apple's bits: some samples are forced, all samples are forced
    font = b"Arial"
    table = struct.pack(">HHB", 1, 1, len(font)) + font
    return (
        struct.pack(">IbbI", flags, 1, -1, 0)  # centred, at the bottom, no background
        + struct.pack(">4H", 0, 0, 0, 0)  # the whole track's box
        + _style(0, 0, 0)
        + struct.pack(">I4s", 8 + len(table), b"ftab")
        + table
    )
