"""PNG: one frame as a still picture."""

from __future__ import annotations

from cutroom.render.output import OutputFormat


class Png(OutputFormat):
    """8 bits per channel, without loss."""

    name = "png"
    title = "PNG"
    suffix = ".png"
    mime_type = "image/png"
    kind = "still"
    has_alpha = True


output = Png()
