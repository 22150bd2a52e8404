"""MP3: the sound alone."""

from __future__ import annotations

from cutroom.render.output import OutputFormat


class Mp3(OutputFormat):
    """Small, for every player."""

    name = "mp3"
    title = "MP3"
    suffix = ".mp3"
    mime_type = "audio/mpeg"
    kind = "sound"


output = Mp3()
