"""The contract of noise removal: hear the whole sound once, then give it back under any limit.

A denoiser does not know files, jobs or targets of loudness. It is fed blocks, keeps what it learned in a
scratch folder, and renders the same blocks a second time with noise attenuated by at most `limit` decibels.
So one expensive pass serves every strength, and the strength may depend on the whole.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import SecretStr

from cutroom.base.errors import Refused
from cutroom.base.registry import Registry

Block = NDArray[np.float32]
"""`(channels, n)` float32, full scale 1.0."""

Progress = Callable[[float, str], None]
"""Called with a fraction in [0, 1] that never falls, and what is being done."""


@dataclass(frozen=True)
class Sound:
    """What a denoiser is told before the first block."""

    rate: int
    channels: int
    layout: str
    seconds: float | None
    """Expected length, for progress; None where nobody knows."""


@dataclass(frozen=True)
class Findings:
    """What a denoiser learned about the whole sound."""

    snr: float | None
    """Estimated decibels of speech over noise; None where there is nothing to compare."""
    limit: float
    """Decibels of attenuation that suit this sound at full strength."""
    speech_frames: NDArray[np.bool_] | None
    """Which 20 ms frames carry speech, `(frames,)`; None where the engine cannot say."""
    music: float
    """How much the sound is like music, 0 to 1; 0.5 and more deserves a warning."""
    notes: tuple[str, ...] = ()
    """Sentences for the user about what was met on the way."""


class Separation(ABC):
    """Speech and noise told apart; made by a `Listener`. Close it to free its scratch files."""

    findings: Findings

    @abstractmethod
    def render(self, blocks: Iterable[Block], limit: float) -> Iterator[Block]:
        """Yield the sound with noise attenuated by at most `limit` decibels.

        Args:
            blocks: The same sound from its beginning, in blocks of any size.
            limit: Decibels, 0 or more; 0 gives the blocks back as they are.

        Yields:
            Blocks of any size, as many samples in all as came in, in the same places.
        """

    @abstractmethod
    def close(self) -> None:
        """Remove the scratch files; harmless when they are gone."""


class Listener(ABC):
    """Hears a sound once, block by block."""

    @abstractmethod
    def write(self, block: Block) -> None:
        """Hear `(channels, n)` samples without NaN or infinity; any n."""

    @abstractmethod
    def finish(self) -> Separation:
        """Return what was learned. The listener cannot be used afterwards."""

    @abstractmethod
    def close(self) -> None:
        """Stop early and remove the scratch files; harmless after `finish`."""


@dataclass(frozen=True)
class Credentials:
    """What a hosted denoiser needs: a key, an address, and which private addresses are allowed."""

    api_key: SecretStr | None = None
    url: str | None = None
    """Where the service answers, when it is not the vendor's usual address. An operator's setting, never a
    user's: it may be private."""


class Denoiser(ABC):
    """One way to remove noise. The registry finds it by its file's name."""

    name: ClassVar[str]
    title: ClassVar[str]
    """As people read it."""
    version: ClassVar[str]
    """Enters the hashes of steps: a new version means that results may differ."""
    is_local: ClassVar[bool]
    """Whether the sound stays on this machine. If not, call `isolate` first, then `listen` with its file."""
    destination: ClassVar[str]
    """Where the sound goes, in words for the user, before anything is sent."""

    @abstractmethod
    def check(self, credentials: Credentials) -> None:
        """Make sure that it can work here, without calling anybody.

        Raises:
            Unsupported: Saying what to install or to set.
        """

    @abstractmethod
    def listen(self, sound: Sound, folder: Path, *, isolated: Path | None = None) -> Listener:
        """Begin to hear a sound.

        Args:
            sound: What the blocks are.
            folder: Where scratch files may lie; the separation's `close` removes them.
            isolated: What `isolate` wrote; refused by local denoisers.

        Raises:
            Refused: With code `isolated_needed` or `isolated_unused`.
        """

    def isolate(
        self,
        source: Path,
        target: Path,
        credentials: Credentials,
        *,
        stream: int = 0,
        start: float | None = None,
        seconds: float | None = None,
        progress: Progress | None = None,
    ) -> Path:
        """Let the service work on the sound of a file; local denoisers refuse.

        Args:
            source: A media file; only the sound of `stream` is sent, never a picture.
            target: Where the service's file is written; its name may get the right ending.
            credentials: Key and address.
            stream: Which audio stream, counted from 0.
            start: Seconds from which on, for a preview.
            seconds: How many, for a preview.
            progress: Told about preparing, sending, waiting and receiving.

        Returns:
            The path that was written.
        """
        del source, target, credentials, stream, start, seconds, progress  # a local denoiser sends nothing
        raise Refused(f"{self.title} works on this machine; call `listen` at once.", code="isolated_unused")


DENOISERS: Registry[Denoiser] = Registry("cutroom.engines.denoisers", "denoiser")
"""Every denoiser there is."""
