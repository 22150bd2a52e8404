"""Uploads over a real socket: what is good becomes an asset, what is bad leaves nothing behind."""

import asyncio
import hashlib

import httpx
import pytest

import samples


async def send(client: httpx.AsyncClient, project: str, *files, **options) -> httpx.Response:
    form = [("file", file) for file in files]
    return await client.post(f"/api/projects/{project}/assets", files=form, **options)


async def test_a_video_becomes_an_asset_with_picture_and_waveform(place, anna, project, tmp_path):
    path = samples.write_video(tmp_path / "in.mp4", samples.tone(1.0, channels=2))
    content = path.read_bytes()
    answer = await send(anna, project, ("../Täglich\u202e talk.mp4", content, "text/html"))
    assert answer.status_code == 201, answer.text
    asset = answer.json()["data"]["asset"]
    assert asset["name"] == "Täglich talk.mp4"
    assert (asset["kind"], asset["mimeType"], asset["bytes"]) == ("video", "video/mp4", len(content))
    assert asset["sha256"] == hashlib.sha256(content).hexdigest()
    assert asset["projectId"] == project
    media = asset["media"]
    assert (media["width"], media["height"], media["hasAudio"], media["channels"]) == (64, 48, True, 2)
    assert media["duration"] == pytest.approx(1.0, abs=0.1)
    nobody = place.nobody()
    assert (await nobody.get(asset["url"])).content == content
    poster = await nobody.get(asset["posterUrl"])
    assert (poster.status_code, poster.headers["content-type"]) == (200, "image/webp")
    assert poster.content[:4] == b"RIFF"
    waveform = (await nobody.get(asset["waveformUrl"])).json()
    assert waveform["seconds"] == pytest.approx(1.0, abs=0.1)
    assert waveform["peaks"]
    assert list((place.settings.scratch / "uploads").iterdir()) == []


async def test_several_files_become_several_assets_in_order(anna, project, tmp_path):
    sound = samples.write_audio(tmp_path / "a.wav", samples.tone(0.5)).read_bytes()
    picture = samples.write_image(tmp_path / "b.png").read_bytes()
    answer = await send(
        anna,
        project,
        ("a.wav", sound),
        ("b.png", picture),
        ("c.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n"),
    )
    assert answer.status_code == 201, answer.text
    made = answer.json()["data"]
    assert [(one["name"], one["kind"]) for one in made["assets"]] == [
        ("a.wav", "audio"),
        ("b.png", "image"),
        ("c.vtt", "subtitles"),
    ]
    assert made["asset"] == made["assets"][0]
    assert "posterUrl" not in made["assets"][0]
    assert "waveformUrl" not in made["assets"][1]
    listed = (await anna.get(f"/api/projects/{project}/assets")).json()["data"]["assets"]
    assert [one["assetId"] for one in listed] == [one["assetId"] for one in reversed(made["assets"])]
    images = (await anna.get(f"/api/projects/{project}/assets", params={"kind": "image"})).json()["data"][
        "assets"
    ]
    assert [one["name"] for one in images] == ["b.png"]


async def test_every_broken_file_is_refused_by_name_and_leaves_nothing(place, anna, project, tmp_path):
    for name, (path, code) in samples.broken_files(tmp_path).items():
        answer = await send(anna, project, (name, path.read_bytes()))
        body = answer.json()
        assert (answer.status_code, body["success"], body["code"]) == (400, False, code), body
        assert body["details"]["file"] == name
        assert body["message"].endswith(".")
    assert await place.left() == []
    assert (await anna.get(f"/api/projects/{project}/assets")).json()["data"]["assets"] == []


async def test_one_broken_file_of_several_refuses_all(place, anna, project, tmp_path):
    sound = samples.write_audio(tmp_path / "a.wav", samples.tone(0.5)).read_bytes()
    answer = await send(anna, project, ("a.wav", sound), ("b.wav", b"no sound at all, only words" * 50))
    assert answer.status_code == 400
    assert answer.json()["details"]["file"] == "b.wav"
    assert await place.left() == []


