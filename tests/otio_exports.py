"""Templates exported to OpenTimelineIO, and read back by its library."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import opentimelineio as otio

from cutroom.render.document.reading import read_template
from cutroom.render.exchange.otio import export_otio
from cutroom.render.sources.media_item import MediaItem

MEDIA = {
    "a.mp4": MediaItem(
        Path("a.mp4"), "0" * 64, "video", 640, 360, Fraction(10), Fraction(25), has_audio=True
    ),
    "b.mp4": MediaItem(Path("b.mp4"), "1" * 64, "video", 640, 360, Fraction(8), Fraction(25)),
    "m.mp3": MediaItem(Path("m.mp3"), "2" * 64, "audio", seconds=Fraction(60), has_audio=True),
    "p.jpg": MediaItem(Path("p.jpg"), "3" * 64, "image", 640, 360),
}


def exported(*tracks, **fields):
    document = {"version": 1, "rate": 30, "tracks": [{"clips": list(clips)} for clips in tracks], **fields}
    template = read_template(document)
    timeline = otio.adapters.read_from_string(export_otio(template, MEDIA), "otio_json")
    return template, timeline


def text(**fields):
    return {"type": "text", "text": "Hello", **fields}
