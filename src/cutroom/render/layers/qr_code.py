"""QR code: an address or text that a phone's camera reads (ISO/IEC 18004)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np
import segno
from numpy.typing import NDArray
from pydantic import Field, field_validator

from cutroom.render.document.clip import VisualClip
from cutroom.render.document.values import Color
from cutroom.render.layer import Layer, Stage
from cutroom.render.pixels.picture import Picture
from cutroom.render.pixels.sprite import Matrix, Source, Sprite

_ALWAYS_FIT = 1273
"""Bytes in the largest code of the strongest correction (ISO/IEC 18004, table 7)."""


class QrCodeClip(VisualClip):
    """A QR code; the quiet zone of four modules is part of it, so that cameras find it."""

    type: Literal["qr-code"] = "qr-code"  # pyright: ignore[reportIncompatibleVariableOverride] - frozen
    content: str = Field(min_length=1, max_length=1200, description="What the camera reads.")
    color: Color = Color(0, 0, 0)
    background: Color = Color(255, 255, 255)
    correction: Literal["L", "M", "Q", "H"] = Field(
        default="M", description="How much of it may be hidden: 7, 15, 25 or 30 %."
    )

    @field_validator("content")
    @classmethod
    def _fits(cls, value: str) -> str:
        # Codes take 50 ms to make: thousands of them are not made while a template is only read.
        if len(value.encode("utf-8", "replace")) > _ALWAYS_FIT:
            segno.make_qr(value, error="H")
        return value


class QrCode(Layer[QrCodeClip]):
    """The layer `qr-code`."""

    name = "qr-code"
    title = "QR code"
    summary = "An address or text as a code that phones read."
    model = QrCodeClip
    example: ClassVar[dict[str, Any]] = {
        "type": "qr-code",
        "content": "https://example.org",
        "width": 400,
        "length": 2,
    }

    def prepare(self, clip: QrCodeClip, stage: Stage) -> QrCodeDrawing:
        """Make the code; see `Layer.prepare`."""
        del stage
        code = segno.make_qr(clip.content, error=clip.correction, boost_error=False)
        modules = np.array([list(row) for row in code.matrix_iter(scale=1, border=4)], np.uint8)
        return QrCodeDrawing(clip, modules)


@dataclass(frozen=True, eq=False)
class QrCodeDrawing:
    """A QR code in its box.

    Attributes:
        clip: Its colors.
        modules: (n, n) uint8; 1 is dark; the quiet zone included.
    """

    clip: QrCodeClip
    modules: NDArray[np.uint8]

    def measure(self, time: Fraction, width: float | None, height: float | None) -> tuple[float, float]:
        """Return a square; see `Drawing.measure`."""
        del time
        side = min(width or math.inf, height or math.inf)
        side = 300.0 if side == math.inf else side
        return side, side

    def sprites(self, time: Fraction, width: float, height: float) -> tuple[Sprite, ...]:
        """Return the code, each module a whole number of pixels; see `Drawing.sprites`."""
        del time
        count = len(self.modules)
        fine = max(1, math.ceil(width / count))
        clip = self.clip
        key = f"qr:{clip.content!r}:{clip.correction}:{clip.color}:{clip.background}:{fine}"
        opaque = clip.color.alpha == clip.background.alpha == 255  # noqa: PLR2004 - opaque
        source = Source(
            key, count * fine, count * fine, partial(_draw, self.modules, clip, fine), is_opaque=opaque
        )
        return (Sprite(source, Matrix(a=width / source.width, d=height / source.height)),)


def _draw(modules: NDArray[np.uint8], clip: QrCodeClip, fine: int) -> Picture:
    colors = np.array([_pixel(clip.background), _pixel(clip.color)], np.uint8)
    pixels = colors[modules].repeat(fine, axis=0).repeat(fine, axis=1)
    return Picture(np.ascontiguousarray(pixels))


def _pixel(color: Color) -> tuple[int, int, int, int]:
    """Return a colour as a premultiplied BGRA pixel."""
    blue, green, red = (round(part * color.alpha / 255) for part in (color.blue, color.green, color.red))
    return blue, green, red, color.alpha


layer = QrCode()
