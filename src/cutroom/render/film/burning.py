"""Captions burnt into a video: the picture drawn and encoded once, sound and everything else copied."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from cutroom.base.errors import Refused
from cutroom.media import ReplacedPicture, replace_picture, standard_rate
from cutroom.render.document.reading import read_template
from cutroom.render.document.template import AnyDocument
from cutroom.render.film.rendering import Progress, render_film
from cutroom.render.film.timings import Timings
from cutroom.render.output import Output
from cutroom.render.scene.placed_files import media_uses
from cutroom.render.sources.media_item import MediaItem
from cutroom.render.sources.media_reading import look_at_media

VIDEO = "video"
"""What the document of `burning_document` calls the video."""

PLAIN: Mapping[str, Any] = {"style": "line"}
"""What captions look like where nobody says it: two lines with an outline at the bottom."""

_STEADY = (24, 25, 30, 50, 60)
_FASTEST = 120
_SLACK = Fraction(98, 100)
_RENDERED = 0.95


def burning_document(video: MediaItem, captions: Mapping[str, Any]) -> AnyDocument:
    """Return the template of a video with captions over it; its one file is called `VIDEO`.

    The canvas is the video's, less an odd column or row. Its rate is the video's own; where that varies, the
    next steady one, so that no picture is left out for long.

    Args:
        video: As `look_at_media` found it.
        captions: A clip of the layer `captions`, without type and times: cues or src, style, size, ...

    Raises:
        Refused: With code `no_video` when it is no film, or nobody knows how long it is.
    """
    if video.kind != "video" or not video.seconds:
        raise Refused("Captions are burnt into videos; this file is none.", code="no_video")
    length = str(video.seconds)
    film = {"type": "video", "src": VIDEO, "muted": True, "fit": "fill", "start": 0, "length": length}
    over = {**PLAIN, **captions, "type": "captions", "start": 0, "length": length}
    return {
        "version": 1,
        "width": video.width - video.width % 2,
        "height": video.height - video.height % 2,
        "rate": str(_rate_of(video)),
        "length": length,
        "tracks": [{"clips": [film]}, {"clips": [over]}],
    }


def _rate_of(video: MediaItem) -> Fraction:
    rate = standard_rate(video.rate)
    if video.has_constant_rate and rate and rate <= _FASTEST:
        return rate
    mean = video.rate or Fraction(_STEADY[0])
    return Fraction(next((steady for steady in _STEADY if steady >= mean * _SLACK), _STEADY[-1]))


@dataclass(frozen=True, slots=True)
class Burnt:
    """What was made.

    Attributes:
        file: Its container, and what of the video it cannot hold.
        timings: What the picture cost.
    """

    file: ReplacedPicture
    timings: Timings


def burn_captions(
    video: Path,
    captions: Mapping[str, Any],
    target: Path,
    *,
    output: Output | None = None,
    files: Mapping[str, Path] | None = None,
    processes: int = 1,
    progress: Progress | None = None,
) -> Burnt:
    """Write `target`: a video with captions in its picture.

    Args:
        video: Any film.
        captions: See `burning_document`.
        target: Where to write; its name plays no part. Scratch files lie beside it.
        output: How the picture is encoded; left out: H.264.
        files: Where the files lie that the captions name, by their `src`.
        processes: See `render_film`.
        progress: Called with 0..1 and what is being done.

    Raises:
        Refused: With code `no_video`, `bad_template`, `bad_output`.
        CutroomError: What cannot be read, drawn, encoded or written.
    """
    item = look_at_media(video, "video")
    template = read_template(burning_document(item, captions))
    media = {
        use.src: item if use.src == VIDEO else look_at_media((files or {})[use.src], use.kind)
        for use in media_uses(template)
    }
    tell = progress or _ignore
    with tempfile.TemporaryDirectory(prefix=".burn-", dir=target.parent) as folder:
        rendered = render_film(
            template,
            media,
            [(output or Output()).model_copy(update={"mute": True})],
            Path(folder),
            processes=processes,
            progress=lambda share, text: tell(share * _RENDERED, text),
        )
        file = replace_picture(video, rendered.made[0].path, target)
    tell(1.0, "join")
    return Burnt(file, rendered.timings)


def _ignore(share: float, text: str) -> None:
    del share, text
