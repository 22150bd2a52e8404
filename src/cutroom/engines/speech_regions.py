"""Where somebody speaks: stretches of frames, from the probability of speech in each."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from cutroom.engines.speech_probability import FRAME, RATE, Activity

FRAMES_PER_SECOND = RATE / FRAME

_BEGIN, _RELEASE = 0.5, 0.35
"""A stretch begins at the first probability and ends under the second (the network's authors' own pair)."""

_JOIN = round(0.25 * FRAMES_PER_SECOND)
"""Frames: a shorter pause lies within a sentence and is no place to cut."""

_SHORTEST = round(0.1 * FRAMES_PER_SECOND)
"""Frames: what is shorter is a click or a breath."""

_SURE, _SURELY_NOT = 0.8, 0.1
_GUARD = round(0.2 * FRAMES_PER_SECOND)
"""Frames beside speech that hold its reverberation: no noise is measured there."""

_BESIDE = round(2 * FRAMES_PER_SECOND)
"""Frames: what is heard this near to speech is what disturbs it; an opening tune is not."""

_ENOUGH_NOISE = round(0.5 * FRAMES_PER_SECOND)
_QUIETEST = 0.1
_HIGHEST_SNR, _LOWEST_SNR = 60.0, -20.0


@dataclass(frozen=True)
class Region:
    """A stretch of speech, in frames of 512 samples: `begin` is its first, `end` the first behind it."""

    begin: int
    end: int


def find_regions(activity: Activity) -> list[Region]:
    """Return the stretches in which somebody speaks, in order, with at least 0.25 s between them."""
    found: list[Region] = []
    begin: int | None = None
    for number, probability in enumerate([*activity.probability.tolist(), 0.0]):
        if begin is None and probability >= _BEGIN:
            begin = number
        elif begin is not None and probability < _RELEASE:
            if found and begin - found[-1].end < _JOIN:
                begin = found.pop().begin
            found.append(Region(begin, number))
            begin = None
    return [region for region in found if region.end - region.begin >= _SHORTEST]


def measure_snr(activity: Activity, regions: list[Region]) -> float | None:
    """Return decibels of speech over noise, -20 to 60; None where nobody speaks.

    Noise is the median of what is heard within 2 s of speech where surely nobody speaks (the mean would count
    every click); without such a place, the quietest tenth of all frames.
    """
    probability, power = activity.probability, activity.power
    if not regions:
        return None
    is_near, is_beside = np.zeros(probability.size, np.bool_), np.zeros(probability.size, np.bool_)
    for region in regions:
        is_near[max(0, region.begin - _GUARD) : region.end + _GUARD] = True
        is_beside[max(0, region.begin - _BESIDE) : region.end + _BESIDE] = True
    speech = power[probability >= _SURE]
    if not speech.size:
        speech = np.concatenate([power[region.begin : region.end] for region in regions])
    noise = power[(probability < _SURELY_NOT) & is_beside & ~is_near]
    if noise.size < _ENOUGH_NOISE:
        noise = power[power <= np.quantile(power, _QUIETEST)]
    above, below = float(speech.mean(dtype=np.float64)), float(np.median(noise))
    if below <= 0:
        return _HIGHEST_SNR
    ratio = max(above - below, 1e-3 * below) / below
    return min(_HIGHEST_SNR, max(_LOWEST_SNR, 10 * math.log10(ratio)))
