"""Cutroom: a self-hosted media job platform where every piece of work is a durable job."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cutroom.boot.local_render import Film, render
    from cutroom.boot.local_sound import Denoised, denoise
    from cutroom.boot.local_subtitles import Subtitled, subtitles

__all__ = ["Denoised", "Film", "Subtitled", "denoise", "render", "subtitles"]

_PLACES = {
    "Denoised": "cutroom.boot.local_sound",
    "Film": "cutroom.boot.local_render",
    "Subtitled": "cutroom.boot.local_subtitles",
    "denoise": "cutroom.boot.local_sound",
    "render": "cutroom.boot.local_render",
    "subtitles": "cutroom.boot.local_subtitles",
}


def _public(name: str) -> property:
    """Return what `cutroom.<name>` is: loaded at first use, so that `import cutroom` stays fast."""

    def read(_package: ModuleType) -> object:
        return getattr(importlib.import_module(_PLACES[name]), name)

    def leave(_package: ModuleType, _room: object) -> None:
        """Importing the room `cutroom.subtitles` binds it here, where the function must stay."""

    return property(read, leave)


sys.modules[__name__].__class__ = type("Package", (ModuleType,), {name: _public(name) for name in __all__})


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
