"""From pictures to what encoders read: planes of luma and chroma, or straight alpha.

BT.709 in limited range. The chroma of 4:2:0 is sited as in MPEG-2, and in H.264 by default: level with every
second column, between two rows ("left"); tag it so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from cutroom.render.kernels import binding
from cutroom.render.picture import Picture, Pixels


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
