"""Times of services, however wrong: every word gets a place, in the order it was said."""

from fractions import Fraction

import pytest

from cutroom.engines.word_times import SentWord, moment, put_in_order, share, spread


def sent(*times):
    return [SentWord(chr(ord("a") + number), start, end) for number, (start, end) in enumerate(times)]


def starts(ordered):
    return [float(word.start) for word in ordered.words]


def test_good_times_stay_to_the_microsecond():
    ordered = put_in_order(sent((0.5400000214576721, 0.8), (0.8, 1.18), (1.18, 1.3)), Fraction(2))
    assert [(word.start, word.end) for word in ordered.words] == [
        (Fraction("0.54"), Fraction("0.8")),
        (Fraction("0.8"), Fraction("1.18")),
        (Fraction("1.18"), Fraction("1.3")),
    ]
    assert (ordered.filled, ordered.dropped, ordered.is_nonsense) == (0, 0, False)


def test_one_word_far_off_does_not_take_the_others_along():
    ordered = put_in_order(sent((1, 2), (2, 3), (55, 56), (3, 4), (4, 5)), Fraction(60))
    assert starts(ordered) == [1, 2, 3, 3, 4]
    assert ordered.filled == 1


def test_missing_times_lie_between_the_neighbours():
    ordered = put_in_order(sent((1, 2), (None, None), ("3", "x"), (2.5, 3)), Fraction(9))
    assert starts(ordered) == sorted(starts(ordered))
    assert all(2 <= start <= 2.5 for start in starts(ordered)[1:3])
    assert ordered.filled == 2


def test_words_before_the_first_time_lie_close_to_it():
    ordered = put_in_order(sent((None, None), (10, 11)), Fraction(20))
    assert 9.8 < ordered.words[0].start < ordered.words[0].end == 10


def test_words_invented_behind_the_end_are_left_out():
    ordered = put_in_order(sent((0, 1), (1, 9), (9, 12)), Fraction(3))
    assert [word.text for word in ordered.words] == ["a", "b"]
    assert ordered.words[1].end == 3
    assert (ordered.dropped, ordered.is_nonsense) == (1, False)


def test_milliseconds_are_not_taken_for_seconds():
    assert put_in_order(sent((500, 800), (800, 1200), (1200, 1500)), Fraction(2)).is_nonsense


@pytest.mark.parametrize("value", [True, "1", None, [], {}, float("nan"), float("inf"), 1e300, 10**400])
def test_what_is_no_moment(value):
    assert moment(value) is None
    assert share(value) is None


def test_a_share_stays_in_its_bounds():
    assert (share(-1), share(0.25), share(7)) == (0, 0.25, 1)


def test_words_are_spread_by_their_length():
    assert spread(["a", "bcd"], Fraction(2), Fraction(4)) == [(2, Fraction(5, 2)), (Fraction(5, 2), 4)]
