"""Drawn pictures become the frames that encoders take."""

# pyright: reportUnknownMemberType=false
# PyAV's stubs leave the arrays of frames open.

from __future__ import annotations

from typing import Any, cast

import numpy as np
from av import VideoFrame
from av.video.reformatter import Colorspace
from numpy.typing import NDArray

from cutroom.base.errors import Failed
from cutroom.render.film.encode.video_encoder import BT_709, LIMITED_RANGE
from cutroom.render.pixels.picture import Picture
from cutroom.render.pixels.yuv import straighten, to_yuv420, to_yuv444p10


def new_frame(width: int, height: int, pixel_format: str) -> VideoFrame:
    """Make a frame whose planes are not filled yet, tagged BT.709 where it has YUV planes."""
    frame = VideoFrame(width, height, pixel_format)
    if pixel_format.startswith("yuv"):
        frame.color_primaries = frame.color_trc = BT_709
        frame.colorspace = Colorspace.ITU709
        frame.color_range = LIMITED_RANGE
    return frame


def fill_frame(frame: VideoFrame, picture: Picture) -> None:
    """Write a picture of the frame's size into its planes.

    Formats without alpha show the picture over black. Those with alpha hold colours that are not
    premultiplied, as films and stills have them.

    Raises:
        Failed: Without memory, or when nobody wrote a conversion to the frame's format.
    """
    planes = [plane_of(frame, number) for number in range(len(frame.planes))]
    match frame.format.name:
        case "yuv420p" | "yuva420p":
            to_yuv420(picture, planes)
        case "yuv444p10le" | "yuva444p10le":
            to_yuv444p10(picture, [plane.view(np.uint16) for plane in planes])
        case "bgr0":
            planes[0][...] = picture.pixels.reshape(picture.height, -1)
        case "bgra":
            planes[0][...] = straighten(picture).reshape(picture.height, -1)
        case name:
            message = f"Pictures cannot be turned into {name}; choose another format."
            raise Failed(message, code="no_conversion")


def plane_of(frame: VideoFrame, number: int) -> NDArray[Any]:
    """Return the bytes of a plane's rows, (height, bytes) uint8, without their padding; writing is seen."""
    plane = frame.planes[number]
    if frame.format.name in {"bgra", "bgr0"}:
        size = 4 * plane.width
    else:
        size = plane.width * ((frame.format.components[0].bits + 7) // 8)
    rows = np.frombuffer(cast(bytes, plane), np.uint8)[: plane.height * plane.line_size]  # it is a buffer
    return rows.reshape(plane.height, plane.line_size)[:, :size]
