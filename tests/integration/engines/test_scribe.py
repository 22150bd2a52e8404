"""ElevenLabs' Scribe against a server on loopback that checks every call against the vendor's document."""

import json
import logging
from fractions import Fraction

import numpy as np
import pytest
from protocol_server import Document, cut_off, reply, serving
from pydantic import SecretStr

from cutroom.base.errors import Limited, Refused, TooLarge, Unavailable, Unsupported
from cutroom.engines.denoiser import Credentials
from cutroom.engines.transcriber import TRANSCRIBERS, Access, Wish
from cutroom.engines.vendors import elevenlabs_speech
from cutroom.subtitles import join_words
from samples import speech, write_audio

KEY = "xi-secret-0123456789"


def said(text, start, end, speaker="speaker_0", kind="word", logprob=-0.124):
    return {"text": text, "start": start, "end": end, "type": kind, "speaker_id": speaker, "logprob": logprob}


ANSWER = {
    "language_code": "eng",
    "language_probability": 0.98,
    "text": "Hello, world! Bye.",
    "words": [
        said("Hello,", 0.5, 0.9),
        said(" ", 0.9, 1.0, kind="spacing"),
        said("world!", 1.0, 1.4),
        said(" ", 1.4, 2.0, kind="spacing"),
        said("(laughs)", 1.6, 1.9, kind="audio_event"),
        said(" ", 1.9, 2.0, kind="spacing"),
        said("Bye.", 2.0, 2.5, "speaker_1", logprob=-0.7),
    ],
}


@pytest.fixture(scope="module")
def window(tmp_path_factory):
    path = tmp_path_factory.mktemp("window") / "window.flac"
    return write_audio(path, speech(4.0, rate=16000), codec="flac", rate=16000)


def ask(server, window, wish=None, **options):
    access = Access(Credentials(SecretStr(KEY), server.url))
    return TRANSCRIBERS.load("elevenlabs").transcribe(window, wish or Wish(), access, **options)


def hear(window, answer, wish=None):
    with serving(reply(200, answer)) as server:
        return ask(server, window, wish)


def changed(**fields):
    return {**ANSWER, **fields}


def test_the_call_fits_the_vendors_document(window):
    document, told = Document("elevenlabs.json"), []
    wish = Wish("pt-BR", "", ("Tropicália", "Gilberto Gil"), speakers=True)
    with serving(reply(200, ANSWER), document=document) as server:
        ask(server, window, wish, progress=lambda *state: told.append(state))
        (call,) = server.calls
    assert call.path == "/v1/speech-to-text"
    assert call.headers["xi-api-key"] == KEY
    assert call.form["file"][0] == window.read_bytes()
    assert {field: values for field, values in call.form.items() if field != "file"} == {
        "model_id": ["scribe_v2"],
        "file_format": ["other"],
        "timestamps_granularity": ["word"],
        "tag_audio_events": ["false"],
        "diarize": ["true"],
        "temperature": ["0"],
        "seed": ["0"],
        "language_code": ["pt"],
        "keyterms": ["Tropicália", "Gilberto Gil"],
    }
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    if not document.is_here:
        pytest.skip("needs the vendor's OpenAPI document to check the call; the recorded form was checked")


def test_the_answer_is_the_documents():
    document = Document("elevenlabs.json")
    if not document.is_here:
        pytest.skip("needs the vendor's OpenAPI document")
    document.check("SpeechToTextChunkResponseModel", ANSWER)


def test_words_speakers_and_confidences_come_back(window):
    heard = hear(window, ANSWER, Wish(speakers=True))
    assert join_words(heard.words) == "Hello, world! Bye."
    assert [word.speaker for word in heard.words] == ["1", "1", "2"]
    assert [word.confidence for word in heard.words] == pytest.approx(
        [np.exp(-0.124), np.exp(-0.124), np.exp(-0.7)], abs=1e-5
    )
    assert (heard.words[0].start, heard.words[2].end) == (Fraction("0.5"), Fraction("2.5"))
    assert (heard.language, heard.language_confidence, heard.notes) == ("en", 0.98, ())


def test_speakers_come_only_when_asked_for(window):
    assert {word.speaker for word in hear(window, ANSWER).words} == {None}


@pytest.mark.parametrize("language", ["zho", "cmn", "zh", "ja", "jpn"])
def test_scripts_without_spaces_are_glued(window, language):
    words = [said("我", 0, 0.5), said("们", 0.5, 1), said("。", 1, 1)]
    heard = hear(window, changed(language_code=language, text="我们。", words=words))
    assert join_words(heard.words) == "我们。"


