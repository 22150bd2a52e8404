"""Pictures in other colour spaces, against Skia's own conversion."""

from __future__ import annotations

import numpy as np
import pytest
import skia
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.media import read_image
from cutroom.media.colour_profile import read_colour_profile

KINDS = {"png": skia.kPNG, "jpg": skia.kJPEG, "webp": skia.kWEBP}
SPACES = {
    "p3": (skia.cms.NamedTransferFn.kSRGB, skia.cms.NamedGamut.kDisplayP3),
    "adobe": (skia.cms.NamedTransferFn.k2Dot2, skia.cms.NamedGamut.kAdobeRGB),
    "rec2020": (skia.cms.NamedTransferFn.kRec2020, skia.cms.NamedGamut.kRec2020),
}


def _colours() -> np.ndarray:
    """Return 16 x 16 squares of 8 x 8 pixels, each of another colour."""
    rng = np.random.default_rng(5)
    pixels = np.full((16, 16, 4), 255, np.uint8)
    pixels[..., :3] = rng.integers(0, 256, (16, 16, 3))
    pixels[0, :, :3] = np.linspace(0, 255, 16)[:, None]
    return np.kron(pixels, np.ones((8, 8, 1), np.uint8))


@pytest.mark.parametrize("suffix", KINDS)
@pytest.mark.parametrize("space", SPACES)
def test_colour_profile_is_converted(tmp_path, suffix, space):
    made = skia.Image.fromarray(_colours(), colorSpace=skia.ColorSpace.MakeRGB(*SPACES[space]))
    path = tmp_path / "picture"
    path.write_bytes(bytes(made.encodeToData(KINDS[suffix], 100)))

    decoded = skia.Image.MakeFromEncoded(skia.Data.MakeWithCopy(path.read_bytes()))
    assert not decoded.colorSpace().isSRGB()
    expected = np.zeros((128, 128, 4), np.uint8)
    info = skia.ImageInfo.Make(
        128, 128, skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType, skia.ColorSpace.MakeSRGB()
    )
    assert decoded.readPixels(info, expected, 128 * 4, 0, 0)
    off = np.abs(read_image(path).astype(int) - expected)[3::8, 3::8]  # the middles: chroma is halved
    assert off.max() <= (2 if suffix == "png" else 9)
    assert off.mean() <= (0.3 if suffix == "png" else 1.5)


def test_colour_profile_of_srgb_changes_nothing(tmp_path):
    made = skia.Image.fromarray(_colours(), colorSpace=skia.ColorSpace.MakeSRGB())
    path = tmp_path / "picture"
    path.write_bytes(bytes(made.encodeToData(skia.kPNG, 100)))

    assert (read_image(path)[..., [2, 1, 0, 3]] == _colours()).all()


def _profile() -> bytes:
    icc = skia.ColorSpace.MakeRGB(*SPACES["p3"])
    made = skia.Image.fromarray(_colours(), colorSpace=icc)
    content = bytes(made.encodeToData(skia.kWEBP, 50))
    place = content.index(b"ICCP")
    length = int.from_bytes(content[place + 4 : place + 8], "little")
    return content[place + 8 : place + 8 + length]


@settings(max_examples=150)
@given(st.data())
def test_colour_profile_never_fails_when_broken(data):
    content = bytearray(_profile())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    profile = read_colour_profile(bytes(content[: data.draw(st.integers(0, len(content)))]))
    if profile is not None:
        pixels = _colours()
        profile.convert(pixels)
        assert (pixels[..., 3] == 255).all()
