"""The list of settings, `.env.example`, and that secrets stay hidden."""

from pathlib import Path

import pytest

from cutroom.base.settings import Settings, read_settings
from cutroom.boot.settings_list import env_example, list_settings

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def listed(**environment):
    rows = list_settings(read_settings(), environment)
    return {row.names[0]: row for row in rows}


def test_the_committed_example_is_what_the_command_prints():
    assert (ROOT / ".env.example").read_text("utf-8") == env_example(), (
        "write it again: cutroom settings --env-example > .env.example"
    )


def test_the_example_sets_nothing_and_names_everything(folder):
    (folder / ".env").write_text(env_example())
    assert read_settings() == Settings(_env_file=None)
    assert "Also understood: S3_BUCKET_NAME." in env_example()


def test_says_where_a_value_comes_from(folder, monkeypatch):
    (folder / ".env").write_text("PORT=9001\nCUTROOM_HOST=0.0.0.0\n")
    monkeypatch.setenv("CUTROOM_HOST", "::1")
    rows = listed(CUTROOM_HOST="::1")
    assert (rows["CUTROOM_HOST"].value, rows["CUTROOM_HOST"].source) == ("::1", "environment, CUTROOM_HOST")
    assert (rows["CUTROOM_PORT"].value, rows["CUTROOM_PORT"].source) == ("9001", ".env, PORT")
    assert rows["CUTROOM_LEASE_SECONDS"].source == "default"


def test_secrets_are_hidden(folder, monkeypatch):
    monkeypatch.setenv("CUTROOM_DATABASE_URL", "postgresql://u:pass@host/d")
    monkeypatch.setenv("ELEVENLABS_API_KEY", "sk-very-secret")
    rows = listed(ELEVENLABS_API_KEY="sk-very-secret")
    assert rows["CUTROOM_DATABASE_URL"].value == "(set)"
    assert "very-secret" not in str(rows)


def test_every_setting_says_what_it_means(folder):
    assert all(row.meaning.endswith(".") for row in listed().values())
