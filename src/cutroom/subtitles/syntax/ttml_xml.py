"""XML of timed text, read safely: no entities of its own, no endless depth, whole up to where it breaks."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from cutroom.base.errors import Refused

MOST_DEPTH = 100
MOST_ELEMENTS = 1_000_000
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>\s*")


@dataclass(slots=True)
class Element:
    """An element: its local name, attributes by local name, and what is in it.

    Attributes:
        name: Without prefix; namespaces differ between versions, names do not.
        attributes: By local name, without prefix; `xml:id` and `id` are both "id".
        line: Of the file, from 1.
        content: Texts and elements in order.
    """

    name: str
    attributes: Mapping[str, str]
    line: int
    content: list[str | Element] = field(default_factory=list["str | Element"])

    def elements(self, name: str) -> Iterator[Element]:
        """Yield the elements of a name at any depth, in order."""
        stack: list[Element] = [self]
        while stack:
            element = stack.pop()
            if element.name == name:
                yield element
            stack.extend(item for item in reversed(element.content) if isinstance(item, Element))


@dataclass(frozen=True, slots=True)
class Broken:
    """Where XML stops being XML, and why."""

    line: int
    reason: str


def read_xml(text: str) -> tuple[Element | None, Broken | None, list[int]]:
    """Read a document as far as it is whole.

    Args:
        text: The document.

    Returns:
        The root, where there is one; where it broke off; and the lines with entities of HTML, which XML does
        not know and which were read as in HTML.

    Raises:
        Refused: With code `broken_subtitles`, when it declares entities or is nested too deep.
    """
    head = _DECLARATION.match(text)
    lines: list[int] = []
    # An encoding in the declaration is about the file's bytes, which are text by now.
    body = text[head.end() :] if head else text
    skipped = text[: head.end()].count("\n") if head else 0
    if "&" in body:
        body = _NAMED.sub(lambda match: _known(match, lines, skipped), body)
    builder = _Builder(skipped)
    broken = builder.feed(body)
    return builder.root, broken, lines


def _known(match: re.Match[str], lines: list[int], skipped: int) -> str:
    character = html.unescape(match[0])
    if match[1] in _OWN or character == match[0]:
        return match[0]
    if len(lines) < 1000:  # noqa: PLR2004 - counting lines from the top each time has its price
        lines.append(match.string.count("\n", 0, match.start()) + 1 + skipped)
    return "".join(f"&#{ord(letter)};" for letter in character)


class _Builder:
    def __init__(self, skipped: int) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0
        self._skipped = skipped
        self._parser = parser = expat.ParserCreate("utf-8", " ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        # Without entities of its own a document cannot grow, and cannot ask for other files.
        parser.EntityDeclHandler = _refuse_entity
        parser.ExternalEntityRefHandler = _refuse_entity

    def feed(self, body: str) -> Broken | None:
        """Read; what came before an error stays."""
        try:
            self._parser.Parse(body.encode("utf-8", "replace"), True)
        except expat.ExpatError as error:
            return Broken(error.lineno + self._skipped, expat.ErrorString(error.code))
        return None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= MOST_DEPTH or self._count > MOST_ELEMENTS:
            what = (
                f"nested deeper than {MOST_DEPTH}" if len(self._open) >= MOST_DEPTH else "too many elements"
            )
            raise Refused(f"The file's XML is no subtitles: {what}.", code="broken_subtitles")
        local = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        line = self._parser.CurrentLineNumber + self._skipped
        element = Element(name.rpartition(" ")[2], local, line)
        if self._open:
            self._open[-1].content.append(element)
        elif self.root is None:
            self.root = element
        self._open.append(element)

    def _end(self, name: str) -> None:
        del name
        self._open.pop()

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1].content.append(text)


def _refuse_entity(*_: object) -> int:
    raise Refused(
        "The file declares XML entities, which can blow up or read other files; remove its DOCTYPE.",
        code="broken_subtitles",
    )
