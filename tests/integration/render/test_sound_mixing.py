"""Sounds mixed from real files: every sample in its place, at its level."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cutroom.base.errors import BrokenMedia, Refused
from cutroom.media import read_audio
from cutroom.render.document.animated import Keyframe, Keyframes
from cutroom.render.document.template import Mastering
from cutroom.render.sound import Sound
from cutroom.render.sounds.mixing import Mixed, mix
from cutroom.render.sources.media_item import MediaItem, MediaKind
from samples import RATE, Samples, noise, silence, speech, tone, write_audio, write_video

QUIET = 2**-23


def item(path: Path, *, kind: MediaKind = "audio", seconds: Fraction | None = None) -> MediaItem:
    return MediaItem(path, "0" * 64, kind, seconds=seconds, has_audio=True)


def save(folder: Path, samples: Samples, name: str = "sound.wav", rate: int = RATE) -> MediaItem:
    path = write_audio(folder / name, samples, codec="pcm_f32le", rate=rate)
    return item(path, seconds=Fraction(samples.shape[1], rate))


def play(item: MediaItem, start: str | int = 0, length: str | int = 1) -> Sound:
    return Sound(item, Fraction(start), Fraction(length))


def mixed(
    folder: Path, *sounds: Sound, seconds: str | int = 2, mastering: Mastering | None = None
) -> tuple[Samples, Mixed]:
    made = mix(
        sounds, seconds=Fraction(seconds), mastering=mastering or Mastering(), target=folder / "mix.flac"
    )
    with read_audio(made.path) as reader:
        samples = np.concatenate([np.zeros((2, 0), np.float32), *reader], axis=1)
    assert samples.shape == (2, made.samples)
    return samples, made


def click(at: int, count: int) -> Samples:
    samples = np.zeros((2, count), np.float32)
    samples[:, at] = 0.5
    return samples


@pytest.mark.parametrize("start", ["0", "1/3", "0.5", "1001/30000", "1.2345678"])
def test_sound_mixing_puts_clicks_on_their_samples(tmp_path: Path, start: str) -> None:
    source = save(tmp_path, click(100, RATE))
    samples, _ = mixed(tmp_path, play(source, start))
    assert np.flatnonzero(samples[0]).tolist() == [round(Fraction(start) * RATE) + 100]
    assert samples[0].max() == pytest.approx(0.5, abs=QUIET)


@pytest.mark.parametrize("trim", ["0", "1/3", "0.25", "7/24000"])
def test_sound_mixing_trims_to_the_sample(tmp_path: Path, trim: str) -> None:
    source = save(tmp_path, noise(2, channels=2))
    samples, _ = mixed(tmp_path, replace(play(source, "1/2"), trim=Fraction(trim)))
    with read_audio(source.path) as reader:
        original = np.concatenate(list(reader), axis=1)
    first = round(Fraction(trim) * RATE)
    assert np.abs(samples[:, RATE // 2 : 3 * RATE // 2] - original[:, first : first + RATE]).max() < QUIET
    assert not samples[:, : RATE // 2].any()
    assert not samples[:, 3 * RATE // 2 :].any()


def test_sound_mixing_is_silent_behind_a_file(tmp_path: Path) -> None:
    samples, _ = mixed(tmp_path, play(save(tmp_path, tone(0.5)), 0, 2))
    assert samples[:, : RATE // 2].any()
    assert not samples[:, RATE // 2 :].any()


def test_sound_mixing_is_silent_where_trim_is_behind_the_sound(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", tone(1.0, channels=2), seconds=4)
    film = item(path, kind="video", seconds=Fraction(4))
    samples, made = mixed(tmp_path, replace(play(film), trim=Fraction(3)))
    assert not samples.any()
    assert made.peak is None


def test_sound_mixing_plays_one_channel_on_both_sides(tmp_path: Path) -> None:
    samples, _ = mixed(tmp_path, play(save(tmp_path, tone(1.0, level=-6))))
    assert np.array_equal(samples[0], samples[1])
    assert np.abs(samples).max() == pytest.approx(10 ** (-6 / 20), abs=1e-4)


def test_sound_mixing_brings_surround_to_stereo(tmp_path: Path) -> None:
    channels = np.zeros((6, RATE), np.float32)
    channels[2] = tone(1.0, hertz=1000, level=-20)[0]
    channels[3] = tone(1.0, hertz=50, level=-6)[0]
    samples, _ = mixed(tmp_path, play(save(tmp_path, channels)))
    assert np.abs(samples[:, :RATE] - channels[2] * np.float32(2**-0.5)).max() < 1e-5


def test_sound_mixing_adds_and_scales(tmp_path: Path) -> None:
    first, second = (
        save(tmp_path, tone(1.0, hertz=440), "a.wav"),
        save(tmp_path, tone(1.0, hertz=700), "b.wav"),
    )
    samples, _ = mixed(tmp_path, replace(play(first), volume=0.5), replace(play(second, "1/2"), volume=2.0))
    expected = np.zeros(2 * RATE, np.float32)
    expected[:RATE] = tone(1.0, hertz=440)[0] * 0.5
    expected[RATE // 2 : 3 * RATE // 2] += tone(1.0, hertz=700)[0] * 2
    assert np.abs(samples[0] - expected).max() < 2 * QUIET


def test_sound_mixing_follows_fades_and_keyframes(tmp_path: Path) -> None:
    ones = np.full((2, 2 * RATE), 0.5, np.float32)
    volume = Keyframes[float](
        keyframes=(
            Keyframe[float](time=Fraction(1, 2), value=1.0),
            Keyframe[float](time=Fraction(3, 2), value=0.0),
        )
    )
    sound = replace(play(save(tmp_path, ones), 0, 2), volume=volume, fade_in=Fraction(1, 4))
    samples, _ = mixed(tmp_path, sound)
    time = np.arange(2 * RATE) / RATE
    expected = 0.5 * np.clip(time / 0.25, 0, 1) * np.interp(time, [0.5, 1.5], [1, 0])
    assert np.abs(samples[0] - expected).max() < 2 * QUIET


def test_sound_mixing_keeps_power_in_a_crossfade(tmp_path: Path) -> None:
    a, b = save(tmp_path, noise(1, seed=1), "a.wav"), save(tmp_path, noise(1, seed=2), "b.wav")
    half = Fraction(1, 2)
    samples, _ = mixed(tmp_path, replace(play(a), fade_out=half), replace(play(b, "1/2"), fade_in=half))
    levels = 20 * np.log10([np.std(part) for part in np.split(samples[0, : 3 * RATE // 2], 15)])
    assert np.abs(levels + 30).max() < 0.3


@pytest.mark.parametrize(("samples", "seconds"), [(1, 2), (999, 2), (RATE // 7, 3), (31 * RATE, 63)])
def test_sound_mixing_loops_without_a_gap(tmp_path: Path, samples: int, seconds: int) -> None:
    body = noise(samples / RATE, channels=2)
    source = save(tmp_path, body)
    looped, _ = mixed(tmp_path, replace(play(source, 0, seconds), loop=True), seconds=seconds)
    expected = np.take(body, np.arange(seconds * RATE) % samples, axis=1)
    assert np.abs(looped - expected).max() < QUIET


def test_sound_mixing_loops_with_the_film(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", noise(0.9, channels=2), audio_codec="flac", seconds=1)
    period = Fraction(30030, 30000)
    film = item(path, kind="video", seconds=period)
    samples, _ = mixed(tmp_path, replace(play(film, 0, 10), loop=True), seconds=10)
    once = samples[:, : round(0.9 * RATE)]
    for number in range(1, 9):
        begin = -(-number * period * RATE // 1)
        assert np.array_equal(samples[:, begin : begin + once.shape[1]], once)
        assert not samples[:, begin - 4000 : begin].any()


def test_sound_mixing_converts_rates_without_a_shift(tmp_path: Path) -> None:
    source = save(tmp_path, tone(1.0, rate=44100), rate=44100)
    samples, _ = mixed(tmp_path, play(source, "1/2"))
    expected = tone(1.0)[0]
    assert np.abs(samples[0, RATE // 2 + 500 : RATE + 20000] - expected[500 : RATE // 2 + 20000]).max() < 1e-4


def test_sound_mixing_holds_peaks_that_would_clip(tmp_path: Path) -> None:
    loud = save(tmp_path, tone(1.0, level=-1))
    samples, made = mixed(tmp_path, play(loud), play(loud))
    assert made.note
    assert made.peak == pytest.approx(-1, abs=0.2)
    assert np.abs(samples).max() <= 10 ** (-0.95 / 20)


@pytest.mark.parametrize("target", [-14.0, -23.0])
def test_sound_mixing_reaches_its_loudness(tmp_path: Path, target: float) -> None:
    source = save(tmp_path, noise(5, channels=2, level=-20))
    _, made = mixed(tmp_path, play(source, 0, 5), seconds=5, mastering=Mastering(loudness=target))
    assert made.loudness == pytest.approx(target, abs=0.3)
    assert made.peak is not None
    assert made.peak <= -0.95
    assert [path.name for path in tmp_path.iterdir() if "scratch" in path.name] == []


def test_sound_mixing_leaves_silence_alone(tmp_path: Path) -> None:
    samples, made = mixed(
        tmp_path, play(save(tmp_path, silence(1))), mastering=Mastering(loudness=-16), seconds=1
    )
    assert not samples.any()
    assert made.loudness is None
    assert made.note


def test_sound_mixing_gives_the_same_bytes_again(tmp_path: Path) -> None:
    source = save(tmp_path, noise(2, channels=2))
    sounds = [play(source, "1/3"), replace(play(source, "1/5", 2), loop=True, trim=Fraction(1, 7))]
    made = [
        mix(
            sounds,
            seconds=Fraction(2),
            mastering=Mastering(loudness=-16),
            target=tmp_path / f"{number}.flac",
        ).path.read_bytes()
        for number in range(2)
    ]
    assert made[0] == made[1]


def test_sound_mixing_names_the_file_it_cannot_read(tmp_path: Path) -> None:
    path = tmp_path / "broken.wav"
    path.write_bytes(b"no sound at all")
    with pytest.raises(BrokenMedia) as caught:
        mixed(tmp_path, play(item(path)))
    assert caught.value.details is not None
    assert caught.value.details["file"] == "broken.wav"
    with pytest.raises(BrokenMedia, match=r"clip at \$\.tracks\[0\]\.clips\[2\]: The file is not") as caught:
        mixed(tmp_path, replace(play(item(path)), path="$.tracks[0].clips[2]"))
    assert caught.value.code_word == "not_media"


def test_sound_mixing_refuses_crowds(tmp_path: Path) -> None:
    source = save(tmp_path, tone(0.1))
    with pytest.raises(Refused) as caught:
        mixed(tmp_path, *[play(source)] * 257)
    assert caught.value.code_word == "too_many_sounds"


def test_sound_mixing_tells_its_progress(tmp_path: Path) -> None:
    shares: list[float] = []
    mix(
        [play(save(tmp_path, noise(1)), 0, 4)],
        seconds=Fraction(4),
        mastering=Mastering(loudness=-16),
        target=tmp_path / "mix.wav",
        progress=shares.append,
    )
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(shares) >= 8


def levels(samples: Samples) -> np.ndarray:
    """Return dBFS per tenth of a second."""
    parts = samples[0].reshape(-1, RATE // 10).astype(np.float64)
    return 10 * np.log10((parts**2).mean(axis=1) + 1e-12)


@pytest.mark.parametrize("depth", [0.0, 6.0, 14.0])
def test_sound_mixing_ducks_music_under_speech(tmp_path: Path, depth: float) -> None:
    music = save(tmp_path, tone(10, hertz=5000, level=-20), "music.wav")
    voice = save(tmp_path, speech(3, level=-26), "speech.wav")
    sounds = [
        replace(play(music, 0, 10), role="music"),
        replace(play(voice, 3, 3), role="speech"),
    ]
    mastering = Mastering(ducking=depth)
    together, _ = mixed(tmp_path, *sounds, seconds=10, mastering=mastering)
    alone, _ = mixed(tmp_path, sounds[1], seconds=10)
    found = levels(together - alone) - levels(tone(10, hertz=5000, level=-20))
    assert found[32:58] == pytest.approx(-depth, abs=0.2)
    assert found[:27] == pytest.approx(0, abs=0.05)
    assert found[78:] == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize("change", [{"volume": 0.0}, {"role": "effect"}])
def test_sound_mixing_ducks_for_heard_speech_only(tmp_path: Path, change: dict[str, object]) -> None:
    music = save(tmp_path, tone(4, hertz=5000, level=-20), "music.wav")
    voice = save(tmp_path, speech(3), "speech.wav")
    spoken = replace(play(voice, 1, 3), **{"role": "speech", **change})
    made, _ = mixed(
        tmp_path,
        replace(play(music, 0, 4), role="music"),
        spoken,
        seconds=4,
        mastering=Mastering(ducking=12),
    )
    alone, _ = mixed(tmp_path, spoken, seconds=4)
    assert levels(made - alone) == pytest.approx(levels(tone(4, hertz=5000, level=-20)), abs=0.05)


@pytest.mark.parametrize("speed", [0.25, 0.7, 1.9, 4.0])
def test_sound_mixing_plays_at_another_speed(tmp_path: Path, speed: float) -> None:
    source = save(tmp_path, tone(2 * speed, hertz=880), rate=RATE)
    samples, _ = mixed(tmp_path, replace(play(source, 0, 2), speed=speed))
    powers = np.abs(np.fft.rfft(samples[0, 4800:-9600])) ** 2
    hertz = np.argmax(powers) * RATE / (2 * (powers.size - 1))
    assert hertz == pytest.approx(880, abs=1)
    assert levels(samples)[1:-2] == pytest.approx(-23, abs=0.3)


def test_sound_mixing_needs_no_more_memory_for_an_hour(tmp_path: Path) -> None:
    """A short loop and a stretched, ducked one: what a minute needs at its peak is enough for ten."""
    source = save(tmp_path, noise(1.5, channels=2, level=-40))
    voice = save(tmp_path, speech(2), "speech.wav")

    def peak(minutes: int) -> int:
        length = Fraction(60 * minutes)
        sounds = [
            replace(play(source), length=length, loop=True, role="music"),
            replace(play(voice), length=length, loop=True, role="speech"),
        ]
        tracemalloc.start()
        try:
            mix(sounds, seconds=length, mastering=Mastering(ducking=9), target=tmp_path / "long.wav")
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(10) < peak(1) + 3_000_000
