"""Answers of Whisper behind OpenAI's protocol: `verbose_json` made into words, invented ones left out."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, cast

from cutroom.engines.language_names import WITHOUT_SPACES, tag_of
from cutroom.engines.transcriber import Heard, Wish
from cutroom.engines.vendors.openai import without_word_times
from cutroom.engines.vendors.service import Service, senseless
from cutroom.engines.word_times import SentWord, moment, put_in_order, share, spread
from cutroom.engines.written_words import split_words, write_words

_SILENT = 0.6
_DOUBTFUL = -1.0
"""Where the chance of silence is above the one and the mean log probability below the other, Whisper's own
code takes a passage for invented (openai/whisper, `no_speech_threshold` and `logprob_threshold`)."""

_REPETITIVE = 2.4
"""Ratio of zlib's compression above which Whisper's own code takes a passage for a loop."""

_LONGER = 1.25
_PROMPT_TOKENS = 200
"""Whisper reads the last 224 tokens of a prompt; Groq refuses one of more than 896 characters."""


@dataclass(frozen=True)
class _Segment:
    start: Fraction
    end: Fraction
    text: str
    confidence: float | None
    is_silent: bool
    is_loop: bool


def make_prompt(wish: Wish) -> tuple[str, tuple[str, ...]]:
    """Return prompt and glossary as one prompt that Whisper reads whole, and notes on what did not fit."""
    room = float(_PROMPT_TOKENS)
    terms: list[str] = []
    for term in dict.fromkeys(" ".join(term.split()) for term in wish.glossary):
        room -= _tokens(term) + 1
        if room < 0:
            break
        terms.append(term)
    words = wish.prompt.split()
    kept: list[str] = []
    for word in reversed(words):
        room -= _tokens(word) + 0.25
        if room < 0:
            break
        kept.insert(0, word)
    notes: list[str] = []
    if len(terms) < len(set(wish.glossary)):
        notes.append(f"Only the first {len(terms)} terms of the glossary fit into what Whisper reads.")
    if len(kept) < len(words):
        notes.append("Only the end of the prompt fits into what Whisper reads.")
    return " ".join([*kept, *([", ".join(terms) + "."] if terms else [])]), tuple(notes)


def _tokens(text: str) -> float:
    """Return about how many tokens a text takes: four characters of ASCII, one of anything else."""
    return sum(0.25 if character.isascii() else 1.0 for character in text)


def read_answer(
    answer: Mapping[str, Any], seconds: Fraction, wish: Wish, service: Service, model: str
) -> Heard:
    """Return the words of an answer.

    Args:
        answer: Any JSON object.
        seconds: Length of the sound.
        wish: What was asked.
        service: Who answered.
        model: Which model was asked.

    Raises:
        Unavailable: With code `bad_answer` when it makes no sense.
        Unsupported: With code `no_word_times`.
    """
    said, segments = answer.get("text"), _segments(answer.get("segments"))
    bare = _bare_words(answer.get("words"))
    if not isinstance(said, str) and not bare and not segments:
        raise senseless(service, "no transcription")
    found = answer.get("language")
    language = tag_of(found) if isinstance(found, str) else None
    heard = [each for each in segments if not each.is_silent]
    text = _join(heard, language) if heard else "" if segments else str(said or "")
    if not bare and not segments and text.strip():
        raise without_word_times(service, model)
    timeline = _Timeline(segments)
    words, notes = _choose([word for word in bare if not timeline.is_silent(word)], segments, text)
    ordered = put_in_order([timeline.rate(word) for word in words], seconds)
    if ordered.is_nonsense:
        raise senseless(service, "times that lie outside the sound")
    notes += _notes(service, wish, segments)
    if bare and ordered.filled:
        notes.append("Some words came without a usable time; they lie between their neighbours.")
    if ordered.dropped:
        notes.append(f"Words that {service.name} placed behind the end of the sound were left out.")
    return Heard(ordered.words, language, None, tuple(notes))


def _choose(bare: list[SentWord], segments: list[_Segment], text: str) -> tuple[list[SentWord], list[str]]:
    """Return the words as written; their times are the service's, or estimated where it gives none."""
    if not bare:
        words = [word for segment in segments if not segment.is_silent for word in _estimated(segment)]
        note = "Only the times of passages came; those of the words in them are estimated by length."
        return words, [note] if words else []
    if not text.strip():
        return bare, []
    written = write_words(bare, text)
    if _letters(written) > _LONGER * max(_letters(bare), len("".join(text.split()))):
        # The two are of different speech: laid over each other, everything would be said twice.
        return bare, ["The words with times did not match the text; they stand without punctuation."]
    return written, []


