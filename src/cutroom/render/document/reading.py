"""From a document to a template: everything that is wrong with it in one answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import ValidationError

from cutroom.base.errors import CutroomError
from cutroom.render.document.checks import check_clip, check_template
from cutroom.render.document.clip import Clip, VisualClip
from cutroom.render.document.document import read_document
from cutroom.render.document.expanding import Expander, Part
from cutroom.render.document.expression_values import Scope
from cutroom.render.document.fault_messages import report
from cutroom.render.document.faults import Faults, join_path, near
from cutroom.render.document.input_reading import values_of
from cutroom.render.document.template import Template, Track
from cutroom.render.document.upgrading import upgrade
from cutroom.render.layer import LAYERS


def read_template(document: object, inputs: Mapping[str, Any] | None = None) -> Template:
    """Read a template as it is written.

    Args:
        document: JSON as text or bytes, or what became of it. It is not changed.
        inputs: Values of the template's inputs, by name.

    Raises:
        Refused: With code `bad_template`; `details["errors"]` has every fault with its path in the document
            as it was written, its value, what is wrong and what to do.
    """
    faults = Faults()
    written = upgrade(read_document(document, faults))
    values = values_of(written, dict(inputs or {}), faults)
    template = _build(Expander(Scope(values), faults).document(written), faults)
    faults.check()
    assert template is not None  # noqa: S101 - without a fault there is a template
    return template


def check_document(document: object) -> None:
    """Check a template whose inputs have no values yet, as far as it goes.

    What depends on an input without a default is left alone; a repetition over it is not looked into.

    Raises:
        Refused: As `read_template` does.
    """
    faults = Faults()
    written = upgrade(read_document(document, faults))
    values = values_of(written, None, faults)
    _build(Expander(Scope(values), faults).document(written), faults)
    faults.check()


def _build(plain: Part, faults: Faults) -> Template | None:
    value: dict[str, Any] = dict(plain.value)
    if plain.clips is not None:
        tracks = [(_build_track(track, _faults_of(track, faults)), track.is_shown) for track in plain.clips]
        value["tracks"] = [track for track, is_shown in tracks if is_shown]
    try:
        template = Template.model_validate(value, by_alias=True, by_name=False)
    except ValidationError as error:
        report(error, Template, plain.written, "$", faults)
        return None
    check_template(template, faults)
    return template


def _build_track(plain: Part, faults: Faults) -> object:
    if plain.clips is None:
        return plain.value
    clips = _build_clips(plain.clips, faults)
    try:
        return Track.model_validate({**plain.value, "clips": clips}, by_alias=True, by_name=False)
    except ValidationError as error:
        report(error, Track, plain.written, plain.path, faults)
        return Track(clips=())


def _build_clips(parts: Sequence[Part], faults: Faults) -> tuple[Clip, ...]:
    clips = [(_build_clip(part, _faults_of(part, faults)), part.is_shown) for part in parts]
    return tuple(clip for clip, is_shown in clips if is_shown)


def _faults_of(part: Part, faults: Faults) -> Faults:
    return faults if part.is_shown else faults.void()


def _build_clip(plain: Part, faults: Faults) -> Clip:
    """Return a clip, or one that takes the place of a faulty clip, so that the rest is checked too."""
    model = _model_of(plain, faults)
    if model is None:
        return VisualClip(type="")
    value = cast("dict[str, Any]", plain.value)
    if plain.clips is not None:
        value = {**value, "clips": _build_clips(plain.clips, faults)}
    try:
        clip = model.model_validate(value, by_alias=True, by_name=False)
    except ValidationError as error:
        report(error, model, plain.written, plain.path, faults)
        return VisualClip(type="")
    clip.place(plain.path)
    check_clip(clip, plain, faults)
    return clip


def _model_of(plain: Part, faults: Faults) -> type[Clip] | None:
    value: object = plain.value
    if not isinstance(value, dict):
        faults.add(plain.path, plain.value, "must be an object")
        return None
    kind = cast("dict[str, Any]", value).get("type")
    path = join_path(plain.path, "type")
    if faults.covers(path):
        return None
    if kind is None:
        faults.add(path, None, "is needed, and missing", near(kind, LAYERS.names()))
        return None
    if kind not in LAYERS.names():
        faults.add(path, kind, "must be a type of layer", near(kind, LAYERS.names()))
        return None
    try:
        return LAYERS.load(kind).model
    except CutroomError as error:
        faults.add(path, kind, f"names a layer that does not work here: {error.message}")
        return None
