"""Sound to a file: FLAC, WAV, AAC, MP3 or Opus, the same bytes for the same samples."""

# pyright: reportUnknownMemberType=false
# PyAV's stubs leave keyword arguments and the parameter of Packet open.

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, cast

import av
import av.error
import numpy as np
from av import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from numpy.typing import NDArray

from cutroom.base.errors import Refused, Unavailable, Unsupported
from cutroom.media.blocks import Block, Rechunker
from cutroom.media.closing import Closing
from cutroom.media.resampling import Resampler
from cutroom.media.samples import to_frame

Codec = Literal["flac", "wav", "aac", "mp3", "opus"]


@dataclass(frozen=True)
class CodecChoice:
    """An encoder with what it can take."""

    encoder: str
    container: str
    suffix: str
    mime_type: str
    rates: tuple[int, ...] = ()
    """Sample rates it knows; empty: any."""
    max_channels: int = 8
    bits_per_channel: int = 0
    """Default bit rate per channel in bits per second; 0: lossless."""
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    """Options of the encoder."""


_AAC_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)

CODECS: Mapping[str, CodecChoice] = {
    "flac": CodecChoice("flac", "flac", ".flac", "audio/flac"),
    "wav": CodecChoice("pcm_s24le", "wav", ".wav", "audio/wav", max_channels=64),
    "aac": CodecChoice(
        "aac", "ipod", ".m4a", "audio/mp4", _AAC_RATES, bits_per_channel=96_000, options={"aac_coder": "fast"}
    ),
    "mp3": CodecChoice(
        "libmp3lame",
        "mp3",
        ".mp3",
        "audio/mpeg",
        (48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000),
        max_channels=2,
        bits_per_channel=96_000,
        options={"compression_level": "7"},
    ),
    "opus": CodecChoice(
        "libopus", "ogg", ".opus", "audio/ogg", (48000, 24000, 16000, 12000, 8000), bits_per_channel=64_000
    ),
}

_LOW_AAC_RATE = 64_000
"""Bits per second and channel under which FFmpeg's slow AAC coder pays. At 96,000 the fast one takes 7 to 8
ms per second of stereo, the slow one 11 to 38, at the same spectral distance for speech (0.61 dB)."""

_BACK_LAYOUTS = {"quad(side)": "quad", "5.0(side)": "5.0", "5.1(side)": "5.1"}
"""Layouts with their surrounds at the sides, as AC-3 and DTS decode, and what AAC and Opus call the same
speakers. The order of the channels is the same; under the side's name Opus refuses them, and AAC writes them
as so many channels without places."""
_BACK_ONLY = frozenset({"aac", "libopus"})

_PCM = {16: "pcm_s16le", 24: "pcm_s24le", 32: "pcm_f32le"}
_UNFRAMED_SAMPLES = 4096


def choose_rate(choice: CodecChoice, rate: int) -> int:
    """Return the rate an encoder gets: `rate`, or the smallest one it knows above, or its highest."""
    if not choice.rates or rate in choice.rates:
        return rate
    return min((known for known in choice.rates if known > rate), default=max(choice.rates))


class AudioEncoder:
    """Float blocks in, packets out, for one audio stream of a container."""

    def __init__(
        self,
        container: OutputContainer,
        choice: CodecChoice,
        rate: int,
        layout: str,
        bit_rate: int,
        bits: int,
    ) -> None:
        """Add a stream to `container`.

        Args:
            container: Where the stream goes; its header is not written yet.
            choice: The codec.
            rate: Samples per second of the blocks; converted where the codec does not know it.
            layout: Channel layout of the blocks.
            bit_rate: Bits per second of all channels, 0 for the codec's default.
            bits: Depth for PCM and FLAC: 16 or 24; for PCM also 32, float.
        """
        channels = av.AudioLayout(layout).nb_channels
        if channels > choice.max_channels:
            message = (
                f"{choice.encoder} holds at most {choice.max_channels} channels; the sound has {channels}."
            )
            raise Unsupported(message, code="too_many_channels", hint="Choose FLAC, WAV, AAC or Opus.")
        self.rate = choose_rate(choice, rate)
        self._layout = _BACK_LAYOUTS.get(layout, layout) if choice.encoder in _BACK_ONLY else layout
        options = {"flags": "+bitexact", **choice.options}
        if choice.encoder == "aac" and bit_rate and bit_rate < _LOW_AAC_RATE * channels:
            options["aac_coder"] = "twoloop"
        if choice.encoder == "libopus":
            options["mapping_family"] = "1" if channels > 2 else "-1"  # noqa: PLR2004 - RFC 7845, 5.1.1.2
        self.stream = cast(AudioStream, container.add_stream(choice.encoder, rate=self.rate, options=options))
        context = self.stream.codec_context
        context.layout = self._layout
        context.thread_count = 1
        if choice.bits_per_channel:
            context.bit_rate = bit_rate or choice.bits_per_channel * channels
        if choice.encoder == "flac":
            context.format = "s16" if bits == 16 else "s32"  # noqa: PLR2004 - bits
        self._format = context.format.name
        self._resampler = Resampler(rate, self.rate, channels)
        self._channels = channels
        self._chunks: Rechunker | None = None
        self._position = 0

    def encode(self, block: Block) -> list[av.Packet[AudioStream]]:
        """Take `(channels, n)` samples; return the packets that became ready."""
        return self._frames(self._resampler.push(block))

    def finish(self) -> list[av.Packet[AudioStream]]:
        """Return the last packets."""
        packets = self._frames(self._resampler.finish())
        if self._chunks is not None:
            rest = self._chunks.rest()
            if rest.shape[1]:
                packets += self.stream.encode(self._frame(rest))
        return packets + self.stream.encode(None)

    def _frames(self, samples: Block) -> list[av.Packet[AudioStream]]:
        if self._chunks is None:  # the encoder knows its frame size once the header is written
            self._chunks = Rechunker(
                self._channels, self.stream.codec_context.frame_size or _UNFRAMED_SAMPLES
            )
        packets: list[av.Packet[AudioStream]] = []
        for chunk in self._chunks.push(samples):
            packets += self.stream.encode(self._frame(chunk))
        return packets

    def _frame(self, samples: Block) -> AudioFrame:
        frame = to_frame(_quantise(samples, self._format), self._format, self._layout, self.rate)
        frame.time_base = Fraction(1, self.rate)
        frame.pts = self._position
        self._position += samples.shape[1]
        return frame


