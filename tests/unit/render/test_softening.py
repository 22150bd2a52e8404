"""The blur of backgrounds."""

from __future__ import annotations

import numpy as np
import pytest

from cutroom.render.pixels.softening import reduction_for, soften


@pytest.mark.parametrize("sigma", [1.0, 2.0, 4.0])
def test_softening_is_nearly_gaussian(sigma):
    picture = np.zeros((161, 161, 4), np.uint8)
    picture[60:101, 60:101] = 255
    made = soften(picture, sigma)[80, :, 0].astype(float)

    places = np.arange(161)
    kernel = np.exp(-((places[:, None] - places[None, :]) ** 2) / (2 * sigma**2))
    edge = (kernel[:, 60:101].sum(axis=1) / kernel[80].sum()) * 255
    assert np.abs(made - edge * edge[80] / 255).max() <= 255 * 0.04


def test_softening_keeps_plain_colours_and_dims():
    picture = np.full((20, 30, 4), 200, np.uint8)
    picture[..., 3] = 255

    assert (soften(picture, 2.0) == picture).all()
    dim = soften(picture, 2.0, 0.5)
    assert (dim[..., :3] == 100).all()
    assert (dim[..., 3] == 255).all()


def test_softening_reduces_by_powers_of_two():
    assert [reduction_for(sigma) for sigma in (1, 2, 2.1, 8, 40, 400)] == [1, 1, 1, 2, 16, 128]
