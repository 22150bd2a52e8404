"""Placing of decoded samples: silence, overlap, jitter, jumps."""

from __future__ import annotations

import numpy as np
import pytest

from cutroom.media.resampling import Resampler
from cutroom.media.timeline import Placement, Timeline


def test_contiguous_frames_are_left_alone():
    timeline = Timeline(48000)
    assert [timeline.place(p, 1024) for p in (0, 1024, 2048)] == [Placement()] * 3
    assert timeline.position == 3072


def test_jitter_below_ten_milliseconds_moves_nothing():
    timeline = Timeline(48000)
    timeline.place(0, 1024)
    assert timeline.place(1024 + 479, 1024) == Placement()
    assert timeline.place(2048 - 479, 1024) == Placement()


def test_jitter_does_not_add_up():
    timeline = Timeline(48000)
    moved = sum(timeline.place(round(n * 1024 * 1.001), 1024).silence for n in range(4000))
    # 0.1 % slower clock over 85 s: 4,096 samples are missing, put in once 10 ms are due.
    assert 4096 - 480 <= moved <= 4096


def test_a_gap_becomes_silence():
    timeline = Timeline(48000)
    timeline.place(0, 1024)
    assert timeline.place(5000, 1024) == Placement(silence=5000 - 1024)
    assert timeline.position == 6024


def test_an_overlap_is_cut_and_a_repeated_frame_dropped():
    timeline = Timeline(48000)
    timeline.place(0, 4800)
    assert timeline.place(3800, 4800) == Placement(skip=1000)
    assert timeline.place(0, 1000) == Placement(skip=1000)
    assert timeline.position == 8600


def test_a_clock_that_leaps_back_is_followed_from_there():
    timeline = Timeline(48000)
    timeline.place(100 * 48000, 1000)
    position = timeline.position
    assert timeline.place(0, 1000).is_jump
    assert timeline.place(1000, 1000) == Placement()
    assert timeline.position == position + 2000


def test_a_leap_past_the_declared_end_makes_no_hours_of_silence():
    timeline = Timeline(48000, declared=10 * 48000)
    timeline.place(0, 1000)
    assert timeline.place(100_000 * 48000, 1000) == Placement(is_jump=True)
    assert timeline.position == 2000


def test_a_long_gap_inside_the_declared_length_is_kept():
    timeline = Timeline(48000, declared=4000 * 48000)
    timeline.place(0, 1000)
    assert timeline.place(3600 * 48000, 1000).silence == 3600 * 48000 - 1000


def test_frames_without_time_stamp_follow_the_last():
    timeline = Timeline(8000)
    timeline.place(0, 100)
    assert timeline.place(None, 100) == Placement()
    assert timeline.position == 200


@pytest.mark.parametrize(
    ("source", "target"), [(44100, 48000), (48000, 16000), (8000, 48000), (11025, 44100)]
)
@pytest.mark.parametrize("count", [1, 7, 1000, 44_099])
def test_resampling_has_the_exact_length(source: int, target: int, count: int):
    resampler = Resampler(source, target, 2)
    sound = np.random.default_rng(0).standard_normal((2, count)).astype(np.float32)
    parts = [resampler.push(sound[:, i : i + 997]) for i in range(0, count, 997)]
    made = sum(part.shape[1] for part in [*parts, resampler.finish()])
    assert abs(made - count * target / source) <= 0.5


def test_resampling_moves_nothing():
    rate, target = 44100, 48000
    time = np.arange(rate) / rate
    wave = lambda t: np.sin(2 * np.pi * 997 * t) * np.hanning(t.size)  # noqa: E731 - the same formula twice
    resampler = Resampler(rate, target, 1)
    sound = wave(time).astype(np.float32)[None]
    found = np.concatenate(
        [resampler.push(sound[:, :20_000]), resampler.push(sound[:, 20_000:]), resampler.finish()], 1
    )
    assert np.abs(found[0] - wave(np.arange(target) / target)).max() < 2e-4


def test_the_same_rate_passes_untouched():
    sound = np.random.default_rng(0).standard_normal((1, 100)).astype(np.float32)
    resampler = Resampler(48000, 48000, 1)
    assert resampler.push(sound) is sound
    assert resampler.finish().shape == (1, 0)
