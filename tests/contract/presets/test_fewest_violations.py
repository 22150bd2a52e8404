"""No cut of the same words breaks fewer rules: every partition, time and line break is tried."""

from dataclasses import replace
from fractions import Fraction

from brute_force import count, fewest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.subtitles.frame_grid import FrameGrid
from cutroom.subtitles.reading import visible
from cutroom.subtitles.rules import preset_names, read_preset
from cutroom.subtitles.segment import segment
from cutroom.subtitles.word import Word
from cutroom.subtitles.word_order import in_order

NETFLIX = read_preset("netflix")
RATES = [Fraction(24000, 1001), 24, 25, Fraction(30000, 1001), 30, 50, Fraction(60000, 1001), 60]
# Few frames and short lines, so that every way to cut can be tried.
NARROW = replace(
    NETFLIX,
    line_characters={"default": 8},
    reading_speed={"default": Fraction(12)},
    min_seconds=Fraction(1, 2),
    max_seconds=Fraction(2),
    gap_frames=1,
    close_gap_seconds=Fraction(2, 5),
    linger_seconds=Fraction(1, 5),
    shot_seconds=Fraction(1, 5),
    shot_snap_seconds=Fraction(1, 10),
)


@st.composite
def few_words(draw):
    """Up to 5 words, 10 ms steps, as fast or slow as may be."""
    texts = draw(
        st.lists(
            st.sampled_from(["a", "the", "cat,", "sat.", "house", "Anna", "of", "5", "km", "longer"]),
            min_size=1,
            max_size=5,
        )
    )
    words, at = [], draw(st.integers(0, 30))
    for text in texts:
        length = draw(st.integers(1, 40))
        words.append(Word(Fraction(at, 100), Fraction(at + length, 100), text))
        at += length + draw(st.sampled_from([0, 0, 1, 10, 35, 70]))
    return words


@given(few_words(), st.sampled_from([Fraction(10), Fraction(12000, 1001)]), st.integers(1, 2))
@settings(max_examples=40, deadline=None)
def test_no_other_cut_breaks_fewer_rules(words, rate, lines):
    rules = NARROW.with_changes(lines=lines)
    cues = segment(words, rules, language="en", rate=rate)
    assert count(cues, rules, "en", rate) == fewest(words, rules, "en", rate)


@given(few_words(), st.lists(st.integers(0, 250), max_size=2))
@settings(max_examples=25, deadline=None)
def test_no_other_cut_breaks_fewer_rules_beside_shots(words, shots):
    words, rate = words[:3], Fraction(10)
    rules = NARROW.with_changes(max_seconds=Fraction(3, 2))
    changes = [Fraction(shot, 100) for shot in shots]
    cues = segment(words, rules, language="en", rate=rate, shots=changes)
    assert count(cues, rules, "en", rate, changes) == fewest(words, rules, "en", rate, changes)


@given(few_words(), st.integers(0, 100))
@settings(max_examples=20, deadline=None)
def test_no_other_cut_stays_less_after_the_end(words, more):
    words = words[:3]
    seconds = words[-1].end + Fraction(more, 100)
    cues = segment(words, NARROW, language="en", rate=Fraction(10), seconds=seconds)
    assert count(cues, NARROW, "en", Fraction(10), (), seconds) == fewest(
        words, NARROW, "en", Fraction(10), (), seconds
    )


@given(
    few_words(),
    st.sampled_from(RATES),
    st.sampled_from(preset_names()),
    st.lists(st.integers(0, 500), max_size=4),
)
@settings(max_examples=60, deadline=None)
def test_cues_are_in_order_on_the_grid_and_hold_every_word(words, rate, preset, shots):
    rate = Fraction(rate)
    cues = segment(
        words, read_preset(preset), language="en", rate=rate, shots=[Fraction(each, 100) for each in shots]
    )
    assert [word for cue in cues for word in cue.words] == in_order(words)
    assert [token for cue in cues for token in visible(cue.text).split()] == [word.text for word in words]
    grid = FrameGrid(rate)
    assert all(grid.seconds(grid.nearest(time)) == time for cue in cues for time in (cue.start, cue.end))
    assert all(cue.start < cue.end for cue in cues)
    assert list(cues) == sorted(cues, key=lambda cue: cue.start)
