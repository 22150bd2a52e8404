"""Music lowered under speech: softly before the first word, back after the last, not between words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from cutroom.render.sound import Sound
from cutroom.render.sounds.envelope import Crossing
from cutroom.render.sounds.playback import Block, silence
from cutroom.render.sounds.voice import Voice

_FRAMES_PER_SECOND = 100

_ATTACK = 25
"""Frames in which music falls before speech begins: heard as making room, not as a jump."""
_HOLD = 70
"""Frames after a word during which music stays low: pauses between sentences are mostly shorter."""
_RELEASE = 80
"""Frames in which it rises again."""

_UNDER_SPEECH = 10 ** (-25 / 10)
"""Power, relative to the loud syllables of a sound, from which on it counts as speech: soft syllables lie 20
dB below the loud ones, the room mostly 35 or more."""
_LOUD_SHARE = 0.95
_SILENT = 10 ** (-60 / 10)
"""Power of full scale below which nothing counts, however quiet the rest is."""
_CLICK = 4
_AROUND = 5
"""So many frames of the 11 around one must carry speech: a click of 30 ms does not duck."""

_Activity = NDArray[np.bool_]
_SCALE = 32768.0


class Ducking:
    """How much music is lowered at each sample of the timeline."""

    def __init__(self, activity: _Activity, depth: float, rate: int) -> None:
        """Make room for speech.

        Args:
            activity: Where there is speech, 100 frames per second.
            depth: Decibels by which music is lowered; over 0.
            rate: Samples per second.
        """
        amount = _lowering(activity)
        # Rounded to 24 bits, so that the last bit of a power function does not reach the sound.
        self._gains = (10 ** (-depth * amount / 20)).astype(np.float32)
        self._frame = rate // _FRAMES_PER_SECOND

    def gains(self, begin: int, count: int) -> NDArray[np.float32]:
        """Return the linear gains of samples `begin` to `begin + count`, 1 at most."""
        first = max(0, begin // self._frame - 1)
        last = (begin + count) // self._frame + 2
        near = self._gains[first:last]
        if not near.size:
            return np.ones(count, np.float32)
        centres = (np.arange(first, first + near.size, dtype=np.float64) + 0.5) * self._frame
        places = np.arange(begin, begin + count, dtype=np.float64)
        return np.interp(places, centres, near).astype(np.float32)


def _lowering(activity: _Activity) -> NDArray[np.float64]:
    """Return 0 (music as it is) to 1 (lowered in full) per frame."""
    count = activity.size
    numbers = np.arange(count, dtype=np.int64)
    far = _ATTACK + _HOLD + _RELEASE
    last = np.maximum.accumulate(np.where(activity, numbers, -far))
    following = np.minimum.accumulate(np.where(activity, numbers, count + far)[::-1])[::-1]
    falling = 1 - (following - numbers) / _ATTACK
    rising = 1 - np.maximum(0, numbers - last - _HOLD) / _RELEASE
    amount = np.clip(np.maximum(falling, rising), 0.0, 1.0)
    return amount * amount * (3 - 2 * amount)


def find_speech(sounds: Sequence[Sound], rate: int, samples: int, heard: Callable[[int], None]) -> _Activity:
    """Return where somebody speaks: frames that are loud for the sound they belong to.

    Args:
        sounds: What is listened to, each on its own, with its volume and fades.
        rate: Samples per second, a multiple of 100.
        samples: Length of the timeline.
        heard: Told the samples that were listened to, block by block.

    Raises:
        BrokenMedia: As `Voice`.
    """
    frame = rate // _FRAMES_PER_SECOND
    activity = np.zeros(-(-samples // frame), np.bool_)
    for sound in sounds:
        first = max(0, round(sound.start * rate)) // frame
        powers: list[NDArray[np.float32]] = []
        for block in _hear(Voice(sound, rate, Crossing()), rate, samples):
            powers.append(_powers(block, frame))
            heard(block.shape[1])
        active = _speaking(np.concatenate(powers)) if powers else np.zeros(0, np.bool_)
        activity[first : first + active.size] |= active[: activity.size - first]
    return activity


def _hear(voice: Voice, rate: int, samples: int) -> Iterator[Block]:
    """Yield blocks of a second in which the voice sounds alone, from the frame in which it begins."""
    frame = rate // _FRAMES_PER_SECOND
    try:
        for begin in range(max(0, voice.begin) // frame * frame, min(voice.end, samples), rate):
            block = silence(min(rate, min(voice.end, samples) - begin))
            voice.add(block, begin)
            yield block
    finally:
        voice.close()


def _powers(block: Block, frame: int) -> NDArray[np.float32]:
    """Return the mean power of each frame, of samples rounded to 16 bits: the same on every machine."""
    missing = -block.shape[1] % frame
    whole = np.clip(np.rint(block * np.float32(_SCALE)), -_SCALE, _SCALE).astype(np.int64)
    squares = np.pad((whole * whole).sum(axis=0), (0, missing)).reshape(-1, frame).sum(axis=1)
    return (squares / (frame * block.shape[0] * _SCALE * _SCALE)).astype(np.float32)


def _speaking(powers: NDArray[np.float32]) -> _Activity:
    loud = float(np.quantile(powers, _LOUD_SHARE))
    active = powers > max(loud * _UNDER_SPEECH, _SILENT)
    sums = np.cumsum(np.pad(active, (_AROUND + 1, _AROUND)))
    return sums[2 * _AROUND + 1 :] - sums[: -2 * _AROUND - 1] >= _CLICK
