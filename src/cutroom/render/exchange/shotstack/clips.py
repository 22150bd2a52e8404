"""The clips of an edit: where they stand, how they come, move and go."""

from __future__ import annotations

import re
from typing import Any

from cutroom.render.document.faults import join_path
from cutroom.render.exchange.shotstack.assets import make_clip
from cutroom.render.exchange.shotstack.fields import Fields
from cutroom.render.exchange.shotstack.looks import Context
from cutroom.render.exchange.shotstack.tweens import animated

_FITS = {"crop": "cover", "cover": "fill", "contain": "contain", "none": "none"}
_PLACES = {
    "top": ("50%", "0%"),
    "topRight": ("100%", "0%"),
    "right": ("100%", "50%"),
    "bottomRight": ("100%", "100%"),
    "bottom": ("50%", "100%"),
    "bottomLeft": ("0%", "100%"),
    "left": ("0%", "50%"),
    "topLeft": ("0%", "0%"),
    "center": ("50%", "50%"),
}
_SPEEDS = {"Slow": 2.0, "Fast": 0.5, "": 1.0}
_NAMED = re.compile(r"([a-z]+)(Left|Right|Up|Down|In|Out|[A-Z]\w*?)?(Slow|Fast)?")
_OPPOSITE = {"left": "right", "right": "left", "up": "down", "down": "up"}
_ZOOM = {"Slow": 1.15, "": 1.3, "Fast": 1.6}
_PAN = {"Slow": 4.0, "": 8.0, "Fast": 12.0}
_BLUR = 12
"""Sigma in pixels of the filter, on a canvas of 1080 lines."""


def import_clip(clip: Fields, context: Context) -> dict[str, Any] | None:
    """Return a clip of a template; None: it cannot be carried over, which is noted.

    Mattes come back with the type `luma`, which is none here: they belong to the clips around them.
    """
    asset = clip.inner("asset")
    made = make_clip(asset, context)
    if made is None:
        return None
    made |= _times(clip, context)
    if made["type"] not in {"audio", "luma"}:
        _place(made, clip, asset, context)
        _move(made, clip, context)
        _filter(made, clip, context)
    asset.close("type")
    clip.close("fit", "scale", "position", "offset", "alias")
    return made


def _times(clip: Fields, context: Context) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, words in (("start", {"auto"}), ("length", {"auto", "end"})):
        value = clip.take(name)
        if isinstance(value, str) and "{{" not in value and value not in words:
            clip.note(name, f'{value!r} refers to another clip; it is "auto" now')
            value = "auto"
        found[name] = context.merge.keep("auto" if value is None else value, "number")
    return found


def _place(made: dict[str, Any], clip: Fields, asset: Fields, context: Context) -> None:
    if made["type"] in {"image", "video"}:
        made["fit"] = _FITS.get(clip.word("fit") or "crop", "cover")
        for side in ("width", "height"):
            if clip.has(side):
                made[side] = context.merge.keep(clip.take(side), "number")
            elif made["fit"] != "none":
                made[side] = "100%"
    elif made["type"] != "captions":
        made |= {
            side: context.merge.keep(clip.take(side), "number")
            for side in ("width", "height")
            if clip.has(side)
        }
    scale = animated(clip, "scale", context.merge)
    made |= {} if scale is None or scale == 1 else {"scale": scale}
    owner = asset if made["type"] == "text" and asset.has("position") and not clip.has("position") else clip
    position = re.sub(r"-(\w)", lambda match: match[1].upper(), owner.word("position") or "center")
    if position not in _PLACES:
        owner.note("position", f"{position!r} is not known; it is the centre")
        position = "center"
    if made["type"] == "captions":
        return
    x, y = _PLACES[position]
    made["anchor"] = re.sub(r"(?=[A-Z])", "-", position).lower()
    offset = (asset if asset.has("offset") else clip).inner("offset")
    across, down = float(x.rstrip("%")), float(y.rstrip("%"))
    made["x"] = animated(offset, "x", context.merge, lambda share: _percent(across + 100 * share)) or x
    # There offsets go up, here down.
    made["y"] = animated(offset, "y", context.merge, lambda share: _percent(down - 100 * share)) or y
    offset.close()


def _percent(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".") + "%"


def _move(made: dict[str, Any], clip: Fields, context: Context) -> None:
    opacity = clip.take("opacity")
    if isinstance(opacity, str):
        made["opacity"] = context.merge.keep(opacity, "number")
    elif opacity is not None:
        made["opacity"] = animated(clip, "opacity", context.merge)
    transition = clip.inner("transition")
    for ours, theirs in (("enter", "in"), ("exit", "out")):
        motion = _motion(transition, theirs)
        made |= {ours: motion} if motion else {}
    transition.close()
    _transform(made, clip, context)
    effect = clip.word("effect") or "none"
    if effect != "none":
        _effect(made, effect, clip)


