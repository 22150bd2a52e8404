"""Vector pictures (SVG): their size, and their pixels at any size; nothing outside the file is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import skia

from cutroom.base.errors import BrokenMedia
from cutroom.render.pixels.picture import Pixels

_MOST_BYTES = 8_000_000
_MOST_ELEMENTS = 100_000
_DEEPEST = 128
"""Elements within elements; drawing them takes some of the stack for each."""

_HEAD = 4096
_NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*([a-z]*)\s*", re.IGNORECASE)
_REFERENCE = re.compile(r"url\(\s*[\"']?#([^)\"']+?)[\"']?\s*\)")
_DRAWS_ITS_LINK = frozenset(
    {
        "use",
        "pattern",
        "linearGradient",
        "radialGradient",
        "filter",
        "feImage",
        "mask",
        "clipPath",
        "textPath",
    }
)
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
"""Pixels of the absolute units (CSS Values and Units 4, 6.2)."""

_USUAL_SIZE = (300.0, 150.0)
"""Of a picture that says nothing (CSS Images 3, 5.1)."""

_LARGEST = 32_768.0


def is_svg(path: Path) -> bool:
    """Say whether a file is an SVG picture, by its beginning."""
    with path.open("rb") as file:
        head = file.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(b"<") and b"<svg" in head


def read_svg_size(path: Path) -> tuple[float, float]:
    """Return width and height in pixels that an SVG asks for.

    Raises:
        BrokenMedia: With code `broken_svg` or `too_large_svg`.
    """
    root = _check(path)
    box = [float(part) for part in _split(root.get("viewBox", ""))]
    ratio = box[2] / box[3] if len(box) == 4 and box[2] > 0 and box[3] > 0 else None  # noqa: PLR2004 - x, y, w, h
    width, height = _pixels(root.get("width")), _pixels(root.get("height"))
    if width is None and height is None:
        width, height = (box[2], box[3]) if ratio else _USUAL_SIZE
    elif height is None:
        height = width / ratio if width and ratio else _USUAL_SIZE[1]
    elif width is None:
        width = height * ratio if ratio else _USUAL_SIZE[0]
    if not (0 < (width or 0) <= _LARGEST and 0 < height <= _LARGEST):
        message = f"The SVG is {width:g} x {height:g} pixels; give it a size between 1 and {_LARGEST:g}."
        raise BrokenMedia(message, code="broken_svg")
    return width or 1.0, height


def draw_svg(path: Path, width: int, height: int) -> Pixels:
    """Draw an SVG into a picture of a size; words in it are left out, as it brings no typefaces.

    Raises:
        BrokenMedia: With code `broken_svg` or `too_large_svg`.
    """
    natural = read_svg_size(path)
    document = skia.SVGDOM.MakeFromStream(skia.MemoryStream(path.read_bytes()))
    if document is None:
        raise _broken()
    pixels = np.zeros((height, width, 4), np.uint8)
    surface = skia.Surface(pixels, colorType=skia.kBGRA_8888_ColorType, alphaType=skia.kPremul_AlphaType)
    canvas = surface.getCanvas()
    canvas.scale(width / natural[0], height / natural[1])
    document.setContainerSize(skia.Size(*natural))
    document.render(canvas)
    surface.flushAndSubmit()
    return pixels


def _check(path: Path) -> ET.Element:
    """Read the elements; what would overrun the memory or the stack is refused."""
    if path.stat().st_size > _MOST_BYTES:
        message = f"The SVG has more than {_MOST_BYTES // 1_000_000} MB; export it as PNG."
        raise BrokenMedia(message, code="too_large_svg")
    text = path.read_bytes()
    if b"<!ENTITY" in text:
        raise BrokenMedia("The SVG defines entities; save it without a DTD.", code="broken_svg")
    try:
        root = ET.fromstring(text)  # noqa: S314 - expat limits amplification, and entities were refused
    except ET.ParseError as error:
        raise _broken() from error
    if root.tag.rpartition("}")[2] != "svg":
        raise _broken()
    _Weigher(root).check()
    return root


class _Weigher:
    """Counts what is drawn of an SVG: ten uses of an element that uses ten others are a hundred."""

    def __init__(self, root: ET.Element) -> None:
        self._root = root
        self._named: dict[str, list[ET.Element]] = {}
        self._known: dict[ET.Element, tuple[int, int]] = {}
        self._open: set[ET.Element] = set()

    def check(self) -> None:
        """Refuse what draws too many elements, or elements too deep in each other."""
        level = [self._root]
        for _ in range(_DEEPEST):
            for element in level:
                self._named.setdefault(element.get("id", ""), []).append(element)
            level = [child for element in level for child in element]
        if level or self._weigh(self._root, 0)[0] > _MOST_ELEMENTS:
            raise _too_large()

    def _weigh(self, element: ET.Element, depth: int) -> tuple[int, int]:
        """Return how many elements are drawn for one, and how many levels they have."""
        if element in self._open:
            message = "The SVG has an element that is drawn within itself; export it again."
            raise BrokenMedia(message, code="broken_svg")
        if element not in self._known:
            self._open.add(element)
            self._known[element] = self._add_up(element, depth)
            self._open.discard(element)
        weight, levels = self._known[element]
        if depth + levels > _DEEPEST:
            raise _too_large()
        return weight, levels

    def _add_up(self, element: ET.Element, depth: int) -> tuple[int, int]:
        if depth >= _DEEPEST:
            raise _too_large()
        weight, levels = 1, 0
        for part in (*element, *self._referred(element)):
            found = self._weigh(part, depth + 1)
            weight, levels = weight + found[0], max(levels, found[1])
        # The steps of a filter work on each other's results, one within the other.
        steps = len(element) if _name(element) == "filter" else 0
        return weight, 1 + max(levels, steps)

    def _referred(self, element: ET.Element) -> Iterator[ET.Element]:
        for name, value in element.attrib.items():
            is_link = name.rpartition("}")[2] == "href" and _name(element) in _DRAWS_ITS_LINK
            for target in [value.strip().removeprefix("#")] if is_link else _REFERENCE.findall(value):
                yield from self._named.get(target, ())


def _name(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _too_large() -> BrokenMedia:
    message = f"The SVG draws over {_MOST_ELEMENTS} elements or {_DEEPEST} levels; export it as PNG."
    return BrokenMedia(message, code="too_large_svg")


def _broken() -> BrokenMedia:
    return BrokenMedia("The SVG cannot be read; export it again.", code="broken_svg")


def _split(numbers: str) -> list[str]:
    parts = numbers.replace(",", " ").split()
    matches = [_NUMBER.fullmatch(part) for part in parts]
    return parts if all(match and not match[2] for match in matches) else []


def _pixels(length: str | None) -> float | None:
    match = _NUMBER.fullmatch(length or "")
    if match is None or match[2].lower() not in _UNITS:
        return None  # percentages refer to what the picture stands in: there is nothing yet
    return float(match[1]) * _UNITS[match[2].lower()]
