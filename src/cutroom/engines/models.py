"""Models of recognisers on this machine: which are there, fetching one from the hub, removing one."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cutroom.base.errors import NotFound, Unavailable, Unsupported
from cutroom.base.units import human_bytes
from cutroom.engines.transcriber import Progress
from cutroom.engines.vendors.model_hub import HubFile, Listing, download, list_files
from cutroom.engines.whisper_models import MODELS, REQUIRED, WhisperModel, check_folder, find_model

FETCH_SECONDS = 4 * 3600.0
"""Deadline of a fetch: the largest model at 2 Mbit/s."""

_OPTIONAL = ("preprocessor_config.json",)
_ATTEMPTS = 5
"""How often a download that breaks off goes on by itself."""

_PAUSE = 1.0
_ROOM = 1.02
"""What must be free on the disk, per byte of the model."""

State = Literal["ready", "broken", "partial", "absent"]


@dataclass(frozen=True)
class ModelStatus:
    """A model, and whether it is here. Picklable.

    Attributes:
        name: What `fetch_model` takes.
        title: For people.
        bytes: On the disk; of an absent one about what it will have, 0 where nobody knows.
        state: `ready`; `broken`: fetch it again; `partial`: a fetch was interrupted and can go on; `absent`.
        path: Its folder; None where there is none.
        reason: Why it is broken, in one sentence.
    """

    name: str
    title: str
    bytes: int
    state: State
    path: Path | None
    reason: str = ""


def list_models(folder: Path) -> list[ModelStatus]:
    """Return the known models and whatever else was fetched, in the order of their size."""
    known = {model.folder: model for model in MODELS.values()}
    for place in sorted(folder.glob("whisper-*")) if folder.is_dir() else ():
        if place.is_dir() and place.name not in known:
            name = place.name.removeprefix("whisper-").replace("--", "/")
            known[place.name] = WhisperModel(name, name, 0)
    return [_status(folder, model) for model in sorted(known.values(), key=lambda model: model.bytes)]


def _status(folder: Path, model: WhisperModel) -> ModelStatus:
    place, part = folder / model.folder, _part(folder, model)
    if not place.is_dir():
        state = "partial" if part.is_dir() else "absent"
        size = _size(part) if state == "partial" else model.bytes
        return ModelStatus(model.name, model.title, size, state, part if state == "partial" else None)
    try:
        check_folder(place)
    except Unsupported as error:
        return ModelStatus(model.name, model.title, _size(place), "broken", place, error.message)
    return ModelStatus(model.name, model.title, _size(place), "ready", place)


def fetch_model(
    name: str,
    folder: Path,
    hub: str,
    *,
    seconds: float = FETCH_SECONDS,
    idle_seconds: float = 30.0,
    progress: Progress | None = None,
) -> Path:
    """Fetch a model, or return it at once where it is whole. Call it in a child process or a thread.

    What came of an interrupted fetch stays, and the next one goes on there. Files are compared with the hub's
    hashes, and the folder appears under its name only when all are there. Two fetches of the same model wait
    for each other.

    Args:
        name: A short name, or `owner/model`.
        folder: The folder of models; made where it is missing.
        hub: The hub's address.
        seconds: Deadline.
        idle_seconds: Longest silence of the hub.
        progress: Told how far it is, with the size.

    Raises:
        Unsupported: With code `unknown_model`, `bad_hub`, or `model_broken` when it holds no Whisper model.
        Limited: When too much is asked of the hub.
        Unavailable: When the hub does not answer, the deadline passes or the disk is full.
    """
    model = find_model(name)
    target = folder / model.folder
    deadline = time.monotonic() + seconds
    _make(folder)
    with _alone(folder / f".{model.folder}.lock", deadline):
        if _status(folder, model).state == "ready":
            return target
        _Fetch(model, folder, hub, deadline, idle_seconds, progress or _ignore).run()
    return target


def remove_model(name: str, folder: Path) -> None:
    """Remove a model and what is left of an interrupted fetch.

    Raises:
        NotFound: With code `model_not_found` when there is neither.
        Unsupported: With code `unknown_model`.
    """
    model = find_model(name)
    places = [place for place in (folder / model.folder, _part(folder, model)) if place.is_dir()]
    if not places:
        raise NotFound(f"The model {model.name} is not on this machine.", code="model_not_found")
    for place in places:
        shutil.rmtree(place)


def _ignore(_fraction: float, _text: str) -> None:
    """Nobody wants to know."""


def _part(folder: Path, model: WhisperModel) -> Path:
    return folder / f".{model.folder}.part"


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"The folder of models {folder} cannot be made ({error.strerror}); set CUTROOM_MODELS."
        raise Unsupported(message, code="bad_models_folder") from error


@contextmanager
def _alone(path: Path, deadline: float) -> Generator[None]:
    """Hold a lock that ends with the process."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if time.monotonic() > deadline:
                    message = (
                        "Another process has been fetching the same model for too long; try again later."
                    )
                    raise Unavailable(message, code="timeout") from error
            time.sleep(0.2)
        yield
    finally:
        os.close(descriptor)


