"""Uploads: bodies of any size are parsed as they come, hashed and written straight to disk."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from cutroom.base.errors import Refused, TooLarge
from cutroom.base.settings import Settings
from cutroom.base.units import MEBIBYTE, human_bytes
from cutroom.library.names import clean_name
from cutroom.storage.errors import disk_full, free_bytes, translated

FOLDER = "uploads"
MOST_FILES = 100
_BLOCK = MEBIBYTE  # handed to a thread at a time: a thread per network packet costs more than it does
_FRAMING = MEBIBYTE  # boundaries and headers of the parts, beside the files themselves
_CHECK_BYTES = 16 * MEBIBYTE  # between two looks at the free space


@dataclass
class Staged:
    """A file from outside that lies in the scratch folder."""

    path: Path
    name: str
    bytes: int = 0
    sha256: str = ""


@dataclass(frozen=True)
class Rules:
    """What an upload may be.

    Attributes:
        most_bytes: Of all files of one request together.
        reserve_bytes: Stay free on the disk.
        field: The form's field that carries the files.
    """

    most_bytes: int
    reserve_bytes: int
    field: str = "file"

    @classmethod
    def of(cls, settings: Settings, field: str = "file") -> Rules:
        """Take the operator's limits."""
        return cls(settings.max_upload_bytes, settings.disk_reserve_bytes, field)


@asynccontextmanager
async def staging(settings: Settings) -> AsyncGenerator[Path]:
    """Lend a folder of one upload's own; it is gone at the end, whatever happens."""
    folder = settings.scratch / FOLDER / uuid4().hex
    with translated(str(settings.scratch), "", needed=1, writes=settings.data):
        await asyncio.to_thread(folder.mkdir, parents=True)
    try:
        yield folder
    finally:
        # Not awaited: a cancelled request must clean up too. Unlinking a few files blocks shortly.
        shutil.rmtree(folder, ignore_errors=True)


def check_announced(length: str | None, folder: Path, rules: Rules) -> None:
    """Refuse an upload by its Content-Length, before a byte of it is read.

    Raises:
        TooLarge: With code `upload_too_large`.
        DiskFull: When the disk could not hold it.
    """
    announced = int(length) if length and length.isdigit() else 0
    if announced > rules.most_bytes + _FRAMING:
        raise too_large(rules)
    if free_bytes(folder) < announced + rules.reserve_bytes:
        raise disk_full(announced, folder)


async def receive(body: AsyncIterable[bytes], content_type: str, folder: Path, rules: Rules) -> list[Staged]:
    """Read a multipart body into files; memory is two blocks, whatever the size.

    Args:
        body: The request's body. What it raises when the client goes away passes through.
        content_type: The request's header, with its boundary.
        folder: From `staging`; it holds what has arrived when an error is raised.
        rules: The limits and the field's name.

    Returns:
        One or more files in the order of the form.

    Raises:
        Refused: With code `invalid_multipart`, `upload_incomplete`, `unknown_field`, `missing_file` or
            `too_many_files`.
        TooLarge: With code `upload_too_large`.
        DiskFull: When the disk is full or would be.
    """
    parts = _Parts(folder, rules)
    parser = _parser(content_type, parts)
    seen = 0
    try:
        pending = bytearray()
        async for piece in body:
            seen += len(piece)
            if seen > rules.most_bytes + _FRAMING:  # also what follows the form's end, which nobody keeps
                raise too_large(rules)
            pending += piece
            if len(pending) >= _BLOCK:
                block, pending = pending, bytearray()
                await asyncio.to_thread(_parse, parser, parts, block)
        await asyncio.to_thread(_parse, parser, parts, pending)
    finally:
        parts.close()
    if not parts.has_ended:
        message = "The upload ended in its middle; send it again."
        raise Refused(message, code="upload_incomplete")
    if not parts.files:
        message = f"The form has no file: send it in the multipart field {rules.field!r}."
        raise Refused(message, code="missing_file", details={"field": rules.field})
    return parts.files


