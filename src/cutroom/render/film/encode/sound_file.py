"""The sound of a film as a file of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

from cutroom.media import AudioWriter, read_audio
from cutroom.media.audio_writer import Codec
from cutroom.render.output import Output


def write_sound(
    sound: Path, target: Path, output: Output, progress: Callable[[float], None] | None = None
) -> None:
    """Encode mixed sound.

    Args:
        sound: A file with sound.
        target: Where to write; removed again after an error.
        output: Its format is one of the names of audio codecs.
        progress: Called with 0..1.

    Raises:
        Unavailable: With code `disk_full`.
    """
    reader = read_audio(sound)
    length = reader.expected_seconds or 1.0
    position = 0
    with AudioWriter(
        target,
        codec=cast(Codec, output.format),
        rate=reader.rate,
        layout=reader.layout,
        bit_rate=output.audio_bitrate,
    ) as writer:
        for block in reader:
            writer.write(block)
            position += block.shape[1]
            if progress:
                progress(min(1.0, position / reader.rate / length))
