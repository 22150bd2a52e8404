"""One face of a typeface at one weight: what shapes text and what draws it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import skia
import uharfbuzz as hb

from cutroom.base.errors import BrokenMedia

_OPTICAL_SIZE = 28
"""Of faces with that axis, in points: drawn for headlines, which text of films is."""
_SLANT = -0.2
"""Shear of upright faces that stand in for italic ones that do not exist: about 11 degrees."""


@dataclass(frozen=True, slots=True)
class FaceFile:
    """Where a face lies, and what it is.

    Attributes:
        path: A TrueType or OpenType file or collection.
        sha256: Of its bytes.
        index: Number in a collection.
        is_italic: Whether it is drawn slanted.
        lightest: The least weight it has, 1 to 1000.
        heaviest: The greatest; the same where the weight cannot be chosen.
    """

    path: Path
    sha256: str
    index: int
    is_italic: bool
    lightest: float
    heaviest: float


class Face:
    """A face at a weight. Metrics are shares of the font size; up is positive."""

    def __init__(self, file: FaceFile, weight: float, *, is_slanted: bool) -> None:
        """Open it.

        Args:
            file: Where it lies.
            weight: One that the file has.
            is_slanted: Whether an upright face is sheared to stand in for an italic one.
        """
        self.file = file
        self.weight = weight
        self.skew = _SLANT if is_slanted else 0.0
        self.key = f"{file.sha256[:32]}:{file.index}:{weight:g}:{int(is_slanted)}"
        self.shaper: Any = hb.Font(_open_face(str(file.path), file.index))
        self._axes = {axis.tag: axis for axis in self.shaper.face.axis_infos}
        self._position: dict[str, float] = {}
        for tag, wanted in (("wght", weight), ("opsz", _OPTICAL_SIZE)):
            if axis := self._axes.get(tag):
                self._position[tag] = min(max(wanted, axis.min_value), axis.max_value)
        if self._position:
            self.shaper.set_variations(self._position)
        self.units: int = self.shaper.face.upem
        extents = self.shaper.get_font_extents("ltr")
        self.ascent = extents.ascender / self.units
        self.descent = -extents.descender / self.units

    @property
    def has_colors(self) -> bool:
        """Whether its glyphs have colours of their own, as emoji."""
        return self.shaper.face.has_color_layers or self.shaper.face.has_color_paint

    def covers(self, character: str) -> bool:
        """Whether it has a glyph for a character."""
        return self.shaper.get_nominal_glyph(ord(character)) is not None

    @cached_property
    def typeface(self) -> Any:
        """What Skia draws with.

        Raises:
            BrokenMedia: When Skia cannot read the file.
        """
        arguments = skia.FontArguments()
        arguments.setCollectionIndex(self.file.index)
        # An empty manager: the default one would look for the system's typefaces first.
        opened = skia.FontMgr.New_Custom_Empty().makeFromFile(str(self.file.path), self.file.index)
        if opened is None:
            raise _broken(self.file.path)
        if not self._position:
            return opened
        place = skia.FontArguments.VariationPosition
        # All three must live until the clone is made: Skia copies none of them.
        coordinates = place.Coordinates(
            [place.Coordinate(int.from_bytes(tag.encode(), "big"), at) for tag, at in self._position.items()]
        )
        position = place(coordinates)
        arguments.setVariationDesignPosition(position)
        return opened.makeClone(arguments)

    def font(self, size: float) -> Any:
        """Return Skia's font of a size in pixels: no hinting, whole glyphs between pixels, grey edges."""
        font = skia.Font(self.typeface, size)
        font.setHinting(skia.FontHinting.kNone)
        font.setSubpixel(True)
        font.setLinearMetrics(True)
        font.setEdging(skia.Font.Edging.kAntiAlias)
        if self.skew:
            font.setSkewX(self.skew)
        return font


@lru_cache(maxsize=256)
def open_weight(file: FaceFile, weight: float, is_italic: bool) -> Face:
    """Return the face of a file that is nearest to a weight; opened once per process."""
    return Face(
        file,
        min(max(weight, file.lightest), file.heaviest),
        is_slanted=is_italic and not file.is_italic,
    )


def read_face_file(
    path: Path, *, sha256: str | None = None, index: int = 0, is_italic: bool | None = None
) -> FaceFile:
    """Look at a face.

    Args:
        path: The file.
        sha256: Of its bytes, where that is known.
        index: Number in a collection.
        is_italic: Whether it is drawn slanted; None: as the file says.

    Raises:
        BrokenMedia: When it is no TrueType or OpenType file.
    """
    try:
        face = _open_face(str(path), index)
        font = hb.Font(face)
        axes = {axis.tag: axis for axis in face.axis_infos}
    except (hb.HarfBuzzError, OSError) as error:
        raise _broken(path) from error
    if not face.glyph_count or not face.unicodes:
        raise _broken(path)
    weight = font.get_style_value(hb.StyleTag.WEIGHT)
    lightest, heaviest = (weight, weight)
    if "wght" in axes:
        lightest, heaviest = axes["wght"].min_value, axes["wght"].max_value
    if is_italic is None:
        is_italic = bool(
            font.get_style_value(hb.StyleTag.ITALIC) or font.get_style_value(hb.StyleTag.SLANT_ANGLE)
        )
    if sha256 is None:
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return FaceFile(path, sha256, index, is_italic, lightest, heaviest)


def check_face_file(path: Path, sha256: str) -> None:
    """Open a face as it is opened to be shaped and drawn.

    Raises:
        BrokenMedia: With code `broken_font`.
    """
    file = read_face_file(path, sha256=sha256)
    _ = Face(file, file.lightest, is_slanted=False).typeface


@lru_cache(maxsize=256)
def _open_face(path: str, index: int) -> Any:
    # Mapped, not read: the faces of one collection share its pages, among processes too.
    return hb.Face(hb.Blob.from_file_path(path), index)


def _broken(path: Path) -> BrokenMedia:
    return BrokenMedia(
        f"The file {path.name[:100]!r} is no typeface that can be read; give a .ttf or .otf file.",
        code="broken_font",
    )