class _Fetch:
    """One fetch of a model, alone in its folder."""

    def __init__(
        self,
        model: WhisperModel,
        folder: Path,
        hub: str,
        deadline: float,
        idle_seconds: float,
        progress: Progress,
    ) -> None:
        self._model = model
        self._folder = folder
        self._part = _part(folder, model)
        self._hub = hub
        self._deadline = deadline
        self._idle_seconds = idle_seconds
        self._progress = progress
        self._told = 0.0

    def run(self) -> None:
        left = max(1.0, self._deadline - time.monotonic())
        listing = list_files(self._hub, self._model.repository, seconds=left, idle_seconds=self._idle_seconds)
        files = _choose(listing, self._model)
        self._open_part(listing)
        total = sum(file.bytes for file in files)
        self._check_room(total)
        done = 0
        for file in files:
            self._fetch(listing.revision, file, done, total)
            done += file.bytes
        (self._part / "revision").unlink()
        check_folder(self._part)
        target = self._folder / self._model.folder
        if target.exists():  # what was there was broken
            shutil.rmtree(target)
        self._part.rename(target)
        self._progress(1.0, f"Fetched {self._model.title}")

    def _open_part(self, listing: Listing) -> None:
        """Go on with what is there when it is of the same revision."""
        note = self._part / "revision"
        if self._part.is_dir() and not (note.is_file() and note.read_text() == listing.revision):
            shutil.rmtree(self._part)
        self._part.mkdir(exist_ok=True)
        note.write_text(listing.revision)

    def _check_room(self, total: int) -> None:
        free, have = shutil.disk_usage(self._part).free, _size(self._part)
        if free + have < total * _ROOM:
            message = (
                f"{self._model.title} needs {human_bytes(total)}; the disk of {self._folder} has "
                f"{human_bytes(free)} left. Free some space, or set CUTROOM_MODELS."
            )
            raise Unavailable(f"{message[0].upper()}{message[1:]}", code="disk_full")

    def _fetch(self, revision: str, file: HubFile, done: int, total: int) -> None:
        """Fetch one file; while more of it comes each time, a broken connection is no reason to give up."""
        target = self._part / file.name
        for attempt in range(_ATTEMPTS):
            have = target.stat().st_size if target.exists() else 0
            try:
                download(
                    self._hub,
                    self._model.repository,
                    revision,
                    file,
                    target,
                    seconds=max(1.0, self._deadline - time.monotonic()),
                    idle_seconds=self._idle_seconds,
                    progress=lambda count: self._tell(done + count, total),
                )
            except Unavailable as error:
                came = target.stat().st_size - have if target.exists() else 0
                is_last = attempt == _ATTEMPTS - 1 or time.monotonic() > self._deadline
                if is_last or came <= 0 or error.code_word == "disk_full":
                    raise
                time.sleep(_PAUSE)
            else:
                return

    def _tell(self, count: int, total: int) -> None:
        moment = time.monotonic()
        if moment - self._told < 0.1 and count < total:  # noqa: PLR2004 - ten reports a second are enough
            return
        self._told = moment
        share = f"{human_bytes(count)} of {human_bytes(total)}"
        self._progress(count / max(1, total), f"Fetching the Whisper model {self._model.name}: {share}")


def _choose(listing: Listing, model: WhisperModel) -> list[HubFile]:
    """Return the files that are needed, small ones first: then it soon shows whether it is a model.

    Raises:
        Unsupported: With code `model_broken`.
    """
    found = {file.name: file for file in listing.files}
    vocabulary = [name for name in found if name in {"vocabulary.json", "vocabulary.txt"}][:1]
    missing = [name for name in REQUIRED if name not in found]
    if missing or not vocabulary:
        message = (
            f"{model.repository} holds no Whisper model for CTranslate2 "
            f"({(missing or ['vocabulary.json'])[0]} is missing); choose another."
        )
        raise Unsupported(message, code="model_broken")
    names = [*REQUIRED, *vocabulary, *(name for name in _OPTIONAL if name in found)]
    return sorted((found[name] for name in names), key=lambda file: file.bytes)
