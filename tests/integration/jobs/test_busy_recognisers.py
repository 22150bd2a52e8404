"""A recogniser that is busy: waited for where it says that this is short, else another one hears."""

import time

import pytest
from pydantic import SecretStr
from vendor_server import fault, running_vendor, words

from cutroom.base.settings import Settings
from cutroom.jobs.kind import kinds
from cutroom.jobs.kinds.subtitle_generation import SubtitleOptions, job_input
from cutroom.jobs.memory import MemoryRun
from cutroom.jobs.run import FileRef
from cutroom.media import probe
from spoken import write_talk


@pytest.fixture
def vendor():
    with running_vendor() as running:
        yield running


@pytest.fixture
def make(tmp_path, vendor):
    """Return a function that makes subtitles with Groq's key set and no Whisper on this machine."""
    settings = Settings(
        _env_file=None,
        data=tmp_path / "data",
        fetch_models=False,
        groq_api_key=SecretStr("gsk_test"),
        groq_url=f"{vendor.url}/openai/v1",
    )
    path = write_talk(tmp_path / "talk.wav", "Good morning everybody.")
    found = probe(path)
    source = FileRef("source", "", path.stat().st_size, path.name, found.mime_type)

    async def run(engine):
        options = SubtitleOptions(engine=engine, language="en")
        body = job_input(source, found.kind, found.to_json(), options, settings)
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
