"""The contract of subtitle formats: a track becomes a text, and a text from anywhere becomes a track."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal

from cutroom.base.errors import Refused
from cutroom.base.registry import Registry
from cutroom.subtitles.cue import Track

Feature = Literal["markup", "place", "speaker", "words", "language", "rate"]
"""What a format may keep beside times and texts; `words` are the times of each spoken word."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that was met in a file and did not come through as it stood.

    Attributes:
        line: Where in the file, from 1; 0 where it is about the whole file.
        message: One sentence: what was found and what was done.
        severity: "error" where a time or a text was lost or guessed; "warning" where only looks were
            lost or a slip was mended without doubt.
    """

    line: int
    message: str
    severity: Literal["error", "warning"] = "warning"


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file held.

    Attributes:
        track: Its cues, sorted by start; they may break every other rule.
        faults: What did not come through, by line.
        lines: The line of each cue's times in the file, from 1; as many as there are cues.
        format: The name of the format.
        encoding: How the bytes were read, as Python names it; "mixed" where lines differ.
        title: The file's own title; empty where it has none.
    """

    track: Track
    faults: tuple[Fault, ...] = ()
    lines: tuple[int, ...] = ()
    format: str = ""
    encoding: str = ""
    title: str = ""


class Format(ABC):
    """One way to write subtitles. The registry finds it by its file's name."""

    name: ClassVar[str]
    title: ClassVar[str]
    """As people read it."""
    suffixes: ClassVar[tuple[str, ...]]
    """Endings of file names, with the dot, in lower case; the first one is used for new files."""
    mime_type: ClassVar[str]
    can_read: ClassVar[bool] = True
    can_write: ClassVar[bool] = True
    resolution: ClassVar[Fraction] = Fraction(1, 1000)
    """Seconds; times are rounded to multiples of it, each by itself, so that errors do not add up."""
    keeps: ClassVar[frozenset[Feature]] = frozenset()
    """What comes back when its file is read again, beside times and texts."""

    @abstractmethod
    def write(self, track: Track, *, title: str = "") -> str:
        r"""Return a track as the text of a file, for UTF-8, with "\n" at the ends of lines.

        No format can hold control characters, and none but JSON times before zero (they are written
        as 0) and spaces at the ends of lines. Within these limits every text comes back as it was.

        Args:
            track: Any cues, also such as break rules.
            title: For formats that have a place for it.

        Raises:
            Refused: With code `unwritable_format`, when this format is only read.
        """

    def recognises(self, text: str) -> bool:
        """Whether a text is a file of this format, by its content alone."""
        del text
        return False

    def read(self, text: str, *, language: str | None = None, rate: Fraction | None = None) -> Imported:
        """Read a file's text; slips are mended, nothing is left out without a fault.

        Args:
            text: With any line ends; `read_subtitles` makes it from bytes.
            language: A BCP 47 tag; None: what the file says, else "und".
            rate: Frames per second of the track; None: what the file says, else `DEFAULT_RATE`.

        Raises:
            Refused: With code `unreadable_format`, `too_many_cues` or `broken_subtitles`.
        """
        del text, language, rate
        raise Refused(f"{self.title} can be written, not read.", code="unreadable_format")


FORMATS: Registry[Format] = Registry("cutroom.subtitles.formats", "format")
"""Every format there is."""
