"""Progress: never backwards, never 100 before the result, never invented."""

from datetime import timedelta

import pytest

from cutroom.base.clock import now
from cutroom.jobs import estimate
from cutroom.jobs.kind import StepPlan
from cutroom.jobs.progress import Progress
from cutroom.jobs.run import FileRef, Part, hash_inputs

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


def test_parts_share_their_step():
    progress = Progress(PLAN, 0, None)
    progress.begin("two", None, Part(1, 3))
    progress.finish("two", Part(1, 3))
    assert progress.overall == pytest.approx(25)
    progress.begin("two", None, Part(2, 3))
    progress.move(0.5, None)
    assert progress.overall == pytest.approx(37.5)
    assert progress.active["progress"] == 50
    progress.finish("two", Part(2, 3))
    progress.finish("two", Part(3, 3))
    assert progress.overall == pytest.approx(75)


def test_hundred_is_said_only_with_the_result():
    progress = Progress(PLAN, 0, None)
    for step in PLAN:
        progress.begin(step.name, None)
        progress.finish(step.name)
    assert progress.overall == 99


def left(progress, *, estimated, started_seconds_ago=0.0):
    return estimate.remaining(
        {
            "state": "processing",
            "started_at": now() - timedelta(seconds=started_seconds_ago),
            "progress": progress.overall,
            "active": progress.active,
            "estimated_seconds": estimated,
        }
    )


def test_what_remains_follows_the_pace_of_the_run_that_works(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("cutroom.jobs.progress.time.monotonic", lambda: clock[0])
    shown_before = Progress(PLAN, 60, {"name": "two", "progress": 47, "startedAt": ""})
    shown_before.finish("one")  # in an earlier run
    shown_before.begin("two", None)
    assert left(shown_before, estimated=200, started_seconds_ago=3600) == pytest.approx(150)
    clock[0] += 10
    assert left(shown_before, estimated=200, started_seconds_ago=3600) == pytest.approx(140)
    shown_before.move(0.2, None)  # 20 % of the step in 10 s
    assert shown_before.overall == 60
    assert left(shown_before, estimated=200, started_seconds_ago=3600) == pytest.approx(40)


def test_what_remains_between_two_steps_follows_the_whole_job():
    between = Progress(PLAN, 0, None)
    between.begin("one", None)
    between.finish("one")
    assert between.active is None
    assert left(between, estimated=999, started_seconds_ago=10) == pytest.approx(30, rel=0.01)


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