def test_words_without_spacing_entries_are_apart(window):
    words = [said("Hello", 0, 0.5), said("world", 0.5, 1)]
    assert join_words(hear(window, changed(words=words)).words) == "Hello world"


def test_silence_is_an_empty_answer_not_an_error(window):
    assert hear(window, changed(text="", words=[])).words == ()
    assert (
        hear(window, changed(text="(music)", words=[said("(music)", 0, 4, kind="audio_event")])).words == ()
    )


@pytest.mark.parametrize("value", [True, None, "1", float("nan"), 10**400, [], -3, 1e9], ids=repr)
def test_a_senseless_time_is_filled_in(window, value):
    words = [dict(word) for word in ANSWER["words"]]
    words[2]["end"] = words[2]["start"] = value
    heard = hear(window, json.dumps(changed(words=words)).encode())
    starts = [word.start for word in heard.words]
    assert starts == sorted(starts)
    assert all(0 <= word.start <= word.end <= 4 for word in heard.words)
    assert heard.words[-1].text == "Bye."


def test_terms_that_the_service_would_refuse_are_told(window):
    terms = (
        "fine",
        "x" * 50,
        "one two three four five six",
        "a<b",
        *(f"term {number}" for number in range(1200)),
    )
    with serving(reply(200, ANSWER)) as server:
        heard = ask(server, window, Wish(None, "A talk.", terms))
        sent = server.calls[0].form["keyterms"]
    assert len(sent) == 1000
    assert not {"x" * 50, "one two three four five six", "a<b"} & set(sent)
    assert any("1000 of 1204" in note for note in heard.notes)
    assert any("prompt" in note for note in heard.notes)


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>sorry</html>",
        b"",
        b"[]",
        b"{}",
        b'{"words": "x"}',
        b'{"words": [1, 2], "text": "a b"}',
        b'{"words": [], "text": "said but without times"}',
        b'{"message": "queued", "request_id": "x"}',
        json.dumps(changed(words=[said("a", 9000 + n, 9001 + n) for n in range(5)])).encode(),
    ],
    ids=range(9),
)
def test_nonsense_is_unavailable(window, answer):
    with pytest.raises(Unavailable) as caught:
        hear(window, answer)
    assert caught.value.code_word == "bad_answer"


def fault(status, detail, **headers):
    return reply(status, {"detail": detail}, **headers)


CASES = [
    (fault(401, {"status": "invalid_api_key", "message": f"bad key {KEY}"}), Unsupported, "wrong_key", None),
    (fault(403, {"status": "error", "message": "no"}), Unsupported, "wrong_key", None),
    (fault(402, {"status": "error", "message": "pay"}), Unsupported, "quota_exceeded", None),
    (fault(401, {"status": "quota_exceeded", "message": "0 left"}), Unsupported, "quota_exceeded", None),
    (
        fault(422, [{"loc": ["body", "file"], "msg": "too short", "type": "x"}]),
        Refused,
        "vendor_refused",
        None,
    ),
    (fault(413, {}), TooLarge, "too_large", None),
    (fault(429, {"status": "too_many_concurrent_requests"}, Retry_After="7"), Limited, "rate_limited", 7),
    (fault(500, {}), Unavailable, "vendor_unavailable", None),
    (fault(503, {}, Retry_After="11"), Unavailable, "vendor_unavailable", 11),
    (cut_off, Unavailable, "connection_failed", None),
]


@pytest.mark.parametrize(("step", "kind", "code", "wait"), CASES)
def test_faults_are_told_by_what_helps(window, caplog, step, kind, code, wait):
    caplog.set_level(logging.DEBUG)
    with serving(step) as server, pytest.raises(kind) as caught:
        ask(server, window)
    error = caught.value
    assert (error.code_word, error.retry_after) == (code, wait)
    assert len(server.calls) == 1
    assert KEY not in f"{error} {error.details} {error.hint} {caplog.text}"
    assert "ElevenLabs" in error.message


@pytest.mark.parametrize("key", [None, "", "kéy"])
def test_a_missing_or_broken_key_calls_nobody(window, key):
    access = Access(Credentials(SecretStr(key) if key is not None else None, "http://127.0.0.1:9"))
    with pytest.raises(Unsupported, match="key"):
        TRANSCRIBERS.load("elevenlabs").transcribe(window, Wish(), access)


def test_too_large_is_said_before_sending(window, monkeypatch):
    monkeypatch.setattr(elevenlabs_speech, "MAX_BYTES", 100)
    with serving(reply(200, ANSWER)) as server, pytest.raises(TooLarge):
        ask(server, window)
    assert server.calls == []
