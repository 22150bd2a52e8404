"""OpenAI's protocol for recognising speech, as OpenAI and Groq speak it: a form with a file, JSON back.

The request is that of the vendors' OpenAPI documents (`/audio/transcriptions`): `file`, `model`, `language`,
`prompt`, `response_format`, `temperature` and `timestamp_granularities[]`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cutroom.base.errors import Refused, Unsupported
from cutroom.base.units import MEBIBYTE
from cutroom.engines.denoiser import Credentials
from cutroom.engines.vendors.service import Service, require_key
from cutroom.engines.vendors.sound_upload import SoundUpload, send_sound

OPENAI = Service(
    name="OpenAI",
    word="openai",
    url="https://api.openai.com/v1",
    key_setting="CUTROOM_OPENAI_API_KEY",
    url_setting="CUTROOM_OPENAI_URL",
    model_setting="CUTROOM_OPENAI_SPEECH_MODEL",
    subject="the sound",
    instead="choose the local engine",
)
GROQ = Service(
    name="Groq",
    word="groq",
    url="https://api.groq.com/openai/v1",
    key_setting="CUTROOM_GROQ_API_KEY",
    url_setting="CUTROOM_GROQ_URL",
    model_setting="CUTROOM_GROQ_SPEECH_MODEL",
    subject="the sound",
    instead="choose the local engine",
)

MAX_BYTES = 25 * MEBIBYTE - 64 * 1024
"""What both take in one call, less the rest of the form; the OpenAPI documents are silent."""


@dataclass(frozen=True)
class SpeechRequest:
    """What is asked.

    Attributes:
        model: It must give the times of words.
        language: ISO 639-1; None: find out.
        prompt: Words in the recording's style and language; may be empty.
    """

    model: str
    language: str | None = None
    prompt: str = ""


def recognise(
    service: Service,
    audio: Path,
    credentials: Credentials,
    request: SpeechRequest,
    *,
    seconds: float = 900.0,
    idle_seconds: float = 300.0,
    progress: Callable[[float, str], None] | None = None,
) -> dict[str, Any]:
    """Send a sound and return the `verbose_json` that comes back, unchecked.

    Args:
        service: Whom to ask.
        audio: A FLAC file of at most 25 MB.
        credentials: Key, and the address where it is not the usual one.
        request: Model and what helps it.
        seconds: Deadline of the whole call.
        idle_seconds: Longest silence; the service computes before its first byte.
        progress: Told a fraction and what is being done.

    Raises:
        Unsupported: `missing_key`, `wrong_key`, `quota_exceeded`, `unknown_model`, `no_word_times`: somebody
            has to act; no retry helps.
        Refused: `vendor_refused` with the service's reason; TooLarge.
        Limited: With `retry_after`, when too many calls run at once.
        Unavailable: For everything that passes by itself.
    """
    key = require_key(service, credentials)
    upload = SoundUpload(
        service=service,
        path="/audio/transcriptions",
        headers={"Authorization": f"Bearer {key}"},
        form=_form(request),
        max_bytes=MAX_BYTES,
        seconds=seconds,
        idle_seconds=idle_seconds,
        model=request.model,
    )
    try:
        return send_sound(upload, audio, credentials, key, progress)
    except Refused as error:
        said = str((error.details or {}).get("reason", ""))
        if "verbose_json" in said or "timestamp_granularities" in said:
            raise without_word_times(service, request.model) from error
        raise


def _form(request: SpeechRequest) -> dict[str, str | list[str]]:
    form: dict[str, str | list[str]] = {
        "model": request.model,
        "response_format": "verbose_json",
        "temperature": "0",
        "timestamp_granularities[]": ["word", "segment"],
    }
    if request.language:
        form["language"] = request.language
    if request.prompt:
        form["prompt"] = request.prompt
    return form


def without_word_times(service: Service, model: str) -> Unsupported:
    """Return the error for a model that subtitles cannot be made with."""
    message = (
        f"{service.name}'s model {model!r} gives no times of words; set {service.model_setting} to one that "
        "does, such as whisper-1 at OpenAI or whisper-large-v3 at Groq."
    )
    return Unsupported(message, code="no_word_times", details={"vendor": service.word})
