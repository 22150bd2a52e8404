"""OpenAI and Groq against servers on loopback that check every call against the vendors' documents."""

import json
import logging
import time
from fractions import Fraction

import numpy as np
import pytest
from protocol_server import Document, cut_off, hang, reply, serving
from pydantic import SecretStr

from cutroom.base.errors import Limited, Refused, TooLarge, Unavailable, Unsupported
from cutroom.engines.denoiser import Credentials
from cutroom.engines.transcriber import TRANSCRIBERS, Access, Wish
from cutroom.engines.vendors import openai
from cutroom.subtitles import join_words
from samples import speech, write_audio

KEY = "sk-secret-0123456789"
PATHS = {"openai": "/v1", "groq": "/openai/v1"}
NAMES = sorted(PATHS)

ANSWER = {
    "task": "transcribe",
    "language": "english",
    "duration": 4.0,
    "text": "Hello, world. It's 5 o'clock!",
    "words": [
        {"word": "Hello", "start": 0.5, "end": 0.9},
        {"word": "world", "start": 0.9, "end": 1.4000000953674316},
        {"word": "It's", "start": 2.0, "end": 2.2},
        {"word": "5", "start": 2.2, "end": 2.5},
        {"word": "o'clock", "start": 2.5, "end": 3.1},
    ],
    "segments": [
        {
            "id": 0,
            "seek": 0,
            "start": 0.5,
            "end": 1.5,
            "text": " Hello, world.",
            "tokens": [50364, 2425],
            "temperature": 0.0,
            "avg_logprob": -0.1,
            "compression_ratio": 1.1,
            "no_speech_prob": 0.01,
        },
        {
            "id": 1,
            "seek": 0,
            "start": 2.0,
            "end": 3.2,
            "text": " It's 5 o'clock!",
            "tokens": [50364, 467],
            "temperature": 0.0,
            "avg_logprob": -0.4,
            "compression_ratio": 1.1,
            "no_speech_prob": 0.02,
        },
    ],
}


@pytest.fixture(scope="module")
def window(tmp_path_factory):
    path = tmp_path_factory.mktemp("window") / "window.flac"
    return write_audio(path, speech(4.0, rate=16000), codec="flac", rate=16000)


def ask(name, server, window, *, wish=None, model=None, **options):
    access = Access(Credentials(SecretStr(KEY), server.url + PATHS[name]), model=model)
    return TRANSCRIBERS.load(name).transcribe(window, wish or Wish(), access, **options)


def hear(window, answer, *, name="openai", wish=None):
    with serving(reply(200, answer)) as server:
        return ask(name, server, window, wish=wish)


@pytest.mark.parametrize("name", NAMES)
def test_the_call_fits_the_vendors_document(name, window):
    document = Document(f"{name}.json")
    told = []
    wish = Wish("pt-BR", "Uma conversa sobre música.", ("Tropicália", "Gilberto Gil"))
    with serving(reply(200, ANSWER), document=document) as server:
        ask(name, server, window, wish=wish, progress=lambda *state: told.append(state))
        (call,) = server.calls
    assert call.path == PATHS[name] + "/audio/transcriptions"
    assert call.headers["Authorization"] == f"Bearer {KEY}"
    assert call.form["file"][0] == window.read_bytes()
    assert {field: values for field, values in call.form.items() if field != "file"} == {
        "model": ["whisper-1" if name == "openai" else "whisper-large-v3"],
        "response_format": ["verbose_json"],
        "temperature": ["0"],
        "timestamp_granularities": ["word", "segment"],
        "language": ["pt"],
        "prompt": ["Uma conversa sobre música. Tropicália, Gilberto Gil."],
    }
    assert b'name="timestamp_granularities[]"' in call.body
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    if not document.is_here:
        pytest.skip("needs the vendor's OpenAPI document to check the call; the recorded form was checked")


