"""ElevenLabs' audio isolation over plain HTTP: one multipart POST, an MP3 back.

The request is that of the vendor's OpenAPI document (`/v1/audio-isolation`): header `xi-api-key`, fields
`audio` and `file_format`. The vendor's own package re-sends incomplete forms and weighs 58 MB.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

import httpx

from cutroom.base.errors import CutroomError, TooLarge, Unavailable
from cutroom.base.units import MEBIBYTE, human_bytes
from cutroom.engines.denoiser import Credentials
from cutroom.engines.vendors import service
from cutroom.engines.vendors.service import Service
from cutroom.network import save_body

URL = "https://api.elevenlabs.io"
BUSY = "AI service temporarily unavailable"
"""The fixed contract's message for a hosted service that does not work at the moment."""

MAX_BYTES = 500 * MEBIBYTE
MAX_SECONDS = 3600.0
"""What the service takes in one call, as the vendor's help pages say; the OpenAPI document is silent."""

SERVICE = Service(
    name="ElevenLabs",
    word="elevenlabs",
    url=URL,
    key_setting="CUTROOM_ELEVENLABS_API_KEY",
    url_setting="CUTROOM_ELEVENLABS_URL",
    model_setting="",
    subject="the sound",
    instead="choose the local engine",
)

_OK = 200


def require_key(credentials: Credentials) -> str:
    """Return the key.

    Raises:
        Unsupported: With code `missing_key` or `bad_key`.
    """
    return service.require_key(SERVICE, credentials)


def isolate_audio(
    audio: Path,
    target: Path,
    credentials: Credentials,
    *,
    seconds: float = 900.0,
    idle_seconds: float = 240.0,
    progress: Callable[[float, str], None] | None = None,
) -> int:
    """Send a sound file and save what comes back.

    Args:
        audio: A sound file without picture, at most 500 MB.
        target: Where the service's MP3 is written; nothing is left when it fails.
        credentials: Key, and the address where it is not the usual one.
        seconds: Deadline of the whole call.
        idle_seconds: Longest silence; the service computes before its first byte.
        progress: Told a fraction and what is being done.

    Returns:
        Bytes written.

    Raises:
        Unsupported: `missing_key`, `wrong_key`, `quota_exceeded`: somebody has to act; no retry helps.
        Refused: `vendor_refused` with the service's reason.
        TooLarge: When the file is larger than the service takes.
        Limited: With `retry_after`, when too many calls run at once.
        Unavailable: For everything that passes by itself, with the fixed contract's message.
    """
    key = require_key(credentials)
    size = audio.stat().st_size
    if size > MAX_BYTES:
        message = f"ElevenLabs takes at most {human_bytes(MAX_BYTES)}; the sound has {human_bytes(size)}."
        raise TooLarge(message, hint="Use the local engine, or cut the recording.")
    place = service.address(SERVICE, credentials, "/v1/audio-isolation")
    headers = {"xi-api-key": key}
    call = service.calling(
        SERVICE,
        place,
        headers,
        seconds=seconds,
        idle_seconds=idle_seconds,
        max_bytes=MAX_BYTES,
        message=BUSY,
    )
    tell = progress or _ignore
    with call as client, audio.open("rb") as file:
        body = cast(IO[bytes], service.CountedFile(file, size, lambda share: tell(0.4 * share, "Sending")))
        request = client.build_request(
            "POST",
            place,
            data={"file_format": "other"},
            files={"audio": (f"audio{audio.suffix}", body, "audio/flac")},
        )
        response = client.send(request, stream=True)
        try:
            if response.status_code != _OK:
                raise _explain(response, key)
            return save_body(
                response, target, MAX_BYTES, lambda done, total: tell(_received(done, total), "Receiving")
            )
        finally:
            response.close()


def _ignore(_fraction: float, _text: str) -> None:
    """Nobody wants to know."""


def _received(done: int, total: int | None) -> float:
    share = done / total if total else done / (done + MEBIBYTE)
    return 0.8 + 0.2 * min(1.0, share)


def _explain(response: httpx.Response, key: str) -> CutroomError:
    """Say the contract's sentence for what passes by itself; what was precise stays in the code."""
    error = service.explain(SERVICE, response, key)
    if not isinstance(error, Unavailable):
        return error
    return Unavailable(BUSY, code=error.code_word, details=error.details, retry_after=error.retry_after)
