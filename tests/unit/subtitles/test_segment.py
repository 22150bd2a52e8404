from dataclasses import replace
from fractions import Fraction

import pytest

from cutroom.subtitles.check import check
from cutroom.subtitles.cue import Track
from cutroom.subtitles.explain import explain
from cutroom.subtitles.rules import read_preset
from cutroom.subtitles.segment import segment
from cutroom.subtitles.word import Word

NETFLIX = read_preset("netflix")
RATES = [Fraction(24000, 1001), 24, 25, Fraction(30000, 1001), 30, 50, Fraction(60000, 1001), 60]


def said(text, *, seconds=0.3, pause=0.05, start=0.0, speaker=None):
    words = []
    at = Fraction(str(start))
    for token in text.split():
        end = at + Fraction(str(seconds))
        words.append(Word(at, end, token, speaker=speaker))
        at = end + Fraction(str(pause))
    return words


@pytest.mark.parametrize("rate", RATES)
def test_speech_of_a_common_pace_breaks_no_rule(rate):
    text = "I never thought that the answer would be so simple, but here we are. " * 8
    words = said(text, seconds=0.28, pause=0.04)
    cues = segment(words, NETFLIX, language="en", rate=Fraction(rate))
    assert check(Track(cues, "en", Fraction(rate)), NETFLIX) == []
    assert all(cue.text.endswith((",", ".")) for cue in cues)
    starts = [abs(cue.start - cue.words[0].start) * rate for cue in cues]
    ends = [max(0, cue.words[-1].end - cue.end) * rate for cue in cues]
    assert max(starts) < 2
    assert max(ends) < 4


def test_nothing_becomes_nothing():
    assert segment([], NETFLIX) == ()
    assert (
        segment([Word(Fraction(1), Fraction(2), "  "), Word(Fraction(1), Fraction(2), "<i></i>")], NETFLIX)
        == ()
    )


def test_markup_over_many_words_stays_on_each_of_them():
    words = said(
        "<i>I never thought that the answer would be so simple at all</i> but here we are with it",
        seconds=0.4,
    )
    cues = segment(words, NETFLIX, language="en")
    text = "\n".join(cue.text for cue in cues)
    assert text.startswith("<i>I never")
    assert all(cue.text.count("<i>") == cue.text.count("</i>") for cue in cues)
    assert "but" in text.rpartition("</i>")[2]


def test_two_speakers_share_a_cue_only_where_that_spares_an_error():
    fast = said("Yes.", seconds=0.1, speaker="1") + said("No.", start=0.12, seconds=0.9, speaker="2")
    cues = segment(fast, NETFLIX, language="en")
    assert [cue.text for cue in cues] == ["- Yes.\n- No."]
    assert cues[0].speaker is None
    slow = said("Yes.", seconds=1.5, speaker="1") + said("No.", start=2, seconds=1.5, speaker="2")
    assert [cue.text for cue in segment(slow, NETFLIX, language="en")] == ["Yes.", "No."]


@pytest.mark.parametrize(
    ("language", "tokens", "expected"),
    [
        ("ja", list("今日はとても良い天気ですね、散歩に行きましょうか。明日も晴れます。"), "今日は"),
        (
            "zh",
            [
                "我们",
                "今天",
                "下午",
                "要",
                "去",
                "北京",
                "大学",
                "参加",
                "一个",
                "非常",
                "重要",
                "的",
                "会议",
                "。",
            ],
            "我们",
        ),
        (
            "th",
            ["วันนี้", "ฉัน", "ไป", "ตลาด", "กับ", "พี่ชาย", "เพื่อ", "ซื้อ", "ขนมปัง", "และ", "ชีส", "และ", "ผลไม้", "สด"],
            "วันนี้",
        ),
    ],
)
def test_scripts_without_spaces_break_at_phrases(language, tokens, expected):
    words = [
        Word(Fraction(n, 2), Fraction(n, 2) + Fraction(2, 5), token, glued=n > 0)
        for n, token in enumerate(tokens)
    ]
    cues = segment(words, NETFLIX, language=language)
    assert "".join(cue.text for cue in cues).replace("\n", "") == "".join(tokens)
    assert cues[0].text.startswith(expected)
    assert check(Track(cues, language), NETFLIX) == []
    assert not any(line[0] in "、。的" for cue in cues for line in cue.text.split("\n"))


def test_right_to_left_lines_keep_their_direction():
    words = said("iPhone הוא טלפון שאני משתמש בו כל יום", seconds=0.4)
    cues = segment(words, NETFLIX, language="he")
    assert cues[0].text.startswith("\u200fiPhone")
    assert [token.strip("\u200f") for cue in cues for token in cue.text.split()] == [
        word.text for word in words
    ]


def test_what_cannot_be_mended_is_named_with_its_reason():
    words = said(
        "supercalifragilistic expialidocious extraordinarily incomprehensibilities", seconds=0.1, pause=0.0
    )
    words += said("and so on", seconds=0.4, start=0.41)
    rules = NETFLIX.with_changes(line_characters={"default": 18})
    track = Track(segment(words, rules, language="en", rate=Fraction(24)), "en", Fraction(24))
    left = check(track, rules)
    assert left
    reasons = {each.rule: explain(each, track, rules) for each in left if each.severity == "error"}
    assert all(reasons.values()), reasons
    assert "one word" in reasons["line-too-long"]


def test_progress_is_told():
    told = []
    segment(said("word " * 400), NETFLIX, language="en", progress=told.append)
    assert told[0] == 0
    assert told[-1] == 1
    assert told == sorted(told)


def test_cues_end_with_sentences_and_clauses():
    text = "He did not know. The train from New York had been late again, and the city was covered in snow."
    cues = segment(said(text, seconds=0.3), NETFLIX, language="en")
    assert [cue.text for cue in cues] == [
        "He did not know.",
        "The train from New York had been late\nagain, and the city was covered in snow.",
    ]


def test_a_long_pause_ends_a_cue():
    words = said("one two", seconds=0.5) + said("three four", seconds=0.5, start=4)
    assert [cue.text for cue in segment(words, NETFLIX, language="en")] == ["one two", "three four"]


def test_words_without_spaces_in_a_spaced_language_stay_one():
    glued = replace(said("n't", start=0.9)[0], glued=True)
    words = [*said("I do", seconds=0.4), glued, *said("know", start=1.3)]
    cues = segment(words, read_preset("social"), language="en")
    assert any("don't" in cue.text for cue in cues)
    endless = [replace(word, glued=True) for word in said("abcdefghij " * 60)]
    cues = segment(endless, NETFLIX, language="en")
    assert len(cues) > 10
    assert "".join(cue.text for cue in cues) == "abcdefghij" * 60
