"""Whisper models in CTranslate2's format: which there are, where one lies, and whether it is whole."""

from __future__ import annotations

import json
import re
import struct
from dataclasses import dataclass
from pathlib import Path

from cutroom.base.errors import Unsupported
from cutroom.base.units import human_bytes
from cutroom.engines.transcriber import Access
from cutroom.engines.vendors.model_hub import MODEL_MISSING

DEFAULT = "small"

BROKEN = "model_broken"
"""The code of Unsupported where a folder is no whole model."""

REQUIRED = ("config.json", "model.bin", "tokenizer.json")
"""Beside a `vocabulary.json` or `vocabulary.txt`."""

_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_SPEC = b"WhisperSpec\0"
_OLDEST_BINARY = 3
"""The first binary version of CTranslate2 that had Whisper; a version of the file, not of the model."""


@dataclass(frozen=True)
class WhisperModel:
    """A model that can be fetched.

    Attributes:
        name: As people write it.
        repository: Where it lies on the hub.
        bytes: About, of all its files; 0 where nobody knows.
        is_english: Whether it knows English only.
    """

    name: str
    repository: str
    bytes: int
    is_english: bool = False

    @property
    def folder(self) -> str:
        """The name of its folder."""
        return f"whisper-{self.name.replace('/', '--')}"

    @property
    def title(self) -> str:
        """Name and size, for people."""
        size = f", {human_bytes(self.bytes)}" if self.bytes else ""
        return f"the Whisper model {self.name}{size}"


_MB = 1_000_000
MODELS = {
    model.name: model
    for model in (
        WhisperModel("tiny", "Systran/faster-whisper-tiny", 78 * _MB),
        WhisperModel("tiny.en", "Systran/faster-whisper-tiny.en", 78 * _MB, is_english=True),
        WhisperModel("base", "Systran/faster-whisper-base", 148 * _MB),
        WhisperModel("base.en", "Systran/faster-whisper-base.en", 148 * _MB, is_english=True),
        WhisperModel("small", "Systran/faster-whisper-small", 486 * _MB),
        WhisperModel("small.en", "Systran/faster-whisper-small.en", 486 * _MB, is_english=True),
        WhisperModel("medium", "Systran/faster-whisper-medium", 1_531 * _MB),
        WhisperModel("medium.en", "Systran/faster-whisper-medium.en", 1_531 * _MB, is_english=True),
        WhisperModel("large-v2", "Systran/faster-whisper-large-v2", 3_090 * _MB),
        WhisperModel("large-v3", "Systran/faster-whisper-large-v3", 3_091 * _MB),
        WhisperModel("turbo", "mobiuslabsgmbh/faster-whisper-large-v3-turbo", 1_621 * _MB),
        WhisperModel("distil-small.en", "Systran/faster-distil-whisper-small.en", 336 * _MB, is_english=True),
        WhisperModel("distil-large-v3", "Systran/faster-distil-whisper-large-v3", 1_516 * _MB),
    )
}
"""What can be fetched by a short name; any other by `owner/model`."""

_ALSO = {"large": "large-v3", "large-v3-turbo": "turbo"}


def find_model(name: str) -> WhisperModel:
    """Return the model that a name means.

    Raises:
        Unsupported: With code `unknown_model`.
    """
    model = MODELS.get(_ALSO.get(name, name))
    if model is not None:
        return model
    if _REPOSITORY.fullmatch(name) and ".." not in name:
        return WhisperModel(name, name, 0)
    known = ", ".join(MODELS)
    message = f"There is no Whisper model {name!r}; known: {known}; or owner/model, or a folder's path."
    raise Unsupported(message, code="unknown_model")


def locate(access: Access) -> Path:
    """Return the folder of the model that is wanted; nothing is fetched or loaded.

    Raises:
        Unsupported: With code `unknown_model`; `model_broken` naming the file; or `model_missing` where it
            could be fetched.
    """
    name = access.model or DEFAULT
    given = _as_folder(name)
    if given is not None:
        check_folder(given)
        return given
    model = find_model(name)
    if access.models is not None:
        folder = access.models / model.folder
        if folder.is_dir():
            check_folder(folder)
            return folder
    fetch = f"fetch it with `cutroom models fetch {model.name}`"
    message = f"{model.title[0].upper()}{model.title[1:]}, is not on this machine; {fetch}."
    details = {"model": model.name, "bytes": model.bytes, "fetches": model.title}
    raise Unsupported(message, code=MODEL_MISSING, details=details)


def _as_folder(name: str) -> Path | None:
    """Return the path that a name is, or None where it names a model."""
    path = Path(name).expanduser() if name.startswith("~") else Path(name)
    is_path = path.is_absolute() or name.startswith((".", "~")) or (path.is_dir() and name not in MODELS)
    return path if is_path else None


def check_folder(folder: Path) -> None:
    """Look whether a folder holds a whole model, without loading it.

    Raises:
        Unsupported: With code `model_broken`, naming the file that is missing or damaged.
    """
    if not folder.is_dir():
        raise _broken(folder, "there is no such folder")
    vocabulary = next(iter(sorted(folder.glob("vocabulary.*"))), folder / "vocabulary.json")
    for path in (*(folder / name for name in REQUIRED), vocabulary):
        if not path.is_file():
            raise _broken(folder, f"{path.name} is missing")
        if not path.stat().st_size:
            raise _broken(folder, f"{path.name} is empty")
    for path in (
        folder / "config.json",
        folder / "preprocessor_config.json",
        folder / "tokenizer.json",
        vocabulary,
    ):
        if path.suffix == ".json" and path.is_file():
            _check_json(folder, path)
    _check_binary(folder)


def _check_json(folder: Path, path: Path) -> None:
    try:
        json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise _broken(folder, f"{path.name} is damaged") from error
    except OSError as error:
        raise _broken(folder, f"{path.name} cannot be read") from error


def _check_binary(folder: Path) -> None:
    """Read the head: version, and what kind of model it is (CTranslate2, serialisation of models)."""
    try:
        with (folder / "model.bin").open("rb") as file:
            head = file.read(6 + len(_SPEC))
    except OSError as error:
        raise _broken(folder, "model.bin cannot be read") from error
    version, length = struct.unpack("<IH", head[:6].ljust(6, b"\0"))
    if not _OLDEST_BINARY <= version < 1 << 16 or length != len(_SPEC) or head[6:] != _SPEC:
        raise _broken(folder, "model.bin is no Whisper model of CTranslate2")


def _broken(folder: Path, reason: str) -> Unsupported:
    message = f"The model in {folder} cannot be used: {reason}. Fetch it again, or name another folder."
    return Unsupported(message, code=BROKEN, details={"reason": reason})
