"""A memory of seconds, so that a page of twenty requests asks the database once who is asking."""

from __future__ import annotations

import time
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

SECONDS = 1.5  # other processes notice a logout within 2 s
_MOST = 10_000


class ShortMemory(Generic[Key, Value]):
    """Values for 1.5 s each; what was forgotten is not remembered again within that time."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._values: dict[Key, tuple[float, Value]] = {}
        self._ended: dict[Key, float] = {}

    def find(self, key: Key) -> Value | None:
        """Return a value that is still fresh."""
        until, value = self._values.get(key, (0.0, None))
        return value if time.monotonic() < until else None

    def has_ended(self, key: Key) -> bool:
        """Say whether the key was forgotten so recently that a slow reader may still bring it back."""
        return time.monotonic() < self._ended.get(key, 0.0)

    def keep(self, key: Key, value: Value) -> None:
        """Remember a value, unless its key has just been forgotten."""
        if self.has_ended(key):
            return
        if len(self._values) >= _MOST:
            self._values.clear()
        self._values[key] = (time.monotonic() + self._seconds, value)

    def forget(self, key: Key) -> None:
        """Drop a value at once."""
        moment = time.monotonic()
        self._values.pop(key, None)
        self._ended = {name: until for name, until in self._ended.items() if until > moment}
        self._ended[key] = moment + self._seconds
