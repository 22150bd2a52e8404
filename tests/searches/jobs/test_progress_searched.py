"""Reports of progress in any order: never backwards."""

from hypothesis import given
from hypothesis import strategies as st

from cutroom.jobs.kind import StepPlan
from cutroom.jobs.progress import Progress

PLAN = (StepPlan("one", "One", 0.25), StepPlan("two", "Two", 0.75))


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
