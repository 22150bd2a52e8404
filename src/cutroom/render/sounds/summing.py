"""All sounds of a timeline added up, block by block, each file open only while it is heard."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import ExitStack
from fractions import Fraction

from cutroom.base.errors import Refused
from cutroom.render.sound import Sound
from cutroom.render.sounds.envelope import find_crossings
from cutroom.render.sounds.playback import Block, silence
from cutroom.render.sounds.voice import Voice

MOST_AT_ONCE = 256
"""Sounds heard at one moment; each has an open file."""


class Sum:
    """Adds sounds up, `(2, n)` float32 per block, those to be ducked apart from the rest."""

    def __init__(self, sounds: Sequence[Sound], rate: int, samples: int) -> None:
        """Prepare the order; no file is opened yet.

        Args:
            sounds: What is heard, in any order; those behind the end are left out.
            rate: Samples per second.
            samples: Length of the timeline.

        Raises:
            Refused: With code `too_many_sounds`.
        """
        self._rate = rate
        self._samples = samples
        crossings = find_crossings(sounds)
        places = [(round(sound.start * rate), number) for number, sound in enumerate(sounds)]
        self._waiting = [
            (place, sounds[number], crossings[number])
            for place, number in sorted(places, reverse=True)
            if place < samples and sounds[number].length > 0
        ]
        _refuse_crowds(sounds)

    def blocks(self, size: int) -> Generator[tuple[int, Block, Block]]:
        """Yield where a block begins, its music, and everything else; `size` samples but for the last."""
        voices: list[Voice] = []
        with ExitStack() as stack:
            stack.callback(lambda: [voice.close() for voice in voices])
            for begin in range(0, self._samples, size):
                end = min(begin + size, self._samples)
                while self._waiting and self._waiting[-1][0] < end:
                    _, sound, crossing = self._waiting.pop()
                    voices.append(Voice(sound, self._rate, crossing))
                music, rest = silence(end - begin), silence(end - begin)
                for voice in voices:
                    voice.add(music if voice.role == "music" else rest, begin)
                for voice in voices:
                    if voice.end <= end:
                        voice.close()
                voices[:] = [voice for voice in voices if voice.end > end]
                yield begin, music, rest


def _refuse_crowds(sounds: Sequence[Sound]) -> None:
    edges = sorted(
        [(sound.start, 1) for sound in sounds] + [(sound.start + sound.length, -1) for sound in sounds]
    )
    count = 0
    for time, step in edges:
        count += step
        if count > MOST_AT_ONCE:
            message = (
                f"More than {MOST_AT_ONCE} sounds are heard at once at {float(time):g} s; use fewer there."
            )
            raise Refused(message, code="too_many_sounds", details={"limit": MOST_AT_ONCE})


def count_samples(seconds: Fraction, rate: int) -> int:
    """Return how many samples a timeline has."""
    return max(0, round(seconds * rate))
