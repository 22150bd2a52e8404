"""Looking at a file that a template uses: what it is, its size and length, the hash of its bytes."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from cutroom.base.errors import BrokenMedia
from cutroom.media import look_at_image, probe, read_frame_times
from cutroom.render.font_face import check_face_file
from cutroom.render.sources.lottie_reading import read_lottie
from cutroom.render.sources.media_item import MediaItem, MediaKind
from cutroom.render.sources.vector import is_svg, read_svg_size

_BLOCK = 1 << 20
_MOST_SUBTITLES_BYTES = 16_000_000
_FONT_STARTS = (b"\x00\x01\x00\x00", b"OTTO", b"true", b"ttcf")
_LARGEST_SIDE = 16_384


def look_at_media(path: str | Path, kind: MediaKind) -> MediaItem:
    """Look at a file, without trusting its name.

    It decodes what strangers sent: call it in a child process where that matters. A file of 1 GB takes about
    as long as reading it twice.

    Args:
        path: The file.
        kind: What it must be.

    Raises:
        BrokenMedia: When it is something else or cannot be read; the message says what it is.
        FileNotFoundError: When there is no file.
    """
    place = Path(path)
    if place.stat().st_size == 0:
        raise BrokenMedia("The file is empty; upload it again.", code="empty_file")
    return _LOOKS[kind](place, hash_file(place))


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _image(path: Path, sha256: str) -> MediaItem:
    if is_svg(path):
        width, height = (max(1, math.ceil(side)) for side in read_svg_size(path))
        return MediaItem(path, sha256, "image", width, height, has_alpha=True)
    found = look_at_image(path)
    if max(found.width, found.height) > _LARGEST_SIDE:
        message = (
            f"The picture is {found.width} x {found.height}; at most {_LARGEST_SIDE} a side are accepted."
        )
        raise BrokenMedia(message, code="too_large_picture")
    return MediaItem(path, sha256, "image", found.width, found.height, has_alpha=found.has_alpha)


def _video(path: Path, sha256: str) -> MediaItem:
    probe(path)  # refuses what is cut off, or has no end
    times = read_frame_times(path)
    return MediaItem(
        path,
        sha256,
        "video",
        times.width,
        times.height,
        times.seconds,
        times.rate,
        has_audio=times.has_audio,
        has_alpha=times.has_alpha,
        first=times.first,
        has_constant_rate=times.is_constant,
    )


def _audio(path: Path, sha256: str) -> MediaItem:
    found = probe(path)
    if not found.has_audio:
        raise BrokenMedia("The file has no sound; choose one with an audio track.", code="no_audio")
    return MediaItem(path, sha256, "audio", seconds=found.duration, has_audio=True)


def _font(path: Path, sha256: str) -> MediaItem:
    with path.open("rb") as file:
        start = file.read(4)
    message = "The file is no typeface that can be read; give a .ttf, .otf or .ttc file."
    if start not in _FONT_STARTS:
        raise BrokenMedia(message, code="not_a_font")
    try:
        check_face_file(path, sha256)
    except BrokenMedia as error:  # it says what the file is called here, which may be a name of ours
        raise BrokenMedia(message, code=error.code_word) from error
    return MediaItem(path, sha256, "font")


def _subtitles(path: Path, sha256: str) -> MediaItem:
    if path.stat().st_size > _MOST_SUBTITLES_BYTES:
        message = f"The subtitles have more than {_MOST_SUBTITLES_BYTES // 1_000_000} MB; shorten them."
        raise BrokenMedia(message, code="too_large_subtitles")
    return MediaItem(path, sha256, "subtitles")


def _animation(path: Path, sha256: str) -> MediaItem:
    """Read size, rate and length of a Lottie document (Lottie Animation Specification 1.0, animation)."""
    fields = read_lottie(path, sha256)
    numbers = [fields.get(name) for name in ("w", "h", "ip", "op", "fr")]
    if not all(isinstance(number, int | float) for number in numbers):
        message = "The file is no Lottie animation with w, h, ip, op and fr; export it as Lottie JSON."
        raise BrokenMedia(message, code="not_an_animation")
    width, height = (int(fields[name]) for name in ("w", "h"))
    first, last, rate = (Fraction(str(float(fields[name]))) for name in ("ip", "op", "fr"))
    is_sound = 0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE and rate > 0 and last > first
    if not is_sound:
        message = (
            f"The animation is {width} x {height} at {float(rate):g} frames per second: it shows nothing."
        )
        raise BrokenMedia(message, code="not_an_animation")
    return MediaItem(path, sha256, "animation", width, height, (last - first) / rate, rate, has_alpha=True)


_LOOKS: dict[MediaKind, Callable[[Path, str], MediaItem]] = {
    "image": _image,
    "video": _video,
    "audio": _audio,
    "font": _font,
    "subtitles": _subtitles,
    "animation": _animation,
}
