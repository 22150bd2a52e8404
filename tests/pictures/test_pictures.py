"""One small template for each feature, and how it must look.

`CUTROOM_DRAW_PICTURES=1 pytest tests/pictures` draws the expected pictures anew: look at every one.
"""

import json
import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cutroom.media import read_image
from cutroom.render.document.reading import read_template
from cutroom.render.film.encode.stills import encode_png
from cutroom.render.pixels.compositor import Compositor
from cutroom.render.scene.scene import Scene

CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.stem for path in CASES.glob("*.json"))
# Machines may differ in the last bit of an edge; a wrong place, colour or frame is far beyond this.
MOST_MEAN = 0.6
MOST_OFF = 0.004
"""Share of the values that may be off by more than 8 of 255."""


def draw(name, files):
    """Return the frames of a case side by side."""
    case = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    document = {
        "version": 1,
        "width": 160,
        "height": 120,
        "rate": 10,
        "background": "#203040",
        **case["template"],
    }
    template = read_template(document, case.get("inputs"))
    scene = Scene(template, files)
    compositor = Compositor(scene.width, scene.height, scene.background)
    frames = [compositor.compose(scene.frame(int(Fraction(str(time)) * scene.rate))) for time in case["at"]]
    scene.close()
    return np.concatenate([frame.pixels for frame in frames], axis=1)


@pytest.mark.parametrize("name", NAMES)
def test_it_looks_as_it_must(name, files, tmp_path):
    drawn = draw(name, files)
    expected = CASES / f"{name}.png"
    content = encode_png(type("P", (), {"pixels": np.ascontiguousarray(drawn)})(), alpha=False)
    if os.environ.get("CUTROOM_DRAW_PICTURES"):
        expected.write_bytes(content)
        return
    (tmp_path / f"{name}.png").write_bytes(content)
    wanted = read_image(expected)
    assert drawn.shape == wanted.shape
    off = np.abs(drawn[:, :, :3].astype(int) - wanted[:, :, :3])
    where = f"see {tmp_path / name}.png beside {expected}"
    assert off.mean() <= MOST_MEAN, where
    assert (off > 8).mean() <= MOST_OFF, where


@pytest.mark.parametrize("name", NAMES)
def test_it_is_drawn_the_same_twice(name, files):
    assert np.array_equal(draw(name, files), draw(name, files))


def test_every_case_has_a_picture():
    assert {path.stem for path in CASES.glob("*.png")} == set(NAMES)


def test_a_wrong_picture_is_found(files):
    """The tolerance is narrow enough: a shape moved by two pixels is seen."""
    drawn = draw("shapes", files)
    moved = np.roll(drawn, 2, axis=1)
    off = np.abs(drawn[:, :, :3].astype(int) - moved[:, :, :3])
    assert (off > 8).mean() > MOST_OFF
