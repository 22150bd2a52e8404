"""ElevenLabs against a server on loopback that checks the call and returns real MP3."""

import json
import logging
import threading
import time
from contextlib import contextmanager
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from pydantic import SecretStr

from cutroom.base.errors import BrokenMedia, Limited, Refused, TooLarge, Unavailable, Unsupported
from cutroom.engines.cleaning import CleanRequest, clean
from cutroom.engines.denoiser import DENOISERS, Credentials
from cutroom.engines.vendors import elevenlabs
from cutroom.media import AudioWriter, probe, read_audio
from samples import lag, noise, shared_folder, speech, write_audio, write_video

RATE = 48000
KEY = "sk_secret_0123456789"


class Vendor(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        server = self.server
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        form = BytesParser(policy=HTTP).parsebytes(head + body)
        server.seen.append((self.path, dict(self.headers), {part_name(p): p for p in form.iter_parts()}))
        step = server.script.pop(0) if len(server.script) > 1 else server.script[0]
        step(self)

    def reply(self, status, body, content_type="application/json", **headers):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        pass


def part_name(part):
    return part.get_param("name", header="content-disposition")


def sound(path):
    return lambda call: call.reply(200, path.read_bytes(), "audio/mpeg")


def fault(status, detail, **headers):
    return lambda call: call.reply(status, json.dumps({"detail": detail}).encode(), **headers)


@contextmanager
def serving(*script):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Vendor)
    server.daemon_threads = True
    server.seen, server.script, server.stop = [], list(script), threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server, Credentials(SecretStr(KEY), f"http://127.0.0.1:{server.server_port}")
    finally:
        server.stop.set()
        server.shutdown()
        thread.join()
        server.server_close()


def write_mp3(path, samples, rate=44100):
    layout = "mono" if samples.shape[0] == 1 else "stereo"
    with AudioWriter(path, codec="mp3", rate=rate, layout=layout) as writer:
        writer.write(samples)
    return path


@pytest.fixture
def voice():
    return np.concatenate([np.zeros((1, 24000), np.float32), speech(5.5)], axis=1)


@pytest.fixture
def source(tmp_path, voice):
    return write_audio(tmp_path / "in.wav", voice + noise(6.0, level=-40))


@pytest.fixture
def flac(tmp_path):
    return write_audio(tmp_path / "sent.flac", speech(0.5), codec="flac")


def isolate(source, target, credentials, **options):
    return DENOISERS.load("elevenlabs").isolate(source, target, credentials, **options)


def test_the_call_is_the_vendors(tmp_path, source, voice):
    told = []
    mp3 = write_mp3(tmp_path / "vendor.mp3", voice, RATE)
    with serving(sound(mp3)) as (server, credentials):
        isolate(source, tmp_path / "back.mp3", credentials, progress=lambda *state: told.append(state))
        path, headers, parts = server.seen[0]
    assert (path, headers["xi-api-key"], len(server.seen)) == ("/v1/audio-isolation", KEY, 1)
    assert headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert parts["file_format"].get_content().strip() == "other"
    assert parts["audio"].get_filename() == "audio.flac"
    assert parts["audio"].get_payload(decode=True)[:4] == b"fLaC"
    assert (tmp_path / "back.mp3").read_bytes() == mp3.read_bytes()
    assert not list(tmp_path.glob("*-sent.flac"))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_the_call_fits_the_vendors_document(tmp_path, source, voice):
    document = shared_folder().parent / "contracts" / "openapi" / "elevenlabs.json"
    if not document.is_file():
        pytest.skip("needs the vendor's OpenAPI document")
    api = json.loads(document.read_text())
    operation = api["paths"]["/v1/audio-isolation"]["post"]
    content = operation["requestBody"]["content"]
    reference = content["multipart/form-data"]["schema"]["$ref"].rpartition("/")[2]
    schema = api["components"]["schemas"][reference]
    with serving(sound(write_mp3(tmp_path / "vendor.mp3", voice, RATE))) as (server, credentials):
        isolate(source, tmp_path / "back.mp3", credentials)
        path, headers, parts = server.seen[0]
    assert path in api["paths"]
    assert list(content) == [headers["Content-Type"].partition(";")[0]]
    assert set(schema["required"]) <= set(parts) <= set(schema["properties"])
    formats = next(kind["enum"] for kind in schema["properties"]["file_format"]["anyOf"] if "enum" in kind)
    assert parts["file_format"].get_content().strip() in formats
    names = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "header"}
    assert names <= {name.lower() for name in headers}


def test_a_video_sends_its_sound_only(tmp_path, voice):
    video = write_video(tmp_path / "in.mp4", voice + noise(6.0, level=-40))
    with serving(sound(write_mp3(tmp_path / "vendor.mp3", voice, RATE))) as (server, credentials):
        isolate(video, tmp_path / "back.mp3", credentials, start=1.0, seconds=2.0)
        sent = tmp_path / "received.flac"
        sent.write_bytes(server.seen[0][2]["audio"].get_payload(decode=True))
    found = probe(sent)
    assert [stream.type for stream in found.streams] == ["audio"]
    assert float(found.duration) == pytest.approx(2.0, abs=0.001)