def _quantise(samples: Block, name: str) -> NDArray[Any]:
    """Round to an encoder's sample type, to the nearest step, clipping at full scale."""
    if name.startswith("flt"):
        return samples
    if name.startswith("s16"):
        return np.clip(np.rint(samples * np.float32(32768.0)), -32768, 32767).astype(np.int16)
    # s32 carries 24 bits in its upper bytes, for FLAC and for 24-bit PCM.
    whole = np.clip(np.rint(samples * np.float32(8388608.0)), -8388608, 8388607).astype(np.int32)
    return whole << 8


class AudioWriter(Closing):
    """Writes `(channels, n)` float32 blocks to one audio file. Close it, or use it as a context.

    A file that was not closed in order (an error inside the context) is removed.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        codec: Codec = "flac",
        rate: int,
        layout: str,
        bit_rate: int | None = None,
        bits: int = 24,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        """Begin a file.

        Args:
            path: Where to write; the name's ending plays no part.
            codec: `flac`, `wav` (RF64 over 4 GB), `aac` (in MP4), `mp3` or `opus` (in Ogg).
            rate: Samples per second of the blocks. Codecs that do not know it get the next higher one they
                know, resampled: Opus always, MP3 and AAC for odd rates.
            layout: Channel layout, `mono`, `stereo`, `5.1`, ...
            bit_rate: Bits per second in all, for the lossy codecs. Default: 96 kbit/s per channel, Opus 64.
            bits: Depth of FLAC (16, 24) and WAV (16, 24, or 32: float). Samples outside [-1, 1) are clipped,
                except in float WAV.
            metadata: Tags such as `title`.

        Raises:
            Refused: With code `bad_sample_rate` or `bad_bit_depth`.
            Unsupported: With code `too_many_channels`.
        """
        choice = _choose(codec, bits)
        self.path = Path(path)
        self.mime_type = choice.mime_type
        self._is_closed = False
        options = {"fflags": "+bitexact"}
        if codec == "wav":
            options["rf64"] = "auto"
        if codec == "aac":
            options["movflags"] = "+faststart"
        self._container = av.open(str(self.path), "w", format=choice.container, container_options=options)
        try:
            self._encoder = AudioEncoder(self._container, choice, rate, layout, bit_rate or 0, bits)
            self._container.metadata.update(metadata or {})
            self._container.start_encoding()
        except (av.error.FFmpegError, ValueError) as error:
            self.discard()
            message = f"{codec} cannot be written with {rate} Hz, {layout}; choose another codec."
            raise Refused(message, code="bad_sample_rate") from error
        except BaseException:
            self.discard()
            raise
        self.rate = self._encoder.rate

    def write(self, block: Block) -> None:
        """Write `(channels, n)` samples in [-1, 1]; any n.

        Raises:
            Unavailable: With code `disk_full` when the file cannot grow.
        """
        self._mux(self._encoder.encode(block))

    def close(self) -> None:
        """Finish the file; harmless when it is finished."""
        if self._is_closed:
            return
        self._mux(self._encoder.finish())
        self._is_closed = True
        try:
            self._container.close()
        except av.error.FFmpegError as error:
            raise _no_space(self.path) from error

    def discard(self) -> None:
        """Stop and remove what was written."""
        if not self._is_closed:
            self._is_closed = True
            with contextlib.suppress(av.error.FFmpegError):  # the file goes away anyway
                self._container.close()
        self.path.unlink(missing_ok=True)

    def _mux(self, packets: list[av.Packet[AudioStream]]) -> None:
        try:
            self._container.mux(packets)
        except av.error.OSError as error:
            raise _no_space(self.path) from error


def _choose(codec: str, bits: int) -> CodecChoice:
    if codec not in CODECS:
        message = f"There is no audio codec {codec!r}; known: {', '.join(CODECS)}."
        raise Refused(message, code="unknown_codec")
    choice = CODECS[codec]
    if codec not in {"flac", "wav"}:
        return choice
    if bits not in _PCM or (codec == "flac" and bits == 32):  # noqa: PLR2004 - float PCM
        raise Refused(f"{codec} cannot be written with {bits} bits; choose 16 or 24.", code="bad_bit_depth")
    if codec == "flac":
        return choice
    return CodecChoice(_PCM[bits], choice.container, choice.suffix, choice.mime_type, max_channels=64)


def _no_space(path: Path) -> Unavailable:
    return Unavailable(f"{path.name} cannot be written; free some disk space and retry.", code="disk_full")
