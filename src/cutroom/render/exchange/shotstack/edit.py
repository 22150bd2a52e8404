"""A whole edit of Shotstack's format: timeline, output and merge fields."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from cutroom.base.errors import Refused
from cutroom.render.document.document import check_values
from cutroom.render.document.faults import Faults
from cutroom.render.document.template import VERSION, AnyDocument
from cutroom.render.exchange.shotstack.assets import sound_fields
from cutroom.render.exchange.shotstack.clips import import_clip
from cutroom.render.exchange.shotstack.fields import Fields, Note, Notes
from cutroom.render.exchange.shotstack.looks import Context, color, plain_name
from cutroom.render.exchange.shotstack.merging import Merge

_HEIGHTS = {"preview": 288, "mobile": 360, "sd": 576, "hd": 720, "1080": 1080, "4k": 2160}
_SHAPES = {"16:9": (16, 9), "9:16": (9, 16), "1:1": (1, 1), "4:5": (4, 5), "4:3": (4, 3)}
_FILMS = re.compile(r"\.(?:mp4|mov|webm|mkv|m4v|avi|gif)(?:$|[?#])", re.IGNORECASE)


@dataclass(frozen=True)
class Imported:
    """What became of an edit.

    Attributes:
        document: A template, as it is written.
        notes: What was not carried over, or not exactly.
        format: The file that was asked for: mp4, gif, mp3, jpg, png.
    """

    document: AnyDocument
    notes: tuple[Note, ...]
    format: str = "mp4"


def import_shotstack(edit: Mapping[str, Any]) -> Imported:
    """Make a template of an edit: timeline, tracks, clips, assets and merge fields.

    Args:
        edit: What is posted to Shotstack's render endpoint.

    Raises:
        Refused: With code `bad_edit` when it is none; with `bad_template` when its values are no JSON.
    """
    check_values(dict(edit), "$", Faults())
    notes = Notes()
    whole = Fields(edit, "$", notes)
    timeline, output = whole.inner("timeline"), whole.inner("output")
    if not timeline.has("tracks"):
        message = 'This is no edit of Shotstack\'s: it must have "timeline" with "tracks".'
        raise Refused(message, code="bad_edit")
    merge = Merge(whole.items("merge"), notes)
    frame = _frame(output, merge)
    fonts = _fonts(timeline)
    context = Context(
        merge, frame["width"], frame["height"], {plain_name(font["family"]): font["family"] for font in fonts}
    )
    tracks = _tracks(timeline, context)
    document: AnyDocument = {"version": VERSION, **frame}
    document |= {"background": color(timeline.take("background"), None, context) or "#000000"}
    document |= {"fonts": fonts} if fonts else {}
    document["tracks"] = tracks
    inputs = merge.inputs()
    if inputs:
        document = {"version": VERSION, "inputs": inputs, **document}
    wanted = output.word("format") or "mp4"
    output.close("quality")
    timeline.close("cache")
    whole.close("disk", "instance")
    return Imported(document, tuple(notes.found), wanted)


def _frame(output: Fields, merge: Merge) -> dict[str, Any]:
    size = output.inner("size")
    width = merge.number(size.take("width"), size.at("width"))
    height = merge.number(size.take("height"), size.at("height"))
    resolution = output.word("resolution") or "hd"
    if not width or not height:
        across, down = _SHAPES.get(output.word("aspectRatio") or "16:9", _SHAPES["16:9"])
        short = _HEIGHTS.get(resolution, 720)
        shorter = down if across >= down or (across, down) == _SHAPES["4:5"] else across
        width, height = short * across / shorter, short * down / shorter
    rate = merge.number(output.take("fps"), output.at("fps"), 15 if resolution == "preview" else 25)
    size.close()
    return {"width": _even(width), "height": _even(height), "rate": rate}


def _even(pixels: float) -> int:
    return min(7680, max(16, 2 * round(pixels / 2)))


def _fonts(timeline: Fields) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for path, one in timeline.items("fonts"):
        font = Fields(one, path, timeline.notes)
        source = font.take("src")
        if isinstance(source, str) and source:
            family = PurePosixPath(source.partition("?")[0]).stem[:100] or "Font"
            found.append({"family": family, "src": source})
            font.note("src", f"is called {family!r} after its file; its own name is not looked at")
        font.close()
    return found


def _tracks(timeline: Fields, context: Context) -> list[dict[str, Any]]:
    tracks: list[dict[str, Any]] = []
    for path, one in timeline.items("tracks"):
        track = Fields(one, path, timeline.notes)
        clips: list[tuple[str, dict[str, Any]]] = []
        for place, clip in track.items("clips"):
            made = import_clip(Fields(clip, place, track.notes), context)
            if made is not None:
                clips.append((place, made))
        track.close()
        tracks.append({"clips": _masked(clips, track)})
    # There the first track stands above the others.
    tracks.reverse()
    if timeline.has("soundtrack"):
        tracks.append({"clips": [_soundtrack(timeline.inner("soundtrack"), context)]})
    return tracks


def _soundtrack(sound: Fields, context: Context) -> dict[str, Any]:
    clip = {"type": "audio", "src": context.merge.keep(sound.take("src") or "", "audio"), "role": "music"}
    clip |= {"start": 0, "length": "end"} | sound_fields(sound, context, "effect")
    sound.close()
    return clip


def _masked(clips: list[tuple[str, dict[str, Any]]], track: Fields) -> list[dict[str, Any]]:
    """Give the clips of a track the mattes that play at the same time."""
    shown = [clip for _, clip in clips if clip["type"] != "luma"]
    for place, matte in ((place, clip) for place, clip in clips if clip["type"] == "luma"):
        masked = [clip for clip in shown if clip["type"] != "audio" and _shared(matte, clip) > 0]
        for clip in masked:
            if message := _mask(clip, matte):
                track.notes.add(place, message)
        if not masked:
            track.notes.add(place, "is left out: no clip of its track plays at the same time")
    return shown


def _mask(clip: dict[str, Any], matte: dict[str, Any]) -> str | None:
    """Let a matte mask a clip; return what is not as it was."""
    together = _shared(matte, clip)
    whole = together == math.inf or together >= clip["length"]
    if not _FILMS.search(str(matte["src"])):
        clip["mask"] = {"src": matte["src"], "channel": "luma"}
        return None if whole else "masks all of the clip that it plays with, not a part of its time"
    if whole:
        return "is not carried over: mattes that move are not known here"
    # One that plays at an end of a clip is how the clip comes or goes.
    way = "enter" if matte["start"] <= clip["start"] else "exit"
    clip.setdefault(way, {"type": "fade", "length": together})
    return f"becomes a fade of {together:g} s: mattes do not move here"


def _shared(one: dict[str, Any], other: dict[str, Any]) -> float:
    """Return for how many seconds two clips play together; infinity where that is not known."""
    if any(isinstance(clip[name], str) for clip in (one, other) for name in ("start", "length")):
        return math.inf
    ends = (one["start"] + one["length"], other["start"] + other["length"])
    return round(min(ends) - max(one["start"], other["start"]), 6)
