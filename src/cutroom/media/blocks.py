"""Sound in blocks of one size, whatever sizes it came in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Block = NDArray[np.float32]
"""`(channels, n)` float32, full scale is 1.0, C-contiguous."""


class Rechunker:
    """A first-in first-out store of samples that gives out blocks of exactly `size`."""

    def __init__(self, channels: int, size: int) -> None:
        """Make an empty store of `channels` rows for blocks of `size` samples."""
        self._block = np.empty((channels, size), np.float32)
        self._filled = 0

    def push(self, samples: Block) -> Iterator[Block]:
        """Add samples and yield every block that became full. Consume the iterator to the end."""
        position = 0
        size = self._block.shape[1]
        while position < samples.shape[1]:
            count = min(size - self._filled, samples.shape[1] - position)
            self._block[:, self._filled : self._filled + count] = samples[:, position : position + count]
            self._filled += count
            position += count
            if self._filled == size:
                full, self._block = self._block, np.empty_like(self._block)
                self._filled = 0
                yield full

    def rest(self) -> Block:
        """Return what is left, possibly nothing, and become empty."""
        left = self._block[:, : self._filled].copy()
        self._filled = 0
        return left
