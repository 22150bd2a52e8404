"""Any text that we write, read by parsers that are not ours."""

import html
import io
import re
from fractions import Fraction
from xml.etree import ElementTree as ET

import pysubs2
import pytest
import webvtt
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cutroom.subtitles import Cue, Track, markup
from cutroom.subtitles.exporting import write_subtitles
from cutroom.subtitles.syntax.text_lines import printable

TT = "{http://www.w3.org/ns/ttml}"

TRICKS = [
    *(
        "&",
        "<",
        ">",
        "-->",
        "&amp;",
        "NOTE x",
        "WEBVTT",
        "1",
        "\n",
        "<i>",
        "</i>",
        "<b>",
        "</b>",
        "שלום",
        "\u200f",
        "你好",
        "a",
        "B",
    ),
    *(
        "00:00:01,000 --> 00:00:02,000",
        "0:00:01.000 --> 0:00:02.000",
        "👩‍👩‍👧",
        "'",
        '"',
        ",",
        "]]>",
        "<!--",
        "é",
        "x y",
        "\u3000",
    ),
]

texts = st.lists(st.sampled_from(TRICKS), min_size=1, max_size=8).map("".join)


def track_of(text, **fields):
    return Track(
        (Cue(Fraction(1), Fraction(2), text, **fields), Cue(Fraction(3), Fraction(4), "after")),
        "en",
        Fraction(25),
    )


def shown(text):
    """Return what a reader sees of a text, without spaces and signs that show nothing."""
    return re.sub(r"[\s\u2060\u00a0]+", "", printable(markup.strip(text)))


@pytest.mark.parametrize("name", ["srt", "vtt"])
@example(text="\n-->")
@example(text="1\n-->")
@example(text="\u3000\n00:00:01,000 --> 00:00:02,000")
@given(text=texts)
@settings(max_examples=25)
def test_no_line_of_text_ends_a_cue_or_begins_one(name, text):
    lines = write_subtitles(track_of(text), name).decode().split("\n")
    # Many readers take "-->" anywhere for a line of times, and any white space for an empty line.
    first, second = (number for number, line in enumerate(lines) if "-->" in line)
    written = "\n".join(lines[first + 1 : second - 2]).rstrip("\n")  # SubRip has an empty line for no text
    assert not written or all(line.strip() for line in written.split("\n"))
    assert lines[second - 2] == ""


@settings(max_examples=25)
@given(text=texts)
def test_srt_is_read_by_webvtt(text):
    written = write_subtitles(track_of(text), "srt").decode()
    cues = list(webvtt.from_buffer(io.StringIO(written), format="srt"))
    if not written.split("\n")[2]:  # that parser leaves out a cue without any line of text
        cues.insert(0, webvtt.Caption("00:00:01.000", "00:00:02.000", ""))
    assert [cue.start_in_seconds for cue in cues] == [1, 3]
    # That parser leaves tags in the text, as ours wrote them.
    plain = re.sub(r"</?[ibu]>", "", cues[0].raw_text)
    assert shown(markup.escape(plain)) == shown(text)
    assert cues[1].raw_text == "after"


@settings(max_examples=25)
@given(text=texts)
def test_srt_is_read_by_pysubs2(text):
    events = pysubs2.SSAFile.from_string(
        write_subtitles(track_of(text), "srt").decode(), format_="srt"
    ).events
    assert [(event.start, event.end) for event in events] == [(1000, 2000), (3000, 4000)]
    if "<" not in text and "{" not in text:
        assert shown(markup.escape(events[0].plaintext)) == shown(text)


@settings(max_examples=25)
@given(text=texts)
def test_vtt_is_read_by_webvtt(text):
    captions = list(
        webvtt.from_buffer(
            io.StringIO(write_subtitles(track_of(text, speaker="Ann & <Bob>"), "vtt").decode())
        )
    )
    assert [(caption.start, caption.end) for caption in captions] == [
        ("00:00:01.000", "00:00:02.000"),
        ("00:00:03.000", "00:00:04.000"),
    ]
    plain = re.sub(r"<[^>]*>", "", captions[0].raw_text)
    assert shown(markup.escape(html.unescape(plain))) == shown(text)
    assert captions[0].raw_text.startswith("<v Ann &amp; &lt;Bob&gt;>")


@settings(max_examples=25)
@given(text=texts)
def test_ass_is_read_by_pysubs2(text):
    events = pysubs2.SSAFile.from_string(
        write_subtitles(track_of(text, speaker="Ann"), "ass").decode(), format_="ass"
    ).events
    assert [(event.start, event.end) for event in events] == [(1000, 2000), (3000, 4000)]
    assert events[0].name == "Ann"
    assert shown(markup.escape(events[0].plaintext)) == shown(text)


@settings(max_examples=25)
@given(text=texts)
def test_ttml_is_read_by_a_parser_of_xml(text):
    root = ET.fromstring(write_subtitles(track_of(text), "ttml").decode().partition("\n")[2])
    first, second = root.iter(f"{TT}p")
    for line_break in first.iter(f"{TT}br"):
        line_break.text = "\n"
    assert shown(markup.escape("".join(first.itertext()))) == shown(text)
    assert (second.get("begin"), second.get("end")) == ("00:00:03.000", "00:00:04.000")
