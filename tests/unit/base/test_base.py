"""The words every room uses: errors that travel, ids that sort, times with a Z, logs without secrets."""

import json
import logging
import pickle
import time
from datetime import datetime, timedelta, timezone
from uuid import UUID

import pytest

from cutroom.base import log
from cutroom.base.clock import to_iso
from cutroom.base.errors import BrokenMedia, CutroomError, Failed, Limited, NotFound, Refused, Unsupported
from cutroom.base.ids import new_id, parse_id
from cutroom.base.registry import Registry
from cutroom.base.units import human_bytes


def all_errors(kind=CutroomError):
    # Tests of other rooms make errors of their own; which of them are loaded here is chance.
    if kind.__module__.startswith("cutroom."):
        yield kind
    for child in kind.__subclasses__():
        yield from all_errors(child)


@pytest.mark.parametrize("kind", list(all_errors()), ids=lambda kind: kind.__name__)
def test_every_error_has_a_sentence_a_code_and_a_status(kind):
    error = kind()
    assert error.message
    assert error.code_word.replace("_", "").isalnum()
    assert 400 <= error.status <= 599


def test_error_survives_the_trip_from_a_child():
    error = Limited("Slower.", code="slow_down", hint="Wait.", details={"limit": 3}, retry_after=2.5)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is Limited
    assert vars(again) == vars(error)


def test_ids_are_version_7_and_sort_by_time():
    made = [new_id() for _ in range(2000)]
    assert made == sorted(set(made))
    assert {(one.version, one.variant) for one in made} == {(7, UUID(int=0x8 << 60).variant)}
    assert abs((made[0].int >> 80) - time.time() * 1000) < 60_000


@pytest.mark.parametrize("text", ["", "42", None, 7, "g" * 36, "{" + "0" * 34 + "}", "0" * 32, ["x"]])
def test_wrong_ids_are_refused_with_the_field(text):
    with pytest.raises(Refused, match="assetId must be a UUID") as caught:
        parse_id(text, "assetId")
    assert caught.value.code_word == "invalid_uuid"


def test_times_are_utc_with_milliseconds_and_z():
    moment = datetime(2026, 11, 21, 12, 30, 0, 1999, tzinfo=timezone(timedelta(hours=2)))
    assert to_iso(moment) == "2026-11-21T10:30:00.001Z"


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 KB"), (5 << 30, "5 GB")]
)
def test_sizes_are_said_as_people_read_them(count, said):
    assert human_bytes(count) == said


def test_registry_names_are_file_names_and_listing_imports_nothing(tmp_path, monkeypatch):
    folder = tmp_path / "sample_plugins"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "loud_one.py").write_text("plugin = 'loud'")
    (folder / "broken_one.py").write_text("import not_installed_anywhere")
    monkeypatch.syspath_prepend(str(tmp_path))
    registry: Registry[str] = Registry("sample_plugins", "plugin")
    assert registry.names() == ["broken-one", "loud-one"]
    assert registry.load("loud-one") == "loud"
    assert registry.status("loud-one").state == "ready"
    assert registry.status("broken-one").state == "missing extra"
    assert "not_installed_anywhere" in registry.status("broken-one").reason
    with pytest.raises(Refused, match="known: broken-one, loud-one"):
        registry.load("absent")


def test_plug_in_that_cannot_be_imported_is_a_status(tmp_path, monkeypatch):
    folder = tmp_path / "buggy_plugins"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "buggy.py").write_text("plugin = 1 / 0")
    (folder / "nameless.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    registry: Registry[int] = Registry("buggy_plugins", "plugin")
    for name, reason in (("buggy", "ZeroDivisionError"), ("nameless", "AttributeError")):
        assert registry.status(name).state == "failed self-check"
        assert reason in registry.status(name).reason
        with pytest.raises(Unsupported) as caught:
            registry.load(name)
        assert caught.value.code_word == "broken_plugin"


def test_registry_reports_bad_options_and_failed_checks(tmp_path, monkeypatch):
    folder = tmp_path / "checked_plugins"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "one.py").write_text("plugin = 1")
    monkeypatch.syspath_prepend(str(tmp_path))
    registry: Registry[int] = Registry("checked_plugins", "plugin")

    def refuse(_plugin):
        raise BrokenMedia("no key")

    def crash(_plugin):
        raise OSError("disk")

    assert registry.status("one", refuse).state == "bad options"
    assert registry.status("one", crash).state == "failed self-check"


def test_log_line_names_who_and_hides_secrets():
    record = logging.makeLogRecord({"msg": "Job started.", "levelname": "INFO", "apiToken": "s3cret"})
    with log.context(job="j1", user="u1"):
        line = json.loads(log._Json("worker").format(record))
    assert (line["job"], line["user"], line["process"], line["message"]) == (
        "j1",
        "u1",
        "worker",
        "Job started.",
    )
    assert "s3cret" not in json.dumps(line)


def test_words_of_strangers_cannot_forge_a_line_or_steer_a_terminal():
    said = "a\x1b[2Jb\r\n12:00:00 api all is well"
    record = logging.makeLogRecord({"msg": said, "levelname": "INFO", "reason": said})
    lines = log._Text("worker").format(record).split("\n")
    assert [line for line in lines[1:] if not line.startswith("    ")] == []
    assert "\r" not in "".join(lines)
    assert "\x1b[2J" not in "".join(lines)


def test_log_context_ends_with_its_block():
    with log.context(job="j1"):
        pass
    line = json.loads(log._Json("worker").format(logging.makeLogRecord({"msg": "x"})))
    assert "job" not in line


def test_default_message_is_the_first_line_of_the_docstring():
    assert NotFound().message == "There is nothing here that you can see."
    assert Failed("x").message == "x"
