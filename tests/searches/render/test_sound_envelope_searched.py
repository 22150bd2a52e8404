"""The gain of a sound asked for in blocks of any size."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.render.sounds.envelope import Crossing, Envelope
from sound_gains import RATE, SOUND, curve, gains


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 20_000), min_size=1, max_size=20))
def test_sound_envelope_does_not_depend_on_blocks(sizes: list[int]) -> None:
    volume = curve(("0.1", 0), ("0.3", 1), ("0.9", 0.5), easing="ease-in-out")
    sound = replace(SOUND, volume=volume, fade_in=Fraction(1, 3), fade_out=Fraction(2, 3))
    whole = gains(sound, sum(sizes))
    envelope, position = Envelope(sound, RATE, Crossing()), 0
    for size in sizes:
        part = envelope.gains(position, size)
        assert np.array_equal(np.broadcast_to(part, size), whole[position : position + size])
        position += size
