"""WAV: the sound alone."""

from __future__ import annotations

from cutroom.render.output import OutputFormat


class Wav(OutputFormat):
    """24 bits, without loss."""

    name = "wav"
    title = "WAV"
    suffix = ".wav"
    mime_type = "audio/wav"
    kind = "sound"


output = Wav()
