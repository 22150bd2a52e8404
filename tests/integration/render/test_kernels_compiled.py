from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import numpy as np
import pytest

from cutroom.render.pixels.kernels import binding

ROOT = Path(__file__).parents[3]


def test_kernels_compiled_anew_draw_the_same_bits(tmp_path):
    spec = importlib.util.spec_from_file_location("build_kernels", ROOT / "build_kernels.py")
    build_kernels = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build_kernels)
    if not any(map(shutil.which, ("cc", "gcc", "clang"))):
        pytest.skip("this machine has no C compiler")
    shutil.copy(ROOT / "build_kernels.py", tmp_path)
    shutil.copytree(
        ROOT / build_kernels.KERNELS,
        tmp_path / build_kernels.KERNELS,
        ignore=shutil.ignore_patterns("built", "__pycache__"),
    )
    assert build_kernels.build(tmp_path) is True
    assert build_kernels.build(tmp_path) is False
    numbers = np.random.default_rng(7)
    source = numbers.integers(0, 256, (70, 90, 4), np.uint8)
    source[..., :3] = np.minimum(source[..., :3], source[..., 3:])
    turned = (0.9, 0.3, -0.3, 0.9, 12.3, 4.5)
    placement = binding.PLACEMENT.pack(*turned, 1, 2, 88, 66, -1e9, -1e9, 1e9, 1e9, 9, 200, 0, 0, 0)
    drawn = []
    for folder in (binding.BUILT, tmp_path / build_kernels.BUILT):
        canvas = np.full((100, 120, 4), 255, np.uint8)
        library = binding.open_library(folder / f"pixels-{binding.library_names()[0]}.so")
        binding.check(library.draw_picture(binding.image(canvas), binding.image(source), placement, None, 0))
        drawn.append(canvas)
    assert np.array_equal(*drawn)
    assert drawn[0].min() < 255
