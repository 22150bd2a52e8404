"""Which files a template needs, before anything is fetched or drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, cast

from cutroom.render.document.clip import Clip, VisualClip
from cutroom.render.document.faults import join_path
from cutroom.render.document.template import Template
from cutroom.render.layer import LAYERS
from cutroom.render.sources.media_item import MediaKind, MediaUse

_PREFERRED: tuple[MediaKind, ...] = ("video", "image", "animation", "audio", "subtitles", "font")


def media_uses(template: Template) -> tuple[MediaUse, ...]:
    """Return every file that a template needs, each once, in the order of the document."""
    found = dict.fromkeys(use for track in template.tracks for clip in track.clips for use in uses_of(clip))
    fonts = (MediaUse(font.src, "font") for font in template.fonts)
    return tuple(dict.fromkeys((*fonts, *found)))


def uses_of(clip: Clip) -> Iterator[MediaUse]:
    """Yield the files of one clip: its layer's, its mask's, its transition's."""
    yield from LAYERS.load(clip.type).media(clip)
    if isinstance(clip, VisualClip):
        if clip.mask and clip.mask.src:
            yield MediaUse(clip.mask.src, "image")
        if clip.transition and clip.transition.src:
            yield MediaUse(clip.transition.src, "image")


def kinds_of_files(uses: Sequence[MediaUse]) -> dict[str, MediaKind]:
    """Return what each file must be, by its `src`: a film that is only heard in one place is still a film."""
    kinds: dict[str, MediaKind] = {}
    for use in uses:
        known = kinds.get(use.src)
        if known is None or _PREFERRED.index(use.kind) < _PREFERRED.index(known):
            kinds[use.src] = use.kind
    return kinds


def path_of(document: Any, text: str, given: Any = None) -> str:
    """Return the JSONPath of the first place that is this text; `$` where none is.

    Args:
        document: The template as it was written.
        text: What stands there.
        given: Values of its inputs; they are looked through first.
    """
    return next(chain(_paths(given, text, "$.inputs"), _paths(document, text, "$")), "$")


def _paths(value: Any, text: str, path: str) -> Iterator[str]:
    # Documents that were read are at most 64 levels deep.
    if value == text:
        yield path
    elif isinstance(value, dict):
        for name, inner in cast("dict[str, Any]", value).items():
            yield from _paths(inner, text, join_path(path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(cast("list[Any]", value)):
            yield from _paths(inner, text, join_path(path, number))
