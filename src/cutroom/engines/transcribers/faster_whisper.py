"""Whisper on this machine: faster-whisper over CTranslate2, the model from a folder or the hub."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutroom.base.errors import Unsupported
from cutroom.engines.language_names import WITHOUT_SPACES, tag_of
from cutroom.engines.models import fetch_model
from cutroom.engines.repetition import drop_repetitions
from cutroom.engines.speech_probability import SpeechDetector
from cutroom.engines.speech_regions import FRAMES_PER_SECOND, find_regions
from cutroom.engines.transcriber import Access, Heard, Progress, Transcriber, Trust, Wish
from cutroom.engines.vendors.model_hub import MODEL_MISSING
from cutroom.engines.whisper_models import BROKEN, DEFAULT, find_model, locate
from cutroom.media import read_audio
from cutroom.subtitles import Word

_RATE = 16_000
_MOST_THREADS = 2
_BEAMS = 5
_TEMPERATURES = (0.0, 0.2, 0.4, 0.6)
"""Where an attempt loops or is unsure, the next one samples: from a fixed seed, so that a repeated job is
the same. Higher temperatures invent text."""

_SEED = 0
_LONGEST_PAUSE = 5.0
"""Seconds: longer stretches without speech are not heard. Measured with the base model on ten clips of 208
words joined by silence, by hiss and by tunes, error rates: this .024 / .058 / .024; 2 s .029 / .072 / .034;
the library's own filter, which glues speech together, .048 / .077 / .058; no filter .029 / .067 / .067."""

_ROOM = 0.8
"""Seconds of room around speech: with 0.4 the rates are .029 / .062 / .029, with 1.2 .024 / .062 / .019."""

_SILENCE = 2.0
"""Seconds of silence around words that look invented, from which on they are left out."""

_MOST_TOKENS = 100
"""Of the prompt, and of the glossary: some 75 words each. Both and the answer share 448 tokens."""

_UNSURE_LANGUAGE = 0.5
_UNSURE_WORDS = 0.45

_CODES = {"nb": "no", "iw": "he", "in": "id", "fil": "tl", "cmn": "zh", "jv": "jw", "ji": "yi", "mo": "ro"}
"""BCP 47's first parts and what Whisper calls the same language."""

_FETCHING = 0.3
"""The share of progress that fetching a model gets."""


class FasterWhisperTranscriber(Transcriber):
    """OpenAI's Whisper, 8-bit weights, on the processor."""

    name = "faster-whisper"
    title = "Whisper on this machine"
    version = f"2+{version('faster-whisper')}+{version('ctranslate2')}"
    is_local = True
    destination = "The sound stays on this machine."
    rank = 50
    trust = Trust(
        "fair",
        "Read it through: with clear speech a few words in a hundred are wrong, more with small models, "
        "noise and rare languages. Names and numbers deserve a look.",
    )
    languages = None

    def check(self, access: Access) -> None:
        """Look for the library and the model's folder; nothing is loaded or fetched."""
        if find_spec("faster_whisper") is None:
            message = "faster-whisper is missing; install it with `pip install faster-whisper`."
            raise Unsupported(message, code="missing_library")
        locate(access)

    def transcribe(
        self, window: Path, wish: Wish, access: Access, *, progress: Progress | None = None
    ) -> Heard:
        """Recognise the words of a window; a missing model is fetched first where that is allowed."""
        tell = progress or _ignore
        folder, begin = _obtain(access, tell)
        with read_audio(window, rate=_RATE) as reader:
            sound = np.concatenate([np.zeros(0, np.float32), *(block[0] for block in reader)])
        tell(begin, "Loading the model")
        model = _load(folder)
        language = _choose_language(model, wish.language)

        def advance(share: float) -> None:
            tell(begin + (1 - begin) * share, "Recognising")

        try:
            return _Hearing(model, sound, language, wish, advance).run()
        except (RuntimeError, ValueError, LookupError) as error:  # a vocabulary of another model, for example
            raise _broken(folder, error) from error


def _ignore(_fraction: float, _text: str) -> None:
    """Nobody wants to know."""


def _obtain(access: Access, tell: Progress) -> tuple[Path, float]:
    """Return the model's folder, and how much of the progress was used up to get it."""
    try:
        return locate(access), 0.0
    except Unsupported as error:
        if error.code_word != MODEL_MISSING or not access.may_fetch or access.models is None:
            raise
    model = find_model(access.model or DEFAULT)
    folder = fetch_model(
        model.name, access.models, access.hub, progress=lambda share, text: tell(_FETCHING * share, text)
    )
    return folder, _FETCHING


def _load(folder: Path) -> Any:
    """Load a model.

    Raises:
        Unsupported: With code `model_broken` and the library's own words.
    """
    # Importing it starts threads, which a process that forks children must not have.
    library: Any = importlib.import_module("faster_whisper")  # it has no types
    threads = min(_MOST_THREADS, len(os.sched_getaffinity(0)))
    try:
        return library.WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
        )
    except MemoryError:
        raise
    except Exception as error:  # RuntimeError, ValueError, KeyError and the tokenizer's plain Exception
        raise _broken(folder, error) from error


