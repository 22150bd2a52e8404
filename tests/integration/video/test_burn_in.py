"""Subtitles drawn into a video: the words are seen, the sound is the very same packets."""

import io

import av
import numpy as np
import pytest
from films import frames_of

import samples
from spoken import voice, write_talk


@pytest.fixture(scope="module")
def talk(tmp_path_factory):
    """Return a video in which somebody says a sentence."""
    path = tmp_path_factory.mktemp("talk") / "talk.mp4"
    said = voice("Ask not what your country can do for you.")
    samples.write_video(path, said, seconds=said.shape[1] / samples.RATE, size=(320, 180))
    return path.read_bytes()


def sound_packets(content):
    with av.open(io.BytesIO(content)) as source:
        stream = source.streams.audio[0]
        return [
            (packet.pts * stream.time_base, bytes(packet)) for packet in source.demux(stream) if packet.size
        ]


async def test_captions_are_drawn_into_the_picture_and_the_sound_is_copied(anna, worker, talk):
    asset = await anna.upload("talk.mp4", talk)
    body = {
        "assetId": asset["assetId"],
        "projectId": asset["projectId"],
        "engine": "pocketsphinx",
        "language": "en",
        "burnIn": "box",
    }
    job_id = (await anna.ask("POST", "/api/ai/subtitle-generation", 201, json=body))["job"]["jobId"]
    seen = await anna.job_ended(job_id)
    assert seen["status"] == "completed", seen
    assert [step["status"] for step in seen["steps"] if step["name"] in {"caption", "burn"}] == [
        "completed"
    ] * 2
    output = seen["outputData"]
    made = (await anna.ask("GET", f"/api/assets/{output['burnedVideoAssetId']}"))["asset"]
    assert made["name"] == "talk (captioned).mp4"
    content = (await anna.client.get(output["burnedVideoAssetPath"])).content
    assert sound_packets(content) == sound_packets(talk)
    before, after = frames_of(talk), frames_of(content)
    assert abs(len(before) - len(after)) <= 1
    cue = output["subtitles"][0]
    number = round((cue["startTime"] + cue["endTime"]) / 2 * len(before) / made["media"]["duration"])
    changed = np.abs(after[number].astype(int) - before[number].astype(int)).max(axis=2) > 60
    height = changed.shape[0]
    assert changed[height // 2 :].mean() > 0.01, "there is text in the lower half"
    assert changed[: height // 3].mean() < 0.001


@pytest.mark.parametrize(("style", "code"), [("sparkling", "unknown_style"), ("box", "no_picture")])
async def test_what_cannot_be_drawn_is_refused_at_once(anna, talk, style, code, tmp_path):
    name, content = "talk.mp4", talk
    if code == "no_picture":
        name, content = "talk.wav", write_talk(tmp_path / "talk.wav").read_bytes()
    asset = await anna.upload(name, content)
    body = {"assetId": asset["assetId"], "projectId": asset["projectId"], "burnIn": style}
    refused = await anna.ask("POST", "/api/ai/subtitle-generation", 400, json=body)
    assert refused["code"] == code
