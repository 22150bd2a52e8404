"""The files of a template on this machine: beside it, or fetched; looked at before anything is drawn."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cutroom.base.errors import CutroomError, Refused
from cutroom.base.settings import Settings
from cutroom.render.document.faults import Fault, refuse
from cutroom.render.document.gallery import open_gallery
from cutroom.render.document.input_reading import typed_values
from cutroom.render.scene.placed_files import kinds_of_files, path_of
from cutroom.render.sources.media_item import MediaItem, MediaUse
from cutroom.render.sources.media_reading import look_at_media

_SECONDS = 300.0
_GALLERY = "gallery:"

Document = Mapping[str, Any]


def read_document(template: str | Path | Document) -> tuple[str | bytes | Document, Path]:
    """Return a template's document, and the folder that its paths begin in.

    Args:
        template: A file, the document itself, its JSON, or "gallery:quote" for one of the gallery.

    Raises:
        Refused: With code `no_such_file` or `unknown_gallery_template`.
    """
    if not isinstance(template, str | Path):
        return template, Path.cwd()
    text = str(template)
    if text.lstrip().startswith("{"):
        return text, Path.cwd()
    if text.startswith(_GALLERY):
        return open_gallery(text.removeprefix(_GALLERY)), Path.cwd()
    path = Path(template)
    if not path.is_file():
        raise Refused(f"There is no file {text!r}.", code="no_such_file")
    return path.read_bytes(), path.resolve().parent


class TypedText(str):
    """A value as it was typed on a command line."""

    __slots__ = ()


def with_types(document: object, inputs: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return inputs whose typed values are of the types that the template asks for.

    `year=2024` is a text or a number as the template has it.

    Raises:
        Refused: With code `bad_template`, when the template's inputs cannot be read.
    """
    given = dict(inputs or {})
    typed = {name: str(value) for name, value in given.items() if isinstance(value, TypedText)}
    return given | typed_values(document, typed) if typed else given


def read_inputs(path: Path | None, values: Sequence[str]) -> dict[str, Any]:
    """Return the inputs of a command: a JSON file's, then `name=value` ones.

    What is typed after `name=` is read when the template's type of that input is known: see `with_types`.

    Raises:
        Refused: With code `no_such_file` or `bad_input`.
    """
    inputs: dict[str, Any] = {}
    if path is not None:
        if not path.is_file():
            raise Refused(f"There is no file {str(path)!r}.", code="no_such_file")
        try:
            inputs.update(json.loads(path.read_bytes()))
        except (ValueError, TypeError) as error:
            message = f"{str(path)!r} must be a JSON object of input names and values."
            raise Refused(message, code="bad_input") from error
    for value in values:
        name, separator, text = value.partition("=")
        if not separator or not name:
            message = f"{value!r} is no input; write name=value, as headline=Hi."
            raise Refused(message, code="bad_input")
        inputs[name.strip()] = TypedText(text)
    return inputs


def collect(
    uses: Sequence[MediaUse],
    document: str | bytes | Document,
    base: Path,
    scratch: Path,
    settings: Settings,
    given: Mapping[str, Any] | None = None,
) -> dict[str, MediaItem]:
    """Find or fetch the files of a template.

    Args:
        uses: What it needs.
        document: The template as it was written, for the paths in faults.
        base: Where relative paths begin.
        scratch: An empty folder for what is fetched.
        settings: Which private hosts may be asked, how much may come.
        given: Values of the template's inputs, for the paths too.

    Raises:
        Refused: With code `bad_template`: everything that is missing or cannot be read.
    """
    faults: list[Fault] = []
    items: dict[str, MediaItem] = {}
    for number, (src, kind) in enumerate(kinds_of_files(uses).items()):
        try:
            items[src] = look_at_media(_place(src, base, scratch / str(number), settings), kind)
        except CutroomError as error:
            written = json.loads(document) if isinstance(document, str | bytes) else document
            message = f"needs the {kind} {src[:200]!r}: {error.message.rstrip('.')}"
            faults.append(Fault(path_of(written, src, given), src[:200], message, error.hint or ""))
    if faults:
        refuse(faults)
    return items


def _place(src: str, base: Path, fetched: Path, settings: Settings) -> Path:
    if src.startswith(("http://", "https://")):
        # Start-up time: most templates ask nobody.
        from cutroom.network import NetworkLimits, fetch_to_file

        limits = NetworkLimits(
            seconds=_SECONDS, max_bytes=settings.max_upload_bytes, allowed_hosts=settings.allowed_hosts
        )
        fetch_to_file(src, fetched, limits)
        return fetched
    path = base / src
    try:
        is_there = path.is_file()
    except OSError:  # a name that no file can have
        is_there = False
    if not is_there:
        raise Refused(f"there is no such file in {str(base)!r}", code="no_such_file")
    return path
