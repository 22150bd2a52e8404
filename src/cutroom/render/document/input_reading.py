"""The inputs of a document: their definitions, the values given for them, and values typed as text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, cast

from pydantic import ValidationError

from cutroom.render.document.document import check_values, read_document
from cutroom.render.document.expression_values import UNKNOWN
from cutroom.render.document.expressions import KEYWORDS
from cutroom.render.document.fault_messages import report
from cutroom.render.document.faults import Faults, join_path, near
from cutroom.render.document.inputs import (
    AnyInput,
    BooleanInput,
    ColorInput,
    FileInput,
    ListInput,
    NumberInput,
    TextInput,
    read_members,
)
from cutroom.render.document.template import AnyDocument
from cutroom.render.document.upgrading import upgrade

MOST_INPUTS = 500
INPUT_TYPES: dict[str, type[AnyInput]] = {
    "text": TextInput,
    "number": NumberInput,
    "color": ColorInput,
    "image": FileInput,
    "video": FileInput,
    "audio": FileInput,
    "boolean": BooleanInput,
    "list": ListInput,
}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_YES = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


def read_definitions(written: object, faults: Faults) -> dict[str, AnyInput]:
    """Read the `inputs` of a document.

    Args:
        written: What stands there: definitions by name, or nothing.
        faults: Where it is noted what is wrong with them, defaults that they would not take included.
    """
    if not isinstance(written, dict | None):
        faults.add("$.inputs", written, "must be an object: definitions by name")
        return {}
    members = cast("dict[str, Any]", written or {})
    if len(members) > MOST_INPUTS:
        faults.add("$.inputs", None, f"must have at most {MOST_INPUTS} inputs")
        return {}
    definitions: dict[str, AnyInput] = {}
    for name, member in members.items():
        path = join_path("$", "inputs", name)
        if not _NAME.fullmatch(name) or name in KEYWORDS:
            message = "must be named by letters, digits and _, and by none of: "
            faults.add(path, name, message + ", ".join(sorted(KEYWORDS)))
        definition = _read_definition(member, path, faults)
        if definition is not None:
            definitions[name] = definition
    return definitions


def input_values(document: object, inputs: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the value of every input of a document: what was given, else its default.

    Raises:
        Refused: With code `bad_template`; see `read_template`.
    """
    faults = Faults()
    written = upgrade(read_document(document, faults))
    values = values_of(written, dict(inputs or {}), faults)
    faults.check()
    return values


def values_of(written: AnyDocument, inputs: Mapping[str, Any] | None, faults: Faults) -> dict[str, Any]:
    """Return the value of every input; `UNKNOWN` where there is a fault in it, which is noted.

    Args:
        written: The document.
        inputs: Values by name; None: those that must be given are not known yet, which is no fault.
        faults: Where they are noted.
    """
    definitions = read_definitions(written.get("inputs"), faults)
    if inputs is None:
        known = {
            name: one for name, one in definitions.items() if not one.is_required or one.default is not None
        }
        values = read_members(known, {name: one.default for name, one in known.items()}, "$.inputs", Faults())
    else:
        check_values(inputs, "$.inputs", faults)
        values = read_members(definitions, inputs, "$.inputs", faults)
    names = cast("dict[str, Any]", written["inputs"]) if isinstance(written.get("inputs"), dict) else {}
    for name in names:
        if name not in values or faults.lies_in(join_path("$", "inputs", name)):
            values[name] = UNKNOWN
    return values


def read_inputs(document: object) -> dict[str, AnyInput]:
    """Return the definitions of a document's inputs, in their order: what a form is made from.

    Raises:
        Refused: With code `bad_template`; see `read_template`.
    """
    faults = Faults()
    definitions = read_definitions(upgrade(read_document(document, faults)).get("inputs"), faults)
    faults.check()
    return definitions


def typed_values(document: object, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return inputs that were typed as texts (a command line, a form) as values of their types.

    What cannot be read stays as it is, so that reading the template says what is wrong with it. Lists are
    JSON; where their items are texts, commas do.

    Raises:
        Refused: With code `bad_template`, when the document's inputs cannot be read.
    """
    definitions = read_inputs(document)
    return {name: _typed(definitions.get(name), text) for name, text in texts.items()}


def _typed(definition: AnyInput | None, text: str) -> Any:
    if isinstance(definition, NumberInput):
        try:
            number = float(text)
        except ValueError:
            return text
        return int(number) if number.is_integer() else number
    if isinstance(definition, BooleanInput):
        return _YES.get(text.strip().lower(), text)
    if isinstance(definition, ListInput):
        return _typed_list(definition, text)
    return text


def _typed_list(definition: ListInput, text: str) -> Any:
    if text.lstrip().startswith("[") or definition.items is None:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return [_typed(definition.items, part.strip()) for part in text.split(",")] if text.strip() else []


def _read_definition(written: Any, path: str, faults: Faults) -> AnyInput | None:
    if not isinstance(written, dict):
        faults.add(
            path, written, "must be the definition of an input", 'As {"type": "text", "default": "Hi"}.'
        )
        return None
    members = cast("dict[str, Any]", written)
    kind = members.get("type")
    model = INPUT_TYPES.get(kind) if isinstance(kind, str) else None
    if model is None:
        faults.add(join_path(path, "type"), kind, "must be a type of input", near(kind, INPUT_TYPES))
        return None
    try:
        definition = model.model_validate(members, by_alias=True, by_name=False)
    except ValidationError as error:
        report(error, model, members, path, faults)
        return None
    _check_defaults(definition, path, faults)
    return definition


def _check_defaults(definition: AnyInput, path: str, faults: Faults) -> None:
    if definition.default is not None:
        definition.read(definition.default, join_path(path, "default"), faults)
    if isinstance(definition, ListInput):
        if definition.items is not None:
            _check_defaults(definition.items, join_path(path, "items"), faults)
        for name, field in (definition.fields or {}).items():
            _check_defaults(field, join_path(path, "fields", name), faults)
