"""The command line's frame: exit codes, one sentence per error, a quick start."""

import subprocess
import sys

import pytest

HEAVY = ("alembic", "av", "fastapi", "numpy", "procrastinate", "psycopg", "pydantic", "uvloop")


@pytest.fixture
def cutroom(tmp_path):
    def run(*words, **environment):
        return subprocess.run(
            [sys.executable, "-P", "-m", "cutroom.cli.main", *words],
            cwd=tmp_path,
            env={"HOME": str(tmp_path), **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_help_names_the_commands(cutroom):
    answer = cutroom("--help", COLUMNS="200")
    assert answer.returncode == 0
    for name in ("up", "serve", "worker", "migrate", "sign-in", "settings", "doctor", "version"):
        assert f" {name} " in answer.stdout


def test_help_loads_no_room():
    program = (
        "import sys; from cutroom.cli.main import add_commands; add_commands();"
        f"print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == []


def test_wrong_usage_is_two(cutroom):
    assert cutroom("no-such-command").returncode == 2
    assert cutroom("up", "--no-such-option").returncode == 2


def test_an_error_is_a_sentence_with_its_code(cutroom):
    answer = cutroom("settings", CUTROOM_PORT="70000")
    assert answer.returncode == 1
    assert answer.stderr.startswith("Error: CUTROOM_PORT is '70000'")
    assert "(bad_settings)" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_debug_shows_the_trace(cutroom):
    assert "Traceback" in cutroom("--debug", "settings", CUTROOM_PORT="70000").stderr


def test_settings_lists_and_warns(cutroom):
    answer = cutroom("settings", CUTROOM_PROT="1", COLUMNS="200")
    assert answer.returncode == 0
    assert "CUTROOM_DRAIN_SECONDS" in answer.stdout
    assert "CUTROOM_PROT is set, but no setting has that name." in answer.stdout


def test_doctor_ends_with_one_when_something_blocks(cutroom, tmp_path):
    (tmp_path / "file").write_text("")
    answer = cutroom("doctor", CUTROOM_DATA=str(tmp_path / "file" / "data"), CUTROOM_PORT="1")
    assert answer.returncode == 1
    assert "cannot be written" in answer.stdout
    assert "Traceback" not in answer.stdout + answer.stderr


def test_doctor_is_content_with_a_good_installation(cutroom, tmp_path):
    answer = cutroom("doctor", CUTROOM_DATA=str(tmp_path / "data"))
    assert answer.returncode == 0, answer.stdout + answer.stderr
