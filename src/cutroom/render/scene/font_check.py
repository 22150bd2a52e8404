"""Typefaces that a template asks for and nobody has: found before anything is drawn."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from cutroom.render.document.clip import Clip
from cutroom.render.document.faults import Fault, near, refuse, shorten
from cutroom.render.document.template import Template
from cutroom.render.fonts import FontBook
from cutroom.render.text.text_clip import families_of


def check_fonts(template: Template, fonts: FontBook) -> None:
    """Look for every family that a template names.

    Raises:
        Refused: With code `bad_template`, naming each that is missing and those that were meant.
    """
    faults = list(font_faults(template, fonts.families))
    if faults:
        refuse(faults)


def font_faults(template: Template, families: Collection[str]) -> Iterator[Fault]:
    """Yield every family that a template names and that is not among those."""
    known = {family.casefold() for family in families}
    for number, track in enumerate(template.tracks):
        for path, font in _fonts(f"$.tracks[{number}].clips", track.clips):
            for family in families_of(font):
                if family.casefold() not in known:
                    message = f"must be a typeface that is there, not {family[:100]!r}"
                    yield Fault(f"{path}.font", shorten(font), message, near(family, families))


def _fonts(path: str, clips: Sequence[Clip]) -> Iterator[tuple[str, str]]:
    """Yield the place of each clip that names typefaces, and what it names."""
    for number, clip in enumerate(clips):
        here = clip.written_at or f"{path}[{number}]"
        font = getattr(clip, "font", None)
        if isinstance(font, str):
            yield here, font
        yield from _fonts(f"{here}.clips", getattr(clip, "clips", ()))
