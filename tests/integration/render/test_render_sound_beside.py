"""The sound is mixed beside the drawing: neither waits in vain for the other."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cutroom.base.errors import BrokenMedia
from cutroom.media import AudioWriter
from cutroom.render.document.reading import read_template
from cutroom.render.film.rendering import render_film
from cutroom.render.output import Output
from cutroom.render.scene.placed_files import media_uses
from cutroom.render.sources.media_reading import look_at_media

HOUR = 3600


@pytest.fixture
def noise(tmp_path: Path) -> Path:
    path = tmp_path / "noise.wav"
    samples = np.random.default_rng(1).uniform(-0.5, 0.5, (2, 48000)).astype(np.float32)
    with AudioWriter(path, codec="wav", rate=48000, layout="stereo") as writer:
        writer.write(samples)
    return path


def document(noise: Path, length: int, **audio: Any) -> dict[str, Any]:
    clip = {"type": "audio", "src": str(noise), "loop": True, "length": length, **audio}
    grows = {"keyframes": [{"time": 0, "value": 2}, {"time": length, "value": 60}]}
    bar = {"type": "shape", "fill": "#ff8000", "height": 16, "width": grows, "length": length}
    return {
        "version": 1,
        "width": 64,
        "height": 64,
        "rate": 10,
        "tracks": [{"clips": [bar]}, {"clips": [clip]}],
    }


def test_render_sound_beside_stops_with_the_drawing(tmp_path: Path, noise: Path) -> None:
    template = read_template(document(noise, HOUR))
    media = {use.src: look_at_media(use.src, use.kind) for use in media_uses(template)}

    def refuse(share: float, text: str) -> None:
        if text == "frames":
            raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        render_film(template, media, [Output()], tmp_path / "out", progress=refuse)
    assert time.monotonic() - began < 10


def test_render_sound_beside_stops_the_drawing_when_it_fails(tmp_path: Path, noise: Path) -> None:
    template = read_template(document(noise, HOUR))
    media = {use.src: look_at_media(use.src, use.kind) for use in media_uses(template)}
    noise.write_bytes(b"no sound any more")
    began = time.monotonic()
    with pytest.raises(BrokenMedia):
        render_film(template, media, [Output()], tmp_path / "out")
    assert time.monotonic() - began < 10


def test_render_sound_beside_is_told_where_nothing_is_drawn(tmp_path: Path, noise: Path) -> None:
    template = read_template(document(noise, 120))
    media = {use.src: look_at_media(use.src, use.kind) for use in media_uses(template)}
    told: list[tuple[float, str]] = []
    render_film(
        template, media, [Output(format="wav")], tmp_path / "out", progress=lambda *said: told.append(said)
    )
    assert "sound" in {text for _, text in told}
    assert [share for share, _ in told] == sorted(share for share, _ in told)
