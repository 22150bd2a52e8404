"""From POST generate to the film: results, segments that are kept, children on other workers."""

import io
import re

import numpy as np
import pytest
from films import blinking, color_of, film, frames_of, picture, shape, until
from PIL import Image

import samples
from cutroom.jobs import film as film_steps

RED, GREEN, BLUE = "#ff0000", "#00ff00", "#0000ff"


async def fetched(person, url):
    answer = await person.client.get(url)
    assert answer.status_code == 200, answer.text
    return answer.content


async def test_a_template_becomes_a_film_with_a_poster(anna, worker):
    document = film(shape(0, 1, RED), shape(1, 1, BLUE), name="Two colours")
    shown, output = await anna.rendered(template=document)
    assert shown["progress"] == 100
    [job] = (await anna.ask("GET", "/api/jobs"))["jobs"]
    assert job["name"] == "Two colours"
    result = shown["result"]
    assert (result["duration"], result["width"], result["height"]) == (2.0, 64, 48)
    content = await fetched(anna, result["videoUrl"])
    assert len(content) == result["size"] == output["size"]
    frames = frames_of(content)
    assert len(frames) == 60
    assert [color_of(frames[number]) for number in (0, 29, 30, 59)] == [RED, RED, BLUE, BLUE]
    assert (await fetched(anna, result["posterUrl"]))[8:12] == b"WEBP"
    asset = (await anna.ask("GET", f"/api/assets/{output['resultAssetId']}"))["asset"]
    assert (asset["name"], asset["kind"]) == ("Two colours.mp4", "video")
    project = (await anna.ask("GET", f"/api/projects/{asset['projectId']}"))["project"]
    assert project["name"] == "Videos"


async def test_a_link_opens_the_film_for_whoever_has_it(anna, bert, worker):
    shown, _ = await anna.rendered(template=film(shape(0, 1)))
    assert await fetched(bert, shown["result"]["videoUrl"])
    bare = shown["result"]["videoUrl"].partition("?")[0]
    assert (await bert.client.get(bare)).status_code == 404


async def test_a_film_has_a_storyboard_for_players(anna, bert, people, worker):
    shown, _ = await anna.rendered(template=film(*(shape(n, 1, c) for n, c in enumerate((RED, GREEN, BLUE)))))
    nobody = await people("nobody@example.com")
    nobody.client.cookies.clear()
    link = shown["result"]["storyboardUrl"]
    text = (await fetched(nobody, link)).decode()
    assert text.startswith("WEBVTT")
    addresses = re.findall(r"(/api/\S+)#xywh=(\d+),(\d+),(\d+),(\d+)", text)
    assert len(addresses) == 3
    sheet = np.asarray(Image.open(io.BytesIO(await fetched(nobody, addresses[0][0]))))
    found = []
    for _, *box in addresses:
        left, top, width, height = map(int, box)
        found.append(color_of(sheet[top + 4 : top + height - 4, left + 4 : left + width - 4]))
    assert found[0] == RED
    assert set(found) <= {RED, GREEN, BLUE}
    bare = link.partition("?")[0]
    assert (await nobody.client.get(bare)).status_code == 401
    assert (await bert.client.get(bare)).status_code == 404
    assert (await anna.client.get(bare)).status_code == 200
    assert (await nobody.client.get(link + "0")).status_code == 403


async def test_several_outputs_come_of_one_drawing(anna, worker):
    outputs = [{"format": "mp4"}, {"format": "png", "time": 0.5}, {"format": "gif", "width": 32}]
    _, output = await anna.rendered(template=film(shape(0, 1, GREEN)), outputs=outputs)
    kinds = [one["mimeType"] for one in output["outputs"]]
    assert kinds == ["video/mp4", "image/png", "image/gif"]


async def test_pictures_and_sound_alone_need_no_film(anna, worker, tmp_path):
    tone = samples.write_audio(tmp_path / "tone.wav", samples.tone(1.0)).read_bytes()
    asset = await anna.upload("tone.wav", tone)
    clips = [
        shape(0, 1, GREEN),
        {"type": "audio", "src": f"asset:{asset['assetId']}", "start": 0, "length": 1},
    ]
    document = film(tracks=[{"clips": [clip]} for clip in clips])
    shown, output = await anna.rendered(template=document, outputs=[{"format": "png", "time": 0.5}])
    assert output["segments"] == {"rendered": 0, "reused": 0}
    still = Image.open(io.BytesIO(await fetched(anna, shown["result"]["videoUrl"])))
    assert color_of(still.convert("RGB")) == GREEN
    shown, output = await anna.rendered(template=document, outputs=[{"format": "mp3"}])
    assert output["outputs"][0]["mimeType"] == "audio/mpeg"
    assert output["measured"]["loudness"] < 0
    refused = await anna.ended(
        (await anna.generate(template=film(shape(0, 1)), outputs=[{"format": "mp3"}]))["jobId"]
    )
    assert refused["error"]["code"] == "no_sound"


