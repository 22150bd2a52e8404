"""Loops of a recogniser: the same words again and again where nobody says them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from cutroom.subtitles import Word

_LONGEST_PHRASE = 12
"""Words of a phrase that may loop: Whisper's loops are short sentences."""

_ALLOWED = {1: 9, 2: 6, 3: 4}
"""How often in a row a phrase of so many words is believed ("words words words words words" is said in one of
the test recordings); longer ones three times, as in a refrain."""

_ALLOWED_LONG = 3


def drop_repetitions(words: Sequence[Word]) -> tuple[list[Word], tuple[str, ...]]:
    """Leave out what is repeated more often than people do.

    Returns:
        The words that stay, and a sentence for the user about each loop.
    """
    keys = [_key(word) for word in words]
    kept: list[Word] = []
    notes: list[str] = []
    place = 0
    while place < len(words):
        length, count = _find_loop(keys, place)
        if not count:
            kept.append(words[place])
            place += 1
            continue
        kept.extend(words[place : place + length])
        phrase = " ".join(word.text for word in words[place : place + length])
        minutes, seconds = divmod(int(words[place].start), 60)
        notes.append(
            f'"{phrase}" came {count} times in a row from {minutes}:{seconds:02d} of a part on; that is the '
            "recogniser's invention, and one was kept."
        )
        place += length * count
    return kept, tuple(notes)


def _find_loop(keys: list[str], place: int) -> tuple[int, int]:
    """Return a phrase's length and how often it comes in a row from `place` on; 0, 0 where that is normal."""
    for length in range(1, _LONGEST_PHRASE + 1):
        count = 1
        phrase = keys[place : place + length]
        while keys[place + count * length : place + (count + 1) * length] == phrase:
            count += 1
        if count > _ALLOWED.get(length, _ALLOWED_LONG) and any(phrase):
            return length, count
    return 0, 0


def _key(word: Word) -> str:
    """Return the letters and digits alone."""
    return "".join(c for c in word.text.casefold() if unicodedata.category(c)[0] in "LNM")