def _motion(transition: Fields, name: str) -> dict[str, Any] | None:
    wanted = transition.word(name) or "none"
    found = _NAMED.fullmatch(wanted)
    if wanted == "none" or found is None:
        return None
    kind, way, speed = found[1], (found[2] or "").lower(), found[3] or ""
    motion: dict[str, Any] = {"type": kind, "length": _SPEEDS[speed]}
    direction = way if way in _OPPOSITE else "left"
    match kind:
        case "fade" | "zoom":
            return motion
        case "reveal" | "wipe":
            motion |= {"type": "wipe", "direction": "right" if kind == "reveal" else direction}
        case "slide":
            motion |= {"direction": direction, "amount": 0.1}
        case "carousel":
            motion |= {"type": "slide", "direction": direction}
            transition.note(name, f"{wanted!r} becomes a slide, which fades as well")
        case _:
            motion |= {"type": "slide", "direction": "left"}
            transition.note(name, f"{wanted!r} becomes a slide to the left")
    if name == "out":
        # Here a motion is named after the way in which it comes.
        motion["direction"] = _OPPOSITE[motion["direction"]]
    return motion


def _transform(made: dict[str, Any], clip: Fields, context: Context) -> None:
    transform = clip.inner("transform")
    rotate = transform.inner("rotate")
    angle = animated(rotate, "angle", context.merge)
    made |= {"rotation": angle} if angle else {}
    rotate.close()
    if transform.take("skew") is not None:
        transform.note("skew", "is not carried over: clips are not skewed here")
    flip = transform.inner("flip")
    ways = (bool(flip.take("horizontal")), bool(flip.take("vertical")))
    flip.close()
    transform.close()
    if not any(ways):
        return
    if made["type"] in {"image", "video"}:
        made["flip"] = {(True, False): "horizontal", (False, True): "vertical"}.get(ways, "both")
    else:
        transform.note("flip", "is carried over for pictures and films only")


def _effect(made: dict[str, Any], effect: str, clip: Fields) -> None:
    found = _NAMED.fullmatch(effect)
    kind, way, speed = (found[1], found[2] or "", found[3] or "") if found else ("", "", "")
    near, far = _ZOOM[speed], _PAN[speed]
    if kind == "zoom" and way in {"In", "Out"}:
        ends = (1.0, near) if way == "In" else (near, 1.0)
        if made["type"] == "image":
            made["kenBurns"] = {"from": {"zoom": ends[0]}, "to": {"zoom": ends[1]}}
        else:
            _keyframes(made, "zoom" if made["type"] == "video" else "scale", ends, clip)
    elif kind == "slide" and way.lower() in _OPPOSITE:
        _pan(made, way.lower(), far, clip)
    else:
        clip.note("effect", f"{effect!r} is not known and is left out")


def _pan(made: dict[str, Any], way: str, far: float, clip: Fields) -> None:
    axis = "x" if way in {"left", "right"} else "y"
    sign = -1 if way in {"left", "up"} else 1
    if made["type"] == "image":
        # The view goes against the picture.
        share = far / 100
        ends = [{"zoom": 1 + 2 * share, axis: 0.5 - sign * end * share} for end in (-1, 1)]
        made["kenBurns"] = {"from": ends[0], "to": ends[1]}
        return
    if not isinstance(made[axis], str):
        clip.note("effect", "is left out: the offset moves already")
        return
    middle = float(made[axis].rstrip("%"))
    if made["type"] == "video" and "scale" not in made:
        made["scale"] = 1 + far / 50
    _keyframes(made, axis, (_percent(middle - sign * far / 2), _percent(middle + sign * far / 2)), clip)


def _keyframes(made: dict[str, Any], name: str, ends: tuple[Any, Any], clip: Fields) -> None:
    if isinstance(made["length"], str) or (name in made and isinstance(made[name], dict)):
        clip.note("effect", "is left out: it needs a length in seconds and nothing else that moves the same")
        return
    base = made.get(name, 1) if name == "scale" else 1
    values = [end * base if name == "scale" else end for end in ends]
    frames = [{"time": 0, "value": values[0]}, {"time": made["length"], "value": values[1]}]
    made[name] = {"keyframes": frames}


def _filter(made: dict[str, Any], clip: Fields, context: Context) -> None:
    wanted = clip.word("filter") or "none"
    if wanted == "blur":
        made["blur"] = round(_BLUR * min(context.width, context.height) / 1080, 2)
    elif wanted != "none":
        clip.note("filter", f"{wanted!r} is not carried over: there are no colour filters here")


def path_of(track: str, index: int) -> str:
    """Return where a clip of a track stands."""
    return join_path(track, "clips", index)
