"""The gain of a sound at its samples: volume over time, fades, crossfades."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from cutroom.render.document.animated import value_at
from cutroom.render.sounds.envelope import Crossing, Envelope, find_crossings
from sound_gains import RATE, SOUND, curve, gains


def test_sound_envelope_of_a_plain_volume_is_one_number() -> None:
    assert Envelope(replace(SOUND, volume=0.25), RATE, Crossing()).gains(100, 50) == 0.25


def test_sound_envelope_fades_in_a_straight_line() -> None:
    made = gains(replace(SOUND, fade_in=Fraction(1, 2), fade_out=Fraction(1)))
    assert made[0] == 0
    assert made[12000] == pytest.approx(0.5)
    assert made[24000:48000] == pytest.approx(1)
    assert made[72000] == pytest.approx(0.5)
    assert made[-1] == pytest.approx(1 / 48000)


@pytest.mark.parametrize("easing", ["linear", "ease-in-out"])
def test_sound_envelope_follows_keyframes(easing: str) -> None:
    volume = curve(("1/7", 0.2), ("1", 1.5), ("3/2", 0), easing=easing)
    made = gains(replace(SOUND, volume=volume))
    for sample in [0, 6857, 6858, 10000, 20000, 47999, 48000, 60001, 71999, 72000, 95999]:
        assert made[sample] == pytest.approx(value_at(volume, Fraction(sample, RATE)), abs=1e-4)


def test_sound_envelope_never_turns_a_sound_around() -> None:
    assert gains(replace(SOUND, volume=-1.0)).min() == 0
    assert gains(replace(SOUND, volume=curve(("0", 1), ("1", -1)))).min() == 0


def test_sound_envelope_finds_crossfades() -> None:
    half = Fraction(1, 2)
    first = replace(SOUND, fade_out=half)
    second = replace(SOUND, start=Fraction(3, 2), fade_in=half)
    apart = replace(SOUND, start=Fraction(4), fade_in=half)
    assert find_crossings([first, second, apart]) == [
        Crossing(fades_out=True),
        Crossing(fades_in=True),
        Crossing(),
    ]


def test_sound_envelope_keeps_power_in_crossfades() -> None:
    out = gains(replace(SOUND, fade_out=Fraction(1, 2)), crossing=Crossing(fades_out=True))[72000:]
    into = gains(replace(SOUND, fade_in=Fraction(1, 2)), crossing=Crossing(fades_in=True))[:24000]
    assert out**2 + into**2 == pytest.approx(1)
