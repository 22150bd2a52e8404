"""Keep .venv equal to the locks and to this checkout, then run a command in it (see `./run`).

Only the standard library and pip are used, so that every mirror, proxy and certificate that pip
is configured for holds. The environment is made by virtualenv, because Debian's Python comes
without ensurepip, and virtualenv is put into .tools, because pip may not write to the system.
"""

from __future__ import annotations

import collections
import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Generator, Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STATE = VENV / "cutroom-setup.json"
UNFINISHED = TOOLS / "unfinished"
LOCKS = {
    "setup": ROOT / "requirements-setup.lock",
    "compiler": ROOT / "requirements-compiler.lock",
    "run": ROOT / "requirements.lock",
    "dev": ROOT / "requirements-dev.lock",
}
PROJECT = [
    "pyproject.toml",
    "hatch_build.py",
    "build_fonts.py",
    "build_islands.py",
    "build_kernels.py",
    "package.json",
    "package-lock.json",
    *sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("src/cutroom/render/pixels/kernels/*.[ch]")),
    "src/cutroom/web/islands",
]
VERSIONS = ([3, 11], [3, 12], [3, 13])
PIP = ["-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--progress-bar", "off"]
LOCKED = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--no-warn-script-location"]
SILENCE = 2.0  # seconds between two lines of progress
USAGE = """\
./run up            set up, start everything, print a sign-in link; Ctrl-C stops it
./run test [...]    set up with the test tools and pass the tests (arguments go to pytest)
./run check         the checks of CI: style, types, import contracts, house rules, documents
./run lock [...]    compile the lock files anew (--upgrade for newer versions)
./run setup [--dev] set up only
./run COMMAND ...   any other command of cutroom, for example ./run doctor, ./run --help
"""


class SetupFailed(Exception):
    """The environment could not be made; the message says why and what to do."""


def main(arguments: Sequence[str]) -> int:
    """Set up what the command needs and become that command; return an exit code otherwise."""
    if not arguments:
        print(USAGE, end="")
        return 0
    command, *rest = arguments
    try:
        is_development = command in {"test", "check", "lock"} or "--dev" in rest[: command == "setup"]
        prepare("dev" if is_development else "run")
    except SetupFailed as error:
        print(f"Setting up failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; the next ./run begins again with what was already downloaded.", file=sys.stderr)
        return 130
    if command == "setup":
        return 0
    if command == "test":
        os.chdir(ROOT)
        become([PYTHON, "-m", "pytest", *rest])
    if command in {"check", "lock"}:
        os.chdir(ROOT)
        become([PYTHON, ROOT / "tools" / f"{command}.py", *rest])
    become([VENV / "bin" / "cutroom", *arguments])
    return 0  # never reached: the process has become another


def become(command: Sequence[str | Path]) -> None:
    """Replace this process, so that signals and exit codes are the command's own."""
    sys.stdout.flush()
    os.execv(command[0], [str(part) for part in command])


def prepare(flavour: str) -> None:
    """Bring .venv to the state that the locks ask for; do nothing when it is there.

    Args:
        flavour: "run" for what Cutroom needs, "dev" for the test tools as well.

    Raises:
        SetupFailed: With the reason and what to do.
    """
    if is_ready(flavour):
        return
    TOOLS.mkdir(exist_ok=True)
    with alone(TOOLS / "lock"):
        if is_ready(flavour):
            return
        started = time.monotonic()
        if UNFINISHED.exists() or not is_usable():
            # A pip that was killed leaves packages that look installed and are not.
            shutil.rmtree(VENV, ignore_errors=True)
        UNFINISHED.touch()
        make_environment()
        state = read_state()
        # The stamp goes first: whoever looks now must wait until the new one is written.
        STATE.unlink(missing_ok=True)
        lock = LOCKS[flavour]
        if state.get(flavour) != fingerprint([lock]):
            install_lock(lock)
            state = {"run": fingerprint([LOCKS["run"]]), flavour: fingerprint([lock])}
        if not has_compiler():
            install_lock(LOCKS["compiler"])
        install_project()
        write_state(state | {"project": fingerprint_project(), "root": str(ROOT)})
        UNFINISHED.unlink()
        say(f"Ready after {time.monotonic() - started:.0f} s.")


def is_ready(flavour: str) -> bool:
    """Say whether nothing has changed since the last setup, without importing anything."""
    state = read_state()
    return (
        not UNFINISHED.exists()
        and state.get(flavour) == fingerprint([LOCKS[flavour]])
        and state.get("project") == fingerprint_project()
        and is_usable()
    )


