"""Word error rate: texts brought to one form first, then the fewest insertions, deletions and exchanges."""

from __future__ import annotations

import re

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SAME = {
    "mr": "mister",
    "mrs": "missus",
    "dr": "doctor",
    "yknow": "you know",
    "okay": "ok",
    "harbor": "harbour",
}
_FILLERS = frozenset({"um", "uh", "ah", "er", "hmm", "mm"})


def normalise(text: str) -> list[str]:
    """Return lower-case words without punctuation, numbers as words, hesitations left out."""
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text.lower().replace("\u2019", "'"))
    text = re.sub(r"\d+", lambda match: f" {spell(int(match[0]))} ", text)
    plain = re.sub(r"[^\w\s]", "", re.sub(r"[-\u2013\u2014/]", " ", text))
    words = [part for word in plain.split() for part in _SAME.get(word, word).split()]
    return [word for word in words if word not in _FILLERS]


def spell(number: int) -> str:
    """Write a number under a million in words, without `and`."""
    if number < 20:
        return _ONES[number]
    if number < 100:
        return _TENS[number // 10] + (f" {_ONES[number % 10]}" if number % 10 else "")
    unit, name = (100, "hundred") if number < 1000 else (1000, "thousand")
    rest = number % unit
    return f"{spell(number // unit)} {name}" + (f" {spell(rest)}" if rest else "")


def count_errors(reference: list[str], heard: list[str]) -> int:
    """Return the Levenshtein distance in words."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(reference, 1):
        before, row[0] = row[0], number
        for place, other in enumerate(heard, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (word != other))
    return row[-1]
