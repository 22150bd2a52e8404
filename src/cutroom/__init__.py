"""Cutroom: a self-hosted media job platform where every piece of work is a durable job."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cutroom.boot.local import Denoised, denoise

__all__ = ["Denoised", "denoise"]


def __getattr__(name: str) -> object:
    # `import cutroom` stays fast: libraries of media are loaded with the first call.
    if name in __all__:
        return getattr(importlib.import_module("cutroom.boot.local"), name)
    message = f"module 'cutroom' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
