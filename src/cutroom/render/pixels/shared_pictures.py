"""What stands still is drawn once for several threads; what passes by stays with the thread that drew it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import TypeVar

from cutroom.render.pixels.picture_cache import PictureCache

Kept = TypeVar("Kept")
_PASSING_SHARE = 8
"""What a thread keeps for itself is one part in this many of all."""


class StillPictures:
    """Still pictures of a whole render; each thread has its own `cache` in front of them.

    A photograph is decoded and resampled once, whoever wants it first; the others wait for it. Frames of
    films are decoded by several threads at once: segments share none.
    """

    def __init__(self, limit: int) -> None:
        """Make an empty room of so many bytes."""
        self._limit = limit
        self._stills = PictureCache(limit)
        self._lock = threading.RLock()

    def cache(self) -> PictureCache:
        """Make the cache of one thread."""
        return _Cache(self._limit // _PASSING_SHARE, self._stills, self._lock)


class _Cache(PictureCache):
    def __init__(self, limit: int, stills: PictureCache, lock: threading.RLock) -> None:
        super().__init__(limit, passing=limit)
        self._shared = stills
        self._lock = lock

    def get(
        self, key: Hashable, make: Callable[[], Kept], size: Callable[[Kept], int], *, is_still: bool
    ) -> Kept:
        """Return what belongs to a key; see `PictureCache.get`."""
        if not is_still:
            return super().get(key, make, size, is_still=False)
        with self._lock:
            return self._shared.get(key, make, size, is_still=True)
