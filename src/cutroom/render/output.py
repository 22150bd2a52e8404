"""What a film becomes: one file in `outputs/` per format, chosen and set by the models here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from cutroom.base.errors import Refused
from cutroom.base.registry import Registry
from cutroom.render.document.model import Model
from cutroom.render.document.template import MOST_PIXELS
from cutroom.render.document.values import Time

VideoCodec = Literal["h264", "hevc", "vp9", "prores"]
Preset = Literal[
    "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"
]
_SHORTEST, _LONGEST = 16, 7680
Side = Annotated[int, Field(ge=_SHORTEST, le=_LONGEST)]


class Output(Model):
    """One file that is wanted of a film.

    Attributes:
        format: One of `OUTPUTS`.
        width: Pixels; left out: the template's, or what the height asks for at the same shape.
        height: The same.
        codec: Of the picture, where the format knows several; left out: its first.
        crf: Constant rate factor of H.264 (1-51), HEVC (0-51) or VP9 (0-63); left out: the codec's own.
        preset: How long the encoder may search; slower is smaller.
        quality: Of JPEG, 1 to 100.
        alpha: Whether what the template leaves transparent stays so.
        time: Seconds of the frame that a still picture shows.
        most_frames: Frames per second that an animation has at most.
        loops: How often an animation is played; 0: for ever.
        encoder: "software", or the hardware that encodes H.264 and HEVC.
        audio_bitrate: Bits per second of lossy sound; left out: the codec's own.
        mute: Whether it has no sound.
    """

    format: str = "mp4"
    width: Side | None = None
    height: Side | None = None
    codec: VideoCodec | None = None
    crf: int | None = Field(default=None, ge=0, le=63)
    preset: Preset = "veryfast"
    quality: int = Field(default=90, ge=1, le=100)
    alpha: bool = False
    time: Time = Field(default=Fraction(0), ge=0)
    most_frames: float = Field(default=25, ge=1, le=50)
    loops: int = Field(default=0, ge=0, le=65535)
    encoder: Literal["software", "nvenc", "vaapi", "videotoolbox"] = "software"
    audio_bitrate: int | None = Field(default=None, ge=16_000, le=640_000)
    mute: bool = False


@dataclass(frozen=True, slots=True)
class Coding:
    """How the frames of an output are encoded.

    Attributes:
        encoder: FFmpeg's name of it.
        container: FFmpeg's name of the muxer, for segments and for the joined file.
        pixel_format: FFmpeg's name.
        options: Of the encoder; complete, so that nothing depends on the machine.
        tag: The sample entry's name in MP4 ("hvc1"); empty: the muxer's own.
        delay: By how many frames the encoder decodes ahead of showing (reordered B-frames). All segments
            share it, whatever their length, or their time stamps would collide at a joint.
        sound: The codec of the sound, a name of `cutroom.media`; empty: none.
        bits: Depth of uncompressed sound.
        every: One of so many frames is kept.
    """

    encoder: str
    container: str
    pixel_format: str
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    tag: str = ""
    delay: int = 0
    sound: Literal["aac", "opus", "wav", ""] = ""
    bits: int = 24
    every: int = 1


Kind = Literal["film", "animation", "still", "sound"]


class OutputFormat:
    """The contract of a format; subclass it and bind an instance to `output` in the file."""

    name: ClassVar[str]
    title: ClassVar[str]
    suffix: ClassVar[str]
    mime_type: ClassVar[str]
    kind: ClassVar[Kind]
    """film: encoded segments joined as they are, with sound; animation: lossless segments, encoded when they
    are joined; still: one frame; sound: no frames."""
    has_alpha: ClassVar[bool] = False
    """Whether it can be transparent."""

    def coding(self, output: Output, rate: Fraction) -> Coding:
        """Return how frames are encoded; only films and animations are asked.

        Args:
            output: What is wanted.
            rate: Frames per second of the film.

        Raises:
            Refused: With code `bad_output` where the choices do not fit each other.
        """
        raise NotImplementedError


OUTPUTS: Registry[OutputFormat] = Registry("cutroom.render.outputs", "output")
"""Every format, by name."""


def format_of(output: Output) -> OutputFormat:
    """Return the format of an output.

    Raises:
        Refused: With code `unknown_output`, or `bad_output` where it cannot be transparent.
    """
    kind = OUTPUTS.load(output.format)
    if output.alpha and not kind.has_alpha:
        able = ", ".join(name for name in OUTPUTS.names() if OUTPUTS.load(name).has_alpha)
        raise bad_output(f"{output.format} cannot be transparent; leave alpha out or choose {able}.")
    return kind


def size_of(output: Output, width: int, height: int) -> tuple[int, int]:
    """Return width and height of an output of a film of that size.

    What is left out follows from the other at the same shape; films have even sides.

    Raises:
        Refused: As `format_of`; with code `bad_output` where the sides are odd, too short or too long, or the
            frame is too large.
    """
    step = 2 if format_of(output).kind == "film" else 1
    if output.width and output.height:
        wide, high = output.width, output.height
    elif output.width:
        wide, high = output.width, _near(Fraction(height * output.width, width), step)
    elif output.height:
        wide, high = _near(Fraction(width * output.height, height), step), output.height
    else:
        wide, high = width, height
    if wide % step or high % step:
        raise bad_output(f"{output.format} needs even sides; {wide} x {high} has an odd one.")
    if not _SHORTEST <= min(wide, high) <= max(wide, high) <= _LONGEST:
        message = f"{wide} x {high} will not do; sides have {_SHORTEST} to {_LONGEST} pixels."
        raise bad_output(message)
    if wide * high > MOST_PIXELS:
        raise bad_output(f"{wide} x {high} is too large; at most {MOST_PIXELS:,} pixels make a frame.")
    return wide, high


def _near(side: Fraction, step: int) -> int:
    return max(step, round(side / step) * step)


def choose_codec(output: Output, known: tuple[VideoCodec, ...]) -> VideoCodec:
    """Return the wanted codec, or the first known one.

    Raises:
        Refused: With code `bad_output` when the format does not know it.
    """
    codec = output.codec or known[0]
    if codec not in known:
        raise bad_output(f"{output.format} cannot hold {codec}; choose {' or '.join(known)}.")
    return codec


def bad_output(message: str) -> Refused:
    """Make the error for choices that do not fit each other."""
    return Refused(message, code="bad_output")
