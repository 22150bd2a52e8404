"""The contract of speech recognition: a stretch of prepared sound in, words with times out.

A transcriber hears one window: 16 kHz, one channel, minutes long, cut where nobody speaks. Long
recordings, noise, offsets of containers and the choice of an engine are `hearing`'s business.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

from cutroom.base.registry import Registry
from cutroom.engines.denoiser import Credentials
from cutroom.subtitles import Word

Progress = Callable[[float, str], None]
"""Called with a fraction in [0, 1] that never falls, and what is being done."""


@dataclass(frozen=True)
class Trust:
    """How far a result may be believed.

    Attributes:
        level: `high`: publish after a look; `fair`: read it through; `rough`: for search and timing only.
        sentence: The same for people, with the measured error rate where there is one.
    """

    level: Literal["high", "fair", "rough"]
    sentence: str


@dataclass(frozen=True)
class Wish:
    """What is asked of a transcriber.

    Attributes:
        language: A BCP 47 tag; None: find out.
        prompt: What the recording is about, in its own words; may be empty.
        glossary: Names and terms that are likely to be said.
        speakers: Whether to tell speakers apart, where the engine can.
    """

    language: str | None = None
    prompt: str = ""
    glossary: tuple[str, ...] = ()
    speakers: bool = False


@dataclass(frozen=True)
class Access:
    """What an engine may use.

    Attributes:
        credentials: Key and address of a hosted service.
        models: The folder of models that were fetched.
        model: Which model: a name, or the path of a folder; None: the engine's own choice.
        hub: Address of the model hub.
        may_fetch: Whether a missing model may be fetched from the hub.
    """

    credentials: Credentials = field(default_factory=Credentials)
    models: Path | None = None
    model: str | None = None
    hub: str = "https://huggingface.co"
    may_fetch: bool = True


@dataclass(frozen=True)
class Heard:
    """What was recognised in one window.

    Attributes:
        words: In order, times counted from the window's beginning.
        language: A BCP 47 tag; None where the engine does not say.
        language_confidence: 0 to 1; None where it was given or the engine does not say.
        notes: Sentences for the user about what was met on the way.
    """

    words: tuple[Word, ...]
    language: str | None = None
    language_confidence: float | None = None
    notes: tuple[str, ...] = ()


class Transcriber(ABC):
    """One way to recognise speech. The registry finds it by its file's name."""

    name: ClassVar[str]
    title: ClassVar[str]
    """As people read it."""
    version: ClassVar[str]
    """Enters the hashes of steps: a new version means that results may differ."""
    is_local: ClassVar[bool]
    """Whether the sound stays on this machine."""
    destination: ClassVar[str]
    """Where the sound goes, in words for the user, before anything is sent."""
    rank: ClassVar[int]
    """`auto` takes the ready one with the lowest rank; hosted services stand before local ones."""
    trust: ClassVar[Trust]
    languages: ClassVar[frozenset[str] | None]
    """First parts of the tags it knows; None: all that matter."""

    @abstractmethod
    def check(self, access: Access) -> None:
        """Make sure that it can work here and now, without calling anybody.

        Raises:
            Unsupported: Saying what to install, to set or to fetch.
        """

    @abstractmethod
    def transcribe(
        self, window: Path, wish: Wish, access: Access, *, progress: Progress | None = None
    ) -> Heard:
        """Recognise the words of a window.

        Args:
            window: A FLAC file: 16 kHz, one channel, 16 bits.
            wish: Language, prompt, glossary, speakers.
            access: Key or model.
            progress: Told how far it is.

        Raises:
            CutroomError: Unavailable and Limited where trying again helps.
        """


TRANSCRIBERS: Registry[Transcriber] = Registry("cutroom.engines.transcribers", "transcriber")
"""Every transcriber there is."""
