"""The typefaces of a template: bundled ones, and those that come with it; never the system's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class FontBook:
    """Typefaces by family.

    Attributes:
        files: Files of the families that come with a template.
    """

    files: Mapping[str, tuple[Path, ...]]
