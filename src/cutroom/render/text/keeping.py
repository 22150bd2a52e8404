"""What was made before, by name: the least recently asked for is forgotten first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Keep:
    """A small store of things that are cheap to keep and dear to make."""

    def __init__(self, most: int) -> None:
        """Begin with nothing.

        Args:
            most: How many things are kept.
        """
        self._most = most
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what belongs to a key, made where it is not there.

        Each kind of key stands for one type.
        """
        if key not in self._kept:
            self._kept[key] = make()
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]
