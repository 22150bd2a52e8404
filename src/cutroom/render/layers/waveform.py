"""Waveform: how a sound looks while it is heard, for podcasts and music."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from cutroom.render.document.animated import Animated, value_at
from cutroom.render.document.clip import Clip, Share, VisualClip
from cutroom.render.document.values import Color, Time
from cutroom.render.layer import Layer, Stage
from cutroom.render.pixels.sprite import Source, Sprite
from cutroom.render.sounds.levels import BINS_PER_SECOND, LevelReader
from cutroom.render.sources.media_item import MediaItem, MediaUse
from cutroom.render.sources.waveforms import FULL, Align, Look, Style, Wave, draw_wave

_STEPS = 8
"""Steps of a pixel in which bars wander and the heard part grows."""
_FULL_HEIGHT = 32768 / 3
"""RMS of full height, -9.5 dBFS: loud syllables, and music as it is sold, come near it."""
_MOMENT = Fraction(1, 30)
"""Seconds between the moments that smoothing of bands looks back at."""
_MOMENTS = 5
_NEIGHBOURS = 3


class WaveformClip(VisualClip):
    """The picture of a sound; `src`, `trim`, `loop` and `speed` are those of the audio clip that plays it."""

    type: Literal["waveform"] = "waveform"  # pyright: ignore[reportIncompatibleVariableOverride] - frozen
    src: str = Field(min_length=1, description="A file with sound; a film gives its sound.")
    trim: Time = Field(default=Fraction(0), ge=0, description="Seconds skipped at the file's beginning.")
    loop: bool = False
    speed: float = Field(default=1.0, ge=0.25, le=4)
    style: Style = "bars"
    of: Literal["levels", "bands"] = Field(
        default="levels", description="Loudness over time; or how loud low to high tones are just now."
    )
    window: Annotated[Time, Field(gt=0, le=600)] | Literal["all"] = Field(
        default=Fraction(4), description='Seconds of sound that are shown around the moment; or "all" of it.'
    )
    bars: int = Field(default=48, ge=4, le=400, description="Bars, rays or points.")
    color: Animated[Color] = Color(255, 255, 255)
    played_color: Color | None = Field(default=None, description="Of the part that has been heard.")
    gap: float = Field(default=0.4, ge=0, le=0.95, description="Empty share of the place of a bar.")
    rounded: bool = True
    thickness: float = Field(default=6.0, gt=0, le=200, description="Of a line, in pixels.")
    inner: float = Field(default=0.6, ge=0, le=0.95, description="Hollow share of a circle.")
    align: Align = "center"
    smoothing: Share = Field(default=0.15, description="0: every sound as it is; 1: calm.")
    gain: float = Field(default=1.0, gt=0, le=100, description="2 draws a sound as if it were 6 dB louder.")


@dataclass
class WaveformDrawing:
    """A waveform in its box."""

    clip: WaveformClip
    item: MediaItem
    stage: Stage
    _reader: LevelReader = field(init=False)
    _whole: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        """Open nothing yet."""
        self._reader = LevelReader(self.item.path)

    def close(self) -> None:
        """Close the file."""
        self._reader.close()

    def measure(self, time: Fraction, width: float | None, height: float | None) -> tuple[float, float]:
        """Return the size asked for, else a band across the middle or a circle; see `Drawing.measure`."""
        del time
        if self.clip.style == "circle":
            side = width or height or min(self.stage.width, self.stage.height) / 2
            return side, height or side
        return width or self.stage.width * 0.8, height or self.stage.height * 0.15

    def sprites(self, time: Fraction, width: float, height: float) -> tuple[Sprite, ...]:
        """Return the waveform; equal ones have equal keys, so that a pause is drawn once."""
        wave = self._wave(time, width)
        clip = self.clip
        look = Look(
            clip.style,
            clip.align,
            clip.gap,
            clip.rounded,
            clip.thickness,
            clip.inner,
            value_at(clip.color, time),
            None if clip.of == "bands" else clip.played_color,
        )
        words = repr((look, wave, round(width, 3), round(height, 3)))
        key = "waveform:" + hashlib.sha256(words.encode()).hexdigest()
        size = max(1, math.ceil(width)), max(1, math.ceil(height))
        return (Sprite(Source(key, *size, partial(draw_wave, look, wave, width, height), is_still=False)),)

    def _wave(self, time: Fraction, width: float) -> Wave:
        clip = self.clip
        place = self._place(time)
        if clip.of == "bands":
            return Wave(self._bands(place), 0.0, clip.bars, 1.0)
        if clip.window == "all" or clip.style == "circle":
            steps = max(1, round(width * _STEPS))
            begin, seconds = self._stretch()
            heard = min(1.0, max(0.0, float((place - begin) / seconds)))
            return Wave(
                self._all(), 0.0, clip.bars, round(heard * steps) / steps if clip.played_color else 1.0
            )
        return self._wandering(place, clip.window, width)

    def _place(self, time: Fraction) -> Fraction:
        """Return the moment of the file that is heard."""
        clip = self.clip
        played = time * Fraction(repr(clip.speed))
        if clip.loop and self.item.seconds is not None and self.item.seconds > clip.trim:
            played %= self.item.seconds - clip.trim
        return clip.trim + played

    def _stretch(self) -> tuple[Fraction, Fraction]:
        """Return where in the file the clip begins, and how many seconds of it are heard."""
        clip = self.clip
        seconds = self.stage.length * Fraction(repr(clip.speed))
        if self.item.seconds is not None and (clip.loop or self.item.seconds - clip.trim < seconds):
            seconds = self.item.seconds - clip.trim
        return clip.trim, max(seconds, Fraction(1, BINS_PER_SECOND))

    def _all(self) -> tuple[int, ...]:
        if self._whole is None:
            begin, seconds = self._stretch()
            self._whole = self._levels(begin, seconds / self.clip.bars, 0, self.clip.bars)
        return self._whole

    def _wandering(self, place: Fraction, window: Fraction, width: float) -> Wave:
        """Return bars that each belong to a fixed stretch of the file and move to the left with time."""
        clip = self.clip
        span = max(window, Fraction(clip.bars, BINS_PER_SECOND)) / clip.bars
        steps = max(1, round(width / clip.bars * _STEPS))
        # Which bar is at the left edge, and how much of it is gone already, in eighths of a pixel.
        left = Fraction(round((place / span - Fraction(clip.bars, 2)) * steps), steps)
        # One more at either side, so that lines come from beyond the edges.
        first = math.floor(left) - 1
        levels = self._levels(Fraction(0), span, first, clip.bars + 3)
        return Wave(levels, float(first - left), clip.bars, 0.5, first % 2)

    def _levels(self, begin: Fraction, span: Fraction, first: int, count: int) -> tuple[int, ...]:
        """Return levels of `count` stretches of `span` seconds, the one at `begin` being number 0."""
        around = round(self.clip.smoothing * _NEIGHBOURS)
        numbers = range(first - around, first + count + around + 1)
        edges = [round((begin + number * span) * BINS_PER_SECOND) for number in numbers]
        powers = self._reader.powers(edges[0], max(1, edges[-1] - edges[0]))
        trim = round(self.clip.trim * BINS_PER_SECOND)
        powers[: max(0, trim - edges[0])] = 0
        starts = np.minimum(np.array(edges[:-1]) - edges[0], powers.size - 1)
        sizes = np.maximum(np.diff(edges), 1)
        weights = np.array([around + 1 - abs(k) for k in range(-around, around + 1)], np.int64)
        smooth = np.convolve(np.add.reduceat(powers, starts) // sizes, weights, "valid") / weights.sum()
        share = np.sqrt(smooth) * (self.clip.gain / _FULL_HEIGHT)
        # To the power of 3/4, by roots: soft sounds are lifted a little.
        return _whole_levels(np.sqrt(share) * np.sqrt(np.sqrt(share)))

    def _bands(self, place: Fraction) -> tuple[int, ...]:
        count = self.clip.bars
        is_round = self.clip.style == "circle"
        wanted = -(-count // 2) if is_round else count
        moments = 1 + round(self.clip.smoothing * (_MOMENTS - 1))
        lift = math.log10(self.clip.gain) / 2.5  # 50 dB are the whole height
        total = np.zeros(wanted)
        for back in range(moments):
            moment = place - back * _MOMENT
            if moment >= self.clip.trim:
                total += (moments - back) * self._reader.bands(moment, wanted)
        levels = _whole_levels(total / (moments * (moments + 1) / 2) + lift)
        # Around a circle low tones are above, and both halves alike.
        return (*levels, *levels[::-1])[:count] if is_round else levels


def _whole_levels(shares: NDArray[np.float64]) -> tuple[int, ...]:
    """Return whole numbers, so that the last bit of a float is never seen."""
    return tuple(int(level) for level in np.rint(np.clip(shares, 0.0, 1.0) * FULL))


class WaveformLayer(Layer[WaveformClip]):
    """The layer `waveform`."""

    name: ClassVar[str] = "waveform"
    title: ClassVar[str] = "Waveform"
    summary: ClassVar[str] = "Bars, a line or rays that move with a sound."
    model: ClassVar[type[Clip]] = WaveformClip
    example: ClassVar[dict[str, Any]] = {
        "type": "waveform",
        "src": "music.wav",
        "length": 2,
        "style": "bars",
        "color": "#ffcc00",
    }

    def media(self, clip: WaveformClip) -> tuple[MediaUse, ...]:
        """Return the file."""
        return (MediaUse(clip.src, "audio"),)

    def natural_length(self, clip: WaveformClip, media: Mapping[str, MediaItem]) -> Fraction | None:
        """Return what is left of the file behind `trim`, at its speed; None for a loop."""
        seconds = media[clip.src].seconds
        if clip.loop or seconds is None:
            return None
        return max(Fraction(0), seconds - clip.trim) / Fraction(repr(clip.speed))

    def prepare(self, clip: WaveformClip, stage: Stage) -> WaveformDrawing:
        """Take the clip; the file is opened when its first moment is drawn."""
        return WaveformDrawing(clip, stage.media[clip.src], stage)


layer = WaveformLayer()
