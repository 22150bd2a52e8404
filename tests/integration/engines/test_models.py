"""Models from a hub: whole, resumed, damaged, silent; and what is on the disk."""

import socket
import threading
import time

import pytest
from model_server import serve_model

from cutroom.base.errors import CutroomError, NotFound, Unavailable, Unsupported
from cutroom.engines.models import fetch_model, list_models, remove_model
from cutroom.engines.transcriber import TRANSCRIBERS, Access, Wish
from cutroom.engines.transcriber_choice import choose_transcriber
from cutroom.engines.vendors.model_hub import reach
from samples import speech, write_audio
from tiny_whisper import make_tiny_whisper


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return make_tiny_whisper(tmp_path_factory.mktemp("hub") / "model")


@pytest.fixture
def hub(model):
    with serve_model(model) as server:
        yield server


def states(folder):
    return {model.name: model.state for model in list_models(folder) if model.state != "absent"}


def test_a_model_is_fetched_whole_and_once(hub, model, tmp_path):
    told = []
    folder = fetch_model("tiny", tmp_path / "m", hub.url, progress=lambda *report: told.append(report))
    assert folder == tmp_path / "m" / "whisper-tiny"
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == {
        p.name: p.read_bytes() for p in model.iterdir()
    }
    assert told[-1][0] == 1
    assert any("of" in text and "KB" in text for _, text in told)
    assert states(tmp_path / "m") == {"tiny": "ready"}
    asked = len(hub.asked)
    assert fetch_model("tiny", tmp_path / "m", hub.url) == folder
    assert len(hub.asked) == asked
    remove_model("tiny", tmp_path / "m")
    assert states(tmp_path / "m") == {}
    with pytest.raises(NotFound):
        remove_model("tiny", tmp_path / "m")


def test_a_download_that_breaks_off_goes_on(hub, model, tmp_path):
    hub.cut_after = [1000, 2000]
    fetch_model("tiny", tmp_path, hub.url)
    ranges = [asked[1] for asked in hub.asked if asked[0].endswith("/store/model.bin")]
    assert ranges == [None, "bytes=1000-", "bytes=3000-"]
    assert (tmp_path / "whisper-tiny" / "model.bin").read_bytes() == (model / "model.bin").read_bytes()


def test_what_came_stays_for_the_next_fetch(hub, tmp_path):
    hub.cut_after = [1000, 0]
    with pytest.raises(Unavailable):
        fetch_model("tiny", tmp_path, hub.url)
    assert states(tmp_path) == {"tiny": "partial"}
    fetch_model("tiny", tmp_path, hub.url)
    assert hub.asked[-1][1] == "bytes=1000-"
    assert states(tmp_path) == {"tiny": "ready"}


@pytest.mark.parametrize("name", ["model.bin", "tokenizer.json"])
def test_damaged_bytes_are_noticed(hub, tmp_path, name):
    hub.damage = name
    with pytest.raises(Unavailable, match=name) as caught:
        fetch_model("tiny", tmp_path, hub.url)
    assert caught.value.code_word == "broken_download"
    hub.damage = None
    fetch_model("tiny", tmp_path, hub.url)
    assert states(tmp_path) == {"tiny": "ready"}


def test_a_broken_model_is_replaced(hub, tmp_path):
    (tmp_path / "whisper-tiny").mkdir()
    assert states(tmp_path) == {"tiny": "broken"}
    fetch_model("tiny", tmp_path, hub.url)
    assert states(tmp_path) == {"tiny": "ready"}


@pytest.mark.parametrize(
    ("status", "code"),
    [(404, "unknown_model"), (401, "unknown_model"), (429, "rate_limited"), (503, "server_error")],
)
def test_refusals_of_the_hub(hub, tmp_path, status, code):
    hub.status = status
    with pytest.raises(CutroomError) as caught:
        fetch_model("tiny", tmp_path, hub.url)
    assert caught.value.code_word == code


@pytest.mark.parametrize(
    "listing",
    [
        b"<html>",
        b"[]",
        b"{}",
        b'{"sha": "../..", "siblings": []}',
        b'{"sha": "0123456789", "siblings": [{"rfilename": "README.md", "size": 3}]}',
        b"[" * 100_000,
    ],
)
def test_nonsense_of_the_hub(hub, tmp_path, listing):
    hub.listing = listing
    with pytest.raises(Unsupported) as caught:
        fetch_model("tiny", tmp_path, hub.url)
    assert caught.value.code_word in {"bad_hub", "model_broken"}


def test_two_fetches_wait_for_each_other(hub, tmp_path):
    failures = []

    def fetch():
        try:
            fetch_model("tiny", tmp_path, hub.url)
        except CutroomError as error:
            failures.append(error)

    threads = [threading.Thread(target=fetch) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert sum(path.startswith("/api/") for path, _ in hub.asked) == 1


def test_a_hub_that_accepts_and_never_answers_ends(hub, tmp_path):
    hub.answering.clear()
    begin = time.monotonic()
    assert "did not answer" in (reach(hub.url) or "")
    with pytest.raises(Unavailable) as caught:
        fetch_model("tiny", tmp_path, hub.url, seconds=1, idle_seconds=0.5)
    assert caught.value.code_word == "timeout"
    assert time.monotonic() - begin < 8


def test_a_hub_that_is_not_there_leaves_the_rough_engine(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        access = {"faster-whisper": Access(hub=f"http://127.0.0.1:{taken.getsockname()[1]}", models=tmp_path)}
        choice = choose_transcriber("local", access, language="en")
    assert choice.name == "pocketsphinx"
    assert "small" in choice.tried[0]


def test_a_job_fetches_what_it_misses_and_says_so(hub, tmp_path):
    access = Access(hub=hub.url, models=tmp_path, model="tiny")
    choice = choose_transcriber("local", {"faster-whisper": access}, language="en")
    assert choice.name == "faster-whisper"
    assert "tiny" in (choice.fetches or "")
    sound = write_audio(tmp_path / "w.flac", speech(1, rate=16000), codec="flac", rate=16000)
    told = []
    engine = TRANSCRIBERS.load("faster-whisper")
    engine.transcribe(sound, Wish(), access, progress=lambda *report: told.append(report))
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert any("Fetching the Whisper model tiny" in text for _, text in told)
    engine.check(access)
