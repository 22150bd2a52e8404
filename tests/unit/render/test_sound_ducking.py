"""Room made for speech: how deep, how early, how long."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cutroom.render.sounds.ducking import Ducking

RATE = 4800
FRAME = RATE // 100


def gains(activity: NDArray[np.bool_], depth: float = 12) -> NDArray[np.float64]:
    """Return decibels at every sample."""
    linear = Ducking(activity, depth, RATE).gains(0, activity.size * RATE // 100)
    return 20 * np.log10(linear.astype(np.float64))


def spoken(count: int, *stretches: tuple[int, int]) -> NDArray[np.bool_]:
    activity = np.zeros(count, np.bool_)
    for first, last in stretches:
        activity[first:last] = True
    return activity


def test_sound_ducking_is_deep_while_somebody_speaks() -> None:
    decibels = gains(spoken(1000, (400, 600)))
    assert decibels[400 * FRAME : 600 * FRAME] == pytest.approx(-12, abs=0.05)
    assert decibels[: 370 * FRAME] == pytest.approx(0, abs=0.001)
    assert decibels[760 * FRAME :] == pytest.approx(0, abs=0.001)


def test_sound_ducking_has_begun_before_the_first_word() -> None:
    decibels = gains(spoken(1000, (400, 600)))
    assert decibels[376 * FRAME] > -0.5
    assert decibels[388 * FRAME] == pytest.approx(-6, abs=1.5)
    assert np.all(np.diff(decibels[375 * FRAME : 400 * FRAME]) <= 1e-6)


def test_sound_ducking_stays_down_between_sentences() -> None:
    decibels = gains(spoken(1000, (300, 400), (480, 600)))
    assert decibels[300 * FRAME : 600 * FRAME].max() < -11


def test_sound_ducking_rises_in_long_pauses() -> None:
    decibels = gains(spoken(2000, (300, 400), (900, 1000)))
    assert decibels[400 * FRAME : 900 * FRAME].max() > -0.01


@settings(max_examples=25, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=400), st.floats(0.5, 40))
def test_sound_ducking_never_jumps(activity: list[bool], depth: float) -> None:
    decibels = gains(np.array(activity), depth)
    assert np.all(decibels <= 1e-6)
    assert np.all(decibels >= -depth - 1e-3)
    # The steepest slope of a smooth step over a quarter of a second is 1.5 times its mean slope.
    assert np.abs(np.diff(decibels)).max(initial=0) < 2.2 * depth / (0.25 * RATE)


def test_sound_ducking_does_not_depend_on_blocks() -> None:
    ducking = Ducking(spoken(300, (50, 60), (200, 260)), 10, RATE)
    whole = ducking.gains(0, 14400)
    parts = [ducking.gains(begin, 100) for begin in range(0, 14400, 100)]
    assert np.array_equal(whole, np.concatenate(parts))
