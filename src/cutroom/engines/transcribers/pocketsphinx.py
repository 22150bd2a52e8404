"""pocketsphinx: English with the model of its own wheel, for search and timing."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from cutroom.base.errors import Unsupported
from cutroom.engines.transcriber import Access, Heard, Progress, Transcriber, Trust, Wish
from cutroom.media import read_audio
from cutroom.subtitles import Word

_library: Any = importlib.import_module("pocketsphinx")  # it has no types

_RATE = 16_000
_ENDPOINT_WINDOW = 0.5
"""Seconds of the endpointer's decision. Measured on joined prose: error rate .214, with 0.3 s .248, without
an endpointer .398; `fwdflat` off takes another .02 away and is faster."""

_FRAME = Fraction(1, 100)
"""Seconds per frame of the decoder; its ends are inclusive."""

_LONGEST = 30 * _RATE
"""Samples that are decoded at once: the last pass over an utterance takes memory by its length."""

_EDGE = 3 * _RATE
_QUIET = _RATE // 10
_VARIANT = re.compile(r"\(\d+\)$")
_UNSURE = 0.55
"""Mean confidence under which hardly anything is right: words that are right have .75, wrong ones .43."""


_LANGUAGES = frozenset({"en"})


class PocketsphinxTranscriber(Transcriber):
    """CMU pocketsphinx with its US English model of 2015; knows 134,000 words and no punctuation."""

    name = "pocketsphinx"
    title = "pocketsphinx"
    version = f"1+{version('pocketsphinx')}"
    is_local = True
    destination = "The sound stays on this machine."
    rank = 90
    trust = Trust(
        "rough",
        "Good for search and timing only: a fifth to three quarters of the words are wrong, and there is no "
        "punctuation.",
    )
    languages = _LANGUAGES

    def check(self, access: Access) -> None:
        """Look for the model of the wheel."""
        del access  # nothing to sign in to or to fetch
        folder = Path(_library.get_model_path("en-us"))
        missing = [
            name
            for name in ("en-us/mdef", "en-us.lm.bin", "cmudict-en-us.dict")
            if not (folder / name).is_file()
        ]
        if missing:
            message = f"pocketsphinx lacks {missing[0]}; install it anew with `pip install pocketsphinx`."
            raise Unsupported(message, code="missing_library")

    def transcribe(
        self, window: Path, wish: Wish, access: Access, *, progress: Progress | None = None
    ) -> Heard:
        """Recognise English words."""
        self.check(access)
        if wish.language and wish.language.partition("-")[0].lower() not in _LANGUAGES:
            message = (
                f"pocketsphinx knows only English, not {wish.language}; fetch a Whisper model or set a key."
            )
            raise Unsupported(message, code="language_not_supported")
        with read_audio(window, rate=_RATE) as reader:
            blocks = [np.clip(np.rint(block[0] * 32768), -32768, 32767).astype(np.int16) for block in reader]
        sound = np.concatenate([np.zeros(0, np.int16), *blocks])
        decoder = _library.Decoder(fwdflat=False, samprate=_RATE, loglevel="FATAL")
        words: list[Word] = []
        for utterance in _utterances(sound):
            words += _decode(decoder, utterance)
            if progress:
                progress(min(1.0, utterance.end / max(1, sound.size)), "Recognising")
        return Heard(tuple(words), "en", None, _notes(words, wish))


@dataclass(frozen=True)
class _Utterance:
    """Samples from `begin` on, and where they end in the window."""

    begin: int
    samples: Any

    @property
    def end(self) -> int:
        return self.begin + len(self.samples)


def _utterances(sound: Any) -> Iterator[_Utterance]:
    """Yield stretches of speech of at most 30 s, as the endpointer finds them."""
    for begin, end in _endpoints(sound):
        place = begin
        while end - place > _LONGEST:
            cut = _quietest(sound, place + _LONGEST - _EDGE, place + _LONGEST)
            yield _Utterance(place, sound[place:cut])
            place = cut
        yield _Utterance(place, sound[place:end])


def _endpoints(sound: Any) -> Iterator[tuple[int, int]]:
    """Yield where speech begins and ends, in samples."""
    pointer = _library.Endpointer(window=_ENDPOINT_WINDOW, sample_rate=_RATE)
    size = pointer.frame_bytes // 2
    begin = gathered = 0
    for place in range(0, sound.size, size):
        frame = sound[place : place + size]
        was_speech = pointer.in_speech
        is_last = place + size >= sound.size
        if is_last and not was_speech:
            return
        piece = pointer.end_stream(frame.tobytes()) if is_last else pointer.process(frame.tobytes())
        if piece is None:
            continue
        if not was_speech:
            begin, gathered = round(pointer.speech_start * _RATE), 0
        gathered += len(piece) // 2
        if is_last or not pointer.in_speech:
            yield begin, min(sound.size, begin + gathered)


def _quietest(sound: Any, low: int, high: int) -> int:
    """Return the middle of the quietest tenth of a second in [low, high)."""
    powers = [
        float(np.square(sound[at : at + _QUIET].astype(np.float64)).mean()) for at in range(low, high, _QUIET)
    ]
    return low + int(np.argmin(powers)) * _QUIET + _QUIET // 2


def _decode(decoder: Any, utterance: _Utterance) -> list[Word]:
    decoder.start_utt()
    decoder.process_raw(utterance.samples.tobytes(), full_utt=True)
    decoder.end_utt()
    offset = Fraction(utterance.begin, _RATE)
    found: list[Word] = []
    for segment in decoder.seg() or ():
        text = _VARIANT.sub("", segment.word)
        if text.startswith(("<", "[", "+")):  # silence, noise and filled pauses
            continue
        start, end = segment.start_frame * _FRAME, (segment.end_frame + 1) * _FRAME
        confidence = min(1.0, max(0.0, float(segment.prob)))
        found.append(Word(offset + start, offset + end, _spell(text), confidence=confidence))
    return found


def _spell(text: str) -> str:
    """Write the pronoun as it is written; the dictionary has small letters only."""
    return text.capitalize() if text == "i" or text.startswith("i'") else text


def _notes(words: list[Word], wish: Wish) -> tuple[str, ...]:
    notes: list[str] = []
    if wish.glossary or wish.prompt:
        notes.append("pocketsphinx has a fixed dictionary; the prompt and the glossary had no effect.")
    if wish.speakers:
        notes.append("pocketsphinx does not tell speakers apart.")
    known = [word.confidence for word in words if word.confidence is not None]
    if known and sum(known) / len(known) < _UNSURE:
        notes.append(
            "Hardly a word was recognised with confidence: noise, music, or a language other than English."
        )
    return tuple(notes)


transcriber = PocketsphinxTranscriber()
