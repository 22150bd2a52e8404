"""Every setting with its value, where it comes from and what it means; and `.env.example`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from dotenv import dotenv_values
from pydantic import SecretStr

from cutroom.base.settings import Settings, variable_names

_HEAD = """\
# Every setting of Cutroom, all optional. Copy this file to .env and remove the # of what you change.
# The environment wins over .env. `cutroom settings` shows what holds. This file is what
# `cutroom settings --env-example` prints.
"""


@dataclass(frozen=True)
class Listed:
    """One setting as the table shows it."""

    names: tuple[str, ...]
    value: str
    source: str
    meaning: str


def list_settings(settings: Settings, environment: Mapping[str, str]) -> list[Listed]:
    """List every setting, in the order of their definition, secrets hidden.

    Args:
        settings: What holds.
        environment: Where to look for the source; `.env` of the working folder comes after it.
    """
    file = {name: value for name, value in dotenv_values(".env").items() if value}
    listed: list[Listed] = []
    for field, about in Settings.model_fields.items():
        names = tuple(variable_names(field))
        value = _shown(getattr(settings, field))
        listed.append(Listed(names, value, _source(names, environment, file), about.description or ""))
    return listed


def env_example() -> str:
    """Return the text of `.env.example`: every setting with its default, commented out."""
    parts = [_HEAD]
    for field, about in Settings.model_fields.items():
        first, *others = variable_names(field)
        also = f" Also understood: {', '.join(others)}." if others else ""
        parts.append(f"# {about.description}{also}\n#{first}={_shown(about.default)}\n")
    return "\n".join(parts)


def _source(names: tuple[str, ...], environment: Mapping[str, str], file: Mapping[str, Any]) -> str:
    # Both are compared without regard to case, as pydantic-settings reads them.
    places = (("environment", environment), (".env", file))
    for place, variables in places:
        upper = {name.upper() for name, value in variables.items() if value}
        for name in names:
            if name in upper:
                return f"{place}, {name}"
    return "default"


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return "(set)"
    if isinstance(value, tuple):
        return ",".join(map(str, cast("tuple[object, ...]", value)))
    return "" if value is None else str(value)
