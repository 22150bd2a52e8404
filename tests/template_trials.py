"""Trying templates that may be wrong: they are drawn, or refused in one way; nothing else may happen."""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cutroom.base.errors import CutroomError, Failed
from cutroom.render.document.reading import read_template
from cutroom.render.film.segments import Segment, segment_key
from cutroom.render.output import Output
from cutroom.render.pixels.compositor import Compositor
from cutroom.render.scene.placed_files import kinds_of_files, media_uses
from cutroom.render.scene.scene import Scene
from cutroom.render.sources.media_item import MediaItem

MOST_SECONDS = 12.0
"""CPU that one template may take for three frames and a key."""
MOST_BYTES = 1 << 30
"""Memory that drawing it may add."""


def values_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return values of inputs that have no default."""
    declared = document.get("inputs")
    if not isinstance(declared, dict):
        return {}
    return {
        name: _value(one)
        for name, one in declared.items()
        if isinstance(one, dict) and one.get("default") is None
    }


def _value(declared: Mapping[str, Any]) -> Any:
    kind = declared.get("type")
    if kind == "list":
        fields, items = declared.get("fields"), declared.get("items")
        if isinstance(fields, dict):
            return [{name: _value(one) for name, one in fields.items() if isinstance(one, dict)}] * 2
        return [_value(items)] * 2 if isinstance(items, dict) else []
    return {"number": 1, "color": "#ff0000", "boolean": True}.get(str(kind), f"some {kind}")


def tried(document: Mapping[str, Any], files: Mapping[str, MediaItem], chance: random.Random) -> str:
    """Read a template, draw three of its frames and name its first frames; return what became of it.

    Returns:
        "drawn", or the code it was refused with.

    Raises:
        AssertionError: When it was refused in a way that helps nobody.
        Exception: Every other error is a bug.
    """
    try:
        template = read_template(document, values_of(document))
        media = {src: files[kind] for src, kind in kinds_of_files(media_uses(template)).items()}
        scene = Scene(template, media)
        try:
            _draw(scene, chance)
        finally:
            scene.close()
    except CutroomError as error:
        check_error(error)
        return error.code_word
    return "drawn"


def _draw(scene: Scene, chance: random.Random) -> None:
    compositor = Compositor(scene.width, scene.height, scene.background, cache_bytes=64 << 20)
    last = scene.frame_count - 1
    for number in (0, last, chance.randint(0, last)):
        compositor.compose(scene.frame(number))
    segment_key(scene, Output(), Segment(0, 0, min(20, last + 1)))
    scene.sounds()


def check_error(error: CutroomError) -> None:
    """Check that an error says what is wrong, where, in one sentence, and that it is not our bug."""
    assert not isinstance(error, Failed), error.message
    assert error.message[:1].isupper() or error.message.startswith("$"), error.message
    assert "\n" not in error.message[:2000], error.message
    assert "Traceback" not in error.message, error.message
    assert error.code_word.replace("_", "").isalnum(), error.code_word
    for fault in (error.details or {}).get("errors", ()):
        assert fault["path"].startswith("$"), fault
        assert fault["message"], fault


class Watch:
    """Measures what trials cost."""

    def __init__(self) -> None:
        self._seconds = time.process_time()
        Path("/proc/self/clear_refs").write_text("5")  # forgets the peak of memory
        self._bytes = _memory("VmHWM")

    def check(self) -> None:
        """Raise AssertionError when too much was used since the watch was made."""
        seconds = time.process_time() - self._seconds
        grown = _memory("VmHWM") - self._bytes
        assert seconds <= MOST_SECONDS, f"took {seconds:.1f} s"
        assert grown <= MOST_BYTES, f"took {grown >> 20} MB"


def _memory(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) << 10
    raise LookupError(name)


def limit_memory(gigabytes: float) -> None:
    """Let this process have no more memory than that, for what would take all of it."""
    most = int(gigabytes * (1 << 30))
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))
