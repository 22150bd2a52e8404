"""Tags of other formats turned into runs of text, one piece after another."""

from __future__ import annotations

from cutroom.subtitles.markup import STYLES, Run, Style
from cutroom.subtitles.syntax.text_lines import printable, trimmed


class StyledText:
    """Runs in the making: text with the styles that are on."""

    def __init__(self) -> None:
        """Begin plain and empty."""
        self._parts: list[tuple[str, frozenset[Style]]] = []
        self._depth: dict[Style, int] = dict.fromkeys(STYLES, 0)

    def add(self, text: str) -> None:
        """Add characters that stand for themselves; controls among them are left out."""
        if text:
            self._parts.append((printable(text), self.styles))

    @property
    def styles(self) -> frozenset[Style]:
        """What is on now."""
        return frozenset(style for style in STYLES if self._depth[style])

    def open(self, style: Style) -> None:
        """Switch a style on; as often as it is opened it must be closed."""
        self._depth[style] += 1

    def close(self, style: Style) -> bool:
        """Switch a style off; False where it was not on."""
        was_on = self._depth[style] > 0
        self._depth[style] = max(0, self._depth[style] - 1)
        return was_on

    def set(self, style: Style, is_on: bool) -> None:
        """Switch a style on or off, whatever was opened before."""
        self._depth[style] = int(is_on)

    def runs(self) -> list[Run]:
        """Return the text; what looks the same is one run, and no line ends in spaces."""
        joined: list[tuple[list[str], frozenset[Style]]] = []
        for text, styles in self._parts:
            if joined and joined[-1][1] == styles:
                joined[-1][0].append(text)
            else:
                joined.append(([text], styles))
        return trimmed([Run("".join(texts), styles) for texts, styles in joined])
