"""GIF: an animation of 256 colours, chosen over the whole of it."""

from __future__ import annotations

import math
from fractions import Fraction

from cutroom.render.output import Coding, Output, OutputFormat


class Gif(OutputFormat):
    """An animation without sound; time is counted in hundredths of a second."""

    name = "gif"
    title = "GIF"
    suffix = ".gif"
    mime_type = "image/gif"
    kind = "animation"
    has_alpha = True

    def coding(self, output: Output, rate: Fraction) -> Coding:
        """Return how the segments keep their frames: losslessly, one of so many of the film's."""
        every = max(1, math.ceil(rate / Fraction(output.most_frames)))
        options = {"level": "3", "coder": "range_def", "context": "0", "slices": "4", "g": "1"}
        pixel_format = "bgra" if output.alpha else "bgr0"
        return Coding("ffv1", "matroska", pixel_format, options, every=every)


output = Gif()
