"""Which container and codec can hold a file's streams once its sound is replaced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cutroom.media.audio_writer import CODECS, CodecChoice

_LOSSLESS = frozenset({"flac", "alac", "wavpack", "tta", "ape", "truehd", "mlp"})
_OPUS = CODECS["opus"]
_AAC = CODECS["aac"]
_FLAC = CODECS["flac"]
_PCM = CodecChoice("pcm_s24le", "mov", ".mov", "audio/quicktime", max_channels=64)

MIME_TYPES = {
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "matroska": "video/x-matroska",
    "webm": "video/webm",
    "mpegts": "video/mp2t",
}
SUFFIXES = {"mp4": ".mp4", "mov": ".mov", "matroska": ".mkv", "webm": ".webm", "mpegts": ".ts"}
MP4_PICTURES = frozenset({"h264", "hevc", "av1", "vp9", "mpeg4"})


@dataclass(frozen=True)
class RemuxPlan:
    """A container to try."""

    container: str
    """The muxer's name."""
    codec: CodecChoice
    keeps_streams_without_codec: bool = True
    """Whether data streams go along."""
    keeps_subtitles: bool = True
    reason: str | None = None
    """Why it is not the source's container."""

    @property
    def mime_type(self) -> str:
        """The MIME type of the file."""
        return MIME_TYPES[self.container]

    @property
    def suffix(self) -> str:
        """The ending of its name."""
        return SUFFIXES[self.container]


def is_lossless(codec: str) -> bool:
    """Say whether an audio codec keeps every bit."""
    return codec.startswith("pcm_") or codec in _LOSSLESS


def plans(mime_type: str, picture: str, codec: str, channels: int) -> Iterator[RemuxPlan]:
    """Yield what to try, best first: the source's own container, then MP4 or Matroska with a reason.

    Args:
        mime_type: The source's.
        picture: Codec of its picture.
        codec: Codec of the sound that is replaced.
        channels: Channels of the new sound.
    """
    native = next((name for name, mime in MIME_TYPES.items() if mime == mime_type), None)
    if mime_type == "video/3gpp":
        native = "mp4"
    reason = None
    if native is None:
        reason = f"{mime_type.partition('/')[2]} cannot hold the new sound in exact sync."
        if picture in MP4_PICTURES:
            yield RemuxPlan("mp4", _AAC, keeps_streams_without_codec=False, reason=reason)
    else:
        choice = choose_codec(native, codec, channels)
        yield RemuxPlan(native, choice)
        yield RemuxPlan(native, choice, keeps_streams_without_codec=False)
        reason = f"{native} cannot hold all streams of the source."
    # FLAC last: it holds every layout, Opus only the common ones.
    preferred = choose_codec("matroska", codec, channels)
    for choice in (preferred,) if preferred is _FLAC else (preferred, _FLAC):
        yield RemuxPlan("matroska", choice, keeps_streams_without_codec=False, reason=reason)
        yield RemuxPlan(
            "matroska", choice, keeps_streams_without_codec=False, keeps_subtitles=False, reason=reason
        )


def choose_codec(container: str, codec: str, channels: int) -> CodecChoice:
    """Return the codec for the new sound: the source's family where the container holds it well."""
    if container == "webm":
        return _OPUS
    if container == "mov" and is_lossless(codec):
        return _PCM
    if container != "matroska" or codec == "aac":
        return _AAC
    if is_lossless(codec):
        return _FLAC
    if codec == "mp3" and channels <= CODECS["mp3"].max_channels:
        return CODECS["mp3"]
    return _OPUS
