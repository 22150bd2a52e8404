"""Bytes of a subtitle file as text: marks, UTF-8, UTF-16, the code pages of old programs, and mixtures."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from cutroom.base.errors import Refused, TooLarge
from cutroom.base.units import MEBIBYTE
from cutroom.subtitles.format import Fault
from cutroom.subtitles.syntax.code_pages import guess_page

MOST_BYTES = 32 * MEBIBYTE
"""A subtitle file of 6 hours with words and styles has some 5 MiB."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ESCAPES = re.compile(rb"\x1b[$(]")
_XML_NAME = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z][\w.:-]{1,40})["']""")
_DOUBLED = re.compile("[\u00c2-\u00f4][\x80-\xbf\u0152-\u02dc\u2013-\u20ac\u2122]")
"""A first byte of UTF-8 with one that may follow it, both as cp1252 shows them."""
_FEWEST_DOUBLED = 3
_LINE = re.compile(rb"[^\n]*\n?")
_FEWEST_NULS = 0.2
"""Of the bytes at even or odd places of UTF-16; half of the characters of a file are ASCII, times and all."""


@dataclass(frozen=True, slots=True)
class Decoded:
    r"""A text as it was read.

    Attributes:
        text: With "\n" as the only end of line.
        encoding: As Python names it; "mixed" where lines differ.
        faults: What could not be read as it stood.
    """

    text: str
    encoding: str
    faults: tuple[Fault, ...]


def decode_bytes(content: bytes, *, language: str | None = None) -> Decoded:
    """Find out how a file is encoded, and read it.

    Args:
        content: The whole file.
        language: A BCP 47 tag: it says which code pages are likely where the bytes do not.

    Raises:
        Refused: With code `subtitles_too_large` or `no_text`.
    """
    if len(content) > MOST_BYTES:
        size, most = (f"{count / MEBIBYTE:.0f} MiB" for count in (len(content), MOST_BYTES))
        raise TooLarge(f"The file has {size}; at most {most} are read.", code="subtitles_too_large")
    text, encoding, faults = _decoded(content, language)
    return Decoded(*_cleaned(text, encoding, faults))


def _decoded(content: bytes, language: str | None) -> tuple[str, str, list[Fault]]:
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _with_mark(content[len(mark) :], name, language)
    wide = _wide_name(content)
    if wide:
        fault = Fault(0, f"The file does not say that it is {wide}.")
        return content.decode(wide, "replace"), wide, [fault]
    if _ESCAPES.search(content) and (text := _try(content, "iso2022_jp")) is not None:
        return text, "iso2022_jp", []
    text = _try(content, "utf-8")
    if text is None:
        return _legacy(content, language)
    return _undoubled(text) or (text, "utf-8", [])


def _undoubled(text: str) -> tuple[str, str, list[Fault]] | None:
    """Undo what a program did that read UTF-8 as cp1252 and wrote that as UTF-8; None where none did."""
    doubled = _DOUBLED.search(text)
    if doubled is None or len(_DOUBLED.findall(text)) < _FEWEST_DOUBLED:
        return None
    try:
        once = b"".join(map(_western_byte, text)).decode("utf-8")
    except UnicodeError:
        return None
    line = text[: doubled.start()].count("\n") + 1
    message = "The file was made UTF-8 twice, here and below; that was undone."
    return once, "utf-8", [Fault(line, message)]


def _western_byte(character: str) -> bytes:
    """Return the byte that cp1252 shows as a character; the five gaps of that page stand for themselves."""
    return character.encode("latin-1" if character <= "\x9f" else "cp1252")


def _with_mark(content: bytes, name: str, language: str | None) -> tuple[str, str, list[Fault]]:
    try:
        return content.decode(name), name, []
    except UnicodeDecodeError as error:
        if name == "utf-8":
            return _legacy(content, language)
        line = content[: error.start].decode(name, "replace").count("\n") + 1
        message = f"The bytes are no {name} here and wherever a \ufffd stands."
        return content.decode(name, "replace"), name, [Fault(line, message, "error")]


