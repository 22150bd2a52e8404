"""ElevenLabs' Scribe as a transcriber: words with punctuation, speakers and a confidence each."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

from cutroom.engines.language_names import WITHOUT_SPACES, tag_of
from cutroom.engines.transcriber import Access, Heard, Progress, Transcriber, Trust, Wish
from cutroom.engines.vendors.elevenlabs import SERVICE, require_key
from cutroom.engines.vendors.elevenlabs_speech import MAX_TERMS, ScribeRequest, recognise, takes_term
from cutroom.engines.vendors.service import senseless
from cutroom.engines.word_times import SentWord, moment, put_in_order, share
from cutroom.media import probe

_MODEL = "scribe_v2"
_SPEAKER = re.compile(r"speaker_(\d{1,4})")


class ElevenLabsTranscriber(Transcriber):
    """Speech to text of ElevenLabs."""

    name = "elevenlabs"
    title = "ElevenLabs Scribe"
    version = "1"
    is_local = False
    destination = "The sound (never the picture) is sent to ElevenLabs, a company in the United States."
    rank = 10
    trust = Trust("high", "Publish after a look, above all at names. Its error rate was not measured here.")
    languages = None

    def check(self, access: Access) -> None:
        """Make sure that there is a key; the service is not called."""
        require_key(access.credentials)

    def transcribe(
        self, window: Path, wish: Wish, access: Access, *, progress: Progress | None = None
    ) -> Heard:
        """Send a window and read the words that come back.

        Raises:
            Unavailable: With code `bad_answer`; and the errors of `vendors.elevenlabs_speech.recognise`.
        """
        self.check(access)
        duration = probe(window).duration or Fraction(0)
        terms, notes = _terms(wish)
        request = ScribeRequest(access.model or _MODEL, _code(wish.language), terms, wish.speakers)
        answer = recognise(window, access.credentials, request, progress=progress)
        heard = read_answer(answer, duration, wish, notes)
        if progress:
            progress(1.0, "Receiving")
        return heard


def _terms(wish: Wish) -> tuple[tuple[str, ...], list[str]]:
    wanted = list(dict.fromkeys(" ".join(term.split()) for term in wish.glossary))
    taken = [term for term in wanted if takes_term(term)][:MAX_TERMS]
    notes: list[str] = []
    if len(taken) < len(wanted):
        notes.append(
            f"ElevenLabs took {len(taken)} of {len(wanted)} terms: at most {MAX_TERMS}, of five words and 49 "
            "characters, without brackets."
        )
    if wish.prompt:
        notes.append("ElevenLabs takes no prompt; put names into the glossary.")
    return tuple(taken), notes


def _code(wanted: str | None) -> str | None:
    """Return the code that the service is told; None where nobody knows the language."""
    if wanted is None or wanted.lower() in {"und", "auto"}:
        return None
    return tag_of(wanted) or wanted.partition("-")[0].lower()


def read_answer(answer: Mapping[str, Any], seconds: Fraction, wish: Wish, notes: list[str]) -> Heard:
    """Return the words of an answer.

    Args:
        answer: Any JSON object.
        seconds: Length of the sound.
        wish: What was asked.
        notes: What is to be said already.

    Raises:
        Unavailable: With code `bad_answer` when it makes no sense.
    """
    found = answer.get("words")
    if not isinstance(found, list):
        raise senseless(SERVICE, "no words")
    entries = cast("list[object]", found)
    said = answer.get("language_code")
    language = tag_of(said) if isinstance(said, str) else None
    objects = [cast("dict[str, Any]", each) for each in entries if isinstance(each, dict)]
    if not objects and (entries or _is_text(answer.get("text"))):
        raise senseless(SERVICE, "a text without words")
    words = _words(objects, language)
    if not wish.speakers:
        words = [replace(word, speaker=None) for word in words]
    ordered = put_in_order(words, seconds)
    if ordered.is_nonsense:
        raise senseless(SERVICE, "times that lie outside the sound")
    if ordered.filled:
        notes.append("Some words came without a usable time; they lie between their neighbours.")
    if ordered.dropped:
        notes.append("Words that ElevenLabs placed behind the end of the sound were left out.")
    return Heard(ordered.words, language, share(answer.get("language_probability")), tuple(notes))


def _is_text(found: object) -> bool:
    return isinstance(found, str) and bool(found.strip())


def _words(entries: list[dict[str, Any]], language: str | None) -> list[SentWord]:
    """Return words without what lies between them; what follows without a space is glued."""
    has_spaces = any(entry.get("type") == "spacing" for entry in entries) or language in WITHOUT_SPACES
    words: list[SentWord] = []
    is_glued = False
    for entry in entries:
        text, kind = entry.get("text"), entry.get("type", "word")
        if not isinstance(text, str) or kind != "word" or not text.strip():
            is_glued = is_glued and kind != "spacing"
            continue
        log = moment(entry.get("logprob"))
        words.append(
            SentWord(
                text=" ".join(text.split()),
                start=entry.get("start"),
                end=entry.get("end"),
                glued=is_glued,
                confidence=None if log is None else share(math.exp(min(0.0, float(log)))),
                speaker=_speaker(entry.get("speaker_id")),
            )
        )
        is_glued = has_spaces
    return words


def _speaker(found: object) -> str | None:
    """Return "1" for `speaker_0`; other names stay."""
    if not isinstance(found, str) or not found.strip():
        return None
    match = _SPEAKER.fullmatch(found)
    return str(int(match[1]) + 1) if match else " ".join(found.split())[:40]


transcriber = ElevenLabsTranscriber()
