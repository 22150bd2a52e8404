"""Levels read from files, and the layers that play and show sound."""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cutroom.base.errors import Refused
from cutroom.render.document.animated import Keyframes
from cutroom.render.fonts import FontBook
from cutroom.render.layer import LAYERS, Stage
from cutroom.render.layers.waveform import WaveformDrawing
from cutroom.render.sounds.levels import BINS_PER_SECOND, LevelReader
from cutroom.render.sources.media_item import MediaItem
from samples import RATE, Samples, noise, silence, speech, tone, write_audio

LENGTH = Fraction(6)


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> MediaItem:
    """35 s of noise that is 1 dB louder every second."""
    parts = [noise(1, level=-48 + second, seed=second) for second in range(35)]
    return saved(tmp_path_factory.mktemp("levels") / "steps.flac", np.concatenate(parts, axis=1))


def saved(path: Path, samples: Samples) -> MediaItem:
    write_audio(path, samples, codec="flac")
    seconds = Fraction(samples.shape[1], RATE)
    return MediaItem(path, "0" * 64, "audio", seconds=seconds, has_audio=True)


def drawing(item: MediaItem, clip: Mapping[str, Any], length: Fraction = LENGTH) -> WaveformDrawing:
    layer = LAYERS.load("waveform")
    stage = Stage(1080, 1920, Fraction(30), Fraction(0), length, {"a": item}, FontBook.of({}), length)
    return layer.prepare(layer.model.model_validate({"type": "waveform", "src": "a", **clip}), stage)


def levels_of(
    item: MediaItem, clip: Mapping[str, Any], time: str | int, length: Fraction = LENGTH
) -> tuple[int, ...]:
    made = drawing(item, clip, length)
    (sprite,) = made.sprites(Fraction(time), 864, 288)
    made.close()
    return sprite.source.draw.args[1].levels


def test_sound_levels_are_where_the_sound_is(steps: MediaItem) -> None:
    reader = LevelReader(steps.path)
    powers = reader.powers(0, 35 * BINS_PER_SECOND).reshape(35, -1)[:, 2:-2]
    # The reader hears 16 of the 48 kHz: a third of the power of white noise.
    decibels = 10 * np.log10(powers.mean(axis=1) / 2**30)
    assert decibels == pytest.approx(np.arange(-48, -13) - 10 * np.log10(3), abs=0.5)
    assert not reader.powers(-50, 50).any()
    assert not reader.powers(36 * BINS_PER_SECOND, 500).any()


def test_sound_levels_are_the_same_in_any_order(steps: MediaItem) -> None:
    whole = LevelReader(steps.path).powers(0, 3600)
    reader, order = LevelReader(steps.path), random.Random(5)
    for _ in range(30):
        first = order.randrange(3500)
        assert np.array_equal(reader.powers(first, 100), whole[first : first + 100])
        moment = Fraction(order.randrange(35000), 1000)
        assert np.array_equal(reader.bands(moment, 16), LevelReader(steps.path).bands(moment, 16))
    reader.close()


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.m4a", "aac"), ("a.mp3", "libmp3lame"), ("a.mka", "libmp3lame"), ("a.wav", "pcm_s16le")],
)
def test_sound_levels_do_not_depend_on_what_was_asked_before(tmp_path: Path, name: str, codec: str) -> None:
    """A worker that draws the end only sees what one sees that drew everything."""
    sound = noise(42, rate=44100, level=-20)
    path = write_audio(tmp_path / name, sound, codec=codec, rate=44100)
    forwards = LevelReader(path)
    for chunk in range(5):
        whole = forwards.powers(chunk * 1000, 1000)
        moment = Fraction(chunk * 10 + 3)
        bands = forwards.bands(moment, 32)
        alone = LevelReader(path)
        assert np.array_equal(alone.powers(chunk * 1000, 1000), whole)
        assert np.array_equal(alone.bands(moment, 32), bands)
        alone.close()
    forwards.close()


@pytest.mark.parametrize("hertz", [100, 440, 3000])
def test_sound_bands_show_which_tone_is_heard(tmp_path: Path, hertz: float) -> None:
    item = saved(tmp_path / "tone.flac", tone(2, hertz=hertz, level=-12))
    reader = LevelReader(item.path)
    bands = reader.bands(Fraction(1), 24)
    assert int(bands.argmax()) == int(24 * np.log(hertz / 60) / np.log(7500 / 60))
    assert np.sort(bands)[-4] < 0.25
    assert not LevelReader(saved(tmp_path / "s.flac", silence(1)).path).bands(Fraction(1, 2), 24).any()


