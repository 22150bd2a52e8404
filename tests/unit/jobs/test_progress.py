"""Progress: never backwards, never 100 before the result, never invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutroom.jobs.kind import StepPlan
from cutroom.jobs.progress import Progress
from cutroom.jobs.run import FileRef, hash_inputs

PLAN = (StepPlan("one", "One", 0.25), StepPlan("two", "Two", 0.75))


def test_overall_adds_shares():
    progress = Progress(PLAN, 0, None)
    progress.begin("one", None)
    progress.move(0.5, None)
    assert progress.overall == pytest.approx(12.5)
    progress.finish("one")
    progress.begin("two", None)
    progress.move(0.5, None)
    assert progress.overall == pytest.approx(62.5)


def test_hundred_is_said_only_with_the_result():
    progress = Progress(PLAN, 0, None)
    for step in PLAN:
        progress.begin(step.name, None)
        progress.finish(step.name)
    assert progress.overall == 99


@given(st.lists(st.floats(0, 2, allow_nan=False)), st.floats(0, 99))
def test_progress_never_goes_back(fractions, reached):
    progress = Progress(PLAN, reached, {"name": "two", "progress": 40, "startedAt": ""})
    progress.begin("two", None)
    seen = [progress.overall]
    parts = []
    for fraction in fractions:
        progress.move(fraction, None)
        seen.append(progress.overall)
        parts.append(progress.active["progress"])
    assert seen == sorted(seen)
    assert parts == sorted(parts)
    assert all(part >= 40 for part in parts)


def test_write_is_due_for_news_and_after_two_seconds(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("cutroom.jobs.progress.time.monotonic", lambda: clock[0])
    progress = Progress(PLAN, 0, None)
    assert not progress.is_due()
    progress.begin("one", None)
    assert not progress.is_due()
    clock[0] += 0.25
    assert progress.is_due()
    progress.mark_written()
    progress.move(0.1, None)
    assert not progress.is_due()
    clock[0] += 0.25
    assert progress.is_due()
    progress.mark_written()
    clock[0] += 1.0
    assert not progress.is_due()
    clock[0] += 0.75
    assert progress.is_due()


def test_hash_does_not_depend_on_the_order_of_keys():
    assert hash_inputs({"a": 1, "b": [1, 2]}) == hash_inputs({"b": [1, 2], "a": 1})
    assert hash_inputs({"a": 1}) != hash_inputs({"a": 1.5})


def test_file_reference_survives_json():
    file = FileRef("id", "sha", 3, "name", "audio/flac")
    assert FileRef.from_json(file.to_json()) == file