@pytest.mark.parametrize(
    ("delay", "gain", "rate"), [(0, 1, 48000), (2000, 1, 44100), (2000, 0.4, 48000), (-900, 1, 44100)]
)
def test_the_result_is_laid_back_over_the_source(tmp_path, source, voice, delay, gain, rate):
    out = tmp_path / "out"
    out.mkdir()
    moved = np.pad(voice, ((0, 0), (max(0, delay), 0)))[:, max(0, -delay) :] * np.float32(gain)
    mp3 = write_mp3(tmp_path / "vendor.mp3", moved, RATE)
    report = clean(source, out, CleanRequest(engine="elevenlabs", isolated=mp3))
    with read_audio(report.audio) as reader:
        cleaned = np.concatenate(list(reader), axis=1)
    assert cleaned.shape == voice.shape
    assert lag(voice, cleaned) == pytest.approx(0, abs=1)
    assert report.engine == "elevenlabs"
    assert report.after.noise_floor < report.before.noise_floor - 15
    assert report.after.speech_level == pytest.approx(report.before.speech_level, abs=1)
    assert (delay != 0) == any("moved back" in advice.message for advice in report.warnings)


def test_somebody_elses_sound_is_refused(tmp_path, source):
    out = tmp_path / "out"
    out.mkdir()
    stranger = write_mp3(tmp_path / "vendor.mp3", noise(6.0, seed=9))
    with pytest.raises(BrokenMedia) as caught:
        clean(source, out, CleanRequest(engine="elevenlabs", isolated=stranger))
    assert caught.value.code_word == "isolated_mismatch"


def test_garbage_instead_of_sound_is_refused(tmp_path, source):
    out = tmp_path / "out"
    out.mkdir()
    with serving(lambda call: call.reply(200, b"<html>sorry</html>" * 50, "audio/mpeg")) as (_, credentials):
        back = isolate(source, tmp_path / "back.mp3", credentials)
    with pytest.raises(BrokenMedia):
        clean(source, out, CleanRequest(engine="elevenlabs", isolated=back))


CASES = [
    (fault(401, {"status": "invalid_api_key", "message": f"bad key {KEY}"}), Unsupported, "wrong_key", None),
    (fault(403, {"status": "error", "message": "no"}), Unsupported, "wrong_key", None),
    (fault(402, {"status": "error", "message": "pay"}), Unsupported, "quota_exceeded", None),
    (fault(401, {"status": "quota_exceeded", "message": "0 left"}), Unsupported, "quota_exceeded", None),
    (
        fault(422, [{"loc": ["body", "audio"], "msg": "too short", "type": "x"}]),
        Refused,
        "vendor_refused",
        None,
    ),
    (fault(400, "plain words"), Refused, "vendor_refused", None),
    (fault(413, {}), TooLarge, "too_large", None),
    (fault(429, {"status": "too_many_concurrent_requests"}, Retry_After="7"), Limited, "rate_limited", 7),
    (fault(429, {}), Limited, "rate_limited", 30),
    (fault(500, {}), Unavailable, "vendor_unavailable", None),
    (fault(503, {}, Retry_After="11"), Unavailable, "vendor_unavailable", 11),
    (lambda call: call.reply(502, b"<html>" * 99999, "text/html"), Unavailable, "vendor_unavailable", None),
]


@pytest.mark.parametrize(("step", "kind", "code", "wait"), CASES)
def test_faults_are_told_by_what_helps(tmp_path, flac, caplog, step, kind, code, wait):
    caplog.set_level(logging.DEBUG)
    with serving(step) as (server, credentials), pytest.raises(kind) as caught:
        elevenlabs.isolate_audio(flac, tmp_path / "back.mp3", credentials)
    error = caught.value
    assert (error.code_word, error.retry_after) == (code, wait)
    assert len(server.seen) == 1
    assert not (tmp_path / "back.mp3").exists()
    assert KEY not in f"{error} {error.details} {error.hint} {caplog.text} {credentials}"
    if kind is Unavailable:
        assert error.message == "AI service temporarily unavailable"


def test_words_of_the_vendor_reach_the_user(tmp_path, flac):
    with serving(CASES[4][0]) as (_, credentials), pytest.raises(Refused, match="too short"):
        elevenlabs.isolate_audio(flac, tmp_path / "back.mp3", credentials)


def hang(call):
    call.server.stop.wait(20)
    call.close_connection = True


def cut(call):
    call.send_response(200)
    call.send_header("Content-Length", "100000")
    call.end_headers()
    call.wfile.write(b"x" * 500)
    call.close_connection = True


@pytest.mark.parametrize(
    ("step", "options"), [(hang, {"seconds": 0.5}), (hang, {"idle_seconds": 0.4}), (cut, {})]
)
def test_waiting_ends(tmp_path, flac, step, options):
    begin = time.monotonic()
    with serving(step) as (_, credentials), pytest.raises(Unavailable) as caught:
        elevenlabs.isolate_audio(flac, tmp_path / "back.mp3", credentials, **options)
    assert caught.value.message == "AI service temporarily unavailable"
    assert time.monotonic() - begin < 30
    assert not (tmp_path / "back.mp3").exists()


def test_no_server_is_unavailable(tmp_path, flac):
    with serving(hang) as (_, credentials):
        pass
    with pytest.raises(Unavailable) as caught:
        elevenlabs.isolate_audio(flac, tmp_path / "back.mp3", credentials)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("key", [None, "", "  ", "kéy", "a\nb"])
def test_a_missing_or_broken_key_calls_nobody(tmp_path, key):
    credentials = Credentials(SecretStr(key) if key is not None else None)
    with pytest.raises(Unsupported):
        isolate(Path("nothing.wav"), tmp_path / "back.mp3", credentials)


def test_too_long_is_said_before_sending(tmp_path, monkeypatch, source):
    monkeypatch.setattr(elevenlabs, "MAX_SECONDS", 2.0)
    with pytest.raises(TooLarge):
        isolate(source, tmp_path / "back.mp3", Credentials(SecretStr(KEY), "http://127.0.0.1:9"))
    assert not list(tmp_path.glob("*-sent.flac"))
