"""SVG that stands in an edit itself, where it is one plain shape."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as ET

from cutroom.render.document.values import Color
from cutroom.render.pixels.svg_path import read_svg_path

LONGEST = 20_000
_SHAPES = frozenset({"rect", "circle", "ellipse", "path"})


def read_svg(source: str) -> dict[str, Any] | None:
    """Return the fields of a `shape` clip; None: it is more than one filled shape.

    Args:
        source: SVG as text. Documents with declarations are not looked at: entities can grow without end.
    """
    if len(source) > LONGEST or "<!" in source:
        return None
    try:
        root = ET.fromstring(source)  # noqa: S314 - no declarations, so no entities
    except ET.ParseError:
        return None
    shapes = [element for element in root.iter() if _tag(element) in _SHAPES]
    others = [
        element for element in root.iter() if _tag(element) not in {"svg", "g", "title", "desc", *_SHAPES}
    ]
    if len(shapes) != 1 or others or any("transform" in element.attrib for element in root.iter()):
        return None
    shape = shapes[0]
    fill = _fill(shape)
    made = _form(shape)
    if fill is None or made is None:
        return None
    return {"type": "shape", **made, "fill": fill, **_size(root, shape)}


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _form(shape: ET.Element) -> dict[str, Any] | None:
    if _tag(shape) == "path":
        data = shape.get("d", "")
        try:
            read_svg_path(data)
        except ValueError:
            return None
        return {"shape": "path", "path": data}
    if _tag(shape) == "rect":
        corners = _number(shape.get("rx"))
        return {"shape": "rectangle"} | ({"corners": corners} if corners else {})
    return {"shape": "ellipse"}


def _fill(shape: ET.Element) -> str | None:
    written = shape.get("fill", "#000000")
    opacity = _number(shape.get("fill-opacity") or shape.get("opacity"))
    try:
        read = Color.read(written)
    except ValueError:
        return None
    alpha = read.alpha if opacity is None else round(read.alpha * min(1.0, max(0.0, opacity)))
    return Color(read.red, read.green, read.blue, alpha).write()


def _size(root: ET.Element, shape: ET.Element) -> dict[str, Any]:
    box = [_number(part) for part in re.split(r"[\s,]+", root.get("viewBox", "").strip())]
    whole = (box[2], box[3]) if len(box) == len("xywh") else (None, None)
    width = _number(shape.get("width")) or _number(root.get("width")) or whole[0]
    height = _number(shape.get("height")) or _number(root.get("height")) or whole[1]
    return {side: value for side, value in (("width", width), ("height", height)) if value}


def _number(written: str | None) -> float | None:
    found = re.match(r"\s*(-?\d{1,6}(?:\.\d{1,6})?)(?:px)?\s*$", written or "")
    return float(found[1]) if found else None
