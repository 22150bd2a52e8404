"""Sound on disk as plain floats, to be read several times in flat memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cutroom.base.errors import Unavailable

Block = NDArray[np.float32]


class ScratchSound:
    """A file of interleaved float32, 4 bytes per sample and channel; `close` removes it."""

    def __init__(self, path: Path, channels: int) -> None:
        """Make an empty file for blocks of `channels` rows."""
        self._path = path
        self._channels = channels
        self.samples = 0
        path.write_bytes(b"")

    def fill(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """Write blocks, and hand each on. Consume the iterator to the end.

        Raises:
            Unavailable: With code `disk_full`.
        """
        with self._path.open("ab") as file:
            for block in blocks:
                try:
                    file.write(np.ascontiguousarray(block.T).data)
                except OSError as error:
                    message = "The scratch folder is full; free some disk space and retry."
                    raise Unavailable(message, code="disk_full") from error
                self.samples += block.shape[1]
                yield block

    def read(self, size: int, begin: int = 0) -> Iterator[Block]:
        """Yield blocks of `size` samples from sample `begin` on."""
        row = 4 * self._channels
        with self._path.open("rb") as file:
            file.seek(begin * row)
            while piece := file.read(size * row):
                samples = np.frombuffer(piece, np.float32).reshape(-1, self._channels)
                yield np.ascontiguousarray(samples.T)

    def close(self) -> None:
        """Remove the file; harmless when it is gone."""
        self._path.unlink(missing_ok=True)