def _parser(content_type: str, parts: _Parts) -> MultipartParser:
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary:
        message = "Send the file as multipart/form-data with a boundary, or a JSON body with its url."
        raise Refused(message, code="invalid_multipart")
    try:
        return MultipartParser(
            boundary,
            {
                "on_part_begin": parts.begin,
                "on_header_field": parts.take_header_name,
                "on_header_value": parts.take_header_value,
                "on_header_end": parts.end_header,
                "on_headers_finished": parts.open,
                "on_part_data": parts.write,
                "on_part_end": parts.end,
                "on_end": parts.finish,
            },
        )
    except FormParserError as error:
        raise _invalid(error) from error


def _parse(parser: MultipartParser, parts: _Parts, block: bytearray) -> None:
    if not block:
        return
    with translated(str(parts.folder), "", needed=parts.total + len(block), writes=parts.folder):
        try:
            parser.write(bytes(block))
        except FormParserError as error:
            raise _invalid(error) from error


@dataclass
class _Parts:
    """Listens to the parser; runs in one thread at a time."""

    folder: Path
    rules: Rules
    files: list[Staged] = field(default_factory=list[Staged])
    total: int = 0
    has_ended: bool = False

    def __post_init__(self) -> None:
        self._headers: dict[str, str] = {}
        self._name = b""
        self._value = b""
        self._file: BinaryIO | None = None
        self._digest = hashlib.sha256()
        self._checked = 0

    def begin(self) -> None:
        self._headers = {}

    def take_header_name(self, block: bytes, start: int, end: int) -> None:
        self._name += block[start:end]

    def take_header_value(self, block: bytes, start: int, end: int) -> None:
        self._value += block[start:end]

    def end_header(self) -> None:
        self._headers[self._name.decode("latin-1").lower()] = self._value.decode("latin-1")
        self._name = self._value = b""

    def open(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition", ""))
        part = _text(options.get(b"name", b""))
        if part != self.rules.field:
            message = f"There is no form field {part[:60]!r}; the file's field is {self.rules.field!r}."
            raise Refused(message, code="unknown_field", details={"field": part[:60]})
        if len(self.files) >= MOST_FILES:
            message = f"One request carries at most {MOST_FILES} files; send the others in another."
            raise Refused(message, code="too_many_files", details={"mostFiles": MOST_FILES})
        path = self.folder / f"file-{len(self.files)}"
        self._file = path.open("xb", buffering=0)
        self._digest = hashlib.sha256()
        # RFC 7578, 4.2 and the form encoding of HTML: a quote in a name is sent as %22.
        name = _text(options.get(b"filename", b"")).replace("%22", '"')
        self.files.append(Staged(path, clean_name(name)))

    def write(self, block: bytes, start: int, end: int) -> None:
        assert self._file is not None  # noqa: S101 - the parser opens a part before it fills it
        self.total += end - start
        if self.total > self.rules.most_bytes:
            raise too_large(self.rules)
        if self.total - self._checked >= _CHECK_BYTES:
            self._checked = self.total
            if free_bytes(self.folder) < self.rules.reserve_bytes:
                raise disk_full(self.total, self.folder)
        piece = memoryview(block)[start:end]
        self._digest.update(piece)
        while piece:
            piece = piece[self._file.write(piece) :]
        self.files[-1].bytes += end - start

    def end(self) -> None:
        self.files[-1].sha256 = self._digest.hexdigest()
        self.close()

    def finish(self) -> None:
        self.has_ended = True

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _text(value: bytes) -> str:
    """Decode a header's value: UTF-8 as browsers send it, else Latin-1, which fits anything."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _invalid(error: FormParserError) -> Refused:
    message = f"The multipart body cannot be read: {str(error)[:200].rstrip('.')}."
    return Refused(message, code="invalid_multipart")


def too_large(rules: Rules) -> TooLarge:
    """Make the error that says what an upload may have at most."""
    message = f"The upload is larger than {human_bytes(rules.most_bytes)}, the most this server accepts."
    return TooLarge(message, code="upload_too_large", details={"mostBytes": rules.most_bytes})
