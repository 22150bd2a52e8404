"""Colours, sizes and typefaces of an edit as a template has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cutroom.base.errors import CutroomError
from cutroom.render.document.values import Color
from cutroom.render.exchange.shotstack.fields import Fields
from cutroom.render.exchange.shotstack.merging import Merge
from cutroom.render.fonts import DEFAULT_FAMILY, FontBook

_WEIGHTS = {
    "thin": 100,
    "extralight": 200,
    "light": 300,
    "regular": 400,
    "normal": 400,
    "medium": 500,
    "semibold": 600,
    "bold": 700,
    "extrabold": 800,
    "black": 900,
}
_STAND_INS = {"open sans": "Noto Sans", "roboto": "Inter", "arial": "Inter", "helvetica": "Inter"}


@dataclass(frozen=True)
class Context:
    """What the parts of an edit share.

    Attributes:
        merge: Its merge fields.
        width: Pixels of the canvas.
        height: The same.
        families: The names of the typefaces that come with it, by those names in plain letters.
    """

    merge: Merge
    width: int
    height: int
    families: Mapping[str, str] = field(default_factory=dict[str, str])


def color(value: Any, opacity: float | None, context: Context, *, alpha_first: bool = False) -> str | None:
    """Return a colour; None where it is none.

    Args:
        value: "#rrggbb" or a placeholder.
        opacity: 0 to 1; None: as the colour is.
        context: Its placeholders.
        alpha_first: Whether eight digits begin with the alpha, as in titles and HTML.
    """
    if not isinstance(value, str):
        return None
    if "{{" in value:
        return context.merge.keep(value, "color")
    if alpha_first and re.fullmatch(r"#[0-9a-fA-F]{8}", value):
        value = f"#{value[3:]}{value[1:3]}"
    try:
        read = Color.read(value)
    except ValueError:
        return None
    if opacity is None:
        return read.write()
    return Color(read.red, read.green, read.blue, round(read.alpha * min(1.0, max(0.0, opacity)))).write()


def faded_color(fields: Fields, context: Context, otherwise: str | None = None) -> str | None:
    """Return the `color` of an object with its `opacity` in it."""
    opacity = context.merge.number(fields.take("opacity"), fields.at("opacity"))
    return color(fields.take("color") or otherwise, opacity, context)


def typeface(fields: Fields, context: Context) -> dict[str, Any]:
    """Return font, weight and size of a text from its `font` object."""
    found: dict[str, Any] = {}
    family = fields.take("family", "name", "fontFamily")
    if isinstance(family, str):
        found |= named_face(family, fields, context)
    weight = fields.take("weight")
    if weight is not None:
        number = context.merge.number(weight, fields.at("weight"), _WEIGHTS.get(str(weight).lower()))
        found |= {"weight": round(number)} if number is not None else {}
    size = fields.take("size", "fontSize")
    if size is not None:
        found["size"] = context.merge.keep(size, "number")
    return found


def named_face(family: str, fields: Fields, context: Context) -> dict[str, Any]:
    """Return a typeface by its name, in which the weight may stand; another where it is not there."""
    words = family.replace("-", " ").split()
    weight = _WEIGHTS.get(words[-1].lower()) if len(words) > 1 else None
    name = " ".join(words[:-1]) if weight else family.strip()
    given = {"weight": weight} if weight else {}
    for one in (family.strip(), name):
        if plain_name(one) in context.families:
            return {"font": context.families[plain_name(one)]}
    known = _bundled()
    if name.lower() in known:
        return {"font": known[name.lower()], **given}
    stand_in = _STAND_INS.get(name.lower(), DEFAULT_FAMILY)
    fields.note("family", f"{family!r} is not among the typefaces here; {stand_in!r} stands in for it")
    return {"font": stand_in, **given}


def plain_name(family: str) -> str:
    """Return a family's name in small letters and digits alone, as files are named after it."""
    return re.sub(r"[^a-z0-9]", "", family.lower())


def _bundled() -> Mapping[str, str]:
    try:
        return {name.lower(): name for name in FontBook.of(()).families}
    except CutroomError:  # without the built typefaces nothing can be compared
        return {}


def outline(fields: Fields, context: Context) -> dict[str, Any]:
    """Return the outline of a text from its `stroke` object."""
    width = context.merge.number(fields.take("width"), fields.at("width"), 0)
    shade = faded_color(fields, context, "#000000")
    return {"outline": {"width": width, "color": shade}} if width else {}