def test_the_answer_is_the_documents(window):
    document = Document("openai.json")
    if not document.is_here:
        pytest.skip("needs the vendor's OpenAPI document")
    document.check("CreateTranscriptionResponseVerboseJson", ANSWER)


@pytest.mark.parametrize("name", NAMES)
def test_words_come_back_written_with_times_and_confidence(name, window):
    heard = hear(window, ANSWER, name=name)
    assert join_words(heard.words) == "Hello, world. It's 5 o'clock!"
    assert [(word.start, word.end) for word in heard.words[:2]] == [
        (Fraction("0.5"), Fraction("0.9")),
        (Fraction("0.9"), Fraction("1.4")),
    ]
    assert heard.words[0].confidence == pytest.approx(np.exp(-0.1), abs=1e-5)
    assert heard.words[4].confidence == pytest.approx(np.exp(-0.4), abs=1e-5)
    assert (heard.language, heard.language_confidence, heard.notes) == ("en", None, ())


def changed(**fields):
    return {**ANSWER, **fields}


def without(*names):
    return {name: value for name, value in ANSWER.items() if name not in names}


def test_chinese_is_glued(window):
    answer = {
        "language": "chinese",
        "text": "我们今天去北京。",
        "words": [
            {"word": "我们", "start": 0, "end": 0.5},
            {"word": "今天", "start": 0.5, "end": 1},
            {"word": "去", "start": 1, "end": 1.2},
            {"word": "北京", "start": 1.2, "end": 2},
        ],
    }
    heard = hear(window, answer)
    assert join_words(heard.words) == "我们今天去北京。"
    assert heard.language == "zh"


def test_silence_is_an_empty_answer_not_an_error(window):
    for answer in (
        {"text": ""},
        {"text": " ", "words": [], "segments": []},
        changed(text="", words=[], segments=[]),
    ):
        assert hear(window, answer).words == ()


def test_passages_that_whisper_takes_for_invented_are_left_out(window):
    invented = {**ANSWER["segments"][1], "no_speech_prob": 0.9, "avg_logprob": -1.3}
    heard = hear(window, changed(segments=[ANSWER["segments"][0], invented]))
    assert join_words(heard.words) == "Hello, world."
    assert any("invented" in note for note in heard.notes)
    everything = [{**segment, "no_speech_prob": 0.9, "avg_logprob": -1.3} for segment in ANSWER["segments"]]
    assert hear(window, changed(segments=everything)).words == ()


def test_loops_are_told(window):
    looping = {**ANSWER["segments"][1], "compression_ratio": 2.9}
    assert any("repeats" in note for note in hear(window, changed(segments=[looping])).notes)


def test_times_of_passages_alone_are_an_estimate(window):
    heard = hear(window, without("words"))
    assert join_words(heard.words) == "Hello, world. It's 5 o'clock!"
    assert heard.words[0].start == Fraction("0.5")
    assert heard.words[-1].end == Fraction("3.2")
    assert any("estimated" in note for note in heard.notes)


BAD = [True, None, "1", float("nan"), float("-inf"), 10**400, [], {}, -3, 1e9]


@pytest.mark.parametrize("value", BAD, ids=repr)
def test_a_senseless_time_is_filled_in(window, value):
    words = [dict(word) for word in ANSWER["words"]]
    words[2]["start"] = value
    answer = json.dumps(changed(words=words)).encode()
    heard = hear(window, answer)
    assert join_words(heard.words).startswith("Hello, world.")
    starts = [word.start for word in heard.words]
    assert starts == sorted(starts)
    assert all(0 <= word.start <= word.end <= 4 for word in heard.words)


def test_times_that_run_backwards_are_put_right(window):
    words = [*ANSWER["words"][:3], {"word": "5", "start": 0.1, "end": 0.05}, ANSWER["words"][4]]
    heard = hear(window, changed(words=words))
    assert join_words(heard.words) == ANSWER["text"]
    assert Fraction("2.2") <= heard.words[3].start <= heard.words[3].end <= Fraction("2.5")
    assert any("without a usable time" in note for note in heard.notes)


