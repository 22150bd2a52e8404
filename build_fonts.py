"""Put the bundled typefaces in place when the package is built.

hatch_build.py calls it. The typefaces are the contents of published packages, taken by pip and by
the npm of the build's Node, each checked against its SHA-256 here. They go to
src/cutroom/render/fonts_built/ with their licences and a manifest; git ignores the folder and the
wheel contains it. Nothing is done when the files of this table are there already.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BUILT = Path("src/cutroom/render/fonts_built")
PIP = "pip>=24"


@dataclass(frozen=True)
class Package:
    """A published package with typefaces.

    Attributes:
        name: As its registry calls it.
        version: Exactly this one.
        sha256: Of its wheel, or of its npm archive.
        licence: The path of the licence's text in it.
        faces: What is taken of it: path, family, whether the face is italic, number in a collection.
    """

    name: str
    version: str
    sha256: str
    licence: str
    faces: tuple[tuple[str, str, bool, int], ...]


def _plain(slug: str, version: str, sha256: str, *faces: tuple[str, str, bool]) -> Package:
    """Return a package of the series `fontpkg-*`: one family of Google Fonts each."""
    folder = f"fontpkg_{slug.replace('-', '_')}"
    files = tuple((f"{folder}/files/{file}", family, italic, 0) for file, family, italic in faces)
    return Package(f"fontpkg-{slug}", version, sha256, f"{folder}/LICENSE", files)


_SCRIPTS = (
    "Arabic",
    "Armenian",
    "Bengali",
    "Devanagari",
    "Ethiopic",
    "Georgian",
    "Gujarati",
    "Gurmukhi",
    "Hebrew",
    "Kannada",
    "Khmer",
    "Lao",
    "Malayalam",
    "Myanmar",
    "Oriya",
    "Sinhala",
    "Symbols",
    "Tamil",
    "Telugu",
    "Thai",
)
_CJK = ("JP", "KR", "SC", "TC", "HK")  # in this order in the collection
_NOTO = "2026.9.26.post1"

WHEELS = (
    _plain(
        "inter",
        "4.1.post1",
        "b1105c8b368787112e9352ba657fe4fd32feb0722cc3046a308f65962298ddf8",
        ("Inter[opsz,wght].ttf", "Inter", False),
        ("Inter-Italic[opsz,wght].ttf", "Inter", True),
    ),
    _plain(
        "anton",
        "2.116",
        "019bd761acc525b186dfbdc9fd62fd0dfdb44f0347bba1ef604b4aefc9a60625",
        ("Anton-Regular.ttf", "Anton", False),
    ),
    _plain(
        "archivo-black",
        "1.6",
        "a5e2919c68dfafa451750cb764ba8d0414ac0d502bc4d28435d6ff9cf1724b29",
        ("ArchivoBlack-Regular.ttf", "Archivo Black", False),
    ),
    _plain(
        "bebas-neue",
        "2.0",
        "f6b9fedefec415385255a495c1bea02f3d26ee6e443798d9cfbd457ede6e5e6d",
        ("BebasNeue-Regular.ttf", "Bebas Neue", False),
    ),
    _plain(
        "caveat",
        "2.0",
        "fcab480da07243af667fd70098d54f34129f8e5c42c1bf5da5c5842b7c187c19",
        ("Caveat[wght].ttf", "Caveat", False),
    ),
    _plain(
        "jetbrains-mono",
        "2.211",
        "546e53afe7048f4c4ac2be8cbc00c42d7208bb5f6cd00f852225aa2797335de4",
        ("JetBrainsMono[wght].ttf", "JetBrains Mono", False),
        ("JetBrainsMono-Italic[wght].ttf", "JetBrains Mono", True),
    ),
    _plain(
        "lora",
        "3.8",
        "b0d7761989bf25e4b5f23e2d5964bd896fcac2a7e2719a294c19fe5235552043",
        ("Lora[wght].ttf", "Lora", False),
        ("Lora-Italic[wght].ttf", "Lora", True),
    ),
    _plain(
        "montserrat",
        "9.0",
        "0baf3f7a2061e590a1511bce18bd06c437bf124dc87f8b710eeab2f2d0efe6d1",
        ("Montserrat[wght].ttf", "Montserrat", False),
        ("Montserrat-Italic[wght].ttf", "Montserrat", True),
    ),
    _plain(
        "oswald",
        "4.103",
        "8289985a11990f95c4cedf88fc2d613274de4b8083d84b28d0fecc8049109186",
        ("Oswald[wght].ttf", "Oswald", False),
    ),
    _plain(
        "playfair-display",
        "1.203",
        "5941b14cc9742d6d93b8a163b4582b81761d1fd99fbe312ad2efb116f1d1106e",
        ("PlayfairDisplay[wght].ttf", "Playfair Display", False),
        ("PlayfairDisplay-Italic[wght].ttf", "Playfair Display", True),
    ),
    Package(
        "manimgx-fonts",
        _NOTO,
        "e5e21178263ddec3eef9414d2b52a1c90ac01062d3e9067460f3359f854c3e17",
        f"manimgx_fonts-{_NOTO}.dist-info/licenses/LICENSE",
        (
            ("manimgx_fonts/NotoSans[wght].ttf", "Noto Sans", False, 0),
            ("manimgx_fonts/NotoSans-Italic[wght].ttf", "Noto Sans", True, 0),
            *(
                (f"manimgx_fonts/NotoSans{name}[wght].ttf", f"Noto Sans {name}", False, 0)
                for name in _SCRIPTS
            ),
        ),
    ),
    Package(
        "manimgx-fonts-cjk",
        _NOTO,
        "05d5584c73877f37427cf0ca8067f5bacea2b596c7be79e8aedd634bb9f2b666",
        f"manimgx_fonts_cjk-{_NOTO}.dist-info/licenses/LICENSE",
        tuple(
            ("manimgx_fonts_cjk/NotoSansCJK-VF.otf.ttc", f"Noto Sans {name}", False, number)
            for number, name in enumerate(_CJK)
        ),
    ),
)
EMOJI = Package(
    "twemoji-colr-font",
    "15.0.3",
    "10cb935907d7dc3d46e254d6ff54b3e042652eb08f6973c81cd2c4225e6ebac5",
    "package/LICENSE",
    (("package/twemoji.woff2", "Twemoji", False, 0),),
)
UNPACKER = Package(  # WebAssembly of the reference decoder of WOFF2, which Skia does not read
    "wawoff2",
    "2.0.1",
    "c356059ab809228e0c93b7da8862bc8b52b7b84d69f16255eaec304fc9d99a56",
    "package/LICENSE",
    (),
)

Node = Callable[..., list[str]]
"""Given scripts of the Node wheel, returns the command that runs them."""


def build_fonts(root: Path, node: Node) -> bool:
    """Put the typefaces of the checkout at `root` in place; False when they were there.

    Raises:
        SystemExit: With one sentence, when a registry or one of its packages fails.
    """
    if is_current(root):
        return False
    with tempfile.TemporaryDirectory(prefix="cutroom-fonts-") as scratch:
        work = Path(scratch)
        fresh = work / "fresh"
        fresh.mkdir()
        faces = _take_wheels(work, fresh)
        faces += _take_emoji(work, fresh, node)
        _publish(root, fresh, faces)
    return True


def is_current(root: Path) -> bool:
    """Say whether the files of this table are there."""
    built = root / BUILT
    try:
        manifest = json.loads((built / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    files = {face["file"] for face in manifest.get("faces", [])}
    return manifest.get("sources") == _hash(Path(__file__)) and all(
        (built / name).is_file() for name in files
    )


def _take_wheels(work: Path, fresh: Path) -> list[dict[str, Any]]:
    """Fetch the wheels, which pip checks, and copy what is wanted of them."""
    wanted = "".join(f"{one.name}=={one.version} --hash=sha256:{one.sha256}\n" for one in WHEELS)
    (work / "fonts.txt").write_text(wanted, encoding="utf-8")
    options = [
        "--no-deps",
        "--only-binary=:all:",
        "--require-hashes",
        "--disable-pip-version-check",
        "--quiet",
    ]
    _run(
        [sys.executable, "-m", "pip", "download", *options, "-r", "fonts.txt", "-d", "wheels"],
        work,
        "The typefaces could not be fetched: pip needs its package index. Connect once and install again",
    )
    faces: list[dict[str, Any]] = []
    for package in WHEELS:
        stem = f"{package.name.replace('-', '_')}-{package.version}-"
        wheel = next((work / "wheels").glob(f"{stem}*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            for path in dict.fromkeys(path for path, *_ in package.faces):
                (fresh / _file_name(path)).write_bytes(archive.read(path))
            (fresh / f"{package.name}.licence.txt").write_bytes(archive.read(package.licence))
        faces += _faces(package, fresh)
    return faces


def _take_emoji(work: Path, fresh: Path, node: Node) -> list[dict[str, Any]]:
    """Fetch the colour emoji, which are published for browsers only, and unpack them."""
    for package in (EMOJI, UNPACKER):
        _take_archive(package, work, node)
    script = (
        "const fs = require('fs'), unpack = require('./wawoff2/package/decompress.js');"
        "unpack(fs.readFileSync(process.argv[1])).then((font) => fs.writeFileSync(process.argv[2], font));"
    )
    (path, *_), *_ = EMOJI.faces
    source, target = work / EMOJI.name / path, fresh / _file_name(path)
    _run(
        [*node(), "-e", script, str(source), str(target)],
        work,
        "The typeface of emoji could not be unpacked",
    )
    shutil.copyfile(work / EMOJI.name / EMOJI.licence, fresh / f"{EMOJI.name}.licence.txt")
    return _faces(EMOJI, fresh)


def _take_archive(package: Package, work: Path, node: Node) -> None:
    """Fetch a package of npm and unpack it into a folder of its name."""
    npm = node("lib/node_modules/npm/bin/npm-cli.js")
    _run(
        [*npm, "pack", f"{package.name}@{package.version}", "--ignore-scripts", "--loglevel=error"],
        work,
        "The typeface of emoji could not be fetched: npm needs its package registry. Connect once and "
        "install again",
    )
    archive = work / f"{package.name}-{package.version}.tgz"
    if _hash(archive) != package.sha256:
        sys.exit(f"The package {package.name} {package.version} is not the one that was looked at.")
    with tarfile.open(archive) as tar:
        for member in tar:
            content = tar.extractfile(member)
            if content is not None:
                path = work / package.name / member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.read())


def _faces(package: Package, fresh: Path) -> list[dict[str, Any]]:
    """Return what the manifest says of a package's faces."""
    return [
        {
            "file": _file_name(path),
            "family": family,
            "italic": italic,
            "index": index,
            "sha256": _hash(fresh / _file_name(path)),
        }
        for path, family, italic, index in package.faces
    ]


def _file_name(path: str) -> str:
    """Return a name without brackets; what was packed for browsers is unpacked."""
    name = Path(path).name.replace(".woff2", ".ttf").replace(".otf.ttc", ".ttc")
    return name.partition("[")[0] + Path(name).suffix if "[" in name else name


def _publish(root: Path, fresh: Path, faces: list[dict[str, Any]]) -> None:
    """Replace the typefaces of before; the manifest comes last."""
    built = root / BUILT
    shutil.rmtree(built, ignore_errors=True)
    shutil.copytree(fresh, built)
    manifest = {"sources": _hash(Path(__file__)), "faces": faces}
    (built / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _run(command: list[str], work: Path, sentence: str) -> None:
    """Run a program in `work`, with the directory of its own on the path.

    Raises:
        SystemExit: With the sentence and the program's first words.
    """
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    done = subprocess.run(  # noqa: S603 - our own commands
        command, cwd=work, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = [
            line for line in (done.stderr or done.stdout).splitlines() if line.startswith(("ERROR", "npm e"))
        ]
        sys.exit(f"{sentence} ({lines[-1][:200] if lines else f'it ended with {done.returncode}'}).")
