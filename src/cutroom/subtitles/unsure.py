"""Words that the recogniser was not sure of, and where they stand in a cue's text."""

from __future__ import annotations

from cutroom.subtitles.cue import Cue
from cutroom.subtitles.markup import strip

UNSURE = 0.5
"""A word of less confidence is worth a second look; engines without confidences mark nothing."""


def unsure_places(cue: Cue) -> list[tuple[int, int]]:
    """Return where a cue's unsure words begin and end, in code points of what it shows, in order."""
    if not any(word.confidence is not None and word.confidence < UNSURE for word in cue.words):
        return []
    shown = strip(cue.text)
    places: list[tuple[int, int]] = []
    at = 0
    for word in cue.words:
        begin = shown.find(word.text, at)
        if begin < 0:
            continue  # a text that was written by other means than edits; the words behind may be there
        at = begin + len(word.text)
        if word.confidence is not None and word.confidence < UNSURE:
            places.append((begin, at))
    return places
