"""The one registry: plug-ins are the modules of a folder and of an entry-point group.

The registered name is the file's name with hyphens (`noise_removal.py` is `noise-removal`), so it
may be stored. Listing names imports nothing; a plug-in that cannot work is a status, never a
failed start.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, Literal, TypeVar

from cutroom.base.errors import CutroomError, Refused, Unsupported

Plugin = TypeVar("Plugin")
_BROKEN = "broken_plugin"
State = Literal["ready", "missing extra", "bad options", "failed self-check"]


@dataclass(frozen=True)
class Status:
    """Whether a plug-in can work, and if not, why in one sentence."""

    name: str
    state: State
    reason: str = ""


class Registry(Generic[Plugin]):
    """Plug-ins of one contract, found by file and loaded at first use."""

    def __init__(self, folder: str, attribute: str) -> None:
        """Name the plug-in point.

        Args:
            folder: The package whose modules are plug-ins, for example `cutroom.jobs.kinds`;
                third parties register under the entry-point group of the same name.
            attribute: What each module calls its plug-in, for example `kind`.
        """
        self._folder = folder
        self._attribute = attribute
        self._path: tuple[str, ...] = ()
        self._found: dict[str, Callable[[], Plugin]] = {}

    def names(self) -> list[str]:
        """Return every registered name, sorted, without importing a plug-in."""
        return sorted(self._sources())

    def load(self, name: str) -> Plugin:
        """Import a plug-in.

        Raises:
            Refused: With code `unknown_<attribute>` when nothing has that name.
            Unsupported: With code `missing_library` when its libraries are not installed,
                `broken_plugin` when importing it fails otherwise.
        """
        sources = self._sources()
        if name not in sources:
            known = ", ".join(sorted(sources)) or "none"
            message = f"There is no {self._attribute} named {name!r}; known: {known}."
            raise Refused(message, code=f"unknown_{self._attribute}")
        try:
            return sources[name]()
        except ImportError as error:
            message = f"{self._attribute} {name!r} needs a library that is missing: {error}."
            raise Unsupported(message, code="missing_library") from error
        except Exception as error:
            message = f"{self._attribute} {name!r} cannot be loaded ({type(error).__name__}: {error})."
            raise Unsupported(message, code=_BROKEN) from error

    def status(self, name: str, check: Callable[[Plugin], None] | None = None) -> Status:
        """Say whether a plug-in works, running its own check where one is given."""
        try:
            plugin = self.load(name)
        except CutroomError as error:
            is_broken = error.code_word == _BROKEN
            return Status(name, "failed self-check" if is_broken else "missing extra", error.message)
        try:
            if check is not None:
                check(plugin)
        except (Refused, Unsupported) as error:
            return Status(name, "bad options", error.message)
        except Exception as error:  # noqa: BLE001 - a broken plug-in is a status
            return Status(name, "failed self-check", str(error) or type(error).__name__)
        return Status(name, "ready")

    def _sources(self) -> dict[str, Callable[[], Plugin]]:
        # Reading the entry points of every installed package takes some 5 ms.
        if self._path != tuple(sys.path):
            self._found = self._search()
            self._path = tuple(sys.path)
        return self._found

    def _search(self) -> dict[str, Callable[[], Plugin]]:
        package = importlib.import_module(self._folder)
        found: dict[str, Callable[[], Plugin]] = {}
        for entry in entry_points(group=self._folder):
            found[entry.name] = _Entry[Plugin](entry)
        for module in pkgutil.iter_modules(package.__path__):
            found[module.name.replace("_", "-")] = _File[Plugin](
                f"{self._folder}.{module.name}", self._attribute
            )
        return found


@dataclass(frozen=True)
class _File(Generic[Plugin]):
    module: str
    attribute: str

    def __call__(self) -> Plugin:
        return getattr(importlib.import_module(self.module), self.attribute)


@dataclass(frozen=True)
class _Entry(Generic[Plugin]):
    entry: EntryPoint

    def __call__(self) -> Plugin:
        return self.entry.load()
