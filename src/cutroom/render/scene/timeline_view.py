"""A timeline as JSON: what an editor draws, with the path of every clip in the document."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from cutroom.render.document.clip import Clip
from cutroom.render.scene.timeline import Placed, Timeline

Json = dict[str, Any]

MOST_CLIPS = 2000
"""How many are told; an editor cannot show more."""
_NAMES = ("id", "text", "src", "shape", "value", "style", "color")
_LONGEST_NAME = 60


def timeline_view(timeline: Timeline) -> Json:
    """Return the tracks from below to above, each with its clips in the order in which they begin.

    Times are seconds, rounded to microseconds. `count` is how many clips there are, told or not.
    """
    left = MOST_CLIPS
    tracks: list[Json] = []
    for row in timeline.rows:
        told = row.placed[:left]
        left -= len(told)
        tracks.append({"clips": [_clip_view(placed) for placed in told]})
    return {
        "seconds": _seconds(timeline.seconds),
        "frames": timeline.frame_count,
        "rate": float(timeline.rate),
        "count": sum(len(row.placed) for row in timeline.rows),
        "tracks": tracks,
    }


def _clip_view(placed: Placed) -> Json:
    view: Json = {
        "path": placed.path,
        "type": placed.clip.type,
        "name": _name(placed.clip),
        "start": _seconds(placed.start),
        "length": _seconds(placed.length),
    }
    if placed.overlap:
        view["overlap"] = _seconds(placed.overlap)
    return view


def _name(clip: Clip) -> str:
    """Say what a clip is by what it shows; empty where only its type says it."""
    for name in _NAMES:
        value = getattr(clip, name, None)
        if isinstance(value, str) and value.strip():
            words = " ".join(value.split())
            shown = words.rpartition("/")[2] if name == "src" else words
            return shown if len(shown) <= _LONGEST_NAME else shown[: _LONGEST_NAME - 1] + "…"
    return ""


def _seconds(time: Fraction) -> float:
    return round(float(time), 6)
