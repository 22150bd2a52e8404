"""What no single field can say: times that agree, motions and transitions that exist, a bearable size."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from pydantic.alias_generators import to_camel

from cutroom.base.errors import CutroomError
from cutroom.render.document.clip import Clip, MotionUse, VisualClip
from cutroom.render.document.expanding import Part
from cutroom.render.document.faults import Faults, join_path, near
from cutroom.render.document.template import MOST_PIXELS, MOST_SECONDS, Template
from cutroom.render.fonts import FontBook
from cutroom.render.layer import LAYERS
from cutroom.render.motion import MOTIONS
from cutroom.render.scene.font_check import font_faults
from cutroom.render.transition import TRANSITIONS

TYPEWRITER = "typewriter"
"""What the parts of a text do besides the motions."""


def check_template(template: Template, faults: Faults) -> None:
    """Note what is wrong with a template as a whole."""
    if template.width * template.height > MOST_PIXELS:
        message = f"must leave at most {MOST_PIXELS:,} pixels in a frame, with a height of {template.height}"
        faults.add("$.width", template.width, message)
    _check_time("$.length", template.length, faults, at_least=Fraction(1, 1000))
    try:
        families = FontBook().families
    except CutroomError:  # not built: what is drawn with them says so
        return
    own = tuple(font.family for font in template.fonts)
    for fault in font_faults(template, (*own, *families)):
        if not faults.covers(fault.path):
            faults.add(fault.path, fault.value, fault.message, fault.hint)


def check_clip(clip: Clip, plain: Part, faults: Faults) -> None:
    """Note what is wrong with a clip by itself."""
    _check_time(join_path(plain.path, "start"), clip.start, faults, at_least=Fraction(0))
    _check_time(join_path(plain.path, "length"), clip.length, faults, at_least=Fraction(1, 1000))
    for path, name, what, known in _plugin_names(clip):
        if name not in known:
            faults.add(join_path(plain.path, *path), name, f"must be a {what}", near(name, known))
    if not isinstance(clip, VisualClip):
        return
    use = clip.transition
    if (
        use
        and use.src is None
        and use.type in TRANSITIONS.names()
        and TRANSITIONS.load(use.type).needs_picture
    ):
        path = join_path(plain.path, "transition", "src")
        faults.add(path, None, f"is needed for {use.type}: the picture whose brightness steers it")


def _plugin_names(clip: Clip) -> Iterator[tuple[tuple[str, ...], str, str, list[str]]]:
    """Yield what a clip says of plug-ins: the way to the field, the name, what it names, the known names."""
    for field, registry in LAYERS.load(clip.type).plugins.items():
        yield (field,), getattr(clip, field), field, registry.names()
    for field, more in (
        ("enter", []),
        ("exit", []),
        ("animation", [TYPEWRITER]),
        ("animation_out", [TYPEWRITER]),
    ):
        use = getattr(clip, field, None)
        if isinstance(use, MotionUse):
            yield (to_camel(field), "type"), use.type, "motion", sorted(MOTIONS.names() + more)
    if isinstance(clip, VisualClip) and clip.transition:
        yield ("transition", "type"), clip.transition.type, "transition", TRANSITIONS.names()


def _check_time(path: str, time: Fraction | str, faults: Faults, *, at_least: Fraction) -> None:
    if not isinstance(time, Fraction):
        return
    if time < at_least:
        faults.add(path, float(time), f"must be at least {float(at_least):g} seconds")
    elif time > MOST_SECONDS:
        faults.add(path, float(time), f"must be at most {MOST_SECONDS:,} seconds")
