"""One suite over every subtitle format there is: what it writes it reads again."""

import re
import unicodedata
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.base.errors import Refused
from cutroom.subtitles import Cue, Track, Word, markup
from cutroom.subtitles.exporting import write_subtitles
from cutroom.subtitles.format import FORMATS
from cutroom.subtitles.importing import read_subtitles
from cutroom.subtitles.syntax.text_lines import printable

NAMES = FORMATS.names()
BOTH = [name for name in NAMES if FORMATS.load(name).can_read and FORMATS.load(name).can_write]
RATES = [
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(50),
    Fraction(60000, 1001),
]
# What formats take for more than text, and scripts of all directions.
TRICKS = [
    *(
        "<i>",
        "</i>",
        "<b>",
        "</b>",
        "<u>",
        "</u>",
        "<",
        ">",
        "&",
        "&amp;",
        "&lt;",
        "-->",
        "->",
        "→",
        "--",
        "{",
        "}",
        "\\",
        "\\N",
        "\\n",
    ),
    *(
        "{\\an8}",
        "{\\i1}",
        "{b}",
        "</v>",
        "<v Bob>",
        "<c.red>",
        "<br>",
        "<br/>",
        "]]>",
        "<!--",
        "<font color=red>",
        "\n",
        "\n\n",
        " ",
    ),
    *(
        "00:00:01,000 --> 00:00:02,000",
        "0:00:01.000 → 0:00:02.000",
        "12",
        "NOTE",
        "STYLE",
        "WEBVTT",
        "Dialogue: 0,0:00:00.00,",
        "- A",
        "a",
        "Ж",
    ),
    *(
        "שלום",
        "\u200f",
        "\u202b",
        "你好",
        "👩‍👩‍👧",
        "é",
        "e\u0301",
        "'",
        '"',
        ",",
        ";",
        ":",
        "=",
        "#",
        "%",
        "\u3000",
        "m 0 0 l 1 1",
    ),
]
texts = st.lists(
    st.sampled_from(TRICKS) | st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=4), max_size=8
).map("".join)
speakers = st.none() | st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=8
)


@st.composite
def tracks(draw):
    rate = draw(st.sampled_from(RATES))
    frame = 0
    cues = []
    for _ in range(draw(st.integers(0, 4))):
        start = frame + draw(st.integers(0, 200))
        frame = start + draw(st.integers(1, 200))
        cues.append(
            Cue(
                start / rate,
                frame / rate,
                draw(texts),
                (),
                draw(speakers),
                draw(st.sampled_from(["bottom", "top", "middle"])),
            )
        )
    return Track(tuple(cues), draw(st.sampled_from(["und", "en", "pt-BR", "zh-Hant"])), rate)


def normal(track, form):
    """Return what a format promises to keep of a track."""
    cues = []
    name = form.name
    for cue in track.cues:
        text = cue.text.replace("\u2060", "").replace("\u00a0", " ")
        text = printable(markup.strip(text))
        if name != "json":
            text = "\n".join(line.strip(" ") for line in text.split("\n"))
        styled = [
            (c, run.styles)
            for run in markup.parse(printable(cue.text))
            for c in run.text
            if not c.isspace() and c != "\u2060"
        ]
        speaker = " ".join(printable(cue.speaker or "").split()) or None
        if speaker and form.name == "ass":
            speaker = speaker.replace(",", ";")
        cues.append(
            (
                cue.start,
                cue.end,
                text,
                styled if "markup" in form.keeps else None,
                speaker if "speaker" in form.keeps else None,
                cue.place if "place" in form.keeps else None,
            )
        )
    return cues


@pytest.mark.parametrize("name", NAMES)
def test_it_says_who_it_is(name):
    form = FORMATS.load(name)
    assert form.name == name
    assert form.title
    assert all(re.fullmatch(r"\.[a-z0-9]+", suffix) for suffix in form.suffixes)
    assert form.suffixes
    assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", form.mime_type)
    assert form.can_read or form.can_write


@pytest.mark.parametrize("name", NAMES)
def test_what_it_cannot_do_is_refused(name):
    form = FORMATS.load(name)
    if not form.can_read:
        with pytest.raises(Refused) as caught:
            form.read("x")
        assert caught.value.code_word == "unreadable_format"


@pytest.mark.parametrize("name", BOTH)
@settings(max_examples=60)
@given(track=tracks())
def test_what_it_writes_it_reads_again(name, track):
    form = FORMATS.load(name)
    content = write_subtitles(track, name, title="A & <title>")
    back = (
        read_subtitles(content, f"x{form.suffixes[0]}", rate=track.rate)
        if track.cues or name != "srt"
        else None
    )
    if back is None:
        return
    assert back.format == name
    assert normal(back.track, form) == normal(track, form)
    assert back.faults == () or not track.cues
    if "language" in form.keeps:
        assert back.track.language == track.language


@pytest.mark.parametrize("name", BOTH)
def test_writing_twice_changes_nothing(name):
    track = Track(
        (
            Cue(
                Fraction(1001, 24000),
                Fraction(5005, 24000),
                "<i>One</i>\n\n two <b>three",
                speaker="A",
                place="top",
            ),
            Cue(Fraction(1), Fraction(2), " & < > \\N {x} -->", place="middle"),
        ),
        "en",
        Fraction(24000, 1001),
    )
    first = write_subtitles(track, name)
    again = write_subtitles(read_subtitles(first, rate=track.rate).track, name)
    assert again == first


@pytest.mark.parametrize("name", NAMES)
def test_times_are_rounded_each_by_itself(name):
    form = FORMATS.load(name)
    if not (form.can_read and form.can_write):
        return
    rate = Fraction(30000, 1001)
    cues = tuple(Cue(n / rate, (n + 1) / rate, str(n)) for n in range(0, 100_000, 997))
    back = form.read(form.write(Track(cues, "en", rate)), rate=rate).track.cues
    assert all(
        abs(cue.start - read.start) * 2 <= form.resolution for cue, read in zip(cues, back, strict=True)
    )
    assert all(abs(cue.end - read.end) * 2 <= form.resolution for cue, read in zip(cues, back, strict=True))


@pytest.mark.parametrize("name", [name for name in NAMES if FORMATS.load(name).can_write])
@given(
    cues=st.lists(
        st.builds(Cue, st.fractions(-5, 10**6), st.fractions(-5, 10**6), st.text(max_size=30)), max_size=3
    )
)
@settings(max_examples=30)
def test_anything_can_be_written(name, cues):
    content = write_subtitles(Track(tuple(cues)), name)
    text = content.decode("utf-8")
    assert not any(unicodedata.category(character) == "Cc" and character != "\n" for character in text)


@pytest.mark.parametrize("name", [name for name in BOTH if "words" in FORMATS.load(name).keeps])
def test_words_come_back_with_their_times(name):
    words = (
        Word(Fraction(1), Fraction(3, 2), "One,"),
        Word(Fraction(3, 2), Fraction(2), "<two>"),
        Word(Fraction(9, 4), Fraction(3), "three"),
    )
    track = Track((Cue(Fraction(1), Fraction(3), "One, <two>\n<i>three</i>", words),), "en", Fraction(24))
    back = read_subtitles(write_subtitles(track, name), rate=track.rate).track.cues[0].words
    assert [word.text for word in back] == [word.text for word in words]
    assert all(abs(a.start - b.start) <= Fraction(1, 100) for a, b in zip(words, back, strict=True))
    assert replace(track).cues[0].words == words
