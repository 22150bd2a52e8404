"""Translating subtitles and putting them into their video: times stay, edits count, nothing is done twice."""

from uuid import UUID

import av
import pytest
from asking import until
from belongings import ask, bring, made_by, move_in, retry, steps
from pydantic import SecretStr
from vendor_server import fault, running_vendor, words

from cutroom.base.errors import Refused
from cutroom.base.settings import Settings
from cutroom.boot.platform import PRELOAD
from cutroom.library import assets, subtitle_edits, subtitle_tracks
from cutroom.sandbox import Sandbox
from cutroom.subtitles.edit import Delete, SetText
from spoken import write_talk_video
from translators import german, translator

BUSY = "AI service temporarily unavailable"
SAID = words("Good", "morning", "everybody.", "You", "are", "all", "welcome.")


@pytest.fixture(scope="module")
def vendor():
    with running_vendor() as running:
        yield running


@pytest.fixture(scope="module")
def translating():
    with translator() as url:
        yield url


@pytest.fixture
def settings(tmp_path, vendor, translating):
    vendor.calls = 0
    vendor.answers(SAID)
    return Settings(
        _env_file=None,
        data=tmp_path / "data",
        lease_seconds=2,
        drain_seconds=0,
        fetch_models=False,
        groq_api_key=SecretStr("gsk_test"),
        groq_url=f"{vendor.url}/openai/v1",
        translation_url=translating,
        translation_model="tiny",
    )


@pytest.fixture
async def resources(resources):
    """Load the libraries once, as the platform does."""
    cold, resources.sandbox = resources.sandbox, Sandbox(PRELOAD)
    yield resources
    await resources.sandbox.close()
    resources.sandbox = cold


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    return write_talk_video(tmp_path_factory.mktemp("video") / "talk.mp4", before=0.3, after=0.3)


@pytest.fixture
async def project(resources, owner_id):
    return await move_in(resources, owner_id)


@pytest.fixture
async def submit(resources, owner_id, project, video):
    """Return a function that brings the video and submits a job that makes its subtitles."""

    async def make(**options):
        asset = await bring(resources, owner_id, project, video)
        body = {"assetId": str(asset), "projectId": str(project), "engine": "groq", **options}
        return await ask(resources, owner_id, "subtitle-generation", **body)

    return make


@pytest.fixture
def finish(resources, owner_id, start_worker):
    async def run(job_id, status="completed"):
        async with start_worker():
            job = await until(resources, owner_id, job_id)
        assert job["status"] == status, job
        return job

    return run


@pytest.fixture
async def made(submit, finish):
    """Return the output of a job that made subtitles of the video."""
    return (await finish(await submit()))["outputData"]


async def track_of(resources, owner_id, subtitles_id):
    async with resources.database.transaction() as connection:
        return (await subtitle_tracks.load(connection, UUID(subtitles_id), owner_id)).track


async def edit(resources, owner_id, subtitles_id, *edits):
    async with resources.database.transaction() as connection:
        whole = await subtitle_tracks.load(connection, UUID(subtitles_id), owner_id)
        await subtitle_edits.edit(connection, UUID(subtitles_id), owner_id, whole.row["revision"], edits)


async def subtitles_in(resources, owner_id, asset_id, path):
    """Return (language, texts) of each subtitle stream of a video asset."""
    async with resources.database.transaction() as connection:
        row = await assets.find(connection, UUID(asset_id), owner_id)
    await resources.storage.fetch(row["storage_key"], path)
    with av.open(str(path)) as container:
        found = {stream.index: (stream.language, []) for stream in container.streams.subtitles}
        for packet in container.demux(*container.streams.subtitles):
            if packet.size > 2:  # 3GPP timed text: a length, then the text
                content = bytes(packet)
                end = 2 + int.from_bytes(content[:2])  # styles may follow
                found[packet.stream.index][1].append(content[2:end].decode())
    return list(found.values())


async def test_one_job_translates_and_embeds(resources, owner_id, submit, finish, tmp_path):
    job_id = await submit(translateTo=["de", "fr", "de"], embed=True)
    job = await finish(job_id)
    output = job["outputData"]
    assert [each["language"] for each in output["translations"]] == ["de", "fr"], "each once"
    said = await track_of(resources, owner_id, output["subtitlesId"])
    for each in output["translations"]:
        track = await track_of(resources, owner_id, each["subtitlesId"])
        assert track.language == each["language"]
        # A cue that asks for faster reading in the other language may begin a few frames sooner.
        early = [ours.start - cue.start for ours, cue in zip(said.cues, track.cues, strict=True)]
        assert all(0 <= frames * said.rate <= 6 for frames in early)
        assert words_of(track) == german(words_of(said))
        assert set(each["files"]) == {"srt", "vtt", "ass", "ttml"}
    streams = await subtitles_in(resources, owner_id, output["resultVideoAssetId"], tmp_path / "video")
    assert [language for language, _ in streams] in (["eng", "deu", "fra"], ["eng", "ger", "fre"])
    assert " ".join(streams[1][1]).split() == german(words_of(said)).split()
    made_assets, tracks = await made_by(resources, job_id)
    assert (len(made_assets), len(tracks)) == (3 * 4 + 1, 3)
    assert [step["name"] for step in job["steps"]][-2:] == ["translate", "embed"]


