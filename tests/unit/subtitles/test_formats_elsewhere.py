"""What we write, read by parsers that are not ours."""

import re
from fractions import Fraction
from xml.etree import ElementTree as ET

import pysubs2
import pytest

from cutroom.subtitles import Cue, Track, Word
from cutroom.subtitles.exporting import write_subtitles

NTSC = Fraction(24000, 1001)
XML = "{http://www.w3.org/XML/1998/namespace}"
TT = "{http://www.w3.org/ns/ttml}"
TTS = "{http://www.w3.org/ns/ttml#styling}"


def test_ttml_says_what_imsc_asks_for():
    track = Track((Cue(1 / NTSC, 2 / NTSC, "<i>a</i>\nb", place="top"),), "pt-BR", NTSC)
    root = ET.fromstring(write_subtitles(track, "ttml", title="T").decode().partition("\n")[2])
    parameter = "{http://www.w3.org/ns/ttml#parameter}"
    assert root.get(f"{XML}lang") == "pt-BR"
    assert root.get(f"{parameter}contentProfiles") == "http://www.w3.org/ns/ttml/profile/imsc1.1/text"
    assert (root.get(f"{parameter}frameRate"), root.get(f"{parameter}frameRateMultiplier")) == (
        "24",
        "1000 1001",
    )
    regions = {
        region.get(f"{XML}id"): region.get(f"{TTS}displayAlign") for region in root.iter(f"{TT}region")
    }
    assert regions == {"bottom": "after", "top": "before", "middle": "center"}
    (paragraph,) = root.iter(f"{TT}p")
    assert paragraph.get("region") == "top"
    assert (paragraph.get("begin"), paragraph.get("end")) == ("00:00:00.042", "00:00:00.083")
    assert paragraph[0].get(f"{TTS}fontStyle") == "italic"
    # A region of the body would hide the paragraphs that stand in others.
    assert root.find(f"{TT}body").get("region") is None


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (Fraction(25), 'ttp:frameRate="25" '),
        (Fraction(30000, 1001), 'ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001" '),
        (Fraction(60000, 1001), 'ttp:frameRate="60" ttp:frameRateMultiplier="1000 1001" '),
        (Fraction(25, 2), 'ttp:frameRate="12" ttp:frameRateMultiplier="25 24" '),
        (Fraction(1, 3), 'ttp:frameRate="1" ttp:frameRateMultiplier="1 3" '),
    ],
)
def test_ttml_says_the_frame_rate(rate, said):
    assert said in write_subtitles(Track((), "en", rate), "ttml").decode()


def test_karaoke_adds_no_drift():
    # 60 words of 1/3 s each: rounded one by one they would end 0.2 s early.
    words = tuple(Word(Fraction(n, 3), Fraction(n + 1, 3), f"w{n}") for n in range(60))
    track = Track((Cue(Fraction(0), Fraction(20), " ".join(word.text for word in words), words),))
    (event,) = pysubs2.SSAFile.from_string(write_subtitles(track, "ass").decode(), format_="ass").events
    now = 0
    for n, hundredths in enumerate(map(int, re.findall(r"\\k(\d+)", event.text))):
        assert abs(Fraction(now, 100) - Fraction(n, 3)) <= Fraction(1, 200)
        now += hundredths
    assert now == 2000
    assert event.plaintext == track.cues[0].text


def test_karaoke_waits_in_pauses_and_gives_way_to_changed_text():
    words = (Word(Fraction(2), Fraction(5, 2), "One"), Word(Fraction(3), Fraction(4), "two."))
    cue = Cue(Fraction(1), Fraction(4), "One <i>two.</i>", words)
    text = write_subtitles(Track((cue,)), "ass").decode()
    assert text.endswith(r",,{\k100}{\k50}One {\k50}{\k100}{\i1}two.{\i0}" + "\n")
    changed = Cue(cue.start, cue.end, "One three.", words)
    assert write_subtitles(Track((changed,)), "ass").decode().endswith(",,One three.\n")


def test_plain_text_has_paragraphs():
    def said(start, end, text, speaker=None):
        return Cue(Fraction(start), Fraction(end), text, speaker=speaker)

    track = Track(
        (
            said(0, 1, "This is\n<i>one</i>", "Ann"),
            said(1, 2, "sentence.", "Ann"),
            said(3, 4, "And another,", "Ann"),
            said(5, 6, "still she", "Ann"),
            said(9, 10, "Later", "Ann"),
            said(10, 11, "No", "Bob"),
            said(11, 12, "- Yes.\n- No."),
        ),
        "en",
    )
    paragraphs = [
        *("Talk", "Ann: This is one sentence.", "And another, still she", "Later"),
        *("Bob: No", "- Yes.", "- No."),
    ]
    assert write_subtitles(track, "txt", title="Talk").decode() == "\n\n".join(paragraphs) + "\n"
    chinese = Track((said(0, 1, "你好\n世界"), said(1, 2, "再见")), "zh")
    assert write_subtitles(chinese, "txt").decode() == "你好世界再见\n"
    korean = Track((said(0, 1, "안녕\n세계"),), "ko")
    assert write_subtitles(korean, "txt").decode() == "안녕 세계\n"
    assert write_subtitles(Track(()), "txt") == b""
