r"""Override tags of Advanced SubStation Alpha, which SubRip files borrow: `{\an8}`, `{\i1}`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cutroom.subtitles.cue import Place

OVERRIDES = re.compile(r"\{[^{}]*\\[^{}]*\}")
"""A group of override tags; braces without a backslash are a comment."""
_TAG = re.compile(
    r"\\(?P<name>an|a|pos|move|i|b|u|s|kf|ko|kt|k|K|p|fn|fs|1c|2c|3c|4c|c|alpha|r|fad|fade|be|blur|bord|shad|q|clip"
    r"|iclip|org|fr[xyz]?|fa[xy]|fsc[xy]|fsp|fe|pbo|t|[1-4]a|[xy]bord|[xy]shad)(?P<value>\([^()]*(?:\([^()]*\)[^()]*)*\)|[^\\]*)"
)
_TOP = frozenset({7, 8, 9})
_MIDDLE = frozenset({4, 5, 6})


@dataclass(frozen=True, slots=True)
class AssTag:
    """One override tag: its name and what stands behind it."""

    name: str
    value: str


def read_overrides(group: str) -> Iterator[AssTag]:
    """Yield the tags of one group in braces, in order; what is no tag is passed over."""
    for match in _TAG.finditer(group.strip("{}")):
        yield AssTag(match["name"], match["value"].strip())


def place_of(alignment: int) -> Place:
    """Return where an alignment of the number pad (1 to 9) stands."""
    return "top" if alignment in _TOP else "middle" if alignment in _MIDDLE else "bottom"


def place_of_tag(tag: AssTag) -> Place | None:
    r"""Return the place that `\an` or the older `\a` asks for; None for other tags and nonsense."""
    if tag.name not in {"an", "a"} or not tag.value.isdecimal() or len(tag.value) > 2:  # noqa: PLR2004 - 11 at most
        return None
    number = int(tag.value)
    return place_of(number) if tag.name == "an" else place_of(from_legacy(number))


def from_legacy(number: int) -> int:
    """Return the number-pad alignment of a SubStation Alpha 4 one: 1-3 below, 5-7 above, 9-11 amid."""
    return {5: 7, 6: 8, 7: 9, 9: 4, 10: 5, 11: 6}.get(number, number)
