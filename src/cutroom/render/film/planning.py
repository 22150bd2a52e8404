"""What a render will do, found out before any frame is drawn: segments, their keys, what cannot be."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from cutroom.base.errors import Refused
from cutroom.render.document.template import Template
from cutroom.render.film.encode.video_encoder import check_encoder
from cutroom.render.film.segments import (
    AnyScene,
    Progress,
    Segment,
    coding_of,
    cut,
    has_segments,
    segment_keys,
)
from cutroom.render.film.versions import engine_version
from cutroom.render.output import Output, format_of, size_of
from cutroom.render.scene.scene import Scene
from cutroom.render.sounds.mixing import Mixed, mix, signature
from cutroom.render.sources.media_item import MediaItem

Media = Mapping[str, MediaItem]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a template becomes files; it can be pickled.

    Attributes:
        width: Pixels of the canvas.
        height: The same.
        rate: Frames per second.
        frame_count: How many frames there are.
        seconds: How long the film is.
        segments: Its parts.
        filmed: The outputs that are made of segments, in the order they were asked for.
        keys: For each segment the key of its part of each of `filmed`; equal keys, equal bytes. Empty where
            they were not asked for.
        sound_key: The same for the mixed sound; None: nothing is heard.
    """

    width: int
    height: int
    rate: Fraction
    frame_count: int
    seconds: Fraction
    segments: tuple[Segment, ...]
    filmed: tuple[Output, ...]
    keys: tuple[tuple[str, ...], ...]
    sound_key: str | None


def plan_film(
    template: Template,
    media: Media,
    outputs: Sequence[Output],
    *,
    needs_keys: bool = True,
    progress: Progress | None = None,
) -> Plan:
    """Plan a render; nothing is drawn, encoded or mixed.

    Args:
        template: As `read_template` gives it.
        media: Its files.
        outputs: What is wanted.
        needs_keys: Whether segments are kept under their keys, which cost about 0.1 ms for each frame.
        progress: Called with 0..1.

    Raises:
        Refused: With code `bad_template`; `unknown_output`, `bad_output`; `no_sound` when sound alone is
            wanted of a template without any.
        Unsupported: With code `no_hardware_encoder`.
        CutroomError: When a clip cannot be made ready; it says which.
    """
    scene = Scene(template, media)
    try:
        sounds = scene.sounds()
        check_outputs(scene, outputs, has_sound=bool(sounds))
        filmed = tuple(output for output in outputs if has_segments(output))
        segments = cut(scene.frame_count)
        keys: list[tuple[str, ...]] = []
        if needs_keys and filmed:
            for segment in segments:
                keys.append(segment_keys(scene, filmed, segment))
                if progress:
                    progress(segment.stop / scene.frame_count)
        sound_key = _sound_key(signature(sounds, scene.seconds, template.sound)) if sounds else None
        return Plan(
            scene.width,
            scene.height,
            scene.rate,
            scene.frame_count,
            scene.seconds,
            segments,
            filmed,
            tuple(keys),
            sound_key,
        )
    finally:
        scene.close()


def _sound_key(heard: str) -> str:
    """Return the key of a mix: what is heard, and the code and libraries that mix it."""
    return hashlib.sha256(f"{engine_version()} {heard}".encode()).hexdigest()


def check_outputs(scene: AnyScene, outputs: Sequence[Output], *, has_sound: bool) -> None:
    """Refuse outputs that cannot be made of a scene; see `plan_film`."""
    if not outputs:
        raise Refused("No output is asked for; name at least one.", code="bad_output")
    for output in outputs:
        size = size_of(output, scene.width, scene.height)
        kind = format_of(output).kind
        if kind == "sound" and not has_sound:
            message = f"The template has no sound, so that there is no {output.format} of it."
            raise Refused(message, code="no_sound")
        if kind in {"film", "animation"}:
            check_encoder(coding_of(scene, output), *size)


def make_sound(template: Template, media: Media, target: Path, progress: Progress | None = None) -> Mixed:
    """Mix what is heard of a template into a file.

    Args:
        template: As `read_template` gives it.
        media: Its files.
        target: Where to write; FLAC, or WAV where the name ends in `.wav`.
        progress: Called with 0..1.

    Raises:
        BrokenMedia: When a file's sound cannot be read.
        Unavailable: With code `disk_full`.
    """
    scene = Scene(template, media)
    try:
        return mix(
            scene.sounds(),
            seconds=scene.seconds,
            mastering=template.sound,
            target=target,
            progress=progress,
        )
    finally:
        scene.close()
