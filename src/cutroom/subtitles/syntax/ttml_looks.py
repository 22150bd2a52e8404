"""Styles and regions of timed text, as far as cues keep them: italic, bold, underlined, and places."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cutroom.subtitles.cue import Place
from cutroom.subtitles.markup import Style
from cutroom.subtitles.syntax.ttml_xml import Element
from cutroom.subtitles.syntax.vtt_settings import place_of_percent

_LENGTHS = re.compile(r"(-?\d{1,6}(?:\.\d{1,6})?)(%|px|c|rh|rw)\s+(-?\d{1,6}(?:\.\d{1,6})?)(%|px|c|rh|rw)")
_MOST_REFERENCES = 20
_CELL_ROWS = 15
"""Rows of cells where a document does not say (TTML2, 7.2.1)."""
_ALIGNMENTS = {"before": 0.0, "center": 0.5, "after": 1.0}


class Looks:
    """The styles and regions of a document by their names."""

    def __init__(self, root: Element) -> None:
        """Read them from the head."""
        self._styles = {
            element.attributes["id"]: element
            for element in root.elements("style")
            if "id" in element.attributes
        }
        rows = re.fullmatch(r"\d{1,4}\s+([1-9]\d{0,3})", root.attributes.get("cellResolution", "").strip())
        self._rows = int(rows[1]) if rows else _CELL_ROWS
        extent = _LENGTHS.fullmatch(root.attributes.get("extent", "").strip())
        self._pixels = float(extent[3]) if extent and extent[4] == "px" else 0.0
        self._places: dict[str, Place] = {
            region.attributes["id"]: self._place(region)
            for region in root.elements("region")
            if "id" in region.attributes
        }

    def place(self, name: str) -> Place:
        """Return where a region puts its lines."""
        return self._places.get(name.strip(), "bottom")

    def switches(self, element: Element) -> dict[Style, bool]:
        """Return which styles an element switches on or off."""
        look = self._look(element.attributes)
        found: dict[Style, bool] = {}
        if "fontStyle" in look:
            found["i"] = look["fontStyle"] in {"italic", "oblique"}
        if "fontWeight" in look:
            found["b"] = look["fontWeight"] == "bold"
        decoration = look.get("textDecoration", "").split()
        if decoration:
            found["u"] = "underline" in decoration
        return found

    def _look(self, attributes: Mapping[str, str]) -> dict[str, str]:
        """Return attributes with those of the styles they refer to; what stands nearer wins."""
        look: dict[str, str] = {}
        waiting = attributes.get("style", "").split()[::-1]
        chain: list[Mapping[str, str]] = [attributes]
        # A bound, because styles may refer to each other in a circle.
        while waiting and len(chain) < _MOST_REFERENCES:
            style = self._styles.get(waiting.pop(0))
            if style is not None:
                chain.append(style.attributes)
                waiting.extend(style.attributes.get("style", "").split()[::-1])
        for item in reversed(chain):
            look.update(item)
        return look

    def _place(self, region: Element) -> Place:
        look = self._look(region.attributes)
        for item in region.content:
            if isinstance(item, Element) and item.name == "style":
                look = {**self._look(item.attributes), **look}
        top = self._height(look.get("origin", ""))
        tall = self._height(look.get("extent", ""))
        align = look.get("displayAlign", "")
        if top is None and align not in _ALIGNMENTS:
            return "bottom"
        top = top or 0.0
        tall = tall if tall is not None else 100 - top
        # Lines of text have some height themselves: at the top of a region is not its upper edge alone.
        return place_of_percent(top + tall * _ALIGNMENTS.get(align, 0.0))

    def _height(self, text: str) -> float | None:
        """Return the second of two lengths, in percent of the picture's height."""
        match = _LENGTHS.fullmatch(text.strip())
        if match is None:
            return None
        number, unit = float(match[3]), match[4]
        if unit == "px":
            return 100 * number / self._pixels if self._pixels else None
        return 100 * number / self._rows if unit == "c" else number
