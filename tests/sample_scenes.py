"""Makers of small films whose cuts are known: textured scenes that pan, shake, flash, fade and repeat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 160, 90
_MARGIN = 60

Picture = NDArray[np.float64]
"""`(HEIGHT, WIDTH, 3)` RGB, 0 to 255, not yet clipped."""


class Scene:
    """A large random picture seen through a window."""

    def __init__(self, seed: int, *, mean: float = 110.0, contrast: float = 7.0, grain: float = 0.0) -> None:
        random = np.random.default_rng(seed)
        luma = sum(_blocks(random, side) * side**0.5 for side in (2, 4, 8, 16, 32))
        tints = [_blocks(random, 16) * contrast for _ in range(3)]
        self._whole = np.stack([luma * contrast + tint + mean for tint in tints], axis=-1)
        self._random = random
        self._grain = grain

    def at(self, x: float = 0, y: float = 0) -> Picture:
        """Return the picture with the camera moved by whole pixels, at most 60."""
        left, top = _MARGIN + round(x), _MARGIN + round(y)
        shown = np.clip(self._whole[top : top + HEIGHT, left : left + WIDTH], 0, 255)
        return shown + self._random.normal(0, self._grain, shown.shape) if self._grain else shown

    def still(self, frames: int) -> Iterator[Picture]:
        """Yield the same view."""
        for _ in range(frames):
            yield self.at()

    def pan(self, frames: int, step: float) -> Iterator[Picture]:
        """Yield the view of a camera that turns by `step` pixels a frame."""
        for number in range(frames):
            yield self.at(step * number)


def _blocks(random: np.random.Generator, side: int) -> NDArray[np.float64]:
    height, width = HEIGHT + 2 * _MARGIN, WIDTH + 2 * _MARGIN
    coarse = random.standard_normal((height // side + 1, width // side + 1))
    return np.kron(coarse, np.ones((side, side)))[:height, :width]


def dissolve(one: Picture, other: Picture, frames: int) -> Iterator[Picture]:
    """Yield the pictures between two, both ends left out."""
    for number in range(1, frames + 1):
        share = number / (frames + 1)
        yield one * (1 - share) + other * share


def write_film(path: Path, pictures: Iterable[Picture], rate: Fraction, times: list[Fraction] | None = None):
    """Encode pictures; `times` in seconds make the rate a variable one. Returns the path."""
    tick = Fraction(1, 90_000) if times else 1 / rate
    with av.open(str(path), "w") as output:
        codec = "libvpx" if path.suffix == ".webm" else "libx264"
        stream = output.add_stream(codec, rate=rate, width=WIDTH, height=HEIGHT, pix_fmt="yuv420p")
        stream.codec_context.time_base = tick
        stream.codec_context.thread_count = 1
        fast = {"preset": "ultrafast", "crf": "24"} if codec == "libx264" else {"deadline": "realtime"}
        stream.codec_context.options = {"bf": "2", **fast} if codec == "libx264" else fast
        for number, picture in enumerate(pictures):
            pixels = np.clip(picture, 0, 255).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
            frame.pts = round(times[number] / tick) if times else number
            frame.time_base = tick
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path
