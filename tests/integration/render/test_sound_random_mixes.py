"""Random timelines, mixed and compared with sums made in one piece."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cutroom.media import read_audio
from cutroom.render.document.template import Mastering
from cutroom.render.sound import Sound
from cutroom.render.sounds.envelope import find_crossings
from cutroom.render.sounds.mixing import mix
from cutroom.render.sources.media_item import MediaItem
from samples import RATE, Samples, noise, write_audio

LENGTHS = (RATE // 100, 30_011, 3 * RATE)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[MediaItem, Samples]]:
    folder = tmp_path_factory.mktemp("files")
    made: list[tuple[MediaItem, Samples]] = []
    for number, length in enumerate(LENGTHS):
        samples = noise(length / RATE, seed=number, channels=2)
        path = write_audio(folder / f"{number}.wav", samples, codec="pcm_f32le")
        made.append((MediaItem(path, str(number), "audio", seconds=Fraction(length, RATE)), samples))
    return made


seconds = st.fractions(0, 3, max_denominator=1001)


@st.composite
def timelines(draw: st.DrawFn) -> list[tuple[int, dict[str, object]]]:
    number = st.integers(0, len(LENGTHS) - 1)
    clip = st.fixed_dictionaries(
        {
            "start": seconds,
            "length": seconds,
            "trim": st.fractions(0, Fraction(1, 100), max_denominator=48000),
            "loop": st.booleans(),
            "volume": st.floats(0, 1),
            "fade_in": st.fractions(0, 1, max_denominator=7),
            "fade_out": st.fractions(0, 1, max_denominator=7),
        }
    )
    return draw(st.lists(st.tuples(number, clip), max_size=6))


def curve(shares: np.ndarray, *, is_equal_power: bool) -> np.ndarray:
    shares = np.clip(shares, 0, 1)
    return np.sqrt(3 * shares**2 - 2 * shares**3) if is_equal_power else shares


def expected(sounds: Sequence[tuple[Sound, Samples]], count: int) -> np.ndarray:
    total = np.zeros((2, count + 10 * RATE))
    crossings = find_crossings([sound for sound, _ in sounds])
    for (sound, samples), crossing in zip(sounds, crossings, strict=True):
        begin = round(sound.start * RATE)
        size = round((sound.start + sound.length) * RATE) - begin
        body = samples[:, round(sound.trim * RATE) :]
        if sound.loop and body.shape[1]:
            body = np.take(body, np.arange(size) % body.shape[1], axis=1)
        body = np.pad(body[:, :size], ((0, 0), (0, max(0, size - body.shape[1]))))
        place = np.arange(size)
        gain = np.full(size, float(sound.volume))
        if sound.fade_in:
            gain *= curve(place / float(sound.fade_in * RATE), is_equal_power=crossing.fades_in)
        if sound.fade_out:
            shares = (float(sound.length * RATE) - place) / float(sound.fade_out * RATE)
            gain *= curve(shares, is_equal_power=crossing.fades_out)
        total[:, begin : begin + size] += body * gain
    return total[:, :count]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(timeline=timelines(), length=st.fractions(0, 4, max_denominator=30))
def test_sound_random_mixes_are_the_sum_of_their_sounds(
    files: list[tuple[MediaItem, Samples]],
    tmp_path: Path,
    timeline: list[tuple[int, dict[str, object]]],
    length: Fraction,
) -> None:
    sounds = [(Sound(files[number][0], **clip), files[number][1]) for number, clip in timeline]
    made = mix(
        [sound for sound, _ in sounds], seconds=length, mastering=Mastering(), target=tmp_path / "mix.wav"
    )
    count = round(length * RATE)
    assert made.samples == count
    if not count:
        return
    with read_audio(made.path) as reader:
        found = np.concatenate(list(reader), axis=1)
    assert found.shape == (2, count)
    assert np.abs(found - expected(sounds, count)).max() < 1e-5
