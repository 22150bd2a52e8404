"""What is being written: finished when all went well, taken away after an error."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import av.error

from cutroom.base.errors import BrokenMedia, Unavailable


class Closing(ABC):
    """A writer that `with` closes, or discards when an error leaves it."""

    @abstractmethod
    def close(self) -> None:
        """Finish the file; harmless when it is finished."""

    @abstractmethod
    def discard(self) -> None:
        """Stop and remove what was written."""

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file, or discard it after an error."""
        if error is None:
            self.close()
        else:
            self.discard()


@contextmanager
def copying_to(place: Path) -> Generator[None]:
    """Remove a file that could not be written to its end.

    Raises:
        Unavailable: With code `disk_full`.
        BrokenMedia: With code `broken_timestamps` when packets of the source cannot be written.
    """
    try:
        yield
    except av.error.OSError as error:
        place.unlink(missing_ok=True)
        message = f"{place.name} cannot be written; free some disk space and retry."
        raise Unavailable(message, code="disk_full") from error
    except av.error.FFmpegError as error:
        place.unlink(missing_ok=True)
        message = "The video's time stamps are broken, so that it cannot be copied; export it again."
        raise BrokenMedia(message, code="broken_timestamps") from error
    except BaseException:
        place.unlink(missing_ok=True)
        raise
