"""What the user is told: recognisers are busy or hear in parts, a picture does not decode."""

import json
import time

import numpy as np
import pytest
from pydantic import SecretStr
from vendor_server import fault, running_vendor, words

import samples
from cutroom.base.settings import Settings
from cutroom.jobs.kind import kinds
from cutroom.jobs.kinds.subtitle_generation import SubtitleOptions, job_input
from cutroom.jobs.memory import MemoryRun
from cutroom.jobs.run import FileRef
from cutroom.media import probe
from spoken import voice, write_talk


@pytest.fixture
def vendor():
    with running_vendor() as running:
        yield running


@pytest.fixture
def make(tmp_path, vendor):
    """Return a function that makes subtitles with Groq's key set and no Whisper on this machine."""
    talk = write_talk(tmp_path / "talk.wav", "Good morning everybody.")

    async def run(engine, path=talk, key="groq", kind=None, **options):
        settings = Settings(
            _env_file=None,
            data=tmp_path / "data",
            fetch_models=False,
            **{f"{key}_api_key": SecretStr("gsk_test"), f"{key}_url": f"{vendor.url}/v1"},
        )
        found = probe(path)
        source = FileRef("source", "", path.stat().st_size, path.name, found.mime_type)
        wanted = SubtitleOptions(engine=engine, language="en", **options)
        body = job_input(source, kind or found.kind, found.to_json(), wanted, settings)
        job = MemoryRun(kinds.load("subtitle-generation"), settings, body, {"source": path})
        try:
            return await job.execute()
        finally:
            job.close()

    return run


@pytest.mark.parametrize("engine", ["auto", "groq"])
async def test_a_short_wait_is_waited(make, vendor, engine):
    vendor.answers(fault(429, Retry_After="1"), words("Good", "morning."))
    begun = time.monotonic()
    output = await make(engine)
    assert (output["engine"], vendor.calls) == ("groq", 2)
    assert time.monotonic() - begun >= 1
    assert output["notes"] == []


@pytest.mark.parametrize("status", [429, 503])
async def test_a_long_wait_is_left_to_another_engine(make, vendor, status):
    vendor.answers(fault(status, Retry_After="600"))
    output = await make("auto")
    assert (output["engine"], vendor.calls) == ("pocketsphinx", 1)
    assert "Groq" in output["engineReason"]
    assert any("cutroom models fetch" in note for note in output["notes"])


async def test_one_that_stays_busy_is_left_after_the_last_try(make, vendor):
    vendor.answers(fault(429, Retry_After="0"))
    output = await make("auto")
    assert (output["engine"], vendor.calls) == ("pocketsphinx", 4)


async def test_a_picture_that_does_not_decode_costs_its_cuts_and_no_words(make, vendor):
    vendor.answers(words("Good", "morning."))
    output = await make("groq", kind="video")  # the file is a sound
    assert [cue["text"] for cue in output["subtitles"]] == ["Good morning."]
    assert output["frameRate"] == "25"
    assert any("no moving picture" in note for note in output["notes"])


def said_by(*speakers):
    """Answer as ElevenLabs does: one word of each."""
    heard = [
        {
            "text": "Hello.",
            "type": "word",
            "start": 0.5 + n,
            "end": 0.9 + n,
            "speaker_id": f"speaker_{speaker}",
        }
        for n, speaker in enumerate(speakers)
    ]
    body = {"language_code": "eng", "language_probability": 1, "text": "Hello.", "words": heard}
    return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()


@pytest.mark.parametrize(("pause", "parts"), [(1.0, 1), (33.0, 2)])
async def test_numbers_of_speakers_hold_within_a_part_only_and_this_is_said(
    make, vendor, tmp_path, pause, parts
):
    vendor.answers(said_by(0, 1))
    sound = [voice("Good morning everybody."), samples.silence(pause), voice("This is another sentence.")]
    path = samples.write_audio(tmp_path / "two.wav", np.concatenate(sound, axis=1))
    output = await make("elevenlabs", path, "elevenlabs", speakers=True)
    assert vendor.calls == parts
    assert any("somebody else" in note for note in output["notes"]) == (parts > 1)
