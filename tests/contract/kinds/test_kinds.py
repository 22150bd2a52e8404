"""What every job kind owes the platform; a new kind is tested by being there."""

import asyncio
import json
import re

import numpy as np
import pytest
import soxr
from PIL import Image
from pydantic import ValidationError

import samples
from cutroom.base.errors import CutroomError
from cutroom.base.ids import new_id
from cutroom.base.settings import Settings
from cutroom.jobs.kind import Kind, Request, kinds
from cutroom.jobs.kinds import noise_removal, subtitle_generation, subtitle_translation, video
from cutroom.jobs.memory import MemoryRun
from cutroom.jobs.run import FileRef, hash_inputs
from cutroom.media import probe
from cutroom.render.document.reading import read_template
from translators import translator
from voices import RATE as VOICE_RATE
from voices import speak

OURS = [name for name in kinds.names() if not name.startswith("probe-")]  # those belong to tests


def a_recording(folder):
    """Make a small noisy video: what a kind that works on media can be given."""
    talk = samples.speech(1.5) + samples.noise(1.5, level=-40)
    return samples.write_video(folder / "talk.mp4", talk, seconds=1.5)


def denoising(path, settings):
    found = probe(path)
    source = FileRef("source", "", path.stat().st_size, path.name, found.mime_type)
    options = noise_removal.NoiseRemovalOptions()
    return noise_removal.job_input(source, found.kind, found.to_json(), options, settings)


def a_spoken_video(folder):
    """Make a video in which somebody says a sentence."""
    said = soxr.resample(speak("Ask not what your country can do for you."), VOICE_RATE, samples.RATE)
    talk = said.astype(np.float32)[None]
    return samples.write_video(folder / "talk.mp4", talk, seconds=talk.shape[1] / samples.RATE)


def subtitling(path, settings):
    found = probe(path)
    source = FileRef("source", "", path.stat().st_size, path.name, found.mime_type)
    options = subtitle_generation.SubtitleOptions(engine="pocketsphinx", language="en", embed=True)
    return subtitle_generation.job_input(source, found.kind, found.to_json(), options, settings)


CUES = {
    "cues": [{"startTime": 0.2, "endTime": 1.4, "text": "Good morning."}],
    "language": "en",
    "rate": "25",
    "shots": [],
    "seconds": 1.5,
    "preset": "netflix",
}


def translating(path, settings):
    wanted = subtitle_translation.TranslationRequest(subtitles_id=str(new_id()), language="de")
    return subtitle_translation.job_input("talk", CUES, wanted)


def embedding(path, settings):
    source = FileRef("source", "", path.stat().st_size, path.name, "video/mp4")
    return {"source": source.to_json(), "tracks": [CUES]}


def a_photo(folder):
    path = folder / "photo.png"
    Image.fromarray(np.full((30, 40, 3), (0, 128, 255), np.uint8)).save(path)
    return path


def filming(path, settings):
    clip = {"type": "image", "src": "asset:photo", "start": 0, "length": 1}
    document = {"width": 64, "height": 48, "tracks": [{"clips": [clip]}]}
    source = FileRef("source", "", path.stat().st_size, path.name, "image/png")
    media = {"asset:photo": {"kind": "image", "file": source.to_json()}}
    return video.job_input(read_template(document), document, {}, media, [{"format": "mp4"}])


WORK = {
    "noise-removal": (a_recording, denoising),
    "subtitle-generation": (a_spoken_video, subtitling),
    "subtitle-translation": (a_recording, translating),
    "subtitle-embedding": (a_recording, embedding),
    "video": (a_photo, filming),
}
"""How to make a small sample for each kind, and the job's input from it."""
NEEDS_NO_SOURCE = {"subtitle-translation"}


@pytest.fixture(scope="module")
def outside():
    """Serve what kinds ask of others: a translator that says everything in German."""
    with translator() as url:
        yield {"translation_url": url, "translation_model": "tiny"}


@pytest.fixture(params=OURS)
def kind(request) -> Kind:
    return kinds.load(request.param)


def test_there_are_kinds():
    assert "noise-removal" in OURS


def test_every_kind_has_a_sample_to_work_on():
    assert set(WORK) == set(OURS), "a new kind needs an entry in WORK"


def test_names_are_words_with_hyphens(kind):
    assert kind.name in kinds.names()
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.name)
    assert 0 < len(kind.queue) <= 38, "procrastinate's channel names are short"
    for text in (kind.title, kind.summary):
        assert text
        assert text[0].isupper()
    assert kind.summary.endswith(".")


def test_the_door_is_below_api_and_its_own(kind):
    assert re.fullmatch(r"/api(/[a-z]+(-[a-z]+)*)+", kind.path)
    assert [other.path for other in map(kinds.load, kinds.names())].count(kind.path) == 1
    if kind.is_ai:
        assert kind.path == f"/api/ai/{kind.name}"


def test_the_first_estimate_is_a_time(kind):
    assert 0 < kind.first_estimate < 24 * 3600


def every_plan(kind):
    yield kind.steps
    yield kind.plan({})
    yield kind.plan({"isLocal": False})
    yield kind.plan({"isLocal": True})
    yield kind.plan({"isVideo": False})
    yield kind.plan({"isVideo": True, "translateTo": ["de"], "embed": True})
    yield kind.plan({"isVideo": True, "burnIn": "line"})
    yield kind.plan({"media": {"photo": {"url": "https://example.com/photo.png"}}})
    yield kind.plan({"segments": []})


