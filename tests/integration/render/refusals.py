"""Rendering what must fail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cutroom import render
from cutroom.base.errors import CutroomError
from template_trials import Watch, check_error


def refusal(
    document: Any, folder: Path, target: str = "out.mp4", *, inputs: Any = None, **options: Any
) -> CutroomError:
    """Render what must fail, and return its error.

    Raises:
        AssertionError: When the error helps nobody, it took too long or too much memory, or something of it
            is left in the folder.
    """
    place = folder / "template.json"
    place.write_text(document if isinstance(document, str) else json.dumps(document))
    before = sorted(path.name for path in folder.iterdir())
    watch = Watch()
    with pytest.raises(CutroomError) as caught:
        render(place, inputs, folder / target, **options)
    watch.check()
    check_error(caught.value)
    assert sorted(path.name for path in folder.iterdir()) == before
    return caught.value


def paths_of(error: CutroomError) -> set[str]:
    """Return the places that an error names."""
    details = error.details or {}
    return {fault["path"] for fault in details.get("errors", ())} | {details.get("path", "")} - {""}