def words_of(track):
    return " ".join(" ".join(cue.text.split()) for cue in track.cues)


async def test_a_translator_that_is_away_costs_no_second_hearing(
    resources, owner_id, submit, finish, vendor, translating
):
    with running_vendor() as away:
        away.answers(fault(503, Retry_After="0"))
        down = {"translation_url": f"{away.url}/v1"}
        resources.settings = resources.settings.model_copy(update=down)
        job_id = await submit(translateTo=["de"])
        job = await finish(job_id, "failed")
    assert (job["errorMessage"], job["error"]["step"]) == (BUSY, "translate")
    assert job["error"]["retryable"] is True
    up = {"translation_url": translating}
    resources.settings = resources.settings.model_copy(update=up)
    await retry(resources, owner_id, job_id)
    job = await finish(job_id)
    assert vendor.calls == 1
    made_assets, tracks = await made_by(resources, job_id)
    assert (len(made_assets), len(tracks)) == (8, 2), "the first language was not exported twice"
    assert job["outputData"]["translations"][0]["language"] == "de"


async def test_a_translation_takes_the_edits(resources, owner_id, made, finish):
    await edit(resources, owner_id, made["subtitlesId"], SetText(0, "<i>Corrected</i> by hand."))
    body = {"subtitlesId": made["subtitlesId"], "language": "de"}
    job_id = await ask(resources, owner_id, "subtitle-translation", **body)
    await edit(resources, owner_id, made["subtitlesId"], SetText(0, "Too late."))
    output = (await finish(job_id))["outputData"]
    assert " ".join(output["subtitles"][0]["text"].split()) == german("Corrected by hand.")
    assert [cue["startTime"] for cue in output["subtitles"]] == [
        cue["startTime"] for cue in made["subtitles"]
    ]
    assert output["subtitlesId"] != made["subtitlesId"]
    _, (track,) = await made_by(resources, job_id)
    assert track["name"] == "talk (de)"
    kept = (await track_of(resources, owner_id, output["subtitlesId"])).cues[0]
    assert " ".join(kept.text.split()) == german("<i>Corrected</i> by hand."), "markup is kept"
    assert (await track_of(resources, owner_id, made["subtitlesId"])).cues[0].text == "Too late."


async def test_embedding_takes_the_edits(resources, owner_id, made, finish, tmp_path):
    await edit(resources, owner_id, made["subtitlesId"], SetText(0, "<i>Corrected</i> by hand."))
    ids = [made["subtitlesId"], made["subtitlesId"]]
    job_id = await ask(resources, owner_id, "subtitle-embedding", subtitlesIds=ids)
    output = (await finish(job_id))["outputData"]
    (stream,) = await subtitles_in(resources, owner_id, output["resultVideoAssetId"], tmp_path / "video")
    assert stream[1][0].startswith("Corrected by hand.")
    assert output["resultAssetPath"] == f"/api/assets/{output['resultVideoAssetId']}/content"
    assert list(await steps(resources, job_id)) == ["read", "embed"]


async def test_subtitles_without_cues_cannot_be_translated_or_embedded(resources, owner_id, made):
    count = len((await track_of(resources, owner_id, made["subtitlesId"])).cues)
    await edit(resources, owner_id, made["subtitlesId"], *[Delete(0)] * count)
    for name, body in (
        ("subtitle-translation", {"subtitlesId": made["subtitlesId"], "language": "de"}),
        ("subtitle-embedding", {"subtitlesIds": [made["subtitlesId"]]}),
    ):
        with pytest.raises(Refused, match="no cues") as caught:
            await ask(resources, owner_id, name, **body)
        assert caught.value.code_word == "no_cues"


async def test_a_translation_into_the_same_language_is_refused(resources, owner_id, made, submit):
    body = {"subtitlesId": made["subtitlesId"], "language": "EN"}
    with pytest.raises(Refused, match="already") as caught:
        await ask(resources, owner_id, "subtitle-translation", **body)
    assert caught.value.code_word == "same_language"
    with pytest.raises(Refused) as caught:
        await submit(language="en", translateTo=["en"])
    assert caught.value.code_word == "same_language"


async def test_a_language_that_turns_out_to_be_spoken_is_not_translated(resources, submit, finish):
    job_id = await submit(translateTo=["en"])
    job = await finish(job_id)
    assert "translations" not in job["outputData"]
    assert any("already" in note for note in job["outputData"]["notes"])
    assert len((await made_by(resources, job_id))[1]) == 1
