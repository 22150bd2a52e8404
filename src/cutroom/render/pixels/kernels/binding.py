"""The kernels as Python functions: finds the library for this processor and passes it arrays.

Calls release the interpreter's lock. Every library gives the same bits; they differ in speed only.
"""

from __future__ import annotations

import ctypes
import platform
import struct
from functools import cache
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from cutroom.base.errors import Failed, Unsupported
from cutroom.render.pixels.picture import Pixels
from cutroom.render.pixels.sprite import Blend

BUILT = Path(__file__).parent / "built"
MODES: tuple[str, ...] = get_args(Blend)
"""Numbers of the blend modes, as blend.c counts them."""

IMAGE = struct.Struct("=Qqii")
PLACEMENT = struct.Struct("=6d4d4dd4i")
MASK = struct.Struct("=6dQqiiQ")
PLANE = struct.Struct("=Qq")
PLANES = struct.Struct("=3Q2q11i4x")

_ADDRESS = ctypes.c_void_p
_INT = ctypes.c_int32
_FUNCTIONS: dict[str, tuple[list[Any], Any]] = {
    "draw_picture": ([_ADDRESS, _ADDRESS, _ADDRESS, _ADDRESS, _INT], _INT),
    "fill_picture": ([_ADDRESS, ctypes.c_uint32], None),
    "resample_across": ([_ADDRESS, _ADDRESS, _ADDRESS, _ADDRESS, _INT], None),
    "resample_down": ([_ADDRESS, _ADDRESS, _ADDRESS, _ADDRESS, _INT], None),
    "blur_picture": ([_ADDRESS, _ADDRESS, _ADDRESS, _INT], _INT),
    "halve_picture": ([_ADDRESS, _ADDRESS], None),
    "convert_yuv420": ([_ADDRESS, _ADDRESS, _INT], _INT),
    "convert_yuv444_10": ([_ADDRESS, _ADDRESS, _INT], _INT),
    "straighten_picture": ([_ADDRESS, _ADDRESS], None),
    "extract_channel": ([_ADDRESS, _ADDRESS, _INT], None),
    "paint_planes": ([_ADDRESS, _ADDRESS], _INT),
    "find_visible": ([_ADDRESS, _ADDRESS], None),
    "is_opaque": ([_ADDRESS], _INT),
    "colour_outline": ([_ADDRESS, _ADDRESS], None),
}


@cache
def kernels() -> Any:
    """Return the library that suits this processor best.

    Raises:
        Unsupported: When none was built.
    """
    for name in library_names():
        path = BUILT / f"pixels-{name}.so"
        if path.is_file():
            return open_library(path)
    message = "The kernels that draw pixels are not built: run `python hatch_build.py` in the checkout."
    raise Unsupported(message, code="kernels_missing")


def library_names() -> tuple[str, ...]:
    """Return the libraries that run here, the fastest first."""
    return ("x86_64_v3", "baseline") if _has_avx2() else ("baseline",)


def _has_avx2() -> bool:
    if platform.machine() not in {"x86_64", "AMD64"}:
        return False
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as processors:
            flags = next((line for line in processors if line.startswith("flags")), "").split()
    except OSError:
        return False
    return {"avx2", "bmi2", "fma", "movbe"} <= set(flags)


def open_library(path: Path) -> Any:
    """Open a library of kernels and declare its functions.

    Raises:
        Unsupported: When it was built for another system.
    """
    try:
        library = ctypes.CDLL(str(path))
    except OSError as problem:
        message = f"The kernels that draw pixels do not load ({problem}): run `python hatch_build.py` again."
        raise Unsupported(message, code="kernels_missing") from problem
    for name, (arguments, result) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.argtypes = arguments
        function.restype = result
    return library


def image(pixels: Pixels) -> bytes:
    """Return the kernels' view of a picture; the array must outlive the call.

    Args:
        pixels: See `Pixels`; rows may lie further apart than they are long.
    """
    height, width, _ = pixels.shape
    return IMAGE.pack(address(pixels), pixels.strides[0], width, height)


def plane(values: NDArray[Any]) -> bytes:
    """Return the kernels' view of a plane: (height, width), values beside each other in a row."""
    return PLANE.pack(address(values), values.strides[0])


def address(array: NDArray[Any]) -> int:
    """Return where an array begins."""
    return array.__array_interface__["data"][0]


def check(result: int) -> None:
    """Raise what a kernel reports.

    Raises:
        Failed: When it found no memory.
    """
    if result:
        message = "There is not enough memory to draw a frame; render smaller or fewer at a time."
        raise Failed(message, code="out_of_memory")


def empty(width: int, height: int) -> Pixels:
    """Return pixels that nobody has written yet."""
    return np.empty((height, width, 4), np.uint8)
