"""Which channels carry the voice, and their sum that the denoiser listens to."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

_CENTRE_WEIGHT = 2.0
"""Dialogue sits in the centre of a film's mix (ITU-R BS.775-4 assigns it there)."""

_OPPOSITE = -0.5
_MEMORY = 0.9


def low_frequency_channel(layout: str) -> int | None:
    """Return the index of the LFE channel in FFmpeg's channel order, or None.

    The order is that of WAVE_FORMAT_EXTENSIBLE: FL FR FC LFE ..., and only `2.1` has no FC.
    """
    if not re.match(r"\d\.1", layout):
        return None
    return 2 if layout.startswith("2.1") else 3


def _centre_channel(layout: str, channels: int) -> int | None:
    has_centre = layout.startswith(("3.0", "3.1", "4.0", "4.1", "5.", "6.0", "6.1", "7."))
    return 2 if has_centre and layout != "3.0(back)" and channels > 2 else None  # noqa: PLR2004 - FL FR FC


class Downmix:
    """One channel to listen to: LFE left out, the centre doubled, channels in opposite phase turned.

    Two microphone channels wired the wrong way round would cancel each other's voice in a plain sum.
    """

    def __init__(self, layout: str, channels: int) -> None:
        """Prepare for `channels` rows in FFmpeg layout `layout`."""
        weights = np.ones(channels, np.float32)
        low = low_frequency_channel(layout)
        if low is not None and channels > low:
            weights[low] = 0
        centre = _centre_channel(layout, channels)
        if centre is not None:
            weights[centre] = _CENTRE_WEIGHT
        self._weights = weights / weights.sum()
        self._lead = centre or 0
        self._products = np.zeros(channels)
        self._powers = np.zeros(channels)
        self._signs = np.ones(channels, np.float32)

    def mix(self, block: Samples) -> Samples:
        """Return `(n,)` samples from `(channels, n)`."""
        if block.shape[0] == 1:
            return block[0]
        lead = block[self._lead]
        self._products = _MEMORY * self._products + block @ lead
        self._powers = _MEMORY * self._powers + np.einsum("cn,cn->c", block, block)
        norms = np.sqrt(self._powers * self._powers[self._lead]) + 1e-20
        correlation = self._products / norms
        self._signs = np.where(correlation < _OPPOSITE, -1, 1).astype(np.float32)
        return (self._weights * self._signs) @ block