async def test_inputs_and_assets_fill_a_template(anna, worker):
    asset = await anna.upload("photo.png", picture((0, 128, 255)))
    document = film(
        {"type": "image", "src": "{{photo}}", "start": 0, "length": 1, "width": "100%", "height": "100%"},
        inputs={"photo": {"type": "image"}},
    )
    values = {"photo": f"asset:{asset['assetId']}"}
    shown, _ = await anna.rendered(template=document, input=values)
    frames = frames_of(await fetched(anna, shown["result"]["videoUrl"]))
    assert color_of(frames[10]) == "#0080ff"


async def test_a_second_render_costs_only_the_join(anna, worker):
    document = blinking(10, [RED, GREEN, BLUE])
    first, before = await anna.rendered(template=document)
    second, after = await anna.rendered(template=document)
    assert before["segments"] == {"rendered": 3, "reused": 0}
    assert after["segments"] == {"rendered": 0, "reused": 3}
    assert "cpuSeconds" not in after
    films = [await fetched(anna, shown["result"]["videoUrl"]) for shown in (first, second)]
    assert films[0] == films[1]


async def test_a_changed_moment_draws_its_segment_alone(anna, worker):
    colors = [RED, GREEN, BLUE, RED, GREEN, BLUE, RED, GREEN, BLUE]
    _, before = await anna.rendered(template=blinking(9, colors))
    colors[5] = "#ffffff"
    _, after = await anna.rendered(template=blinking(9, colors))
    assert before["segments"]["rendered"] == 3
    assert after["segments"] == {"rendered": 1, "reused": 2}


async def test_a_still_film_is_drawn_once(anna, worker):
    _, output = await anna.rendered(template=film(shape(0, 20)))
    assert output["segments"] == {"rendered": 1, "reused": 4}
    assert output["frames"] == 600


async def test_segments_are_their_owners(anna, bert, worker):
    document = blinking(5, [RED, GREEN])
    await anna.rendered(template=document)
    _, output = await bert.rendered(template=document)
    assert output["segments"]["reused"] == 0


async def test_two_workers_share_a_long_film_and_make_the_same_bytes(
    anna, bert, start_worker, studio, monkeypatch
):
    monkeypatch.setattr(film_steps, "_WORTH_SHARING", 3)
    document = blinking(25, [RED, GREEN, BLUE, "#ffffff", "#808080", "#ffff00", "#00ffff"])
    async with start_worker():
        alone, output = await anna.rendered(template=document)
        assert output["segments"]["rendered"] == 7
        async with start_worker():
            job_id = (await bert.generate(template=document))["jobId"]
            seen = []
            together = await bert.seen(job_id, lambda shown: seen.append(shown) or "completedAt" in shown)
            shared = (await bert.ask("GET", f"/api/jobs/{job_id}"))["job"]["outputData"]
    assert shared["segments"] == {"rendered": 7, "reused": 0}
    films = [await fetched(anna, shown["result"]["videoUrl"]) for shown in (alone, together)]
    assert films[0] == films[1]
    shares = [shown["progress"] for shown in seen]
    assert shares == sorted(shares)
    assert any(30 < shown["progress"] < 80 and "waiting" in shown for shown in seen), (
        "it moves with its parts"
    )
    jobs = (await bert.ask("GET", "/api/jobs"))["jobs"]
    assert len(jobs) == 1, "parts are no jobs of their owner's"
    async with studio.database.transaction() as connection:
        cursor = await connection.execute("select state from jobs where parent_id is not null")
        states = [row["state"] for row in await cursor.fetchall()]
    assert len(states) >= 2
    assert set(states) == {"completed"}


async def test_cancel_stops_a_render(anna, worker, studio):
    clips = [shape(n / 30, 1, f"#{n % 256:02x}8040") for n in range(3000)]
    job_id = (await anna.generate(template=film(*clips, width=1280, height=720)))["jobId"]
    await anna.seen(job_id, lambda shown: shown["status"] == "processing")
    job = (await anna.ask("DELETE", f"/api/video/cancel/{job_id}"))["job"]
    assert job["status"] == "cancelled"
    refused = await anna.ask("DELETE", f"/api/video/cancel/{job_id}", 409)
    assert refused["code"] == "job_ended"
    await until(lambda: not any((studio.settings.scratch / "steps").rglob("*-*-*")), seconds=5)


async def test_a_file_that_breaks_fails_with_its_name_and_can_be_retried(anna, worker):
    asset = await anna.upload("photo.png", picture())
    src = f"asset:{asset['assetId']}"
    clip = {"type": "video", "src": src, "start": 0, "length": 1}
    job_id = (await anna.generate(template=film(clip)))["jobId"]
    shown = await anna.ended(job_id)
    assert shown["status"] == "failed"
    assert src in shown["error"]["message"]
    assert shown["error"]["step"] == "prepare"
    assert shown["error"]["retryable"] is False


@pytest.mark.parametrize("options", [{"render_start_rate": "1/600"}], indirect=False)
async def test_starts_are_limited_and_the_status_says_why(anna, worker, options):
    await anna.rendered(template=film(shape(0, 1)))
    job_id = (await anna.generate(template=film(shape(0, 1))))["jobId"]
    shown = await anna.seen(job_id, lambda shown: "until" in shown.get("waiting", {}))
    assert shown["status"] == "pending"
    assert "At most 1" in shown["waiting"]["reason"]
