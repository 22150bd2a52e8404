"""Previews: the frame that the film will show, for its owner alone, quickly when asked again."""

import io
import time

import numpy as np
from films import color_of, film, picture, shape
from PIL import Image

RED, BLUE = "#ff0000", "#0000ff"


async def preview(person, expected=200, **body):
    answer = await person.client.post("/api/video/preview", json=body)
    assert answer.status_code == expected, answer.text
    return answer


def opened(answer):
    return np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB"))


async def test_a_frame_of_a_time_is_what_the_film_shows_then(anna):
    document = film(shape(0, 1, RED), shape(1, 1, BLUE))
    for seconds, color, number in ((0, RED, 0), (0.99, RED, 29), (1, BLUE, 30), (100, BLUE, 59)):
        answer = await preview(anna, template=document, time=seconds)
        assert answer.headers["content-type"] == "image/png"
        assert (answer.headers["cutroom-frame"], answer.headers["cutroom-frames"]) == (str(number), "60")
        assert answer.headers["cutroom-seconds"] == "2"
        pixels = opened(answer)
        assert pixels.shape == (48, 64, 3)
        assert color_of(pixels) == color


async def test_smaller_pictures_in_other_formats(anna):
    document = film(shape(0, 1, RED))
    for form, mime_type in (("jpg", "image/jpeg"), ("webp", "image/webp"), ("png", "image/png")):
        answer = await preview(anna, template=document, width=32, format=form)
        assert answer.headers["content-type"] == mime_type
        assert opened(answer).shape == (24, 32, 3)
        assert color_of(opened(answer)) == RED


async def test_what_is_transparent_stays_so(anna):
    document = film(shape(0, 1, RED, width="50%", x="25%"), background="transparent")
    for form in ("png", "webp"):
        answer = await preview(anna, template=document, format=form)
        pixels = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGBA"))
        assert pixels[20, 10].tolist()[3] == 255
        assert pixels[20, 50].tolist()[3] == 0


async def test_files_and_inputs_are_used(anna, bert):
    asset = await anna.upload("photo.png", picture((255, 128, 0)))
    clip = {"type": "image", "src": "{{photo}}", "start": 0, "length": 1, "width": "100%", "height": "100%"}
    document = film(clip, inputs={"photo": {"type": "image"}})
    body = {"template": document, "input": {"photo": f"asset:{asset['assetId']}"}}
    assert color_of(opened(await preview(anna, **body))) == "#ff8000"
    refused = (await preview(bert, 400, **body)).json()
    assert refused["code"] == "bad_template"
    saved = await anna.ask("POST", "/api/templates", 201, json={"name": "Photo", "template": document})
    wanted = {"templateId": saved["template"]["templateId"], "input": body["input"]}
    assert color_of(opened(await preview(anna, **wanted))) == "#ff8000"
    await preview(bert, 404, **wanted)


async def test_faults_are_told_with_their_paths_and_the_next_frame_is_fine(anna):
    refused = (await preview(anna, 400, template=film(shape(0, 1, "no colour")))).json()
    assert refused["details"]["errors"][0]["path"] == "$.tracks[0].clips[0].fill"
    paths = [
        "asset:no-id",
        "/etc/passwd",
        "file:///etc/passwd",
        "http://127.0.0.1/x.png",
        "http://[::1]/x.png",
        "asset:0199aa00-0000-7000-8000-000000000003",
    ]
    clips = [{"type": "image", "src": src, "start": 0, "length": 1} for src in paths]
    refused = (await preview(anna, 400, template=film(*clips))).json()
    assert len(refused["details"]["errors"]) == len(paths)
    found = {fault["path"] for fault in refused["details"]["errors"]}
    assert found == {f"$.tracks[0].clips[{number}].src" for number in range(len(paths))}
    await preview(anna, template=film(shape(0, 1)))
    await preview(anna, 400, template=film(shape(0, 1)), templateId="0199aa00-0000-7000-8000-000000000003")
    await preview(anna, 400)


async def test_asked_again_it_is_quick(anna):
    clips = [shape(0, 2, RED), {"type": "text", "text": "Hello there", "start": 0, "length": 2}]
    document = film(*clips, width=540, height=960)
    await preview(anna, template=document)
    took = []
    for number in range(1, 8):
        began = time.perf_counter()
        await preview(anna, template=document, time=number / 10, format="jpg")
        took.append(time.perf_counter() - began)
    assert sorted(took)[3] < 0.2, "50 ms on a machine of its own; tests share theirs"


async def test_when_its_process_dies_the_next_frame_comes_from_another(anna):
    await preview(anna, template=film(shape(0, 1)))
    (process,) = anna.client._transport.app.state.previews._processes.values()
    process.task.cancel()
    await preview(anna, template=film(shape(0, 1)), time=0.5)
