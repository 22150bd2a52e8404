"""Subtitles: cues, the rules they must satisfy, the files they are written in; pure Python."""

from cutroom.subtitles.cue import DEFAULT_RATE, Cue, Place, Track
from cutroom.subtitles.frame_grid import FrameGrid, read_rate
from cutroom.subtitles.rules import Rules, preset_names, read_preset
from cutroom.subtitles.violation import RULES, Violation
from cutroom.subtitles.word import Word, join_words

__all__ = [
    "DEFAULT_RATE",
    "RULES",
    "Cue",
    "FrameGrid",
    "Place",
    "Rules",
    "Track",
    "Violation",
    "Word",
    "join_words",
    "preset_names",
    "read_preset",
    "read_rate",
]
