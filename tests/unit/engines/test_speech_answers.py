"""Whatever JSON a speech service answers: words in order within the sound, or an error of ours."""

from fractions import Fraction

from cutroom.engines.transcriber import Wish
from cutroom.engines.vendors.openai import OPENAI
from cutroom.engines.whisper_answer import make_prompt, read_answer


def test_a_short_prompt_and_its_terms_come_whole():
    made, notes = make_prompt(Wish("en", "A talk about  bees.", ("Apis mellifera", "Varroa", "Varroa")))
    assert (made, notes) == ("A talk about bees. Apis mellifera, Varroa.", ())


def test_a_second_is_a_second():
    answer = {"text": "a", "words": [{"word": "a", "start": 1, "end": 2}]}
    heard = read_answer(answer, Fraction(3), Wish(), OPENAI, "whisper-1")
    assert [(word.start, word.end) for word in heard.words] == [(1, 2)]
