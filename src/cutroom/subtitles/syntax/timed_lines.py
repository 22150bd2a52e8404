"""Files in which lines with two times stand above lines of text (SubRip, WebVTT), cut into blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import zip_longest

from cutroom.subtitles.syntax.intake import Intake, shown
from cutroom.subtitles.syntax.timecode import LOOSE, Clock, decimals_of, read_clock

ARROW = r"(?:[-=\u2010-\u2015\u2212]\s?){1,4}>{1,2}|\u2192"
_TIMES = re.compile(
    rf"\s*(?:(?P<number>\d{{1,9}})\s+)?(?P<start>{LOOSE})\s*(?P<arrow>{ARROW})\s*(?:(?P<end>{LOOSE})(?P<rest>(?:\s.*)?))?"
)
_MEANT_AS_TIMES = re.compile(r"\s*[\w:;., -]{0,24}?-->\s*[\w:;., -]{0,24}(?:\s.*)?")
_MISREAD = str.maketrans("OoQlI|", "000111")
"""Letters that recognition of printed text takes digits for."""
NUMBER = re.compile(r"\s*#?(\d{1,9})[.):]?\s*")
_MILLI = 3


@dataclass(slots=True)
class Block:
    """A cue as it stands in the file.

    Attributes:
        line: The line of its times, from 1.
        start: Seconds.
        end: Seconds.
        label: Its number or name; None where it has none.
        settings: What stands behind the times.
        first: The line its block begins at: that of the label or of the times.
        text: Its lines of text with their numbers, without those that are empty at both ends.
    """

    line: int
    start: Fraction
    end: Fraction
    settings: str = ""
    label: str | None = None
    first: int = 0
    text: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])


def find_blocks(lines: Sequence[str], intake: Intake, *, any_label: bool) -> list[Block]:
    """Find every pair of times and what belongs to it.

    Args:
        lines: Of the whole file.
        intake: Gets the faults of the times.
        any_label: Whether a line of any text above the times is the cue's name (WebVTT), or only a number.

    Returns:
        Blocks in the file's order. The text of a block goes up to the next block, empty lines included.
    """
    unpadded = _is_unpadded(lines)
    blocks: list[Block] = []
    for number, line in enumerate(lines, 1):
        # Texts of WebVTT have no ">" beside tags, but may have this arrow anywhere.
        times = line.replace("\u2192", " ") if any_label else line
        block = _read_times(number, times, intake, blocks, unpadded=unpadded)
        if block is not None:
            _take_label(block, lines, blocks, any_label=any_label)
            blocks.append(block)
    for block, after in zip_longest(blocks, blocks[1:]):
        last = after.first - 1 if after else len(lines)
        block.text = _between_blanks([(n, lines[n - 1]) for n in range(block.line + 1, last + 1)])
        if after and block.text and block.text[-1][0] == after.first - 1:
            intake.warn(after.first, "There is no empty line before this cue.")
    return blocks


def times_of(line: str) -> re.Match[str] | None:
    """Match a line with two times, or with one and an arrow."""
    # A pattern that begins with a search for digits is slow on lines of mere text.
    return _TIMES.fullmatch(line) if ">" in line or "\u2192" in line else None


def _is_unpadded(lines: Sequence[str]) -> bool:
    """Whether decimals vary in length: then a program wrote milliseconds without leading zeros."""
    lengths: set[int] = set()
    for line in lines:
        if match := times_of(line):
            lengths.update(decimals_of(match[side]) for side in ("start", "end") if match[side])
    lengths.discard(0)
    return len(lengths) > 1 and max(lengths) == _MILLI


def _read_times(
    number: int, line: str, intake: Intake, before: list[Block], *, unpadded: bool
) -> Block | None:
    """Return a block without text when a line has times, or was meant to have them."""
    match = times_of(line)
    if match is None:
        is_meant = "-->" in line and _MEANT_AS_TIMES.fullmatch(line) and _has_clock(line)
        return _misread_block(number, line, intake, before, unpadded=unpadded) if is_meant else None
    start = read_clock(match["start"], rate=intake.rate, unpadded=unpadded)
    end = read_clock(match["end"], rate=intake.rate, unpadded=unpadded) if match["end"] else None
    if start is None or end is None:
        return _halved_block(number, line, intake, before, (start, end))
    if start.is_odd or end.is_odd:
        how = "their decimals were read as milliseconds" if unpadded else "they were understood"
        intake.warn(number, f"The times {shown(line)} are written in an unusual way; {how}.")
    block = Block(number, start.seconds, end.seconds, (match["rest"] or "").strip(), match["number"])
    block.first = number
    return block


def _has_clock(line: str) -> bool:
    return ":" in line and any(character.isdigit() for character in line)


def _misread_block(number: int, line: str, intake: Intake, before: list[Block], *, unpadded: bool) -> Block:
    """Return the block of a line whose times are damaged."""
    mended = line.translate(_MISREAD)
    if mended != line and (match := times_of(mended)):
        clocks = [
            read_clock(match[side] or "", rate=intake.rate, unpadded=unpadded) for side in ("start", "end")
        ]
        if clocks[0] and clocks[1]:
            intake.error(number, f"The times {shown(line)} have letters for digits; they were guessed.")
            return Block(number, clocks[0].seconds, clocks[1].seconds, first=number)
    left, _, right = line.partition("-->")
    halves = (
        read_clock(left, rate=intake.rate, unpadded=unpadded),
        read_clock(right.split(maxsplit=1)[0] if right.split() else "", rate=intake.rate, unpadded=unpadded),
    )
    return _halved_block(number, line, intake, before, halves)


def _halved_block(
    number: int, line: str, intake: Intake, before: list[Block], clocks: tuple[Clock | None, Clock | None]
) -> Block:
    """Return the block of a line of which one time or none can be read: shown for no time."""
    known = clocks[0] or clocks[1]
    place = known.seconds if known else before[-1].end if before else Fraction(0)
    which = "the other one" if known else "the end of the cue before"
    intake.error(number, f"The times {shown(line)} cannot be read; {which} was taken for what is missing.")
    return Block(number, place, place, first=number)


def _take_label(block: Block, lines: Sequence[str], before: list[Block], *, any_label: bool) -> None:
    """Find the number or name above the times."""
    if block.label is not None:
        return
    floor = before[-1].line if before else 0
    above = block.line - 1
    if above <= floor:
        return
    line = lines[above - 1]
    if not line.strip():
        # In files with an empty line after every line the number stands one further up.
        far = NUMBER.fullmatch(lines[above - 2]) if above - 1 > floor else None
        alone = above - 2 <= floor or not lines[above - 3].strip()
        if far and alone and int(far[1]) == _number(before) + 1:
            block.label, block.first = far[1], above - 1
        return
    stands_alone = above - 1 <= floor or not lines[above - 2].strip()
    number = NUMBER.fullmatch(line)
    if (stands_alone and (number or any_label)) or (number and _counts_on(int(number[1]), before)):
        block.label, block.first = number[1] if number else line.strip(), above


def _counts_on(number: int, before: list[Block]) -> bool:
    """Whether digits right below a text are the next cue's number and not the text's last line."""
    return not before or before[-1].label is not None or number == len(before) + 1


def _number(before: list[Block]) -> int:
    """Return the number of the cue before; 0 at the beginning; -1 where it has none."""
    if not before:
        return 0
    match = NUMBER.fullmatch(before[-1].label or "")
    return int(match[1]) if match else -1


def _between_blanks(text: list[tuple[int, str]]) -> list[tuple[int, str]]:
    left, right = 0, len(text)
    while left < right and not text[left][1].strip(" \t"):
        left += 1
    while right > left and not text[right - 1][1].strip(" \t"):
        right -= 1
    return text[left:right]