def _letters(words: Sequence[SentWord]) -> int:
    return sum(len("".join(word.text.split())) for word in words)


def _estimated(segment: _Segment) -> list[SentWord]:
    words = split_words(segment.text)
    spans = spread([word.text for word in words], segment.start, segment.end)
    return [
        replace(word, start=float(start), end=float(end))
        for word, (start, end) in zip(words, spans, strict=True)
    ]


def _bare_words(found: object) -> list[SentWord]:
    words: list[SentWord] = []
    for entry in _objects(found):
        text = entry.get("word", entry.get("text"))
        if isinstance(text, str) and text.strip():
            words.append(SentWord(" ".join(text.split()), entry.get("start"), entry.get("end")))
    return words


def _segments(found: object) -> list[_Segment]:
    segments: list[_Segment] = []
    for entry in _objects(found):
        text, start, end = entry.get("text"), moment(entry.get("start")), moment(entry.get("end"))
        if not isinstance(text, str) or start is None or end is None:
            continue
        silence, log = moment(entry.get("no_speech_prob")), moment(entry.get("avg_logprob"))
        ratio = moment(entry.get("compression_ratio"))
        segments.append(
            _Segment(
                start=start,
                end=max(start, end),
                text=text,
                confidence=None if log is None else share(math.exp(min(0.0, float(log)))),
                is_silent=silence is not None and log is not None and silence > _SILENT and log < _DOUBTFUL,
                is_loop=ratio is not None and ratio > _REPETITIVE,
            )
        )
    return segments


def _objects(found: object) -> list[dict[str, Any]]:
    if not isinstance(found, list):
        return []
    return [cast("dict[str, Any]", entry) for entry in cast("list[object]", found) if isinstance(entry, dict)]


def _join(segments: Sequence[_Segment], language: str | None) -> str:
    glue = "" if language in WITHOUT_SPACES else " "
    return glue.join(segment.text for segment in segments)


class _Timeline:
    """Passages by time."""

    def __init__(self, segments: Sequence[_Segment]) -> None:
        self._segments = sorted(segments, key=lambda segment: segment.start)
        self._starts = [segment.start for segment in self._segments]

    def at(self, word: SentWord) -> _Segment | None:
        """Return the passage that a word lies in."""
        start, end = moment(word.start), moment(word.end)
        if start is None or end is None:
            return None
        middle = (start + end) / 2
        number = bisect_right(self._starts, middle) - 1
        return self._segments[number] if number >= 0 and middle < self._segments[number].end else None

    def is_silent(self, word: SentWord) -> bool:
        """Say whether a word lies where nobody speaks."""
        segment = self.at(word)
        return segment is not None and segment.is_silent

    def rate(self, word: SentWord) -> SentWord:
        """Give a word the mean probability of its passage: the services have none per word."""
        segment = self.at(word)
        return replace(word, confidence=segment.confidence) if segment else word


def _notes(service: Service, wish: Wish, segments: Sequence[_Segment]) -> list[str]:
    notes: list[str] = []
    if wish.speakers:
        notes.append(f"{service.name}'s Whisper does not tell speakers apart.")
    if any(segment.is_silent for segment in segments):
        notes.append(f"Passages that {service.name} itself takes for invented were left out.")
    if any(segment.is_loop for segment in segments):
        notes.append("A passage repeats itself more than speech does; compare it with the sound.")
    return notes
