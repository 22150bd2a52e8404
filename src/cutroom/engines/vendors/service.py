"""What calls of hosted services have in common: key, address, limits, and what an answer means."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, cast

import httpx

from cutroom.base.errors import CutroomError, Limited, Refused, TooLarge, Unavailable, Unsupported
from cutroom.base.units import MEBIBYTE
from cutroom.engines.denoiser import Credentials
from cutroom.network import NetworkLimits, connect, network_errors, read_retry_after
from cutroom.network.fetch import parse_url

BAD_ANSWER = "bad_answer"
"""The code of Unavailable where a service answered with something that cannot be used."""

MAX_ANSWER = 32 * MEBIBYTE
"""Bytes of an answer in JSON: hours of words."""

_OK = 200
_SERVER_ERROR = 500
_DEFAULT_WAIT = 30.0
"""Seconds to wait after a 429 without Retry-After."""

_MAX_DETAIL = 64 * 1024
_PASSES = frozenset({408, 409, 425, 498})
"""Timeout, conflict, too early; 498: Groq has no capacity left."""

_NO_MONEY = frozenset({"quota_exceeded", "insufficient_quota", "billing_hard_limit_reached"})
_NO_MODEL = frozenset({"model_not_found", "model_decommissioned", "not_found_error"})


@dataclass(frozen=True)
class Service:
    """A hosted service, or a server of one's own that speaks its protocol.

    Attributes:
        name: As people read it.
        word: For programs.
        url: Where it answers unless the operator says otherwise.
        key_setting: The variable that holds its key.
        url_setting: The variable that holds its address.
        model_setting: The variable that chooses the model; empty where there is none.
        subject: What is sent, as "the sound".
        instead: What one can do without it, as "choose the local engine".
    """

    name: str
    word: str
    url: str
    key_setting: str
    url_setting: str
    model_setting: str
    subject: str
    instead: str


@dataclass(frozen=True)
class Fault:
    """What a service says about a call that it did not do; every part may be empty."""

    word: str = ""
    """A status or a code for programs."""
    said: str = ""
    """For people, without the key."""
    parameter: str = ""
    """Which part of the request is meant."""


def require_key(service: Service, credentials: Credentials) -> str:
    """Return the key.

    Raises:
        Unsupported: With code `missing_key` or `bad_key`.
    """
    key = read_key(service, credentials)
    if not key:
        message = f"{service.name} needs a key; set {service.key_setting}, or {service.instead}."
        raise Unsupported(message, code="missing_key")
    return key


def read_key(service: Service, credentials: Credentials) -> str:
    """Return the key, or nothing where none is set.

    Raises:
        Unsupported: With code `bad_key` where it cannot be one.
    """
    key = credentials.api_key.get_secret_value().strip() if credentials.api_key else ""
    if not key.isascii() or not key.isprintable():
        message = f"The {service.name} key holds characters that no key has; copy it again."
        raise Unsupported(message, code="bad_key")
    return key


def address(service: Service, credentials: Credentials, path: str) -> httpx.URL:
    """Return where a path of the service lies: the operator's address where there is one."""
    place = parse_url(credentials.url or service.url)
    return place.copy_with(path=place.path.rstrip("/") + path)


@contextmanager
def calling(
    service: Service,
    place: httpx.URL,
    headers: Mapping[str, str],
    *,
    seconds: float,
    idle_seconds: float,
    max_bytes: int = MAX_ANSWER,
    message: str | None = None,
) -> Generator[httpx.Client]:
    """Give a client for one call.

    Args:
        service: For what goes wrong.
        place: Where the call goes; the operator chose it in the settings, users cannot, so it may be private.
        headers: With the key.
        seconds: Deadline of the whole call.
        idle_seconds: Longest silence; services compute before their first byte.
        max_bytes: Of the answer.
        message: The whole sentence for failures of the net, where a contract fixes it.

    Raises:
        Unavailable: With code `timeout` or `connection_failed`.
    """
    limits = NetworkLimits(
        seconds=seconds,
        idle_seconds=idle_seconds,
        max_bytes=max_bytes,
        allowed_hosts=(host_and_port(place),),
    )
    with network_errors(service.name, message=message), connect(limits, headers=headers) as client:
        yield client


def host_and_port(place: httpx.URL) -> str:
    """Return `host:port`, as the list of allowed hosts wants it."""
    port = place.port or (443 if place.scheme == "https" else 80)
    host = f"[{place.host}]" if ":" in place.host else place.host
    return f"{host}:{port}"


class CountedFile:
    """A file that tells how much of it was read; httpx streams it and takes its size by seeking."""

    def __init__(self, file: IO[bytes], size: int, report: Callable[[float], None]) -> None:
        """Begin to count; `report` is told a share of `size` from 0 to 1."""
        self._file = file
        self._size = max(1, size)
        self._report = report

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        piece = self._file.read(size)
        self._report(min(1.0, self._file.tell() / self._size))
        return piece

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the place."""
        return self._file.tell()

    def fileno(self) -> int:
        """Return the file's descriptor."""
        return self._file.fileno()

    def __iter__(self) -> Iterator[bytes]:
        """Yield the rest in pieces."""
        while piece := self.read(1 << 16):
            yield piece


