from __future__ import annotations

import numpy as np
import pytest

from cutroom.media.pixels import Planes
from cutroom.render.pixels.picture import Picture
from cutroom.render.pixels.picture_cache import PictureCache
from cutroom.render.pixels.resizing import halve, resize
from cutroom.render.pixels.yuv import from_planes, straighten, to_yuv420, to_yuv444p10
from drawn import noise, smooth, solid


def bt709(pixels, bits=8):
    """Return Y, Cb and Cr of straight colours: ITU-R BT.709, clauses 3.2 to 3.5, limited range."""
    blue, green, red = (pixels[..., k].astype(float) / 255 for k in range(3))
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    scale = 2 ** (bits - 8)
    return (
        (16 + 219 * luma) * scale,
        (128 + 224 * (blue - luma) / 1.8556) * scale,
        (128 + 224 * (red - luma) / 1.5748) * scale,
    )


def planes_420(width, height, count=3):
    half = (height + 1) // 2, (width + 1) // 2
    return [np.zeros(shape, np.uint8) for shape in ((height, width), half, half, (height, width))[:count]]


@pytest.mark.parametrize(("width", "height"), [(64, 48), (70, 34), (33, 17), (2, 2), (1, 1)])
def test_compositor_yuv_is_bt709_with_chroma_on_even_columns(width, height):
    pixels = noise(width, height, opaque=True)
    planes = planes_420(width, height)
    to_yuv420(Picture(pixels, is_opaque=True), planes)
    luma, *_ = bt709(pixels)
    assert np.abs(planes[0] - luma).max() <= 0.6
    wide = np.pad(pixels.astype(float), ((0, height % 2), (1, 1), (0, 0)), mode="edge")
    rows = (wide[::2] + wide[1::2]) / 2
    columns = rows[:, 0:-2] / 4 + rows[:, 1:-1] / 2 + rows[:, 2:] / 4
    _, *chroma = bt709(columns[:, ::2])
    for plane, wanted in zip(planes[1:], chroma, strict=True):
        assert np.abs(plane - wanted).max() <= 1.5


def test_compositor_yuv_greys_have_no_chroma():
    for level in range(0, 256, 5):
        planes = planes_420(40, 4)
        to_yuv420(Picture(solid(40, 4, level, level, level), is_opaque=True), planes)
        assert set(planes[1].flat) == set(planes[2].flat) == {128}
        assert abs(int(planes[0][0, 0]) - (16 + 219 * level / 255)) <= 0.51


def test_compositor_yuv_writes_into_wider_rows():
    room = [np.full((shape[0], shape[1] + 9), 7, np.uint8) for shape in ((4, 40), (2, 20), (2, 20))]
    to_yuv420(
        Picture(solid(40, 4, 255, 255, 255), is_opaque=True),
        [room[0][:, :40], room[1][:, :20], room[2][:, :20]],
    )
    assert all(set(plane[:, -9:].flat) == {7} for plane in room)
    assert set(room[0][:, :40].flat) == {235}


def test_compositor_yuv_with_alpha_holds_straight_colours():
    planes = planes_420(40, 4, 4)
    to_yuv420(Picture(solid(40, 4, 50, 50, 50, 100)), planes)
    assert set(planes[3].flat) == {100}
    assert abs(int(planes[0][0, 0]) - (16 + 219 * 0.5)) <= 1
    ten = [np.zeros((4, 40), np.uint16) for _ in range(4)]
    pixels = noise(40, 4, opaque=True)
    to_yuv444p10(Picture(pixels), ten)
    for plane, wanted in zip(ten[:3], bt709(pixels, 10), strict=True):
        assert np.abs(plane - wanted).max() <= 0.6
    assert set(ten[3].flat) == {1023}


def test_compositor_straight_colours_come_back():
    pixels = noise(40, 30)
    straight = straighten(Picture(pixels)).astype(float)
    again = straight[..., :3] * straight[..., 3:] / 255
    assert np.abs(again - pixels[..., :3]).max() <= 0.51
    assert np.array_equal(straight[..., 3], pixels[..., 3])
    assert straighten(Picture(solid(1, 1, 0, 0, 0, 0))).max() == 0


def test_compositor_resize_keeps_what_is_even_and_what_has_that_size():
    picture = Picture(solid(50, 40, 10, 100, 200, 210))
    assert resize(picture, 50, 40) is picture
    for size in ((33, 17), (125, 93), (1, 1), (7, 200)):
        assert resize(picture, *size).pixels.shape == (size[1], size[0], 4)
        assert np.array_equal(resize(picture, *size).pixels, solid(*size, 10, 100, 200, 210))


