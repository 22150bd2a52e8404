"""ThorVG, the library that draws Lottie: one engine for the process, a few open animations."""

from __future__ import annotations

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false
# pyright: reportUnknownArgumentType=false
# The library brings no stubs.
import threading
from functools import cache, lru_cache

import numpy as np
from thorvg_python.animation.lottie import LottieAnimation
from thorvg_python.base import Colorspace, Result
from thorvg_python.canvas.sw import SwCanvas
from thorvg_python.engine import Engine

from cutroom.base.errors import BrokenMedia
from cutroom.render.pixels.picture import Picture


@cache
def _engine() -> Engine:
    return Engine(threads=0)


class _Player:
    """An open animation with the canvas it is drawn on: ThorVG frees what leaves a canvas."""

    def __init__(self, content: bytes) -> None:
        self._animation = LottieAnimation(_engine())
        self._picture = self._animation.get_picture()
        if self._picture.load_data(content, "lottie", None, copy=True) != Result.SUCCESS:
            message = "The Lottie animation cannot be read; export it again."
            raise BrokenMedia(message, code="not_an_animation")
        self._canvas = SwCanvas(_engine())
        self._size = (0, 0)

    def draw(self, frame: float, size: tuple[int, int]) -> Picture:
        canvas = self._canvas
        if size != self._size:
            first = self._size == (0, 0)
            canvas.set_target(size[0], size[1], cs=Colorspace.ARGB8888)
            self._picture.set_size(float(size[0]), float(size[1]))
            if first:
                canvas.add(self._picture)
            self._size = size
        self._animation.set_frame(frame)
        canvas.update()
        canvas.draw(True)  # the canvas is cleared first
        canvas.sync()
        drawn = np.frombuffer(bytes(canvas.buffer_arr or b""), np.uint8)
        return Picture(drawn.reshape(size[1], size[0], 4))


_DRAWING = threading.Lock()
"""Segments are drawn by several threads, and each animation is open once."""


@lru_cache(maxsize=4)
def _open(sha256: str, content: bytes) -> _Player:
    del sha256
    return _Player(content)


def draw_lottie(content: bytes, sha256: str, frame: float, size: tuple[int, int]) -> Picture:
    """Draw one frame of an animation.

    Args:
        content: Lottie JSON.
        sha256: Of the content.
        frame: Number from 0; may lie between two.
        size: Width and height in pixels.

    Raises:
        BrokenMedia: With code `not_an_animation`.
    """
    with _DRAWING:
        return _open(sha256, content).draw(frame, size)
