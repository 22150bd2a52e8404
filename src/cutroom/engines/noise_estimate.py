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
HIGHEST_LIMIT = 26.0


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
    """Return the ratio of mean powers in decibels, at most 100."""
    return 10 * math.log10(
        max(float(signal.mean()), 1e-20) / max(float(noise.mean()), 1e-10 * float(signal.mean()), 1e-30)
    )


def choose_limit(snr: float) -> float:
    """Return the attenuation limit in decibels for a signal-to-noise ratio in decibels."""
    return float(np.clip(26 - 0.6 * snr, LOWEST_LIMIT, HIGHEST_LIMIT))
