"""WebVTT, ASS, TTML and JSON of the wild: what is read all the same, and what is said about it."""

import json
from fractions import Fraction

import pytest

from cutroom.base.errors import Refused
from cutroom.subtitles.importing import read_subtitles

NTSC = 'ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001"'
FILM = 'ttp:frameRate="24" ttp:frameRateMultiplier="1000 1001"'


def read(text, name="", **options):
    return read_subtitles(text.encode(), name, **options)


def messages(imported):
    return [(fault.line, fault.message) for fault in imported.faults]


VTT = "WEBVTT\n\n00:01.000 --> 00:02.000{settings}\n{text}\n"


@pytest.mark.parametrize(
    ("text", "expected", "faults"),
    [
        ("<v Ann>Hi</v>", "Hi", 0),
        ("<c>a</c> <c.red.bg_blue>b</c>", "a b", 1),
        ("<i.loud>a</i>", "<i>a</i>", 1),
        ("<lang en>a</lang>", "a", 1),
        ("<ruby>漢<rt>kan</rt></ruby>", "漢(kan)", 0),
        ("&lt;b&gt; &amp;amp; &nbsp;x &lrm;&rlm; &eacute;", "<<i></i>b> &amp; \u00a0x \u200e\u200f é", 0),
        ("a & b < c", "a & b < c", 0),
        ("<Laughs> a", "<Laughs> a", 1),
        ("a</i>", "a", 1),
        ("<b>x", "<b>x</b>", 0),
        ("NOTE in a text", "NOTE in a text", 0),
    ],
)
def test_vtt_tags(text, expected, faults):
    imported = read(VTT.format(settings="", text=text))
    assert imported.track.cues[0].text == expected
    assert len(imported.faults) == faults


@pytest.mark.parametrize(
    ("settings", "place", "faults"),
    [
        ("", "bottom", 0),
        (" line:0", "top", 0),
        (" line:-1", "bottom", 0),
        (" line:50%", "middle", 0),
        (" line:90%,end align:center position:50% size:100%", "bottom", 0),
        (" line:10% align:start position:10%", "top", 1),
        (" align:middle", "bottom", 0),
        (" vertical:rl", "bottom", 1),
        (" nonsense", "bottom", 1),
    ],
)
def test_vtt_settings(settings, place, faults):
    imported = read(VTT.format(settings=settings, text="a"))
    assert imported.track.cues[0].place == place
    assert len(imported.faults) == faults


def test_vtt_blocks_that_are_no_cues():
    text = (
        "WEBVTT - Film\nKind: captions\nLanguage: pt_BR\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000\n\n"
        "STYLE\n::cue { color: red }\n\nREGION\nid:up\nviewportanchor:0%,0%\n\nNOTE first\nmore\n\n"
        "intro --\n00:01.000 --> 00:02.000 region:up\n<v Ann>One\n\nNOTE between\n\n"
        "100:00:03.000 --> 100:00:04.000\nTwo\n\nlost line\n"
    )
    imported = read(text)
    one, two = imported.track.cues
    assert (one.text, one.speaker, one.place) == ("One", "Ann", "top")
    assert (two.text, two.start) == ("Two\nlost line", 360003)
    assert imported.track.language == "pt-BR"
    assert imported.title == "Film"
    assert [line for line, _ in messages(imported)] == [4, 6, 9, 13, 20, 25]
    assert "shift for streams" in imported.faults[0].message


def test_vtt_words_of_automatic_captions():
    imported = read(
        VTT.format(
            settings=" align:start position:0%", text="so<00:01.250><c> what</c><00:01.500><c> now then</c>"
        )
    )
    (cue,) = imported.track.cues
    assert cue.text == "so what now then"
    assert [(word.text, float(word.start), float(word.end)) for word in cue.words] == [
        ("so", 1.0, 1.25),
        ("what", 1.25, 1.5),
        ("now", 1.5, 1.5 + 0.5 * 3 / 7),
        ("then", 1.5 + 0.5 * 3 / 7, 2.0),
    ]


