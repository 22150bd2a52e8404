"""Waveforms drawn: where their pixels are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cutroom.render.document.values import Color
from cutroom.render.sources.waveforms import FULL, Look, Style, Wave, draw_wave

RED, BLUE = Color(255, 0, 0), Color(0, 0, 255)
LOOK = Look("bars", "center", 0.5, False, 4.0, 0.5, RED, None)
WAVE = Wave((FULL, 0, FULL // 2 + 1, FULL), 0.0, 4, 0.5)


def alpha(look: Look, wave: Wave, width: float = 80, height: float = 40) -> np.ndarray:
    return draw_wave(look, wave, width, height).pixels[..., 3].astype(int)


def test_sound_waveforms_draw_bars_as_high_as_their_levels() -> None:
    seen = (alpha(LOOK, WAVE) > 127).sum(axis=0)
    assert seen[[10, 30, 50, 70]] == pytest.approx([40, 1, 20, 40], abs=1)
    assert seen[[0, 20, 40, 60, 79]].max() == 0


@pytest.mark.parametrize(("align", "rows"), [("bottom", slice(20, 40)), ("top", slice(0, 20))])
def test_sound_waveforms_stand_where_they_are_aligned(align: str, rows: slice) -> None:
    seen = alpha(replace(LOOK, align=align), replace(WAVE, levels=(FULL // 2,) * 4)) > 127
    assert seen[rows].sum() > 0.95 * seen.sum()


def test_sound_waveforms_show_dots_in_silence() -> None:
    seen = alpha(replace(LOOK, rounded=True), replace(WAVE, levels=(0, 0, 0, 0)))
    assert (seen[:, 10] > 127).sum() == pytest.approx(10, abs=1)


def test_sound_waveforms_color_what_was_heard() -> None:
    pixels = draw_wave(replace(LOOK, played=BLUE), WAVE, 80, 40).pixels
    assert pixels[20, 10].tolist() == [255, 0, 0, 255]
    assert pixels[20, 70].tolist() == [0, 0, 255, 255]


def test_sound_waveforms_wander_by_parts_of_a_pixel() -> None:
    soft = alpha(LOOK, replace(WAVE, levels=(*WAVE.levels, FULL), first=-0.0125))
    assert soft[20, 4] == pytest.approx(64, abs=2)
    assert soft[20, 14] == pytest.approx(191, abs=2)


def test_sound_waveforms_draw_rays_outside_of_the_hollow() -> None:
    seen = alpha(replace(LOOK, style="circle"), Wave((FULL,) * 24, 0, 24, 1), 100, 100) > 127
    y, x = np.mgrid[0:100, 0:100]
    distance = np.hypot(x - 49.5, y - 49.5)
    assert not seen[distance < 24].any()
    assert not seen[distance > 51].any()
    assert seen[(distance > 30) & (distance < 45)].mean() > 0.2


def test_sound_waveforms_color_a_circle_clockwise_from_above() -> None:
    look = replace(LOOK, style="circle", played=BLUE)
    pixels = draw_wave(look, Wave((FULL,) * 24, 0, 24, 0.25), 100, 100).pixels
    quarter = pixels[:50, 50:]
    assert quarter[..., 0].max() == 255
    assert quarter[2:48, 2:, 2].max() == 0
    assert pixels[52:, :, 0].max() == 0


@pytest.mark.parametrize("style", ["bars", "line", "area", "circle"])
@pytest.mark.parametrize("size", [(1.0, 1.0), (0.5, 300.0), (333.3, 41.7)])
def test_sound_waveforms_fit_any_box(style: Style, size: tuple[float, float]) -> None:
    drawn = draw_wave(replace(LOOK, style=style, played=BLUE), WAVE, *size)
    again = draw_wave(replace(LOOK, style=style, played=BLUE), WAVE, *size)
    assert (drawn.width, drawn.height) == tuple(int(np.ceil(side)) for side in size)
    assert np.array_equal(drawn.pixels, again.pixels)
    assert (drawn.pixels[..., :3] <= drawn.pixels[..., 3:]).all()
