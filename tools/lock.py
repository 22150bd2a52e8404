"""Compile the four lock files with uv, or check that they still answer to pyproject.toml.

./run lock              compile again, keeping the versions that still fit
./run lock --upgrade    compile again with the newest versions
./run lock --check      offline: every requirement is pinned with hashes, nothing is too much
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
# What each lock holds: the groups of pyproject.toml beside (or without) the package's own needs.
SETUP, RUN, DEV = "requirements-setup.lock", "requirements.lock", "requirements-dev.lock"
COMPILER = "requirements-compiler.lock"
GROUPS = {SETUP: ["setup"], COMPILER: ["compiler"], RUN: ["build"], DEV: ["build", "dev"]}
ALONE = {SETUP, COMPILER}  # without the package's own needs
COMPILE = ["--universal", "--python-version=3.11", "--generate-hashes", "--no-annotate", "--no-header"]
PIN = re.compile(
    r"^([\w.-]+)==([^\s;\\]+)(?:[^\\\n]*)(?:\\\n\s+--hash=sha256:[0-9a-f]{64}\s*)*", re.MULTILINE
)


def main(arguments: list[str]) -> int:
    """Do what was asked; return an exit code."""
    if arguments == ["--check"]:
        problems = list(check())
        print(*problems, sep="\n")
        return bool(problems)
    for lock, groups in GROUPS.items():
        compile_lock(lock, groups, arguments)
    return 0


def compile_lock(lock: str, groups: list[str], arguments: list[str]) -> None:
    """Write one lock; the test tools agree with the versions that people run."""
    chosen = [f"--group={group}" for group in groups]
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", *COMPILE, "--no-emit-index-url"]
    if lock in ALONE:
        command += [f"--group=pyproject.toml:{group}" for group in groups]
    else:
        command += ["pyproject.toml", *chosen]
    if lock == DEV:
        command += ["--constraint", RUN]
    subprocess.run([*command, *arguments, "-o", lock], cwd=ROOT, check=True)


def check() -> Iterator[str]:
    """Yield one sentence for each way in which the locks do not answer to pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    pins = {lock: read_pins(lock) for lock in GROUPS}
    for lock, groups in GROUPS.items():
        wanted = [] if lock in ALONE else list(project["project"]["dependencies"])
        wanted += [line for group in groups for line in project["dependency-groups"][group]]
        yield from missing(lock, pins[lock], wanted)
    for name, versions in pins[RUN].items():
        if pins[DEV].get(name) != versions:
            yield f"{DEV} has another {name} than {RUN}: run ./run lock"
    for name in sorted({"pytest", "moto", "ruff", "playwright"} & pins[RUN].keys()):
        yield f"{RUN} holds the test tool {name}: run ./run lock"


def missing(lock: str, pins: dict[str, set[str]], wanted: list[str]) -> Iterator[str]:
    """Yield one sentence for each requirement that no pin of the lock satisfies."""
    for requirement in map(Requirement, wanted):
        versions = pins.get(canonicalize_name(requirement.name), set())
        if not any(requirement.specifier.contains(version) for version in versions):
            found = ", ".join(sorted(versions)) or "nothing"
            yield f"{lock} pins {found} for {requirement}: run ./run lock"


def read_pins(lock: str) -> dict[str, set[str]]:
    """Return the pinned versions by canonical name; a package may have one per Python version."""
    pins: dict[str, set[str]] = {}
    for match in PIN.finditer((ROOT / lock).read_text("utf-8")):
        if "--hash" not in match[0]:
            raise SystemExit(f"{lock} pins {match[1]} without a hash: run ./run lock")
        pins.setdefault(canonicalize_name(match[1]), set()).add(match[2])
    return pins


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