@pytest.mark.parametrize(
    ("headers", "content", "status", "code"),
    [
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x\r\n", 400, "upload_incomplete"),
        ({"content-type": "multipart/form-data"}, b"--x--", 400, "invalid_multipart"),
        ({"content-type": "text/plain"}, b"x", 400, "invalid_multipart"),
        ({}, b"", 400, "invalid_multipart"),
    ],
)
async def test_bodies_that_are_no_upload(place, anna, project, headers, content, status, code):
    answer = await anna.post(f"/api/projects/{project}/assets", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert await place.left() == []


async def test_the_door_is_checked_before_the_body(place, anna, bert, project):
    sent = 0

    async def endless():
        nonlocal sent
        for _ in range(4000):
            sent += 65536
            yield bytes(65536)

    kind = {"content-type": "multipart/form-data; boundary=x"}
    for client, where, status in (
        (place.nobody(), project, 401),
        (bert, project, 404),
        (anna, "0199aa00-0000-7000-8000-000000000009", 404),
        (anna, "not-a-uuid", 400),
    ):
        sent = 0
        try:
            answer = await client.post(f"/api/projects/{where}/assets", content=endless(), headers=kind)
        except (httpx.WriteError, httpx.ReadError):
            continue  # the server had answered and closed before we had sent it all
        assert answer.status_code == status, answer.text
        assert answer.json()["success"] is False
    assert await place.left() == []


class TestLimits:
    @pytest.fixture
    def options(self):
        return {"max_upload_bytes": 100_000}

    async def test_too_much_is_refused_by_its_announced_length_and_by_its_count(
        self, place, anna, project, tmp_path
    ):
        small = samples.write_audio(tmp_path / "s.wav", samples.tone(0.5)).read_bytes()
        assert (await send(anna, project, ("s.wav", small))).status_code == 201
        kept = len(await place.left())
        for size in (150_000, 3_000_000):
            answer = await send(anna, project, ("l.wav", bytes(size)))
            assert (answer.status_code, answer.json()["code"]) == (413, "upload_too_large")
            assert answer.json()["details"] == {"mostBytes": 100_000}
        assert len(await place.left()) == kept


class TestFullDisk:
    @pytest.fixture
    def options(self):
        return {"disk_reserve_bytes": 2**60}

    async def test_a_full_disk_says_so(self, place, anna, project):
        answer = await send(anna, project, ("a.wav", bytes(1000)))
        body = answer.json()
        assert (answer.status_code, body["code"]) == (507, "disk_full")
        assert "were needed" in body["message"]
        assert body["details"]["neededBytes"] > 1000
        assert await place.left() == []


async def test_a_client_that_goes_away_in_the_middle_leaves_nothing(place, anna, project):
    _reader, writer = await asyncio.open_connection("127.0.0.1", place.port)
    head = (
        f"POST /api/projects/{project}/assets HTTP/1.1\r\nHost: 127.0.0.1:{place.port}\r\n"
        f"Authorization: {anna.headers['authorization']}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 9000000\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
    )
    writer.write(head.encode() + bytes(3_000_000))
    await writer.drain()
    uploads = place.settings.scratch / "uploads"
    for _ in range(200):
        if any(item.stat().st_size for item in uploads.rglob("file-0")):
            break
        await asyncio.sleep(0.01)
    assert list(uploads.iterdir())
    writer.close()
    await writer.wait_closed()
    for _ in range(200):
        if not list(uploads.iterdir()):
            break
        await asyncio.sleep(0.01)
    assert list(uploads.iterdir()) == []
    assert (await anna.get(f"/api/projects/{project}/assets")).json()["data"]["assets"] == []


async def test_a_repeated_upload_gives_the_first_asset_with_fresh_links(place, anna, project, tmp_path):
    sound = samples.write_audio(tmp_path / "a.wav", samples.tone(0.5)).read_bytes()
    key = {"idempotency-key": "upload-1"}
    boundary = {"content-type": "multipart/form-data; boundary=fixed"}
    first = await send(anna, project, ("a.wav", sound), headers=key | boundary)
    again = await send(anna, project, ("a.wav", sound), headers=key | boundary)
    assert [first.status_code, again.status_code] == [201, 201]
    assert first.json()["data"]["asset"]["assetId"] == again.json()["data"]["asset"]["assetId"]
    assert (await place.nobody().get(again.json()["data"]["asset"]["url"])).content == sound
    listed = (await anna.get(f"/api/projects/{project}/assets")).json()["data"]["assets"]
    assert len(listed) == 1


async def test_the_same_file_twice_is_stored_once(place, anna, project, tmp_path):
    sound = samples.write_audio(tmp_path / "a.wav", samples.tone(0.5)).read_bytes()
    await send(anna, project, ("a.wav", sound), ("b.wav", sound))
    stored = [entry async for entry in place.storage.keys("files")]
    assert len(stored) == 2  # the sound and its waveform


async def test_uploads_side_by_side(anna, project, tmp_path):
    sounds = [
        samples.write_audio(tmp_path / f"{n}.wav", samples.tone(0.3, hertz=300 + n)).read_bytes()
        for n in range(6)
    ]
    answers = await asyncio.gather(*(send(anna, project, (f"{n}.wav", s)) for n, s in enumerate(sounds)))
    assert [answer.status_code for answer in answers] == [201] * 6
    found = {answer.json()["data"]["asset"]["sha256"] for answer in answers}
    assert found == {hashlib.sha256(sound).hexdigest() for sound in sounds}