def test_steps_share_the_whole_progress(kind):
    for plan in every_plan(kind):
        assert plan
        assert sum(step.share for step in plan) == pytest.approx(1.0, abs=1e-9)
        assert all(0 < step.share <= 1 for step in plan)


def test_steps_are_named_and_titled(kind):
    for plan in every_plan(kind):
        names = [step.name for step in plan]
        assert len(names) == len(set(names))
        assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in names)
        assert all(step.title and step.title[0].isupper() for step in plan)


STEP_NAMES = {
    "noise-removal": {"isolate", "clean", "store"},
    "subtitle-generation": {
        "prepare",
        "choose",
        "transcribe",
        "shots",
        "segment",
        "export",
        "translate",
        "embed",
        "caption",
        "burn",
    },
    "subtitle-translation": {"read", "translate", "export"},
    "subtitle-embedding": {"read", "embed"},
    "video": {"fetch", "prepare", "sound", "frames", "join", "store"},
}
"""Stored with finished steps: whoever renames one makes jobs of an older version do it again."""


def test_step_names_are_stable(kind):
    assert {step.name for plan in every_plan(kind) for step in plan} == STEP_NAMES[kind.name]


def test_a_plan_follows_from_the_input_alone(kind):
    assert kind.plan({}) == kind.plan({})


def test_the_request_refuses_what_it_does_not_know(kind):
    assert issubclass(kind.request, Request)
    assert kind.request.model_config["extra"] == "forbid"
    assert kind.request.model_config["frozen"] is True
    with pytest.raises(ValidationError):
        kind.request.model_validate(kind.example | {"noSuchField": 1})


def test_every_field_is_described_in_camel_case(kind):
    schema = kind.request.model_json_schema(by_alias=True)
    assert schema["additionalProperties"] is False
    for name, field in schema["properties"].items():
        assert re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", name)
        assert len(field.get("description", "")) > 8, name
    json.dumps(schema)


def test_the_example_is_a_request(kind):
    wanted = kind.request.model_validate(kind.example, by_alias=True, by_name=False)
    assert wanted.priority == 0
    assert json.loads(json.dumps(kind.example)) == kind.example


def test_required_fields_have_one_sentence_or_their_own(kind):
    message = kind.missing_message()
    assert message is None or message[0].isupper()
    with pytest.raises(ValidationError):
        kind.request.model_validate({})


def test_the_kind_carries_no_state(kind):
    assert vars(kind) == {}, "one instance serves every job of a process"


@pytest.fixture(scope="module", params=OURS)
def finished(request, tmp_path_factory, outside):
    """Run a kind in memory on its sample; return everything that could be seen."""
    kind, folder = kinds.load(request.param), tmp_path_factory.mktemp("work")
    make, wanted = WORK[kind.name]
    path, settings, told = make(folder), Settings(_env_file=None, data=folder / "data", **outside), []
    body = wanted(path, settings)
    run = MemoryRun(
        kind, settings, body, {"source": path}, on_progress=lambda percent, text: told.append((percent, text))
    )
    before = path.read_bytes()
    try:
        output = asyncio.run(run.execute())
        made = [(file, run.path_of(file).stat().st_size) for file in run.assets]
    finally:
        run.close()
    return kind, body, output, made, told, run, path.read_bytes() == before


def test_it_runs_in_memory_and_its_output_is_json(finished):
    _, body, output, *_ = finished
    for value in (body, output):
        text = json.dumps(value, allow_nan=False)
        assert json.loads(text) == value
        assert len(text) < 100_000, "outputs are small; bytes go to storage"
    assert re.fullmatch(r"[0-9a-f]{64}", hash_inputs(body))


def test_its_output_has_no_empty_fields_and_camel_case_names(finished):
    _, _, output, *_ = finished
    assert None not in output.values()
    assert all(re.fullmatch(r"[a-z]+([A-Z][a-z0-9]+)*", name) for name in output)


def test_what_it_made_is_kept(finished):
    _, _, _, made, *_ = finished
    assert made
    assert all(size == file.bytes > 0 for file, size in made)
    assert all(file.name and "/" not in file.name for file, _ in made)


def test_its_progress_goes_forward_to_the_end(finished):
    *_, told, _, _ = finished
    shares = [percent for percent, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 100
    assert all(0 <= share <= 100 for share in shares)
    assert len(set(shares)) > 2, "work that takes minutes is seen to move"


def test_it_leaves_its_source_and_no_files(finished):
    *_, run, is_untouched = finished
    assert is_untouched
    assert not run.folder.exists()


def test_a_source_that_is_gone_is_an_error_and_leaves_nothing(kind, tmp_path):
    if kind.name in NEEDS_NO_SOURCE:
        pytest.skip("it works on what stands in its input")
    make, wanted = WORK[kind.name]
    path, settings = make(tmp_path), Settings(_env_file=None, data=tmp_path / "data")
    body = wanted(path, settings)
    broken = tmp_path / "broken"
    broken.write_bytes(b"no media at all " * 100)
    run = MemoryRun(kind, settings, body, {"source": broken})
    try:
        with pytest.raises(CutroomError) as caught:
            asyncio.run(run.execute())
    finally:
        run.close()
    assert caught.value.retryable is False
    assert not run.folder.exists()
