import pytest

from cutroom.subtitles.language import read_language
from cutroom.subtitles.line_break import is_bad_break, wrap
from cutroom.subtitles.rules import read_preset

NETFLIX = read_preset("netflix")


@pytest.mark.parametrize(
    ("before", "after", "language"),
    [
        ("in the", "house", "en"),
        ("he went to", "Rome", "en"),
        ("I", "know", "en"),
        ("we don't", "know", "en"),
        ("Mr.", "Smith", "en"),
        ("Dr", "Who", "en"),
        ("about 5", "km, then", "en"),
        ("$3.5", "million", "en"),
        ("20", "%", "en"),
        ("my friend John", "Miller said", "en"),
        ("“the", "house”", "en"),
        ("<i>the</i>", "<i>house</i>", "en"),
        ("auf der", "Straße", "de"),
        ("ich habe nicht", "geschlafen", "de"),
        ("Herr", "Müller", "de"),
        ("dans la", "maison", "fr"),
        ("en el", "parque", "es"),
        ("nella", "casa", "it"),
        ("o meu", "carro", "pt-BR"),
        ("op de", "tafel", "nl"),
        ("nie", "wiem", "pl"),
        ("в", "доме", "ru"),
        ("på", "bordet", "sv"),
        ("في", "البيت", "ar"),
        ("\u200fשל", "הבית", "he"),
        ("घर", "में रहता", "hi"),
        ("할", "수 있다", "ko"),
        ("5", "km", "xx"),
    ],
)
def test_what_belongs_together_is_not_parted(before, after, language):
    assert is_bad_break(before, after, language)


@pytest.mark.parametrize(
    ("before", "after", "language"),
    [
        ("the house", "of", "en"),
        ("I know that,", "but", "en"),
        ("the", "", "en"),
        ("", "the", "en"),
        ("Then", "Mary", "en"),
        ("in.", "The", "en"),
        ("“the”", "house", "en"),
        ("Is it the", "- No", "en"),
        ("את", "-הבית", "he"),
        ("את", "\u200f-הבית", "he"),
        ("את", "<i>\u200f- the</i>", "he"),
        ("Haus", "Garten", "de"),
        ("5,", "km", "en"),
        ("天", "气", "zh"),
        ("the", "house", "xx"),
    ],
)
def test_other_breaks_are_good(before, after, language):
    assert is_bad_break(before, after, language) is None


def test_words_of_any_length_and_any_tags_take_little_memory():
    assert is_bad_break("the " + "x" * 1000, "y" * 1000, "en") is None
    assert is_bad_break("x " * 1000 + "the", "house", "en")
    assert read_language.cache_info().maxsize is not None


def test_the_reason_names_the_words():
    assert is_bad_break("in the", "house", "en") == "“the” is an article that belongs to “house”"


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Hello\nthere", "en", "Hello there"),
        ("  \n ", "en", ""),
        ("- Yes.\n- No.", "en", "- Yes.\n- No."),
        (
            "I never thought the answer would be so simple, but here we are.",
            "en",
            "I never thought the answer\nwould be so simple, but here we are.",
        ),
        (
            "You have to go to the house <i>of my grandmother Mary Miller</i> today.",
            "en",
            "You have to go to the house\n<i>of my grandmother Mary Miller</i> today.",
        ),
        ("今日はとても\nいい天気ですね、散歩に行こう", "ja", "今日はとてもいい\n天気ですね、散歩に行こう"),
    ],
)
def test_lines_end_where_a_reader_would_pause(text, language, expected):
    assert wrap(text, NETFLIX, language) == expected


def test_what_fits_nowhere_is_filled_line_by_line():
    lines = wrap("word " * 60, NETFLIX, "en").split("\n")
    assert len(lines) == 8
    assert max(map(len, lines)) <= 42
    assert wrap("word " * 2000, NETFLIX, "en").split("\n")[0] == "word word word word word word word word"
    assert wrap("x" * 90 + " and so on", NETFLIX, "en").split("\n")[0].startswith("x" * 90)


def test_right_to_left_lines_get_their_mark_once():
    text = "iPhone הוא טלפון שאני משתמש בו כל יום כדי לדבר עם אמא שלי"
    wrapped = wrap(text, NETFLIX, "he")
    assert wrapped.startswith("\u200fiPhone")
    assert wrap(wrapped, NETFLIX, "he") == wrapped
    assert wrap("אמא iPhone", NETFLIX, "he") == "אמא iPhone"
    assert wrap("iPhone", NETFLIX, "en") == "iPhone"
