"""Files that templates cannot use: refused in one sentence that names the place, before a frame is drawn."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from refusals import paths_of, refusal

from cutroom.base.errors import CutroomError
from cutroom.render.sources.media_reading import look_at_media
from unusable_files import CLIPS, Bad, bad_files


def template(kind: str, src: str) -> dict[str, Any]:
    """Return a template whose second clip, or typeface, needs a file."""
    first = {"type": "shape", "start": 0, "length": 1}
    document: dict[str, Any] = {"version": 1, "width": 64, "height": 48, "rate": 10}
    if kind == "font":
        text = {"type": "text", "text": "Hi", "font": "Mine", "length": 1}
        return document | {"fonts": [{"family": "Mine", "src": src}], "tracks": [{"clips": [first, text]}]}
    return document | {"tracks": [{"clips": [first]}, {"clips": [{**CLIPS[kind], "src": src}]}]}


@cache
def _all() -> dict[str, Bad]:
    with tempfile.TemporaryDirectory() as folder:
        return bad_files(Path(folder))


NAMES = sorted(_all())
FOUND_LATER = {"a cut PNG", "a PNG with holes", "a typeface that lost its glyphs"} | {
    name for name in NAMES if "subtitles" in name and "empty" not in name
}
"""Only decoding and shaping find out; subtitles are read when a clip of theirs is made ready."""


@pytest.mark.parametrize("name", NAMES)
def test_bad_files_are_refused_by_the_place_that_uses_them(name: str, tmp_path: Path) -> None:
    bad = _all()[name]
    (tmp_path / "file").write_bytes(bad.content)
    error = refusal(template(bad.kind, "file"), tmp_path)
    where = "$.fonts[0].src" if bad.kind == "font" else "$.tracks[1].clips[0].src"
    if bad.kind == "font" and name in FOUND_LATER:
        where = "$.tracks[0].clips[1]"
    assert paths_of(error) & {where, where.removesuffix(".src")}, error.message
    assert str(tmp_path) not in error.message


@pytest.mark.parametrize("name", sorted(set(NAMES) - FOUND_LATER))
def test_bad_files_have_codes(name: str, tmp_path: Path) -> None:
    bad = _all()[name]
    (tmp_path / "file").write_bytes(bad.content)
    with pytest.raises(CutroomError) as caught:
        look_at_media(tmp_path / "file", bad.kind)
    assert caught.value.code_word in bad.codes
