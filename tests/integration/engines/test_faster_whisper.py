"""Whisper's loading and decoding with a model of a few kilobytes: real files, random weights."""

import pickle

import numpy as np
import pytest

from cutroom.base.errors import Unsupported
from cutroom.engines.transcriber import TRANSCRIBERS, Access, Wish
from samples import noise, silence, speech, write_audio
from tiny_whisper import make_tiny_whisper

ENGINE = TRANSCRIBERS.load("faster-whisper")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return make_tiny_whisper(tmp_path_factory.mktemp("model") / "tiny")


def window(folder, sound):
    return write_audio(folder / "window.flac", sound, codec="flac", rate=16000)


def test_it_loads_and_decodes_in_time_and_twice_alike(model, tmp_path):
    path = window(tmp_path, speech(4, rate=16000))
    told = []
    wish = Wish(prompt="A boat.", glossary=("Nantucket", "Ahab"), speakers=True)
    first = ENGINE.transcribe(
        path, wish, Access(model=str(model)), progress=lambda *report: told.append(report)
    )
    again = ENGINE.transcribe(path, wish, Access(model=str(model)))
    assert first == again
    assert first.language == "en"
    assert any("speakers" in note for note in first.notes)
    for word in first.words:
        assert 0 <= word.start <= word.end
        assert word.text.strip() == word.text != ""
        assert 0 <= word.confidence <= 1
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    pickle.dumps(first)


@pytest.mark.parametrize(
    "sound", [silence(2, rate=16000), noise(2, rate=16000), np.zeros((1, 1), np.float32)]
)
def test_no_speech_is_no_word(model, tmp_path, sound):
    assert ENGINE.transcribe(window(tmp_path, sound), Wish(), Access(model=str(model))).words == ()


def test_an_english_model_refuses_german(model, tmp_path):
    with pytest.raises(Unsupported, match="only English") as caught:
        ENGINE.transcribe(
            window(tmp_path, speech(1, rate=16000)), Wish(language="de"), Access(model=str(model))
        )
    assert caught.value.code_word == "language_not_supported"


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("model.bin", lambda content: content[: len(content) // 2]),
        ("model.bin", lambda content: content[:40] + b"\xff" * 200 + content[240:]),
        ("tokenizer.json", lambda _: b"{}"),
        ("vocabulary.json", lambda _: b"[1, 2]"),
        ("vocabulary.json", lambda _: b'["only", "two"]'),
    ],
)
def test_a_corrupt_file_is_an_error_that_says_what_to_do(tmp_path, name, spoil):
    folder = make_tiny_whisper(tmp_path / "m")
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(spoil(content))
    with pytest.raises(Unsupported, match="etch it again") as caught:
        ENGINE.transcribe(window(tmp_path, speech(1, rate=16000)), Wish(), Access(model=str(folder)))
    assert caught.value.code_word == "model_broken"


def test_a_missing_model_is_not_fetched_where_that_is_forbidden(tmp_path):
    access = Access(models=tmp_path, model="base", may_fetch=False, hub="http://127.0.0.1:9")
    with pytest.raises(Unsupported, match="cutroom models fetch base"):
        ENGINE.transcribe(window(tmp_path, silence(1, rate=16000)), Wish(), access)
