"""Cues as recognisers give them, cues of so many words each, and Cutroom's: what each breaks, of real speech.

    .venv/bin/python bench/before_after.py RECORDING... [--model FOLDER] [--preset netflix] [--cues]

The words are the same for all three: those of Whisper, heard once with faster-whisper as its examples do.
Segments become cues as they come; "so many words" are 10, broken in the middle where a line is too long.
`--cues` prints them. Counted by the checker, at the frame rate that sound without a picture gets.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from faster_whisper import WhisperModel

from cutroom.base.settings import read_settings
from cutroom.subtitles import DEFAULT_RATE, Cue, Rules, Track, Word, read_preset
from cutroom.subtitles.check import check
from cutroom.subtitles.segment import segment
from cutroom.subtitles.word import join_words

WORDS = 10


def main() -> None:
    reader = argparse.ArgumentParser(description="What naive cues break, and what Cutroom's do.")
    reader.add_argument("recordings", nargs="+", type=Path)
    reader.add_argument("--model", default=read_settings().whisper_model)
    reader.add_argument("--preset", default="netflix")
    reader.add_argument("--cues", action="store_true")
    asked = reader.parse_args()
    model: Any = WhisperModel(asked.model, device="cpu", compute_type="int8", local_files_only=True)
    rules = read_preset(asked.preset)
    for path in asked.recordings:
        compare(path, model, rules, with_cues=asked.cues)


def compare(path: Path, model: Any, rules: Rules, *, with_cues: bool) -> None:
    heard, report = model.transcribe(str(path), word_timestamps=True, vad_filter=True)
    segments = list(heard)
    words = [word_of(word, is_first=n == 0) for each in segments for n, word in enumerate(each.words)]
    print(f"\n{path.name}: {report.duration:.1f} s, {len(words)} words, {report.language}")
    ways = {
        "segments": [Cue(seconds(each.start), seconds(each.end), each.text.strip()) for each in segments],
        f"{WORDS} words": by_count(words, rules.line_limit(report.language)),
        "Cutroom": segment(words, rules, language=report.language, rate=DEFAULT_RATE),
    }
    for name, cues in ways.items():
        show(name, Track(tuple(cues), report.language, DEFAULT_RATE), rules, with_cues=with_cues)


def word_of(word: Any, *, is_first: bool) -> Word:
    start = seconds(word.start)
    is_glued = not is_first and not word.word.startswith(" ")
    return Word(start, max(start, seconds(word.end)), word.word.strip(), is_glued)


def seconds(value: float) -> Fraction:
    return Fraction(round(value * 1000), 1000)


def by_count(words: Sequence[Word], line: int) -> list[Cue]:
    cues: list[Cue] = []
    for at in range(0, len(words), WORDS):
        part = words[at : at + WORDS]
        text = join_words(part)
        if len(text) > line:
            half = len(part) // 2
            text = f"{join_words(part[:half])}\n{join_words(part[half:])}"
        cues.append(Cue(part[0].start, part[-1].end, text))
    return cues


def show(name: str, track: Track, rules: Rules, *, with_cues: bool) -> None:
    found = check(track, rules)
    errors = sum(each.severity == "error" for each in found)
    kinds = Counter(each.rule for each in found)
    print(
        f"  {name:9} {len(track.cues):3} cues  {errors:3} errors  {len(found) - errors:3} warnings  ", end=""
    )
    print(", ".join(f"{rule} {count}" for rule, count in kinds.most_common()))
    for number, cue in enumerate(track.cues if with_cues else ()):
        broken = ", ".join(each.rule for each in found if each.cue == number)
        text = cue.text.replace("\n", " / ")
        print(f"    {float(cue.start):7.3f} {float(cue.end):7.3f}  {text}{f'  [{broken}]' if broken else ''}")


if __name__ == "__main__":
    main()
