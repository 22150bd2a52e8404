"""No other end of a cue and no other break of its lines is better: each one is tried."""

from fractions import Fraction
from itertools import pairwise, product

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.subtitles.line_break import is_bad_break, wrap
from cutroom.subtitles.reading import count_characters, visible
from cutroom.subtitles.rules import read_preset
from cutroom.subtitles.timing import NEVER, Timing

NETFLIX = read_preset("netflix")
RATE = Fraction(10)


def timing(shots, seconds, **changes):
    rules = NETFLIX.with_changes(**changes)
    return Timing(rules, rules.speed_limit("en"), RATE, [shot / RATE for shot in shots], seconds)


@st.composite
def cases(draw):
    grid = timing(
        shots=draw(st.lists(st.integers(0, 60), max_size=3)),
        seconds=draw(st.sampled_from([None, Fraction(3), Fraction(5, 2)])),
        min_seconds=draw(st.sampled_from([None, Fraction(1, 2), Fraction(6, 5)])),
        max_seconds=draw(st.sampled_from([None, Fraction(2), Fraction(1)])),
        gap_frames=draw(st.integers(0, 3)),
        close_gap_seconds=draw(st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1)])),
        linger_seconds=draw(st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(2)])),
        shot_seconds=draw(st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1, 2)])),
    )
    first = draw(st.integers(0, 20))
    spoken = first + draw(st.integers(1, 25))
    following = draw(st.one_of(st.just(NEVER), st.integers(-1, 25).map(lambda more: spoken + more)))
    return grid, first, spoken, draw(st.integers(0, 30)), following


@given(cases())
@settings(max_examples=400)
def test_no_other_end_costs_less(case):
    grid, first, spoken, pace, following = case
    low, high = grid.bounds(first, spoken, following)
    ends = range(low, min(high, spoken + 100) + 1)
    cost, end = grid.best_end(first, spoken, pace, following)
    assert low <= end <= high
    assert cost == grid.cost(first, spoken, pace, following, end)
    assert cost == min(grid.cost(first, spoken, pace, following, each) for each in ends)
    assert cost >= grid.floor(first, pace, following)


TOKENS = st.lists(
    st.sampled_from(["a", "the", "house,", "of", "John", "Miller", "5", "km", "wonderful.", "<i>x", "y</i>"]),
    min_size=1,
    max_size=9,
)


def faults_of(lines, rules, language):
    shown = [visible(line) for line in lines]
    long = sum(count_characters(line, language) > rules.line_limit(language) for line in shown)
    bad = sum(bool(is_bad_break(one, two, language)) for one, two in pairwise(shown))
    return long + (len(lines) > rules.lines), bad


@given(TOKENS, st.integers(6, 24), st.integers(1, 3))
@settings(max_examples=100)
def test_no_other_lines_break_fewer_rules(tokens, limit, lines):
    rules = NETFLIX.with_changes(line_characters={"default": limit}, lines=lines)
    wrapped = wrap(" ".join(tokens), rules, "en")
    assert visible(wrapped).split() == visible(" ".join(tokens)).split()
    others = []
    for marks in product(" \n", repeat=len(tokens) - 1):
        text = "".join(token + mark for token, mark in zip(tokens, (*marks, ""), strict=True))
        others.append(faults_of(text.split("\n"), rules, "en"))
    assert faults_of(wrapped.split("\n"), rules, "en") == min(others)
    assert wrap(wrapped, rules, "en") == wrapped
