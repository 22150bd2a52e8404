"""Words under edited text: what stays keeps its times."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutroom.subtitles.editing.edit_words import realign
from cutroom.subtitles.reading import visible
from cutroom.subtitles.word import Word, join_words

END = Fraction(20)


def _spoken(text: str) -> tuple[Word, ...]:
    """Return words of half a second, one a second; "+" glues one to the word before."""
    return tuple(
        Word(
            Fraction(n),
            n + Fraction(1, 2),
            part.removeprefix("+"),
            glued=part.startswith("+"),
            confidence=0.5,
        )
        for n, part in enumerate(text.split())
    )


def _shown(words: tuple[Word, ...]) -> list[tuple[str, float, float]]:
    return [
        (("+" if word.glued else "") + word.text, round(float(word.start), 3), round(float(word.end), 3))
        for word in words
    ]


def test_case_and_punctuation_change_no_times() -> None:
    words = realign(_spoken("hello my friend"), "Hello, <i>my</i>\nfriend!", Fraction(0), END)
    assert _shown(words) == [("Hello,", 0, 0.5), ("my", 1, 1.5), ("friend!", 2, 2.5)]
    assert all(word.confidence == 0.5 for word in words)


def test_a_replaced_word_takes_its_predecessors_time_and_is_no_guess() -> None:
    words = realign(_spoken("my dear friend"), "my fine old friend", Fraction(0), END)
    assert _shown(words) == [
        ("my", 0, 0.5),
        ("fine", 1, 1.286),
        ("old", 1.286, 1.5),
        ("friend", 2, 2.5),
    ]
    assert [word.confidence for word in words] == [0.5, None, None, 0.5]


def test_added_words_share_the_pause() -> None:
    words = realign(_spoken("a d"), "a bb c d e", Fraction(0), Fraction(2))
    assert _shown(words) == [
        ("a", 0, 0.5),
        ("bb", 0.5, 0.833),
        ("c", 0.833, 1),
        ("d", 1, 1.5),
        ("e", 1.5, 2),
    ]


def test_parts_of_a_word_stay_parts() -> None:
    old = _spoken("well +-known people")
    assert realign(old, "Well-known people", Fraction(0), END)[2] == old[2]
    assert _shown(realign(old, "some well-known people", Fraction(0), END))[1:3] == [
        ("well", 0, 0.5),
        ("+-known", 1, 1.5),
    ]


def test_a_space_parts_words_and_its_loss_glues_them() -> None:
    assert _shown(realign(_spoken("well +known"), "well known", Fraction(0), END)) == [
        ("well", 0, 0.5),
        ("known", 1, 1.5),
    ]
    assert _shown(realign(_spoken("can not"), "cannot", Fraction(0), END)) == [
        ("can", 0, 0.5),
        ("+not", 1, 1.5),
    ]


@pytest.mark.parametrize(
    ("old", "text", "expected"),
    [
        ("你 +好 +世 +界", "你好,\n大世界。", ["你", "+好,", "+大", "+世", "+界。"]),
        ("今日は +いい +天気", "今日はいい天気「です」", ["今日は", "+いい", "+天気", "+「で", "+す」"]),
        ("สวัสดี +ชาว +โลก", "สวัสดีคนโลก", ["สวัสดี", "+คน", "+โลก"]),
        ("the OpenAI +的 +模型", "the OpenAI的\n好模型", ["the", "OpenAI", "+的", "+好", "+模型"]),
    ],
)
def test_scripts_without_spaces_are_matched_by_character(old: str, text: str, expected: list[str]) -> None:
    assert [name for name, _, _ in _shown(realign(_spoken(old), text, Fraction(0), END))] == expected


def test_the_dash_of_a_second_speaker_is_no_word() -> None:
    old = _spoken("yes no")
    assert realign(old, "- yes\n- no", Fraction(0), END) == old
    assert [word.text for word in realign(old, "- yes\n- oh no", Fraction(0), END)] == ["yes", "oh", "no"]


def test_unknown_words_stay_unknown() -> None:
    assert realign((), "Some text", Fraction(0), END) == ()
    assert realign(_spoken("a"), "<i></i>", Fraction(0), END) == ()


TEXTS = st.lists(
    st.sampled_from(["a", "bb", "B,", "c-d", "你好", "นะ", "<i>", "</i>", "\n", "e"]), max_size=9
)


@given(old=TEXTS, new=TEXTS)
def test_the_words_spell_the_text_in_order_of_time(old: list[str], new: list[str]) -> None:
    spoken = realign(_spoken("a bb +x c"), " ".join(old), Fraction(0), END)
    text = " ".join(new)
    words = realign(spoken, text, Fraction(0), END)
    letters = "".join(join_words(words).split())
    assert letters == ("".join(visible(text).split()) if spoken else "")
    times = [time for word in words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert realign(words, text, Fraction(0), END) == words
