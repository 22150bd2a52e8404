"""The table of bad input: what is sent, and how it is answered; nothing is ever left behind."""

import json
import socket
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import bad_media
import bad_requests
import bad_uploads
import httpx
import jwt
import psycopg
import pytest
from bad_requests import FORM, GONE
from customers import Customer, content, refusal

import samples
from cutroom.accounts.secret import derive_key
from cutroom.base.clock import now

TABLE = [*bad_requests.rows(), *bad_uploads.rows()]


@pytest.fixture(scope="module")
def world(running, elsewhere, tmp_path_factory):
    """Make an account with one asset, every kind of wrong token, and traps to fetch from."""
    customer = Customer(running)
    project = customer.project()
    folder = tmp_path_factory.mktemp("bad")
    path = samples.write_audio(folder / "good.wav", samples.tone(1.0))
    asset = customer.upload(project, path)["assetId"]
    port = elsewhere.port
    elsewhere.pages |= {
        "/secret": (200, {}, path.read_bytes()),
        "/to-private": (302, {"Location": f"http://127.0.0.1:{port}/secret"}, b""),
        "/to-file": (302, {"Location": "file:///etc/passwd"}, b""),
        "/to-nowhere": (302, {}, b""),
        "/loop": (302, {"Location": "/loop"}, b""),
        "/good": (200, {}, path.read_bytes()),
        "/to-good": (307, {"Location": f"http://localhost:{port}/good"}, b""),
        "/forbidden": (403, {}, b""),
        "/packed": (200, {"Content-Encoding": "gzip"}, bad_media.gzip_of(path.read_bytes())),
        "/page": (200, {"Content-Type": "video/mp4"}, b"<html>not here</html>" * 99),
        "/empty": (200, {}, b""),
        "/endless": (200, {}, bytes(9_000_000)),
        "/list": (200, {}, b"#EXTM3U\n#EXTINF:9,\nfile:///etc/passwd\n"),
        "/cut": (200, {"Content-Length": "500000"}, bytes(1000)),
        "/fault": (500, {}, b""),
        "/busy": (429, {"Retry-After": "3"}, b""),
    }
    yield SimpleNamespace(
        customer=customer,
        project=project,
        asset=asset,
        elsewhere=elsewhere,
        tokens=wrong_tokens(customer),
        media=bad_media.make(folder),
        good=path,
    )
    customer.leave()


def wrong_tokens(customer):
    with psycopg.connect(customer.running.database_url) as database:
        secret = database.execute("select value from secrets where name = 'platform'").fetchone()[0]
    key, claims = (
        derive_key(secret, "session"),
        jwt.decode(customer.token, options={"verify_signature": False}),
    )
    short = now() - timedelta(hours=1)
    head, body, signature = customer.token.split(".")

    leaving = content(customer.post("/api/keys", json={"name": "leaving"}), 201)
    api_key = content(customer.post("/api/keys", json={"name": "staying"}), 201)["secret"]
    content(customer.delete(f"/api/keys/{leaving['key']['keyId']}"))
    gone = Customer(customer.running)
    content(gone.post("/api/auth/logout"))
    gone.close()
    assert jwt.encode(claims, key, algorithm="HS256")
    return {
        "nothing": None,
        "words": "let me in",
        "expired": jwt.encode(claims | {"exp": short}, key, algorithm="HS256"),
        "forged": f"{head}.{body}.{signature[::-1]}",
        "unsigned": jwt.encode(claims, None, algorithm="none"),
        "other algorithm": jwt.encode(claims, key * 2, algorithm="HS512"),
        "other secret": jwt.encode(claims, secret + secret, algorithm="HS256"),
        "other issuer": jwt.encode(claims | {"iss": "somebody"}, key, algorithm="HS256"),
        "no session": jwt.encode({n: v for n, v in claims.items() if n != "sid"}, key, algorithm="HS256"),
        "session of nobody": jwt.encode(claims | {"sid": GONE}, key, algorithm="HS256"),
        "signed out": gone.token,
        "deleted key": leaving["secret"],
        "changed key": api_key[:-1] + ("A" if api_key[-1] != "A" else "B"),
        "short key": api_key[:20],
        "link secret": secret,
        "long": "x" * 6000,
    }


