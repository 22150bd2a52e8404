"""The checker: every rule a track breaks, in the order of its cues."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from cutroom.subtitles.check_limits import Limits, Shown, limits_of
from cutroom.subtitles.check_rules import violations_of
from cutroom.subtitles.cue import Track
from cutroom.subtitles.rules import Rules
from cutroom.subtitles.violation import Violation


def check(
    track: Track, rules: Rules, *, shots: Sequence[Fraction] = (), seconds: Fraction | None = None
) -> list[Violation]:
    """Return what a track breaks.

    Times between two frames count as the nearest frame's, and are a violation of their own.

    Args:
        track: Any cues; they need not be in order.
        rules: What they must satisfy.
        shots: Seconds; the first frame of every new shot.
        seconds: How long the recording is; None: nobody knows, and no cue is too late.

    Returns:
        Sorted by cue, then in the order of `violation.RULES`.
    """
    limits = limits_of(rules, track.language, track.rate, shots=shots, seconds=seconds)
    return check_shown([Shown(cue, limits) for cue in track.cues], limits)


def check_shown(cues: Sequence[Shown], limits: Limits) -> list[Violation]:
    """Return what counted cues break."""
    found: list[Violation] = []
    last = len(cues) - 1
    for n, shown in enumerate(cues):
        around = (cues[n - 1] if n else None, cues[n + 1] if n < last else None)
        found.extend(violations_of(limits, n, shown, around))
    return found
