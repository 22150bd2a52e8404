"""A template with its files: which sprites every frame is made of, and what is heard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from cutroom.base.errors import CutroomError
from cutroom.render.document.faults import Fault, refuse
from cutroom.render.document.template import Template
from cutroom.render.document.values import Color
from cutroom.render.fonts import FontBook
from cutroom.render.layer import LAYERS, Stage
from cutroom.render.scene.cast import Cast, Sprites
from cutroom.render.scene.font_check import check_fonts
from cutroom.render.scene.placed_files import media_uses
from cutroom.render.scene.timeline import Placed, Timeline, lay_out, named
from cutroom.render.sound import Sound
from cutroom.render.sources.media_item import MediaItem


class Scene:
    """What a film shows and sounds like; close it when it is done with."""

    def __init__(self, template: Template, media: Mapping[str, MediaItem]) -> None:
        """Lay the template out.

        Args:
            template: As `read_template` gives it.
            media: Every file that `media_uses(template)` asks for, by its `src`.

        Raises:
            Refused: With code `bad_template`: files and typefaces that are missing, times that
                contradict each other.
        """
        missing = [use for use in media_uses(template) if use.src not in media]
        if missing:
            refuse([Fault("$", use.src, f"needs the {use.kind} {use.src!r}", "Give it.") for use in missing])
        self.template = template
        self.timeline: Timeline = lay_out(template, media)
        fonts = FontBook.of((font.family, media[font.src]) for font in template.fonts)
        check_fonts(template, fonts)
        seconds = self.timeline.seconds
        self._stage = Stage(
            template.width,
            template.height,
            template.rate,
            Fraction(0),
            seconds,
            media,
            fonts,
            seconds,
        )
        self._cast = Cast(self.timeline.rows, self._stage)

    @property
    def width(self) -> int:
        """Pixels of the canvas."""
        return self.template.width

    @property
    def height(self) -> int:
        """Pixels of the canvas."""
        return self.template.height

    @property
    def rate(self) -> Fraction:
        """Frames per second."""
        return self.template.rate

    @property
    def seconds(self) -> Fraction:
        """How long the film is."""
        return self.timeline.seconds

    @property
    def frame_count(self) -> int:
        """How many frames the film has."""
        return self.timeline.frame_count

    @property
    def background(self) -> Color:
        """What is seen where nothing is."""
        return self.template.background

    def frame(self, number: int) -> Sprites:
        """Return what is seen in a frame, from below to above; no pixel is drawn yet.

        Args:
            number: From 0; shown at `number / rate` seconds.

        Raises:
            CutroomError: When a clip cannot be drawn; it says which.
        """
        return self._cast.at(number / self.rate)

    def sounds(self) -> tuple[Sound, ...]:
        """Return everything that is heard."""
        return tuple(sound for row in self.timeline.rows for one in row.placed for sound in self._heard(one))

    def close(self) -> None:
        """Let go of open files."""
        self._cast.close()

    def _heard(self, placed: Placed) -> Iterator[Sound]:
        stage = replace(self._stage, start=placed.start, length=placed.length, path=placed.path)
        layer = LAYERS.load(placed.clip.type)
        try:
            sounds = layer.sounds(placed.clip, stage)
        except CutroomError as error:
            raise named(error, placed.clip, placed.path) from error
        for sound in sounds:
            # What begins later in a group, or ends sooner, has less of its transition, or nothing.
            coming = placed.start + placed.overlap - sound.start if placed.overlap else Fraction(0)
            going = sound.start + sound.length - (placed.end - placed.overlapped)
            yield replace(
                sound,
                fade_in=max(sound.fade_in, coming),
                fade_out=max(sound.fade_out, going if placed.overlapped else Fraction(0)),
                path=sound.path or placed.path,
            )
