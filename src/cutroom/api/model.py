"""The base of every request and answer: camelCase outside, snake_case inside."""

from __future__ import annotations

import re
from datetime import datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Generic, Literal, TypeVar, Union, cast, get_args, get_origin

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from cutroom.base.clock import to_iso

Content = TypeVar("Content")

_JSON_NAMES: dict[Any, str] = {bool: "a boolean", int: "a number", float: "a number", NoneType: "null"}
_DEEPEST = 100
# PostgreSQL's text and JSON can hold neither NUL nor half of a surrogate pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

Moment = Annotated[
    datetime,
    PlainSerializer(to_iso, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-21T10:30:00.000Z"]}),
]
"""A time in an answer: ISO 8601 in UTC with milliseconds and Z."""

Id = Annotated[
    str,
    WithJsonSchema(
        {"type": "string", "format": "uuid", "examples": ["019aa5f2-7c3e-7d10-9b0e-3f8f6f0c1a2b"]}
    ),
]
"""An id in a path or query: a text for `parse_id`, whose message is clearer than pydantic's."""


class Body(BaseModel):
    """A request's body: camelCase names only, unknown ones refused."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _refuse_unstorable_text(cls, content: Any) -> Any:
        check_text(content)
        return content

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_other_types(cls, value: Any, context: ValidationInfo) -> Any:
        rule = type_rule(cls.model_fields[str(context.field_name)].annotation, value)
        if rule:
            raise PydanticCustomError("wrong_type", "{rule}", {"rule": rule})
        return value


class Answer(BaseModel):
    """A part of an answer; made from dictionaries in camelCase or from names in snake_case."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_alias=True, validate_by_name=True)


class Nothing(Answer):
    """No content."""


class Success(BaseModel, Generic[Content]):
    """The envelope of every success."""

    success: Literal[True] = True
    data: Content


class Error(BaseModel):
    """The envelope of every error."""

    success: Literal[False] = Field(examples=[False])
    message: str = Field(description="One sentence for people.", examples=["Authentication required"])
    code: str = Field(description="A stable word for programs.", examples=["authentication_required"])
    details: dict[str, Any] | None = Field(None, description="Values for programs, where there are some.")


def type_rule(annotation: Any, value: Any) -> str | None:
    """Return what a field's value should be, where it is of another JSON type; else None.

    pydantic would read "5" as 5 and 0 as false; its strict mode would refuse ids and times.
    """
    wanted = _plain_types(annotation)
    if not wanted or type(value) in wanted:
        return None
    return f"should be {' or '.join(sorted({_JSON_NAMES[kind] for kind in wanted}))}"


def _plain_types(annotation: Any) -> set[type]:
    """Return the JSON types of a field that takes numbers, booleans or null only; else nothing."""
    if get_origin(annotation) is Annotated:
        return _plain_types(get_args(annotation)[0])
    parts = get_args(annotation) if get_origin(annotation) in {Union, UnionType} else (annotation,)
    found = {part for part in parts if part in _JSON_NAMES}
    if not found or len(found) < len(parts):
        return set()
    return found | {int} if float in found else found


def check_text(content: Any) -> None:
    """Look at every text of a JSON value, without recursion: the sender decides how deep it is."""
    level: list[Any] = [content]
    for _ in range(_DEEPEST):
        if any(isinstance(part, str) and _UNSTORABLE.search(part) for part in level):
            message = "text must not contain NUL characters or unpaired surrogates"
            raise ValueError(message)
        level = [inner for part in level for inner in _parts(part)]
        if not level:
            return
    message = f"JSON must not be nested deeper than {_DEEPEST} levels"
    raise ValueError(message)


def _parts(part: Any) -> list[Any]:
    if isinstance(part, dict):
        pairs = cast("dict[Any, Any]", part)
        return [*pairs.keys(), *pairs.values()]
    return cast("list[Any]", part) if isinstance(part, list) else []
