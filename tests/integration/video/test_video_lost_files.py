"""A storage that lost bytes: what Cutroom made is made again, what it was given is missed by name."""

from films import blinking, film, picture, shape

import samples
from cutroom.storage import file_key

COLORS = ["#ff0000", "#00ff00", "#0000ff"]


async def lose(studio, *, but=()):
    """Delete every object of the storage whose content is not one of these; return how many."""
    async with studio.database.transaction() as connection:
        cursor = await connection.execute("select owner_id, sha256 from files")
        rows = [row for row in await cursor.fetchall() if row["sha256"] not in but]
    await studio.storage.delete(file_key(row["owner_id"], row["sha256"]) for row in rows)
    return len(rows)


async def file_of(studio, asset):
    async with studio.database.transaction() as connection:
        cursor = await connection.execute(
            "select sha256 from files join assets on file_id = files.id where assets.id = %s",
            [asset["assetId"]],
        )
        return (await cursor.fetchone())["sha256"]


async def content(person, shown):
    answer = await person.client.get(shown["result"]["videoUrl"])
    assert answer.status_code == 200, answer.text
    return answer.content


async def test_lost_segments_and_sound_are_made_again(anna, worker, studio, tmp_path):
    tone = samples.write_audio(tmp_path / "tone.wav", samples.tone(2.0)).read_bytes()
    asset = await anna.upload("tone.wav", tone)
    document = blinking(10, COLORS)
    heard = {"type": "audio", "src": f"asset:{asset['assetId']}", "start": 0, "length": 2}
    document["tracks"].append({"clips": [heard]})
    first, _ = await anna.rendered(template=document)
    before = await content(anna, first)
    assert await lose(studio, but={await file_of(studio, asset)}) >= 6
    second, output = await anna.rendered(template=document)
    assert await content(anna, second) == before
    assert output["segments"] == {"rendered": 3, "reused": 0}
    lines = (await anna.ask("GET", f"/api/jobs/{second['jobId']}/logs"))["lines"]
    assert any("gone from the storage" in line["message"] for line in lines)
    _, output = await anna.rendered(template=document)
    assert output["segments"] == {"rendered": 0, "reused": 3}


async def test_a_lost_upload_fails_by_name_and_at_once(anna, worker, studio):
    asset = await anna.upload("photo.png", picture())
    await lose(studio)
    clip = {"type": "image", "src": f"asset:{asset['assetId']}", "start": 0, "length": 1}
    shown = await anna.ended((await anna.generate(template=film(clip, shape(1, 1))))["jobId"])
    assert shown["status"] == "failed"
    assert shown["error"]["code"] == "file_missing"
    assert not shown["error"].get("retryable")