def test_words_behind_the_end_are_left_out(window):
    words = [*ANSWER["words"], {"word": "Thanks", "start": 12.0, "end": 13.0}]
    heard = hear(window, changed(words=words, segments=[], text=ANSWER["text"] + " Thanks"))
    assert join_words(heard.words) == ANSWER["text"]
    assert any("behind the end" in note for note in heard.notes)


def test_words_of_another_text_are_not_said_twice(window):
    other = "Something entirely different was written down in this place, and at length."
    heard = hear(window, changed(text=other, segments=[]))
    assert join_words(heard.words) == "Hello world It's 5 o'clock"
    assert any("did not match" in note for note in heard.notes)


def test_what_whisper_cannot_do_is_told(window):
    long = tuple(f"Terminus {number}" for number in range(200))
    heard = hear(window, ANSWER, wish=Wish("en", "word " * 400, long, speakers=True))
    assert any("speakers" in note for note in heard.notes)
    assert any("glossary" in note for note in heard.notes)
    assert any("prompt" in note for note in heard.notes)


def test_a_long_prompt_stays_in_what_groq_takes(window):
    wish = Wish("en", "word " * 400, tuple(f"Terminus {number}" for number in range(200)))
    with serving(reply(200, ANSWER)) as server:
        ask("groq", server, window, wish=wish)
        (prompt,) = server.calls[0].form["prompt"]
    assert len(prompt) <= 896
    assert prompt.startswith("Terminus 0, Terminus 1")


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>sorry</html>",
        b"",
        b"[]",
        b"null",
        b'"words"',
        b"{}",
        b'{"error": "overloaded"}',
        b'{"text": 5}',
        b'{"text": null, "words": "none"}',
        b"[" * 100_000,
        b'{"text": "\xff\xfe"}',
        json.dumps(
            changed(words=[{"word": "a", "start": 9000 + n, "end": 9001 + n} for n in range(5)])
        ).encode(),
    ],
    ids=range(12),
)
def test_nonsense_is_unavailable(window, answer):
    with pytest.raises(Unavailable) as caught:
        hear(window, answer)
    assert caught.value.code_word == "bad_answer"
    assert "OpenAI" in caught.value.message


@pytest.mark.parametrize("words", [None, "x", 5, {}, [1, None, "x", [], {}], [{"word": 5}, {"start": 1}]])
def test_words_of_a_wrong_type_leave_the_passages(window, words):
    assert join_words(hear(window, changed(words=words)).words) == ANSWER["text"]


def test_an_answer_without_end_is_cut(window):
    with pytest.raises(Unavailable) as caught:
        hear(window, b'{"text": "' + b"a" * (33 * 1024 * 1024) + b'"}')
    assert caught.value.code_word == "bad_answer"


def test_a_model_without_word_times_is_told(window):
    with pytest.raises(Unsupported, match="CUTROOM_OPENAI_SPEECH_MODEL") as caught:
        hear(window, {"text": "Words without times."})
    assert caught.value.code_word == "no_word_times"
    refusal = fault(400, "response_format 'verbose_json' is not compatible with model 'gpt-4o-transcribe'")
    with serving(refusal) as server, pytest.raises(Unsupported) as caught:
        ask("openai", server, window, model="gpt-4o-transcribe")
    assert caught.value.code_word == "no_word_times"


def fault(status, message="no", code=None, kind="invalid_request_error", **headers):
    body = {"error": {"message": message, "type": kind, "param": None, "code": code}}
    return reply(status, body, **headers)


