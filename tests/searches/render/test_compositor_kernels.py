from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.base.errors import Unsupported
from cutroom.render.pixels.kernels import binding
from drawn import noise

FASTER = [name for name in binding.library_names() if name != "baseline"]

pytestmark = pytest.mark.skipif(not FASTER, reason="this processor has only one set of kernels")


def both():
    return [binding.open_library(binding.BUILT / f"pixels-{name}.so") for name in ("baseline", FASTER[0])]


def same(work):
    """Assert that both libraries do the same: `work` returns arrays."""
    first, second = (work(library) for library in both())
    for one, other in zip(first, second, strict=True):
        assert np.array_equal(one, other)


matrices = st.one_of(
    st.tuples(st.floats(0.3, 4), st.just(0.0), st.just(0.0), st.floats(0.3, 4)),
    st.tuples(st.sampled_from([1.0, -1.0]), st.just(0.0), st.just(0.0), st.just(1.0)),
    st.tuples(*[st.floats(-2.5, 2.5)] * 4),
)


@settings(max_examples=60, deadline=None)
@given(
    matrices,
    st.tuples(st.floats(-60, 160), st.floats(-40, 100)),
    st.integers(0, 255),
    st.integers(0, len(binding.MODES) - 1),
    st.booleans(),
    st.floats(0, 30),
    st.integers(0, 2),
)
def test_compositor_kernels_draw_the_same_bits(linear, place, opacity, mode, opaque, radius, mask_count):
    source, canvas = noise(90, 70, 3, opaque), noise(150, 100, 4, opaque)
    values = np.random.default_rng(5).integers(0, 256, (60, 80), np.uint8)
    table = np.arange(256, dtype=np.uint8)[::-1].copy()
    bounds = (-1e9, -1e9, 140.3, 1e9)
    placement = binding.PLACEMENT.pack(
        *linear, *place, 2.5, 0, 90, 70, *bounds, radius, opacity, mode, opaque, 0
    )
    mask = binding.MASK.pack(*linear, *place, binding.address(values), 80, 80, 60, binding.address(table))

    def work(library):
        target = canvas.copy()
        masks = mask * mask_count or None
        views = binding.image(target), binding.image(source)
        binding.check(library.draw_picture(*views, placement, masks, mask_count))
        return [target]

    same(work)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 90), st.integers(1, 20), st.sampled_from([3, 4]))
def test_compositor_kernels_convert_to_the_same_bits(width, height, count):
    source = noise(width, height, 6, opaque=count == 3)

    def work(library):
        half = (height + 1) // 2, (width + 1) // 2
        planes = [np.zeros(shape, np.uint8) for shape in ((height, width), half, half, (height, width))]
        wide = [np.zeros((height, width), np.uint16) for _ in range(4)]
        straight = np.zeros_like(source)
        for name, targets in (("convert_yuv420", planes), ("convert_yuv444_10", wide)):
            views = b"".join(map(binding.plane, targets[:count]))
            binding.check(getattr(library, name)(binding.image(source), views, count))
        library.straighten_picture(binding.image(straight), binding.image(source))
        return [*planes, *wide, straight]

    same(work)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 70), st.integers(1, 9), st.integers(0, 100))
def test_compositor_kernels_weigh_to_the_same_bits(width, taps, seed):
    numbers = np.random.default_rng(seed)
    source = noise(width + taps - 1, 12 + taps - 1, seed)
    starts = np.arange(width, dtype=np.int32)
    weights = numbers.integers(-2000, 6000, (width, taps), np.int16)
    sevenths = np.diff(np.sort(np.r_[0, numbers.integers(0, 128, taps - 1), 128]))
    sevenths = np.minimum(sevenths, 127).astype(np.int8)

    def work(library):
        across = np.zeros((source.shape[0], width, 4), np.uint8)
        down = np.zeros((min(width, 12), source.shape[1], 4), np.uint8)
        blurred = np.zeros((12, width, 4), np.uint8)
        view = binding.image(source)
        tables = binding.address(starts), binding.address(weights), taps
        library.resample_across(binding.image(across), view, *tables)
        library.resample_down(binding.image(down), view, *tables)
        binding.check(library.blur_picture(binding.image(blurred), view, binding.address(sevenths), taps))
        halved = np.zeros(((source.shape[0] + 1) // 2, (source.shape[1] + 1) // 2, 4), np.uint8)
        library.halve_picture(binding.image(halved), view)
        return [across, down, blurred, halved]

    same(work)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 90), st.integers(1, 9), st.booleans(), st.booleans(), st.booleans(), st.integers(0, 99))
def test_compositor_kernels_paint_the_same_bits(width, height, across, down, centred, seed):
    numbers = np.random.default_rng(seed)
    columns, rows = -(-width // 2) if across else width, -(-height // 2) if down else height
    luma = numbers.integers(0, 256, (height, width), np.uint8)
    blue, red = (numbers.integers(0, 256, (rows, columns), np.uint8) for _ in range(2))
    numbers = (columns, rows, across, down, centred, 16, 9539, 17305, 2058, 5097, 14686)
    view = binding.PLANES.pack(*map(binding.address, (luma, blue, red)), width, columns, *numbers)

    def work(library):
        target = np.zeros((height, width, 4), np.uint8)
        binding.check(library.paint_planes(binding.image(target), view))
        return [target]

    same(work)


def test_compositor_kernels_that_do_not_load_say_what_to_do(tmp_path):
    broken = tmp_path / "pixels-baseline.so"
    broken.write_bytes(b"nothing")
    with pytest.raises(Unsupported, match=r"hatch_build\.py"):
        binding.open_library(broken)
