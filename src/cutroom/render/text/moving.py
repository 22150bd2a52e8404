"""Units of a text on their way in and out: when each moves, and what of it is seen then."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from cutroom.render.document.easing import ease
from cutroom.render.motion import MOTIONS, Pose
from cutroom.render.pixels.sprite import Matrix, Sprite
from cutroom.render.text.looks import UnitMotion
from cutroom.render.text.painting import Painted
from cutroom.render.text.units import Unit

TYPEWRITER = "typewriter"
_THERE = Pose()


@dataclass(frozen=True)
class Moves:
    """How the units of a text come and go.

    Attributes:
        coming: None: they are there from the beginning.
        going: None: they stay to the end.
        length: Seconds of the clip.
    """

    coming: UnitMotion | None
    going: UnitMotion | None
    length: Fraction

    def check(self) -> None:
        """Load the motions.

        Raises:
            Refused: With code `unknown_motion`.
        """
        for use in (self.coming, self.going):
            if use is not None and use.type != TYPEWRITER:
                MOTIONS.load(use.type)

    def moving(self, time: Fraction, count: Callable[[UnitMotion], int]) -> UnitMotion | None:
        """Return the motion that some unit is in at a time; None: all stand still.

        Args:
            time: Seconds since the clip's beginning.
            count: Returns how many units a motion moves.
        """
        coming, going = self.coming, self.going
        if coming and time < coming.start + _span(coming, count(coming)):
            return coming
        if going and time > self.length - going.start - _span(going, count(going)):
            return going
        return None

    def pose(self, use: UnitMotion, time: Fraction, index: int, count: int, unit: Unit) -> Pose | None:
        """Return how a unit stands; None: it is not there."""
        turn = _turn(use, index, count)
        if use is self.coming:
            passed = time - use.start - turn * use.stagger
        else:
            passed = self.length - use.start - time - (_last(use, count) - turn) * use.stagger
        if use.type == TYPEWRITER:
            return _THERE if passed >= 0 else None
        if passed <= 0:
            return None
        if passed >= use.length:
            return _THERE
        away = 1 - ease(use.easing, float(passed / use.length))
        return MOTIONS.load(use.type).pose(away, use, unit.right - unit.left, unit.bottom - unit.top)


def _span(use: UnitMotion, count: int) -> Fraction:
    """Return how many seconds all units take."""
    move = Fraction(0) if use.type == TYPEWRITER else use.length
    return use.stagger * max(0, _last(use, count)) + move


def _last(use: UnitMotion, count: int) -> int:
    return (count - 1) // 2 if use.order == "middle" else count - 1


def _turn(use: UnitMotion, index: int, count: int) -> int:
    """Return as which one a unit moves."""
    if use.order == "backward":
        return count - 1 - index
    if use.order == "middle":
        return abs(2 * index - (count - 1)) // 2
    return index


def posed(painted: Painted, unit: Unit, pose: Pose, scale: float) -> Sprite | None:
    """Return a unit's picture in a pose.

    Args:
        painted: The picture; its place is in pixels of itself.
        unit: Whose box the pose is about.
        pose: How it stands.
        scale: Pixels of the picture per pixel of the text's box.
    """
    if pose.opacity <= 0 or pose.scale <= 0:
        return None
    source = painted.source
    place = Matrix(1 / scale, 0, 0, 1 / scale, painted.left / scale, painted.top / scale)
    if pose.scale != 1 or pose.rotation % 360:
        x, y = unit.middle
        place = place.then(Matrix(e=-x, f=-y)).then(_turned(pose)).then(Matrix(e=x, f=y))
    place = place.then(Matrix(e=pose.x, f=pose.y))
    crop = None
    if pose.reveal is not None:
        left, top, right, bottom = pose.reveal
        wide, high = unit.right - unit.left, unit.bottom - unit.top
        crop = (
            max(0.0, (unit.left + left * wide) * scale - painted.left),
            max(0.0, (unit.top + top * high) * scale - painted.top),
            min(float(source.width), (unit.left + right * wide) * scale - painted.left),
            min(float(source.height), (unit.top + bottom * high) * scale - painted.top),
        )
        if crop[0] >= crop[2] or crop[1] >= crop[3]:
            return None
    return Sprite(source, place, opacity=min(1.0, pose.opacity), blur=max(0.0, pose.blur), crop=crop)


def _turned(pose: Pose) -> Matrix:
    angle = math.radians(pose.rotation)
    # Rounded: sines differ in the last digit between machines, and keys of segments are made of them.
    sine, cosine = (round(value * pose.scale, 9) for value in (math.sin(angle), math.cos(angle)))
    return Matrix(cosine, sine, -sine, cosine)
