"""Beginnings of words: a pause inside a word is taken off its front, and nothing else moves."""

from fractions import Fraction

import numpy as np

from cutroom.engines.word_starts import settle
from cutroom.subtitles import Word

FRAME = Fraction(32, 1000)


def heard(*parts):
    """Return probabilities: (frames, probability) one after the other."""
    return np.concatenate([np.full(count, value, np.float32) for count, value in parts])


def word(start, end):
    return Word(Fraction(str(start)), Fraction(str(end)), "ask")


def test_a_pause_before_the_word_is_taken_off():
    (settled,) = settle([word(0, 2)], heard((40, 0.05), (60, 0.95)))
    assert settled.start == 40 * FRAME
    assert settled.end == 2


def test_the_last_pause_counts():
    (settled,) = settle([word(0, 2)], heard((10, 0.9), (10, 0.1), (10, 0.9), (10, 0.1), (60, 0.9)))
    assert settled.start == 40 * FRAME


def test_a_stop_consonant_is_no_pause():
    (settled,) = settle([word(0, 1)], heard((10, 0.9), (3, 0.1), (60, 0.9)))
    assert settled.start == 0


def test_short_words_and_words_of_silence_keep_what_they_need():
    (short,) = settle([word(0, 0.2)], heard((20, 0.0)))
    assert short.start == 0
    (silent,) = settle([word(0, 1)], heard((60, 0.0)))
    assert silent.end - silent.start >= Fraction(1, 10)
