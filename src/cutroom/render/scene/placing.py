"""Where a clip stands: from its place, size and motions to sprites on the canvas."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from cutroom.render.document.animated import Keyframes, value_at
from cutroom.render.document.clip import Anchor, Area, MotionUse, VisualClip
from cutroom.render.document.easing import ease
from cutroom.render.layer import Drawing
from cutroom.render.motion import MOTIONS, Pose
from cutroom.render.pixels.sprite import Mask, Matrix, Shadow, Sprite

_AREAS: dict[Area, float] = {"frame": 1.0, "action-safe": 0.93, "title-safe": 0.90}
"""Shares of width and height (SMPTE ST 2046-1)."""

_ANCHORS: dict[Anchor, tuple[float, float]] = {
    "top-left": (0.0, 0.0),
    "top": (0.5, 0.0),
    "top-right": (1.0, 0.0),
    "left": (0.0, 0.5),
    "center": (0.5, 0.5),
    "right": (1.0, 0.5),
    "bottom-left": (0.0, 1.0),
    "bottom": (0.5, 1.0),
    "bottom-right": (1.0, 1.0),
}

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""


@dataclass(frozen=True, slots=True)
class Look:
    """A clip at one moment: its sprites in its own box, and how the box lies on the canvas.

    Attributes:
        sprites: In a box of `width` by `height` whose corner is (0, 0).
        width: Pixels.
        height: Pixels.
        matrix: Maps the box onto the canvas.
        scale: How much larger than the box it is shown.
        opacity: 0 to 1.
        radius: Rounded corners, in pixels of the box.
        blur: Sigma in pixels of the canvas.
        reveal: The part of the box that is seen: left, top, right, bottom as shares; None: all.
    """

    sprites: tuple[Sprite, ...]
    width: float
    height: float
    matrix: Matrix
    scale: float
    opacity: float
    radius: float
    blur: float
    reveal: Box | None


def area_box(area: Area, width: float, height: float) -> Box:
    """Return left, top, right and bottom of an area of the canvas."""
    share = _AREAS[area]
    left, top = width * (1 - share) / 2, height * (1 - share) / 2
    return left, top, width - left, height - top


def look_at(
    clip: VisualClip, drawing: Drawing, time: Fraction, length: Fraction, size: tuple[float, float]
) -> Look:
    """Return how a clip looks.

    Args:
        clip: Its place and style.
        drawing: Its content.
        time: Seconds since its beginning.
        length: Seconds it plays.
        size: Width and height of the canvas, or of the group it stands in.
    """
    left, top, right, bottom = area_box(clip.area, *size)
    across, down = right - left, bottom - top
    asked = [
        None if wanted is None else max(1.0, value_at(wanted, time).pixels(whole))
        for wanted, whole in ((clip.width, across), (clip.height, down))
    ]
    width, height = drawing.measure(time, asked[0], asked[1])
    pose = _pose(clip, time, length, (width, height))
    scale = max(0.0, value_at(clip.scale, time))
    place = (
        left + value_at(clip.x, time).pixels(across) + pose.x,
        top + value_at(clip.y, time).pixels(down) + pose.y,
    )
    return Look(
        drawing.sprites(time, width, height),
        width,
        height,
        _matrix(clip, (width, height), place, (scale, value_at(clip.rotation, time), pose)),
        scale * pose.scale,
        min(1.0, max(0.0, value_at(clip.opacity, time) * pose.opacity)),
        max(0.0, value_at(clip.radius, time)),
        max(0.0, value_at(clip.blur, time) + pose.blur),
        pose.reveal,
    )


def _matrix(
    clip: VisualClip, box: tuple[float, float], place: tuple[float, float], turn: tuple[float, float, Pose]
) -> Matrix:
    """Return the map of a box onto the canvas: clips turn about their anchor, motions about the centre."""
    scale, rotation, pose = turn
    width, height = box
    shares = _ANCHORS[clip.anchor]
    centred = (
        Matrix(e=-width / 2, f=-height / 2)
        .then(_turned(pose.rotation, pose.scale))
        .then(Matrix(e=width / 2, f=height / 2))
    )
    anchored = Matrix(e=-width * shares[0], f=-height * shares[1]).then(_turned(rotation, scale))
    return centred.then(anchored).then(Matrix(e=place[0], f=place[1]))


def _turned(degrees: float, scale: float) -> Matrix:
    if degrees % 360 == 0:
        return Matrix(a=scale, d=scale)
    angle = math.radians(degrees)
    # Rounded: sines differ in the last digit between machines, and keys of segments are made of them.
    sine, cosine = (round(value * scale, 9) for value in (math.sin(angle), math.cos(angle)))
    return Matrix(cosine, sine, -sine, cosine)


def _pose(clip: VisualClip, time: Fraction, length: Fraction, box: tuple[float, float]) -> Pose:
    """Return what coming and going do to a clip at a time."""
    poses: list[Pose] = []
    if clip.enter and time < clip.enter.length:
        poses.append(_moved(clip.enter, float(time / clip.enter.length), box))
    if clip.exit and time > length - clip.exit.length:
        poses.append(_moved(clip.exit, float((length - time) / clip.exit.length), box))
    if not poses:
        return Pose()
    return poses[0] if len(poses) == 1 else _both(*poses)


def _moved(use: MotionUse, arrived: float, box: tuple[float, float]) -> Pose:
    away = 1 - ease(use.easing, min(1.0, max(0.0, arrived)))
    return MOTIONS.load(use.type).pose(away, use, *box)


def _both(one: Pose, other: Pose) -> Pose:
    return Pose(
        one.x + other.x,
        one.y + other.y,
        one.scale * other.scale,
        one.rotation + other.rotation,
        one.opacity * other.opacity,
        one.blur + other.blur,
        one.reveal if other.reveal is None else meet(one.reveal, other.reveal),
    )


def put(look: Look, clip: VisualClip, sprite: Sprite, masks: tuple[Mask, ...]) -> Sprite:
    """Put the one sprite of a clip onto the canvas.

    Args:
        look: The clip at this moment.
        clip: What it says of blend and shadow.
        sprite: What is seen, in the clip's box.
        masks: Of the clip, on the canvas.
    """
    crop = sprite.crop
    if look.reveal is not None:
        crop = _revealed(sprite, look)
    radius = max(sprite.radius, look.radius / max(1e-6, math.hypot(sprite.matrix.a, sprite.matrix.b)))
    shadow = clip.shadow
    moved = sprite.moved(look.matrix)
    return replace(
        moved,
        opacity=sprite.opacity * look.opacity,
        blend=clip.blend if clip.blend != "normal" else sprite.blend,
        crop=crop,
        radius=radius,
        blur=max(moved.blur, look.blur),
        shadow=Shadow(shadow.x, shadow.y, shadow.blur / 2, shadow.color) if shadow else moved.shadow,
        masks=moved.masks + masks,
    )


def _revealed(sprite: Sprite, look: Look) -> Box:
    """Return the crop that shows only the revealed part of the box."""
    shares = look.reveal or (0.0, 0.0, 1.0, 1.0)
    matrix = sprite.matrix
    wide = [(share * look.width - matrix.e) / (matrix.a or 1.0) for share in (shares[0], shares[2])]
    high = [(share * look.height - matrix.f) / (matrix.d or 1.0) for share in (shares[1], shares[3])]
    left, top, right, bottom = sprite.crop or (
        0.0,
        0.0,
        float(sprite.source.width),
        float(sprite.source.height),
    )
    box = (max(left, min(wide)), max(top, min(high)), min(right, max(wide)), min(bottom, max(high)))
    return box[0], box[1], max(box[0], box[2]), max(box[1], box[3])


def largest(animated: Any) -> float:
    """Return the largest value of an animated number."""
    if isinstance(animated, Keyframes):
        return max(float(frame.value) for frame in animated.keyframes)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType, reportUnknownArgumentType] - keyframes of numbers
    return float(animated)


def bounds_of(sprite: Sprite) -> Box:
    """Return the box around everything a sprite can touch, without its `bounds`."""
    left, top, right, bottom = sprite.crop or (
        0.0,
        0.0,
        float(sprite.source.width),
        float(sprite.source.height),
    )
    m = sprite.matrix
    corners = [
        (m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f)
        for x, y in ((left, top), (right, top), (left, bottom), (right, bottom))
    ]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    reach = 3 * sprite.blur
    box = (min(xs) - reach, min(ys) - reach, max(xs) + reach, max(ys) + reach)
    if sprite.shadow is None:
        return box
    shadow, soft = sprite.shadow, 3 * sprite.shadow.blur
    return (
        min(box[0], box[0] + shadow.x - soft),
        min(box[1], box[1] + shadow.y - soft),
        max(box[2], box[2] + shadow.x + soft),
        max(box[3], box[3] + shadow.y + soft),
    )


def covers(sprite: Sprite, width: float, height: float) -> bool:
    """Say whether a sprite hides everything below it on a canvas."""
    plain = sprite.opacity >= 1 and sprite.blend == "normal" and not sprite.radius and not sprite.blur
    if not (plain and sprite.source.is_opaque) or sprite.masks or sprite.bounds is not None:
        return False
    if sprite.matrix.b or sprite.matrix.c:
        return False
    left, top, right, bottom = bounds_of(replace(sprite, shadow=None))
    return left <= 0 and top <= 0 and right >= width and bottom >= height


def meet(one: Box | None, other: Box) -> Box:
    """Return what two boxes share; empty where they share nothing."""
    if one is None:
        return other
    left, top = max(one[0], other[0]), max(one[1], other[1])
    return left, top, max(left, min(one[2], other[2])), max(top, min(one[3], other[3]))
