"""How much processor time each stage of a render took."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Timings:
    """CPU seconds by stage, counted per thread, and what they were spent on.

    Attributes:
        prepare: Templates, files and typefaces made ready to be drawn.
        decode: Films of files decoded and brought to size.
        draw: Sprites placed and composed; shaping of text and decoding of stills are part of it.
        convert: Pictures scaled to the outputs and turned into the encoders' formats.
        encode: Encoders.
        join: Packets copied and sound encoded.
        sound: Sound mixed.
        drawn: Frames that were drawn.
        repeated: Frames that showed what the one before showed, and were neither drawn nor converted.
    """

    prepare: float = 0.0
    decode: float = 0.0
    draw: float = 0.0
    convert: float = 0.0
    encode: float = 0.0
    join: float = 0.0
    sound: float = 0.0
    drawn: int = 0
    repeated: int = 0

    def __add__(self, other: Timings) -> Timings:
        """Return both together."""
        return Timings(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))
