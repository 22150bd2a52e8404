"""The assets of an edit as clips of a template: what they show and sound, not where they stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cutroom.render.exchange.shotstack.drawings import read_svg
from cutroom.render.exchange.shotstack.fields import Fields
from cutroom.render.exchange.shotstack.looks import Context, color, faded_color
from cutroom.render.exchange.shotstack.texts import caption, html_text, rich_text, text, title
from cutroom.render.exchange.shotstack.tweens import animated

_FADE = 2
"""Seconds of the volume effects."""
_LEAST_SPEED, _MOST_SPEED = 0.25, 4
_MOST_DISTANCE = 250
"""The largest distance of a chroma key there; here distances are shares."""


def make_clip(asset: Fields, context: Context) -> dict[str, Any] | None:
    """Return the clip of an asset: type, source, look; None: it cannot be carried over, which is noted."""
    kind = asset.take("type")
    make = _MAKERS.get(kind) if isinstance(kind, str) else None
    if make is None:
        asset.note("type", f"{kind!r} is not known here; the clip is left out")
        return None
    if kind in _WITH_FILES and not asset.has("src"):
        asset.note("src", "is missing: generated media are not carried over; the clip is left out")
        return None
    return make(asset, context)


def sound_fields(sound: Fields, context: Context, effect: str) -> dict[str, Any]:
    """Return what an asset says of its sound: volume and fades.

    Args:
        sound: The asset.
        context: Its edit.
        effect: The field that names the fades.
    """
    found: dict[str, Any] = {}
    if sound.has("volume"):
        value = sound.take("volume")
        whole = isinstance(value, str)
        found["volume"] = (
            context.merge.keep(value, "number") if whole else animated(sound, "volume", context.merge)
        )
    fades = sound.word(effect) or "none"
    found |= {"fadeIn": _FADE} if fades in {"fadeIn", "fadeInFadeOut"} else {}
    return found | ({"fadeOut": _FADE} if fades in {"fadeOut", "fadeInFadeOut"} else {})


def _video(asset: Fields, context: Context) -> dict[str, Any]:
    clip = {"type": "video", "src": context.merge.keep(asset.take("src"), "video")}
    clip |= _trim(asset, context) | _speed(asset, context) | sound_fields(asset, context, "volumeEffect")
    clip |= _crop(asset, context)
    if asset.has("chromaKey"):
        clip["chromaKey"] = _chroma_key(asset.inner("chromaKey"), context)
    asset.take("transcode")
    return clip


def _image(asset: Fields, context: Context) -> dict[str, Any]:
    return {"type": "image", "src": context.merge.keep(asset.take("src"), "image"), **_crop(asset, context)}


def _audio(asset: Fields, context: Context) -> dict[str, Any]:
    clip = {"type": "audio", "src": context.merge.keep(asset.take("src"), "audio")}
    return clip | _trim(asset, context) | _speed(asset, context) | sound_fields(asset, context, "effect")


def _luma(asset: Fields, context: Context) -> dict[str, Any]:
    if asset.take("trim"):
        asset.note("trim", "is not carried over: mattes are still pictures here")
    return {"type": "luma", "src": context.merge.keep(asset.take("src"), "image")}


def _shape(asset: Fields, context: Context) -> dict[str, Any]:
    kind = asset.word("shape") or "rectangle"
    form = asset.inner(kind)

    def side(name: str, otherwise: float) -> float:
        return context.merge.number(form.take(name), form.at(name), otherwise) or otherwise

    clip: dict[str, Any] = {"type": "shape"}
    if kind == "circle":
        across = 2 * side("radius", 100)
        clip |= {"shape": "ellipse", "width": across, "height": across}
    elif kind == "line":
        clip |= {"shape": "rectangle", "width": side("length", 100), "height": side("thickness", 4)}
    else:
        clip |= {"shape": "rectangle", "width": side("width", 200), "height": side("height", 200)}
        corners = context.merge.number(form.take("cornerRadius"), form.at("cornerRadius"), 0)
        clip |= {"corners": corners} if corners else {}
    form.close()
    fill, stroke = asset.inner("fill"), asset.inner("stroke")
    clip["fill"] = faded_color(fill, context, "#ffffff")
    width = context.merge.number(stroke.take("width"), stroke.at("width"), 0)
    clip |= {"stroke": {"width": width, "color": faded_color(stroke, context, "#000000")}} if width else {}
    fill.close()
    stroke.close()
    if asset.take("width") or asset.take("height"):
        asset.note("width", "and height are not carried over: the shape has its own size")
    return clip


def _svg(asset: Fields, context: Context) -> dict[str, Any] | None:
    source = asset.take("src")
    if not isinstance(source, str) or not source.lstrip().startswith("<"):
        return {"type": "image", "src": context.merge.keep(source, "image")}
    shape = read_svg(source)
    if shape is None:
        message = "is SVG of several parts in the edit itself; store it as a file and use its address"
        asset.note("src", f"{message}; the clip is left out")
    return shape


def _trim(asset: Fields, context: Context) -> dict[str, Any]:
    trim = asset.take("trim")
    return {"trim": context.merge.keep(trim, "number")} if trim else {}


def _speed(asset: Fields, context: Context) -> dict[str, Any]:
    speed = context.merge.number(asset.take("speed"), asset.at("speed"))
    if speed is None or speed == 1:
        return {}
    bounded = min(_MOST_SPEED, max(_LEAST_SPEED, speed))
    if bounded != speed:
        asset.note("speed", f"{speed} becomes {bounded}, the nearest that is possible")
    return {"speed": bounded}


def _crop(asset: Fields, context: Context) -> dict[str, Any]:
    crop = asset.inner("crop")
    sides = {
        side: context.merge.number(crop.take(side), crop.at(side), 0)
        for side in ("left", "top", "right", "bottom")
    }
    crop.close()
    found = {side: share for side, share in sides.items() if share}
    return {"crop": found} if found else {}


def _chroma_key(key: Fields, context: Context) -> dict[str, Any]:
    shade = color(key.take("color"), None, context) or "#00b140"
    near = context.merge.number(key.take("threshold"), key.at("threshold"), 150) or 0
    halo = context.merge.number(key.take("halo"), key.at("halo"), 100) or 0
    key.note("threshold", "and halo are distances of another measure here; look at the result")
    key.close()
    return {
        "color": shade,
        "tolerance": min(1, near / _MOST_DISTANCE / 2),
        "softness": min(1, halo / _MOST_DISTANCE / 2),
    }


_WITH_FILES = frozenset({"video", "image", "audio", "luma", "caption", "svg"})
_MAKERS: dict[str, Callable[[Fields, Context], dict[str, Any] | None]] = {
    "video": _video,
    "image": _image,
    "audio": _audio,
    "luma": _luma,
    "caption": caption,
    "text": text,
    "rich-text": rich_text,
    "title": title,
    "html": html_text,
    "shape": _shape,
    "svg": _svg,
}
