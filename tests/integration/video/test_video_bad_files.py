"""Jobs whose template asks for what it must not have, or for files that cannot be used."""

import tempfile
from pathlib import Path

import pytest
from films import film, shape

from unusable_files import CLIPS, bad_files

FORBIDDEN = [
    "/etc/passwd",
    "../../../../etc/passwd",
    "file:///etc/passwd",
    "photo.png",
    "",
    " ",
    "asset:",
    "asset:../../etc/passwd",
    "ASSET:0199aa00-0000-7000-8000-000000000003",
    "http://127.0.0.1:1/x.png",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::ffff:10.0.0.1]/x.png",
    "gopher://example.org/x",
    "data:text/plain,x",
]
HARMFUL = [
    "a PNG bomb",
    "a PNG with holes",
    "a typeface without tables",
    "a film without sound as sound",
    "a playlist as film",
    "a sound as picture",
    "an animation with a script",
    "an animation that reads a file",
    "uses of uses of uses",
    "subtitles without a cue",
]


def wearing(kind, src):
    """Return a template with a file of a kind."""
    if kind == "font":
        text = {"type": "text", "text": "Hi", "font": "Mine", "start": 0, "length": 1}
        return film(text, fonts=[{"family": "Mine", "src": src}])
    return film(shape(0, 1), tracks=[{"clips": [shape(0, 1)]}, {"clips": [{**CLIPS[kind], "src": src}]}])


@pytest.mark.parametrize("kind", ["image", "video", "audio", "subtitles", "animation", "font"])
async def test_no_kind_of_file_is_read_from_the_server(anna, bert, kind):
    theirs = await bert.upload("note.srt", b"1\n00:00:00,000 --> 00:00:01,000\nSecret\n")
    for src in (*FORBIDDEN, f"asset:{theirs['assetId']}"):
        said = await anna.generate(400, template=wearing(kind, src))
        assert said["code"] == "bad_template", (src, said)
        assert "Secret" not in str(said)
        assert "root:" not in str(said)
    assert (await anna.ask("GET", "/api/jobs"))["jobs"] == []


async def test_a_file_that_cannot_be_used_fails_its_job_by_name(anna, worker, studio):
    with tempfile.TemporaryDirectory() as folder:
        made = bad_files(Path(folder))
    started = {}
    refused = {}
    for name in HARMFUL:
        answer = await anna.client.post("/api/projects", json={"name": name})
        path = f"/api/projects/{answer.json()['data']['project']['projectId']}/assets"
        answer = await anna.client.post(path, files={"file": ("file.bin", made[name].content)})
        if answer.status_code != 201:  # uploads are looked at too
            refused[name] = answer.json()["code"]
            continue
        src = f"asset:{answer.json()['data']['asset']['assetId']}"
        started[name] = (src, (await anna.generate(template=wearing(made[name].kind, src)))["jobId"])
    for name, (src, job_id) in started.items():
        shown = await anna.ended(job_id)
        assert shown["status"] == "failed", name
        error = str(shown.get("error") or shown)
        assert src in error or "$.tracks[1].clips[0]" in error or "$.fonts[0]" in error, (name, error)
        assert "Traceback" not in error
    left = [path for path in studio.settings.scratch.rglob("*") if path.is_file()]
    assert left == []
    assert len(started) + len(refused) == len(HARMFUL)
