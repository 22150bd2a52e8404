"""ElevenLabs' audio isolation over plain HTTP: one multipart POST, an MP3 back.

The request is that of the vendor's OpenAPI document (`/v1/audio-isolation`): header `xi-api-key`, fields
`audio` and `file_format`. The vendor's own package re-sends incomplete forms and weighs 58 MB.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import httpx

from cutroom.base.errors import CutroomError, Limited, Refused, TooLarge, Unavailable, Unsupported
from cutroom.base.units import MEBIBYTE, human_bytes
from cutroom.engines.denoiser import Credentials
from cutroom.network import NetworkLimits, connect, network_errors, read_retry_after, save_body
from cutroom.network.fetch import parse_url

URL = "https://api.elevenlabs.io"
BUSY = "AI service temporarily unavailable"
"""The fixed contract's message for a hosted service that does not work at the moment."""

MAX_BYTES = 500 * MEBIBYTE
MAX_SECONDS = 3600.0
"""What the service takes in one call, as the vendor's help pages say; the OpenAPI document is silent."""

_OK = 200
_SERVER_ERROR = 500
_DEFAULT_WAIT = 30.0
"""Seconds to wait after a 429 without Retry-After."""

_MAX_DETAIL = 64 * 1024


def require_key(credentials: Credentials) -> str:
    """Return the key.

    Raises:
        Unsupported: With code `missing_key`.
    """
    key = credentials.api_key.get_secret_value().strip() if credentials.api_key else ""
    if not key:
        message = "ElevenLabs needs a key; set CUTROOM_ELEVENLABS_API_KEY, or choose the local engine."
        raise Unsupported(message, code="missing_key")
    if not key.isascii() or not key.isprintable():
        message = "The ElevenLabs key holds characters that no key has; copy it again."
        raise Unsupported(message, code="bad_key")
    return key


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
    place = _address(credentials)
    limits = NetworkLimits(
        seconds=seconds,
        idle_seconds=idle_seconds,
        max_bytes=MAX_BYTES,
        # The operator chose this address in the settings; users cannot.
        allowed_hosts=(_host_and_port(place),),
    )
    tell = progress or _ignore
    with _service_errors(), audio.open("rb") as file, connect(limits, headers={"xi-api-key": key}) as client:
        body = cast(IO[bytes], _Counted(file, size, lambda share: tell(0.4 * share, "Sending")))
        request = client.build_request(
            "POST",
            place.copy_with(path=place.path.rstrip("/") + "/v1/audio-isolation"),
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


def _address(credentials: Credentials) -> httpx.URL:
    return parse_url(credentials.url or URL)


def _host_and_port(place: httpx.URL) -> str:
    port = place.port or (443 if place.scheme == "https" else 80)
    host = f"[{place.host}]" if ":" in place.host else place.host
    return f"{host}:{port}"


class _Counted:
    """A file that tells how much of it was read; httpx streams it and takes its size by seeking."""

    def __init__(self, file: IO[bytes], size: int, report: Callable[[float], None]) -> None:
        self._file = file
        self._size = max(1, size)
        self._report = report

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._report(self._file.tell() / self._size)
        return piece

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def fileno(self) -> int:
        return self._file.fileno()

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.read(1 << 16):
            yield piece


@contextmanager
def _service_errors() -> Generator[None]:
    """Say the contract's sentence for every failure of the net; keep what was precise in the code."""
    with network_errors("ElevenLabs", message=BUSY):
        yield


def _explain(response: httpx.Response, key: str) -> CutroomError:
    """Turn an answer that is no sound into an error; the vendor's words are kept where they help."""
    status = response.status_code
    word, said = _read_detail(response, key)
    details = {"vendor": "elevenlabs", "status": status, **({"reason": said} if said else {})}
    wait = read_retry_after(response.headers.get("Retry-After"))
    if word == "quota_exceeded" or status == 402:  # noqa: PLR2004 - payment required
        message = "The ElevenLabs account has no credits left; add some, or choose the local engine."
        return Unsupported(message, code="quota_exceeded", details=details)
    if status in {401, 403}:
        message = "ElevenLabs does not accept the key; check CUTROOM_ELEVENLABS_API_KEY."
        return Unsupported(message, code="wrong_key", details=details)
    if status == 413:  # noqa: PLR2004 - content too large
        return TooLarge("The sound is larger than ElevenLabs takes; use the local engine.", details=details)
    if status == 429:  # noqa: PLR2004 - too many requests
        message = "ElevenLabs is busy with other calls of this account; wait, then ask again."
        return Limited(message, details=details, retry_after=_DEFAULT_WAIT if wait is None else wait)
    if status >= _SERVER_ERROR or status in {408, 409, 425}:
        return Unavailable(BUSY, code="vendor_unavailable", details=details, retry_after=wait)
    reason = f": {said}" if said else "."
    return Refused(f"ElevenLabs refused the sound ({status}){reason}", code="vendor_refused", details=details)


def _read_detail(response: httpx.Response, key: str) -> tuple[str, str]:
    """Return the status word and the message of `{"detail": ...}`, both maybe empty, the key blotted out."""
    body = b""
    try:
        for piece in response.iter_raw(4096):
            body += piece
            if len(body) > _MAX_DETAIL:
                break
        found: object = httpx.Response(_OK, content=body[:_MAX_DETAIL]).json()
    except (httpx.HTTPError, ValueError):
        return "", ""
    detail = cast("dict[str, object]", found).get("detail") if isinstance(found, dict) else None
    if isinstance(detail, list) and detail:
        detail = cast("list[object]", detail)[0]
    if isinstance(detail, str):
        return "", _clip(detail, key)
    if not isinstance(detail, dict):
        return "", ""
    fields = cast("dict[str, object]", detail)
    return str(fields.get("status", "")), _clip(str(fields.get("message") or fields.get("msg") or ""), key)


def _clip(text: str, key: str) -> str:
    return " ".join(text.replace(key, "***").split())[:300]