def is_usable() -> bool:
    """Say whether .venv stands where it was made and its Python runs and is one we support."""
    if read_state().get("root", str(ROOT)) != str(ROOT):
        return False
    probe = "import json, sys; print(json.dumps(sys.version_info[:2]))"
    try:
        answer = subprocess.run([PYTHON, "-I", "-S", "-c", probe], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    minor = json.loads(answer.stdout)
    return minor in VERSIONS and (VENV / "lib" / f"python3.{minor[1]}").is_dir()


def make_environment() -> None:
    """Make .venv with a pip of its own, or add the pip to one that has none."""
    if PYTHON.exists():
        probe = subprocess.run([PYTHON, "-c", "import pip"], stderr=subprocess.DEVNULL, check=False)
        if probe.returncode == 0:
            return
    say(f"Setting up Cutroom in {VENV} with Python {sys.version.split()[0]}.")
    place = TOOLS / f"virtualenv-{fingerprint([LOCKS['setup']])[:12]}"
    if not place.is_dir():
        half = TOOLS / "half"
        shutil.rmtree(half, ignore_errors=True)
        options = [*PIP, *LOCKED, "--target", half, "-r", LOCKS["setup"]]
        run_pip([sys.executable, *options], "virtualenv")
        half.rename(place)
    surroundings = os.environ | {
        "PYTHONPATH": str(place),
        "VIRTUALENV_OVERRIDE_APP_DATA": str(TOOLS / "virtualenv-state"),
    }
    command = [sys.executable, "-m", "virtualenv", "--quiet", "--no-download", "--no-periodic-update", VENV]
    made = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    if made.returncode:
        raise SetupFailed(f"virtualenv could not make {VENV}:\n{made.stdout}{made.stderr}")


def install_lock(lock: Path) -> None:
    """Install every package of a lock, as it is pinned there."""
    count = len(re.findall(r"^[\w.-]+==", lock.read_text("utf-8"), re.MULTILINE))
    say(f"Installing the {count} packages of {lock.name}; the first time takes a minute or two.")
    run_pip([PYTHON, *PIP, *LOCKED, "-r", lock], lock.name, count)


def has_compiler() -> bool:
    """Say whether this machine can compile C; else the compiler of a wheel does, as build_kernels.py asks."""
    named = os.environ.get("CC", "").split()
    return any(map(shutil.which, [*named[:1], "cc", "gcc", "clang"]))


def install_project() -> None:
    """Install this checkout itself, editable, which also makes what hatch_build.py makes."""
    say("Installing this checkout.")
    run_pip([PYTHON, *PIP, "--no-deps", "--no-build-isolation", "--editable", ROOT], "this checkout")


def run_pip(command: Sequence[str | Path], what: str, expected: int = 1) -> None:
    """Run pip and retell it: a line every two seconds, its own last words when it fails.

    Args:
        command: The whole command line.
        what: Its object in a message.
        expected: How many packages it will look at, less those that this Python does not need.

    Raises:
        SetupFailed: When pip fails.
    """
    # A person's own pip settings stay, but for those that contradict where we install.
    surroundings = os.environ | {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PYTHONUNBUFFERED": "1"}
    for name in ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_QUIET", "PYTHONHOME"):
        surroundings.pop(name, None)
    tail: collections.deque[str] = collections.deque(maxlen=30)
    with subprocess.Popen(
        [str(part) for part in command],
        env=surroundings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as pip:
        assert pip.stdout is not None
        retell(pip.stdout, tail, expected)
    if pip.returncode:
        words = "\n".join(line for line in tail if "is ignored: it is neither" not in line)
        raise SetupFailed(f"pip could not install {what}. Its last words:\n{words}")


def retell(lines: Iterable[str], tail: collections.deque[str], expected: int) -> None:
    """Say now and then how far pip has come; keep its last lines."""
    told = time.monotonic()
    count = 0
    for line in lines:
        tail.append(line.rstrip())
        name = re.match(r"(?:Collecting|Processing) (?:\S+/)?([\w.]+)", line)
        count += bool(name)
        if line.startswith("Installing collected packages") and expected > 1:
            say("  downloaded; unpacking")
        elif name and time.monotonic() - told > SILENCE:
            told = time.monotonic()
            say(f"  {count} of {expected}: {name[1]}")


def fingerprint(paths: Iterable[Path]) -> str:
    """Return a SHA-256 of names and contents; a missing file counts as missing."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.name.encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b"missing")
    return total.hexdigest()


def fingerprint_project() -> str:
    """Return the fingerprint of what the installation of this checkout is made from."""
    places = [ROOT / name for name in PROJECT]
    files = [f for place in places for f in (sorted(place.rglob("*")) if place.is_dir() else [place])]
    return fingerprint(f for f in files if not f.is_dir())


def read_state() -> dict[str, str]:
    """Return what the last finished setup installed; nothing if there was none."""
    try:
        return json.loads(STATE.read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def write_state(state: dict[str, str]) -> None:
    """Replace the stamp in one move."""
    half = STATE.with_suffix(".half")
    half.write_text(json.dumps(state, indent=1), "utf-8")
    half.replace(STATE)


@contextlib.contextmanager
def alone(path: Path) -> Generator[None]:
    """Let one setup of this checkout run at a time; the lock dies with its process."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("Another ./run is setting up this checkout; waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def say(line: str) -> None:
    """Print a line of progress where it disturbs no pipe."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
