"""Which face each character is drawn in, and stretches that can be shaped as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cutroom.render.font_face import Face
from cutroom.render.fonts import EMOJI_FAMILY, FontBook
from cutroom.render.text.clusters import is_emoji, name_of_script, script_of, visible


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters of one face, script and direction.

    Attributes:
        start: Offset of the first one.
        end: Offset behind the last one.
        face: Has glyphs for them, or nothing has.
        level: Bidirectional level; odd ones run from right to left.
        script: Of its letters; "" where it has none.
    """

    start: int
    end: int
    face: Face
    level: int
    script: str

    @property
    def is_joined(self) -> bool:
        """Whether its letters hang together, so that no space may come between them (CSS Text 3, 8.2)."""
        return self.script in _JOINED


_JOINED = frozenset(
    {"ARABIC", "SYRIAC", "MANDAIC", "MONGOLIAN", "NKO", "DEVANAGARI", "BENGALI", "GURMUKHI", "ADLAM"}
)


def faces_of(
    text: str, spans: Sequence[tuple[int, int]], faces: Sequence[Face], book: FontBook, language: str
) -> list[Face]:
    """Return the face of each cluster of a text.

    Args:
        text: All of it.
        spans: Its clusters.
        faces: Tried first, in order.
        book: Has the others.
        language: A BCP 47 tag, or "".
    """
    known: dict[str, Face] = {}
    found: list[Face] = []
    for start, end in spans:
        cluster = text[start:end]
        if cluster not in known:
            known[cluster] = _face_of(cluster, faces, book, language)
        found.append(known[cluster])
    return found


def _face_of(cluster: str, faces: Sequence[Face], book: FontBook, language: str) -> Face:
    wanted = visible(cluster).replace("\t", " ")
    if not wanted:
        return faces[0]
    if is_emoji(cluster):
        emoji = book.face(EMOJI_FAMILY)
        if emoji.covers(wanted[0]):
            return emoji
    for face in faces:
        if _covers(face, wanted):
            return face
    main = faces[0]
    is_italic = main.file.is_italic or bool(main.skew)
    script = name_of_script(wanted[0])
    others = book.fallbacks(script, main.weight, is_italic=is_italic, language=language)
    return next((face for face in others if _covers(face, wanted)), main)


def _covers(face: Face, characters: str) -> bool:
    return all(face.covers(character) for character in characters)


def itemise(
    text: str, spans: Sequence[tuple[int, int]], faces: Sequence[Face], levels: Sequence[int]
) -> list[Stretch]:
    """Join neighbouring clusters of one face, script and level."""
    stretches: list[Stretch] = []
    for (start, end), face in zip(spans, faces, strict=True):
        script = script_of(text[start])
        last = stretches[-1] if stretches else None
        if (
            last is not None
            and last.face is face
            and last.level == levels[start]
            and (not script or not last.script or script == last.script)
        ):
            stretches[-1] = Stretch(last.start, end, face, last.level, last.script or script)
        else:
            stretches.append(Stretch(start, end, face, levels[start], script))
    return stretches