def test_vtt_without_its_first_line_is_known_by_its_name():
    imported = read("00:01.000 --> 00:02.000\n<v Ann>One</v>\n", "a.vtt")
    assert (imported.track.cues[0].text, imported.track.cues[0].speaker) == ("One", "Ann")
    assert imported.format == "vtt"
    assert messages(imported) == [(1, "The first line does not say WEBVTT.")]


ASS = (
    "[Script Info]\n; made by hand\nTitle: Film\nPlayResY: 1000\n\n"
    "[V4+ Styles]\nFormat: Name, Italic, Alignment\n"
    "Style: Default,0,2\nStyle: Sign,-1,8\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
)


@pytest.mark.parametrize(
    ("text", "expected", "place"),
    [
        ("Hello, you\\Nthere\\hnow", "Hello, you\nthere\u00a0now", "bottom"),
        ("{\\i1}a{\\i0}b{\\b1}c{\\b0}{\\b700}d", "<i>a</i>b<b>cd</b>", "bottom"),
        ("{\\an8}a", "a", "top"),
        ("{\\pos(500,480)}a", "a", "middle"),
        ("{\\move(1,100,2,200)}a", "a", "top"),
        ("{a comment}a", "a", "bottom"),
        ("{\\fnArial\\fs20\\c&HFF&\\t(0,100,\\fscx(5))}a{\\r}b", "ab", "bottom"),
        ("{\\p1}m 0 0 l 1 1{\\p0}a", "a", "bottom"),
        ("\\{a\\} \\\u2060N", "{a} \\N", "bottom"),
        ("{unclosed a", "{unclosed a", "bottom"),
    ],
)
def test_ass_texts(text, expected, place):
    imported = read(ASS + f"Dialogue: 0,0:00:01.00,0:00:02.50,Default,Ann,0,0,0,,{text}\n")
    (cue,) = imported.track.cues
    assert (cue.text, cue.place, cue.speaker, float(cue.end)) == (expected, place, "Ann", 2.5)
    assert imported.title == "Film"


def test_ass_lines_that_are_no_cues_are_said():
    imported = read(
        ASS
        + "Comment: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,not shown\n"
        + "Dialogue: 0,0:00:09.00,0:00:10.00,Sign,,0,0,0,,late\n"
        + "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\p1}m 0 0 l 1 1\n"
        + "Dialogue: 0,0:0x:01.00,0:00:02.00,Default,,0,0,0,,half\n"
        + "Dialogue: too,few\n"
        + "what is this\n"
        + "\n[Fonts]\nfontname: a.ttf\n!!!!\n"
    )
    assert [(cue.text, cue.place) for cue in imported.track.cues] == [
        ("half", "bottom"),
        ("few", "bottom"),
        ("<i>late</i>", "top"),
    ]
    assert [line for line, _ in messages(imported) if line > 12] == [13, 15, 16, 16, 17, 17, 17, 18, 20]


def test_older_substation_alpha():
    text = (
        "[Script Info]\nScriptType: v4.00\n\n[V4 Styles]\nFormat: Name, Italic, Alignment\n"
        "Style: *Default,0,6\n\n[Events]\n"
        "Format: Marked, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        "Dialogue: Marked=0,0:00:01.00,0:00:02.00,*Default,,0000,0000,0000,,Hi, you\n"
    )
    (cue,) = read(text).track.cues
    assert (cue.text, cue.place, cue.start) == ("Hi, you", "top", 1)


def test_karaoke_syllables_become_words():
    text = (
        ASS
        + "Dialogue: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,,{\\k20}Ka{\\kf30}ra {\\k10}{\\k40}o{\\ko20}ke\n"
    )
    words = read(text).track.cues[0].words
    assert [(word.text, float(word.start), float(word.end)) for word in words] == [
        ("Kara", 1.0, 1.5),
        ("oke", 1.6, 2.2),
    ]


