"""What every job kind needs that runs here and now: its options, its source, a loop."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from cutroom.base.errors import Refused
from cutroom.base.settings import Settings
from cutroom.jobs.kind import Request
from cutroom.media import MediaFile, probe

Options = TypeVar("Options", bound=Request)
Result = TypeVar("Result")


def read_options(model: type[Options], values: Mapping[str, object]) -> Options:
    """Check the options of a call.

    Raises:
        Refused: With code `invalid_option`, naming the field.
    """
    try:
        return model.model_validate(values, by_name=True)
    except ValidationError as error:
        problem = error.errors()[0]
        field = problem["loc"][0]
        message = f"{field} is {problem['input']!r}: {problem['msg'].lower()}."
        raise Refused(message, code="invalid_option", details={"field": str(field)}) from None


def run_now(work: Coroutine[Any, Any, Result]) -> Result:
    """Run work to its end, also where a loop is running already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    # A notebook's loop is running already: the work gets one of its own beside it.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def look_at(source: Path, settings: Settings) -> MediaFile:
    """Say what a source is.

    Raises:
        Refused: With code `no_such_file`.
        BrokenMedia: See `media.probe`.
    """
    if not source.is_file():
        raise Refused(f"There is no file {str(source)!r}.", code="no_such_file")
    return probe(source, max_seconds=settings.max_media_hours * 3600)
