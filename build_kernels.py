"""Compile the renderer's kernels when the package is built: part of hatch_build.py.

The C of src/cutroom/render/pixels/kernels becomes shared libraries in its folder `built`, which git
ignores and the wheel contains: one for every processor of the kind, and on x86-64 one more for
those with AVX2; binding.py chooses when it loads them. The compiler is $CC or cc where there is
one, else the zig of the PyPI wheel `ziglang`. Nothing is done when the libraries belong to the
present sources.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

COMPILER = "ziglang>=0.13"
KERNELS = Path("src/cutroom/render/pixels/kernels")
BUILT = KERNELS / "built"
X86 = ("x86_64", "AMD64")
# Geometry is computed in doubles: without contraction every processor rounds them alike.
FLAGS = [
    "-std=c11",
    "-O3",
    "-shared",
    "-fPIC",
    "-fvisibility=hidden",
    "-ffp-contract=off",
    "-fno-math-errno",
    "-fwrapv",
]
FLAVOURS = {"baseline": [], "x86_64_v3": ["-mavx2", "-mbmi2", "-mfma"]}


def needed(root: Path) -> list[str]:
    """Return the packages that building needs: a compiler, where there is none and something to do."""
    return [] if is_current(root) or _own_compiler() else [COMPILER]


def build(root: Path) -> bool:
    """Compile the kernels of the checkout at `root`; False when they were up to date.

    Raises:
        SystemExit: With one sentence, when there is no compiler or it fails.
    """
    if is_current(root):
        return False
    with tempfile.TemporaryDirectory(prefix="cutroom-kernels-") as scratch:
        for flavour in _flavours():
            _compile(root, Path(scratch) / _file_name(flavour), FLAVOURS[flavour])
        built = root / BUILT
        built.mkdir(parents=True, exist_ok=True)
        for flavour in _flavours():
            half = built / f"{_file_name(flavour)}.half"
            shutil.copyfile(Path(scratch) / _file_name(flavour), half)
            half.replace(built / _file_name(flavour))  # whoever has the old one open keeps it
        (built / "sources").write_text(hash_sources(root) + "\n", encoding="utf-8")  # comes last
    return True


def is_current(root: Path) -> bool:
    """Say whether the libraries belong to the present sources and all of them are there."""
    built = root / BUILT
    try:
        said = (built / "sources").read_text(encoding="utf-8").strip()
    except OSError:
        return False
    return said == hash_sources(root) and all((built / _file_name(name)).is_file() for name in _flavours())


def hash_sources(root: Path) -> str:
    """Return the SHA-256 of everything that decides what the libraries contain, the compiler apart."""
    digest = hashlib.sha256(platform.machine().encode())
    for source in [root / "build_kernels.py", *sorted((root / KERNELS).glob("*.[ch]"))]:
        content = source.read_bytes()
        digest.update(f"{source.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def platform_tag() -> str:
    """Return the platform of a wheel with these libraries, as PEP 600 names it.

    Only zig promises an old glibc; what the machine's own compiler makes is for machines like it.
    """
    return f"{'linux' if _own_compiler() else 'manylinux_2_17'}_{platform.machine()}"


def _flavours() -> list[str]:
    return [name for name in FLAVOURS if name == "baseline" or platform.machine() in X86]


def _file_name(flavour: str) -> str:
    return f"pixels-{flavour}.so"


def _own_compiler() -> list[str]:
    """Return the command of this machine's C compiler; nothing when it has none."""
    named = shlex.split(os.environ.get("CC", ""))
    if named and shutil.which(named[0]):
        return named
    found = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    return [found] if found else []


def _zig() -> list[str]:
    """Return the command of the wheel's compiler, for every C library since glibc 2.17.

    Raises:
        SystemExit: When the wheel is not installed, as without build isolation.
    """
    if importlib.util.find_spec("ziglang") is None:
        sys.exit(
            "The kernels that draw pixels need a C compiler: install one (on Debian or Ubuntu: "
            f"apt-get install gcc libc6-dev), or pip install '{COMPILER}'."
        )
    target = f"{'x86_64' if platform.machine() in X86 else platform.machine()}-linux-gnu.2.17"
    return [sys.executable, "-m", "ziglang", "cc", "-target", target]


def _compile(root: Path, library: Path, flags: list[str]) -> None:
    """Compile with this machine's compiler; where that fails or is missing, with the wheel's."""
    sources = [str(path) for path in sorted((root / KERNELS).glob("*.c"))]
    own = _own_compiler()
    problem = _run([*own, *FLAGS, *flags, "-o", str(library), *sources, "-lm"]) if own else ""
    if not own or (problem and importlib.util.find_spec("ziglang")):
        problem = _run([*_zig(), *FLAGS, *flags, "-o", str(library), *sources, "-lm"])
    if problem:
        sys.exit(f"The kernels that draw pixels could not be compiled ({problem}).")


def _run(command: list[str]) -> str:
    """Run a compiler; return its first error, or nothing when all went well."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own commands
    if not done.returncode:
        return ""
    lines = done.stderr.strip().splitlines()
    errors = [line for line in lines if "error" in line] or lines or [f"it ended with {done.returncode}"]
    return errors[0][:200]
