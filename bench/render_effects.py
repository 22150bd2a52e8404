"""What effects cost: milliseconds of CPU per frame of 1080x1920, beside a plain full-frame photo.

usage: python bench/render_effects.py [FRAMES]   (default 15 per effect; medians, drawing moves as in a film)

Each effect stands on one full-frame layer that moves a little in every frame; `times` compares the layer with
the plain one. Blended and half transparent layers are drawn over a plain one, which is taken off.
"""

from __future__ import annotations

import math
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from cutroom.media.pixels import Planes
from cutroom.render.document.values import Color
from cutroom.render.pixels.compositor import Compositor
from cutroom.render.pixels.kernels import binding
from cutroom.render.pixels.picture import Picture
from cutroom.render.pixels.resizing import resize
from cutroom.render.pixels.sprite import Mask, Matrix, Shadow, Source, Sprite
from cutroom.render.pixels.yuv import from_planes, to_yuv420

WIDTH, HEIGHT = 1080, 1920
FRAMES = int(sys.argv[1]) if len(sys.argv) > 1 else 15


def photo(name: str, width: int = 2000, height: int = 3000) -> Source:
    """Noise over a wave: nothing repeats, nothing is easy on the memory."""
    numbers = np.random.default_rng(len(name))
    pixels = numbers.integers(0, 80, (height, width, 4)).astype(np.uint8)
    pixels[..., :3] += (85 + 85 * np.sin(np.arange(width) / 90)[None, :, None]).astype(np.uint8)
    pixels[..., 3] = 255
    return Source(name, width, height, lambda: Picture(pixels, is_opaque=True))


def gradient(width: int, height: int) -> Source:
    row = np.linspace(0, 255, width).astype(np.uint8)
    pixels = np.dstack([*[np.tile(row, (height, 1))] * 3, np.full((height, width), 255, np.uint8)])
    return Source(f"gradient {width}", width, height, lambda: Picture(pixels, is_opaque=True))


def word() -> Source:
    pixels = np.zeros((140, 420, 4), np.uint8)
    pixels[30:110, 20:400] = 255
    pixels[40:100:12, 30:390] = 0
    return Source("word", 420, 140, lambda: Picture(pixels))


PHOTO, OTHER, WEDGE, WORD = photo("photo"), photo("other one"), gradient(WIDTH, HEIGHT), word()


def drift(index: int, scale: float = 0.66) -> Matrix:
    """A slow zoom with a pan, as a photo of a slideshow has it."""
    scale *= 1 + index / 2000
    return Matrix(scale, 0, 0, scale, -40 - index * 0.37, -20 - index * 0.21)


def turned(index: int) -> Matrix:
    angle = 0.05 + index / 500
    cos, sin = math.cos(angle) * 0.8, math.sin(angle) * 0.8
    return Matrix(e=-1000, f=-1500).then(Matrix(cos, sin, -sin, cos, WIDTH / 2, HEIGHT / 2))


def measure(draw: Callable[[int], object]) -> float:
    """Return the median of CPU milliseconds; the first frame, which fills caches, is left out."""
    spent = []
    for index in range(FRAMES + 1):
        began = time.thread_time()
        draw(index)
        spent.append(time.thread_time() - began)
    return statistics.median(spent[1:]) * 1000


def main() -> None:
    compositor = Compositor(WIDTH, HEIGHT, Color(0, 0, 0))
    out = binding.empty(WIDTH, HEIGHT)

    def costs(*layers: Callable[[int], Sprite]) -> float:
        return measure(lambda index: compositor.compose([layer(index) for layer in layers], out))

    def base(index: int) -> Sprite:
        return Sprite(PHOTO, drift(index))

    plain = costs(base)

    def report(name: str, spent: float, *, is_layer: bool = True) -> None:
        print(f"{name:34} {spent:7.2f} ms" + (f"   times {spent / plain:5.2f}" if is_layer else ""))

    report("plain: photo, zoom and pan", plain)
    report("rotated", costs(lambda i: Sprite(PHOTO, turned(i))))
    report("gradient", costs(lambda _: Sprite(WEDGE)))
    report("rounded corners", costs(lambda i: Sprite(PHOTO, drift(i), radius=60)))
    still = drift(0)
    report("still blur", costs(lambda _: Sprite(PHOTO, still, blur=20)))
    report("moving blur, sigma 12 to 20", costs(lambda i: Sprite(PHOTO, drift(i), blur=12 + i * 8 / FRAMES)))
    report("moving blur, sigma 2 to 4", costs(lambda i: Sprite(PHOTO, drift(i), blur=2.1 + i * 2 / FRAMES)))
    report("moving blur, sigma 1", costs(lambda i: Sprite(PHOTO, drift(i), blur=1 + i / 1000)))
    report("half transparent", costs(base, lambda i: Sprite(OTHER, drift(i), opacity=0.5)) - plain)
    for mode in binding.MODES[1:]:
        report(mode, costs(base, lambda i, mode=mode: Sprite(OTHER, drift(i), blend=mode)) - plain)
    wipe = costs(
        base,
        lambda i: Sprite(
            OTHER, drift(i), masks=(Mask(WEDGE, channel="luma", threshold=i / FRAMES, softness=0.1),)
        ),
    )
    report("luma wipe", wipe - plain)
    words = [Matrix(e=80.3 + 450 * (n % 2), f=100.7 + 150 * (n // 2)) for n in range(10)]
    report("10 words", costs(base, *[lambda _, m=m: Sprite(WORD, m) for m in words]) - plain)
    shadow = Shadow(0, 6, 8, Color(0, 0, 0, 160))
    shadows = costs(base, *[lambda _, m=m: Sprite(WORD, m, shadow=shadow) for m in words])
    report("10 words with shadows", shadows - plain)
    half = HEIGHT // 2, WIDTH // 2
    planes = [np.empty(shape, np.uint8) for shape in ((HEIGHT, WIDTH), half, half)]
    picture = compositor.compose([base(0)], out)
    report("to yuv420p", measure(lambda _: to_yuv420(picture, planes)), is_layer=False)
    frame = Planes(planes[0], planes[1], planes[2], 0.2126, 0.0722, is_full=False, is_centred=False)
    report("from yuv420p", measure(lambda _: from_planes(frame)), is_layer=False)
    report("Lanczos to 540x960", measure(lambda _: resize(picture, 540, 960)), is_layer=False)
    large = PHOTO.draw()
    report("Lanczos of a photo to 1588x2382", measure(lambda _: resize(large, 1588, 2382)), is_layer=False)


if __name__ == "__main__":
    main()