def _broken(folder: Path, error: Exception) -> Unsupported:
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    message = f"The model in {folder} does not work ({reason}); fetch it again, or name another folder."
    return Unsupported(message, code=BROKEN)


def _choose_language(model: Any, wanted: str | None) -> str | None:
    """Return Whisper's code, or None where the model shall find out.

    Raises:
        Unsupported: With code `language_not_supported`.
    """
    first = (wanted or "und").partition("-")[0].lower()
    code = _CODES.get(first, first)
    known = model.supported_languages
    if code == "und":
        return "en" if known == ["en"] else None
    if code in known and (code != "yue" or model.hf_tokenizer.token_to_id("<|yue|>") is not None):
        return code
    what = "only English" if known == ["en"] else f"{len(known)} languages"
    message = f"The model knows {what}, not {wanted}; choose another model or engine."
    raise Unsupported(message, code="language_not_supported")


@dataclass
class _Hearing:
    """One window on its way through the network."""

    model: Any
    sound: NDArray[np.float32]
    language: str | None
    wish: Wish
    tell: Callable[[float], None]

    def run(self) -> Heard:
        clips = _find_clips(self.sound)
        if not clips:
            return Heard((), self.language, None, tuple(self._speaker_notes()))
        importlib.import_module("ctranslate2").set_random_seed(_SEED)
        segments, report = self.model.transcribe(
            self.sound,
            language=self.language,
            beam_size=_BEAMS,
            temperature=_TEMPERATURES,
            word_timestamps=True,
            clip_timestamps=clips,
            condition_on_previous_text=False,
            hallucination_silence_threshold=_SILENCE,
            initial_prompt=self._fit(self.wish.prompt.strip()),
            hotwords=self._fit(", ".join(self.wish.glossary)),
            no_speech_threshold=0.6,
            compression_ratio_threshold=2.4,
            log_prob_threshold=-1.0,
        )
        words = gather(segments, report.language, self.sound.size / _RATE, self.tell)
        kept, notes = drop_repetitions(words)
        return Heard(
            tuple(kept),
            tag_of(report.language) or report.language,
            None if self.language else float(report.language_probability),
            (*notes, *self._notes(kept, report)),
        )

    def _fit(self, text: str) -> str | None:
        """Cut a text to what leaves the network room to answer."""
        ids = self.model.hf_tokenizer.encode(text, add_special_tokens=False).ids
        if len(ids) <= _MOST_TOKENS:
            return text or None
        return self.model.hf_tokenizer.decode(ids[:_MOST_TOKENS]).replace("\ufffd", "")

    def _notes(self, words: list[Word], report: Any) -> list[str]:
        notes = self._speaker_notes()
        if self.language is None and report.language_probability < _UNSURE_LANGUAGE:
            notes.append(
                f"The language is uncertain: {report.language} with {report.language_probability:.0%}; say "
                "which it is and repeat the job."
            )
        known = [word.confidence for word in words if word.confidence is not None]
        if known and sum(known) / len(known) < _UNSURE_WORDS:
            notes.append("Hardly a word was recognised with confidence: noise, music, or another language.")
        return notes

    def _speaker_notes(self) -> list[str]:
        return ["Whisper does not tell speakers apart."] if self.wish.speakers else []


def gather(
    segments: Iterable[Any], language: str, seconds: float, tell: Callable[[float], None]
) -> list[Word]:
    """Return the words of Whisper's segments.

    Args:
        segments: As faster-whisper yields them, computed on the way.
        language: What is spoken, as Whisper calls it; said or found out.
        seconds: Length of the sound.
        tell: Told a share from 0 to 1.
    """
    words: list[Word] = []
    for segment in segments:
        for number, found in enumerate(segment.words or ()):
            text = found.word.replace("\ufffd", "").strip()  # half of a character
            if not text:
                continue
            is_first = number == 0 and language not in WITHOUT_SPACES
            is_glued = bool(words) and not found.word[0].isspace() and not is_first
            start = Fraction(round(max(0.0, found.start) * 1000), 1000)
            end = max(start, Fraction(round(found.end * 1000), 1000))
            words.append(Word(start, end, text, is_glued, float(found.probability)))
        tell(min(1.0, segment.end / seconds))
    return words


def _find_clips(sound: NDArray[np.float32]) -> list[float]:
    """Return begin and end of each stretch to be heard, in seconds, one after the other."""
    detector = SpeechDetector()
    detector.write(sound)
    clips: list[float] = []
    for region in find_regions(detector.finish()):
        begin = max(0.0, region.begin / FRAMES_PER_SECOND - _ROOM)
        end = min(sound.size / _RATE, region.end / FRAMES_PER_SECOND + _ROOM)
        if clips and begin - clips[-1] < _LONGEST_PAUSE:
            clips[-1] = end
        else:
            clips += [begin, end]
    return clips


transcriber = FasterWhisperTranscriber()
