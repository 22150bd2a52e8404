"""Films in wide and high-dynamic-range colours, shown in sRGB."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from cutroom.media import FrameReader

BT709, PQ, HLG, SDR_2020 = 1, 16, 18, 14
PATCH = 32


def _write(path, patches: list[tuple[float, float, float]], transfer: int, primaries: int = 9):
    """Write a film of square patches, each an R'G'B' signal of 0 to 1, as 10 bits of BT.2020 or BT.709."""
    signal = np.repeat(np.array(patches), PATCH, axis=0)[None].repeat(PATCH, axis=0)
    kr, kb = (0.2627, 0.0593) if primaries == 9 else (0.2126, 0.0722)
    luma = signal @ [kr, 1 - kr - kb, kb]
    planes = [
        64 + 876 * luma,
        512 + 896 * (signal[..., 2] - luma) / (2 - 2 * kb),
        512 + 896 * (signal[..., 0] - luma) / (2 - 2 * kr),
    ]
    frame = av.VideoFrame(signal.shape[1], PATCH, "yuv444p10le")
    for plane, values in zip(frame.planes, planes, strict=True):
        rows = np.zeros((PATCH, plane.line_size // 2), np.uint16)
        rows[:, : signal.shape[1]] = np.round(values)
        plane.update(rows.tobytes())
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx265", rate=25, options={"x265-params": "lossless=1:log-level=none"})
        stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, "yuv444p10le"
        context = stream.codec_context
        context.colorspace = frame.colorspace = 9 if primaries == 9 else 1
        context.color_primaries = frame.color_primaries = primaries
        context.color_trc = frame.color_trc = transfer
        context.color_range = frame.color_range = 1
        for number in range(3):
            frame.pts = number
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def _read(path, count: int) -> np.ndarray:
    """Return each patch's red, green, blue."""
    with FrameReader(path) as reader:
        pixels = reader.at(Fraction(0))
    return pixels[PATCH // 2, PATCH // 2 :: PATCH][:count, [2, 1, 0]].astype(int)


def _pq(nits: float) -> float:
    share = (nits / 10_000) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * share) / (1 + 18.6875 * share)) ** 78.84375


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_film_colours_of_high_dynamic_range_keep_greys_and_order(tmp_path, transfer):
    levels = [(n / 10,) * 3 for n in range(11)]
    greys = _read(_write(tmp_path / "f.mp4", levels, transfer), 11)

    assert (np.ptp(greys, axis=1) <= 2).all()
    assert (np.diff(greys[:, 0]) >= 0).all()
    assert greys[0, 0] <= 1
    assert greys[-1, 0] >= 250


def test_film_colours_show_diffuse_white_nearly_white(tmp_path):
    white_pq = _read(_write(tmp_path / "pq.mp4", [(_pq(203),) * 3] * 2, PQ), 2)[0]
    white_hlg = _read(_write(tmp_path / "hlg.mp4", [(0.75,) * 3] * 2, HLG), 2)[0]

    assert (np.abs(white_pq - 237) <= 3).all()
    assert (np.abs(white_hlg - white_pq) <= 4).all()  # BT.2408: 75 % of HLG is 203 nits
    grey = _read(_write(tmp_path / "grey.mp4", [(_pq(203 * 0.18),) * 3] * 2, PQ), 2)[0]
    assert (np.abs(grey - 118) <= 3).all()  # 18 % of white is level 118 of sRGB


def test_film_colours_of_bt2020_become_those_of_bt709(tmp_path):
    # BT.709's red, green and blue in BT.2020's linear light (BT.2087, 2.1), with sRGB's curve.
    light = np.array([[0.6274, 0.0691, 0.0164], [0.3293, 0.9195, 0.0880], [0.0433, 0.0114, 0.8956]])
    signal = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    shown = _read(_write(tmp_path / "f.mp4", [tuple(row) for row in signal], SDR_2020), 3)

    assert np.abs(shown - np.eye(3) * 255).max() <= 22  # 8 bits before the matrix
    assert (shown.argmax(axis=1) == [0, 1, 2]).all()


def test_film_colours_of_standard_films_stay_as_they_are(tmp_path):
    patches = [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.2, 0.5, 0.8)]
    shown = _read(_write(tmp_path / "f.mp4", patches, BT709, BT709), 3)

    assert np.abs(shown - np.array(patches) * 255).max() <= 2
