"""One sound on its way into a mix: played at its speed, with its gains, opened only when it is needed."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from fractions import Fraction

import numpy as np

from cutroom.base.errors import CutroomError
from cutroom.render.sound import Role, Sound
from cutroom.render.sounds.envelope import Crossing, Envelope
from cutroom.render.sounds.playback import Block, FileStream, LoopedStream, SampleStream
from cutroom.render.sounds.stretching import StretchedStream


class Voice:
    """A sound that is added to blocks of the timeline, one after the other.

    Attributes:
        role: What it is.
        begin: Its first sample on the timeline.
        end: The sample behind its last.
    """

    def __init__(self, sound: Sound, rate: int, crossing: Crossing) -> None:
        """Open its file.

        Raises:
            BrokenMedia: As `read_audio`; it says whose file it is, in `details` too.
        """
        self.role: Role = sound.role
        self.begin = round(sound.start * rate)
        self.end = round((sound.start + sound.length) * rate)
        self._position = self.begin
        self._sound = sound
        self._envelope = Envelope(sound, rate, crossing)
        with _naming(sound):
            self._stream = _open(sound, rate)

    def add(self, total: Block, begin: int) -> None:
        """Add what falls into a block whose first sample is number `begin` of the timeline."""
        first = max(self._position, begin)
        count = min(self.end, begin + total.shape[1]) - first
        if count <= 0:
            return
        with _naming(self._sound):
            self._stream.pull(first - self._position)  # of a sound that began before the timeline
            samples = self._stream.pull(count)
        gains = self._envelope.gains(first - self.begin, count)
        self._position = first + count
        if not isinstance(gains, float) or gains != 1.0:
            samples = samples * np.asarray(gains, np.float32)
        total[:, first - begin : first - begin + count] += samples

    def close(self) -> None:
        """Close its file; harmless when it is closed."""
        self._stream.close()


def _open(sound: Sound, rate: int) -> SampleStream:
    path, trim = sound.item.path, sound.trim
    stream = LoopedStream(sound, rate) if sound.loop else FileStream(path, trim, rate)
    speed = Fraction(repr(sound.speed))
    return stream if speed == 1 else StretchedStream(stream, speed, rate)


@contextmanager
def _naming(sound: Sound) -> Generator[None]:
    """Let errors say whose file they are about."""
    try:
        yield
    except CutroomError as error:
        details = {**(error.details or {}), "file": sound.item.path.name}
        if not sound.path:
            error.details = details
            raise
        message = f"The sound of the clip at {sound.path}: {error.message}"
        details["path"] = sound.path
        raise type(error)(message, code=error.code_word, hint=error.hint, details=details) from error
