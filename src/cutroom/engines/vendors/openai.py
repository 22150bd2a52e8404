"""OpenAI's protocol for recognising speech, as OpenAI and Groq speak it: a form with a file, JSON back.

The request is that of the vendors' OpenAPI documents (`/audio/transcriptions`): `file`, `model`, `language`,
`prompt`, `response_format`, `temperature` and `timestamp_granularities[]`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import httpx

from cutroom.base.errors import CutroomError, Refused, TooLarge, Unsupported
from cutroom.base.units import MEBIBYTE, human_bytes
from cutroom.engines.denoiser import Credentials
from cutroom.engines.vendors.service import (
    CountedFile,
    Service,
    address,
    calling,
    explain,
    read_object,
    require_key,
)

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

_OK = 200


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
    size = audio.stat().st_size
    if size > MAX_BYTES:
        message = f"{service.name} takes at most {human_bytes(MAX_BYTES)}; the sound has {human_bytes(size)}."
        raise TooLarge(message, hint="Use the local engine, or cut the recording.")
    place = address(service, credentials, "/audio/transcriptions")
    call = calling(
        service, place, {"Authorization": f"Bearer {key}"}, seconds=seconds, idle_seconds=idle_seconds
    )
    tell = progress or _ignore
    with call as client, audio.open("rb") as file:
        body = cast(IO[bytes], CountedFile(file, size, lambda share: tell(0.3 * share, "Sending")))
        response = client.send(
            client.build_request(
                "POST", place, data=_form(request), files={"file": ("sound.flac", body, "audio/flac")}
            ),
            stream=True,
        )
        try:
            if response.status_code != _OK:
                raise _explain(service, response, key, request.model)
            tell(0.9, "Receiving")
            return read_object(service, response)
        finally:
            response.close()


def _ignore(_fraction: float, _text: str) -> None:
    """Nobody wants to know."""


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


def _explain(service: Service, response: httpx.Response, key: str, model: str) -> CutroomError:
    error = explain(service, response, key, model=model)
    said = str((error.details or {}).get("reason", ""))
    if isinstance(error, Refused) and ("verbose_json" in said or "timestamp_granularities" in said):
        return without_word_times(service, model)
    return error


def without_word_times(service: Service, model: str) -> Unsupported:
    """Return the error for a model that subtitles cannot be made with."""
    message = (
        f"{service.name}'s model {model!r} gives no times of words; set {service.model_setting} to one that "
        "does, such as whisper-1 at OpenAI or whisper-large-v3 at Groq."
    )
    return Unsupported(message, code="no_word_times", details={"vendor": service.word})
