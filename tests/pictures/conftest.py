"""The files that the templates of the picture tests use, made anew for each run, always the same."""

from fractions import Fraction

import numpy as np
import pytest

from cutroom.render.film.encode.stills import encode_png
from cutroom.render.pixels.picture import Picture
from cutroom.render.sources.media_reading import look_at_media
from sample_scenes import write_film

LOTTIE = """{"v":"5.7","fr":30,"ip":0,"op":60,"w":120,"h":60,"layers":[{"ty":4,"ip":0,"op":60,"st":0,
"ks":{"o":{"a":0,"k":80},"r":{"a":0,"k":0},"a":{"a":0,"k":[0,0]},"s":{"a":0,"k":[100,100]},
"p":{"a":1,"k":[{"t":0,"s":[20,30],"o":{"x":0,"y":0},"i":{"x":1,"y":1}},{"t":60,"s":[100,30]}]}},
"shapes":[{"ty":"gr","it":[{"ty":"el","p":{"a":0,"k":[0,0]},"s":{"a":0,"k":[30,30]}},
{"ty":"fl","c":{"a":0,"k":[1,0.3,0,1]},"o":{"a":0,"k":100}},{"ty":"tr","p":{"a":0,"k":[0,0]},
"a":{"a":0,"k":[0,0]},"s":{"a":0,"k":[100,100]},"r":{"a":0,"k":0},"o":{"a":0,"k":100}}]}]}]}"""


def photo(width=240, height=320):
    """Draw something with edges, slopes and colours everywhere."""
    y, x = np.mgrid[:height, :width]
    checks = ((x // 20 + y // 20) % 2) * 60
    pixels = np.stack((x * 195 // width + checks, y * 195 // height + checks, 230 - x * 180 // width), axis=2)
    return with_alpha(pixels)


def with_alpha(pixels, alpha=255):
    full = np.full((*pixels.shape[:2], 1), alpha)
    return Picture(np.concatenate((pixels, full), axis=2).astype(np.uint8))


def ramp(width=64, height=48):
    """Draw a diagonal ramp, for luma wipes and masks."""
    y, x = np.mgrid[:height, :width]
    return with_alpha(np.repeat(((x + y) * 255 // (width + height - 2))[:, :, None], 3, axis=2))


def film():
    """Yield half a second of a bar that moves to the right, 25 frames per second."""
    for number in range(50):
        pixels = np.full((90, 120, 3), 40, np.uint8)
        pixels[:, number * 2 : number * 2 + 20] = (250, 200, 30)
        yield pixels


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """Return every file by the name that templates call it."""
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "photo.png").write_bytes(encode_png(photo(), alpha=False))
    (folder / "ramp.png").write_bytes(encode_png(ramp(), alpha=False))
    (folder / "dot.json").write_text(LOTTIE)
    write_film(folder / "film.mp4", film(), Fraction(25))
    kinds = {"photo.png": "image", "ramp.png": "image", "dot.json": "animation", "film.mp4": "video"}
    return {name: look_at_media(folder / name, kind) for name, kind in kinds.items()}
