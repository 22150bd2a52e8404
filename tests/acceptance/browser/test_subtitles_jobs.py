"""From speech to edited subtitles in the video: the form, the job, its result, the editor, the new video."""

import json
import re

import av
import numpy as np
import pytest
from browser_steps import make_project, upload
from subtitle_steps import alive, cue, edit_text

import samples
import voices


@pytest.fixture(scope="module")
def spoken(tmp_path_factory):
    """Make a video in which a synthetic voice says two sentences."""
    folder = tmp_path_factory.mktemp("spoken")
    said = [voices.speak(text) for text in ("Good morning everybody.", "This is the second sentence.")]
    sound = voices.join_with_pauses(said, 0.8)
    path = folder / "spoken.mp4"
    seconds = int(np.ceil(len(sound) / samples.RATE))
    return samples.write_video(path, sound[np.newaxis], seconds=seconds, size=(320, 180))


def _ask(page, name, **fields):
    page.get_by_role("link", name=f"Make subtitles for {name}").click()
    for label, value in fields.items():
        page.get_by_label(label).fill(value)
    page.get_by_label("pocketsphinx").check()
    page.get_by_role("button", name="Make subtitles", exact=True).click()


def test_speech_becomes_subtitles_that_are_edited_and_put_into_the_video(page, spoken, tmp_path):
    page.set_default_timeout(60_000)
    make_project(page, "Spoken")
    upload(page, spoken)
    _ask(page, "spoken.mp4", **{"What is spoken": "English"})
    page.wait_for_url("**/jobs/*")
    page.get_by_role("heading", name="Result").wait_for()
    job = json.loads(page.request.get(page.url.replace("/jobs/", "/api/jobs/")).text())["data"]["job"]
    cues = job["outputData"]["subtitles"]
    assert page.locator(".sample time").count() == len(cues) > 0
    assert job["outputData"]["trust"]["sentence"] in page.locator("#job .notice").inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="SRT file").click()
    assert download.value.suggested_filename.endswith(".srt")

    result = page.url
    page.get_by_role("link", name="The project").click()
    assert page.locator(".cards .asset").count() == 1  # the recording alone
    files = page.locator("details.folder", has_text="Subtitle files of spoken.mp4 (4)")
    files.locator("summary").first.click()
    with page.expect_download() as download:
        files.get_by_role("link", name=re.compile(r"Download .*\.vtt")).click()
    assert download.value.suggested_filename.endswith(".vtt")
    page.goto(result)

    page.get_by_role("link", name="Edit subtitles").click()
    alive(page)
    assert cue(page, len(cues)).count() == 1
    edit_text(page, 1, "Good morning, everybody.")
    page.locator("summary", has_text="More").click()
    page.get_by_role("button", name="Put them into the video").click()
    page.wait_for_url("**/jobs/*")
    with page.expect_download() as download:
        page.get_by_role("link", name="Video with subtitles").click()
    download.value.save_as(tmp_path / "out.mp4")
    with av.open(str(tmp_path / "out.mp4")) as video:
        texts = [
            bytes(packet)[2:].decode()
            for packet in video.demux(video.streams.subtitles[0])
            if packet.size > 2
        ]
    assert texts[0].startswith("Good morning, everybody.")


def test_silence_is_an_honest_empty_result(page, tmp_path):
    page.set_default_timeout(60_000)
    silent = samples.write_audio(tmp_path / "silent.wav", samples.silence(5))
    make_project(page)
    upload(page, silent)
    _ask(page, "silent.wav")
    page.wait_for_url("**/jobs/*")
    page.get_by_text("No cues were made.").wait_for()


def test_what_a_form_cannot_mean_is_said_and_what_was_typed_stays(page, spoken):
    page.expected.add("400")
    make_project(page)
    upload(page, spoken)
    page.get_by_role("link", name="Make subtitles for spoken.mp4").click()
    page.get_by_label("What is spoken").fill("Klingon, perhaps")
    page.get_by_role("button", name="Make subtitles", exact=True).click()
    assert "write a language" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("What is spoken").input_value() == "Klingon, perhaps"