TTML = (
    '<?xml version="1.0" encoding="utf-8"?>\n<tt:tt xmlns:tt="http://www.w3.org/ns/ttml" '
    'xmlns:tts="http://www.w3.org/ns/ttml#styling" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" '
    '{root} xml:lang="de">\n<tt:head><tt:styling>'
    '<tt:style xml:id="s1" tts:fontStyle="italic"/><tt:style xml:id="s2" style="s1"/></tt:styling>'
    '<tt:layout><tt:region xml:id="up" tts:origin="10% 10%" tts:extent="80% 20%" tts:displayAlign="before"/>'
    '<tt:region xml:id="low"><tt:style tts:displayAlign="after"/></tt:region></tt:layout></tt:head>\n'
    "<tt:body>{body}</tt:body></tt:tt>"
)


def timed(body, root=""):
    return read(TTML.format(body=body, root=root))


@pytest.mark.parametrize(
    ("times", "root", "start", "end"),
    [
        ('begin="00:00:01.5" end="00:00:02.25"', "", Fraction(3, 2), Fraction(9, 4)),
        ('begin="1.5s" dur="750ms"', "", Fraction(3, 2), Fraction(9, 4)),
        ('begin="1m" end="0.5h"', "", 60, 1800),
        ('begin="36f" end="48f"', 'ttp:frameRate="24"', Fraction(3, 2), 2),
        (
            'begin="24f" end="48f"',
            FILM,
            Fraction(1001, 1000),
            Fraction(1001, 500),
        ),
        (
            'begin="24f" end="48f"',
            'ttp:frameRate="24" ttp:frameRateMultiplier="1000:1001"',
            Fraction(1001, 1000),
            Fraction(1001, 500),
        ),
        ('begin="00:00:01:12" end="00:00:02:00"', 'ttp:frameRate="24"', Fraction(3, 2), 2),
        ('begin="15000000t" end="20000000t"', 'ttp:tickRate="10000000"', Fraction(3, 2), 2),
        (
            'begin="00:01:00:02" end="00:10:00:00"',
            f'ttp:timeBase="smpte" {NTSC} ttp:dropMode="dropNTSC"',
            1800 * Fraction(1001, 30000),
            17982 * Fraction(1001, 30000),
        ),
        (
            'begin="00:00:01:00" end="00:00:02:00"',
            f'ttp:timeBase="smpte" {NTSC}',
            Fraction(1001, 1000),
            Fraction(1001, 500),
        ),
        ('begin="1.5" end="0:0:2,25"', "", Fraction(3, 2), Fraction(9, 4)),
    ],
)
def test_ttml_times(times, root, start, end):
    (cue,) = timed(f"<tt:div><tt:p {times}>a</tt:p></tt:div>", root).track.cues
    assert (cue.start, cue.end) == (start, end)


def test_ttml_nested_times_and_places():
    imported = timed(
        '<tt:div begin="10s" region="up">'
        '<tt:p begin="1s" end="2s">in <tt:span style="s2">div</tt:span></tt:p></tt:div>'
        '<tt:div timeContainer="seq"><tt:p dur="1s" region="low">a</tt:p>'
        '<tt:p begin="1s" dur="2s">b<tt:br/>c</tt:p></tt:div>'
        '<tt:div><tt:p>\n  <tt:span begin="20s" end="21s">x</tt:span>\n  '
        '<tt:span begin="21s" end="22s">y</tt:span></tt:p></tt:div>'
    )
    assert [(float(cue.start), float(cue.end), cue.text, cue.place) for cue in imported.track.cues] == [
        (0.0, 1.0, "a", "bottom"),
        (2.0, 4.0, "b\nc", "bottom"),
        (11.0, 12.0, "in <i>div</i>", "top"),
        (20.0, 21.0, "x", "bottom"),
        (21.0, 22.0, "y", "bottom"),
    ]
    assert imported.faults == ()
    assert imported.track.language == "de"


