"""Files that were made to hurt, in every format: they take no time and are read or refused."""

import random
import time
from contextlib import suppress
from fractions import Fraction

import pytest

from cutroom.base.errors import Refused
from cutroom.subtitles import Cue, Track, Word
from cutroom.subtitles.exporting import write_subtitles
from cutroom.subtitles.importing import read_subtitles

HEAD = "1\n00:00:01,000 --> 00:00:02,000\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n"
ASS = "[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,,,0,0,0,,"


@pytest.mark.parametrize(
    "bomb",
    [
        *(
            HEAD + piece * 20_000
            for piece in ("<i>", "</i>", "<i>a</i>b", "<", "< ", "<a ", "{", "{\\", "{\\an8}", "&#", "&amp;")
        ),
        *(piece * 10_000 + ">\n" + HEAD for piece in ("1", "1:", " ", "-", "- ", "0:0:1,0 - ")),
        *("--> " * 10_000 + HEAD, "a" * 10_000 + "-->" + "b" * 10_000),
        *(VTT + piece * 10_000 for piece in ("<v ", "<c.a", ".a", "<00:01.500>a ", "&")),
        *(VTT.replace("2.000", "2.000 " + piece * 10_000) for piece in ("a:", "line:", "1", "%")),
        *(ASS + piece * 10_000 for piece in ("{\\t(", "{\\k1}x", "\\N", "{}", "\\\\")),
        ASS + "{" + "\\t((" * 10_000 + "}",
        "<tt>" + "&nbsp;" * 10_000,
        "<tt><body><div><p>" + "<span begin='1s' end='2s'>x</span>" * 5000,
    ],
    ids=lambda bomb: repr(bomb[-12:]),
)
def test_markup_bombs_take_no_time(bomb):
    began = time.process_time()
    with suppress(Refused):
        read_subtitles(bomb.encode())
    # The slowest takes 0.5 s; what grows with the square of 10,000 would take minutes.
    assert time.process_time() - began < 10


def damaged(rng, content):
    pieces = [
        b"-->",
        b"\n",
        b"\r",
        b"\0",
        b"<",
        b">",
        b"&",
        b"{\\",
        b"}",
        b":",
        b",",
        b"9" * 30,
        b"-",
        b"\xff\xfe",
        b"<i>",
        b"&#x110000;",
    ]
    pieces += [
        b"\\k9999999",
        b"1e999",
        b"NaN",
        b"[",
        b"\xc3",
        b"\x1b$B",
        b"line:",
        b"%",
        b'begin="',
        "\u2192".encode(),
        "\u0663".encode(),
    ]
    content = bytearray(content)
    for _ in range(rng.randint(1, 12)):
        at = rng.randrange(len(content) + 1)
        kind = rng.random()
        if kind < 0.5:
            content[at:at] = rng.choice(pieces)
        elif kind < 0.7:
            del content[at : at + rng.randint(1, 20)]
        elif kind < 0.9:
            content[at : at + 1] = bytes([rng.randrange(256)])
        else:
            content[at:at] = content[: rng.randint(1, 60)]
    return bytes(content)


@pytest.mark.parametrize("name", ["srt", "vtt", "ass", "ttml", "json"])
def test_damaged_files_are_read_or_refused(name):
    words = (Word(Fraction(1), Fraction(3, 2), "Hello"), Word(Fraction(3, 2), Fraction(2), "<you>"))
    track = Track(
        (
            Cue(Fraction(1), Fraction(3), "Hello <i><you></i>", words, speaker="A"),
            Cue(Fraction(4), Fraction(5), "a\n\nb & {\\an8}", place="top"),
            Cue(Fraction(5), Fraction(6), "שלום 你好", place="middle"),
        ),
        "he",
        Fraction(24000, 1001),
    )
    whole = write_subtitles(track, name)
    rng = random.Random(random.random())  # seeded by the run, which prints its seed
    for content in [whole, whole.decode().encode("utf-16")] * 60:
        harmed = damaged(rng, content)
        try:
            imported = read_subtitles(harmed, f"a.{name}", rate=track.rate)
        except Refused:
            continue
        assert len(imported.lines) == len(imported.track.cues)
        if imported.track.cues:
            again = read_subtitles(write_subtitles(imported.track, name))
            assert len(again.track.cues) == len(imported.track.cues), harmed
