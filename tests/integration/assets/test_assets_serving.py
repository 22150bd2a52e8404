"""Serving bytes: ranges for players, names for people, nothing for strangers, no page ever."""

import httpx
import pytest

import samples
from cutroom.library import links


@pytest.fixture
async def asset(anna, project, tmp_path) -> dict:
    sound = samples.write_audio(tmp_path / "a.wav", samples.tone(1.0)).read_bytes()
    form = {"file": ("Für Änne.wav", sound)}
    answer = await anna.post(f"/api/projects/{project}/assets", files=form)
    assert answer.status_code == 201, answer.text
    return {
        **answer.json()["data"]["asset"],
        "content": sound,
        "path": answer.json()["data"]["asset"]["url"].partition("?")[0],
    }


async def test_whole_files_and_their_headers(place, anna, asset):
    answer = await place.nobody().get(asset["url"])
    assert answer.content == asset["content"]
    headers = answer.headers
    assert headers["content-type"] == "audio/wav"
    assert headers["accept-ranges"] == "bytes"
    assert headers["etag"] == f'"{asset["sha256"]}"'
    assert headers["content-length"] == str(len(asset["content"]))
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("sandbox;")
    assert headers["cache-control"] == "private, max-age=3600"
    assert headers["content-disposition"].startswith("inline;")
    assert headers["content-disposition"].endswith("filename*=UTF-8''F%C3%BCr%20%C3%84nne.wav")
    mine = await anna.get(asset["path"])
    assert mine.headers["cache-control"] == "private, no-cache"
    saved = await place.nobody().get(asset["url"] + "&download=1")
    assert saved.headers["content-disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("asked", "status", "bounds"),
    [
        ("bytes=0-9", 206, (0, 10)),
        ("bytes=100-", 206, (100, None)),
        ("bytes=-44", 206, (-44, None)),
        ("bytes=0-9,20-29", 200, (0, None)),
        ("seconds=1-2", 200, (0, None)),
    ],
)
async def test_ranges(anna, asset, asked, status, bounds):
    answer = await anna.get(asset["path"], headers={"range": asked})
    wanted = asset["content"][slice(*bounds)]
    assert (answer.status_code, answer.content) == (status, wanted)
    assert answer.headers["content-length"] == str(len(wanted))
    if status == 206:
        start = asset["content"].index(wanted) if bounds[0] >= 0 else len(asset["content"]) + bounds[0]
        start = bounds[0] if bounds[0] >= 0 else start
        total = len(asset["content"])
        assert answer.headers["content-range"] == f"bytes {start}-{start + len(wanted) - 1}/{total}"


