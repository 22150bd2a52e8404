"""A long recording: memory that does not grow with it, windows at their places, nothing paid for silence.

Six hours of the same are measured by `bench/long_subtitles.py`.
"""

from fractions import Fraction

import numpy as np
import pytest
from asking import until
from belongings import ask, bring, move_in, steps

import samples
from cutroom.base.settings import Settings
from cutroom.base.units import MEBIBYTE
from cutroom.boot.platform import PRELOAD
from cutroom.media import AudioWriter
from cutroom.sandbox import Sandbox
from spoken import voice

MINUTES = 12
PLACES = (1, 6, 11)
"""Minutes at which somebody speaks."""


@pytest.fixture
def settings(tmp_path):
    # The sound has 260 MB, Python and its libraries 140: a child that held half of it would be stopped.
    return Settings(
        _env_file=None,
        data=tmp_path / "data",
        drain_seconds=0,
        fetch_models=False,
        child_memory_bytes=256 * MEBIBYTE,
    )


@pytest.fixture
async def resources(resources):
    cold, resources.sandbox = resources.sandbox, Sandbox(PRELOAD)
    yield resources
    await resources.sandbox.close()
    resources.sandbox = cold


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    """Write minutes of stereo in which a sentence is said three times."""
    path = tmp_path_factory.mktemp("long") / "long.flac"
    minute = np.zeros((2, 60 * samples.RATE), np.float32)
    said = np.repeat(voice("Good morning everybody."), 2, axis=0)
    spoken = minute.copy()
    spoken[:, : said.shape[1]] = said
    with AudioWriter(path, codec="flac", rate=samples.RATE, layout="stereo", bits=16) as writer:
        for number in range(MINUTES):
            writer.write(spoken if number in PLACES else minute)
    return path


async def test_memory_stays_and_windows_lie_where_they_were_heard(
    resources, owner_id, recording, start_worker
):
    project = await move_in(resources, owner_id)
    asset = await bring(resources, owner_id, project, recording)
    body = {"assetId": str(asset), "projectId": str(project), "engine": "pocketsphinx"}
    job_id = await ask(resources, owner_id, "subtitle-generation", **body)
    async with start_worker():
        job = await until(resources, owner_id, job_id, seconds=90)
    assert job["status"] == "completed", job
    output = job["outputData"]
    assert output["measured"]["seconds"] == pytest.approx(MINUTES * 60, abs=0.01)
    assert output["measured"]["speechSeconds"] < 10, "silence is not heard"
    assert [name for name in await steps(resources, job_id) if name.startswith("transcribe")] == [
        f"transcribe:{number}/3" for number in (1, 2, 3)
    ]
    starts = [cue["startTime"] for cue in output["subtitles"]]
    for place in PLACES:
        near = [start for start in starts if 0 <= Fraction(str(start)) - place * 60 < 3]
        assert near, (place, starts)
    assert all(any(0 <= start - place * 60 < 5 for place in PLACES) for start in starts)