def test_ttml_spans_with_times_inside_a_timed_paragraph_are_words():
    (cue,) = timed(
        '<tt:div><tt:p begin="1s" end="3s"><tt:span begin="0s" end="1s">One</tt:span> '
        '<tt:span begin="1s">two</tt:span></tt:p></tt:div>'
    ).track.cues
    assert cue.text == "One two"
    assert [(word.text, word.start, word.end) for word in cue.words] == [("One", 1, 2), ("two", 2, 3)]


def test_ttml_that_breaks_off_is_read_up_to_there():
    text = TTML.format(
        root="", body='<tt:div><tt:p begin="1s" end="2s">a &amp; b&nbsp;c</tt:p>\n<tt:p begin="3s" en'
    )
    imported = read(text[: text.index("en</tt:body>")])
    assert [cue.text for cue in imported.track.cues] == ["a & b\u00a0c"]
    assert [(fault.line, fault.severity) for fault in imported.faults] == [(4, "warning"), (5, "error")]


def test_ttml_pictures_and_cues_without_end_are_said():
    imported = timed(
        '<tt:div xmlns:smpte="http://www.smpte-ra.org/schemas/2052-1/2010/smpte-tt" '
        'smpte:backgroundImage="#a"/>'
        '<tt:div>stray<tt:p begin="1s">a</tt:p><tt:p begin="x" end="2s">b</tt:p></tt:div>'
    )
    assert [(cue.text, cue.start, cue.end) for cue in imported.track.cues] == [("b", 0, 2), ("a", 1, 1)]
    assert [fault.severity for fault in imported.faults[:4]] == ["error"] * 4


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE tt [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    "<tt><body><div><p>&b;</p></div></body></tt>"
)
OUTSIDE = (
    '<!DOCTYPE tt [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    '<tt><body><div><p begin="1s" end="2s">&a;</p></div></body></tt>'
)


@pytest.mark.parametrize(
    "text",
    [BOMB, OUTSIDE, BOMB.replace("<!ENTITY b", "<!ENTITY % b"), "<tt>" + "<div>" * 101, "<html><tt/></html>"],
)
def test_ttml_bombs_are_refused(text):
    with pytest.raises(Refused) as caught:
        read(text, "a.ttml")
    assert caught.value.code_word == "broken_subtitles"


def test_json_of_others():
    contract = {
        "success": True,
        "data": {"outputData": {"subtitles": [{"startTime": 1.5, "endTime": 2, "text": "a"}]}},
    }
    for value in (
        contract["data"]["outputData"],
        contract["data"]["outputData"]["subtitles"],
        contract["data"],
    ):
        (cue,) = read(json.dumps(value)).track.cues
        assert (cue.start, cue.end, cue.text) == (Fraction(3, 2), 2, "a")
    whisper = {
        "language": "en",
        "segments": [
            {
                "start": 0.0,
                "end": 1.25,
                "text": " Hi <b>",
                "words": [{"word": " Hi", "start": 0.1, "end": 0.5, "probability": 0.9}],
            }
        ],
    }
    imported = read(json.dumps(whisper))
    (cue,) = imported.track.cues
    assert (cue.text, cue.words[0].text, cue.words[0].confidence) == ("Hi <b>", "Hi", 0.9)
    assert imported.track.language == "en"


def test_json_cues_that_cannot_be_read_are_named():
    cues = [
        {"startTime": 0, "endTime": 1, "text": "a"},
        {"startTime": "x", "endTime": 1, "text": "b"},
        5,
        {"text": "c"},
    ]
    imported = read(json.dumps({"subtitles": cues}))
    assert [cue.text for cue in imported.track.cues] == ["a"]
    assert [fault.message.partition(" was")[0] for fault in imported.faults] == ["Cue 2", "Cue 3", "Cue 4"]


@pytest.mark.parametrize(
    "text",
    [
        '{"subtitles": [',
        '{"subtitles": 5}',
        '{"subtitles":' * 100_000,
        '{"subtitles": [{"startTime": ' + "9" * 5000 + "}]}",
    ],
)
def test_broken_json_is_refused(text):
    with pytest.raises(Refused) as caught:
        read(text)
    assert caught.value.code_word == "broken_subtitles"
