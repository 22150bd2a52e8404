"""What the doors need of the platform behind them."""

from __future__ import annotations

from typing import Protocol, cast

from starlette.requests import HTTPConnection

from cutroom.base.settings import Settings
from cutroom.database import Database


class Platform(Protocol):
    """The parts of the opened platform that the gate uses; `boot` makes the real one."""

    @property
    def settings(self) -> Settings:
        """What the operator has set."""
        ...

    @property
    def database(self) -> Database:
        """The opened pool."""
        ...

    @property
    def secret(self) -> str:
        """What signs sessions and links."""
        ...


def platform_of(request: HTTPConnection) -> Platform:
    """Return the platform that answers a request."""
    return cast("Platform", request.app.state.platform)
