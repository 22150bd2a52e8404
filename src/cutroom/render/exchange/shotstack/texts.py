"""Texts, titles, HTML and captions of an edit as clips of a template."""

from __future__ import annotations

import html
import re
from typing import Any

from cutroom.render.exchange.shotstack.fields import Fields
from cutroom.render.exchange.shotstack.looks import Context, color, faded_color, named_face, outline, typeface

_SIZES = {
    "xx-small": 0.022,
    "x-small": 0.033,
    "small": 0.044,
    "medium": 0.067,
    "large": 0.089,
    "x-large": 0.111,
    "xx-large": 0.133,
}
"""Heights of titles as shares of the canvas's shorter side."""
_STYLES: dict[str, dict[str, Any]] = {
    "minimal": {"font": "Montserrat", "weight": 400},
    "blockbuster": {"font": "Anton", "case": "upper"},
    "vogue": {"font": "Playfair Display", "weight": 700},
    "sketchy": {"font": "Caveat", "weight": 600},
    "skinny": {"font": "Oswald", "weight": 300},
    "chunk": {"font": "Archivo Black"},
    "chunkLight": {"font": "Montserrat", "weight": 700},
    "marker": {"font": "Caveat", "weight": 700},
    "future": {"font": "JetBrains Mono", "weight": 500},
    "subtitle": {"font": "Inter", "weight": 500, "outline": {"width": 2, "color": "#000000"}},
}
_CASES = {"uppercase": "upper", "lowercase": "lower", "none": "as-written"}
_DECLARATION = re.compile(r"([\w-]+)\s*:\s*([^;{}]+)")
_TAG = re.compile(r"<[^>]{0,2000}>")


def text(asset: Fields, context: Context) -> dict[str, Any]:
    """Return a `text` clip of a text asset."""
    clip: dict[str, Any] = {"type": "text", "text": context.merge.keep(asset.word("text") or "", "text")}
    clip |= _box(asset, context) | _font(asset.inner("font"), context)
    clip |= _stroke(asset, context) | _background(asset, context) | _alignment(asset)
    animation = asset.inner("animation")
    clip |= _animation(animation, clip, context)
    animation.close()
    return clip


def rich_text(asset: Fields, context: Context) -> dict[str, Any]:
    """Return a `text` clip of a rich text asset."""
    clip = text(asset, context)
    style = asset.inner("style")
    for ours, theirs in (("letterSpacing", "letterSpacing"), ("lineHeight", "lineHeight")):
        if style.has(theirs):
            clip[ours] = context.merge.keep(style.take(theirs), "number")
    transform = style.word("textTransform")
    if transform is not None:
        clip["case"] = _CASES.get(transform, "as-written")
    if transform not in {None, *_CASES}:
        style.note("textTransform", f"{transform!r} is not carried over")
    if (style.word("textDecoration") or "none") != "none":
        style.note("textDecoration", "is not carried over: texts have no lines here")
    if style.has("gradient"):
        clip["gradient"] = _gradient(style.inner("gradient"), context)
    style.close("wordSpacing")
    clip |= _shadow(asset, context)
    _pad(clip, asset, context)
    return clip


def title(asset: Fields, context: Context) -> dict[str, Any]:
    """Return a `text` clip of a title; its styles become the nearest typefaces."""
    clip: dict[str, Any] = {"type": "text", "text": context.merge.keep(asset.word("text") or "", "text")}
    style = asset.word("style") or "minimal"
    if style not in _STYLES:
        asset.note("style", f"{style!r} is not known; minimal stands in for it")
    else:
        asset.note("style", f"{style!r} becomes the typeface that is nearest to it")
    clip |= _STYLES.get(style, _STYLES["minimal"])
    share = _SIZES.get(asset.word("size") or "medium", _SIZES["medium"])
    clip["size"] = round(share * min(context.width, context.height))
    clip["width"] = "90%"
    shade = color(asset.take("color"), None, context, alpha_first=True)
    clip |= {"color": shade} if shade else {}
    clip |= _plate(color(asset.take("background"), None, context, alpha_first=True))
    return clip


