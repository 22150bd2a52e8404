"""Previews: one frame of a template at a time, drawn by a process per owner that stays warm."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import math
import os
import shutil
import tempfile
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

from cutroom.base import errors
from cutroom.base.errors import CutroomError, Unavailable
from cutroom.jobs import film_sources, film_work, preview_child
from cutroom.jobs.resources import Resources
from cutroom.jobs.run import FileRef, Output
from cutroom.network import NetworkLimits
from cutroom.render.sources.media_item import MediaKind, MediaUse
from cutroom.sandbox import Limits
from cutroom.storage import file_key

FOLDER = "previews"
_MOST_PROCESSES = 4
_IDLE_SECONDS = 120.0
_LIFE_SECONDS = 3600.0
_FRAME_SECONDS = 30.0
_FETCH_SECONDS = 60.0
_FETCHED_SECONDS = 600.0  # after which an address is asked again
_KEPT_SECONDS = 1800.0  # of files that nobody has looked at
_KNOWN = 1000
_ASKED = ("key", "document", "values")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wish:
    """Which frame, and how.

    Attributes:
        document: The template as it was written.
        values: Of its inputs.
        time: Seconds; behind the end the last frame is shown.
        width: Of the picture; None: the template's.
        format: png or webp, which may be transparent, or jpg.
    """

    document: Output
    values: Output
    time: float = 0.0
    width: int | None = None
    format: str = "png"


@dataclass(frozen=True)
class Frame:
    """A drawn frame.

    Attributes:
        content: The file.
        number: From 0.
        frames: How many the film has.
        seconds: How long it is.
    """

    content: bytes
    number: int
    frames: int
    seconds: float


class _Lost(Exception):
    """The process did not answer, or is gone."""


@dataclass
class _Process:
    """The child that draws for one owner."""

    folder: str
    task: asyncio.Task[None]
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    is_lost: bool = False

    @property
    def path(self) -> Path:
        return preview_child.address(self.folder)


class Previews:
    """Draws previews for everybody; the sandbox ends its processes when it is closed."""

    def __init__(self, resources: Resources) -> None:
        """Begin without a process.

        Args:
            resources: The open rooms.
        """
        self._resources = resources
        self._processes: OrderedDict[UUID, _Process] = OrderedDict()
        self._items: OrderedDict[tuple[str, str], Output] = OrderedDict()
        self._fetching: dict[Path, asyncio.Lock] = {}
        self._slots = asyncio.Semaphore(_MOST_PROCESSES)
        self._tidied = 0.0

    async def draw(self, owner_id: UUID, wish: Wish) -> Frame:
        """Draw a frame.

        Raises:
            Refused: With code `bad_template`; what is wrong with a file, which the message names.
            Unavailable: With code `preview_lost` when drawing took too long or too much memory.
        """
        request: Output = {"time": wish.time, "width": wish.width, "format": wish.format}
        facts, content = await self._settled(owner_id, wish, request)
        return Frame(content, facts["frame"], facts["frames"], facts["seconds"])

    async def timeline(self, owner_id: UUID, wish: Wish) -> Output:
        """Return when every clip of a template plays, as `render.timeline_view` tells it; nothing is drawn.

        Raises:
            CutroomError: As `draw`.
        """
        return (await self._settled(owner_id, wish, {"wants": "timeline"}))[0]

    async def _settled(self, owner_id: UUID, wish: Wish, request: Output) -> tuple[Output, bytes]:
        """Ask the owner's process, a fresh one where the one before was lost."""
        await self._tidy()
        request |= {"document": wish.document, "values": wish.values}
        text = json.dumps([wish.document, wish.values], sort_keys=True)  # NaN is a fault that the child names
        request["key"] = hashlib.sha256(text.encode()).hexdigest()
        was_there = owner_id in self._processes
        try:
            return await self._answer(owner_id, wish, request)
        except _Lost as error:
            if was_there:  # it may have been killed for what another frame did
                with contextlib.suppress(_Lost):
                    return await self._answer(owner_id, wish, request)
            message = "The preview took too long or too much memory; try again, or make the template simpler."
            raise Unavailable(message, code="preview_lost") from error

    async def _answer(self, owner_id: UUID, wish: Wish, request: Output) -> tuple[Output, bytes]:
        process = self._process(owner_id)
        # The owner's turn first: one owner's requests take one slot.
        async with process.lock, self._slots:
            said, _ = await self._ask(process, {name: request[name] for name in _ASKED})
            uses = [MediaUse(src, kind) for src, kind in said["uses"]]
            request["media"] = await self._media(owner_id, wish, uses)
            return await self._ask(process, request)

    def _process(self, owner_id: UUID) -> _Process:
        process = self._processes.pop(owner_id, None)
        if process is None or process.is_lost or process.task.done():
            folder = tempfile.mkdtemp(prefix="cutroom-")
            process = _Process(folder, asyncio.create_task(self._serve(folder), name="previews"))
        self._processes[owner_id] = process
        idle = [other for other in self._processes if not self._processes[other].lock.locked()]
        while len(self._processes) > _MOST_PROCESSES and idle and idle[0] != owner_id:
            self._processes.pop(idle.pop(0)).task.cancel()
        return process

    async def _serve(self, folder: str) -> None:
        limits = Limits(memory_bytes=self._resources.settings.child_memory_bytes, seconds=_LIFE_SECONDS)
        path = preview_child.address(folder)
        try:
            await self._resources.sandbox.call(preview_child.serve, path, _IDLE_SECONDS, limits=limits)
        except CutroomError as error:
            logger.warning("A process of previews ended.", extra={"reason": error.message})
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    async def _ask(self, process: _Process, request: Output) -> tuple[Output, bytes]:
        try:
            async with asyncio.timeout(_FRAME_SECONDS):
                head, content = await _exchange(process, request)
        except (asyncio.IncompleteReadError, OSError) as error:  # TimeoutError is one of these
            process.is_lost = True
            process.task.cancel()
            raise _Lost from error
        if "error" in head:
            raise _read_error(head["error"])
        return head, content

    async def _media(self, owner_id: UUID, wish: Wish, uses: list[MediaUse]) -> dict[str, Output]:
        if not uses:
            return {}
        allowed = self._resources.settings.allowed_hosts
        async with self._resources.database.transaction() as connection:
            places = await film_sources.resolve(
                connection, owner_id, wish.document, uses, allowed, wish.values
            )
        folder = self._resources.settings.scratch / FOLDER / str(owner_id)
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        return {src: await self._opened(owner_id, folder, src, place) for src, place in places.items()}

    async def _opened(self, owner_id: UUID, folder: Path, src: str, place: Output) -> Output:
        """Return a file's path on this machine and what was found in it."""
        if "file" in place:
            name = place["file"]["sha256"]
        else:
            name = "url-" + hashlib.sha256(place["url"].encode()).hexdigest()
        path = folder / name
        async with self._fetching.setdefault(path, asyncio.Lock()):
            most_age = math.inf if "file" in place else _FETCHED_SECONDS
            if not await asyncio.to_thread(_use, path, most_age):
                await self._fetch(owner_id, src, place, path)
                for kind in get_args(MediaKind):
                    self._items.pop((str(path), kind), None)
            item = await self._look(src, place["kind"], path)
        return {"path": str(path), "item": item}

    async def _fetch(self, owner_id: UUID, src: str, place: Output, path: Path) -> None:
        if "file" in place:
            key = file_key(owner_id, FileRef.from_json(place["file"]).sha256)
            await self._resources.storage.fetch(key, path)
            return
        settings = self._resources.settings
        limits = NetworkLimits(
            seconds=_FETCH_SECONDS, max_bytes=settings.max_upload_bytes, allowed_hosts=settings.allowed_hosts
        )
        part = path.with_suffix(".part")
        try:
            await self._resources.sandbox.call(
                film_work.fetch, place["url"], part, limits, limits=self._limits, progress=_ignore
            )
        except CutroomError as error:
            raise film_work.of_source(error, src) from error
        await asyncio.to_thread(part.replace, path)

    async def _look(self, src: str, kind: str, path: Path) -> Output:
        key = (str(path), kind)
        if key not in self._items:
            found = await self._resources.sandbox.call(
                film_work.look, [(src, kind, path)], limits=self._limits, progress=_ignore
            )
            self._items[key] = found[src]
            if len(self._items) > _KNOWN:
                self._items.popitem(last=False)
        return self._items[key]

    @property
    def _limits(self) -> Limits:
        return Limits(
            memory_bytes=self._resources.settings.child_memory_bytes, seconds=_FETCH_SECONDS + _FRAME_SECONDS
        )

    async def _tidy(self) -> None:
        """Remove files that nobody has looked at for half an hour; looked for once a minute."""
        if time.monotonic() - self._tidied < 60.0 and self._tidied:  # noqa: PLR2004 - a minute
            return
        self._tidied = time.monotonic()
        self._fetching = {path: lock for path, lock in self._fetching.items() if lock.locked()}
        await asyncio.to_thread(_remove_old, self._resources.settings.scratch / FOLDER)


