"""The process that draws previews of one owner: it keeps scenes and their pictures between frames."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cutroom.base.errors import CutroomError, Failed
from cutroom.jobs.film_work import item_from_json
from cutroom.render.document.reading import read_template
from cutroom.render.document.template import Template
from cutroom.render.document.values import read_time
from cutroom.render.film.encode.stills import encode_jpeg, encode_png, encode_webp
from cutroom.render.film.segments import frame_at
from cutroom.render.pixels.compositor import Compositor
from cutroom.render.pixels.picture import Picture
from cutroom.render.pixels.resizing import resize
from cutroom.render.scene.placed_files import media_uses
from cutroom.render.scene.scene import Scene
from cutroom.render.scene.timeline_view import timeline_view
from cutroom.render.sources.films import FILMS

Json = dict[str, Any]

HEAD = struct.Struct("!II")
"""Before every message: bytes of its JSON, bytes that follow it."""
_MOST_SCENES = 4
_CACHE_BYTES = 96 << 20
_BEHIND_BYTES = 64 << 20
_QUALITY = 85
_FORMATS: dict[str, Callable[[Picture, bool], bytes]] = {
    "png": lambda picture, alpha: encode_png(picture, alpha=alpha, is_quick=True),
    "webp": lambda picture, alpha: encode_webp(picture, _QUALITY, alpha=alpha),
    "jpg": lambda picture, alpha: encode_jpeg(picture, _QUALITY),  # noqa: ARG005 - it has none
}


@dataclass
class _Opened:
    """A template of which frames were asked for."""

    template: Template
    media: str = ""
    scene: Scene | None = None
    compositor: Compositor | None = None

    def close(self) -> None:
        if self.scene is not None:
            self.scene.close()
        self.scene = self.compositor = None


def serve(path: Path, idle_seconds: float) -> None:
    """Answer one request after the other until nobody has asked for a while.

    Args:
        path: Of the unix socket; made here, in a folder that only we can open.
        idle_seconds: How long to wait for another request.
    """
    FILMS.threads, FILMS.behind_bytes = os.cpu_count() or 1, _BEHIND_BYTES
    desk = _Desk()
    waiting = path.with_suffix(".new")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(waiting))
        server.listen(8)
        server.settimeout(idle_seconds)
        waiting.rename(path)  # whoever sees it can connect
        try:
            while True:
                with server.accept()[0] as link:
                    link.settimeout(idle_seconds)
                    _answer(link, desk.answer)
        except TimeoutError:
            pass
        finally:
            path.unlink(missing_ok=True)
            desk.close()


def _answer(link: socket.socket, work: Callable[[Json], tuple[Json, bytes]]) -> None:
    with contextlib.suppress(ConnectionError), link.makefile("rb") as stream:
        size, _ = HEAD.unpack(stream.read(HEAD.size))
        request: Json = json.loads(stream.read(size))
        try:
            head, content = work(request)
        except CutroomError as error:
            head, content = {"error": _error(error)}, b""
        except Exception as error:  # noqa: BLE001 - the asker is told; the next frame may be fine
            head, content = {"error": _error(Failed(f"The frame could not be drawn: {error!r}"))}, b""
        said = json.dumps(head).encode()
        link.sendall(HEAD.pack(len(said), len(content)) + said + content)


def _error(error: CutroomError) -> Json:
    return {
        "kind": type(error).__name__,
        "status": error.status,
        "message": error.message,
        "code": error.code_word,
        "hint": error.hint,
        "details": error.details,
    }


class _Desk:
    """The templates that were looked at last."""

    def __init__(self) -> None:
        self._opened: OrderedDict[str, _Opened] = OrderedDict()

    def answer(self, request: Json) -> tuple[Json, bytes]:
        opened = self._open(request)
        if "media" not in request:
            uses = media_uses(opened.template)
            return {"uses": [[use.src, use.kind] for use in uses]}, b""
        scene = self._scene(opened, request)
        if request.get("wants") == "timeline":
            return timeline_view(scene.timeline) | {"width": scene.width, "height": scene.height}, b""
        return self._frame(opened, request)

    def close(self) -> None:
        for opened in self._opened.values():
            opened.close()

    def _open(self, request: Json) -> _Opened:
        key = request["key"]
        if key in self._opened:
            self._opened.move_to_end(key)
            return self._opened[key]
        opened = self._opened[key] = _Opened(read_template(request["document"], request["values"]))
        if len(self._opened) > _MOST_SCENES:
            self._opened.popitem(last=False)[1].close()
        return opened

    def _scene(self, opened: _Opened, request: Json) -> Scene:
        media = json.dumps(request["media"], sort_keys=True)
        if opened.scene is None or opened.media != media:
            opened.close()
            items = {
                src: item_from_json(found["item"], Path(found["path"]))
                for src, found in request["media"].items()
            }
            scene = Scene(opened.template, items)
            opened.scene, opened.media = scene, media
            opened.compositor = Compositor(scene.width, scene.height, scene.background, _CACHE_BYTES)
        return opened.scene

    def _frame(self, opened: _Opened, request: Json) -> tuple[Json, bytes]:
        scene, compositor = opened.scene, opened.compositor
        assert scene is not None  # noqa: S101 - made before
        assert compositor is not None  # noqa: S101 - made with the scene
        number = frame_at(scene, read_time(request["time"]))
        picture = compositor.compose(scene.frame(number))
        width: int = request["width"] or scene.width
        if width != scene.width:
            picture = resize(picture, width, max(1, round(scene.height * width / scene.width)))
        alpha = scene.background.alpha < 255  # noqa: PLR2004 - opaque
        content = _FORMATS[request["format"]](picture, alpha)
        facts = {"frame": number, "frames": scene.frame_count, "seconds": float(scene.seconds)}
        return facts, content


def address(folder: str) -> Path:
    """Return the socket's path in a folder; sockets' paths have at most 107 characters."""
    return Path(os.path.realpath(folder)) / "preview"
