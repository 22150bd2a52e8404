"""ElevenLabs' speech recognition over plain HTTP: one multipart POST, words with times back.

The request is that of the vendor's OpenAPI document (`/v1/speech-to-text`): header `xi-api-key`, fields
`model_id`, `file`, `file_format`, `language_code`, `diarize`, `keyterms`, `timestamps_granularity`,
`tag_audio_events`, `temperature` and `seed`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cutroom.base.units import GIBIBYTE
from cutroom.engines.denoiser import Credentials
from cutroom.engines.vendors.elevenlabs import SERVICE
from cutroom.engines.vendors.service import require_key
from cutroom.engines.vendors.sound_upload import SoundUpload, send_sound

MAX_BYTES = 4 * GIBIBYTE
"""The document says less than 5 GB."""

MAX_TERMS = 1000
MAX_TERM_LETTERS = 49
MAX_TERM_WORDS = 5
_FORBIDDEN = frozenset("<>{}[]\\")


@dataclass(frozen=True)
class ScribeRequest:
    """What is asked.

    Attributes:
        model: As `scribe_v2`.
        language: ISO 639-1 or 639-3; None: find out.
        terms: Names that are likely to be said, see `takes_term`; the service charges a fifth more for them.
        speakers: Whether to tell them apart.
    """

    model: str
    language: str | None = None
    terms: tuple[str, ...] = ()
    speakers: bool = False


def takes_term(term: str) -> bool:
    """Say whether the service takes a term: short, of few words, without brackets."""
    words = term.split()
    return 0 < len(words) <= MAX_TERM_WORDS and len(term) <= MAX_TERM_LETTERS and not _FORBIDDEN & set(term)


def recognise(
    audio: Path,
    credentials: Credentials,
    request: ScribeRequest,
    *,
    seconds: float = 1800.0,
    idle_seconds: float = 900.0,
    progress: Callable[[float, str], None] | None = None,
) -> dict[str, Any]:
    """Send a sound and return the JSON that comes back, unchecked.

    Args:
        audio: A sound file.
        credentials: Key, and the address where it is not the usual one.
        request: Model and what helps it.
        seconds: Deadline of the whole call.
        idle_seconds: Longest silence; the service computes before its first byte.
        progress: Told a fraction and what is being done.

    Raises:
        Unsupported: `missing_key`, `wrong_key`, `quota_exceeded`: somebody has to act; no retry helps.
        Refused: `vendor_refused` with the service's reason; TooLarge.
        Limited: With `retry_after`, when too many calls run at once.
        Unavailable: For everything that passes by itself.
    """
    key = require_key(SERVICE, credentials)
    upload = SoundUpload(
        service=SERVICE,
        path="/v1/speech-to-text",
        headers={"xi-api-key": key},
        form=_form(request),
        max_bytes=MAX_BYTES,
        seconds=seconds,
        idle_seconds=idle_seconds,
    )
    return send_sound(upload, audio, credentials, key, progress)


def _form(request: ScribeRequest) -> dict[str, str | list[str]]:
    form: dict[str, str | list[str]] = {
        "model_id": request.model,
        "file_format": "other",
        "timestamps_granularity": "word",
        "tag_audio_events": "false",
        "diarize": "true" if request.speakers else "false",
        # The same sound shall give the same words, as far as the service can.
        "temperature": "0",
        "seed": "0",
    }
    if request.language:
        form["language_code"] = request.language
    if request.terms:
        form["keyterms"] = list(request.terms)
    return form
