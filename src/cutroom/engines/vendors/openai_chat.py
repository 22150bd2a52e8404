"""OpenAI's chat protocol, as OpenAI and local servers speak it (Ollama, llama.cpp, vLLM, LM Studio).

The request is that of OpenAI's document (`/chat/completions`): `model`, `messages`, `temperature` and
`response_format`. Servers know different parts of it; what one refuses is left out from then on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from cutroom.base.errors import CutroomError
from cutroom.engines.denoiser import Credentials
from cutroom.engines.vendors.service import (
    Service,
    address,
    calling,
    explain,
    host_and_port,
    read_key,
    read_object,
    require_key,
    senseless,
)
from cutroom.network.fetch import parse_url

OPENAI = Service(
    name="OpenAI",
    word="openai",
    url="https://api.openai.com/v1",
    key_setting="CUTROOM_OPENAI_API_KEY",
    url_setting="CUTROOM_OPENAI_URL",
    model_setting="CUTROOM_TRANSLATION_MODEL",
    subject="the text",
    instead="set CUTROOM_TRANSLATION_URL to a server of your own",
)
_HOST = "api.openai.com"

_OK = 200
_REFUSING = frozenset({400, 422})
_UNABLE = frozenset({400, 422, 500, 501})
"""llama.cpp's relatives answer 500 to a `response_format` they do not know."""

_FORMAT_WORDS = ("response_format", "json_schema", "json_object", "schema", "grammar", "structured")


@dataclass(frozen=True)
class Completion:
    """What a model answered.

    Attributes:
        text: May be empty.
        is_refusal: Whether the model or a filter declined.
        is_cut: Whether the answer ended because it grew too long.
    """

    text: str
    is_refusal: bool = False
    is_cut: bool = False


def service_of(credentials: Credentials) -> Service:
    """Return OpenAI, or the server that the operator has set in its place."""
    place = parse_url(credentials.url or OPENAI.url)
    if place.host == _HOST:
        return OPENAI
    return replace(
        OPENAI,
        name=f"Translation server {host_and_port(place)}",
        word="translation_server",
        key_setting="CUTROOM_TRANSLATION_API_KEY",
        url_setting="CUTROOM_TRANSLATION_URL",
        instead="look at that server",
    )


def check_key(credentials: Credentials) -> None:
    """Make sure that there is a key where one is needed: servers of one's own need none.

    Raises:
        Unsupported: With code `missing_key` or `bad_key`.
    """
    service = service_of(credentials)
    if service is OPENAI:
        require_key(service, credentials)
    else:
        read_key(service, credentials)


class Chat:
    """Talks to one model and remembers which options its server knows."""

    def __init__(
        self,
        credentials: Credentials,
        model: str,
        *,
        seconds: float = 900.0,
        idle_seconds: float = 900.0,
    ) -> None:
        """Prepare calls; none is made yet.

        Args:
            credentials: Key and address.
            model: As the server calls it.
            seconds: Deadline of each call.
            idle_seconds: Longest silence; a model on a small machine writes for minutes before it answers.

        Raises:
            Unsupported: With code `missing_key` or `bad_key`.
        """
        check_key(credentials)
        self.service = service_of(credentials)
        self.model = model
        self._credentials = credentials
        self._key = read_key(self.service, credentials)
        self._seconds = seconds
        self._idle_seconds = idle_seconds
        self._formats = ["json_schema", "json_object", "text"]
        self._has_temperature = True
        self._has_worked = False

    def complete(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any]) -> Completion:
        """Ask for an answer in JSON.

        Args:
            messages: `role` and `content` of each; they say what the JSON is like, for servers that cannot
                be told otherwise.
            schema: A JSON schema without optional parts.

        Raises:
            CutroomError: As `service.explain`; Unavailable with code `bad_answer` for what is no completion.
        """
        while True:
            try:
                completion = self._ask(self._body(messages, schema))
            except CutroomError as error:
                if not self._can_do_without(error):
                    raise
            else:
                self._has_worked = True
                return completion

    def _body(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any]) -> dict[str, Any]:
        body: dict[str, Any] = {"model": self.model, "messages": list(messages)}
        if self._has_temperature:
            body["temperature"] = 0
        if self._formats[0] == "json_schema":
            wanted = {"name": "answer", "strict": True, "schema": schema}
            body["response_format"] = {"type": "json_schema", "json_schema": wanted}
        elif self._formats[0] == "json_object":
            body["response_format"] = {"type": "json_object"}
        return body

    def _ask(self, body: Mapping[str, Any]) -> Completion:
        place = address(self.service, self._credentials, "/chat/completions")
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        call = calling(self.service, place, headers, seconds=self._seconds, idle_seconds=self._idle_seconds)
        with call as client:
            response = client.send(client.build_request("POST", place, json=body), stream=True)
            try:
                if response.status_code != _OK:
                    raise explain(self.service, response, self._key, model=self.model)
                return self._read(read_object(self.service, response))
            finally:
                response.close()

    def _can_do_without(self, error: CutroomError) -> bool:
        """Leave out what a refusal is about; say whether there was anything left to leave out."""
        details = error.details or {}
        status = details.get("status")
        said = f"{details.get('parameter', '')} {details.get('reason', '')}".lower()
        if status in _REFUSING and self._has_temperature and "temperature" in said:
            self._has_temperature = False
            return True
        names_format = status in _UNABLE and any(word in said for word in _FORMAT_WORDS)
        is_unclear = status in _REFUSING and error.code_word == "vendor_refused" and not self._has_worked
        if len(self._formats) > 1 and (names_format or is_unclear):
            del self._formats[0]
            return True
        return False

    def _read(self, answer: Mapping[str, Any]) -> Completion:
        choices = answer.get("choices")
        first = cast("list[object]", choices)[0] if isinstance(choices, list) and choices else None
        message = cast("dict[str, Any]", first).get("message") if isinstance(first, dict) else None
        if not isinstance(message, dict):
            raise senseless(self.service, "no message")
        fields = cast("dict[str, Any]", message)
        reason = cast("dict[str, Any]", first).get("finish_reason")
        refusal = fields.get("refusal")
        return Completion(
            text=_text(fields.get("content")),
            is_refusal=reason == "content_filter" or (isinstance(refusal, str) and bool(refusal)),
            is_cut=reason == "length",
        )


def _text(content: object) -> str:
    """Return a message's content: a text, or a list of parts."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    parts = [
        cast("dict[str, object]", part) for part in cast("list[object]", content) if isinstance(part, dict)
    ]
    texts = [part.get("text") for part in parts]
    return "".join(text for text in texts if isinstance(text, str))
