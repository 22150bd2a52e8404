"""Logs that answer: who, which job, which step, how long. JSON for machines, a line for people."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal

Format = Literal["auto", "json", "text"]

_context: ContextVar[dict[str, str] | None] = ContextVar("log_context", default=None)
_OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_SECRET_WORDS = ("password", "token", "secret", "authorization", "cookie", "api_key")


@contextmanager
def context(**fields: object) -> Generator[None]:
    """Add fields (`user`, `job`, `step`, ...) to every record logged inside the block."""
    before = _context.get() or {}
    token = _context.set({**before, **{name: str(value) for name, value in fields.items()}})
    try:
        yield
    finally:
        _context.reset(token)


def set_up(level: str = "INFO", style: Format = "auto", process: str = "cutroom") -> None:
    """Send every logger's records to standard error, once per process.

    Args:
        level: A standard level name.
        style: `json`, `text`, or `auto`: text on a terminal, JSON elsewhere.
        process: The part of the platform that speaks: `api`, `worker`, `supervisor`, `cli`.
    """
    as_text = style == "text" or (style == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Text(process) if as_text else _Json(process))
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level.upper())
    for noisy in ("procrastinate", "httpx", "httpcore", "psycopg", "alembic", "libav", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    extra = {name: value for name, value in record.__dict__.items() if name not in _OWN}
    merged = {**(_context.get() or {}), **extra}
    return {name: _hide(name, value) for name, value in merged.items()}


def _hide(name: str, value: object) -> object:
    return "***" if any(word in name.lower() for word in _SECRET_WORDS) else value


class _Json(logging.Formatter):
    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "process": self._process,
            "logger": record.name,
            "message": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


class _Text(logging.Formatter):
    _COLOURS: ClassVar = {"WARNING": "\x1b[33m", "ERROR": "\x1b[31m", "CRITICAL": "\x1b[31;1m"}

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        fields = " ".join(f"{name}={value}" for name, value in _fields(record).items())
        colour = self._COLOURS.get(record.levelname, "")
        fields = _plain(fields)
        text = f"{moment} {self._process:<10} {colour}{_plain(record.getMessage())}\x1b[0m"
        line = f"{text}  \x1b[2m{fields}\x1b[0m" if fields else text
        if record.exc_info:
            line += _plain("\n" + self.formatException(record.exc_info))
        return line


def _plain(text: str) -> str:
    """Indent further lines and show control characters: files and strangers speak through the log."""
    shown = (c if c == "\n" or c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return "".join(shown).replace("\n", "\n    ")