def test_sound_waveform_wanders_with_time(tmp_path: Path) -> None:
    sound = silence(6)
    sound[:, 3 * RATE : 3 * RATE + 4800] = tone(0.1, level=-6)
    item = saved(tmp_path / "a.flac", sound)
    made = drawing(item, {"bars": 40, "window": 4, "smoothing": 0, "rounded": False})
    for time in ("2", "5/2", "3", "4"):
        (sprite,) = made.sprites(Fraction(time), 864, 288)
        seen = np.flatnonzero(sprite.source.draw().pixels[100, :, 3] > 127)
        expected = 864 * (0.5 + (3 - Fraction(time)) / 4)
        assert seen.mean() == pytest.approx(float(expected) + 864 / 40 / 2, abs=1)
    made.close()


def test_sound_waveform_shows_all_and_what_was_heard(steps: MediaItem) -> None:
    clip = {"window": "all", "bars": 35, "length": 35}
    made = drawing(steps, clip, Fraction(35))
    (first,), (last,) = made.sprites(Fraction(0), 800, 200), made.sprites(Fraction(34), 800, 200)
    assert first.source.key == last.source.key
    rising = levels_of(steps, {**clip, "trim": 10}, 0, Fraction(35))
    assert len(rising) == 35
    assert list(rising) == sorted(rising)
    assert rising[-1] > 3 * rising[0]
    heard = drawing(steps, {**clip, "playedColor": "#ff0000"}, Fraction(35))
    (half,) = heard.sprites(Fraction(35, 2), 800, 200)
    pixels = half.source.draw().pixels
    assert pixels[100, 380:400, 1].max() == 0
    assert pixels[100, 400:420, 1].max() == 255


def test_sound_waveform_hears_what_the_audio_clip_plays(steps: MediaItem) -> None:
    plain = levels_of(steps, {}, 12)
    assert levels_of(steps, {"trim": 10}, 2)[24:] == plain[24:]
    assert levels_of(steps, {"speed": 2.0}, 6) == plain
    assert levels_of(steps, {"loop": True}, 47) == plain
    assert levels_of(steps, {"of": "bands"}, 12) != levels_of(steps, {"of": "bands"}, 22)


def test_sound_waveform_of_silence_has_one_key(tmp_path: Path) -> None:
    item = saved(tmp_path / "a.flac", silence(3))
    made = drawing(item, {"of": "bands", "style": "circle"})
    keys = {made.sprites(Fraction(n, 10), 200, 200)[0].source.key for n in range(30)}
    assert len(keys) == 1


def test_sound_waveform_key_names_everything_that_is_seen(tmp_path: Path) -> None:
    item = saved(tmp_path / "a.flac", speech(6))
    clips: list[dict[str, Any]] = [
        {},
        {"style": "line"},
        {"style": "area"},
        {"style": "circle"},
        {"of": "bands"},
        {"bars": 50},
        {"color": "#ff0000"},
        {"playedColor": "#ff0000"},
        {"gap": 0.1},
        {"rounded": False},
        {"align": "top"},
        {"gain": 2},
        {"smoothing": 1},
        {"window": 2},
        {"trim": 1},
    ]
    keys = [drawing(item, clip).sprites(Fraction(2), 400, 100)[0].source.key for clip in clips]
    assert len(set(keys)) == len(clips)


def test_sound_audio_layer_says_what_is_heard(steps: MediaItem) -> None:
    layer = LAYERS.load("audio")
    clip = layer.model.model_validate(
        {
            "type": "audio",
            "src": "a",
            "trim": "00:05",
            "speed": 1.5,
            "volume": {"keyframes": [{"time": 0, "value": 1}, {"time": 1, "value": 0.5}]},
            "fadeIn": "1/3",
            "role": "music",
        }
    )
    assert layer.natural_length(clip, {"a": steps}) == 20
    assert [use.src for use in layer.media(clip)] == ["a"]
    stage = Stage(1080, 1920, Fraction(30), Fraction(2), LENGTH, {"a": steps}, FontBook.of({}), LENGTH)
    assert layer.prepare(clip, stage) is None
    (sound,) = layer.sounds(clip, stage)
    assert (sound.start, sound.length, sound.trim) == (2, LENGTH, 5)
    assert (sound.fade_in, sound.fade_out, sound.role) == (Fraction(1, 3), 0, "music")
    assert isinstance(sound.volume, Keyframes)
    looped = layer.model.model_validate({"type": "audio", "src": "a", "loop": True})
    assert layer.natural_length(looped, {"a": steps}) is None


def test_sound_audio_layer_refuses_to_skip_everything(steps: MediaItem) -> None:
    layer = LAYERS.load("audio")
    clip = layer.model.model_validate({"type": "audio", "src": "a", "trim": 35, "length": 2})
    stage = Stage(1080, 1920, Fraction(30), Fraction(2), LENGTH, {"a": steps}, FontBook.of({}), LENGTH)
    with pytest.raises(Refused) as caught:
        layer.sounds(clip, stage)
    assert caught.value.code_word == "trim_behind_end"
    assert "35 s" in caught.value.message


@pytest.mark.parametrize("name", ["audio", "waveform"])
def test_sound_layers_read_their_examples(name: str) -> None:
    layer = LAYERS.load(name)
    clip = layer.model.model_validate(layer.example)
    assert clip.type == name
