"""Sending a sound as a form and reading the JSON that comes back, as all services of speech want it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from cutroom.base.errors import TooLarge
from cutroom.base.units import human_bytes
from cutroom.engines.denoiser import Credentials
from cutroom.engines.vendors.service import CountedFile, Service, address, calling, explain, read_object

_OK = 200


@dataclass(frozen=True)
class SoundUpload:
    """What is sent where.

    Attributes:
        service: To whom.
        path: Below the service's address.
        headers: With the key.
        form: The fields beside `file`; a list is sent as many times.
        max_bytes: Of the sound.
        seconds: Deadline of the whole call.
        idle_seconds: Longest silence; services compute before their first byte.
        model: For messages; empty where the service's setting cannot be wrong.
    """

    service: Service
    path: str
    headers: Mapping[str, str]
    form: Mapping[str, str | list[str]]
    max_bytes: int
    seconds: float
    idle_seconds: float
    model: str = ""


def send_sound(
    upload: SoundUpload,
    audio: Path,
    credentials: Credentials,
    key: str,
    progress: Callable[[float, str], None] | None = None,
) -> dict[str, Any]:
    """Send a FLAC file and return the JSON object that comes back, unchecked.

    Args:
        upload: What goes with it.
        audio: The file.
        credentials: For the address.
        key: To be blotted out of what the service says.
        progress: Told a fraction and what is being done.

    Raises:
        TooLarge: Before anything is sent.
        CutroomError: As `service.calling`, `service.explain` and `service.read_object`.
    """
    service, size = upload.service, audio.stat().st_size
    if size > upload.max_bytes:
        most = human_bytes(upload.max_bytes)
        message = f"{service.name} takes at most {most}; the sound has {human_bytes(size)}."
        raise TooLarge(message, hint="Use the local engine, or cut the recording.")
    place = address(service, credentials, upload.path)
    call = calling(service, place, upload.headers, seconds=upload.seconds, idle_seconds=upload.idle_seconds)
    tell = progress or _ignore
    with call as client, audio.open("rb") as file:
        body = cast(IO[bytes], CountedFile(file, size, lambda share: tell(0.3 * share, "Sending")))
        files = {"file": ("sound.flac", body, "audio/flac")}
        response = client.send(
            client.build_request("POST", place, data=upload.form, files=files), stream=True
        )
        try:
            if response.status_code != _OK:
                raise explain(service, response, key, model=upload.model)
            tell(0.9, "Receiving")
            return read_object(service, response)
        finally:
            response.close()


def _ignore(_fraction: float, _text: str) -> None:
    """Nobody wants to know."""
