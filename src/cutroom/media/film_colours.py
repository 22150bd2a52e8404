"""Films in wide or high-dynamic-range colours, as phones record them, shown in sRGB."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np
from av import VideoFrame

from cutroom.media.colour_profile import LINEAR, ColourProfile

_BT2020, _P3 = 9, 12
"""Colour primaries of ITU-T H.273, table 2."""

_PQ, _HLG = 16, 18
"""Transfer characteristics of ITU-T H.273, table 3."""

_TO_BT709 = {
    _BT2020: ((1.6605, -0.5876, -0.0728), (-0.1246, 1.1329, -0.0083), (-0.0182, -0.1006, 1.1187)),
    _P3: ((1.2249, -0.2247, 0.0), (-0.0420, 1.0419, 0.0), (-0.0197, -0.0786, 1.0979)),
}
"""Linear light to BT.709's primaries (ITU-R BT.2087-0, 2; SMPTE EG 432-1 for P3 with white D65)."""

_WHITE_NITS = 203
"""Diffuse white of high dynamic range (ITU-R BT.2408-7, 2.2)."""

_KNEE = 0.6
"""Linear light up to which brightness is kept; from there on it bends towards 1."""


def colours_of(frame: VideoFrame) -> ColourProfile | None:
    """Return how a frame's colours become sRGB; None: they are shown as they are."""
    primaries, transfer = int(frame.color_primaries), int(frame.color_trc)
    if primaries not in _TO_BT709 and transfer not in {_PQ, _HLG}:
        return None
    return _profile(primaries if primaries in _TO_BT709 else _BT2020, transfer)


@cache
def _profile(primaries: int, transfer: int) -> ColourProfile:
    light: Callable[[float], float] = {_PQ: _pq, _HLG: _hlg}.get(transfer, _bt1886)
    curve = [light(level / 255) for level in range(256)]
    steps = np.floor(np.clip(curve, 0, 1) * LINEAR + 0.5).astype(np.int32)
    matrix = np.floor(np.array(_TO_BT709[primaries]) * 4096 + 0.5).astype(np.int32)
    return ColourProfile(np.stack([steps] * 3), matrix)


def _bt1886(signal: float) -> float:
    """Return the light of standard range as screens show it: the inverse of sRGB, as for all other films."""
    return signal / 12.92 if signal <= 0.04045 else ((signal + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - IEC 61966-2-1


def _pq(signal: float) -> float:
    """Return the light of a perceptual quantizer's signal (SMPTE ST 2084, 5.1), bent into standard range."""
    root = signal ** (1 / 78.84375)
    nits = 10_000 * (max(0.0, root - 0.8359375) / (18.8515625 - 18.6875 * root)) ** (1 / 0.1593017578125)
    return _bend(nits / _WHITE_NITS)


def _hlg(signal: float) -> float:
    """Return the light of hybrid log-gamma on a screen of 1,000 nits (ITU-R BT.2100-2, table 5), bent."""
    if signal <= 1 / 2:
        scene = signal * signal / 3
    else:
        scene = (math.exp((signal - 0.55991073) / 0.17883277) + 0.28466892) / 12
    return _bend(1000 * scene**1.2 / _WHITE_NITS)


def _bend(light: float) -> float:
    """Compress what is brighter than the knee; its slope begins with 1 and it never reaches 1."""
    if light <= _KNEE:
        return light
    return _KNEE + (1 - _KNEE) * (1 - math.exp(-(light - _KNEE) / (1 - _KNEE)))
