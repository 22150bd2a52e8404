"""Between pictures and what codecs know: planes of luma and chroma, or straight alpha.

BT.709 in limited range. The chroma of 4:2:0 is sited as in MPEG-2, and in H.264 by default: level with every
second column, between two rows ("left"); tag it so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from cutroom.media.pixels import Planes
from cutroom.render.pixels.kernels import binding
from cutroom.render.pixels.picture import Picture, Pixels

_FRACTION = 1 << 13  # of weights, as paint.c reads them


def from_planes(planes: Planes) -> Pixels:
    """Return the opaque pixels of a decoded frame; chroma is interpolated between its samples.

    Raises:
        Failed: Without memory.
    """
    height, width = planes.luma.shape
    rows, columns = planes.blue.shape
    red, blue = planes.red_weight, planes.blue_weight
    green = 1 - red - blue
    luma, chroma = (255 / 255, 255 / 255) if planes.is_full else (255 / 219, 255 / 224)
    weights = (
        luma,
        2 * (1 - blue) * chroma,
        2 * (1 - blue) * blue / green * chroma,
        2 * (1 - red) * red / green * chroma,
        2 * (1 - red) * chroma,
    )
    view = binding.PLANES.pack(
        *map(binding.address, (planes.luma, planes.blue, planes.red)),
        planes.luma.strides[0],
        planes.blue.strides[0],
        columns,
        rows,
        columns < width,
        rows < height,
        planes.is_centred,
        0 if planes.is_full else 16,
        *(math.floor(weight * _FRACTION + 0.5) for weight in weights),
    )
    pixels = binding.empty(width, height)
    binding.check(binding.kernels().paint_planes(binding.image(pixels), view))
    return pixels


def to_yuv420(picture: Picture, planes: Sequence[NDArray[Any]]) -> None:
    """Write a picture as yuv420p, or as yuva420p with straight colours.

    Args:
        picture: What is seen. With three planes its alpha is not looked at: draw it over a background.
        planes: Y (height, width), U and V (half of each, rounded up), uint8, perhaps A like Y (full range);
            rows may lie further apart than they are long.

    Raises:
        Failed: Without memory.
    """
    views = b"".join(map(binding.plane, planes))
    binding.check(binding.kernels().convert_yuv420(binding.image(picture.pixels), views, len(planes)))


def to_yuv444p10(picture: Picture, planes: Sequence[NDArray[Any]]) -> None:
    """Write a picture as yuv444p10, or as yuva444p10, with straight colours: what ProRes 4444 holds.

    Args:
        picture: What is seen.
        planes: Y, U, V and perhaps A (full range), each (height, width) uint16 of this machine's byte order.

    Raises:
        Failed: Without memory.
    """
    views = b"".join(map(binding.plane, planes))
    binding.check(binding.kernels().convert_yuv444_10(binding.image(picture.pixels), views, len(planes)))


def straighten(picture: Picture) -> Pixels:
    """Return BGRA pixels whose colours are not multiplied by alpha: what PNG holds."""
    target = binding.empty(picture.width, picture.height)
    binding.kernels().straighten_picture(binding.image(target), binding.image(picture.pixels))
    return target
