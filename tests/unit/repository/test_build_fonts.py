"""What puts the typefaces in place."""

import importlib.util
import json
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def build_fonts():
    spec = importlib.util.spec_from_file_location("build_fonts", ROOT / "build_fonts.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["build_fonts"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["build_fonts"]


def test_build_fonts_pins_every_package(build_fonts):
    packages = [*build_fonts.WHEELS, build_fonts.EMOJI, build_fonts.UNPACKER]
    assert all(len(package.sha256) == 64 and package.version for package in packages)
    assert len({package.name for package in packages}) == len(packages)


def test_build_fonts_knows_its_own_work(build_fonts, tmp_path):
    manifest = json.loads((ROOT / build_fonts.BUILT / "manifest.json").read_text("utf-8"))
    built = tmp_path / build_fonts.BUILT
    built.mkdir(parents=True)
    assert not build_fonts.is_current(tmp_path)
    for face in manifest["faces"]:
        (built / face["file"]).touch()
    fresh = {**manifest, "sources": build_fonts._hash(ROOT / "build_fonts.py")}
    (built / "manifest.json").write_text(json.dumps(fresh), "utf-8")
    assert build_fonts.is_current(tmp_path)
    (built / manifest["faces"][-1]["file"]).unlink()
    assert not build_fonts.is_current(tmp_path)
    shutil.copy(ROOT / "build_fonts.py", built / manifest["faces"][-1]["file"])
    (built / "manifest.json").write_text(json.dumps({**fresh, "sources": "older"}), "utf-8")
    assert not build_fonts.is_current(tmp_path)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a/Inter[opsz,wght].ttf", "Inter.ttf"),
        ("a/Inter-Italic[opsz,wght].ttf", "Inter-Italic.ttf"),
        ("a/NotoSansCJK-VF.otf.ttc", "NotoSansCJK-VF.ttc"),
        ("package/twemoji.woff2", "twemoji.ttf"),
        ("a/Anton-Regular.ttf", "Anton-Regular.ttf"),
    ],
)
def test_build_fonts_names_files_simply(build_fonts, path, name):
    assert build_fonts._file_name(path) == name


def test_build_fonts_says_what_failed(build_fonts, tmp_path):
    with pytest.raises(SystemExit, match=r"^It could not be done \(it ended with 3\)\.$"):
        build_fonts._run([sys.executable, "-c", "raise SystemExit(3)"], tmp_path, "It could not be done")