def html_text(asset: Fields, context: Context) -> dict[str, Any]:
    """Return a `text` clip of HTML: its words, and what its CSS says of the whole."""
    source = asset.word("html") or ""
    broken = re.sub(r"(?i)<br\s*/?>|</(?:p|div|h[1-6]|li)>", "\n", source)
    words = html.unescape(_TAG.sub("", broken)).strip()
    plate = color(asset.take("background"), None, context, alpha_first=True)
    if not words and plate:
        asset.take("css", "position")
        return {"type": "shape", "fill": plate, **_box(asset, context)}
    asset.note("html", "only its words are carried over, as one text of one style")
    clip: dict[str, Any] = {"type": "text", "text": context.merge.keep(words, "text"), "weight": 400}
    clip |= _box(asset, context)
    declared = dict(_DECLARATION.findall(asset.word("css") or ""))
    shade = color(declared.get("color", "").strip(), None, context)
    clip |= {"color": shade} if shade else {"color": "#000000"}
    size = re.match(r"\s*(\d+(?:\.\d+)?)px", declared.get("font-size", ""))
    clip["size"] = float(size[1]) if size else 16
    if "font-family" in declared:
        family = declared["font-family"].split(",")[0].strip().strip("\"'")
        clip |= named_face(family, asset, context)
    align = declared.get("text-align", "").strip()
    clip |= {"align": align} if align in {"left", "center", "right"} else {}
    if declared.get("font-weight", "").strip() == "bold":
        clip["weight"] = 700
    clip |= _plate(plate)
    asset.take("position")
    return clip


def caption(asset: Fields, context: Context) -> dict[str, Any]:
    """Return a `captions` clip."""
    clip: dict[str, Any] = {
        "type": "captions",
        "style": "line",
        "src": context.merge.keep(asset.take("src"), "text"),
    }
    font = asset.inner("font")
    face = typeface(font, context)
    clip |= {name: face[name] for name in ("font", "size", "weight") if name in face}
    shade = faded_color(font, context)
    clip |= {"color": shade} if shade else {}
    stroke = color(font.take("stroke"), None, context)
    width = context.merge.number(font.take("strokeWidth"), font.at("strokeWidth"), 0)
    clip |= {"outline": {"color": stroke or "#000000", "width": width}} if width else {}
    if font.has("lineHeight"):
        clip["lineHeight"] = context.merge.keep(font.take("lineHeight"), "number")
    font.close()
    clip |= _background(asset, context)
    trim = context.merge.number(asset.take("trim"), asset.at("trim"), 0)
    clip |= {"offset": -trim} if trim else {}
    return clip


def _box(asset: Fields, context: Context) -> dict[str, Any]:
    sides = ((side, asset.take(side)) for side in ("width", "height"))
    return {side: context.merge.keep(value, "number") for side, value in sides if value is not None}


def _font(font: Fields, context: Context) -> dict[str, Any]:
    found = {"size": 24, "weight": 400} | typeface(font, context)
    shade = faded_color(font, context)
    found |= {"color": shade} if shade else {}
    if font.has("lineHeight"):
        found["lineHeight"] = context.merge.keep(font.take("lineHeight"), "number")
    if font.has("background"):
        found |= _plate(color(font.take("background"), None, context), per="line")
    found |= outline(font.inner("stroke"), context)
    font.close()
    return found


def _stroke(asset: Fields, context: Context) -> dict[str, Any]:
    stroke = asset.inner("stroke")
    found = outline(stroke, context)
    stroke.close()
    return found


def _background(asset: Fields, context: Context) -> dict[str, Any]:
    background = asset.inner("background")
    shade = faded_color(background, context)
    padding = context.merge.number(background.take("padding"), background.at("padding"), 0)
    radius = context.merge.number(background.take("borderRadius"), background.at("borderRadius"), 0)
    background.close()
    return _plate(shade, padding or 0, radius or 0)