def left_over(customer):
    """Return what lies in the platform's scratch folders of uploads."""
    return [str(path) for path in (customer.running.data / "scratch" / "uploads").rglob("*")]


def fill(value, world):
    words = {
        "{project}": world.project,
        "{asset}": world.asset,
        "{port}": str(world.elsewhere.port),
        "{host}": socket.gethostname(),
    }
    text = value if isinstance(value, str) else json.dumps(value)
    for word, meant in words.items():
        text = text.replace(word, meant)
    return text if isinstance(value, str) else json.loads(text)


@pytest.mark.parametrize("case", TABLE, ids=[case.name for case in TABLE])
def test_bad_input_is_answered_in_one_sentence_and_leaves_nothing(world, case):
    customer, asked = world.customer, list(world.elsewhere.asked)
    before = customer.belongings()
    headers = dict(case.headers)
    if case.bearer:
        token = world.tokens[case.bearer]
        headers["Authorization"] = f"Bearer {token}" if token is not None else ""
    options = {"json": fill(case.json, world)} if case.json is not None else {"content": case.content}
    answer = customer.request(case.method, fill(case.path, world), headers=headers, **options)
    body = refusal(answer, case.status, case.code)
    assert body["message"][-1] in ".?!)" or case.status == 401 or case.code.endswith("not_found"), body
    assert "secret@" not in answer.text
    assert customer.belongings() == before
    assert left_over(customer) == []
    assert "/secret" not in world.elsewhere.asked[len(asked) :], "the private address was called"


@pytest.mark.parametrize("name", bad_media.NAMES)
def test_a_file_that_is_no_media_is_named_and_leaves_nothing(world, name):
    customer = world.customer
    body, code = world.media[name]
    before = customer.belongings()
    answer = customer.post(f"/api/projects/{world.project}/assets", files={"file": (name, body)})
    error = refusal(answer, 400, code)
    assert error["message"].endswith(".")
    assert error["details"]["file"] == name
    assert customer.belongings() == before
    assert left_over(customer) == []


def test_every_broken_file_is_in_the_table(world):
    assert set(world.media) == set(bad_media.NAMES)


@pytest.mark.parametrize(
    ("maker", "lie", "kind", "mime_type"),
    [
        ("sound", "talk.mp4", "audio", "audio/wav"),
        ("video", "talk.wav", "video", "video/mp4"),
        ("picture", "talk.mp4", "image", "image/png"),
        ("video", "talk.exe", "video", "video/mp4"),
        ("video", "talk", "video", "video/mp4"),
        ("captions", "talk.html", "subtitles", "text/vtt"),
    ],
)
def test_a_lying_name_changes_nothing(world, tmp_path, maker, lie, kind, mime_type):
    path = {
        "sound": lambda: world.good,
        "video": lambda: samples.write_video(tmp_path / "a.mp4", samples.tone(1.0)),
        "picture": lambda: samples.write_image(tmp_path / "a.png"),
        "captions": lambda: (tmp_path / "a.vtt", (tmp_path / "a.vtt").write_text(VTT))[0],
    }[maker]()
    asset = world.customer.upload(world.project, path, lie)
    assert (asset["kind"], asset["mimeType"], asset["name"]) == (kind, mime_type, lie)
    got = world.customer.get(f"/api/assets/{asset['assetId']}/content")
    assert got.content == path.read_bytes()
    assert got.headers["content-type"].partition(";")[0] == mime_type
    assert got.headers["x-content-type-options"] == "nosniff"


VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n<script>alert(1)</script>\n"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.wav", "passwd.wav"),
        ("..\\..\\windows\\talk.wav", "talk.wav"),
        ("/abs/olute.wav", "olute.wav"),
        ("..", "untitled"),
        ("", "untitled"),
        ("   .wav", "wav"),
        ("a\u202egnp.wav", "agnp.wav"),
        ("<img src=x onerror=alert(1)>.wav", "<img src=x onerror=alert(1)>.wav"),
        ("quote\"s 'n; such.wav", "quote\"s 'n; such.wav"),
        ("percent%2e%2e%2fx.wav", "percent%2e%2e%2fx.wav"),
        ("Ça va? 日本語 🎬.wav", "Ça va? 日本語 🎬.wav"),
        ("x" * 3000 + ".wav", "x" * 196 + ".wav"),
        ("CON.wav", "CON.wav"),
    ],
)
def test_hostile_names_are_harmless(world, sent, kept):
    customer = world.customer
    asset = customer.upload(world.project, world.good, sent)
    assert asset["name"] == kept
    got = customer.get(f"/api/assets/{asset['assetId']}/content", params={"download": "true"})
    disposition = got.headers["content-disposition"]
    assert disposition.startswith("attachment; filename=")
    assert got.content == world.good.read_bytes()
    assert disposition.isascii()
    assert disposition.isprintable()
    named = httpx.Response(200, headers={"Content-Disposition": disposition})
    assert saved_name(named).removesuffix(".wav") == kept.removesuffix(".wav")
    assert disposition.count('"') == 2, "no quote of the name ends the quoted one"


def saved_name(response):
    """Return the name under which a browser would save it (RFC 6266)."""
    return unquote(response.headers["content-disposition"].partition("filename*=UTF-8''")[2])


@pytest.mark.parametrize(
    "raw", [b"a\0b.wav", b"a\r\nX-Evil: 1.wav", b"a\nb.wav", b"\xff\xfe.wav", b"a\x7fb.wav"]
)
def test_names_that_no_client_library_would_send(world, raw):
    customer = world.customer
    before = customer.belongings()
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="' + raw + b'"\r\n\r\n'
    body = head + world.good.read_bytes() + b"\r\n--x--\r\n"
    path = f"/api/projects/{world.project}/assets"
    answer = customer.post(path, content=body, headers={"Content-Type": FORM})
    if answer.status_code == 400:
        refusal(answer, 400, "invalid_multipart")
        assert customer.belongings() == before
        return
    name = content(answer, 201)["asset"]["name"]
    assert name.isprintable()
    assert not {"\0", "\r", "\n"} & set(name)


def test_a_link_that_leads_on_within_what_is_allowed_works(world):
    path = f"/api/projects/{world.project}/assets"
    answer = world.customer.post(path, json={"url": f"{world.elsewhere.url}/to-good"})
    assert content(answer, 201)["asset"]["bytes"] == world.good.stat().st_size


def test_an_upload_that_is_cut_leaves_nothing(world):
    customer = world.customer
    before = customer.belongings()
    port = int(customer.running.url.rpartition(":")[2])
    head = (
        f"POST /api/projects/{world.project}/assets HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Authorization: Bearer {customer.token}\r\nIdempotency-Key: KEY\r\n"
        f"Content-Type: {FORM}\r\nContent-Length: 3000000\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
    ).encode()
    for sent in (0, 10, 2_000_000):
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(head.replace(b"KEY", b"cut-%d" % sent) + bytes(sent))
            if sent > 1_000_000:
                wait(lambda: any(Path(path).name == "file-0" for path in left_over(customer)))
        wait(lambda: not left_over(customer))
    assert customer.belongings() == before
    # The key of what came to nothing is free again.
    files = {"file": ("a.wav", world.good.read_bytes())}
    path, key = f"/api/projects/{world.project}/assets", {"Idempotency-Key": "cut-2000000"}
    wait(lambda: customer.post(path, files=files, headers=key).status_code == 201)


def wait(check, seconds=5):
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.02)


def test_the_platform_is_well_after_all_that(world):
    health = httpx.get(f"{world.customer.running.url}/api/health")
    assert health.status_code == 200, health.text
