"""JPEG: one frame as a still picture."""

from __future__ import annotations

from cutroom.render.output import OutputFormat


class Jpg(OutputFormat):
    """Full colour resolution, over black where the template is transparent."""

    name = "jpg"
    title = "JPEG"
    suffix = ".jpg"
    mime_type = "image/jpeg"
    kind = "still"


output = Jpg()
