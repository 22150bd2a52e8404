"""The typefaces of a template: bundled ones, and those that come with it; never the system's."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cutroom.base.errors import Refused, Unsupported
from cutroom.render.font_face import Face, FaceFile, open_weight, read_face_file
from cutroom.render.sources.media_item import MediaItem

DEFAULT_FAMILY = "Inter"
EMOJI_FAMILY = "Twemoji"
_BUILT = Path(__file__).with_name("fonts_built")
_HAN = {"ja": "JP", "ko": "KR", "zh-hans": "SC", "zh-hant": "TC", "zh-tw": "TC", "zh-hk": "HK", "yue": "HK"}
_EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "FULLWIDTH"})


@dataclass(frozen=True)
class FontBook:
    """Typefaces by family.

    Attributes:
        files: Faces of the families that come with a template; they win over bundled ones of that name.
    """

    files: Mapping[str, tuple[FaceFile, ...]] = field(default_factory=dict[str, tuple[FaceFile, ...]])

    @classmethod
    def of(cls, items: Iterable[tuple[str, MediaItem]]) -> FontBook:
        """Return the book of a template's files.

        Args:
            items: Families and their files; a family may come several times, with other weights.

        Raises:
            BrokenMedia: When a file is no typeface.
        """
        files: dict[str, tuple[FaceFile, ...]] = {}
        for family, item in items:
            files[family] = (*files.get(family, ()), read_face_file(item.path, sha256=item.sha256))
        return cls(files)

    @property
    def families(self) -> tuple[str, ...]:
        """Every family's name, the template's own first."""
        return (*self.files, *(name for name in _bundled() if name not in self.files))

    @property
    def key(self) -> str:
        """Names the contents of every face: equal keys, equal text, on every machine."""
        faces = [(name, [(f.sha256, f.index) for f in self._files(name)]) for name in self.families]
        return hashlib.sha256(repr(faces).encode()).hexdigest()

    def face(self, family: str, weight: float = 400, *, is_italic: bool = False) -> Face:
        """Return the face of a family that is nearest to a weight.

        Args:
            family: Its name, in small or large letters.
            weight: 1 to 1000; 400 is regular, 700 bold.
            is_italic: Whether it shall be slanted; an upright face is sheared where the family has no other.

        Raises:
            Refused: With code `unknown_font`, when there is no such family.
        """
        files = self._files(self._name(family))
        slanted = [file for file in files if file.is_italic == is_italic] or files
        return open_weight(_nearest(slanted, weight), weight, is_italic)

    def fallbacks(
        self, script: str, weight: float, *, is_italic: bool = False, language: str = ""
    ) -> Iterator[Face]:
        """Yield the faces that may stand in where a family lacks a character, in order.

        Args:
            script: The first word of the character's Unicode name.
            weight: See `face`.
            is_italic: See `face`.
            language: A BCP 47 tag; it decides whose forms Han characters have.
        """
        for family in self._order(script, language):
            if self._files(family):
                yield self.face(family, weight, is_italic=is_italic)

    def _order(self, script: str, language: str) -> tuple[str, ...]:
        bundled = _bundled()
        named = f"Noto Sans {script.title()}"
        first = (named,) if named in bundled else ()
        han = _han_families(language)
        if script in _EAST_ASIAN:
            first = han
        return (*first, "Noto Sans", "Noto Sans Symbols", *han[:1], EMOJI_FAMILY, *bundled)

    def _name(self, family: str) -> str:
        wanted = family.strip().casefold()
        for name in self.families:
            if name.casefold() == wanted:
                return name
        near = difflib.get_close_matches(family, self.families, 1)
        hint = f"Did you mean {near[0]!r}?" if near else "Give its file under `fonts`."
        raise Refused(
            f"There is no typeface named {family[:100]!r}; known: {', '.join(self.families)}. {hint}",
            code="unknown_font",
            hint=hint,
        )

    def _files(self, name: str) -> tuple[FaceFile, ...]:
        return self.files.get(name) or _bundled().get(name, ())


def _han_families(language: str) -> tuple[str, ...]:
    """Return the families that have Han characters, the language's own first."""
    tag = language.casefold().replace("_", "-")
    own = next((_HAN[key] for key in (tag, *_prefixes(tag)) if key in _HAN), "SC")
    return tuple(f"Noto Sans {name}" for name in dict.fromkeys((own, "SC", "JP", "KR", "TC", "HK")))


def _prefixes(tag: str) -> Iterator[str]:
    while "-" in tag:
        tag = tag.rpartition("-")[0]
        yield tag


def _nearest(files: Iterable[FaceFile], weight: float) -> FaceFile:
    """Return the face nearest to a weight (CSS Fonts Level 4, 5.2: bold looks up first, light down)."""

    def distance(file: FaceFile) -> tuple[float, float]:
        at = min(max(weight, file.lightest), file.heaviest)
        is_other_way = at < weight if weight > 500 else at > weight  # noqa: PLR2004 - medium
        return (abs(at - weight) + (1000 if is_other_way else 0), at)

    return min(files, key=distance)


@cache
def _bundled() -> dict[str, tuple[FaceFile, ...]]:
    """Return the bundled families, in the order of the manifest.

    Raises:
        Unsupported: When they were not built.
    """
    try:
        manifest = json.loads((_BUILT / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = "The bundled typefaces are not there; run `python hatch_build.py` in the checkout."
        raise Unsupported(message, code="missing_fonts") from error
    families: dict[str, tuple[FaceFile, ...]] = {}
    for face in manifest["faces"]:
        read = read_face_file(
            _BUILT / face["file"], sha256=face["sha256"], index=face["index"], is_italic=face["italic"]
        )
        families[face["family"]] = (*families.get(face["family"], ()), read)
    return families
