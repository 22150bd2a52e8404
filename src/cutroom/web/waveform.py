"""Waveforms as the outline of an SVG path, drawn on the server: they need no script."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any, cast

from cutroom.base.errors import CutroomError
from cutroom.database import Row
from cutroom.storage import Storage

WIDTH = 1000
HEIGHT = 100
_MOST_BYTES = 1_500_000  # ours have up to 900,000
_MOST_PEAKS = 4000  # of a page; the editor reads all of them itself
_LEAST = 0.008  # so that silence is a line, not nothing

Peaks = list[list[float]]


async def read_peaks(storage: Storage, asset: Row | None) -> tuple[Peaks, float]:
    """Return an asset's peaks and the seconds they span; none when it has no waveform.

    Args:
        storage: Where the drawing's numbers are kept.
        asset: From `assets.find_served`.
    """
    if asset is None or not asset["waveform_key"] or asset["waveform_bytes"] > _MOST_BYTES:
        return [], 0.0
    try:
        content = b"".join([block async for block in storage.read(asset["waveform_key"])])
        return await asyncio.to_thread(_parse, content)
    except (CutroomError, ValueError, KeyError):
        return [], 0.0  # a page without a drawing is better than none


def _parse(content: bytes) -> tuple[Peaks, float]:
    drawn: dict[str, Any] = json.loads(content)
    return joined(cast("Peaks", drawn["peaks"]), _MOST_PEAKS), float(drawn["seconds"])


def joined(peaks: Sequence[Sequence[float]], columns: int) -> Peaks:
    """Return at most `columns` peaks; neighbours are joined to get there."""
    span = -(-len(peaks) // columns)
    if span <= 1:
        return [[low, high] for low, high in peaks]
    groups = (peaks[at : at + span] for at in range(0, len(peaks), span))
    return [[min(p[0] for p in group), max(p[1] for p in group)] for group in groups]


def cut(peaks: Peaks, seconds: float, start: float, length: float) -> Peaks:
    """Return the peaks of a window of the recording, for a preview's before."""
    if not peaks or seconds <= 0:
        return []
    first = round(start / seconds * len(peaks))
    last = round((start + length) / seconds * len(peaks))
    return peaks[first : max(first + 1, last)]


def loudest(*several: Peaks) -> float:
    """Return the largest absolute value, at least 0.05, for one scale over several drawings."""
    return max([0.05, *(max(abs(low), abs(high)) for peaks in several for low, high in peaks)])


def outline(peaks: Sequence[Sequence[float]], top: float = 1.0, columns: int = WIDTH) -> str:
    """Return the `d` of a closed path: the highs to the right, the lows back.

    Args:
        peaks: `[[lowest, highest], ...]` in [-1, 1].
        top: The value that reaches the edge.
        columns: Most points; neighbours are joined to get there.
    """
    if not peaks:
        return ""
    drawn = joined(peaks, columns)
    step = WIDTH / len(drawn)
    highs = [f"{(i + 0.5) * step:.1f} {_y(max(high, _LEAST), top)}" for i, (_, high) in enumerate(drawn)]
    lows = [f"{(i + 0.5) * step:.1f} {_y(min(low, -_LEAST), top)}" for i, (low, _) in enumerate(drawn)]
    return f"M{'L'.join([*highs, *reversed(lows)])}Z"


def _y(value: float, top: float) -> str:
    share = max(-1.0, min(1.0, value / top))
    return f"{HEIGHT / 2 * (1 - share):.1f}"