def _plate(shade: str | None, padding: float = 0, radius: float = 0, *, per: str = "block") -> dict[str, Any]:
    if shade is None or (shade.endswith("00") and len(shade) == len("#rrggbbaa")):
        return {}
    return {
        "background": {"color": shade, "paddingX": padding, "paddingY": padding, "radius": radius, "per": per}
    }


def _pad(clip: dict[str, Any], asset: Fields, context: Context) -> None:
    """Give the plate behind a text the padding of its box."""
    padding = asset.take("padding")
    if "background" not in clip:
        return
    if isinstance(padding, dict):
        sides = asset.inner("padding")
        left, right, top, bottom = (
            context.merge.number(sides.take(side), sides.at(side), 0) or 0
            for side in ("left", "right", "top", "bottom")
        )
        across, down = (left + right) / 2, (top + bottom) / 2
    else:
        across = down = context.merge.number(padding, asset.at("padding"), 0) or 0
    clip["background"] |= {"paddingX": across, "paddingY": down}


def _alignment(asset: Fields) -> dict[str, Any]:
    align = asset.inner("align", "alignment")
    across, down = align.word("horizontal"), align.word("vertical")
    align.close()
    found: dict[str, Any] = {"align": across} if across in {"left", "center", "right"} else {}
    down = "middle" if down == "center" else down
    return found | ({"verticalAlign": down} if down in {"top", "middle", "bottom"} else {})


def _animation(animation: Fields, clip: dict[str, Any], context: Context) -> dict[str, Any]:
    preset = animation.word("preset")
    if preset is None:
        return {}
    seconds = context.merge.number(animation.take("duration"), animation.at("duration"), 1) or 1
    by = animation.word("style") or ("word" if preset in {"fadeIn", "slideIn", "ascend"} else "character")
    direction = animation.word("direction")
    words = str(clip["text"])
    count = max(1, len(words.split()) if by == "word" else len(words))
    if preset == "typewriter":
        return {"animation": {"type": "typewriter", "by": by, "stagger": round(seconds / count, 4)}}
    kind = "fade" if preset == "fadeIn" else "slide"
    moving = {
        "type": kind,
        "by": by,
        "length": round(seconds / 2, 4),
        "stagger": round(seconds / 2 / count, 4),
    }
    if preset not in {"fadeIn", "slideIn"}:
        animation.note("preset", f"{preset!r} becomes a {kind} by {by}")
    return {"animation": moving | ({"direction": direction} if direction and kind == "slide" else {})}


def _gradient(gradient: Fields, context: Context) -> dict[str, Any]:
    kind = gradient.word("type") or "linear"
    angle = context.merge.number(gradient.take("angle"), gradient.at("angle"), 0) or 0
    stops: list[dict[str, Any]] = []
    for path, one in gradient.items("stops"):
        stop = Fields(one, path, gradient.notes)
        place = context.merge.number(stop.take("offset"), stop.at("offset"), 0)
        stops.append({"at": place, "color": color(stop.take("color"), None, context) or "#ffffff"})
    gradient.close()
    # There 0 degrees go to the right, here up.
    return {"kind": kind, "angle": angle + 90, "stops": sorted(stops, key=lambda stop: stop["at"])}


def _shadow(asset: Fields, context: Context) -> dict[str, Any]:
    if not asset.has("shadow"):
        return {}
    shadow = asset.inner("shadow")
    opacity = context.merge.number(shadow.take("opacity"), shadow.at("opacity"), 0.5)
    found = {
        "x": context.merge.number(shadow.take("offsetX"), shadow.at("offsetX"), 0),
        "y": context.merge.number(shadow.take("offsetY"), shadow.at("offsetY"), 0),
        "blur": context.merge.number(shadow.take("blur"), shadow.at("blur"), 0),
        "color": color(shadow.take("color") or "#000000", opacity, context) or "#00000080",
    }
    shadow.close()
    return {"shadow": found}