CASES = [
    (fault(401, f"Incorrect API key provided: {KEY}", "invalid_api_key"), Unsupported, "wrong_key", None),
    (fault(403, "Country, region, or territory not supported"), Unsupported, "wrong_key", None),
    (fault(402), Unsupported, "quota_exceeded", None),
    (fault(429, "You exceeded", "insufficient_quota"), Unsupported, "quota_exceeded", None),
    (fault(404, "The model `x` does not exist", "model_not_found"), Unsupported, "unknown_model", None),
    (reply(404, b"404 page not found"), Unsupported, "wrong_address", None),
    (reply(405, b""), Unsupported, "wrong_address", None),
    (reply(307, b"", Location="http://127.0.0.1:9/"), Unsupported, "wrong_address", None),
    (fault(413, "too big"), TooLarge, "too_large", None),
    (fault(400, f"Audio file is too short. {KEY}"), Refused, "vendor_refused", None),
    (fault(422, "bad"), Refused, "vendor_refused", None),
    (fault(429, "slow down", "rate_limit_exceeded", Retry_After="7"), Limited, "rate_limited", 7),
    (fault(429), Limited, "rate_limited", 30),
    (fault(498, "capacity"), Unavailable, "vendor_unavailable", None),
    (fault(500), Unavailable, "vendor_unavailable", None),
    (fault(503, Retry_After="11"), Unavailable, "vendor_unavailable", 11),
    (reply(502, b"<html>" * 99999), Unavailable, "vendor_unavailable", None),
    (cut_off, Unavailable, "connection_failed", None),
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("step", "kind", "code", "wait"), CASES)
def test_faults_are_told_by_what_helps(name, window, caplog, step, kind, code, wait):
    caplog.set_level(logging.DEBUG)
    with serving(step) as server, pytest.raises(kind) as caught:
        ask(name, server, window)
    error = caught.value
    assert (error.code_word, error.retry_after) == (code, wait)
    assert len(server.calls) == 1
    assert KEY not in f"{error} {error.details} {error.hint} {caplog.text}"
    assert TRANSCRIBERS.load(name).service.name in error.message


def test_the_vendors_words_reach_the_user(window):
    with serving(CASES[9][0]) as server, pytest.raises(Refused, match="Audio file is too short"):
        ask("openai", server, window)


@pytest.mark.parametrize("options", [{"seconds": 0.5}, {"idle_seconds": 0.4}])
def test_waiting_ends(window, options):
    begin = time.monotonic()
    with serving(hang) as server, pytest.raises(Unavailable) as caught:
        openai.recognise(
            openai.OPENAI,
            window,
            Credentials(SecretStr(KEY), server.url),
            openai.SpeechRequest("whisper-1"),
            **options,
        )
    assert caught.value.code_word == "timeout"
    assert time.monotonic() - begin < 30


def test_no_server_is_unavailable(window):
    with serving(hang) as server:
        pass
    with pytest.raises(Unavailable) as caught:
        ask("groq", server, window)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("key", [None, "", "  ", "kéy", "a\nb"])
def test_a_missing_or_broken_key_calls_nobody(name, key, window):
    access = Access(Credentials(SecretStr(key) if key is not None else None, "http://127.0.0.1:9"))
    with pytest.raises(Unsupported, match="key"):
        TRANSCRIBERS.load(name).transcribe(window, Wish(), access)


def test_an_unknown_language_calls_nobody(window):
    access = Access(Credentials(SecretStr(KEY), "http://127.0.0.1:9"))
    with pytest.raises(Unsupported) as caught:
        TRANSCRIBERS.load("openai").transcribe(window, Wish("tlh"), access)
    assert caught.value.code_word == "language_not_supported"


def test_too_large_is_said_before_sending(tmp_path):
    path = tmp_path / "large.flac"
    path.touch()
    with path.open("r+b") as file:
        file.truncate(openai.MAX_BYTES + 1)
    with pytest.raises(TooLarge):
        openai.recognise(
            openai.GROQ,
            path,
            Credentials(SecretStr(KEY), "http://127.0.0.1:9"),
            openai.SpeechRequest("whisper-large-v3"),
        )
