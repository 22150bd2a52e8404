"""Films of files as sources: which picture is shown when, and the few readers that are open at a time."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from cutroom.base.errors import BrokenMedia
from cutroom.media import FrameReader
from cutroom.render.pixels.picture import Picture, Pixels
from cutroom.render.pixels.sprite import Source
from cutroom.render.pixels.yuv import from_planes
from cutroom.render.sources.media_item import MediaItem
from cutroom.render.sources.stills import Flip, mirrored

_VERSION = 1
"""Raise it when the same file is read as other pixels: it is part of every key."""

_LEAST_OPEN, _MOST_OPEN = 4, 16
_OPEN_PIXELS = 25_000_000
"""Pixels of the films that a thread has open: a decoder holds some 8 pictures of 1.5 bytes a pixel."""

_PER_FILM = 3
"""Readers of one film at different places, as when it is shown twice."""


@dataclass(eq=False)
class _Reader:
    item: MediaItem
    reader: FrameReader
    thread: int = field(default_factory=threading.get_ident)
    in_use: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class FilmReaders:
    """Open films of this process; the one that was used longest ago makes room for another.

    Each thread has its own, because segments are drawn beside each other, each at its own place in the film.

    Attributes:
        threads: With which each film is decoded; more than one for previews, where nothing else is drawn
            meanwhile.
        behind_bytes: What a reader may keep of the pictures before its last one, for going back step by step.
    """

    threads: int = 1
    behind_bytes: int = 0
    _open: list[_Reader] = field(default_factory=list[_Reader])
    _spent: threading.local = field(default_factory=threading.local)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, item: MediaItem, seconds: Fraction, size: tuple[int, int]) -> Pixels:
        """Return the picture of a film at a time; see `FrameReader.at`."""
        with self._lock:
            chosen = self._near(item, seconds) or self._make(item)
            self._open.remove(chosen)
            self._open.append(chosen)
            chosen.in_use.acquire()  # at once: only who closes it, under our lock, could hold it
        start = time.thread_time()
        try:
            return chosen.reader.at(seconds, size)
        finally:
            chosen.in_use.release()
            self._spent.seconds = self.spent() + time.thread_time() - start

    def spent(self) -> float:
        """Return the CPU seconds that this thread has spent on decoding."""
        return getattr(self._spent, "seconds", 0.0)

    def close(self, item: MediaItem) -> None:
        """Close a film's readers; they are opened again when they are needed."""
        with self._lock:
            for reader in [one for one in self._open if one.item == item]:
                self._drop(reader)

    def close_all(self) -> None:
        """Close every reader."""
        with self._lock:
            while self._open:
                self._drop(self._open[0])

    def _near(self, item: MediaItem, seconds: Fraction) -> _Reader | None:
        same = [(one.reader.distance(seconds), one) for one in self._own() if one.item == item]
        near = [(distance, one) for distance, one in same if distance is not None]
        if near:
            return min(near, key=lambda pair: pair[0])[1]
        return same[0][1] if len(same) >= _PER_FILM else None

    def _make(self, item: MediaItem) -> _Reader:
        behind = self.behind_bytes * 2 // (3 * item.width * item.height)  # 4:2:0: 1.5 bytes a pixel
        made = _Reader(item, FrameReader(item.path, threads=self.threads, behind=behind, paint=from_planes))
        self._open.append(made)
        while len(own := self._own()) > _LEAST_OPEN and (
            len(own) > _MOST_OPEN or sum(one.reader.width * one.reader.height for one in own) > _OPEN_PIXELS
        ):
            self._drop(own[0])
        return made

    def _own(self) -> list[_Reader]:
        thread = threading.get_ident()
        return [one for one in self._open if one.thread == thread]

    def _drop(self, reader: _Reader) -> None:
        self._open.remove(reader)
        with reader.in_use:
            reader.reader.close()


FILMS = FilmReaders()
"""The films that this process has open."""


def film_source(
    item: MediaItem,
    seconds: Fraction,
    size: tuple[int, int],
    *,
    flip: Flip = "none",
    change: Callable[[Pixels], Pixels] | None = None,
    change_key: str = "",
    clears: bool = False,
) -> Source:
    """Return the picture of a film that is shown at a time, as a source.

    Where the film's rate is constant, its key is the number of the picture: times that show the same one have
    one key. Else the key is the time.

    Args:
        item: The file, of kind `video`.
        seconds: On its own timeline.
        size: Width and height wanted.
        flip: How it is mirrored.
        change: What is done to the pixels.
        change_key: Names everything that decides about `change`.
        clears: Whether `change` may make them transparent.
    """
    shown, asked = _shown(item, seconds)
    key = f"film{_VERSION}:{item.sha256}:{shown}:{size[0]}x{size[1]}:{flip}:{change_key}"
    is_opaque = not item.has_alpha and not clears

    def draw() -> Picture:
        pixels = mirrored(_read(item, asked, size), flip)
        return Picture(pixels if change is None else change(pixels), is_opaque)

    return Source(key, *size, draw, is_still=False, is_opaque=is_opaque)


def _read(item: MediaItem, seconds: Fraction, size: tuple[int, int]) -> Pixels:
    try:
        return FILMS.read(item, seconds, size)
    except FileNotFoundError as error:
        message = "The video's file is gone; give the template the same file again."
        raise BrokenMedia(message, code="changed_file") from error


def _shown(item: MediaItem, seconds: Fraction) -> tuple[str, Fraction]:
    """Return what names the picture that is shown, and a time at which to ask for it."""
    if not (item.has_constant_rate and item.rate):
        return f"{seconds}s", seconds
    number = max(0, math.floor((seconds - item.first) * item.rate))
    if item.seconds is not None:  # after the end the last picture stands
        number = min(number, max(0, math.ceil((item.seconds - item.first) * item.rate)))
    # In the middle of the picture's time, no rounded time stamp can be on the wrong side.
    return str(number), item.first + (number + Fraction(1, 2)) / item.rate
