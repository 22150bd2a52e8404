"""What was drawn and may be wanted again, up to a number of bytes; the oldest goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

Kept = TypeVar("Kept")

_PASSING_SHARE = 8
"""Things that pass by, as frames of a film, fill one part in this many."""


class _Shelf:
    """Things in the order of their last use."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.filled = 0
        self.things: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()

    def put(self, key: Hashable, thing: object, size: int) -> None:
        if self.limit <= 0:
            return
        self.things[key] = (thing, size)
        self.filled += size
        while self.filled > self.limit and len(self.things) > 1:  # a frame asks for one thing several times
            _, (_, freed) = self.things.popitem(last=False)
            self.filled -= freed


class PictureCache:
    """Pictures and what is made of them, by key; what is given out stays valid after it was let go.

    Not for several threads at once.
    """

    def __init__(self, limit: int, passing: int | None = None) -> None:
        """Make an empty cache.

        Args:
            limit: Bytes to keep, unless a single thing is larger; 0 keeps nothing.
            passing: How many of these bytes are for what passes by. Default: an eighth.
        """
        for_passing = limit // _PASSING_SHARE if passing is None else passing
        self._still = _Shelf(limit - for_passing)
        self._passing = _Shelf(for_passing)

    @property
    def filled(self) -> int:
        """Bytes that are kept."""
        return self._still.filled + self._passing.filled

    def get(
        self, key: Hashable, make: Callable[[], Kept], size: Callable[[Kept], int], *, is_still: bool
    ) -> Kept:
        """Return what belongs to a key; make it where it is not kept.

        Args:
            key: Everything that decides what is made.
            make: Makes it; it may ask this cache for other things.
            size: Tells its bytes.
            is_still: Whether it is likely to be wanted for long; the rest goes first.
        """
        for shelf in (self._still, self._passing):
            if key in shelf.things:
                shelf.things.move_to_end(key)
                return cast("Kept", shelf.things[key][0])
        made = make()
        (self._still if is_still else self._passing).put(key, made, size(made))
        return made