async def _exchange(process: _Process, request: Output) -> tuple[Output, bytes]:
    while not process.path.exists():
        if process.task.done():
            raise ConnectionError
        await asyncio.sleep(0.005)
    reader, writer = await asyncio.open_unix_connection(str(process.path))
    try:
        said = json.dumps(request).encode()
        writer.write(preview_child.HEAD.pack(len(said), 0) + said)
        await writer.drain()
        sizes = preview_child.HEAD.unpack(await reader.readexactly(preview_child.HEAD.size))
        head: dict[str, Any] = json.loads(await reader.readexactly(sizes[0]))
        return head, await reader.readexactly(sizes[1])
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


def _read_error(said: Output) -> CutroomError:
    """Return an error of the child; it decodes what strangers sent, so nothing of it is unpickled."""
    kind = getattr(errors, str(said["kind"]), CutroomError)
    known = kind if isinstance(kind, type) and issubclass(kind, CutroomError) else CutroomError
    return known(said["message"], code=said["code"], hint=said["hint"], details=said["details"])


def _use(path: Path, most_age: float) -> bool:
    """Count a file as looked at now, by its access time; False when it is not there, or older in seconds."""
    try:
        written = path.stat().st_mtime
        os.utime(path, (time.time(), written))
    except FileNotFoundError:
        return False
    return time.time() - written < most_age


def _remove_old(folder: Path) -> None:
    for path in folder.glob("*/*"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.stat().st_atime > _KEPT_SECONDS:
                path.unlink()


def _ignore(fraction: float, message: str) -> None:
    del fraction, message
