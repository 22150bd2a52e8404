"""Whether the compiled parts of wheels can be loaded, and which system packages they miss."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

MODULES = (
    "av",
    "argon2",
    "httptools",
    "numpy",
    "obstore",
    "psutil",
    "psycopg",
    "pydantic_core",
    "soxr",
    "uvloop",
)
"""What cannot do without its compiled part. Plug-ins report theirs through their registry."""

# Debian and Ubuntu, where the package's name does not follow from the library's.
_PACKAGES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libX11.so.6": "libx11-6",
    "libz.so.1": "zlib1g",
    "libc.so.6": "libc6",
    "libm.so.6": "libc6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libgcc_s.so.1": "libgcc-s1",
}
_MISSING = re.compile(r"^\s*(\S+) => not found", re.MULTILINE)
_UNLOADED = re.compile(r"(\S+\.so[.\d]*): cannot open shared object file")
_SECONDS = 30


@dataclass(frozen=True)
class Unloaded:
    """A part that could not be loaded.

    Attributes:
        name: The module or program.
        reason: The last line of what the loader said.
        libraries: Names of the system's libraries that it misses; empty when that is not why.
    """

    name: str
    reason: str
    libraries: frozenset[str]


def package_of(library: str) -> str:
    """Name the Debian package of a library by Debian's rule (policy 8.1): `libfoo.so.2` is in `libfoo2`."""
    if library in _PACKAGES:
        return _PACKAGES[library]
    stem, _, version = library.partition(".so.")
    stem = stem.lower().replace("_", "-")
    return f"{stem}-{version}" if stem[-1:].isdigit() and version else stem + version


def missing_in(said: str) -> frozenset[str]:
    """Read the names of missing libraries from what `ldd` or a failed import said."""
    return frozenset(_MISSING.findall(said)) | frozenset(_UNLOADED.findall(said))


def try_module(name: str) -> Unloaded | None:
    """Import a module in a process of its own, which may crash; None when it works."""
    unloaded = _run(name, [sys.executable, "-P", "-c", f"import {name}"])
    if unloaded is None or not unloaded.libraries:
        return unloaded
    # The loader stops at the first missing library: ldd knows the others as well.
    spec = importlib.util.find_spec(name)
    folder = Path(spec.origin).parent if spec and spec.origin else None
    files = sorted(map(str, folder.rglob("*.so*"))) if folder else []
    more = missing_in(_output(["ldd", *files])) if files else frozenset[str]()
    own = {Path(file).name for file in files}
    return Unloaded(name, unloaded.reason, (unloaded.libraries | more) - own)


def try_program(path: Path) -> Unloaded | None:
    """Ask a program for its version; None when it works."""
    unloaded = _run(path.name, [str(path), "--version"])
    if unloaded is None:
        return None
    return Unloaded(path.name, unloaded.reason, unloaded.libraries | missing_in(_output(["ldd", str(path)])))


def _run(name: str, command: list[str]) -> Unloaded | None:
    try:
        ran = subprocess.run(  # noqa: S603 - our own interpreter or binaries
            command, check=False, capture_output=True, text=True, timeout=_SECONDS, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Unloaded(name, str(error), frozenset())
    if ran.returncode == 0:
        return None
    crash = f"it was killed by signal {-ran.returncode}" if ran.returncode < 0 else "it said nothing"
    reason = ran.stderr.strip().rpartition("\n")[2] or crash
    return Unloaded(name, reason, missing_in(ran.stderr))


def _output(command: list[str]) -> str:
    try:
        ran = subprocess.run(  # noqa: S603 - ldd over files of installed wheels
            command, check=False, capture_output=True, text=True, timeout=_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""  # no ldd on this system: the loader's own word must do
    return ran.stdout + ran.stderr
