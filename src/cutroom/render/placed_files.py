"""Which files a template needs, before anything is fetched or drawn."""

from __future__ import annotations

from collections.abc import Iterator

from cutroom.render.clip import Clip, VisualClip
from cutroom.render.layer import LAYERS
from cutroom.render.media_item import MediaUse
from cutroom.render.template import Template


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