def read_object(service: Service, response: httpx.Response) -> dict[str, Any]:
    """Return the JSON object of a streamed answer.

    Raises:
        Unavailable: With code `bad_answer` when it is none, or longer than `MAX_ANSWER`.
    """
    body = bytearray()
    for piece in response.iter_raw():
        body += piece
        if len(body) > MAX_ANSWER:
            raise senseless(service, "more than anybody can read")
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError):
        raise senseless(service, "something that is no JSON") from None
    if not isinstance(found, dict):
        raise senseless(service, "JSON of another form")
    return cast("dict[str, Any]", found)


def senseless(service: Service, what: str) -> Unavailable:
    """Return the error for an answer that cannot be used; a proxy in between does that, too."""
    message = f"{service.name} answered with {what}; try again later, or {service.instead}."
    return Unavailable(message, code=BAD_ANSWER, details={"vendor": service.word})


def explain(service: Service, response: httpx.Response, key: str, *, model: str = "") -> CutroomError:
    """Turn a streamed answer that is no result into an error by what its receiver can do about it.

    Returns:
        Unsupported: `wrong_key`, `quota_exceeded`, `unknown_model`, `wrong_address`: somebody has to act.
        Refused: `vendor_refused` with the service's reason; TooLarge.
        Limited: With `retry_after`.
        Unavailable: `vendor_unavailable` for everything that passes by itself.
    """
    status = response.status_code
    fault = read_fault(response, key)
    details = {"vendor": service.word, "status": status}
    details |= {name: text for name, text in (("reason", fault.said), ("word", fault.word)) if text}
    if fault.parameter:
        details["parameter"] = fault.parameter
    wait = read_retry_after(response.headers.get("Retry-After"))
    if fault.word in _NO_MONEY or status == 402:  # noqa: PLR2004 - payment required
        message = f"The {service.name} account has no credits left; add some, or {service.instead}."
        return Unsupported(message, code="quota_exceeded", details=details)
    if status in {401, 403}:
        return _unwelcome(service, status, fault, details)
    if status == 429:  # noqa: PLR2004 - too many requests
        message = f"{service.name} is busy with other calls of this account; wait, then ask again."
        return Limited(message, details=details, retry_after=_DEFAULT_WAIT if wait is None else wait)
    if status >= _SERVER_ERROR or status in _PASSES:
        message = f"{service.name} has a fault ({status}); try again later, or {service.instead}."
        return Unavailable(message, code="vendor_unavailable", details=details, retry_after=wait)
    return _refusal(service, status, fault, details, model)


def _unwelcome(service: Service, status: int, fault: Fault, details: dict[str, Any]) -> CutroomError:
    reason = f" ({fault.said})" if fault.said and status == 403 else ""  # noqa: PLR2004 - forbidden
    if not reason:
        details.pop("reason", None)  # it may quote part of the key
    message = f"{service.name} does not accept the key{reason}; check {service.key_setting}."
    return Unsupported(message, code="wrong_key", details=details)


def _refusal(
    service: Service, status: int, fault: Fault, details: dict[str, Any], model: str
) -> CutroomError:
    if status == 413 or fault.word == "context_length_exceeded":  # noqa: PLR2004 - content too large
        subject = service.subject[0].upper() + service.subject[1:]
        message = f"{subject} is larger than {service.name} takes; {service.instead}."
        return TooLarge(message, details=details)
    if model and _lacks_model(status, fault):
        message = f"{service.name} does not know the model {model!r}, or this account may not use it"
        return Unsupported(f"{message}; set {service.model_setting}.", code="unknown_model", details=details)
    if status in {404, 405, 410} or status < 400:  # noqa: PLR2004 - 3xx leads on to somewhere else
        message = f"{service.name} does not answer at this address ({status}); check {service.url_setting}."
        return Unsupported(message, code="wrong_address", details=details)
    reason = f": {fault.said.rstrip('.')}" if fault.said else ""
    message = f"{service.name} refused {service.subject} ({status}){reason}."
    return Refused(message, code="vendor_refused", details=details)


def _lacks_model(status: int, fault: Fault) -> bool:
    if fault.word in _NO_MODEL - {"not_found_error"}:
        return True
    return status == 404 and (fault.word in _NO_MODEL or "model" in fault.said.lower())  # noqa: PLR2004 - not found


def read_fault(response: httpx.Response, key: str) -> Fault:
    """Read what a streamed answer says is wrong, the key blotted out.

    Understood are `{"detail": ...}` of ElevenLabs and FastAPI, `{"error": ...}` of OpenAI and all who speak
    its protocol, and a bare `{"message": ...}`.
    """
    body = b""
    try:
        for piece in response.iter_raw(4096):
            body += piece
            if len(body) > _MAX_DETAIL:
                break
        found: object = json.loads(body[:_MAX_DETAIL])
    except (httpx.HTTPError, ValueError, RecursionError):
        return Fault()
    if not isinstance(found, dict):
        return Fault()
    outer = cast("dict[str, object]", found)
    inner = outer.get("detail") or outer.get("error") or outer
    if isinstance(inner, list) and inner:
        inner = cast("list[object]", inner)[0]
    if isinstance(inner, str):
        return Fault(said=_clip(inner, key))
    if not isinstance(inner, dict):
        return Fault()
    fields = cast("dict[str, object]", inner)
    return Fault(
        word=_clip(_first(fields, "status", "code", "type"), key),
        said=_clip(_first(fields, "message", "msg"), key),
        parameter=_clip(_first(fields, "param"), key),
    )


def _first(fields: Mapping[str, object], *names: str) -> str:
    return next((value for name in names if isinstance(value := fields.get(name), str) and value), "")


def _clip(text: str, key: str) -> str:
    return " ".join((text.replace(key, "***") if key else text).split())[:300]
