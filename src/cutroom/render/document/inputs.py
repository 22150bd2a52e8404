"""What a template asks for: typed inputs with defaults and constraints, and the values given for them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal, Self, cast

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError, model_validator
from pydantic_core import PydanticCustomError, SchemaError

from cutroom.render.document.expression_values import kind_of
from cutroom.render.document.faults import Faults, join_path, near
from cutroom.render.document.model import Model
from cutroom.render.document.values import Color

LONGEST_TEXT = 100_000
MOST_ITEMS = 10_000


class AnyInput(Model):
    """What every input has in common.

    Attributes:
        required: Whether a value must be given; left out: when there is no default. What is not required
            and not given is null, and leaves out the field that it stands in; a list is empty.
    """

    kind: ClassVar[str]
    label: str | None = Field(default=None, max_length=200)
    description: str | None = Field(default=None, max_length=2000)
    required: bool | None = None
    default: Any = None

    @property
    def is_required(self) -> bool:
        """Whether a value must be given."""
        return self.default is None if self.required is None else self.required

    @property
    def fallback(self) -> Any:
        """What it is where nothing is given."""
        return self.default

    def read(self, value: Any, path: str, faults: Faults) -> Any:
        """Return a value as expressions see it, noting what is wrong with it."""
        raise NotImplementedError


class TextInput(AnyInput):
    """A text; `pattern` describes the whole of it (Rust's regular expressions: in linear time)."""

    type: Literal["text"]
    min_length: int = Field(default=0, ge=0, le=LONGEST_TEXT)
    max_length: int = Field(default=LONGEST_TEXT, ge=0, le=LONGEST_TEXT)
    pattern: str | None = Field(default=None, max_length=500)
    multiline: bool = Field(default=False, description="Whether the form has room for several lines.")
    options: tuple[str, ...] | None = Field(default=None, min_length=1, max_length=1000)

    @model_validator(mode="after")
    def _can_match(self) -> Self:
        if self.pattern is not None:
            try:
                _matcher(self.pattern)
            except SchemaError as error:
                message = f"must be a pattern that can be read: {str(error).splitlines()[-1].strip()}"
                raise PydanticCustomError("bad_pattern", "{message}", {"message": message}) from None
        return self

    def read(self, value: Any, path: str, faults: Faults) -> Any:
        """Return the text; see `AnyInput.read`."""
        if not isinstance(value, str):
            faults.add(path, value, f"must be a text, not {kind_of(value)}")
        elif not self.min_length <= len(value) <= self.max_length:
            bound = (
                f"{self.min_length} to {self.max_length}" if self.min_length else f"at most {self.max_length}"
            )
            faults.add(path, value, f"must have {bound} characters; it has {len(value)}")
        elif self.pattern is not None and not _matches(self.pattern, value):
            faults.add(path, value, f"must match the pattern {self.pattern}")
        else:
            _check_option(value, self.options, path, faults)
        return value


class NumberInput(AnyInput):
    """A number; `step` counts from `min`, or from 0."""

    type: Literal["number"]
    min: float | None = None
    max: float | None = None
    step: float | None = Field(default=None, gt=0)
    options: tuple[float, ...] | None = Field(default=None, min_length=1, max_length=1000)

    def read(self, value: Any, path: str, faults: Faults) -> Any:
        """Return the number; see `AnyInput.read`."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            faults.add(path, value, f"must be a number, not {kind_of(value)}")
            return value
        if self.min is not None and value < self.min:
            faults.add(path, value, f"must be at least {self.min:g}")
        elif self.max is not None and value > self.max:
            faults.add(path, value, f"must be at most {self.max:g}")
        elif self.step is not None and not self._is_step(value):
            faults.add(
                path, value, f"must be a whole number of steps of {self.step:g} from {self.min or 0:g}"
            )
        else:
            _check_option(value, self.options, path, faults)
        return value

    def _is_step(self, value: float) -> bool:
        exact = [Fraction(repr(float(number))) for number in (value, self.min or 0, self.step or 1)]
        return ((exact[0] - exact[1]) / exact[2]).denominator == 1


class ColorInput(AnyInput):
    """A colour."""

    type: Literal["color"]
    options: tuple[str, ...] | None = Field(default=None, min_length=1, max_length=1000)

    def read(self, value: Any, path: str, faults: Faults) -> Any:
        """Return the colour as it is written; see `AnyInput.read`."""
        try:
            Color.read(value)
        except ValueError as error:
            faults.add(path, value, str(error))
        else:
            _check_option(value, self.options, path, faults)
        return value


class BooleanInput(AnyInput):
    """Yes or no."""

    type: Literal["boolean"]

    def read(self, value: Any, path: str, faults: Faults) -> Any:
        """Return true or false; see `AnyInput.read`."""
        if not isinstance(value, bool):
            faults.add(path, value, f"must be true or false, not {kind_of(value)}")
        return value


class FileInput(AnyInput):
    """A file: a path, an address or an asset, as `src` takes it."""

    type: Literal["image", "video", "audio"]

    def read(self, value: Any, path: str, faults: Faults) -> Any:
        """Return what names the file; see `AnyInput.read`."""
        if not isinstance(value, str) or not 0 < len(value) <= 2000:  # noqa: PLR2004 - as long as addresses get
            what = self.type if self.type == "audio" else f"{self.type} file"
            faults.add(path, value, f"must be the path, address or asset of the {what}")
        return value


class ListInput(AnyInput):
    """A list: of values of one type (`items`), or of objects (`fields`)."""

    type: Literal["list"]
    items: Input | None = None
    fields: dict[str, Input] | None = Field(default=None, min_length=1, max_length=50)
    min_items: int = Field(default=0, ge=0, le=MOST_ITEMS)
    max_items: int = Field(default=1000, ge=0, le=MOST_ITEMS)

    @model_validator(mode="after")
    def _has_one_kind(self) -> Self:
        if (self.items is None) == (self.fields is None):
            message = "must have either items (one type) or fields (objects)"
            raise ValueError(message)
        return self

    @property
    def fallback(self) -> Any:
        """The default, else an empty list."""
        return [] if self.default is None else self.default

    def read(self, value: Any, path: str, faults: Faults) -> Any:
        """Return the list, its items read; see `AnyInput.read`."""
        if not isinstance(value, list):
            faults.add(path, value, f"must be a list, not {kind_of(value)}")
            return []
        given = cast("list[Any]", value)
        if not self.min_items <= len(given) <= self.max_items:
            bound = f"{self.min_items} to {self.max_items}"
            faults.add(path, None, f"must have {bound} items; it has {len(given)}")
            return []
        return [self._item(item, join_path(path, index), faults) for index, item in enumerate(given)]

    def _item(self, value: Any, path: str, faults: Faults) -> Any:
        if self.items is not None:
            return self.items.read(value, path, faults)
        if not isinstance(value, dict):
            faults.add(path, value, f"must be an object, not {kind_of(value)}")
            return {}
        return read_members(self.fields or {}, cast("dict[str, Any]", value), path, faults)


Input = Annotated[
    TextInput | NumberInput | ColorInput | BooleanInput | FileInput | ListInput, Field(discriminator="type")
]
"""The definition of an input."""
ListInput.model_rebuild()


def read_members(
    definitions: Mapping[str, AnyInput], given: Mapping[str, Any], path: str, faults: Faults
) -> dict[str, Any]:
    """Return a value for every definition: what was given, else the default.

    Args:
        definitions: What is asked for, by name.
        given: Values by name; null is as good as nothing.
        path: Where they stand.
        faults: Where unknown names, missing and wrong values are noted.
    """
    for name in given:
        if name not in definitions:
            faults.add(
                join_path(path, name),
                given[name],
                "is not asked for by the template",
                near(name, definitions),
            )
    values: dict[str, Any] = {}
    for name, definition in definitions.items():
        here = join_path(path, name)
        value = given.get(name)
        if value is not None:
            values[name] = definition.read(value, here, faults)
        elif definition.is_required:
            faults.add(here, None, "needs a value", definition.label and f"It is: {definition.label}.")
        else:
            # What is wrong with a default was noted at its definition.
            fallback = definition.fallback
            values[name] = None if fallback is None else definition.read(fallback, here, Faults())
    return values


def _check_option(value: Any, options: tuple[Any, ...] | None, path: str, faults: Faults) -> None:
    if options is not None and value not in options:
        shown = ", ".join(str(option) for option in options[:20])
        faults.add(path, value, f"must be one of: {shown}")


@lru_cache(maxsize=256)
def _matcher(pattern: str) -> TypeAdapter[str]:
    return TypeAdapter(Annotated[str, StringConstraints(pattern=f"^(?:{pattern})$")])


def _matches(pattern: str, value: str) -> bool:
    try:
        _matcher(pattern).validate_python(value)
    except ValidationError:
        return False
    return True
