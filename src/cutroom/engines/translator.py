"""The contract of translation: the texts of cues in, as many texts in another language out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar

from cutroom.base.registry import Registry
from cutroom.engines.transcriber import Access

Progress = Callable[[float, str], None]


class Translator(ABC):
    """One way to translate. The registry finds it by its file's name."""

    name: ClassVar[str]
    title: ClassVar[str]
    version: ClassVar[str]
    """Enters the hashes of steps: a new version means that results may differ."""
    is_local: ClassVar[bool]
    destination: ClassVar[str]
    """Where the text goes, in words for the user, before anything is sent."""

    @abstractmethod
    def check(self, access: Access) -> None:
        """Make sure that it can work here, without calling anybody.

        Raises:
            Unsupported: Saying what to install or to set.
        """

    @abstractmethod
    def translate(
        self,
        texts: Sequence[str],
        source: str,
        target: str,
        access: Access,
        *,
        glossary: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> list[str]:
        """Translate texts that follow each other; a sentence may run over several of them.

        Args:
            texts: Without line breaks; none is empty.
            source: BCP 47 tag of their language; "und" where nobody knows.
            target: BCP 47 tag.
            access: Key, address and model.
            glossary: Terms that stay as they are, or "term=translation".
            progress: Told how far it is.

        Returns:
            As many texts, in the same order, none of them empty.

        Raises:
            CutroomError: Unavailable and Limited where trying again helps.
        """


TRANSLATORS: Registry[Translator] = Registry("cutroom.engines.translators", "translator")
"""Every translator there is."""
