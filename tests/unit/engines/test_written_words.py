"""Bare words and a written text become written words; no letter of either is lost."""

import pytest

from cutroom.engines.word_times import SentWord
from cutroom.engines.written_words import split_words, write_words
from cutroom.subtitles import Word, join_words


def timed(*texts):
    return [SentWord(text, number, number + 1) for number, text in enumerate(texts)]


def joined(words):
    return join_words(Word(0, 0, word.text, word.glued) for word in words)


@pytest.mark.parametrize(
    ("bare", "text"),
    [
        ("The beach on a hot day People were", "The beach, on a hot day. People were…"),
        ("I m here he said", '"I\'m here," he said.'),
        ("state of the art", "State-of-the-art!"),
        ("Qué pasó Nada", "¿Qué pasó? ¡Nada!"),
        ("Er sagte Halt jetzt", "Er sagte: „Halt“ ... jetzt."),
        ("It costs 3 50", "It costs $3.50."),
        ("mot suivant", "mot\u00a0! suivant"),
        ("STRASSE und weg", "Straße und weg"),
        ("नमस्ते दुनिया", "नमस्ते, दुनिया।"),
    ],
)
def test_punctuation_comes_back(bare, text):
    words = write_words(timed(*bare.split()), text)
    assert joined(words) == " ".join(text.split())
    assert [word.start for word in words] == list(range(len(bare.split())))


def test_scripts_without_spaces_are_glued():
    words = write_words(timed("我们", "今天", "去", "北京"), "我们今天,去「北京」。")
    assert [(word.text, word.glued) for word in words] == [
        ("我们", False),
        ("今天,", True),
        ("去", True),
        ("「北京」。", True),
    ]


def test_words_without_times_are_kept():
    words = write_words(timed("one", "four"), "One, two three, four five.")
    assert [(word.text, word.start) for word in words] == [
        ("One,", 0),
        ("two", None),
        ("three,", None),
        ("four", 1),
        ("five.", None),
    ]


def test_words_that_the_text_lacks_are_kept():
    words = write_words(timed("one", "ghost", "two"), "One. Two.")
    assert [(word.text, word.start) for word in words] == [("One.", 0), ("ghost", 1), ("Two.", 2)]


def test_marks_alone_make_no_word_and_no_gap():
    assert [word.text for word in write_words(timed("Well", "—", "no"), "Well — no")] == ["Well —", "no"]


def test_half_a_letter_is_no_word():
    assert [word.text for word in write_words(timed("s", "s"), "ß")] == ["s", "s", "ß"]


def test_a_text_without_times_is_split():
    assert [word.text for word in split_words(" Well, this is it. ")] == ["Well,", "this", "is", "it."]
    assert joined(split_words("我们去。")) == "我们去。"
    assert len(split_words("我们去。")) == 3
    assert split_words(" …  ") == []