def test_compositor_resize_keeps_waves_that_the_size_can_hold():
    down, across = np.mgrid[0:120, 0:160]

    def wave(x, y):
        return 128 + 100 * np.sin(x / 8) * np.cos(y / 11)

    pixels = np.dstack([*[wave(across + 0.5, down + 0.5)] * 3, np.full((120, 160), 255)]).astype(np.uint8)
    small = resize(Picture(pixels, is_opaque=True), 80, 60)
    down, across = np.mgrid[0:60, 0:80] * 2 + 1.0
    assert np.abs(small.pixels[5:-5, 5:-5, 0] - wave(across, down)[5:-5, 5:-5]).max() <= 3
    assert small.is_opaque


def test_compositor_resize_leaves_no_colour_above_its_alpha():
    for size in ((20, 15), (90, 70)):
        pixels = resize(Picture(noise(40, 30)), *size).pixels
        assert (pixels[..., :3] <= pixels[..., 3:]).all()


def test_compositor_halves_by_the_mean():
    pixels = smooth(41, 31)
    half = halve(Picture(pixels)).pixels
    assert half.shape == (16, 21, 4)
    blocks = pixels[:30, :40].reshape(15, 2, 20, 2, 4).astype(int).sum(axis=(1, 3))
    assert np.array_equal(half[:15, :20], (blocks + 2) // 4)


def test_compositor_cache_lets_the_oldest_go_and_films_first():
    cache = PictureCache(80)
    made = []

    def get(key, size, is_still=True):
        return cache.get(key, lambda: made.append(key) or key, lambda _: size, is_still=is_still)

    assert [get("a", 30), get("b", 30), get("a", 30), get("c", 30), get("a", 30)] == list("abaca")
    assert made == ["a", "b", "c"], "b was let go for c, a was used since"
    assert get("b", 30) == "b"
    assert made == ["a", "b", "c", "b"]
    for number in range(20):
        get(number, 5, is_still=False)
    assert cache.filled <= 80
    before = len(made)
    get("b", 30)
    assert len(made) == before, "frames of a film do not displace stills"
    for key in ("huge", "frame"):
        assert get(key, 1000, is_still=key == "huge") == key
        before = len(made)
        get(key, 1000, is_still=key == "huge")
        assert len(made) == before, "one thing is kept, however large: a frame asks for it several times"
    get("b", 30)
    assert cache.filled == 1030, "it goes when something else comes"
    nothing = PictureCache(0)
    nothing.get("a", lambda: "a", lambda _: 1, is_still=True)
    assert nothing.filled == 0


def widened(chroma, width, height, is_centred):
    """Return chroma for every pixel, not rounded: straight between its samples, as they are sited."""
    rows, columns = chroma.shape
    x, y = np.arange(width, dtype=float), np.arange(height, dtype=float)
    if columns < width:
        x = (x - 0.5) / 2 if is_centred else x / 2
    if rows < height:
        y = (y - 0.5) / 2
    across = np.stack([np.interp(x, np.arange(columns), row) for row in chroma.astype(float)])
    return np.stack([np.interp(y, np.arange(rows), column) for column in across.T], axis=1)


@pytest.mark.parametrize("sampling", [(1, 1), (2, 1), (2, 2)])
@pytest.mark.parametrize("is_full", [True, False])
@pytest.mark.parametrize("is_centred", [True, False])
@pytest.mark.parametrize(("width", "height"), [(64, 40), (51, 17), (1, 1), (2, 3)])
def test_compositor_planes_become_the_pixels_of_their_standard(sampling, is_full, is_centred, width, height):
    numbers = np.random.default_rng(width + height)
    luma = numbers.integers(0, 256, (height, width), np.uint8)
    shape = -(-height // sampling[1]), -(-width // sampling[0])
    blue, red = (numbers.integers(60, 190, shape, np.uint8) for _ in range(2))
    wide = np.full((height, width + 7), 99, np.uint8)
    wide[:, :width] = luma  # rows of decoders are longer than pictures are wide
    pixels = from_planes(Planes(wide[:, :width], blue, red, 0.2126, 0.0722, is_full, is_centred))
    light = luma.astype(float) if is_full else (luma - 16.0) * 255 / 219
    scale = 1 if is_full else 255 / 224
    b, r = ((widened(part, width, height, is_centred) - 128) * scale for part in (blue, red))
    green = light - (0.0722 * 1.8556 * b + 0.2126 * 1.5748 * r) / 0.7152
    wanted = np.stack([light + 1.8556 * b, green, light + 1.5748 * r], axis=2)
    assert np.abs(pixels[..., :3] - np.clip(wanted, 0, 255)).max() <= 2.6  # chroma is rounded in between
    assert pixels[..., 3].min() == 255
