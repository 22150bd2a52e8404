"""What the job layer works with; the platform is one of these."""

from __future__ import annotations

from dataclasses import dataclass

from cutroom.base.settings import Settings
from cutroom.database import Database
from cutroom.queue import Tickets
from cutroom.sandbox import Sandbox
from cutroom.storage import Storage


@dataclass
class Resources:
    """The open rooms of floor 1, and the settings."""

    settings: Settings
    database: Database
    storage: Storage
    tickets: Tickets
    sandbox: Sandbox
