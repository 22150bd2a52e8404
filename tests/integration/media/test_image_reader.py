"""Pictures of every kind, upright, premultiplied; bombs and broken ones refused."""

from __future__ import annotations

import struct
from fractions import Fraction

import av
import numpy as np
import pytest
import skia
from PIL import Image

import samples
from counted_films import HEIGHT, WIDTH, FilmStyle, constant, number_of, numbered, write_film
from cutroom.base.errors import BrokenMedia
from cutroom.media import look_at_image, read_image

FORMATS = {"jpg": skia.kJPEG, "png": skia.kPNG, "webp": skia.kWEBP}


def _encode(pixels: np.ndarray, suffix: str) -> bytes:
    return bytes(skia.Image.fromarray(pixels).encodeToData(FORMATS[suffix], 100))


def _exif(number: int) -> bytes:
    return b"II*\x00\x08\x00\x00\x00\x01\x00" + struct.pack("<HHIHH", 0x0112, 3, 1, number, 0) + bytes(4)


@pytest.mark.parametrize("suffix", FORMATS)
def test_image_reader_reads(tmp_path, suffix):
    path = tmp_path / "anything"
    path.write_bytes(_encode(numbered(1234), suffix))

    pixels = read_image(path)
    assert pixels.shape == (HEIGHT, WIDTH, 4)
    assert pixels.dtype == np.uint8
    assert pixels.flags.c_contiguous
    assert number_of(pixels) == 1234
    assert (pixels[..., 3] == 255).all()
    expected = numbered(1234)[..., [2, 1, 0]].astype(int)
    away = np.abs(pixels[..., :3] - expected)[4:12, 4:12]
    assert away.max() <= (0 if suffix == "png" else 4)
    found = look_at_image(path)
    assert (found.width, found.height) == (WIDTH, HEIGHT)
    assert not (suffix == "jpg" and found.has_alpha)


@pytest.mark.parametrize("suffix", ["png", "webp"])
def test_image_reader_premultiplies(tmp_path, suffix):
    plain = np.zeros((40, 60, 4), np.uint8)
    plain[..., :3] = (200, 100, 50)
    plain[:, 20:40, 3] = 128
    plain[:, 40:, 3] = 255
    path = tmp_path / "clear"
    path.write_bytes(_encode(plain, suffix))

    pixels = read_image(path)
    assert look_at_image(path).has_alpha
    assert (pixels[:, :18] == 0).all()
    assert np.abs(pixels[20, 30].astype(int) - [25, 50, 100, 128]).max() <= 2
    assert np.abs(pixels[20, 50].astype(int) - [50, 100, 200, 255]).max() <= 2


@pytest.mark.parametrize("number", range(1, 9))
def test_image_reader_turns_as_others_do(tmp_path, number):
    plain = _encode(numbered(77), "jpg")
    exif = b"Exif\x00\x00" + _exif(number)
    path = tmp_path / "turned.jpg"
    path.write_bytes(plain[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + plain[2:])

    expected = skia.Image.MakeFromEncoded(skia.Data.MakeWithCopy(path.read_bytes())).toarray(
        colorType=skia.kBGRA_8888_ColorType
    )
    pixels = read_image(path)
    assert pixels.shape == expected.shape
    assert np.abs(pixels.astype(int) - expected).mean() < 2
    found = look_at_image(path)
    assert (found.height, found.width) == expected.shape[:2]
    half = read_image(path, size=(found.width // 2, found.height // 2))
    assert half.shape[:2] == (found.height // 2, found.width // 2)


def test_image_reader_reads_the_first_picture_of_an_animation(tmp_path):
    style = FilmStyle(codec="gif", fmt="rgb8", rate=Fraction(20), tick=Fraction(1, 100), options={})
    path = write_film(tmp_path / "moving.gif", constant(Fraction(20), 5), style)

    assert number_of(read_image(path)) == 0


def test_image_reader_reads_avif(tmp_path):
    path = tmp_path / "picture.avif"
    # Not by FFmpeg: for root its SVT-AV1 gives the whole process real-time priority, and every child of it.
    Image.fromarray(numbered(55)[..., :3]).save(path)

    assert number_of(read_image(path)) == 55


@pytest.mark.parametrize("fmt", ["gray", "rgb48be", "pal8", "monob", "ya8"])
def test_image_reader_reads_every_png(tmp_path, fmt):
    path = tmp_path / "picture.png"
    source = av.VideoFrame.from_ndarray(numbered(2049), "rgba")
    if fmt == "pal8":
        source = source.reformat(format="rgb8")
    context = av.CodecContext.create("png", "w")
    context.width, context.height, context.time_base = WIDTH, HEIGHT, Fraction(1, 25)
    context.pix_fmt = "rgb24" if fmt == "pal8" else fmt
    frame = source.reformat(format=context.pix_fmt)
    path.write_bytes(b"".join(bytes(part) for part in [*context.encode(frame), *context.encode(None)]))

    assert number_of(read_image(path)) == 2049


# --- what goes wrong


def test_image_reader_refuses_bombs_before_decoding(tmp_path):
    path = samples.png_bomb(tmp_path / "bomb.png")

    for read in (look_at_image, read_image):
        with pytest.raises(BrokenMedia) as caught:
            read(path)
        assert caught.value.code_word == "too_large_picture"


@pytest.mark.parametrize("content", [b"", b"no picture at all" * 9, b"\x89PNG\r\n\x1a\n" + bytes(100)])
def test_image_reader_refuses_what_is_no_picture(tmp_path, content):
    path = tmp_path / "broken.png"
    path.write_bytes(content)

    with pytest.raises(BrokenMedia):
        read_image(path)


@pytest.mark.parametrize("suffix", FORMATS)
def test_image_reader_survives_every_cut(tmp_path, suffix, seed):
    whole = _encode(numbered(9), suffix)
    rng = np.random.default_rng(seed)
    path = tmp_path / "cut"
    for length in sorted({int(n) for n in rng.integers(1, len(whole), 12)}):
        path.write_bytes(whole[:length])
        try:
            assert read_image(path).shape[2] == 4
        except BrokenMedia:
            continue


@pytest.mark.parametrize("alpha", [255, 100])
@pytest.mark.parametrize("quality", [100, 60])
def test_image_reader_knows_the_size_of_webp_before_decoding(tmp_path, alpha, quality):
    pixels = np.random.default_rng(1).integers(0, 255, (33, 57, 4)).astype(np.uint8)
    pixels[..., 3] = alpha
    path = tmp_path / "a.webp"
    path.write_bytes(bytes(skia.Image.fromarray(pixels).encodeToData(skia.kWEBP, quality)))

    found = look_at_image(path)
    assert (found.width, found.height) == (57, 33)
    assert found.has_alpha or alpha == 255
    assert read_image(path).shape == (33, 57, 4)


def test_image_reader_names_animated_webp(tmp_path):
    path = tmp_path / "moving.webp"
    with av.open(str(path), "w", format="webp") as output:
        stream = output.add_stream("libwebp_anim", rate=10)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuva420p"
        for number in range(3):
            frame = av.VideoFrame.from_ndarray(numbered(number), "rgba").reformat(format="yuva420p")
            frame.pts = number
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))

    with pytest.raises(BrokenMedia) as caught:
        read_image(path)
    assert caught.value.code_word == "animated_webp"
