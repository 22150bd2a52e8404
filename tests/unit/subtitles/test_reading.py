from fractions import Fraction

import pytest

from cutroom.subtitles import markup
from cutroom.subtitles.reading import (
    characters_per_second,
    count_characters,
    count_words,
    words_per_minute,
)
from cutroom.subtitles.word import Word


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("", "en", 0),
        ("Hello, world.", "en", 13),
        ("<i>Hello</i>\n- <b>you</b>", "en", 10),
        ("<c>", "en", 3),
        ("e\u0301le\u0300ve", "fr", 5),
        ("élève", "fr", 5),
        ("\u200fשלום\u200e", "he", 4),  # noqa: RUF001 - Hebrew is what it is about
        ("שָׁלוֹם", "he", 4),
        ("नमस्ते", "hi", 4),
        ("สวัสดี", "th", 4),
        ("👩‍👩‍👧 👍🏽 🇩🇪🇫🇷", "en", 6),
        ("日本語", "ja", 3),
        ("ABC", "ja", Fraction(3, 2)),
        ("ｶﾞ", "ja", 1),
        ("한국어", "ko", 3),
        ("\u1112\u1161\u11ab", "ko", 1),
        ("日本", "en", 2),
        ("中文 2", "zh-Hans", 3),
        ("a\u200bb\u00adc\ufeff", "en", 3),
    ],
)
def test_counts_what_a_reader_sees(text, language, expected):
    assert count_characters(text, language) == expected


def test_speeds_have_no_value_for_no_time():
    assert characters_per_second("abcd", "en", Fraction(0)) is None
    assert words_per_minute("a b", "en", Fraction(-1)) is None
    assert characters_per_second("abcd", "en", Fraction(1, 3)) == 12
    assert words_per_minute("a <i>b</i>\nc", "en", Fraction(2)) == 90


def test_words_of_scripts_without_spaces_are_those_of_the_cue():
    words = tuple(
        Word(Fraction(n), Fraction(n), text, glued=True) for n, text in enumerate(("日本", "語", "は"))
    )
    assert count_words("日本語は", "ja", words) == 3
    assert count_words("日本語は", "ja") == 1
    assert count_words("one two", "en", words) == 2


def test_overlapping_tags_are_nested():
    assert markup.balance("<i>a<b>b</i>c</b></u>") == "<i>a<b>b</b></i><b>c</b>"
    assert markup.restyle("one\ntwo three", "one <i>two three</i>") == "one\n<i>two three</i>"