def _wide_name(content: bytes) -> str | None:
    """Return the name of UTF-16 or UTF-32 without a mark, by where the zero bytes are."""
    head = content[:4096]
    if len(head) < 4 or b"\0" not in head:  # noqa: PLR2004 - one character of UTF-32
        return None
    quarters = [head[place::4].count(0) / max(1, len(head[place::4])) for place in range(4)]
    if min(quarters[2:]) > 0.9 and quarters[0] < _FEWEST_NULS:  # noqa: PLR2004 - nearly all
        return "utf-32-le"
    if min(quarters[:2]) > 0.9 and quarters[3] < _FEWEST_NULS:  # noqa: PLR2004 - nearly all
        return "utf-32-be"
    even, odd = (quarters[0] + quarters[2]) / 2, (quarters[1] + quarters[3]) / 2
    if odd > _FEWEST_NULS and even < odd / 8:
        return "utf-16-le"
    return "utf-16-be" if even > _FEWEST_NULS and odd < even / 8 else None


def _legacy(content: bytes, language: str | None) -> tuple[str, str, list[Fault]]:
    """Read bytes that are not all UTF-8."""
    named = _XML_NAME.match(content[:400])
    if named and (text := _try(content, named[1].decode("ascii"))) is not None:
        return text, codecs.lookup(named[1].decode("ascii")).name, []
    lines = [bytes(line) for line in _LINE.findall(content.replace(b"\r\n", b"\n")) if line]
    good = [line for line in lines if not line.isascii() and _try(line, "utf-8") is not None]
    bad = [line for line in lines if not line.isascii() and _try(line, "utf-8") is None]
    # Some lines of a code page are UTF-8 by chance, if they are short; one in 30 was the most seen.
    if len(good) * 4 > len(bad):
        return _mixed(lines, bad, language)
    page = guess_page(b"".join(good + bad), language)
    faults = [Fault(0, f"The file is not UTF-8; it was read as {page}, which is a guess.")]
    text = content.decode(page, "replace")
    if "\ufffd" in text:
        line = text[: text.index("\ufffd")].count("\n") + 1
        faults.append(
            Fault(line, f"Some bytes are no {page}; a \ufffd stands for each from here on.", "error")
        )
    return text, page, faults


def _mixed(lines: list[bytes], bad: list[bytes], language: str | None) -> tuple[str, str, list[Fault]]:
    """Read a file of UTF-8 with some lines of a code page."""
    page = guess_page(b"".join(bad), language)
    texts: list[str] = []
    faults: list[Fault] = []
    for number, line in enumerate(lines, 1):
        text = _try(line, "utf-8")
        if text is None:
            message = f"This line is not UTF-8 as the others are; it was read as {page}, which is a guess."
            faults.append(Fault(number, message, "error"))
            text = line.decode(page, "replace")
        texts.append(text)
    return "".join(texts), "mixed", faults


def _try(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _cleaned(text: str, encoding: str, faults: list[Fault]) -> tuple[str, str, tuple[Fault, ...]]:
    """Make ends of lines alike, and take out what is no text."""
    text = re.sub("\r+\n|\r", "\n", text.removeprefix("\ufeff"))
    if not text.strip():
        raise Refused("The file is empty; choose a file with subtitles.", code="no_text")
    odd = re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)
    if odd:
        line = text[: odd.start()].count("\n") + 1
        message = f"Control characters such as U+{ord(odd[0]):04X} were left out, here and below."
        faults.append(Fault(line, message))
        text = re.sub("[\x00-\x08\x0e-\x1a\x1f\x7f]", "", re.sub("[\x0b\x0c\x1c-\x1e]", " ", text)).replace(
            "\x1b", ""
        )
    return text, encoding, tuple(faults)
