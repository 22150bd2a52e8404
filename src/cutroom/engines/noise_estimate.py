"""From what the network heard: speech over noise, and the attenuation that suits it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from cutroom.engines.denoiser import Findings
from cutroom.engines.music import MusicDetector
from cutroom.engines.spectral_gain import GainEstimator

_ACTIVE = 10**-2.0
"""Frames within 20 dB of the loud ones carry speech."""

_OFFSET, _RESIDUE_WEIGHT, _FLOOR_WEIGHT = -3.1, 0.97, 0.46
"""A least-squares fit to the true ratios of the tuning list (rmse 5.5 dB; either alone 6.6 and 7.5): what the
network took away also holds speech that it lost, and the floor forgets noise that comes and goes."""

LOWEST_LIMIT = 8.0
HIGHEST_LIMIT = 30.0


def find(estimator: GainEstimator, music: MusicDetector) -> Findings:
    """Sum up one hearing."""
    speech = np.concatenate(estimator.speech_power) if estimator.speech_power else np.zeros(0, np.float32)
    noise = np.concatenate(estimator.noise_power) if estimator.noise_power else np.zeros(0, np.float32)
    score = music.score()
    loud = float(np.quantile(speech, 0.95)) if speech.size else 0.0
    if loud <= 0:
        return Findings(None, HIGHEST_LIMIT, None, score)
    active = speech > loud * _ACTIVE
    residue = _ratio(speech[active], noise[active])
    floor = _ratio(
        np.concatenate(estimator.total_power)[active], np.concatenate(estimator.floor_power)[active]
    )
    snr = _OFFSET + _RESIDUE_WEIGHT * residue + _FLOOR_WEIGHT * floor
    return Findings(snr, choose_limit(snr), active, score)


def _ratio(signal: NDArray[np.float32], noise: NDArray[np.float32]) -> float:
    """Return the ratio of mean powers in decibels, -100 to 100."""
    above, below = float(signal.mean()), float(noise.mean())
    return 10 * math.log10(min(max(above / max(below, 1e-30), 1e-10), 1e10))


def choose_limit(snr: float) -> float:
    """Return the attenuation limit in decibels for a signal-to-noise ratio in decibels.

    The line is the best of a grid on the tuning list: PESQ 1.94 over 0 to 15 dB (noisy 1.34; 2.00 with the
    best limit of every single mix) and 3.49 at 30 dB (noisy 3.19). The best limits rise from 10 dB for
    nearly clean sound to 30 dB at 0 dB.
    """
    return float(np.clip(36 - snr, LOWEST_LIMIT, HIGHEST_LIMIT))
