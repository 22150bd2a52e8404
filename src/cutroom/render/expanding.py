"""A document made plain: inputs filled in, conditions decided, lists repeated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from cutroom.render.faults import Faults, join_path
from cutroom.render.template import AnyDocument

DEEPEST_GROUP = 8
MOST_CLIPS = 50_000
"""How many clips a template may have in all, as it is expanded."""


@dataclass(frozen=True, slots=True)
class PlainClip:
    """A clip of the expanded document.

    Attributes:
        path: Where it stands in the document as it was written.
        written: What stands there.
        value: What became of it, without the clips inside it.
        clips: The clips inside it; None where it has none.
    """

    path: str
    written: Any
    value: Any
    clips: list[PlainClip] | None = None


@dataclass(frozen=True, slots=True)
class PlainTrack:
    """A track of the expanded document; attributes as of `PlainClip`, `clips` None where it is no list."""

    path: str
    written: Any
    value: Any
    clips: list[PlainClip] | None


@dataclass(frozen=True, slots=True)
class PlainDocument:
    """An expanded document.

    Attributes:
        written: The document as it was written.
        value: What became of it, without its tracks and inputs.
        tracks: From below to above; None where the document has no list of them.
    """

    written: AnyDocument
    value: dict[str, Any]
    tracks: list[PlainTrack] | None


class Expander:
    """Expands one document."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._clips = 0

    def document(self, written: AnyDocument) -> PlainDocument:
        """Expand a document."""
        value = {name: inner for name, inner in written.items() if name not in {"tracks", "inputs"}}
        tracks = written.get("tracks")
        if not isinstance(tracks, list | tuple):
            return PlainDocument(written, value | ({"tracks": tracks} if "tracks" in written else {}), None)
        plain = [
            self._track(track, join_path("$", "tracks", index))
            for index, track in enumerate(cast("list[Any]", tracks))
        ]
        return PlainDocument(written, value, plain)

    def _track(self, written: Any, path: str) -> PlainTrack:
        if not isinstance(written, dict):
            return PlainTrack(path, written, written, None)
        members = cast("dict[str, Any]", written)
        clips = members.get("clips")
        if not isinstance(clips, list | tuple):
            return PlainTrack(path, members, members, None)
        value = {name: inner for name, inner in members.items() if name != "clips"}
        return PlainTrack(
            path, members, value, self._all(cast("list[Any]", clips), join_path(path, "clips"), 0)
        )

    def _all(self, written: list[Any], path: str, depth: int) -> list[PlainClip]:
        self._clips += len(written)
        if self._clips > MOST_CLIPS:
            self._faults.add(path, None, f"has too many clips: a template has at most {MOST_CLIPS:,}")
            self._faults.check()
        if depth > DEEPEST_GROUP:
            self._faults.add(path, None, f"must not be nested deeper than {DEEPEST_GROUP} groups")
            return []
        return [self._clip(clip, join_path(path, index), depth) for index, clip in enumerate(written)]

    def _clip(self, written: Any, path: str, depth: int) -> PlainClip:
        if not isinstance(written, dict):
            return PlainClip(path, written, written)
        members = cast("dict[str, Any]", written)
        clips = members.get("clips")
        if not isinstance(clips, list | tuple):
            return PlainClip(path, members, members)
        inner = self._all(cast("list[Any]", clips), join_path(path, "clips"), depth + 1)
        return PlainClip(path, members, {n: v for n, v in members.items() if n != "clips"}, inner)
