"""RNNoise through the C library of the pyrnnoise wheel: floats in, floats out, nothing cast or clipped."""

from __future__ import annotations

import ctypes
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cutroom.base.errors import Unsupported

RATE = 48_000
"""Samples per second that the network was trained at."""

FRAME = 480
"""Samples per call, 10 ms."""

LATENCY = 960
"""Samples by which the output lags: one frame of overlap and one of the pitch filter (measured, 20 ms)."""

_FULL_SCALE = np.float32(32768.0)
"""The library expects the range of 16-bit integers, as floats."""

Samples = NDArray[np.float32]


@cache
def _library() -> ctypes.CDLL:
    # The wheel's Python part casts to int16 without clipping and costs 2 s to import: only its file is used.
    spec = find_spec("pyrnnoise")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    paths = [path for folder in folders for path in sorted(Path(folder).glob("*rnnoise.*[so,dylib]"))]
    if not paths:
        message = "RNNoise's library is missing; install it with `pip install pyrnnoise`."
        raise Unsupported(message, code="missing_library")
    try:
        library = ctypes.CDLL(str(paths[0]))
    except OSError as error:
        message = f"RNNoise's library does not load here ({error}); install pyrnnoise for this system."
        raise Unsupported(message, code="missing_library") from error
    library.rnnoise_create.restype = ctypes.c_void_p
    library.rnnoise_create.argtypes = [ctypes.c_void_p]
    library.rnnoise_destroy.restype = None
    library.rnnoise_destroy.argtypes = [ctypes.c_void_p]
    library.rnnoise_process_frame.restype = ctypes.c_float
    library.rnnoise_process_frame.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    return library


def library_version() -> str:
    """Return the version of the wheel that carries the library and its weights."""
    return version("pyrnnoise")


class Rnnoise:
    """One channel's recurrent state. Not thread-safe.

    Measured: 0.23 ms per frame of 10 ms, of which the call through ctypes is 0.1 microseconds, so a
    Python loop over frames costs nothing.
    """

    def __init__(self) -> None:
        """Load the library and make a fresh state.

        Raises:
            Unsupported: With code `missing_library`.
        """
        self._library = _library()
        self._state: int | None = self._library.rnnoise_create(None)

    def process(self, samples: Samples) -> tuple[Samples, Samples]:
        """Denoise whole frames; the output lags by `LATENCY` samples.

        Args:
            samples: `(n,)` float32, full scale 1.0, n a multiple of `FRAME`; no NaN (one would stay in
                the state for ever), any level.

        Returns:
            `(n,)` float32, and the network's voice probability per frame, `(n / FRAME,)` in [0, 1].
        """
        scaled = samples * _FULL_SCALE
        cleaned = np.empty_like(scaled)
        call, state = self._library.rnnoise_process_frame, self._state
        source, target = scaled.ctypes.data, cleaned.ctypes.data
        step = FRAME * scaled.itemsize
        voice = [call(state, target + at, source + at) for at in range(0, scaled.nbytes, step)]
        cleaned *= 1 / _FULL_SCALE
        return cleaned, np.asarray(voice, np.float32)

    def close(self) -> None:
        """Free the state; harmless when it is freed."""
        if self._state is not None:
            self._library.rnnoise_destroy(self._state)
            self._state = None

    def __del__(self) -> None:
        """Free the state when nobody closed it."""
        if getattr(self, "_state", None) is not None:
            self.close()
