"""What the library works with; the opened platform is one of these."""

from __future__ import annotations

from typing import Protocol

from cutroom.base.settings import Settings
from cutroom.database import Database
from cutroom.sandbox import Sandbox
from cutroom.storage import Storage


class Rooms(Protocol):
    """The open rooms of floor 1 that an upload passes through."""

    @property
    def settings(self) -> Settings:
        """What the operator has set."""
        ...

    @property
    def database(self) -> Database:
        """The opened pool."""
        ...

    @property
    def storage(self) -> Storage:
        """Where bytes are kept."""
        ...

    @property
    def sandbox(self) -> Sandbox:
        """Where files from outside are opened."""
        ...
