"""Lottie documents from strangers: read, checked and cleaned before the library that draws them sees them.

ThorVG trusts its input: it opens files that pictures name, runs scripts without an end, repeats shapes a
billion times, and follows layers that lie in themselves until the stack is full.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from cutroom.base.errors import BrokenMedia
from cutroom.media import look_at_image

MOST_BYTES = 32_000_000
_DEEPEST = 100
"""Levels of lists and objects."""
_MOST_DRAWN = 50_000
"""Layers and parts of shapes, as often as they are repeated."""
_MOST_PARENTS = 100
_MOST_POINTS = 1000
_LARGEST = 1e9
_EMBEDDED = re.compile(r"data:image/(?:png|jpeg|jpg|webp);base64,([A-Za-z0-9+/=\s]+)")
_LOOPS = re.compile(
    r"\s*(?:var \$bm_rt;)?\s*\$bm_rt\s*=\s*loop(?:In|Out)(?:Duration)?\("
    r"(?:\s*(?:'[a-z]+'|\"[a-z]+\")\s*(?:,\s*\d{1,6}\s*)?)?\)\s*;?\s*"
)
"""The one kind of script that is let through: what exporters write for motion that goes on and on."""

_LISTS = frozenset({"layers", "assets", "shapes", "it", "masksProperties", "ef", "list", "chars", "markers"})
"""What holds objects, and nothing else: ThorVG reads on behind the end of what is of another form."""
_OBJECTS = frozenset({"ks", "fonts", "tr"})
_PLAIN = frozenset({"ty", "ip", "op", "st", "sr", "ind", "parent", "hd", "nm", "w", "h", "refId", "id"})

Json = dict[str, Any]


def read_lottie(path: Path, sha256: str) -> Json:
    """Return a Lottie document that is safe to be drawn.

    Args:
        path: The file.
        sha256: Of its bytes.

    Raises:
        BrokenMedia: With code `not_an_animation`, `too_large_animation`, `scripted_animation` or
            `outside_asset`.
    """
    return json.loads(clean_lottie(path, sha256))


@lru_cache(maxsize=4)
def clean_lottie(path: Path, sha256: str) -> bytes:
    """Return the JSON of `read_lottie`; written anew, so that what is drawn is what was checked."""
    del sha256  # names the contents: a file that was replaced is read again
    if path.stat().st_size > MOST_BYTES:
        raise _too_large(f"has more than {MOST_BYTES // 1_000_000} MB")
    try:
        document: object = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise _no_animation() from error
    if not isinstance(document, dict):
        raise _no_animation()
    read = cast("Json", document)
    for part in _objects(read):
        _check_part(part)
    _Weigher(read).check()
    return json.dumps(read, allow_nan=False).encode()


def _objects(document: Json) -> Iterator[Json]:
    """Yield every object of a document; check its depth and its numbers."""
    level: list[Any] = [document]
    for _ in range(_DEEPEST):
        for value in level:
            if isinstance(value, dict):
                yield cast("Json", value)
            elif isinstance(value, int | float) and not abs(value) <= _LARGEST:
                raise _no_animation()
        level = [inner for value in level for inner in _members(value)]
        if not level:
            return
    raise _too_large(f"is nested deeper than {_DEEPEST} levels")


def _members(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(cast("Json", value).values())
    return cast("list[Any]", value) if isinstance(value, list) else []


def _parts(value: Any) -> list[Json]:
    return [part for part in _members(value) if isinstance(part, dict)]


def _check_part(part: Json) -> None:
    """Refuse wrong forms, scripts and what lies elsewhere; take out places that nothing is read from."""
    if not all(_is_sound(name, value) for name, value in part.items()):
        raise _no_animation()
    script = part.get("x")
    if isinstance(script, str) and not _LOOPS.fullmatch(script):
        message = f"The animation runs a script ({script.strip()[:40]!r}); export it with keyframes instead."
        raise BrokenMedia(message, code="scripted_animation")
    picture = part.get("p")
    if isinstance(picture, str):
        _check_picture(picture)
    for name in ("u", "fPath"):
        if isinstance(part.get(name), str):
            part[name] = ""
    points = part.get("pt")
    if part.get("ty") == "sr" and _highest(points) > _MOST_POINTS:
        raise _too_large(f"has a star of over {_MOST_POINTS} points")


def _is_sound(name: str, value: Any) -> bool:
    if name in _LISTS:
        return isinstance(value, list) and len(_parts(value)) == len(_members(value))
    if name in _OBJECTS and not isinstance(value, dict):
        return False
    return not (name in _PLAIN and isinstance(value, dict | list))


def _check_picture(place: str) -> None:
    match = _EMBEDDED.fullmatch(place)
    if match is None:
        message = (
            f"The animation refers to the file {place[:80]!r}; export it with PNG or JPEG pictures embedded."
        )
        raise BrokenMedia(message, code="outside_asset")
    try:
        content = base64.b64decode(match[1])
    except binascii.Error as error:
        raise _no_animation() from error
    with tempfile.NamedTemporaryFile(prefix="cutroom-") as file:
        file.write(content)
        file.flush()
        look_at_image(file.name)


def _highest(value: Any) -> float:
    """Return the largest number in an animated property."""
    level, highest = [value], 0.0
    for _ in range(_DEEPEST):
        highest = max([highest, *(float(one) for one in level if isinstance(one, int | float))])
        level = [inner for one in level for inner in _members(one)]
    return highest


class _Weigher:
    """Counts what is drawn: ten layers that show a composition of ten are a hundred."""

    def __init__(self, document: Json) -> None:
        self._document = document
        assets = _parts(document.get("assets"))
        self._assets = {str(asset.get("id")): asset for asset in assets}
        self._has_twins = len(self._assets) < len(assets)
        self._known: dict[str, float] = {}
        self._open: set[str] = set()

    def check(self) -> None:
        """Refuse what draws too much, or lies in itself."""
        if self._has_twins or not isinstance(self._document.get("assets") or [], list):
            raise _no_animation()
        drawn = sum(self._of_asset(name) for name in self._assets)
        if drawn + self._of_layers(self._document.get("layers")) > _MOST_DRAWN:
            raise _too_large(f"draws over {_MOST_DRAWN:,} layers and shapes")

    def _of_asset(self, name: str) -> float:
        if name in self._open:
            message = "The animation has a composition that lies in itself; export it again."
            raise BrokenMedia(message, code="not_an_animation")
        if name not in self._known:
            self._open.add(name)
            if len(self._open) > _DEEPEST:
                raise _too_large(f"has compositions in over {_DEEPEST} levels")
            self._known[name] = self._of_layers(self._assets.get(name, {}).get("layers"))
            self._open.discard(name)
        return self._known[name]

    def _of_layers(self, layers: Any) -> float:
        found = _parts(layers)
        _check_parents(found)
        return sum(self._of_layer(layer) for layer in found)

    def _of_layer(self, layer: Json) -> float:
        reference = layer.get("refId")
        inner = self._of_asset(str(reference)) if reference is not None else 0
        return 1 + inner + _of_shapes(layer.get("shapes"))


def _of_shapes(shapes: Any) -> float:
    """Return how many parts a list of shapes draws; a repeater multiplies what stands in its list."""
    parts = _parts(shapes)
    weight = sum(1 + _of_shapes(part.get("it")) for part in parts)
    copies = [max(1.0, _highest(part.get("c"))) for part in parts if part.get("ty") == "rp"]
    return weight * math.prod(copies)


def _check_parents(layers: list[Json]) -> None:
    parents = {
        str(layer.get("ind")): layer.get("parent") for layer in layers if layer.get("parent") is not None
    }
    for name in parents:
        steps, at = 0, name
        while at in parents:
            at, steps = str(parents[at]), steps + 1
            if steps > _MOST_PARENTS:
                message = f"The animation has a layer with over {_MOST_PARENTS} parents; export it again."
                raise BrokenMedia(message, code="not_an_animation")


def _no_animation() -> BrokenMedia:
    message = "The file is no Lottie animation with w, h, ip, op and fr; export it as Lottie JSON."
    return BrokenMedia(message, code="not_an_animation")


def _too_large(why: str) -> BrokenMedia:
    return BrokenMedia(f"The animation {why}; simplify it.", code="too_large_animation")
