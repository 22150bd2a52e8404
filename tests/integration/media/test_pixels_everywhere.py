"""Pixels of films and pictures are the same on processors with and without vector instructions."""

from __future__ import annotations

import ctypes
import hashlib
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import skia

import counted_films
from counted_films import FilmStyle, constant, write_film
from cutroom.media import FrameReader, read_image

FILMS = {
    "h264.mp4": FilmStyle(options={"crf": "24"}),
    "hevc.mp4": FilmStyle(codec="libx265", fmt="yuv420p10le", options={"x265-params": "log-level=error"}),
    "vp9.webm": FilmStyle(
        codec="libvpx-vp9", fmt="yuva420p", options={"cpu-used": "8"}, metadata={"alpha_mode": "1"}
    ),
    "prores.mov": FilmStyle(codec="prores_ks", fmt="yuva444p10le", options={"profile": "4"}),
    "mjpeg.avi": FilmStyle(codec="mjpeg", fmt="yuvj420p", options={}),
    "mpeg4.mp4": FilmStyle(codec="mpeg4", options={}),
}
PICTURES = {"a.jpg": skia.kJPEG, "a.png": skia.kPNG, "a.webp": skia.kWEBP}
COUNT = 6


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in PICTURES:
        digest.update(read_image(folder / name).tobytes())
        digest.update(read_image(folder / name, size=(77, 50)).tobytes())
    for name in FILMS:
        with FrameReader(folder / name) as reader:
            for number in range(COUNT):
                digest.update(reader.at(Fraction(number, 25)).tobytes())
                digest.update(reader.at(Fraction(number, 25), (60, 41)).tobytes())
    return digest.hexdigest()


def _library() -> Path:
    beside = Path(av.__file__).parents[1] / "av.libs"
    found = next(iter(beside.glob("libavutil-*")), None)
    if found is None:
        pytest.skip("needs PyAV's own libavutil")
    return found


def test_pixels_are_the_same_without_vector_instructions(tmp_path, seed, monkeypatch):
    noise = np.random.default_rng(seed).integers(0, 120, (counted_films.HEIGHT, counted_films.WIDTH, 3))
    plain = counted_films.numbered

    def noisy(number: int) -> np.ndarray:
        picture = plain(number)
        picture[..., :3] = picture[..., :3] // 2 + np.roll(noise, number * 5, axis=1)
        picture[..., 3] = 100 + noise[..., 0]
        return picture

    monkeypatch.setattr(counted_films, "numbered", noisy)
    for name, style in FILMS.items():
        style.rate, style.tick = Fraction(25), Fraction(1, 25)
        write_film(tmp_path / name, constant(Fraction(25), COUNT), style)
    for name, kind in PICTURES.items():
        (tmp_path / name).write_bytes(bytes(skia.Image.fromarray(noisy(1)).encodeToData(kind, 80)))

    command = [sys.executable, __file__, str(tmp_path), str(_library())]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    answer = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, timeout=120)
    assert answer.stdout.strip() == _digest(tmp_path)


if __name__ == "__main__":
    ctypes.CDLL(sys.argv[2]).av_force_cpu_flags(0)
    print(_digest(Path(sys.argv[1])))  # noqa: T201 - the answer of the child
