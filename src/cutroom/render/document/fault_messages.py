"""What pydantic found, said as faults of the document: by path as written, in the words of its readers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from cutroom.render.document.faults import Faults, join_path, near
from cutroom.render.document.placeholders import has_placeholder

_NUMBER = "must be a number"
_WHOLE = "must be a whole number"
_BOOLEAN = "must be true or false"
_OBJECT = "must be an object"
_LIST = "must be a list"
_SENTENCES: dict[str, str | Callable[[dict[str, Any]], str]] = {
    "missing": "is needed, and missing",
    "extra_forbidden": "is no field here",
    "greater_than_equal": lambda bound: f"must be at least {_figure(bound['ge'])}",
    "greater_than": lambda bound: f"must be more than {_figure(bound['gt'])}",
    "less_than_equal": lambda bound: f"must be at most {_figure(bound['le'])}",
    "less_than": lambda bound: f"must be less than {_figure(bound['lt'])}",
    "multiple_of": lambda bound: f"must be a multiple of {_figure(bound['multiple_of'])}",
    "literal_error": lambda bound: f"must be {bound['expected']}",
    "string_type": "must be text",
    "string_too_short": lambda bound: f"must have at least {bound['min_length']} characters",
    "string_too_long": lambda bound: f"must have at most {bound['max_length']} characters",
    "string_pattern_mismatch": lambda bound: f"must match the pattern {bound['pattern']}",
    "too_short": lambda bound: f"must have at least {bound['min_length']} items",
    "too_long": lambda bound: f"must have at most {bound['max_length']} items",
    "finite_number": "must be a finite number",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "bool_type": _BOOLEAN,
    "bool_parsing": _BOOLEAN,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dict_type": _OBJECT,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "value_error": lambda bound: str(bound["error"]),
}


def _figure(number: Any) -> str:
    return f"{float(number):g}"


def report(
    error: ValidationError, model: type[BaseModel], written: object, path: str, faults: Faults
) -> None:
    """Note what pydantic found.

    Several findings at one place are the branches of a union: one fault that names them all.

    Args:
        error: The findings.
        model: What the value should have become.
        written: The value as it stands in the document, before placeholders were filled in.
        path: Where it stands.
        faults: Where they are noted.
    """
    places: dict[str, list[tuple[str, ErrorDetails, str, object]]] = {}
    for finding in error.errors(include_url=False):
        at, rest, stands = _place(finding, written, path)
        places.setdefault(at, []).append((_sentence(finding), finding, rest, stands))
    for at, findings in places.items():
        if faults.covers(at):
            continue
        first, finding, rest, stands = findings[0]
        others = dict.fromkeys(
            sentence for sentence, _, place, _ in findings if place == rest and sentence != first
        )
        message = first + "".join(f"; or {one.removeprefix('must be ')}" for one in others)
        if rest:
            message = f"gives a value whose part {rest} {message}"
        value = None if finding["type"] == "missing" else finding["input"]
        hint = f"It was filled in by {stands}." if has_placeholder(stands) else _hint(finding, model)
        faults.add(at, value, message, hint)


def _sentence(finding: ErrorDetails) -> str:
    sentence = _SENTENCES.get(finding["type"])
    if sentence is None:
        return finding["msg"][:1].lower() + finding["msg"][1:]
    return sentence if isinstance(sentence, str) else sentence(finding.get("ctx", {}))


def _place(finding: ErrorDetails, written: object, path: str) -> tuple[str, str, object]:
    # The location has the tags of unions in it; what is no member of the document is one of them. Below a
    # placeholder nothing is written: the rest of the way goes into the message.
    rest = ""
    steps = finding["loc"]
    for index, step in enumerate(steps):
        if rest or (isinstance(written, str) and isinstance(step, int)):
            rest = join_path(rest, step) if rest else f"[{step}]"
        elif _leads(written, step):
            written = cast("Any", written)[step]
            path = join_path(path, step)
        elif index == len(steps) - 1 and finding["type"] == "missing":
            path = join_path(path, step)
    return path, rest, written


def _leads(value: object, step: str | int) -> bool:
    if isinstance(value, Mapping):
        return step in value
    return (
        isinstance(value, list | tuple) and isinstance(step, int) and step < len(cast("Sequence[Any]", value))
    )


def _hint(finding: ErrorDetails, model: type[BaseModel]) -> str | None:
    if finding["type"] != "extra_forbidden":
        return None
    known = {
        _name(name, field.alias)
        for one in _models_at(model, finding["loc"][:-1])
        for name, field in one.model_fields.items()
    }
    return near(finding["loc"][-1], known)


def _name(name: str, alias: str | None) -> str:
    return alias or name


def _models_at(model: type[BaseModel], steps: Iterable[str | int]) -> list[type[BaseModel]]:
    models = [model]
    for step in steps:
        inner = [
            found
            for one in models
            for name, field in one.model_fields.items()
            if _name(name, field.alias) == step
            for found in _models_in(field.annotation)
        ]
        models = inner or models
    return models


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _models_in(part)]
