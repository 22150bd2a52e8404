from fractions import Fraction

import pytest

from cutroom.subtitles.cost import ERROR, WARNING, errors_of, warnings_of
from cutroom.subtitles.rules import read_preset
from cutroom.subtitles.timing import NEVER, Timing

NETFLIX = read_preset("netflix")


def timing(rate=24, shots=(), seconds=None, **changes):
    rules = NETFLIX.with_changes(**changes)
    return Timing(
        rules, rules.speed_limit("en"), Fraction(rate), [Fraction(shot, rate) for shot in shots], seconds
    )


@pytest.mark.parametrize(
    ("following", "expected"),
    [
        (NEVER, 60),  # half a second after the last word
        (200, 60),
        (72, 60),  # 12 frames of gap stay open
        (71, 69),  # 11 are closed
        (63, 61),
        (62, 60),
        (50, 48),
        (48, 46),  # the gap takes what it needs of the last word
    ],
)
def test_gaps_are_closed_or_left_open(following, expected):
    assert timing().best_end(24, 48, 12, following) == (
        timing().cost(24, 48, 12, following, expected),
        expected,
    )


def test_an_end_moves_to_the_shot_change():
    grid = timing(shots=[56])
    assert grid.best_end(24, 48, 12, NEVER)[1] == 54  # the gap before the cut
    assert timing(shots=[49]).best_end(24, 48, 12, NEVER)[1] == 61  # half a second behind it
    assert warnings_of(timing(shots=[49], seconds=Fraction(52, 24)).best_end(24, 48, 12, NEVER)[0]) == 1


def test_an_end_behind_one_shot_change_does_not_fall_before_the_next():
    none = {"min_seconds": None, "max_seconds": None, "gap_frames": 0}
    none |= dict.fromkeys(["close_gap_seconds", "linger_seconds"], Fraction(0))
    grid = timing(rate=10, shots=[0, 6, 12], shot_seconds=Fraction(1, 3), **none)
    assert grid.best_end(0, 1, 0, NEVER) == (200, 6)  # 4 frames behind a change is 2 before another
    assert grid.best_end(0, 7, 0, NEVER) == (200, 12)


def test_a_start_moves_onto_the_shot_change_or_away_from_it():
    assert [frame for frame, _ in timing(shots=[105]).starts(100, 0)] == [100, 93, 105]
    assert min(timing(shots=[105]).starts(100, 0), key=lambda start: start[1])[0] == 105
    assert min(timing(shots=[109]).starts(100, 0), key=lambda start: start[1])[0] == 97
    assert min(timing(shots=[109]).starts(100, 99), key=lambda start: start[1])[0] == 100
    assert timing(shots=[100, 200]).starts(100, 0) == [(100, 0)]
    assert timing().starts(100, 0) == [(100, 0)]


def test_words_and_characters_both_take_time():
    grid = timing(words_per_minute=Fraction(120))
    assert grid.pace(halves=80, words=1) == 48  # 40 characters at 20 per second
    assert grid.pace(halves=8, words=6) == 72
    assert timing(rate=Fraction(24000, 1001)).pace(halves=2 * 17, words=0) == 21


def test_costs_compare_in_the_order_of_what_matters():
    assert errors_of(3 * ERROR + 5 * WARNING + 77) == 3
    assert warnings_of(3 * ERROR + 5 * WARNING + 77) == 5


def test_a_start_behind_a_shot_change_moves_back_onto_it_but_no_further():
    assert [frame for frame, _ in timing(shots=[90]).starts(100, 0)] == [100, 90, 102]
    assert [frame for frame, _ in timing(shots=[99]).starts(100, 0)] == [100, 99]
    assert [frame for frame, _ in timing(shots=[90]).starts(100, 95)] == [100, 102]
