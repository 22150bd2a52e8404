"""Odd files at the door: imported or refused in words, and everything works on what came of them."""

import pytest

from cutroom.subtitles.format import FORMATS


@pytest.mark.parametrize(
    "content",
    [
        rb'{"language": "en", "subtitles": [{"startTime": 1, "endTime": 2, "text": "a\ud800b\u0000c"}]}',
        (
            rb'{"language": "\ud800\u0000", "frameRate": "1e9", '
            rb'"subtitles": [{"startTime": 1, "endTime": 2, "text": "a"}]}'
        ),
        rb'{"subtitles": [{"startTime": -1e99, "endTime": 1e99, "text": "a", "speaker": "\udfff"}]}',
        rb'{"subtitles": [{"startTime": NaN, "endTime": Infinity, "text": "a"}]}',
        b"1\n00:00:01,000 --> 00:00:02,000\na\x00b\x1b\xff\xfe\n",
        b"1\n99999999999:00:01,000 --> 99999999999:00:02,000\na\n",
        b"WEBVTT\nKind: captions\nLanguage: " + b"x" * 5000 + b"\n\n00:01.000 --> 00:02.000\na\n",
        b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v " + b"n" * 5000 + b">a\n",
    ],
)
async def test_an_odd_file_is_imported_or_refused_in_words(anna, content):
    path = f"/api/projects/{anna.project_id}/assets"
    uploaded = await anna.client.post(path, files={"file": ("odd", content)})
    assert uploaded.status_code in {201, 400}, uploaded.text
    if uploaded.status_code == 400:
        return
    asset = uploaded.json()["data"]["asset"]
    body = {"projectId": anna.project_id, "assetId": asset["assetId"]}
    made = await anna.client.post("/api/subtitles", json=body)
    assert made.status_code in {201, 400}, made.text
    if made.status_code == 201:
        subtitles = made.json()["data"]["subtitles"]
        whole = (await anna.ask("GET", f"/{subtitles['subtitlesId']}"))["subtitles"]
        assert len(whole["cues"]) == subtitles["cueCount"]
        for name in FORMATS.names():
            path = f"/api/subtitles/{subtitles['subtitlesId']}/export"
            assert (await anna.client.get(path, params={"format": name})).status_code == 200
        await anna.edit(subtitles, {"type": "fix"})
