"""What drew and encoded a segment: other code or other libraries may give other bytes."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_LIBRARIES = ("av", "numpy", "skia-python", "thorvg-python", "uharfbuzz", "segno", "soxr")
_SUFFIXES = {".py", ".c", ".h"}
_ROOMS = ("render", "media", "subtitles")


@lru_cache(maxsize=1)
def engine_version() -> str:
    """Return the SHA-256 of the sources that make pixels and films, and of their libraries' versions.

    Nobody has to remember to count a version up, and segments of another version are never joined.
    """
    digest = hashlib.sha256(repr([(name, _version(name)) for name in _LIBRARIES]).encode())
    package = Path(__file__).parents[2]
    for room in _ROOMS:
        for path in sorted((package / room).rglob("*")):
            if path.suffix in _SUFFIXES:
                digest.update(path.relative_to(package).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
