"""Words begin when somebody speaks: pauses that a recogniser counted to a word's beginning are taken off.

Whisper's word times come from its attention and leave no gap: a pause lands in the word after it, so that a
cue would stand on the picture before a word is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cutroom.engines.speech_probability import FRAME, RATE, SpeechDetector
from cutroom.media import read_audio
from cutroom.subtitles import Word

_SECONDS = Fraction(FRAME, RATE)
_LONG = Fraction(1, 4)
"""Seconds; a shorter word holds no pause worth looking for."""

_LEAST = Fraction(1, 10)
"""Seconds that a word keeps at least."""

_PAUSE = 4
"""Frames of 32 ms: a shorter silence is a stop consonant."""

_QUIET = 0.3
"""Probability of speech under which a frame is a pause. Measured on 27 s with reference times: 90 % of the
words then begin within 0.21 s of the truth, before within 0.48 s; the worst is 0.5 s away, before 1.0 s."""


def settle_starts(words: Iterable[Word], window: Path) -> tuple[Word, ...]:
    """Let each word begin after the last pause that it holds.

    Only beginnings move, and never closer than 0.1 s to the word's end. One second of CPU time for some 1,000
    seconds of sound.

    Args:
        words: With times counted from the window's beginning.
        window: A FLAC file: 16 kHz, one channel.
    """
    detector = SpeechDetector()
    with read_audio(window, rate=RATE) as reader:
        for block in reader:
            detector.write(block[0])
    return settle(words, detector.finish().probability)


def settle(words: Iterable[Word], probability: NDArray[np.float32]) -> tuple[Word, ...]:
    """Do what `settle_starts` says with the probability of speech in each frame of 32 ms, `(frames,)`."""
    return tuple(_settled(word, probability) for word in words)


def _settled(word: Word, probability: NDArray[np.float32]) -> Word:
    if word.end - word.start < _LONG:
        return word
    first, last = int(word.start / _SECONDS), int((word.end - _LEAST) / _SECONDS)
    begin = _after_last_pause(probability[first:last] < _QUIET)
    if begin is None:
        return word
    start = min((first + begin) * _SECONDS, word.end - _LEAST)
    return replace(word, start=max(word.start, start))


def _after_last_pause(quiet: NDArray[np.bool_]) -> int | None:
    """Return the first frame after the last long run of quiet ones; None where there is none."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]]).astype(np.int8)))
    runs = [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2) if end - begin >= _PAUSE]
    return runs[-1][1] if runs else None
