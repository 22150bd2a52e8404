"""What no single field can say: times that agree, motions and transitions that exist, a bearable size."""

from __future__ import annotations

from fractions import Fraction

from cutroom.render.clip import Clip, VisualClip
from cutroom.render.expanding import Part
from cutroom.render.faults import Faults, join_path, near
from cutroom.render.motion import MOTIONS
from cutroom.render.template import MOST_PIXELS, MOST_SECONDS, Template
from cutroom.render.transition import TRANSITIONS


def check_template(template: Template, faults: Faults) -> None:
    """Note what is wrong with a template as a whole."""
    if template.width * template.height > MOST_PIXELS:
        message = f"must leave at most {MOST_PIXELS:,} pixels in a frame, with a height of {template.height}"
        faults.add("$.width", template.width, message)
    _check_time("$.length", template.length, faults, at_least=Fraction(1, 1000))


def check_clip(clip: Clip, plain: Part, faults: Faults) -> None:
    """Note what is wrong with a clip by itself."""
    _check_time(join_path(plain.path, "start"), clip.start, faults, at_least=Fraction(0))
    _check_time(join_path(plain.path, "length"), clip.length, faults, at_least=Fraction(1, 1000))
    if not isinstance(clip, VisualClip):
        return
    for name, motion in (("enter", clip.enter), ("exit", clip.exit)):
        if motion and motion.type not in MOTIONS.names():
            path = join_path(plain.path, name, "type")
            faults.add(path, motion.type, "must be a motion", near(motion.type, MOTIONS.names()))
    if clip.transition and clip.transition.type not in TRANSITIONS.names():
        path = join_path(plain.path, "transition", "type")
        hint = near(clip.transition.type, TRANSITIONS.names())
        faults.add(path, clip.transition.type, "must be a transition", hint)


def _check_time(path: str, time: Fraction | str, faults: Faults, *, at_least: Fraction) -> None:
    if not isinstance(time, Fraction):
        return
    if time < at_least:
        faults.add(path, float(time), f"must be at least {float(at_least):g} seconds")
    elif time > MOST_SECONDS:
        faults.add(path, float(time), f"must be at most {MOST_SECONDS:,} seconds")
