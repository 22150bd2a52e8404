"""Any words said and any text written of them: no letter of either is lost."""

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.engines.word_times import SentWord
from cutroom.engines.written_words import write_words

LETTERS = st.text(st.sampled_from("aAbß1 .,!?-'\"¿「」(我們ป่าي́\u00a0\n"), max_size=30)


@settings(max_examples=50)
@given(st.lists(LETTERS.filter(str.strip), max_size=8), LETTERS)
def test_nothing_said_is_lost(bare, text):
    timed = [SentWord(word, number, number + 1) for number, word in enumerate(bare)]
    words = write_words(timed, text)
    assert all(word.text.strip() == word.text != "" for word in words)
    got = only_letters("".join(word.text for word in words))
    for letter in set(only_letters(text)):
        assert got.count(letter) >= only_letters(text).count(letter)
    starts = [word.start for word in words if word.start is not None]
    assert starts == sorted(starts)
    assert len(starts) == sum(bool(only_letters(each)) for each in bare)


def only_letters(text):
    return "".join(each for each in text if unicodedata.category(each)[0] in "LMN")
