import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def build_kernels():
    spec = importlib.util.spec_from_file_location("build_kernels", ROOT / "build_kernels.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path, build_kernels):
    """Lay the sources of the kernels, and libraries that belong to them."""
    shutil.copy(ROOT / "build_kernels.py", tmp_path)
    folder = tmp_path / build_kernels.KERNELS
    built = tmp_path / build_kernels.BUILT
    built.mkdir(parents=True)
    for source in (ROOT / build_kernels.KERNELS).glob("*.[ch]"):
        shutil.copy(source, folder)
    for name in build_kernels.FLAVOURS:
        (built / f"pixels-{name}.so").touch()
    (built / "sources").write_text(build_kernels.hash_sources(tmp_path))
    return tmp_path


def test_build_kernels_does_nothing_when_nothing_changed(build_kernels, checkout):
    assert build_kernels.is_current(checkout)
    assert build_kernels.needed(checkout) == []
    assert build_kernels.build(checkout) is False


@pytest.mark.parametrize("name", ["build_kernels.py", "draw.c", "pixels.h"])
def test_build_kernels_sees_a_changed_source(build_kernels, checkout, name):
    folder = checkout if name.endswith(".py") else checkout / build_kernels.KERNELS
    with (folder / name).open("a") as source:
        source.write("\n")
    assert not build_kernels.is_current(checkout)


def test_build_kernels_sees_a_missing_library(build_kernels, checkout):
    (checkout / build_kernels.BUILT / "pixels-baseline.so").unlink()
    assert not build_kernels.is_current(checkout)


def test_build_kernels_asks_for_a_compiler_where_there_is_none(build_kernels, checkout, monkeypatch):
    (checkout / build_kernels.BUILT / "sources").unlink()
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CC", raising=False)
    assert build_kernels.needed(checkout) == [build_kernels.COMPILER]
    assert build_kernels.platform_tag().startswith("manylinux_2_17_")


def test_build_kernels_without_any_compiler_says_what_to_install(build_kernels, checkout):
    (checkout / build_kernels.BUILT / "sources").unlink()
    program = "import pathlib, build_kernels; build_kernels.build(pathlib.Path('.'))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", program],
        cwd=checkout,
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "need a C compiler" in done.stderr
    assert "pip install 'ziglang" in done.stderr
