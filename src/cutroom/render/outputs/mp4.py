"""MP4: H.264 or HEVC with AAC, for every player."""

from __future__ import annotations

from fractions import Fraction

from cutroom.render.film.encode.h26x import code_h26x
from cutroom.render.output import Coding, Output, OutputFormat, choose_codec


class Mp4(OutputFormat):
    """H.264 or HEVC, 4:2:0, 8 bits, BT.709."""

    name = "mp4"
    title = "MP4"
    suffix = ".mp4"
    mime_type = "video/mp4"
    kind = "film"

    def coding(self, output: Output, rate: Fraction) -> Coding:
        """Return how frames are encoded."""
        del rate
        codec = choose_codec(output, ("h264", "hevc"))
        return code_h26x(output, codec, "mp4", "aac")


output = Mp4()
