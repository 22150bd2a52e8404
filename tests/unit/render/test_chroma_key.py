"""Colours that become transparent."""

from __future__ import annotations

import numpy as np

from cutroom.render.document.values import Color
from cutroom.render.pixels.chroma_key import ChromaKey, remove_color


def _picture(*colours: tuple[int, int, int]) -> np.ndarray:
    """Return one pixel for each colour, as red, green, blue."""
    return np.array([[(blue, green, red, 255) for red, green, blue in colours]], np.uint8)


def test_chroma_key_takes_the_colour_in_light_and_shadow():
    made = remove_color(ChromaKey(), _picture((0, 177, 64), (0, 140, 50), (20, 200, 90)))

    assert (made == 0).all()


def test_chroma_key_leaves_skin_and_greys():
    picture = _picture((224, 172, 135), (128, 128, 128), (255, 255, 255), (180, 30, 60))
    made = remove_color(ChromaKey(), picture)

    assert (made == picture).all()


def test_chroma_key_has_a_soft_edge_and_stays_premultiplied():
    ramp = _picture(*[(share, 177, 64 + share // 3) for share in range(0, 256, 4)])
    made = remove_color(ChromaKey(softness=0.3), ramp).astype(int)

    alphas = made[0, :, 3]
    assert alphas[0] == 0
    assert alphas[-1] == 255
    assert (np.diff(alphas) >= 0).all()
    assert len(set(alphas)) > 8
    assert (made[..., :3] <= made[..., 3:]).all()


def test_chroma_key_takes_off_the_shine():
    shone = _picture((150, 190, 150))
    key = ChromaKey(tolerance=0.02, softness=0.01, spill=1.0)

    assert remove_color(key, shone)[0, 0].tolist() == [150, 150, 150, 255]
    assert remove_color(key.model_copy(update={"spill": 0.0}), shone).tolist() == shone.tolist()


def test_chroma_key_takes_blue_too():
    key = ChromaKey(color=Color(0, 71, 187))
    made = remove_color(key, _picture((0, 71, 187), (0, 177, 64)))

    assert made[0, 0, 3] == 0
    assert made[0, 1, 3] == 255
