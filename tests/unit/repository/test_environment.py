import collections

import environment
import lock
import pytest


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """Lay a checkout whose environment is finished."""
    venv = tmp_path / ".venv"
    (tmp_path / ".tools").mkdir()
    venv.mkdir()
    for name in ("ROOT", "TOOLS", "VENV", "STATE", "UNFINISHED"):
        place = {"ROOT": tmp_path, "TOOLS": tmp_path / ".tools", "VENV": venv}.get(name)
        place = place or (
            venv / "cutroom-setup.json" if name == "STATE" else tmp_path / ".tools" / "unfinished"
        )
        monkeypatch.setattr(environment, name, place)
    (tmp_path / "requirements.lock").write_text("one==1 --hash=sha256:0\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    monkeypatch.setattr(environment, "LOCKS", {"run": tmp_path / "requirements.lock"})
    # The interpreter of this very test stands in for the one of .venv.
    bin_folder = venv / "bin"
    bin_folder.mkdir()
    (bin_folder / "python").symlink_to(environment.sys.executable)
    minor = environment.sys.version_info[1]
    (venv / "lib" / f"python3.{minor}").mkdir(parents=True)
    monkeypatch.setattr(environment, "PYTHON", bin_folder / "python")
    environment.write_state(
        {
            "run": environment.fingerprint([tmp_path / "requirements.lock"]),
            "project": environment.fingerprint_project(),
            "root": str(tmp_path),
        }
    )
    return tmp_path


def test_nothing_is_done_when_nothing_changed(checkout):
    assert environment.is_ready("run")
    environment.prepare("run")


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml", "package.json"])
def test_a_changed_source_asks_for_setup(checkout, name):
    (checkout / name).write_text("changed")
    assert not environment.is_ready("run")


def test_an_island_of_the_pages_counts_as_source(checkout):
    islands = checkout / environment.PROJECT[-1]
    islands.mkdir(parents=True)
    (islands / "player.ts").write_text("export {}")
    assert not environment.is_ready("run")


def test_an_interrupted_setup_is_never_ready(checkout):
    (checkout / ".tools" / "unfinished").touch()
    assert not environment.is_ready("run")


def test_a_moved_checkout_is_not_usable(checkout):
    environment.write_state(environment.read_state() | {"root": "/elsewhere"})
    assert not environment.is_usable()


def test_a_broken_interpreter_is_not_usable(checkout):
    (checkout / ".venv" / "bin" / "python").unlink()
    assert not environment.is_usable()


def test_a_torn_stamp_counts_as_none(checkout):
    environment.STATE.write_text('{"run": "')
    assert environment.read_state() == {}
    assert not environment.is_ready("run")


def test_progress_is_told_in_plain_lines(capsys, monkeypatch):
    monkeypatch.setattr(environment, "SILENCE", -1)
    lines = [
        "Collecting av==18.1.0 (from -r x)\n",
        "Processing /opt/numpy-2.4.6-cp311.whl\n",
        "Installing collected packages: av\n",
    ]
    tail = collections.deque(maxlen=2)
    environment.retell(lines, tail, 7)
    assert capsys.readouterr().err.splitlines() == [
        "  1 of 7: av",
        "  2 of 7: numpy",
        "  downloaded; unpacking",
    ]
    assert len(tail) == 2


def test_the_locks_answer_to_pyproject():
    assert list(lock.check()) == []


def test_a_requirement_without_a_pin_is_named():
    assert list(lock.missing("x.lock", {"av": {"17.0"}}, ["av>=18", "numpy"])) == [
        "x.lock pins 17.0 for av>=18: run ./run lock",
        "x.lock pins nothing for numpy: run ./run lock",
    ]
