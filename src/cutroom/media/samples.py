"""From a decoder's frames to float32 rows and back to the channel layouts' names."""

from __future__ import annotations

from typing import Any

import numpy as np
from av import AudioFrame, AudioResampler
from numpy.typing import NDArray

from cutroom.media.blocks import Block

_SCALES = {"u1": 128.0, "i2": 32768.0, "i4": 2147483648.0}

DEFAULT_LAYOUTS = {
    1: "mono",
    2: "stereo",
    3: "2.1",
    4: "4.0",
    5: "5.0",
    6: "5.1",
    7: "6.1",
    8: "7.1",
}
"""What a number of channels means where the file does not say (libavutil's defaults)."""

MAX_CHANNELS = 64

_PLANES = 8
"""From this many planar channels on, PyAV 18 walks past the end of the frame's pointers (`planes` looks for
a null that is not there), so such frames go through the packed form of the same format."""


def layout_name(frame: AudioFrame) -> str:
    """Name a frame's channel layout; a WAV without channel mask says only `1 channels`."""
    name = frame.layout.name
    count = frame.layout.nb_channels
    if name.endswith(" channels") or name.startswith("ambisonic"):
        return DEFAULT_LAYOUTS.get(count, name)
    return name


def to_float(frame: AudioFrame) -> Block:
    """Convert a frame of any sample format to `(channels, n)` float32; NaN and infinity become 0."""
    if frame.format.name in {"s64", "s64p"} or (
        frame.format.is_planar and frame.layout.nb_channels >= _PLANES
    ):
        frame = _convert(frame, "flt")
    array = frame.to_ndarray()
    if frame.format.is_packed:
        array = array.reshape(-1, frame.layout.nb_channels).T
    kind = array.dtype.str[1:]
    if kind not in _SCALES:
        return _finite(np.ascontiguousarray(array, np.float32))
    samples = np.ascontiguousarray(array, np.float32)
    if kind == "u1":
        samples -= 128.0
    samples *= np.float32(1.0 / _SCALES[kind])
    return samples


def to_frame(samples: NDArray[Any], name: str, layout: str, rate: int) -> AudioFrame:
    """Make a frame of `(channels, n)` samples that already have the right type, in format `name`."""
    is_planar = name.endswith("p")
    if is_planar and samples.shape[0] >= _PLANES:
        return _convert(to_frame(samples, name[:-1], layout, rate), name)
    rows = samples if is_planar else samples.T.reshape(1, -1)
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(rows), format=name, layout=layout)
    frame.sample_rate = rate
    return frame


def _convert(frame: AudioFrame, name: str) -> AudioFrame:
    """Change the sample format only."""
    pts, frame.pts = frame.pts, None
    parts = AudioResampler(format=name).resample(frame)
    frame.pts = pts
    return parts[0]


def _finite(samples: Block) -> Block:
    # One sum is 20 times cheaper than looking at every value, and it shows NaN and infinity as well.
    with np.errstate(invalid="ignore", over="ignore"):
        is_finite = bool(np.isfinite(samples.sum()))
    if is_finite:
        return samples
    return np.nan_to_num(samples, copy=False, nan=0.0, posinf=0.0, neginf=0.0)


def mix(samples: Block, source: str, target: str, rate: int) -> Block:
    """Bring samples from one channel layout to another by libswresample's matrices."""
    frame = to_frame(samples, "flt", source, rate)
    frames = AudioResampler(format="flt", layout=target, rate=rate).resample(frame)
    return np.concatenate([to_float(part) for part in frames], axis=1)