async def test_a_range_outside_is_416_in_the_envelope(anna, asset):
    answer = await anna.get(asset["path"], headers={"range": "bytes=999999999-"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{asset['bytes']}"
    assert answer.json()["code"] == "invalid_range"


async def test_conditions(anna, asset):
    tag = f'"{asset["sha256"]}"'
    fresh = await anna.get(asset["path"], headers={"if-none-match": tag})
    assert (fresh.status_code, fresh.content, fresh.headers["etag"]) == (304, b"", tag)
    same = await anna.get(asset["path"], headers={"range": "bytes=0-3", "if-range": tag})
    assert (same.status_code, same.content) == (206, b"RIFF")
    other = await anna.get(asset["path"], headers={"range": "bytes=0-3", "if-range": '"x"'})
    assert (other.status_code, other.content) == (200, asset["content"])


@pytest.mark.parametrize("part", ["content", "waveform"])
async def test_head_says_what_get_would(anna, asset, part):
    path = asset["path"].replace("content", part)
    got, headed = await anna.get(path), await anna.head(path)
    assert (headed.status_code, headed.content) == (200, b"")
    skipped = {"date", "server"}
    assert {n: v for n, v in headed.headers.items() if n not in skipped} == {
        n: v for n, v in got.headers.items() if n not in skipped
    }


async def test_somebody_elses_asset_answers_exactly_as_a_missing_one(place, anna, bert, asset):
    missing = "0199aa00-0000-7000-8000-000000000009"
    for method, suffix in (
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("GET", "/content"),
        ("HEAD", "/content"),
        ("GET", "/poster"),
        ("GET", "/waveform"),
    ):
        body = {"json": {"name": "x"}} if method == "PATCH" else {}
        for client in (bert, place.nobody()):
            theirs = await client.request(method, f"/api/assets/{asset['assetId']}{suffix}", **body)
            nothing = await client.request(method, f"/api/assets/{missing}{suffix}", **body)
            assert theirs.status_code == nothing.status_code == (404 if client is bert else 401)
            assert theirs.content == nothing.content
            skipped = {"date"}
            assert {n: v for n, v in theirs.headers.items() if n not in skipped} == {
                n: v for n, v in nothing.headers.items() if n not in skipped
            }
    assert (await anna.get(asset["path"])).status_code == 200


async def test_links_that_do_not_hold(place, asset, monkeypatch):
    nobody = place.nobody()
    for url, code in (
        (asset["url"][:-1], "link_invalid"),
        (asset["url"].replace("expires=1", "expires=2"), "link_invalid"),
        (asset["url"].replace("/content", "/waveform"), "link_invalid"),
    ):
        answer = await nobody.get(url)
        assert (answer.status_code, answer.json()["code"]) == (403, code)
    later = links.time.time() + 14 * 3600
    monkeypatch.setattr(links.time, "time", lambda: later)
    expired = await nobody.get(asset["url"])
    assert (expired.status_code, expired.json()["code"]) == (403, "link_expired")


async def test_a_public_project_needs_no_signature(place, anna, asset):
    change = await anna.patch(f"/api/projects/{asset['projectId']}", json={"isPublic": True})
    assert change.json()["data"]["project"]["isPublic"] is True
    url = (await anna.get(f"/api/assets/{asset['assetId']}")).json()["data"]["asset"]["url"]
    assert "?" not in url
    assert (await place.nobody().get(url)).content == asset["content"]
    await anna.patch(f"/api/projects/{asset['projectId']}", json={"isPublic": False})
    assert (await place.nobody().get(url)).status_code == 401


async def test_documents_are_never_shown_as_pages(anna, project):
    page = b"%PDF-1.7\n1 0 obj <</Type/Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
    answer = await anna.post(f"/api/projects/{project}/assets", files={"file": ("evil.html", page)})
    if answer.status_code == 201:
        served = await anna.get(answer.json()["data"]["asset"]["url"])
        assert served.headers["content-type"] == "application/octet-stream"
        assert served.headers["content-disposition"].startswith("attachment;")
    html = b"<!doctype html><html><script>alert(1)</script></html>"
    answer = await anna.post(f"/api/projects/{project}/assets", files={"file": ("evil.mp4", html)})
    assert answer.status_code == 400


async def test_bytes_that_are_gone_are_a_clean_error(place, anna, asset):
    await place.storage.delete([entry.key async for entry in place.storage.keys("files")])
    answer = await anna.get(asset["path"])
    assert (answer.status_code, answer.json()["code"]) == (404, "file_missing")


async def test_an_asset_that_a_job_needs_stays(place, anna, asset):
    async with place.database.transaction() as connection:
        await connection.execute(
            "insert into jobs (id, owner_id, kind, asset_id, project_id, input, queue)"
            " select gen_random_uuid(), owner_id, 'noise-removal', id, project_id, '{}', 'q' from assets"
        )
    answer = await anna.delete(f"/api/assets/{asset['assetId']}")
    assert (answer.status_code, answer.json()["code"]) == (409, "asset_in_use")
    answer = await anna.delete(f"/api/projects/{asset['projectId']}")
    assert (answer.status_code, answer.json()["code"]) == (409, "project_in_use")
    async with place.database.transaction() as connection:
        await connection.execute("update jobs set state = 'completed'")
    assert (await anna.delete(f"/api/assets/{asset['assetId']}")).json() == {"success": True, "data": {}}
    assert (await anna.get(asset["url"])).status_code == 404


async def test_a_reader_that_leaves_early_hurts_nobody(place, anna, asset):
    async with anna.stream("GET", asset["path"]) as answer:
        assert isinstance(answer, httpx.Response)
    assert (await anna.get(asset["path"])).content == asset["content"]
