"""Settings: the names people have, wrong values refused with the variable and the rule."""

import pytest

from cutroom.base.errors import Refused
from cutroom.base.settings import Settings, read_settings, unknown_variables, variable_names


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for field in Settings.model_fields:
        for name in variable_names(field):
            monkeypatch.delenv(name, raising=False)


def test_names_people_already_use_are_understood(monkeypatch):
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/db")
    monkeypatch.setenv("ELEVENLABS_API_KEY", "k")
    settings = read_settings(None)
    assert settings.port == 9000
    assert settings.database_url.get_secret_value() == "postgresql://somewhere/db"
    assert settings.elevenlabs_api_key.get_secret_value() == "k"


def test_our_own_name_wins(monkeypatch):
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("CUTROOM_PORT", "9001")
    assert read_settings(None).port == 9001


def test_env_file_is_read(tmp_path):
    (tmp_path / ".env").write_text(
        "CUTROOM_WORKER_CONCURRENCY=5\nCUTROOM_ALLOWED_ORIGINS=https://a.example/, https://b.example\n"
    )
    settings = read_settings(tmp_path / ".env")
    assert settings.worker_concurrency == 5
    assert settings.allowed_origins == ("https://a.example", "https://b.example")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("CUTROOM_PORT", "abc", "CUTROOM_PORT is 'abc'"),
        ("PORT", "70000", "PORT is '70000'"),
        ("CUTROOM_REGISTRATION", "maybe", "'open' or 'closed'"),
        ("CUTROOM_LEASE_SECONDS", "0", "CUTROOM_LEASE_SECONDS is '0'"),
        ("CUTROOM_PUBLIC_URL", "cut.example", "CUTROOM_PUBLIC_URL is 'cut.example': it must start with http"),
        ("CUTROOM_URL", "localhost:8420", "CUTROOM_URL is 'localhost:8420': it must start with http"),
        ("CUTROOM_ELEVENLABS_URL", "ftp://x", "CUTROOM_ELEVENLABS_URL is 'ftp://x': it must start with http"),
        ("CUTROOM_ALLOWED_ORIGINS", "https://a.example,b.example", "b.example is no origin"),
        ("CUTROOM_ALLOWED_ORIGINS", "https://a.example/app", "https://a.example/app is no origin"),
        ("CUTROOM_ALLOWED_ORIGINS", "*", "[*] is no origin"),
        ("CUTROOM_SECRET", "short", "CUTROOM_SECRET is .hidden.*at least 16"),
    ],
)
def test_wrong_values_name_variable_value_and_rule(monkeypatch, name, value, said):
    monkeypatch.setenv(name, value)
    with pytest.raises(Refused, match=said) as caught:
        read_settings(None)
    assert caught.value.code_word == "bad_settings"


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("0.0.0.0", "http://localhost:8420"),
        ("::1", "http://[::1]:8420"),
        ("10.0.0.7", "http://10.0.0.7:8420"),
    ],
)
def test_links_are_addresses(monkeypatch, host, address):
    monkeypatch.setenv("CUTROOM_HOST", host)
    assert read_settings(None).base_url == address


def test_secrets_are_not_shown_when_they_are_wrong(monkeypatch):
    monkeypatch.setenv("CUTROOM_DATABASE_URL", "mysql://user:hunter2@host/db")
    with pytest.raises(Refused, match="must start with postgresql://") as caught:
        read_settings(None)
    assert "hunter2" not in caught.value.message


def test_every_wrong_setting_is_said_at_once(monkeypatch):
    monkeypatch.setenv("CUTROOM_PORT", "abc")
    monkeypatch.setenv("CUTROOM_SESSION_DAYS", "-1")
    with pytest.raises(Refused) as caught:
        read_settings(None)
    assert len(caught.value.message.splitlines()) == 2


def test_mistyped_variables_are_found(monkeypatch):
    for name in unknown_variables():  # those that steer the tests, in CI
        monkeypatch.delenv(name)
    monkeypatch.setenv("CUTROOM_PROT", "1")
    assert unknown_variables() == ["CUTROOM_PROT"]


def test_every_setting_is_described():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
