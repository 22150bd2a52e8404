"""Look over an installation: what works, what does not, and the one command that mends it."""

# Rooms that load compiled wheels are imported inside the checks: the doctor must be able to speak
# just where one of them cannot be loaded.
from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from operator import methodcaller
from typing import Any, Literal

from cutroom.base.errors import CutroomError
from cutroom.base.registry import Registry, Status
from cutroom.base.settings import Settings, unknown_variables
from cutroom.base.units import GIBIBYTE, human_bytes
from cutroom.boot import system_libraries
from cutroom.boot.data_folder import make_data_folder

State = Literal["ok", "note", "problem"]

_OLDEST, _NEWEST = (3, 11), (3, 13)
_ROOM_FOR_WORK = 2 * GIBIBYTE  # an upload of an hour of video, its scratch and its result


@dataclass(frozen=True)
class Finding:
    """What one check found; a `problem` keeps Cutroom from working, a `note` does not."""

    name: str
    state: State
    sentence: str
    packages: frozenset[str] = field(default_factory=frozenset[str])


Check = Callable[[Settings], Awaitable[list[Finding]]]


async def examine(settings: Settings) -> list[Finding]:
    """Run every check; none of them raises, a broken check is a problem by itself."""
    checks: list[tuple[str, Check]] = [
        ("Python", _python),
        ("settings", _settings),
        ("libraries", _libraries),
        ("data folder", _data_folder),
        ("disk", _disk),
        ("database", _database),
        ("storage", _storage),
        ("port", _port),
        ("plug-ins", _plugins),
    ]
    found: list[Finding] = []
    for name, check in checks:
        try:
            found += await check(settings)
        except CutroomError as error:
            found.append(Finding(name, "problem", error.message))
        except Exception as error:  # noqa: BLE001 - the other checks still have something to say
            found.append(Finding(name, "problem", f"{type(error).__name__}: {error}"))
    return found


def install_command(findings: list[Finding]) -> str | None:
    """Return the one command that installs every missing system library; None when none misses."""
    packages = sorted({package for finding in findings for package in finding.packages})
    if not packages:
        return None
    prefix = "" if os.geteuid() == 0 else "sudo "
    return f"{prefix}apt-get install -y {' '.join(packages)}"


async def _python(_: Settings) -> list[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    if _OLDEST <= sys.version_info[:2] <= _NEWEST:
        return [Finding("Python", "ok", version)]
    return [Finding("Python", "problem", f"Cutroom needs Python 3.11 to 3.13; this is {version}.")]


async def _settings(_: Settings) -> list[Finding]:
    unknown = unknown_variables()
    if not unknown:
        return [Finding("settings", "ok", "every CUTROOM_ variable is known")]
    return [Finding("settings", "note", f"no setting has the name {name}") for name in unknown]


async def _libraries(settings: Settings) -> list[Finding]:
    tried = await asyncio.gather(
        *(asyncio.to_thread(system_libraries.try_module, name) for name in system_libraries.MODULES)
    )
    unloaded = [each for each in tried if each is not None]
    if settings.database_url is None:
        # The rooms above load compiled wheels, see the head of this file.
        from cutroom.boot.postgres import binaries

        server = await asyncio.to_thread(system_libraries.try_program, binaries() / "postgres")
        unloaded += [server] if server else []
    if not unloaded:
        return [Finding("libraries", "ok", f"{len(tried)} compiled modules load")]
    return [
        Finding(
            each.name,
            "problem",
            f"cannot be loaded: {each.reason}",
            frozenset(map(system_libraries.package_of, each.libraries)),
        )
        for each in unloaded
    ]


async def _data_folder(settings: Settings) -> list[Finding]:
    make_data_folder(settings.data)
    return [Finding("data folder", "ok", f"{settings.data} can be written")]


async def _disk(settings: Settings) -> list[Finding]:
    folder = next(each for each in (settings.data, *settings.data.parents) if each.exists())
    free = shutil.disk_usage(folder).free
    sentence = f"{human_bytes(free)} free in {settings.data}"
    if free < settings.disk_reserve_bytes:
        return [Finding("disk", "problem", f"{sentence}: uploads are refused; free some space.")]
    if free < settings.disk_reserve_bytes + _ROOM_FOR_WORK:
        return [Finding("disk", "note", f"{sentence}: little room for uploads and results.")]
    return [Finding("disk", "ok", sentence)]


async def _database(settings: Settings) -> list[Finding]:
    # The rooms below load compiled wheels, see the head of this file.
    from cutroom.boot.postgres import running_url
    from cutroom.database import Database

    url = settings.database_url.get_secret_value() if settings.database_url else running_url(settings.data)
    if url is None:
        return [Finding("database", "ok", "embedded; it starts with `cutroom up`")]
    database = Database(url, size=1)
    try:
        await asyncio.wait_for(database.open(), 10)
    except TimeoutError:
        return [Finding("database", "problem", "it does not answer within 10 s; check CUTROOM_DATABASE_URL.")]
    finally:
        await database.close()
    return [Finding("database", "ok", "it answers" if settings.database_url else "embedded, running")]


async def _storage(settings: Settings) -> list[Finding]:
    # The rooms below load compiled wheels, see the head of this file.
    from cutroom.storage import open_storage

    storage = open_storage(settings)
    await asyncio.wait_for(storage.check(), 30)
    return [Finding("storage", "ok", "it answers")]


async def _port(settings: Settings) -> list[Finding]:
    # The rooms below load compiled wheels, see the head of this file.
    from cutroom.base.errors import Conflict
    from cutroom.boot.listener import open_listener

    try:
        open_listener(settings.host, settings.port).close()
    except Conflict as error:
        return [Finding("port", "note", f"{error.message} If that is Cutroom itself, all is well.")]
    return [Finding("port", "ok", f"{settings.host}:{settings.port} is free")]


async def _plugins(settings: Settings) -> list[Finding]:
    # The rooms below load compiled wheels, see the head of this file.
    from cutroom.engines.access import access_of, access_of_translators, credentials_of
    from cutroom.engines.denoiser import DENOISERS, Credentials
    from cutroom.engines.transcriber import TRANSCRIBERS, Access
    from cutroom.engines.translator import TRANSLATORS
    from cutroom.jobs.kind import kinds

    return [
        *(_of_status("job kind", kinds.status(name)) for name in kinds.names()),
        *_engines("denoiser", DENOISERS, credentials_of(settings), Credentials()),
        *_engines("transcriber", TRANSCRIBERS, access_of(settings), Access()),
        *_engines("translator", TRANSLATORS, access_of_translators(settings), Access()),
    ]


def _engines(
    point: str, registry: Registry[Any], access: Mapping[str, object], nothing: object
) -> list[Finding]:
    return [
        _of_status(point, registry.status(name, methodcaller("check", access.get(name, nothing))))
        for name in registry.names()
    ]


def _of_status(point: str, status: Status) -> Finding:
    # A plug-in that cannot work is never a failed start: the others do.
    state: State = "ok" if status.state == "ready" else "note"
    return Finding(f"{point} {status.name}", state, status.reason or status.state)
